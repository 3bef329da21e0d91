"""Scenarios answered on a small city."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError, UnknownName
from data.regions import read_region
from training.forecast.scenario_run import answer_scenario
from training.forecast.scenarios import Elasticity, IntakeChange, JobChange, PayChange, Scenario
from training.forecast.shortage import ShortageModel
from training.forecast.simulation import Shares

LEAVES, MONTHS = 12, 36
pytestmark = pytest.mark.usefixtures("quick_forecasts")
MAGNESIA = "镁材料"
MAJOR = "460202"
VOUCHED = Elasticity(low=0.2, value=0.5, high=1.0, source="本市调查报告")


@pytest.fixture
def region():
    """Yingkou with the two industries of the small city."""
    known = read_region("yingkou")
    names = ("港口物流", MAGNESIA)
    pairs = zip(known.industries, names, strict=False)
    return known.model_copy(
        update={"industries": tuple(one.model_copy(update={"name": name}) for one, name in pairs)}
    )


@pytest.fixture
def simulate(make_sides):
    def simulates(quarters=1, **changed):
        rng = np.random.default_rng(1)
        sides = make_sides(rng.poisson(100, (LEAVES, MONTHS)), rng.poisson(100, (LEAVES, MONTHS)), **changed)
        return ShortageModel.from_sides(sides, quarters=quarters)

    return simulates


def job(heads=300.0, month=dt.date(2026, 1, 15), **changed):
    given = {"key_industry": MAGNESIA, "occupation_code": "occ1", "heads": heads, "month": month}
    return Scenario(name="新厂", jobs=(JobChange(**(given | changed)),))


def by_cell(run, quarter=1):
    return {(cell.key_industry, cell.occupation_code): cell for cell in run.cells if cell.quarter == quarter}


def test_three_hundred_jobs_raise_the_gap_by_those_not_withdrawn(simulate, region):
    run = answer_scenario(simulate(withdrawn=Shares(100, 1000)), job(), region)
    found = by_cell(run)
    assert set(found) == {(None, None), (MAGNESIA, None), (MAGNESIA, "occ1")}
    for cell in found.values():
        assert cell.openings == 300.0
        assert cell.difference.value == pytest.approx(270.0)
        assert 265 < cell.difference.lo80 < 270 < cell.difference.hi80 < 275
        assert cell.scenario.gap.value - cell.base.gap.value == pytest.approx(270.0, abs=0.2)
        assert cell.scenario.demand.value - cell.base.demand.value == pytest.approx(300.0, abs=0.2)
        assert cell.p_difference >= 0
        assert cell.difference_range is None
    assert found[MAGNESIA, "occ1"].scenario.p_short == 1.0


def test_nothing_changes_nothing_exactly(simulate, region):
    model = simulate(withdrawn=Shares(100, 1000))
    for asked in (
        job(heads=0.0),
        Scenario(name="不变", pay=(PayChange(key_industry=MAGNESIA, percent=0, elasticity=VOUCHED),)),
    ):
        run = answer_scenario(model, asked, region)
        assert run.cells
        for cell in run.cells:
            assert cell.base == cell.scenario
            assert (cell.difference.value, cell.difference.lo80, cell.difference.hi80) == (0.0, 0.0, 0.0)
            assert cell.p_difference == 0.0


def test_only_the_months_ahead_count_of_a_ramp(simulate, region):
    # From February, over four months, in equal parts: two of them lie in the first quarter.
    model = simulate(quarters=2)
    run = answer_scenario(model, job(month=dt.date(2026, 2, 1), ramp_months=4), region)
    assert by_cell(run)[None, None].openings == 150.0
    assert by_cell(run, 2)[None, None].openings == 300.0
    with pytest.raises(InputError, match="早于预测首月 2026-01"):
        answer_scenario(model, job(month=dt.date(2025, 12, 1)), region)


def test_an_unknown_occupation_changes_its_parents_and_an_unknown_industry_is_refused(simulate, region):
    model = simulate()
    run = answer_scenario(model, job(occupation_code="9-99"), region)
    assert set(by_cell(run)) == {(None, None), (MAGNESIA, None)}
    with pytest.raises(UnknownName, match="没有重点产业"):
        answer_scenario(model, job(key_industry="造船"), region)


def test_without_an_elasticity_the_gap_stays_unanswered(simulate, region):
    asked = Scenario(name="提薪", pay=(PayChange(key_industry=MAGNESIA, percent=10),))
    run = answer_scenario(simulate(), asked, region)
    assert run.cells == ()
    assert [reason.code for reason in run.refused] == ["no_elasticity"]
    # No vacancy tells its pay: neither are the days.
    assert (run.pay[0].days_factor, run.pay[0].reasons[0].code) == (None, "no_pay_effect")


def test_pay_draws_people_by_the_elasticity_that_is_vouched_for(simulate, region):
    asked = Scenario(
        name="提薪",
        pay=(PayChange(key_industry=MAGNESIA, occupation_code="occ1", percent=10, elasticity=VOUCHED),),
    )
    run = answer_scenario(simulate(), asked, region)
    leaf, city = by_cell(run)[MAGNESIA, "occ1"], by_cell(run)[None, None]
    # About 300 come in a quarter: 1.1^0.5 of them is 4.9 % more, at the ends 1.9 and 10 %.
    assert leaf.difference.value == pytest.approx(-300 * (1.1**0.5 - 1), rel=0.1)
    assert leaf.difference_range[0] < -25
    assert -7 < leaf.difference_range[1] < 0
    assert city.arrivals == pytest.approx(-leaf.difference.value, abs=0.2)
    assert city.difference.value == pytest.approx(leaf.difference.value, abs=0.2)
    assert run.refused == ()


def figures(**columns):
    base = {
        "kind": "pay_elasticity", "major_code": "", "occupation_code": "", "key_industry": "",
        "period": "2025", "low": 0.2, "value": 0.5, "high": 1.0,
    }  # fmt: skip
    return base | columns


def test_the_office_may_supply_the_elasticity_and_the_closest_one_counts(simulate, region):
    stated = pd.DataFrame([figures(value=0.3), figures(key_industry=MAGNESIA)])
    asked = Scenario(name="提薪", pay=(PayChange(key_industry=MAGNESIA, percent=10),))
    run = answer_scenario(simulate(figures=stated), asked, region)
    assert run.refused == ()
    industry = by_cell(run)[MAGNESIA, None]
    assert industry.difference.value == pytest.approx(-1800 * (1.1**0.5 - 1), rel=0.1)
    assert len(run.cells) == 2 + LEAVES // 2


def test_better_pay_fills_sooner_where_the_vacancies_tell_it(simulate, region):
    rng = np.random.default_rng(3)
    pay = rng.normal(8.7, 0.2, 300)
    employers = [f"e{n % 30}" for n in range(300)]
    days = np.exp(3.5 - 1.0 * (pay - 8.7) + rng.normal(0, 0.3, 300))
    spells = pd.DataFrame(
        {
            "occupation_code": "occ1", "key_industry": MAGNESIA, "employer": employers,
            "days": np.minimum(days, 180.0), "filled": days < 180, "net_pay": pay,
        }
    )  # fmt: skip
    asked = Scenario(name="提薪", pay=(PayChange(key_industry=MAGNESIA, percent=10),))
    answer = answer_scenario(simulate(spells=spells), asked, region).pay[0]
    # Elasticity -1: 1/1.1 of the days.
    assert answer.days_lo80 < answer.days_factor < answer.days_hi80
    assert answer.days_factor == pytest.approx(1 / 1.1, abs=0.02)


def cohort(year="2026", **changed):
    rows = [
        figures(kind="graduates", major_code=MAJOR, period=year, low=300, value=300, high=300),
        figures(kind="retention", period="2025", low=0.4, value=0.5, high=0.6),
        figures(kind="participation", period="2025", low=0.8, value=0.8, high=0.8),
    ]
    return pd.DataFrame(rows)


def intake(from_year=2023, factor=2.0):
    return Scenario(
        name="扩招",
        intake=(IntakeChange(major_code=MAJOR, factor=factor, from_year=from_year, course_years=3),),
    )


def test_a_doubled_cohort_brings_its_graduates_once_more_in_summer(simulate, region):
    # 300 graduates, half stay, four in five look for work: 120, a third of them in June.
    run = answer_scenario(simulate(quarters=2, figures=cohort()), intake(), region)
    city = by_cell(run, 2)[None, None]
    assert city.arrivals == pytest.approx(40.0, abs=0.5)
    assert city.difference.value == pytest.approx(-40.0, abs=0.5)
    assert city.difference_range[0] < city.difference.value < city.difference_range[1]
    assert (None, None) not in by_cell(run, 1)
    assert run.refused == ()


def test_an_unknown_cohort_is_refused_and_a_late_one_is_said_to_be_late(simulate, region):
    model = simulate(figures=cohort())
    unknown = answer_scenario(model, intake(from_year=2026), region)
    assert ([reason.code for reason in unknown.refused], unknown.cells) == (["no_cohort"], ())
    late = answer_scenario(model, intake(), region)
    assert ([reason.code for reason in late.refused], late.cells) == (["beyond_horizon"], ())
    no_rates = answer_scenario(simulate(figures=cohort().iloc[:1]), intake(), region)
    assert [reason.code for reason in no_rates.refused] == ["no_cohort"]
    assert [reason.code for reason in answer_scenario(simulate(), intake(), region).refused] == ["no_cohort"]


def test_a_cell_without_a_gap_has_no_difference(simulate, region):
    hidden = np.zeros(LEAVES + 3, dtype=bool)
    hidden[4] = True  # the first leaf of the second industry
    found = by_cell(answer_scenario(simulate(confidential=hidden), job(), region))
    leaf = found[MAGNESIA, "occ1"]
    assert (leaf.difference, leaf.p_difference, leaf.base.gap, leaf.scenario.demand) == (None,) * 4
    assert found[None, None].difference is not None
