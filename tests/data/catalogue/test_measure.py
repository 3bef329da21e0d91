import datetime as dt

import numpy as np
import pytest

from data.catalogue.cells import gather_cells
from data.catalogue.frames import read_spells
from data.catalogue.measure import employer_sums, measure, spread_of
from data.catalogue.period import Period
from data.catalogue.reasons import THIN_SUPPLY
from data.catalogue.references import CityReference
from data.catalogue.spells import add_timing
from data.catalogue.uncertainty import resampled_index
from data.records import Outcome

PERIOD = Period(dt.date(2026, 12, 31))
START = dt.date(2026, 8, 1)
CITY = CityReference(
    ratio=0.5, ratio_refusal=None, mean_heads=2, fill90=0.67, median_city=30, median_by_group={}
)


def filled(days, **row):
    return {
        "opened_on": START, "closed_on": START + dt.timedelta(days=days), "outcome": Outcome.FILLED, **row
    }  # fmt: skip


@pytest.fixture
def cell_of(make_vacancies):
    def of(*rows):
        (cell,) = gather_cells(add_timing(read_spells(make_vacancies(*rows), PERIOD).frame, PERIOD))
        return cell

    return of


def test_the_indicators_of_a_cell_follow_from_its_sums(cell_of):
    cell = cell_of(
        filled(20, employer="甲", heads=2),
        filled(42, employer="乙", heads=4),
        filled(100, employer="丙", heads=6),
    )
    measured = measure(cell, 12.0, CITY, (3.0, 2.0))
    i1, i2, i3 = measured.indicators.i1, measured.indicators.i2, measured.indicators.i3
    # V = 12, U = 12; p̄ = .5/1.5 = 1/3, κ = 3: θ = 13/14; score 100·.92857/1.42857 = 65
    assert (i1.raw, i1.used, i1.score, i1.n) == (1, pytest.approx(13 / 14), pytest.approx(65), 24)
    # median 42 days is 1.4 times the reference, n/(n+3) = .5: 55.05
    assert (i2.raw, i2.used, i2.n) == (42, pytest.approx(1.4), 3)
    assert i2.score == pytest.approx(55.051, abs=0.002)
    # two of three within ninety days, κ = 2: (2 + 1.34)/5 = .668 → 50.1
    assert (i3.raw, i3.used, i3.n) == (pytest.approx(2 / 3), pytest.approx(0.668), 3)
    assert i3.score == pytest.approx(50.1, abs=0.1)
    assert measured.index == pytest.approx(0.5 * 65 + 0.25 * (i2.score + i3.score))
    assert measured.outcome_score == pytest.approx((i2.score + i3.score) / 2)
    assert measured.refusals == ()


def test_the_draws_of_a_cell_surround_its_own_index(cell_of):
    rows = [filled(10 + 7 * place, employer=f"单位{place % 5}", heads=1 + place % 3) for place in range(20)]
    cell = cell_of(*rows)
    measured = measure(cell, 30.0, CITY, (3.0, 2.0))
    itself = resampled_index(employer_sums(cell, 30.0), measured.baseline, np.ones((1, 5)))
    assert itself.index == pytest.approx(measured.index)
    assert itself.demand == pytest.approx(cell.demand)
    spread = spread_of(cell, 30.0, measured.baseline, np.random.default_rng(0))
    assert spread.demand_lo < cell.demand < spread.demand_hi
    assert 0 < spread.sd_boot < 15
    assert 0 < spread.gate_probability <= 1


@pytest.mark.parametrize(("supply", "probability"), [(0, 1), (1_000, 0)])
def test_the_absolute_gate_is_the_share_of_draws_over_two_thirds(cell_of, supply, probability):
    cell = cell_of(*(filled(10, employer=f"单位{place}") for place in range(6)))
    baseline = measure(cell, supply, CITY, (3.0, 2.0)).baseline
    assert spread_of(cell, supply, baseline, np.random.default_rng(0)).gate_probability == probability


def test_no_seekers_leave_the_raw_ratio_empty_but_not_the_indicator(cell_of):
    i1 = measure(cell_of(filled(10)), 0.0, CITY, (3.0, 2.0)).indicators.i1
    # (1 + 3/3)/(0 + 3·2/3) = 1 → 66.7
    assert (i1.raw, i1.used) == (None, pytest.approx(1))


@pytest.mark.parametrize(
    ("rows", "city", "codes"),
    [
        pytest.param([filled(10, heads=np.nan)], CITY, ["heads_unstated"], id="no places stated"),
        pytest.param(
            [{**filled(10), "opened_on": dt.date(2026, 1, 5), "closed_on": dt.date(2026, 2, 5)}],
            CITY, ["no_current_demand"], id="nothing in the last six months",
        ),
        pytest.param(
            [{"outcome": Outcome.UNKNOWN}], CITY, ["no_duration", "no_fill_share"], id="no outcome"
        ),
        pytest.param(
            [filled(10)],
            CityReference(None, THIN_SUPPLY, 0, None, None, {}),
            ["thin_supply", "no_duration", "no_fill_share"],
            id="no reference",
        ),
    ],
)  # fmt: skip
def test_an_indicator_without_data_is_missing_with_its_reason(cell_of, rows, city, codes):
    measured = measure(cell_of(*rows), 5.0, city, (3.0, 2.0))
    assert [reason.code for reason in measured.refusals] == codes
    assert measured.baseline is None
