import math

import numpy as np
import pytest

from data.catalogue.measure import Spread
from data.catalogue.rating import Calibration, calibrate
from data.catalogue.simulation.market import draw_market
from data.catalogue.simulation.ours import rate_market
from data.catalogue.simulation.truth import draw_truth
from data.catalogue.uncertainty import SD_NON_SAMPLING


@pytest.fixture(scope="module")
def city():
    rng = np.random.default_rng(5)
    return rate_market(draw_market(draw_truth(rng, occupations=40), rng), seed=1)


def spread(boot, differences):
    return Spread(boot, np.array(differences), demand_lo=0, demand_hi=1, gate_probability=1)


def test_the_deviation_of_an_index_adds_what_resampling_and_what_no_sample_shows():
    found = spread(3.0, [4.0, -4.0])
    # split halves: mean of d²/4 = 4
    assert found.split_variance == 4
    # √(9 + 1 + 60/20) = √13 sampling; doubled, with 3.5: √(52 + 12.25)
    calibration = Calibration((1.0, 60.0), inflation=2.0)
    assert calibration.sampling_sd(found, 20) == pytest.approx(math.sqrt(13))
    assert calibration.sd(found, 20) == pytest.approx(math.sqrt(64.25))


def test_a_city_without_rated_cells_is_not_inflated():
    assert calibrate([]) == Calibration((0.0, 0.0), 1.0)


def test_every_rated_cell_is_as_wide_as_the_calibration_says(city):
    rated = [cell for cell in city.separate if cell.star is not None]
    assert len(rated) > 20
    for cell in rated:
        assert cell.sd == pytest.approx(city.calibration.sd(cell.spread, cell.cell.n_spell))
        assert cell.sd > SD_NON_SAMPLING


def test_unrated_cells_say_why_and_have_no_draws(city):
    unrated = [cell for cell in city.separate if cell.star is None]
    assert unrated
    assert all(cell.reasons and cell.spread is None for cell in unrated)
