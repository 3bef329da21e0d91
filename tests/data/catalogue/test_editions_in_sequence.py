"""Editions that follow one another, and everything that people add to one."""

import datetime as dt

import numpy as np
import pytest

from data.catalogue.entries import Confidence, ObsStatus, Stage
from data.catalogue.experts import ExpertVote
from data.catalogue.list_status import ListStatus
from data.catalogue.references import freeze
from data.catalogue.rules import LEVELS
from data.catalogue.shortage import build_shortage_catalogue
from data.catalogue.simulation.market import AS_OF, draw_market
from data.catalogue.simulation.truth import INDUSTRIES, draw_truth
from data.catalogue.urgency import CRITERIA, UrgencyRating
from data.errors import InputError


class Region:
    name_zh, entry_prefix, key_industries = "营口市", "YK", INDUSTRIES


@pytest.fixture(scope="module")
def market():
    rng = np.random.default_rng(11)
    return draw_market(draw_truth(rng, occupations=40), rng)


@pytest.fixture(scope="module")
def build(market):
    def of(edition="2027", vacancies=None, **given):
        return build_shortage_catalogue(
            market.vacancies if vacancies is None else vacancies, market.profiles, region=Region(),
            edition=edition, as_of=AS_OF, snapshot="s", rng=np.random.default_rng(0),
            **{"survey": market.survey, **given},
        )  # fmt: skip

    return of


@pytest.fixture(scope="module")
def first(build):
    return build()


@pytest.fixture(scope="module")
def urgent(first):
    """Two raters who agree that everything is urgent."""
    return [
        UrgencyRating(
            occ_code=entry.occ_code, key_industry=entry.key_industry, rater=rater,
            **dict.fromkeys(CRITERIA, 62 + 8 * (place % 5) + 2 * (rater == "乙")),
        )
        for place, entry in enumerate(first.entries)
        for rater in "甲乙"
    ]  # fmt: skip


def starred(catalogue, least):
    return [entry for entry in catalogue.entries if (entry.star or 0) >= least]


def test_with_six_indicators_grades_a_and_b_and_four_stars_are_reached(first):
    assert first.stage is Stage.FULL
    assert {entry.confidence for entry in first.entries} >= {Confidence.A, Confidence.B}
    full = next(entry for entry in first.entries if len(entry.weights_used) == 6)
    assert full.weights_used == {"i1": 0.3, "i2": 0.15, "i3": 0.15, "i4": 0.1, "i5": 0.15, "i6": 0.15}
    shown = [getattr(full.indicators, name).score for name in full.weights_used]
    assert sum(s * w for s, w in zip(shown, full.weights_used.values(), strict=True)) == pytest.approx(
        full.S, abs=0.1
    )
    assert {"applicants", "hard_share", "pay_growth_sd", "inflation"} <= {
        key.removeprefix("synthetic.") for key in first.parameters
    }
    assert any("没有上版" in note for note in first.notes)


def test_the_same_data_again_keep_every_star_and_make_four_stars_five(build, first):
    tight = first.model_copy(
        update={"entries": tuple(e.model_copy(update={"star": 4}) for e in first.entries)}
    )
    again = build("2028", previous=first)
    before = {entry.occ_code: entry for entry in first.entries}
    for entry in again.entries:
        old = before[entry.occ_code]
        assert entry.prev_entry == old.entry_id
        expected = 5 if old.star == 4 else old.star
        assert entry.star == expected
        assert entry.change == ("升级" if expected != old.star else "维持")
    held = build("2028", previous=tight)
    # stars of before that the data still allow are held: none falls more than the data say
    assert sum(e.star or 0 for e in held.entries) >= sum(e.star or 0 for e in first.entries)
    assert {e.star for e in starred(held, 4)} <= {5}
    assert LEVELS[5] == "持续重度紧缺"


def test_without_ratings_listing_is_undecided_and_with_them_it_is_decided(build, first, urgent):
    undecided = starred(first, 2)
    assert undecided
    assert {(entry.listed, entry.list_status) for entry in undecided} == {(None, ListStatus.UNDECIDED)}
    rated = build(ratings=urgent)
    listed = starred(rated, 2)
    assert {(entry.listed, entry.list_status) for entry in listed} == {(True, ListStatus.LISTED)}
    assert all(63 <= entry.U_score <= 95 and entry.U_parts["chain"] >= 63 for entry in listed)
    assert any("T" in entry.cause_codes for entry in listed)
    watched = [entry for entry in rated.entries if entry.list_status is ListStatus.WATCHED]
    assert all(entry.S >= 50 and entry.star < 2 for entry in watched)
    assert rated.parameters["urgency_alpha"] > 0.67
    # 急需度 moves no figure of the index
    assert [entry.S for entry in rated.entries] == [entry.S for entry in first.entries]


def test_raters_who_disagree_leave_everything_undecided(build, first, urgent):
    split = [
        sheet.model_copy(update=dict.fromkeys(CRITERIA, 10.0 if (place % 3 == 0) else 90.0))
        for place, sheet in enumerate(urgent)
    ]
    catalogue = build(ratings=split)
    assert {entry.U_score for entry in catalogue.entries} == {None}
    assert any("须全部重新评定" in note for note in catalogue.notes)
    assert "alpha_low" in {r.code for entry in starred(catalogue, 2) for r in entry.reasons}


def test_experts_list_unrated_cells_within_their_limit(build, first, urgent):
    listed = sum(bool(entry.listed) for entry in build(ratings=urgent).entries)
    unrated = [entry for entry in first.entries if entry.star is None]
    assert unrated
    assert listed >= 6
    votes = [
        ExpertVote(edition="2027", occ_code=entry.occ_code, key_industry=entry.key_industry,
                   expert=f"专家{number}", in_favour=True, evidence="论证材料")
        for entry in [*unrated, *starred(first, 1)]
        for number in range(5)
    ]  # fmt: skip
    catalogue = build(ratings=urgent, votes=votes)
    chosen = [entry for entry in catalogue.entries if entry.route == "专家"]
    assert 1 <= len(chosen) <= 0.15 * (listed + len(chosen))
    for entry in chosen:
        assert (entry.star, entry.level, entry.listed, entry.S) == (None, "专家认定", True, None)
        assert entry.obs_status["star"] is ObsStatus.NOT_APPLICABLE
    left_out = [e for e in catalogue.entries if "expert_limit" in [r.code for r in e.reasons]]
    assert len(left_out) == len(unrated) - len(chosen)
    # the votes say nothing of the next edition
    assert not [e for e in build("2028", ratings=urgent, votes=votes).entries if e.route == "专家"]


def test_frozen_references_are_used_and_another_basis_is_a_break(build, first):
    frozen = freeze(first.references[0], version="2027")
    tight = frozen.model_copy(update={"theta0": frozen.theta0 / 2})
    catalogue = build("2028", references=tight, previous=first)
    pairs = [(a, b) for a, b in zip(first.entries, first.entries, strict=True) if a.indicators.i1]
    by_code = {entry.occ_code: entry for entry in catalogue.entries}
    higher = [by_code[a.occ_code].indicators.i1 for a, _ in pairs if by_code[a.occ_code].indicators.i1]
    assert np.mean([i.score for i in higher]) > np.mean([a.indicators.i1.score for a, _ in pairs]) + 5
    assert catalogue.references[0].version == "2027"
    rated = next(entry for entry in catalogue.entries if entry.S is not None)
    assert {rated.obs_status[name] for name in ("S", "star", "change")} == {ObsStatus.BREAK}
    assert all(entry.obs_status["change"] is ObsStatus.BREAK for entry in catalogue.entries)
    assert any("断点" in note for note in catalogue.notes)
    again = build("2029", references=tight, previous=catalogue)
    assert ObsStatus.BREAK not in {mark for entry in again.entries for mark in entry.obs_status.values()}


def test_expired_references_are_refused(build, first):
    old = freeze(first.references[0], version="2020").model_copy(
        update={"valid_until": AS_OF - dt.timedelta(days=1)}
    )
    with pytest.raises(InputError, match="有效期至"):
        build(references=old)


def test_references_of_the_other_nature_are_not_used(build, first):
    real = freeze(first.references[0], version="2027").model_copy(update={"synthetic": False, "theta0": 9.0})
    assert build(references=real).references == first.references


def test_applicants_may_come_apart_from_the_vacancies(build, market, first):
    apart = market.vacancies[["vacancy_id", "suitable_applicants"]]
    bare = market.vacancies.drop(columns=["suitable_applicants", "applicants"])
    assert {entry.indicators.i4 for entry in build(vacancies=bare).entries} == {None}
    assert build(vacancies=bare, applicants=apart).entries == first.entries


def test_an_entry_that_was_listed_leaves_in_words(build, first, urgent):
    listed = first.model_copy(
        update={"entries": tuple(e.model_copy(update={"listed": True}) for e in first.entries)}
    )
    catalogue = build("2028", ratings=urgent, previous=listed)
    slack = [e for e in catalogue.entries if e.star == 0]
    assert slack
    assert {e.list_status for e in slack} == {ListStatus.REMOVED}
    assert {e.change for e in slack} == {"调出"}
    assert all({"exit_below", "exit_filled"} & {r.code for r in e.reasons} for e in slack)


def test_a_cell_that_was_not_there_is_new(build, first):
    without = first.model_copy(update={"entries": first.entries[1:]})
    catalogue = build("2028", previous=without)
    new = [entry.occ_code for entry in catalogue.entries if entry.change == "新增"]
    assert new == [first.entries[0].occ_code]
