"""Time to fill, by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from training.forecast.demand import Level
from training.forecast.duration import spells_of_cell, time_to_fill, timed_spells


def spells(days, filled):
    return pd.DataFrame({"days": np.asarray(days, dtype=float), "filled": np.asarray(filled, dtype=bool)})


def test_without_censoring_the_curve_is_the_plain_share():
    # 40 vacancies filled after 3, 6, ..., 120 days: half by day 60, ten left after day 90.
    told = time_to_fill(spells(range(3, 121, 3), [True] * 40))
    assert (told.median_days, told.share_open_90) == (60.0, 0.25)
    assert (told.n_spells, told.n_closings, told.reasons) == (40, 40, ())
    assert told.median_lo80 < 60 < told.median_hi80
    assert told.open_90_lo80 < 0.25 < told.open_90_hi80


def test_the_censored_stay_in_the_risk_set_until_they_are_lost_from_sight():
    # 20 filled on day 30 of 40; 10 lost on day 50; of the 10 left 5 filled on day 100: 1/2, then 1/4.
    days = [30] * 20 + [50] * 10 + [100] * 5 + [180] * 5
    told = time_to_fill(spells(days, [True] * 20 + [False] * 10 + [True] * 5 + [False] * 5))
    assert (told.median_days, told.share_open_90) == (30.0, 0.5)
    assert (told.n_spells, told.n_closings) == (40, 25)


def test_nobody_filled_early_means_all_are_open_on_day_90():
    told = time_to_fill(spells([100] * 25, [True] * 25))
    assert (told.share_open_90, told.median_days) == (1.0, 100.0)


def test_under_twenty_closings_there_are_no_days():
    told = time_to_fill(spells([10] * 19 + [20] * 50 + [np.nan], [True] * 19 + [False] * 51))
    assert (told.median_days, told.share_open_90, told.n_spells, told.n_closings) == (None, None, 69, 19)
    assert [(reason.code, reason.have, reason.need) for reason in told.reasons] == [("few_closings", 19, 20)]


def test_half_not_filled_within_the_cap_is_the_cap():
    told = time_to_fill(spells([20] * 20 + [180] * 60, [True] * 20 + [False] * 60))
    assert (told.median_days, told.median_hi80, told.share_open_90) == (180.0, 180.0, 0.75)


def test_a_median_that_was_not_followed_to_is_not_told():
    told = time_to_fill(spells([20] * 20 + [30] * 60, [True] * 20 + [False] * 60))
    assert (told.median_days, told.share_open_90) == (None, None)
    assert [reason.code for reason in told.reasons] == ["followed_too_short"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ((Level.CITY, None, None), ["a", "b", "c", "d"]),
        ((Level.INDUSTRY, "镁材料", None), ["a", "b"]),
        ((Level.INDUSTRY, None, None), ["c", "d"]),
        ((Level.OCCUPATION, "镁材料", "x"), ["a"]),
        ((Level.OCCUPATION, None, None), ["d"]),
    ],
)
def test_a_cell_has_its_own_spells(cell, expected):
    frame = pd.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "key_industry": ["镁材料", "镁材料", None, None],
            "occupation_code": ["x", "y", "x", None],
        },
        dtype=object,
    )
    assert spells_of_cell(frame, *cell)["id"].tolist() == expected


def test_no_vacancy_has_no_spell():
    assert timed_spells(pd.DataFrame(), as_of=dt.date(2026, 10, 31)).empty
