"""How the gap between both sides was missed at past origins."""

from __future__ import annotations

import numpy as np
import pytest

from training.forecast.gap_record import gap_record

pytestmark = pytest.mark.usefixtures("quick_forecasts")
MONTHS = 34


def drawn(mean, seed):
    return np.random.default_rng(seed).poisson(mean, (40, MONTHS)).astype(float)


def test_the_interval_of_a_gap_grows_with_the_volume_of_its_cell(make_sides):
    # Forty leaves of 200 heads a month share the class of the industries and the city, 20 and 40 times
    # their size: by chance alone their gaps err by √20 and √40 times as much.
    found = gap_record(make_sides(drawn(200, 1), drawn(200, 2)), horizon=3, withdrawn=0.0)
    widths = np.diff(found.offsets, axis=1)[:, 0]
    leaf = np.median(widths[3:])
    assert (found.n_origins >= 8).all()
    assert widths[0] > 3 * leaf
    assert (widths[1:3] > 2 * leaf).all()
    # √(2·3·200) = 35 heads: 80 % of the gaps of three months of two such counts lie within ±44.
    assert 70 < leaf < 140


def test_without_common_months_there_is_no_record(make_sides):
    short = np.full((2, 12), 50.0)
    assert gap_record(make_sides(short, short), horizon=3, withdrawn=0.0) is None
    some = make_sides(drawn(50, 1), drawn(50, 2), supply={"inflow": np.full((43, MONTHS), np.nan)})
    assert gap_record(some, horizon=3, withdrawn=0.0) is None
