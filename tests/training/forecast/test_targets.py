"""Plan targets as arithmetic, on the packs of real places."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from data.catalogue.lists.plans import PlanReading
from data.errors import InputError, UnknownName
from data.regions import read_region, region_names
from data.regions.plan import Measure
from training.forecast.rules import Status
from training.forecast.target_path import OfficeRate, TargetRates, TargetReport
from training.forecast.targets import plan_targets, read_target_rates
from training.forecast.trend import PaceRule

DURING = dt.date(2024, 6, 30)


@pytest.fixture
def haicheng():
    return read_region("haicheng")


def path_of(report, identifier):
    return next(path for path in report.targets if path.indicator_id == identifier)


def codes(path):
    return [reason.code for reason in path.reasons]


def reading(indicator, year, value):
    return PlanReading(indicator=indicator, year=year, value=Decimal(value), source="市人社局 统计")


def rate(indicator, low, value, high):
    return OfficeRate(indicator=indicator, low=low, value=value, high=high, source="主管部门来函")


def test_a_stock_of_people_needs_the_same_number_every_year(haicheng):
    # 技能人才 4.1 万 in 2020, 5 万 in 2025: 0.18 万 a year, 1,800 people.
    path = path_of(plan_targets(haicheng, as_of=DURING), "skilled")
    assert (path.rule, path.planned_pace, path.pace_unit) == (PaceRule.LINEAR, 0.18, "万人/年")
    assert [year.year for year in path.years] == [2021, 2022, 2023, 2024, 2025]
    assert [year.value for year in path.years] == [4.28, 4.46, 4.64, 4.82, 5.0]
    assert {year.net_heads.value for year in path.years} == {1800.0}
    assert path.basis == "plan_target"
    # Two figures, 2015 and 2020: a pace, and no more.
    assert (path.observed_pace, path.n_observations, path.trend) == (0.14, 2, None)
    assert codes(path) == ["too_few_observations", "no_replacement_rate"]


def test_a_contradiction_is_flagged_shown_and_left_to_a_person(haicheng):
    # 表2 31 %, 二（三）25 %, base already 27 %.
    path = path_of(plan_targets(haicheng, as_of=DURING), "rd-firms")
    assert path.status is Status.INDICATIVE
    assert [flag.check for flag in path.flags] == ["H3"]
    assert (path.target.value, path.planned_pace, path.pace_unit) == (31.0, 0.8, "百分点/年")
    assert [(other.value, other.planned_pace) for other in path.alternatives] == [(25.0, -0.4)]
    # H4: a similar name that counts something else.
    assert "H4" in [flag.check for flag in path_of(plan_targets(haicheng, as_of=DURING), "skilled").flags]


def test_money_grows_by_percent_and_is_not_made_into_people(haicheng):
    path = path_of(plan_targets(haicheng, as_of=DURING), "rd-spending")
    assert (path.rule, path.pace_unit) == (PaceRule.GEOMETRIC, "%/年")
    assert path.planned_pace == pytest.approx(100 * ((7.03 / 4.9) ** 0.2 - 1), abs=1e-4)
    assert "no_conversion" in codes(path)
    assert all(year.net_heads is None and year.replacement_heads is None for year in path.years)


def test_the_office_may_supply_what_turns_units_into_people_and_who_leaves(haicheng):
    rates = TargetRates(
        replacement=(rate("skilled", 0.02, 0.03, 0.05),), conversion=(rate("platforms", 5, 10, 20),)
    )
    report = plan_targets(haicheng, as_of=DURING, rates=rates)
    skilled, platforms = path_of(report, "skilled"), path_of(report, "platforms")
    # 4.1 万 at the start of 2021: 2, 3 and 5 % of 41,000.
    replaced = skilled.years[0].replacement_heads
    assert (replaced.low, replaced.value, replaced.high) == (820.0, 1230.0, 2050.0)
    assert skilled.replacement_source == "主管部门来函"
    # 61 to 71 in five years: 2 a year.
    added = platforms.years[0].net_heads
    assert (added.low, added.value, added.high) == (10.0, 20.0, 40.0)
    assert "no_conversion" not in codes(platforms)


def test_a_report_moves_the_start_and_three_figures_give_a_trend(haicheng):
    readings = (reading("skilled", 2022, "4.4"), reading("skilled", 2023, "4.5"))
    path = path_of(plan_targets(haicheng, as_of=DURING, readings=readings), "skilled")
    assert (path.start.year, path.start.value, path.start_source) == (2023, 4.5, "市人社局 统计")
    assert (path.planned_pace, path.needed_pace) == (0.18, 0.25)
    assert (path.n_observations, path.trend.year) == (4, 2025)
    assert path.trend.lo80 < path.trend.value < path.trend.hi80
    assert "too_few_observations" not in codes(path)


def test_a_target_without_a_base_or_a_figure_without_a_target_is_refused(haicheng):
    report = plan_targets(haicheng, as_of=DURING)
    alliances, high_skilled = path_of(report, "alliances"), path_of(report, "high-skilled")
    assert (alliances.status, alliances.planned_pace, alliances.years) == (Status.REFUSED, None, ())
    assert codes(alliances)[0] == "no_base"
    assert [other.value for other in alliances.alternatives] == [10.0]
    assert (high_skilled.status, codes(high_skilled)) == (Status.REFUSED, ["no_target"])


def test_a_total_of_a_period_is_divided_evenly_and_needs_no_base():
    report = plan_targets(read_region("liaoning"), as_of=dt.date(2019, 6, 30))
    path = path_of(report, "recruited")
    assert (path.rule, path.since, path.about) == (PaceRule.PERIOD, 2018, "左右")
    assert (path.needed_pace, path.status) == (1000.0, Status.OK)
    assert [year.value for year in path.years] == [1000.0, 2000.0, 3000.0]
    assert [year.net_heads.value for year in path.years] == [1000.0] * 3
    # 人次 counts visits.
    assert "no_conversion" in codes(path_of(report, "foreign-visits"))


def test_a_target_whose_year_is_over_is_history(haicheng):
    path = path_of(plan_targets(haicheng, as_of=dt.date(2026, 11, 21)), "party")
    assert (path.status, path.planned_pace, path.needed_pace) == (Status.INDICATIVE, 0.004, None)
    assert "target_over" in codes(path)


def test_a_yearly_number_of_people_is_what_each_year_adds(haicheng):
    # 100 people a year in 2020, 150 in 2025.
    indicator = next(i for i in haicheng.plan_indicators if i.id == "transfers")
    assert haicheng.definition(indicator.definition_id).measure is Measure.FLOW
    people = indicator.model_copy(update={"unit": "人"})
    others = tuple(people if each.id == "transfers" else each for each in haicheng.plan_indicators)
    region = haicheng.model_copy(update={"plan_indicators": others})
    path = path_of(plan_targets(region, as_of=DURING), "transfers")
    assert [year.net_heads.value for year in path.years] == [126.0, 132.0, 138.0, 144.0, 150.0]
    assert path.pace_unit == "人/年"


def test_a_start_of_nothing_has_no_percentage(haicheng):
    zero = reading("rd-spending", 2022, "0")
    path = path_of(plan_targets(haicheng, as_of=DURING, readings=(zero,)), "rd-spending")
    assert (path.status, path.needed_pace, codes(path)[0]) == (Status.REFUSED, None, "no_base")


@pytest.mark.parametrize("name", region_names())
def test_every_pack_can_be_told_and_read_back(name):
    report = plan_targets(read_region(name), as_of=DURING)
    assert len(report.targets) == len(read_region(name).plan_indicators)
    assert TargetReport.model_validate(report.to_records()) == report
    for path in report.targets:
        assert (path.status is Status.REFUSED) == (path.planned_pace is None)
        assert path.status is not Status.REFUSED or path.reasons


def test_rates_are_read_checked_and_must_name_an_indicator(tmp_path, haicheng):
    path = tmp_path / "rates.toml"
    body = 'low = 0.1\nvalue = 0.2\nhigh = {high}\nsource = "来函"\n'
    path.write_text('[[replacement]]\nindicator = "nobody"\n' + body.format(high=0.3))
    with pytest.raises(UnknownName) as caught:
        plan_targets(haicheng, as_of=DURING, rates=read_target_rates(path))
    assert caught.value.code == "indicator_unknown"
    path.write_text('[[replacement]]\nindicator = "skilled"\n' + body.format(high=3))
    with pytest.raises(InputError, match="不超过 1"):
        read_target_rates(path)
    path.write_text('[[conversion]]\nindicator = "skilled"\n' + body.format(high=0.1))
    with pytest.raises(InputError, match="由小到大"):
        read_target_rates(path)
