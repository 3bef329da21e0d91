"""Joint paths from past errors."""

from __future__ import annotations

import numpy as np
import pytest

from training.forecast.simulation import Draws, PastErrors, Shares, simulated_errors


def draws(cells=3, simulations=2000, seed=0, **shares):
    return Draws.from_rng(np.random.default_rng(seed), cells=cells, simulations=simulations, **shares)


def test_demand_and_supply_are_drawn_from_the_same_origin_and_series():
    # Supply always erred by minus twice the demand, month by month: so must every path.
    rng = np.random.default_rng(1)
    demand = rng.normal(size=(3, 10, 3))
    past = PastErrors(demand, -2 * demand, np.zeros((3, 10), dtype=np.int64))
    wanted, available = simulated_errors(past, 0, 0, draws())
    assert wanted.shape == (2000, 3)
    np.testing.assert_allclose(available, -2 * wanted)
    # The months of a path belong together as well: the path is one that was seen, on another scale.
    seen = {round(float(path[1] / path[0]), 9) for path in demand.reshape(-1, 3)}
    assert {round(float(path[1] / path[0]), 9) for path in wanted} <= seen


def test_errors_are_lent_on_the_scale_of_the_cell():
    # Cell 0 errs by ±10, cell 1 by ±1000; both lend, each on the scale of the one that borrows.
    errors = np.array([[[10.0]], [[1000.0]]]) * np.where(np.arange(40) % 2, 1.0, -1.0)[None, :, None]
    past = PastErrors(errors, errors, np.zeros((2, 40), dtype=np.int64))
    small, _ = simulated_errors(past, 0, 0, draws(cells=2))
    large, _ = simulated_errors(past, 1, 0, draws(cells=2))
    # Group mean 505, corrected by 40 own sizes: (40·10 + 5·505)/45 = 65 and (40·1000 + 5·505)/45 = 945.
    np.testing.assert_allclose(np.unique(np.abs(small).round(6)), [10.0, 1000 / 945 * 65], atol=1e-5)
    np.testing.assert_allclose(np.unique(np.abs(large).round(6)), [10 / 65 * 945, 1000.0], atol=1e-5)


def test_only_the_group_lends_and_without_it_there_is_nothing():
    errors = np.ones((2, 4, 1))
    groups = np.array([[0, 0, 0, 0], [-1, -1, -1, -1]])
    past = PastErrors(errors, 0 * errors, groups)
    assert past.n_origins == 4
    assert simulated_errors(past, 1, 1, draws(cells=2)) is None
    wanted, available = simulated_errors(past, 0, 0, draws(cells=2))
    assert (wanted == 1).all()
    assert (available == 0).all()


def test_shares_are_drawn_around_their_estimate_and_left_alone_without_one():
    plain = draws()
    assert (plain.withdrawn == 0).all()
    assert (plain.retained == 1).all()
    told = draws(withdrawn=Shares(20, 100), lost=Shares(50, 1000))
    assert told.withdrawn.mean() == pytest.approx(0.2, abs=0.01)
    assert told.retained.mean() == pytest.approx(0.95, abs=0.005)
    assert told.simulations == 2000
    assert Shares(0, 0).value == 0.0
