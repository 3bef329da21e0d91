"""What came of a pair is the furthest it got in its window; an open window is no failure."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from data.outcomes import funnel, outcomes, share_of

DAY0 = pd.Timestamp("2026-03-01T12:00", tz="UTC")
COLUMNS = [
    "kind", "side", "vacancy_id", "profile_id", "list_id", "position", "propensity", "variant",
    "model_version", "reason", "happened_at", "synthetic",
]  # fmt: skip


def event(kind, day, **changes):
    row = dict.fromkeys(COLUMNS) | {
        "kind": kind,
        "side": "employer",
        "vacancy_id": "V1",
        "profile_id": "P1",
        "synthetic": False,
        "happened_at": DAY0 + pd.Timedelta(days=day),
    }
    return row | ({"reason": "pay"} if kind == "declined" else {}) | changes


def pairs(*events, day=100, window=30):
    frame = pd.DataFrame(events, columns=COLUMNS).astype({"position": "Int64", "propensity": "float64"})
    frame["happened_at"] = pd.to_datetime(frame["happened_at"], utc=True)
    frame = frame.sort_values("happened_at", kind="stable")
    return outcomes(frame, as_of=(DAY0 + pd.Timedelta(days=day)).to_pydatetime(), window_days=window)


def only(*events, **more):
    (row,) = pairs(*events, **more).to_dict("records")
    return row


@pytest.mark.parametrize(
    ("events", "stage"),
    [
        ([], "shown"),
        ([event("opened", 1)], "opened"),
        ([event("hired", 9), event("contacted", 2)], "hired"),
        ([event("interviewed", 30)], "interviewed"),
        ([event("opened", 1), event("hired", 30.1)], "opened"),
        ([event("opened", -1)], "shown"),
        ([event("hired", 9, profile_id="P2")], "shown"),
        ([event("hired", 9, vacancy_id="V2")], "shown"),
        ([event("hired", 9, side="person")], "hired"),
        ([event("opened", 9, side="person")], "shown"),
    ],
)
def test_the_furthest_stage_within_the_window_counts(events, stage):
    row = only(event("shown", 0), *events)
    assert row["stage"] == stage
    assert row["declined_by"] is None or pd.isna(row["declined_by"])


def test_a_pair_counts_from_the_first_time_it_was_shown():
    first = event("shown", 0, position=4, propensity=0.25, variant="a", list_id="L1", model_version="m1")
    row = only(event("shown", 20, position=1, variant="b"), first, event("hired", 40))
    assert (row["position"], row["propensity"], row["variant"], row["list_id"]) == (4, 0.25, "a", "L1")
    assert (row["shows"], row["shown_at"], row["model_version"]) == (2, DAY0, "m1")
    assert row["stage"] == "shown"


def test_an_open_window_is_neither_success_nor_failure():
    events = [
        event("shown", 0),
        event("shown", 80, profile_id="P2"),
        event("shown", 80, profile_id="P3"),
        event("hired", 81, profile_id="P3"),
    ]
    told = pairs(*events).set_index("profile_id")
    assert told["censored"].to_dict() == {"P1": False, "P2": True, "P3": True}
    assert told["stage"].to_dict() == {"P1": "shown", "P2": "shown", "P3": "hired"}
    assert not pairs(*events, day=110)["censored"].any()
    assert pairs(*events, day=109.99)["censored"].sum() == 2


def test_what_happened_after_the_day_asked_for_is_not_known_yet():
    events = [event("shown", 0), event("opened", 2), event("hired", 9), event("shown", 5, profile_id="P2")]
    row = only(*events, day=4)
    assert (row["stage"], row["censored"]) == ("opened", True)
    assert len(pairs(*events, day=-1)) == 0


def test_the_sides_are_told_apart():
    told = pairs(
        event("shown", 0),
        event("shown", 1, side="person"),
        event("shortlisted", 2, side="person"),
        event("contacted", 3),
    ).set_index("side")
    assert told["stage"].to_dict() == {"employer": "contacted", "person": "contacted"}
    assert told["shows"].to_dict() == {"employer": 1, "person": 1}


def test_the_first_no_is_told_with_who_said_it():
    row = only(
        event("shown", 0),
        event("interviewed", 3),
        event("declined", 5, side="person", reason="place"),
        event("declined", 6),
    )
    assert (row["declined_by"], row["reason"], row["stage"]) == ("person", "place", "interviewed")
    late = only(event("shown", 0), event("declined", 31))
    assert pd.isna(late["reason"])


def test_no_events_give_no_pairs_with_the_same_columns():
    empty = pairs()
    assert len(empty) == 0
    assert list(empty.columns) == list(pairs(event("shown", 0)).columns)


# Forty vacancies with one person each, of whom ten were hired: 10/40, and by Wilson 0.1419 to 0.4019.
def test_a_share_has_the_interval_of_wilson_when_pairs_are_unrelated():
    reached = np.arange(40) % 4 == 0
    share = share_of(reached, pd.Series([f"V{i}" for i in range(40)]))
    expected = binomtest(10, 40).proportion_ci(0.95, method="wilson")
    assert share[:3] == (40, 10, 0.25)
    # One pair a vacancy: the design effect is 40/39, the correction for few clusters.
    assert (share.low, share.high) == pytest.approx((expected.low, expected.high), abs=0.003)
    assert (expected.low, expected.high) == pytest.approx((0.1419, 0.4019), abs=1e-4)


def test_pairs_of_one_vacancy_tell_less_than_as_many_of_different_ones():
    reached = np.arange(40) < 10
    apart = share_of(reached, pd.Series(np.arange(40)))
    together = share_of(reached, pd.Series(np.arange(40) // 5))
    assert together.share == apart.share
    assert together.high - together.low > 1.5 * (apart.high - apart.low)


def test_a_share_of_nothing_or_of_all_has_an_interval_within_0_and_1():
    askers = pd.Series(np.arange(40))
    none, whole = share_of(np.zeros(40, bool), askers), share_of(np.ones(40, bool), askers)
    assert (none.share, none.low) == (0, 0)
    assert 0 < none.high < 0.1
    assert (whole.share, whole.high) == (1, pytest.approx(1))


@pytest.mark.parametrize(("count", "askers"), [(29, 29), (40, 4), (0, 0)])
def test_too_few_pairs_or_vacancies_have_no_share(count, askers):
    share = share_of(np.ones(count, bool), pd.Series(np.arange(count) % max(askers, 1), dtype=int))
    assert share[:2] == (count, count)
    assert all(math.isnan(value) for value in share[2:])


def shown_to_many(count=40, **changes):
    return [event("shown", 0, vacancy_id=f"V{i}", **changes) for i in range(count)]


def test_the_funnel_counts_what_got_so_far_or_further_and_open_windows_apart():
    events = [
        *shown_to_many(variant="a"),
        event("shown", 95, vacancy_id="V99", variant="a"),
        *(event("opened", 1, vacancy_id=f"V{i}") for i in range(20)),
        *(event("hired", 2, vacancy_id=f"V{i}") for i in range(10, 30)),
    ]
    told = funnel(pairs(*events)).set_index("stage")
    assert told["reached"].to_dict() == {
        "opened": 30, "shortlisted": 20, "contacted": 20, "interviewed": 20, "hired": 20,
    }  # fmt: skip
    assert set(told["pairs"]) == {40}
    assert set(told["open"]) == {1}
    assert told.loc["hired", "share"] == 0.5
    assert told.loc["hired", "low"] < 0.5 < told.loc["hired", "high"]


def test_the_funnel_splits_by_variant_and_position_with_what_names_none_last():
    events = [
        event("shown", 0, variant="b", position=2),
        event("shown", 0, variant="a", position=10, profile_id="P2"),
        event("shown", 0, profile_id="P3"),
    ]
    by_variant = funnel(pairs(*events), by="variant")
    assert by_variant["group"].drop_duplicates().tolist() == ["a", "b", None]
    by_position = funnel(pairs(*events), by="position")
    assert by_position["group"].drop_duplicates().tolist() == [2, 10, None]
    assert by_variant["share"].isna().all()


def test_people_who_were_shown_vacancies_are_the_askers_of_their_side():
    events = [event("shown", 0, side="person", profile_id=f"P{i % 4}", vacancy_id=f"V{i}") for i in range(40)]
    assert funnel(pairs(*events))["share"].isna().all()
    assert funnel(pairs(*shown_to_many(profile_id="P1")))["share"].notna().all()


def test_a_funnel_of_nothing_is_empty():
    assert list(funnel(pairs()).columns) == list(funnel(pairs(event("shown", 0))).columns)
    assert len(funnel(pairs())) == len(funnel(pairs(), by="variant")) == 0


def test_the_day_asked_for_may_be_in_any_time_zone():
    beijing = dt.timezone(dt.timedelta(hours=8))
    events = pd.DataFrame([event("shown", 0)], columns=COLUMNS)
    as_of = dt.datetime(2026, 3, 31, 20, tzinfo=beijing)
    assert not outcomes(events, as_of=as_of, window_days=30)["censored"].item()
    assert outcomes(events, as_of=as_of - dt.timedelta(seconds=1), window_days=30)["censored"].item()
