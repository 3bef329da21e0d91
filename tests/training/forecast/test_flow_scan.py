import numpy as np
import pytest

from training.forecast.flow_scan import chance, dispersion_bound, net_size, rate_size, scan


def level(inflow, outflow, cells=3, quarters=12):
    """Cells with the same counts in every quarter."""
    return np.stack([np.full((cells, quarters), float(each)) for each in (inflow, outflow)])


def test_a_steady_history_has_no_contrast():
    found = scan(level(40, 30))
    assert np.abs(found.z).max() < 1e-9
    assert found.z.shape == (3, 3, 4)


def test_the_contrast_of_two_quarters_is_worked_out_by_hand():
    counts = level(40, 30)
    counts[0, 0, -2:] = 20
    found = scan(counts)
    # two quarters after, ten before, no season: 40 against 400 / 5 = 80, variance (40 + 400) / 5 = 88
    assert found.ratio[0, 0, 1] == pytest.approx(0.2)
    assert found.difference[0, 0, 1] == pytest.approx(-40)
    assert found.z[0, 0, 1] == pytest.approx(-40 / 88**0.5)
    # of the net the outflow's variance comes on top: (60 + 300) / 5 = 72
    assert found.z[2, 0, 1] == pytest.approx(-40 / 160**0.5)
    assert np.abs(found.z[0, 0]).argmax() == 1


def test_a_season_that_all_cells_share_is_taken_out():
    season = np.tile([2.0, 1.0, 1.0, 1.0], 8)
    counts = level(40, 30, quarters=32) * season
    plain = np.abs(counts[0, 0, -4] - counts[0, 0, :-4].mean())
    assert plain > 25
    # seven years before: shrinking leaves an eighth of it
    assert np.abs(scan(counts).z).max() < 1.5


def test_spread_is_bounded_from_above_and_never_below_poisson():
    rng = np.random.default_rng(0)
    assert dispersion_bound(level(40, 30)) == 1.0
    poisson = rng.poisson(level(40, 30, cells=8, quarters=16)).astype(float)
    clumpy = 3.0 * rng.poisson(level(40, 30, cells=8, quarters=16) / 3)
    assert 1.0 <= dispersion_bound(poisson) < 1.6
    assert 2.4 < dispersion_bound(clumpy) < 5.0


def test_one_cell_and_two_years_are_too_few_to_tell_the_spread():
    assert dispersion_bound(level(40, 30, cells=1, quarters=8)) is None


def test_chance_is_small_for_a_change_and_the_same_every_time():
    counts = level(40, 30)
    counts[0, 0, -3:] = 20
    first = chance(counts, dispersion=1.0, simulations=199)
    assert first.shape == (3, 3)
    assert first[0, 0] == 1 / 200
    assert first[1:2].min() > 0.9
    assert np.array_equal(first, chance(counts, dispersion=1.0, simulations=199))
    assert chance(counts, dispersion=4.0, simulations=199)[0, 0] > first[0, 0]


def test_the_size_of_a_rate_comes_with_an_interval_around_it():
    size = rate_size(60, 360, 3 / 9, dispersion=1.0)
    # 60 where 120 were to be expected
    assert size.change == -0.5
    assert -0.7 < size.low < -0.5 < size.high < -0.25
    wide = rate_size(60, 360, 3 / 9, dispersion=3.0)
    assert wide.low < size.low < size.high < wide.high
    assert rate_size(0, 360, 3 / 9, dispersion=1.0).low == -1.0


def test_the_size_of_a_net_is_in_people_a_quarter():
    size = net_size(-60.0, 100.0, 3, dispersion=1.0)
    # half the width: 2.4977 standard deviations of 10 over three quarters
    assert (size.low, size.change, size.high) == (-28.3, -20.0, -11.7)
