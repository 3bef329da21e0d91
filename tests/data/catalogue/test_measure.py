import datetime as dt

import numpy as np
import pytest

from data.catalogue.cells import gather_cells
from data.catalogue.frames import read_spells
from data.catalogue.hedonic import add_net_pay
from data.catalogue.measure import CellFacts, measure, spread_of
from data.catalogue.moments import employer_sums
from data.catalogue.period import Period
from data.catalogue.reasons import THIN_SUPPLY
from data.catalogue.references import References
from data.catalogue.spells import add_timing
from data.catalogue.survey import SurveyShare
from data.catalogue.uncertainty import resampled_index
from data.catalogue.yardstick import CityReference
from data.records import Outcome

PERIOD = Period(dt.date(2026, 12, 31))
START = dt.date(2026, 8, 1)
DAY = dt.date(2026, 12, 31)
BASIS = References(
    based_on_start=DAY, based_on_end=DAY, theta0=0.5, fill90=0.67, median_days=30, applicants=4.0,
    hard_share=0.5, pay_growth_sd=0.02,
)  # fmt: skip
CITY = CityReference(BASIS, ratio_now=0.5, refusal=None, mean_heads=2, pay_city=0.05)
KAPPAS = {"i1": 3.0, "i3": 2.0, "i4": 2.0, "i6": 5.0}
PLAIN_FACTS = CellFacts(KAPPAS)


def filled(days, **row):
    return {
        "opened_on": START, "closed_on": START + dt.timedelta(days=days), "outcome": Outcome.FILLED, **row
    }  # fmt: skip


def measured_of(cell, supply, city=CITY, facts=PLAIN_FACTS):
    return measure(cell, employer_sums(cell, supply), city, facts)


@pytest.fixture
def cell_of(make_vacancies):
    def of(*rows):
        frame = add_timing(read_spells(make_vacancies(*rows), PERIOD).frame, PERIOD)
        for name in ("applicants", "suitable_applicants"):
            frame[name] = [float(row.get(name, np.nan)) for row in rows]
        (cell,) = gather_cells(add_net_pay(frame, PERIOD))
        return cell

    return of


def test_the_indicators_of_a_cell_follow_from_its_sums(cell_of):
    cell = cell_of(
        filled(20, employer="甲", heads=2),
        filled(42, employer="乙", heads=4),
        filled(100, employer="丙", heads=6),
    )
    measured = measured_of(cell, 12.0)
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
    measured = measured_of(cell, 30.0)
    itself = resampled_index(employer_sums(cell, 30.0), measured.baseline, np.ones((1, 5)))
    assert itself.index == pytest.approx(measured.index)
    assert itself.demand == pytest.approx(cell.demand)
    spread = spread_of(measured, np.random.default_rng(0))
    assert spread.demand_lo < cell.demand < spread.demand_hi
    assert 0 < spread.sd_boot < 15
    assert 0 < spread.gate_probability <= 1


@pytest.mark.parametrize(("supply", "probability"), [(0, 1), (1_000, 0)])
def test_the_absolute_gate_is_the_share_of_draws_over_two_thirds(cell_of, supply, probability):
    cell = cell_of(*(filled(10, employer=f"单位{place}") for place in range(6)))
    spread = spread_of(measured_of(cell, supply), np.random.default_rng(0))
    assert spread.gate_probability == probability


def test_no_seekers_leave_the_raw_ratio_empty_but_not_the_indicator(cell_of):
    i1 = measured_of(cell_of(filled(10)), 0.0).indicators.i1
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
            CityReference(References(based_on_start=DAY, based_on_end=DAY), None, THIN_SUPPLY, 0),
            ["thin_supply", "no_duration", "no_fill_share"],
            id="no reference",
        ),
    ],
)  # fmt: skip
def test_an_indicator_without_data_is_missing_with_its_reason(cell_of, rows, city, codes):
    measured = measured_of(cell_of(*rows), 5.0, city)
    assert [reason.code for reason in measured.refusals] == codes
    missing = {"no_duration": "i2", "no_fill_share": "i3"}
    assert not {missing.get(code, "i1") for code in codes} & set(measured.scores)


def test_a_cell_without_any_indicator_has_no_index(cell_of):
    bare = CityReference(References(based_on_start=DAY, based_on_end=DAY), None, THIN_SUPPLY, 0)
    measured = measured_of(cell_of(filled(10)), 5.0, bare)
    assert (measured.index, measured.outcome_score, measured.scores) == (None, None, {})


def test_half_the_suitable_applicants_of_the_city_score_60(cell_of):
    # ten applicants for five vacancies: A = (10 + 2·4)/(5 + 2) = 18/7; 400/(4 + 18/7) = 60.87
    rows = [filled(10, employer=f"单位{place}", suitable_applicants=2.0) for place in range(5)]
    i4 = measured_of(cell_of(*rows), 5.0).indicators.i4
    assert (i4.raw, i4.used, i4.n) == (2, pytest.approx(18 / 7), 5)
    assert i4.score == pytest.approx(60.87, abs=0.01)
    assert measured_of(cell_of(*rows[:4]), 5.0).indicators.i4 is None


def test_pay_that_grows_faster_than_the_city_scores_over_50(cell_of):
    # log pay rises by .10 a year: .05 over the city, halved by an error as large as the spread: z = 1.25
    rows = [
        filled(10, opened_on=day, closed_on=day + dt.timedelta(days=10), employer=f"单位{place % 3}",
               salary_low=pay, salary_high=pay)
        for place in range(12)
        for day in [dt.date(2026, 12, 31) - dt.timedelta(days=30 * place)]
        for pay in [6000 * np.exp(-0.10 * 30 * place / 365.25)]
    ]  # fmt: skip
    i5 = measured_of(cell_of(*rows), 5.0, facts=CellFacts(KAPPAS, pay_error=0.02)).indicators.i5
    assert (i5.raw, i5.used, i5.n) == (pytest.approx(0.10), pytest.approx(1.25), 12)
    # 100·Φ(.625) = 73.4
    assert i5.score == pytest.approx(73.4, abs=0.05)


def test_employers_who_complain_more_than_others_score_over_50(cell_of):
    survey = SurveyShare(occ_code="6-15-05-01", hard_share=0.8, n=10)
    # h = (8 + 5·.5)/15 = .7; odds 7/3 over 1: 70
    measured = measured_of(cell_of(filled(10)), 5.0, facts=CellFacts(KAPPAS, survey=survey))
    i6 = measured.indicators.i6
    assert (i6.raw, i6.used, i6.n) == (0.8, pytest.approx(0.7), 10)
    assert i6.score == pytest.approx(70)
    # .30, .15, .15 and .15 over .75
    assert measured.weights == pytest.approx({"i1": 0.4, "i2": 0.2, "i3": 0.2, "i6": 0.2})


def test_the_survey_adds_its_own_error_to_the_draws(cell_of):
    cell = cell_of(*(filled(10, employer=f"单位{place}") for place in range(6)))
    survey = SurveyShare(occ_code="6-15-05-01", hard_share=0.5, n=4)
    with_survey = measured_of(cell, 5.0, facts=CellFacts(KAPPAS, survey=survey))
    plain, asked = (
        spread_of(measured, np.random.default_rng(0)).sd_boot
        for measured in (measured_of(cell, 5.0), with_survey)
    )
    assert asked > plain
