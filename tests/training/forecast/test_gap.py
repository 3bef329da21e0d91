"""The gap of one cell."""

from __future__ import annotations

import numpy as np
import pytest

from training.forecast.gap import NOTHING, SURE, Change, End, GapModel, Range, Side

STEADY = np.zeros(2000)


def model(*, demand=None, supply=None, withdrawn=0.0, retained=1.0, d_errors=STEADY, s_errors=STEADY):
    n = len(d_errors)
    return GapModel(
        demand=demand or Side(100.0, 300.0, d_errors),
        supply=supply or Side(50.0, 150.0, s_errors),
        withdrawn=np.full(n, withdrawn),
        withdrawn_share=withdrawn,
        retained=np.full(n, retained),
        retained_share=retained,
    )


def test_the_gap_is_what_is_wanted_and_not_withdrawn_less_who_is_still_there():
    # (100 + 300)·0.9 - (0.8·50 + 150) = 360 - 190
    told = model(withdrawn=0.1, retained=0.8).simulated()
    assert told.point == pytest.approx(170.0)
    np.testing.assert_allclose(told.draws, 170.0)
    assert told.p_short == 1.0


def test_the_ratio_is_the_official_one():
    ratio = model(withdrawn=0.1, retained=0.8).ratio(with_95=True)
    assert (ratio.value, ratio.lo80, ratio.hi95) == (2.0, 2.0, 2.0)
    nobody = model(supply=Side(0.0, 0.0, STEADY))
    assert nobody.ratio(with_95=False) is None
    # Nobody in most simulations: the upper bound is without end and left out.
    rarely = model(supply=Side(0.0, 1.0, np.where(np.arange(2000) % 2, -1.0, 1.0)))
    assert rarely.ratio(with_95=False).hi80 is None


def test_calibration_puts_the_bounds_where_past_gaps_were():
    rng = np.random.default_rng(3)
    loose = model(d_errors=rng.normal(0, 10, 2000), s_errors=rng.normal(0, 10, 2000))
    amount = loose.calibrated((-40.0, 60.0)).simulated().amount(with_95=False)
    assert (amount.value, amount.lo95) == (200.0, None)
    assert amount.lo80 == pytest.approx(160.0, abs=0.5)
    assert amount.hi80 == pytest.approx(260.0, abs=0.5)
    exact = model().calibrated((-40.0, 60.0))
    assert exact.shift == 0.0


def test_more_supply_never_raises_the_probability_of_a_shortage():
    rng = np.random.default_rng(4)
    d_errors, s_errors = rng.normal(0, 80, 2000), rng.normal(0, 80, 2000)
    before = 1.1
    for now in np.linspace(0, 600, 13):
        told = model(supply=Side(now, 150.0, s_errors), d_errors=d_errors).calibrated((-90.0, 120.0))
        assert told.simulated().p_short <= before
        before = told.simulated().p_short
    more = Change(arrivals=Range(30.0, 30.0, 30.0))
    assert told.simulated(more).p_short <= told.simulated().p_short


def test_a_change_shifts_every_simulation_alike_and_none_changes_nothing():
    rng = np.random.default_rng(5)
    told = model(d_errors=rng.normal(0, 80, 2000), withdrawn=0.1).calibrated((-90.0, 120.0))
    base = told.simulated()
    np.testing.assert_array_equal(told.simulated(Change()).draws, base.draws)
    jobs = told.simulated(Change(openings=300.0))
    np.testing.assert_allclose(jobs.draws - base.draws, 270.0)
    assert jobs.point - base.point == pytest.approx(270.0)
    # Twice the inflow: another 150 heads, or in a simulation as many as it has.
    doubled = told.simulated(Change(inflow=Range(2.0, 2.0, 2.0)))
    assert doubled.point - base.point == pytest.approx(-150.0)
    assert told.seekers(Change(inflow=Range(2.0, 2.0, 2.0)), with_95=False).value == 350.0


def test_ranges_are_taken_at_both_ends():
    halves = Range(0.4, 0.5, 0.8)
    told = model(
        demand=Side(100.0, 300.0, STEADY, halves), supply=Side(50.0, 150.0, STEADY, halves, Range(0, 10, 20))
    )
    assert told.is_ranged
    assert not model().is_ranged
    # 400/0.5 - 210/0.5; at the ends 400/0.8 - 220/0.4 and 400/0.4 - 200/0.8.
    assert told.simulated().point == pytest.approx(380.0)
    assert told.simulated(end=End.LOWEST).point == pytest.approx(-50.0)
    assert told.simulated(end=End.HIGHEST).point == pytest.approx(750.0)
    assert told.ratio(with_95=False).value == pytest.approx(400 / 210)
    assert Change(inflow=halves).is_ranged
    assert not Change(openings=3.0, arrivals=NOTHING, inflow=SURE).is_ranged
