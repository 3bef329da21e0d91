from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from training.fairness.groups import FACTORS
from training.fairness.impact import Selection, audit, impact_report, places_of, select

AUDITED = SimpleNamespace(model_version="m", profiles=SimpleNamespace(rows=[]))


def copies(people: int) -> pd.DataFrame:
    """Groups of people of whom each stands in all sixteen combinations."""
    rows = [
        {"person": person, **dict(zip(FACTORS, levels, strict=True))}
        for person in range(people)
        for levels in product(*FACTORS.values())
    ]
    return pd.DataFrame(rows, index=[f"A{number}" for number in range(len(rows))])


def report(shares, groups, industries=None, *, gated=True):
    names = tuple(f"V{row}" for row in range(len(shares)))
    selection = Selection(np.asarray(shares, dtype=float), names, tuple(groups.index), 0)
    return impact_report(selection, groups, industries or {}, matcher=AUDITED, k=1, seed=1, gated=gated)


def line(made, split, industry=""):
    return next(each for each in made.lines if (each.split, each.industry) == (split, industry))


def test_equal_selection_is_a_ratio_of_one_without_any_width():
    groups = copies(5)
    shares = np.zeros((6, len(groups)))
    shares[:, :32] = 1  # the first two people, in every group alike
    made = report(shares, groups)
    assert made.passed
    assert all(each.ratio == pytest.approx(1) for each in made.lines)
    assert all(each.low == pytest.approx(1) for each in made.lines)


def test_a_group_selected_half_as_often_has_a_ratio_of_one_half_and_is_named():
    groups = copies(4)
    women = (groups["性别"] == "女").to_numpy()
    shares = np.where(women, 0.5, 1.0) * np.ones((8, 1))
    made = report(shares, groups)
    sex = line(made, "性别")
    assert (sex.ratio, sex.lowest, sex.highest, sex.passed) == (pytest.approx(0.5), "女", "男", False)
    assert line(made, "年龄").ratio == pytest.approx(1)
    assert line(made, "性别×年龄").ratio == pytest.approx(0.5)
    assert not made.passed
    assert report(shares, groups, gated=False).passed


def test_a_loss_at_a_crossing_only_is_seen_at_the_crossing():
    """Old women and young men lose, nobody by sex or age alone: 0.8 against 1 at the crossing."""
    groups = copies(4)
    loses = ((groups["性别"] == "女") == (groups["年龄"] == "中年")).to_numpy()
    made = report(np.where(loses, 0.8, 1.0) * np.ones((8, 1)), groups)
    assert line(made, "性别").ratio == pytest.approx(1)
    assert line(made, "年龄").ratio == pytest.approx(1)
    crossed = line(made, "性别×年龄")
    assert (crossed.ratio, crossed.passed, crossed.bar) == (pytest.approx(0.8), False, 0.90)


def test_the_interval_covers_the_ratio_of_noise_and_narrows_with_more_vacancies():
    groups, rng = copies(30), np.random.default_rng(4)
    few, many = (
        line(report((rng.random((size, len(groups))) < 0.2).astype(float), groups), "性别")
        for size in (8, 200)
    )
    assert few.low < few.ratio <= 1
    assert few.high - few.low > many.high - many.low
    assert many.low > 0.9


def test_an_industry_is_rated_from_five_vacancies_on():
    groups = copies(2)
    industries = {**{f"V{row}": "镁材料" for row in range(5)}, **{f"V{row}": "港口" for row in range(5, 9)}}
    made = report(np.ones((9, len(groups))), groups, industries)
    assert {each.industry for each in made.lines} == {"", "镁材料"}
    assert line(made, "性别", "镁材料").vacancies == 5


def test_what_is_too_uncertain_is_not_rated_in_an_industry_and_fails_over_all():
    groups, rng = copies(6), np.random.default_rng(2)
    shares = (rng.random((6, len(groups))) < 0.15).astype(float)
    made = report(shares, groups, {f"V{row}": "镁材料" for row in range(6)})
    whole, part = line(made, "性别×年龄×来源"), line(made, "性别×年龄×来源", "镁材料")
    assert whole.high - whole.low > 0.2
    assert (whole.rated, whole.passed) == (False, False)
    assert (part.rated, part.passed) == (False, True)
    assert made.unrated == sum(not each.rated for each in made.lines) >= 2


def test_where_nobody_is_selected_there_is_no_ratio():
    made = report(np.zeros((6, 32)), copies(2))
    assert all(each.ratio is None and each.low is None and not each.rated for each in made.lines)
    assert not made.passed
    assert not report(np.zeros((0, 32)), copies(2)).passed


def test_ties_at_the_end_of_a_list_share_the_places_that_are_left():
    assert places_of(np.array([9.0, 8, 7, 7, 7, 1]), 3).tolist() == [1, 1, 1 / 3, 1 / 3, 1 / 3, 0]
    assert places_of(np.array([9.0, 8]), 3).tolist() == [1, 1]
    assert places_of(np.array([5.0, 4, 3]), 2).tolist() == [1, 1, 0]


def test_a_shortlist_gives_away_as_many_places_as_it_has(audited):
    ids = [row["id"] for row in audited.profiles.rows]
    selection = select(audited, ids, k=1)
    assert selection.skipped == len(audited.vacancies) - len(selection.vacancies)
    assert selection.ids == tuple(ids)
    assert set(np.round(selection.shares.sum(axis=1), 9)) <= {8.0}


def test_the_audit_of_a_small_city_is_the_same_for_the_same_seed(sample, hashing_model, coders):
    small = sample._replace(postings=sample.postings.head(6), profiles=sample.profiles.head(8))
    first, again = (audit(small, hashing_model, coders, k=4, seed=3, equal=equal) for equal in (True, False))
    assert (first.design, again.design) == ("equal", "preferences")
    assert first.copies == 8 * first.people == 8 * len(small.profiles)
    assert first.texts <= first.copies
    assert again.passed
    twice = audit(small, hashing_model, coders, k=4, seed=3)
    assert twice == first
