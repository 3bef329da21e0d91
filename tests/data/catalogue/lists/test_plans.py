import datetime as dt

import pytest

from data.catalogue.lists.plans import (
    PlanReading,
    Progress,
    plan_document,
    plan_rows,
    read_plan_readings,
)
from data.regions import read_region

DAY = dt.date(2024, 6, 30)


@pytest.fixture(scope="module")
def haicheng():
    return read_region("haicheng")


def row_of(region, indicator, *readings, as_of=DAY):
    return next(row for row in plan_rows(region, readings, as_of=as_of) if row.indicator.id == indicator)


def reading(value, *, year=2023, indicator="skilled"):
    return PlanReading(indicator=indicator, year=year, value=value, source="年报")


def test_without_a_report_the_pace_starts_at_the_document_and_is_not_judged(haicheng):
    row = row_of(haicheng, "skilled")
    assert (row.base.year, row.base.value, row.stated.year, row.target.value) == (
        2015,
        row.base.value,
        2020,
        5,
    )
    # (5 / 4.1) ** (1/5) - 1 = 4.0 %; (4.1 / 3.4) ** (1/5) - 1 = 3.8 %
    assert (float(row.needed_percent), float(row.achieved_percent)) == (4.0, 3.8)
    assert (row.latest, row.progress) == (None, Progress.UNREPORTED)


@pytest.mark.parametrize(
    ("value", "as_of", "progress"),
    [
        (4.2, DAY, Progress.BEHIND),
        (4.9, DAY, Progress.ON_PACE),
        (5.0, DAY, Progress.REACHED),
        (4.9, dt.date(2026, 1, 1), Progress.MISSED),
    ],
)
def test_a_report_is_held_against_the_target(haicheng, value, as_of, progress):
    assert row_of(haicheng, "skilled", reading(value), as_of=as_of).progress is progress


def test_the_latest_of_several_reports_counts(haicheng):
    row = row_of(haicheng, "skilled", reading(4.2, year=2022), reading(4.5))
    assert row.latest.year == 2023
    # (5 / 4.5) ** (1/2) - 1 = 5.4 %
    assert float(row.needed_percent) == 5.4


def test_numbers_of_a_period_have_no_yearly_pace(haicheng):
    row = row_of(haicheng, "contracts", reading(14, indicator="contracts"))
    assert (row.needed_percent, row.achieved_percent, row.progress) == (None, None, Progress.FLOW)


def test_a_target_without_a_base_says_so():
    liaoning = read_region("liaoning")
    rows = plan_rows(liaoning, (), as_of=DAY)
    bare = next(row for row in rows if row.base is None and any(f.check == "C2" for f in row.flags))
    assert bare.needed_percent is None
    reported = row_of(liaoning, bare.indicator.id, reading(1, year=2019, indicator=bare.indicator.id),
                      as_of=dt.date(2019, 12, 31))  # fmt: skip
    assert reported.progress is Progress.NO_BASE


def test_indicators_without_target_have_nothing_to_reach(haicheng):
    rows = plan_rows(haicheng, (), as_of=DAY)
    assert all((row.progress is Progress.NO_TARGET) == (row.target is None) for row in rows)
    assert any(row.target is None for row in rows)


def test_conflicts_are_flagged_and_the_numbers_left_alone(haicheng):
    total = row_of(haicheng, "talent-total")
    assert float(total.base.value) == 8.51
    assert any("8.547" in flag.message for flag in total.flags)
    printed = plan_document(haicheng, [total], as_of=DAY).tables[0].rows[0]
    assert "H2" in printed[-1]


def test_the_document_prints_what_is_not_reported(haicheng):
    document = plan_document(haicheng, plan_rows(haicheng, [reading(4.5)], as_of=DAY), as_of=DAY)
    rows = {row[0]: row for row in document.tables[0].rows}
    assert rows["skilled"][8:11] == (2023, 4.5, "年报")
    assert rows["talent-total"][8:11] == ("未报", "x", "x")
    empty = plan_document(read_region("yingkou"), (), as_of=DAY)
    assert empty.tables[0].note == "营口市的区域包没有规划指标"


def test_readings_are_checked_row_by_row(tmp_path, haicheng):
    path = tmp_path / "读数.csv"
    path.write_text(
        "指标,年份,数值,单位,口径,来源\n"
        "技能人才,2023年,4.5,万人,技能人才,统计年报\n"
        "skilled,2023,4.6,,,统计年报\n"
        "养殖人才,2023,4.5,,,统计年报\n"
        "skilled,2022,45000,人,,统计年报\n"
        "skilled,2022,0.8,,高技能人才,统计年报\n"
        "skilled,2027,4.5,,,统计年报\n"
        "skilled,去年,4.5,,,统计年报\n"
        "skilled,2022,四点五,,,统计年报\n"
        "skilled,2021,4.2,,,\n",
        encoding="utf-8",
    )
    read = read_plan_readings(path, haicheng, as_of=DAY)
    assert [(each.indicator, each.year) for each in read.records] == [("skilled", 2023)]
    assert [(p.row, p.code) for p in read.problems] == [
        (3, "year_repeated"), (4, "indicator_unknown"), (5, "units_differ"), (6, "definitions_differ"),
        (7, "year_in_future"), (8, "year_unreadable"), (9, "number_unreadable"), (10, "cell_empty"),
    ]  # fmt: skip
