from __future__ import annotations

import numpy as np
import pytest

from training.forecast.season import IndexStatus, seasonal_factors, seasonal_index

CHECKERBOARD = np.tile([100.0, 400.0], 12)


def slow_factors(total: list[float], first_month: int) -> list[float]:
    """The method written out month by month."""
    per_month: dict[int, list[float]] = {month: [] for month in range(12)}
    logs = [np.log(value) for value in total]
    for t in range(len(logs)):
        window = [logs[u] for u in range(len(logs)) if abs(u - t) <= 6]
        if len(window) >= 10:
            per_month[(first_month + t) % 12].append(logs[t] - sum(window) / len(window))
    effects = []
    for month in range(12):
        seen = per_month[month]
        effects.append(sum(seen) / len(seen) * len(seen) / (len(seen) + 1) if seen else 0.0)
    middle = sum(effects) / 12
    return [float(np.exp(effect - middle)) for effect in effects]


def test_the_season_of_a_checkerboard_is_known() -> None:
    # In logs the board is ±ln 2 around its middle. A full window of 13 holds 7 values of the centre's
    # sign and 6 of the other, so its mean is ±ln 2 / 13 and the effect ±12/13 ln 2.
    # January and February are seen once (n/(n+1) = 1/2): 6/13.
    # April is seen at the 4th month, where the window is cut to ten values that cancel out (effect ln 2),
    # and a year later: mean (1 + 12/13)/2, times 2/3, is 25/39.
    factors = seasonal_factors(CHECKERBOARD, first_month=0)
    assert factors[0] == pytest.approx(2 ** (-6 / 13))
    assert factors[1] == pytest.approx(2 ** (6 / 13))
    assert factors[3] == pytest.approx(2 ** (25 / 39))


def test_a_flat_year_has_no_season() -> None:
    assert seasonal_factors(np.full(30, 7.0), first_month=4).tolist() == pytest.approx([1.0] * 12)


def test_factors_follow_the_calendar_and_not_the_position() -> None:
    from_january = seasonal_factors(CHECKERBOARD, first_month=0)
    from_may = seasonal_factors(CHECKERBOARD, first_month=4)
    assert np.roll(from_january, 4).tolist() == pytest.approx(from_may.tolist())


@pytest.mark.parametrize("n_months", [10, 13, 17, 24, 31, 40])
def test_factors_agree_with_the_method_written_out(n_months: int) -> None:
    total = np.random.default_rng(n_months).uniform(50, 200, n_months)
    assert seasonal_factors(total, first_month=7).tolist() == pytest.approx(slow_factors(total.tolist(), 7))


def test_factors_average_to_one_in_logs() -> None:
    total = np.random.default_rng(1).uniform(50, 200, 36)
    assert np.log(seasonal_factors(total, first_month=0)).sum() == pytest.approx(0)


def test_a_month_without_any_demand_is_passed_over() -> None:
    total = np.full(30, 50.0)
    total[14] = 0
    assert seasonal_factors(total, first_month=0).tolist() == pytest.approx([1.0] * 12)


def test_too_little_to_estimate_from_gives_ones() -> None:
    assert seasonal_factors(np.array([]), first_month=0).tolist() == [1.0] * 12
    assert seasonal_factors(np.array([5.0, 9.0]), first_month=0).tolist() == [1.0] * 12


def test_a_published_index_needs_24_months_of_demand() -> None:
    short = seasonal_index(CHECKERBOARD[:23], first_month=0)
    assert (short.status, short.n_months) == (IndexStatus.TOO_SHORT, 23)
    assert short.factors.tolist() == [1.0] * 12
    enough = seasonal_index(CHECKERBOARD, first_month=0)
    assert (enough.status, enough.n_months) == (IndexStatus.ESTIMATED, 24)
    assert enough.factors[0] < 1 < enough.factors[1]


def test_months_without_demand_do_not_count_as_history() -> None:
    total = CHECKERBOARD.copy()
    total[5] = 0
    assert seasonal_index(total, first_month=0).status is IndexStatus.TOO_SHORT
