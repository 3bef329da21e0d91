import numpy as np
import pytest

from data.catalogue.indicators import duration_score, fill_score, median_days, ratio_score
from data.catalogue.moments import EmployerSums, Totals, resampled_median
from data.catalogue.uncertainty import (
    DRAWS,
    Z80,
    Baseline,
    bootstrap_weights,
    demand_of,
    fit_split_variance,
    inflation_factor,
    resampled_index,
    split_differences,
    survey_draws,
)

NEUTRAL = Baseline(ratio=1.0, kappa1=2.0, median=30.0, fill90=0.67, kappa3=2.0)


def sums_of(*, employers, days, filled, heads=1.0, supply=4.0):
    """One spell per entry of ``days``; every spell is current and states its places."""
    employer = np.asarray(employers)
    n_emp = employer.max() + 1
    times, position = np.unique(np.asarray(days, dtype=float), return_inverse=True)
    counts, events = np.zeros((n_emp, len(times))), np.zeros((n_emp, len(times)))
    np.add.at(counts, (employer, position), 1)
    np.add.at(events, (employer, position), np.asarray(filled, dtype=float))
    spells = np.bincount(employer).astype(float)
    quick = np.bincount(employer, weights=np.asarray(filled) & (np.asarray(days) <= 90))
    zero = np.zeros(n_emp)
    sums = Totals(spells, spells, spells * heads, spells, quick, *(zero for _ in range(7)))
    return EmployerSums(np.column_stack(sums), times, counts, events, supply)


def variance_of(sums, seed):
    return float((split_differences(sums, NEUTRAL, np.random.default_rng(seed)) ** 2).mean() / 4)


def test_the_resampled_median_agrees_with_scipy_on_every_draw():
    rng = np.random.default_rng(3)
    employers = np.concatenate([np.arange(8), rng.integers(8, size=52)])
    days = rng.integers(1, 60, size=60).astype(float)
    days[rng.random(60) < 0.3] = 180
    filled = (days < 180) & (rng.random(60) < 0.7)
    sums = sums_of(employers=employers, days=days, filled=filled)
    weights = bootstrap_weights(8, rng)[:50]
    fast = resampled_median(sums, weights)
    for draw, median in zip(weights, fast, strict=True):
        times = draw[employers].astype(int)
        slow = median_days(np.repeat(days, times), np.repeat(filled, times))
        followed = float(np.repeat(days, times).max())
        assert median == (followed if slow is None else slow)


def test_a_draw_that_never_reaches_one_half_ends_at_its_last_day():
    sums = sums_of(employers=[0, 1], days=[10, 40], filled=[False, False])
    assert resampled_median(sums, np.array([[1.0, 0.0], [1.0, 1.0]])).tolist() == [10, 40]


def test_a_draw_without_spells_is_neutral():
    sums = sums_of(employers=[0, 1], days=[10, 40], filled=[True, True])
    nothing = np.zeros((1, 2))
    assert np.isnan(resampled_median(sums, nothing)).all()
    # θ = κp̄/(U+κ(1−p̄)) = 1/5 → 16.67; no durations → 50; F = F̄ = .67 → 50
    expected = 0.5 * 100 * 0.2 / 1.2 + 0.5 * 50
    assert resampled_index(sums, NEUTRAL, nothing).index == pytest.approx(expected, abs=0.1)


def test_weights_of_one_give_the_index_of_the_cell_itself():
    sums = sums_of(employers=[0, 0, 1, 2], days=[20, 100, 50, 180], filled=[True, True, True, False])
    draws = resampled_index(sums, NEUTRAL, np.ones((1, 3)))
    # V = 4, U = 4, κ1 = 2: θ = 5/5 = 1; median: survival 3/4, 1/2 after 50 days;
    # two of four within ninety days: F = (2 + 2·.67)/6
    expected = (
        0.5 * ratio_score(1.0, 1.0) + 0.25 * duration_score(50, 30, 4) + 0.25 * fill_score((2 + 1.34) / 6)
    )
    assert draws.index == pytest.approx(expected)
    assert draws.demand == pytest.approx(4)


def test_half_of_the_employers_meet_half_of_the_seekers():
    sums = sums_of(employers=[0, 1], days=[30, 30], filled=[True, True])
    halves = resampled_index(
        sums, Baseline(ratio=1.0, kappa1=1e-9, median=30, fill90=0.67, kappa3=2), np.array([[1.0, 0.0]]), 0.5
    )
    # one place and two seekers instead of two and four: the same ratio of one half
    whole = resampled_index(
        sums, Baseline(ratio=1.0, kappa1=1e-9, median=30, fill90=0.67, kappa3=2), np.ones((1, 2))
    )
    assert halves.demand == pytest.approx(1)
    assert halves.index == pytest.approx(whole.index, abs=3)


def test_places_are_scaled_up_within_every_draw():
    sums = sums_of(employers=[0, 1], days=[30, 30], filled=[True, True])
    moments = sums.moments.copy()
    moments[:, 1], moments[:, 2] = [1.0, 0.0], [6.0, 0.0]
    partly = EmployerSums(moments, sums.times, sums.counts, sums.events, 4.0)
    draws = resampled_index(partly, NEUTRAL, np.array([[1.0, 1.0], [0.0, 2.0]]))
    # two vacancies at the six places that one states; a draw in which none states any uses the cell's mean
    assert draws.demand.tolist() == [12, 12]


def test_employers_are_drawn_as_wholes_with_replacement():
    weights = bootstrap_weights(7, np.random.default_rng(0))
    assert weights.shape == (DRAWS, 7)
    assert (weights.sum(axis=1) == 7).all()
    assert (weights.max(axis=1) > 1).any()


def test_equal_employers_have_no_variance_and_unequal_ones_have():
    equal = sums_of(employers=[0, 1, 2, 3], days=[30] * 4, filled=[True] * 4)
    assert variance_of(equal, 0) == pytest.approx(0)
    unequal = sums_of(employers=[0, 1, 2, 3], days=[5, 5, 180, 180], filled=[True, True, False, False])
    assert variance_of(unequal, 0) > 1


def test_the_split_variance_is_a_quarter_of_the_squared_difference():
    # two employers have one way to be halved: S_A and S_B from either alone
    sums = sums_of(employers=[0, 1], days=[10, 180], filled=[True, False])
    alone = resampled_index(sums, NEUTRAL, np.eye(2), 0.5).index
    expected = (alone[0] - alone[1]) ** 2 / 4
    assert variance_of(sums, 1) == pytest.approx(expected)


def test_the_split_variance_is_fitted_as_a_plus_b_over_n():
    # 1 + 20/n at n = 10, 20, 40: 3, 2, 1.5
    assert fit_split_variance([3, 2, 1.5], [10, 20, 40]) == pytest.approx((1, 20))
    # never negative: a variance that rises with n is a constant
    a, b = fit_split_variance([1, 3], [10, 20])
    assert (a, b) == (pytest.approx(2), 0)
    assert fit_split_variance([], []) == (0, 0)


def test_intervals_are_inflated_until_four_of_five_repeat_pairs_are_covered():
    # the difference of two halves has twice the deviation of the whole: |d|/2 over sd 1 is .5, 1, 1.5, 2, 9;
    # the fourth of five must be covered: 2/1.2816 = 1.561
    assert inflation_factor([np.array([1.0, -2.0, 3.0, -4.0, 18.0])], [1.0]) == pytest.approx(2 / Z80)
    # a deviation twice as large covers them already
    assert inflation_factor([np.array([1.0, -2.0, 3.0, -4.0, 18.0])], [2.0]) == 1
    assert inflation_factor([], []) == 1


def test_inflated_intervals_cover_four_of_five_pairs_whatever_the_cells():
    rng = np.random.default_rng(5)
    differences, sds = [rng.normal(scale=8, size=20) for _ in range(30)], list(rng.uniform(0.5, 3, 30))
    factor = inflation_factor(differences, sds)
    covered = [np.abs(d) <= 2 * Z80 * factor * sd + 1e-9 for d, sd in zip(differences, sds, strict=True)]
    assert factor > 1
    assert np.mean(covered) >= 0.8


def test_a_city_without_places_stated_has_no_demand():
    sums = sums_of(employers=[0, 1], days=[30, 30], filled=[True, True], heads=0.0)
    moments = sums.moments.copy()
    moments[:, 1] = 0
    silent = EmployerSums(moments, sums.times, sums.counts, sums.events, 4.0)
    assert demand_of(silent, silent.totals(np.ones((1, 2)))).tolist() == [0]


def test_only_a_survey_has_draws_of_its_own():
    rng = np.random.default_rng(0)
    assert survey_draws(NEUTRAL, rng) is None
    drawn = survey_draws(Baseline(hard=0.4, hard_n=50.0), rng)
    assert drawn.mean() == pytest.approx(0.4, abs=0.03)
    # a share of fifty: √(.4·.6/51) = .069
    assert drawn.std() == pytest.approx(0.069, abs=0.02)


def test_a_draw_in_which_pay_days_do_not_differ_is_neutral():
    sums = sums_of(employers=[0, 1], days=[30, 30], filled=[True, True])
    baseline = Baseline(pay_sd=0.02, pay_city=0.05)
    assert resampled_index(sums, baseline, np.ones((1, 2))).scores["i5"].tolist() == [50]
    assert baseline.present == ("i5",)


def test_a_cell_that_nobody_followed_has_no_median():
    empty = EmployerSums(np.zeros((2, 12)), np.array([]), np.zeros((2, 0)), np.zeros((2, 0)), 0.0)
    assert np.isnan(resampled_median(empty, np.ones((3, 2)))).all()
