"""Outcomes become examples: only what is known, with the features of the day."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from data.feedback import Side
from data.outcomes import outcomes
from matching.features import FEATURES
from matching.loading import load_pools
from training.ranker import all_open, judged, shown_pairs

START = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
NOW = START + dt.timedelta(days=100)
EMPTY = {"reason": None, "list_id": "L", "variant": None, "model_version": None, "synthetic": False}


def event(kind, vacancy, person, *, day=0, side="employer", position=None, propensity=None, reason=None):
    return EMPTY | {
        "kind": kind,
        "side": side,
        "vacancy_id": vacancy,
        "profile_id": person,
        "position": position,
        "propensity": propensity,
        "reason": reason,
        "happened_at": pd.Timestamp(START + dt.timedelta(days=day)),
    }


@pytest.fixture
def events():
    rows = [
        event("shown", "V2", "P1", day=2, position=1, propensity=0.9),
        event("shown", "V1", "P1", day=1, position=1),
        event("shown", "V1", "P2", day=1, position=2),
        event("hired", "V1", "P1", day=9),
        event("shown", "V1", "P9", day=1, position=3),
        event("shown", "V2", "P2", day=2, position=2),
        event("opened", "V2", "P2", day=3),
        event("declined", "V2", "P2", day=4, reason="taken"),
        event("shown", "V2", "P3", day=99, position=3),
        event("shown", "V1", "P3", day=5, side="person"),
        event("declined", "V1", "P3", day=6, side="person", reason="skills"),
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(position=frame["position"].astype("Int64")).sort_values("happened_at")


@pytest.fixture
def loaded(frames, hashing_model):
    vacancies, profiles = frames
    return load_pools(
        all_open(vacancies[vacancies["vacancy_id"].isin(["V1", "V2"])]),
        profiles,
        hashing_model,
        as_of=NOW.date(),
    )


def test_open_windows_other_sides_and_reasons_that_tell_nothing_are_left_out(events):
    found = outcomes(events, as_of=NOW, window_days=30)
    employer = judged(found, Side.EMPLOYER)
    # V2 P3 is open, V2 P2 came to nothing because the place was taken; in the order of showing.
    assert employer[["vacancy_id", "profile_id"]].to_numpy().tolist() == [
        ["V1", "P1"],
        ["V1", "P2"],
        ["V1", "P9"],
        ["V2", "P1"],
    ]
    # A no for want of skills does tell.
    assert judged(found, Side.PERSON)["profile_id"].tolist() == ["P3"]


def test_pairs_have_their_features_stages_queries_and_places(events, loaded):
    calls = []
    found = outcomes(events, as_of=NOW, window_days=30)
    pairs = shown_pairs(
        judged(found, Side.EMPLOYER), loaded, Side.EMPLOYER, progress=lambda *now: calls.append(now)
    )
    # P9 is not here any more.
    assert len(pairs) == 3
    assert pairs.features.shape == (3, len(FEATURES))
    assert pairs.stages.tolist() == [5, 0, 0]
    assert pairs.queries.tolist() == [0, 0, 1]
    assert pairs.positions.tolist() == [1, 2, 1]
    np.testing.assert_array_equal(pairs.propensities, [np.nan, np.nan, 0.9])
    skills = [each.name for each in FEATURES].index("skills")
    assert pairs.features[0, skills] > pairs.features[1, skills]
    assert calls == [(2, 3), (3, 3)]


def test_features_are_those_of_the_day_of_showing(frames, hashing_model):
    vacancies, profiles = frames
    later = dt.date(2026, 12, 31)
    loaded = load_pools(all_open(vacancies[:1]), profiles, hashing_model, as_of=later)
    rows = [event("shown", "V1", "P1", position=1)]
    frame = pd.DataFrame(rows).assign(
        position=pd.array([1], "Int64"), happened_at=pd.Timestamp("2026-10-31T08:00Z")
    )
    shown = outcomes(frame, as_of=dt.datetime(2026, 12, 31, tzinfo=dt.UTC), window_days=30)
    pairs = shown_pairs(judged(shown, Side.EMPLOYER), loaded, Side.EMPLOYER)
    fresh = [each.name for each in FEATURES].index("freshness")
    assert pairs.features[0, fresh] == 1


def test_people_are_the_queries_of_their_own_lists_and_unknown_places_are_zero(events, loaded):
    found = judged(outcomes(events, as_of=NOW, window_days=30), Side.PERSON)
    pairs = shown_pairs(found, loaded, Side.PERSON)
    assert (len(pairs), pairs.positions.tolist(), pairs.stages.tolist()) == (1, [0], [0])


def test_no_feedback_gives_no_pairs(events, loaded):
    found = judged(outcomes(events[:0], as_of=NOW, window_days=30), Side.EMPLOYER)
    pairs = shown_pairs(found, loaded, Side.EMPLOYER)
    assert len(pairs) == 0
    assert pairs.features.shape == (0, len(FEATURES))


def test_filled_vacancies_are_kept_for_what_they_taught(frames):
    assert set(all_open(frames[0])["outcome"]) == {"招聘中"}
    assert all_open(frames[0])["closed_on"].isna().all()
