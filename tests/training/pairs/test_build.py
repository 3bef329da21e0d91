"""A build from end to end."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError, RefusedError
from training.pairs import build as build_module
from training.pairs.build import Inputs, PairsConfig, build_pairs
from training.pairs.leakage import check_leakage
from training.pairs.source import COLUMNS, PairSource

SMALL = (
    PairSource.MAJOR_OCCUPATION,
    PairSource.TRANSLATION,
    PairSource.DECLARED_MAJOR,
    PairSource.TITLE_DESCRIPTION,
    PairSource.TITLE_SKILLS,
)


@pytest.fixture(autouse=True)
def _without_esco(monkeypatch):
    """Leave the one large table out; it has tests of its own."""
    monkeypatch.setattr(build_module, "esco_pairs", lambda: iter(()))


def test_everything_that_ships_and_the_postings_are_divided_without_a_leak(postings):
    built = build_pairs(Inputs(postings=postings))
    assert built.pairs.columns.tolist() == [*COLUMNS, "split"]
    assert check_leakage(built.pairs).clean
    assert built.leakage.clean
    sources = set(built.pairs["source"])
    assert {"title_description", "title_skills", "declared_major", "alias", "sibling"} <= sources
    assert not built.pairs.drop(columns="on").isna().any(axis=None)
    assert not built.pairs.duplicated(["anchor", "positive"]).any()


def test_the_order_of_postings_makes_no_difference(postings):
    config = PairsConfig(sources=SMALL)
    one = build_pairs(Inputs(postings=postings), config)
    other = build_pairs(Inputs(postings=postings.iloc[::-1]), config)
    pd.testing.assert_frame_equal(one.pairs, other.pairs)


def test_only_the_chosen_sources_are_used_and_limited(postings):
    config = PairsConfig(
        sources=(PairSource.MAJOR_OCCUPATION, PairSource.TITLE_SKILLS),
        limits={PairSource.MAJOR_OCCUPATION: 50},
    )
    built = build_pairs(Inputs(postings=postings), config)
    assert built.collected == 52
    assert set(built.pairs["source"]) == {"major_occupation", "title_skills"}


def test_copies_are_counted_and_the_first_source_keeps_the_pair(pair):
    titles = [pair("会计", "accountant"), pair("accountant", "会计"), pair("x", "y"), pair("y", "x")]
    config = PairsConfig(sources=(PairSource.TRANSLATION, PairSource.ESCO))
    built = build_pairs(Inputs(titles=titles), config)
    assert set(built.pairs.loc[built.pairs["positive"] == "accountant", "source"]) == {"translation"}
    assert (built.pairs["source"] == "esco").sum() == 1
    assert built.repeated >= 3


def test_titles_of_a_foreign_test_are_left_out_and_counted(pair):
    titles = [pair("Java Developer", "coder"), pair("cook", "chef", group="2")]
    config = PairsConfig(sources=(PairSource.ESCO,))
    built = build_pairs(Inputs(titles=titles, foreign_tests={"java developer"}), config)
    assert built.pairs["anchor"].tolist() == ["cook"]
    assert built.overlapping == {"esco": 1}
    kept = build_pairs(
        Inputs(titles=titles, foreign_tests={"java developer"}),
        PairsConfig(sources=(PairSource.ESCO,), keep_overlap=True),
    )
    assert len(kept.pairs) == 2
    assert kept.overlapping == {"esco": 1}


def test_feedback_and_decisions_take_part():
    outcomes = pd.DataFrame(
        [
            {
                "vacancy_id": "V1",
                "profile_id": "P1",
                "stage": "hired",
                "censored": False,
                "shown_at": pd.Timestamp("2026-03-01", tz="UTC"),
            }
        ]
    )
    vacancies = pd.DataFrame(
        [{"vacancy_id": "V1", "title": "炉前工", "skills": (), "end_employer_key": "示例冶金"}]
    )
    profiles = pd.DataFrame([{"profile_id": "P1", "title": "冶炼工", "skills": ()}])
    decided = [{"kind": "skill", "text": "裂化", "code": "S0002", "decided_at": pd.Timestamp("2026-03-01")}]
    config = PairsConfig(sources=(PairSource.FEEDBACK, PairSource.DECISION))
    built = build_pairs(
        Inputs(outcomes=outcomes, vacancies=vacancies, profiles=profiles, decisions=decided), config
    )
    assert set(built.pairs["anchor"]) == {"炉前工", "裂化"}


def test_the_newest_months_are_the_test(posting):
    days = pd.date_range("2026-01-15", periods=10, freq="MS")
    rows = [
        posting(i, f"岗位{i}", employer=f"示例{i}", skills=("焊接", "装配", f"技能{i}"), on=day)
        for i, day in enumerate(days)
    ]
    config = PairsConfig(sources=(PairSource.TITLE_SKILLS,), test_months=2)
    built = build_pairs(Inputs(postings=pd.DataFrame(rows)), config)
    assert built.test_since == pd.Timestamp("2026-10-01")
    test = built.pairs["split"] == "test"
    assert built.pairs.loc[test, "on"].min() >= built.test_since
    assert built.pairs.loc[~test, "on"].max() < built.test_since
    assert built.report()["test_since"] == "2026-10-01"


def test_without_a_day_the_division_is_by_hash_alone():
    built = build_pairs(Inputs(), PairsConfig(sources=(PairSource.TRANSLATION,), test_months=3))
    assert built.test_since is None
    assert set(built.pairs["split"]) == {"train", "dev", "test"}


def test_a_report_is_plain_and_adds_up(postings):
    built = build_pairs(Inputs(postings=postings), PairsConfig(sources=SMALL))
    told = json.loads(json.dumps(built.report(), ensure_ascii=False))
    assert sum(row["pairs"] for row in told["by_source"]) == told["pairs"] == len(built.pairs)
    assert sum(row["pairs"] for row in told["by_language"]) == told["pairs"]
    assert told["collected"] - told["repeated"] - told["undivided"] == told["pairs"]
    assert json.loads(json.dumps(PairsConfig().to_json()))["limits"]["title_skills"] == 20_000


def test_progress_goes_to_the_end(postings):
    told = []
    build_pairs(Inputs(postings=postings), PairsConfig(sources=SMALL), watch=lambda *all_: told.append(all_))
    assert {name for name, _, _ in told} == {"收集训练对", "岗位→描述"}
    assert told[-1][1] == told[-1][2]


@pytest.mark.parametrize("sources", [(), (PairSource.FEEDBACK,)])
def test_nothing_to_learn_from_is_an_error(sources):
    with pytest.raises(InputError) as caught:
        build_pairs(Inputs(), PairsConfig(sources=sources))
    assert caught.value.code == "pairs_none"


def test_a_test_of_no_months_is_an_error():
    with pytest.raises(InputError, match="0"):
        PairsConfig(test_months=0)


def test_a_division_that_leaks_is_refused(monkeypatch):
    def careless(pairs, **_):
        return pairs.assign(split=np.where(np.arange(len(pairs)) % 2, "train", "test"))

    monkeypatch.setattr(build_module, "split_pairs", careless)
    with pytest.raises(RefusedError) as caught:
        build_pairs(Inputs(), PairsConfig(sources=(PairSource.MAJOR_OCCUPATION,)))
    assert caught.value.code == "pairs_leak"
