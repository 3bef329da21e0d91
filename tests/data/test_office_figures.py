from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from data.errors import InputError
from data.office_figures import (
    OfficeFigure,
    OfficeKind,
    Stated,
    read_figure_table,
    stated_figure,
    write_figure_template,
)
from data.regions import read_region

HEADINGS = ("类别", "期间", "专业", "职业", "重点产业", "数值", "下限", "上限", "来源", "数据性质")
REGION = read_region("yingkou")
INDUSTRY = REGION.key_industries[0]


def read(tmp_path: Path, *rows: tuple[str, ...]):
    path = tmp_path / "figures.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *(row + ("",) * (10 - len(row)) for row in rows)])
    return read_figure_table(path, REGION)


def problem(tmp_path: Path, *row: str) -> tuple[str, str]:
    """Return column and message of the only problem of a refused row."""
    found = read(tmp_path, row)
    assert found.records == ()
    (only,) = found.problems
    assert (only.row, only.fatal) == (2, True)
    return only.column, only.message


def test_a_figure_is_read_with_its_range_and_source(tmp_path: Path) -> None:
    found = read(tmp_path, ("毕业生人数", "2026年", "460104", "", "", "1,200人", "1100", "1300", "市教育局"))
    assert found.problems == ()
    assert found.records[0].row == {
        "kind": "graduates",
        "period": "2026",
        "major_code": "460104",
        "occupation_code": "",
        "key_industry": "",
        "value": 1200.0,
        "low": 1100.0,
        "high": 1300.0,
        "unit": "人",
        "source": "市教育局",
        "synthetic": False,
    }


def test_without_a_range_the_figure_is_its_own(tmp_path: Path) -> None:
    row = read(tmp_path, ("岗位覆盖率", "2026", "", "", "", "35%", "", "", "抽样", "合成数据")).records[0].row
    assert (row["low"], row["value"], row["high"], row["unit"], row["synthetic"]) == (
        0.35,
        0.35,
        0.35,
        "比例",
        True,
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026", "2026"), ("2026.0", "2026"), ("2026-7", "2026-07"), ("2026年7月", "2026-07"),
        ("2026/07", "2026-07"), ("202607", "2026-07"), ("2026-07-01", "2026-07"),
        ("2026-07-01 00:00:00", "2026-07"),
    ],
)  # fmt: skip
def test_periods_are_years_or_months(tmp_path: Path, written: str, meant: str) -> None:
    assert (
        read(tmp_path, ("退休人数", written, "", "焊工", INDUSTRY, "12", "", "", "人社局")).records[0].period
        == meant
    )


def test_names_stand_for_codes(tmp_path: Path) -> None:
    assert (
        read(tmp_path, ("退休人数", "2026", "", "焊工", "", "12", "", "", "人社局"))
        .records[0]
        .occupation_code
        == "6-18-02-04"
    )


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (("毕业人数", "2026", "460104", "", "", "9", "", "", "局里"), "类别", "请从"),
        (("退休人数", "去年", "", "", "", "9", "", "", "局里"), "期间", "2026-07"),
        (("退休人数", "2026-13", "", "", "", "9", "", "", "局里"), "期间", "2026-07"),
        (("毕业生人数", "2026", "没有的专业", "", "", "9", "", "", "局里"), "专业", "没有代码或名称"),
        (("毕业生人数", "2026", "", "", "", "9", "", "", "局里"), "专业", "请补上专业"),
        (("退休人数", "2026", "460104", "", "", "9", "", "", "局里"), "专业", "请留空"),
        (("退休人数", "2026", "", "6-18", "", "9", "", "", "局里"), "职业", "写到细类"),
        (("退休人数", "2026", "", "", "没有的产业", "9", "", "", "局里"), "重点产业", "没有重点产业"),
        (("退休人数", "2026", "", "", "", "若干", "", "", "局里"), "数值", "不是数字"),
        (("退休人数", "2026", "", "", "", "-3", "", "", "局里"), "数值", "不能是"),
        (("岗位覆盖率", "2026", "", "", "", "35", "", "", "局里"), "数值", "百分数"),
        (("岗位覆盖率", "2026", "", "", "", "0.3", "0.4", "", "局里"), "下限", "不得"),
        (("岗位覆盖率", "2026", "", "", "", "0.3", "", "0.2", "局里"), "上限", "不得"),
        (("岗位覆盖率", "2026", "", "", "", "0.3", "", "", ""), "来源", "必填"),
        (("岗位覆盖率", "2026", "", "", "", "0.3", "", "", "局里", "也许"), "数据性质", "无法识别"),
    ],
)
def test_a_bad_cell_refuses_its_row_in_chinese(
    tmp_path: Path, row: tuple[str, ...], column: str, said: str
) -> None:
    found_column, message = problem(tmp_path, *row)
    assert found_column == column
    assert said in message


def test_good_rows_go_through_beside_bad_ones_and_a_repeated_one_is_told(tmp_path: Path) -> None:
    good = ("退休人数", "2026", "", "", "", "9", "", "", "局里")
    found = read(
        tmp_path, good, ("退休人数", "不知", "", "", "", "9", "", "", "局里"), (*good[:5], "12", *good[6:])
    )
    assert [record.value for record in found.records] == [9]
    assert [(each.row, each.code) for each in found.problems] == [(3, "cell_invalid"), (4, "figure_repeated")]
    assert found.numbers == (2,)


def test_a_missing_column_refuses_the_table(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("类别,期间,数值\n退休人数,2026,9\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_figure_table(path, REGION)
    assert refused.value.code == "missing_columns"
    assert "来源" in str(refused.value)


def test_an_elasticity_may_be_negative(tmp_path: Path) -> None:
    found = read(tmp_path, ("薪酬弹性", "2026", "", "", "", "-0.4", "-0.6", "-0.2", "课题报告"))
    assert found.records[0].row["unit"] == "弹性"
    assert found.records[0].low == -0.6


def test_the_template_is_read_back_as_an_empty_table(tmp_path: Path) -> None:
    path = write_figure_template(tmp_path / "new" / "template.xlsx")
    found = read_figure_table(path, REGION)
    assert (found.records, found.problems) == ((), ())
    guide = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("说明").to_python()
    assert {row[1] for row in guide} >= {kind.chinese for kind in OfficeKind}


def test_a_figure_can_be_made_in_code() -> None:
    made = OfficeFigure(kind="retirement", period="2026", value=9, source="人社局", synthetic=True)
    assert (made.row["low"], made.row["synthetic"], made.kind) == (9, True, OfficeKind.RETIREMENT)


def figures(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [(kind, period, major, "", "", value - 1, value, value + 1) for kind, period, major, value in rows],
        columns=["kind", "period", "major_code", "occupation_code", "key_industry", "low", "value", "high"],
    )


def test_the_latest_figure_on_exactly_one_thing_is_returned() -> None:
    table = figures(
        ("retention", "2024", "", 4.0), ("retention", "2025", "", 5.0), ("retention", "2026", "460104", 6.0)
    )
    asked = {"until": dt.date(2026, 12, 1)}
    assert stated_figure(table, OfficeKind.RETENTION, **asked) == Stated(4.0, 5.0, 6.0)
    assert stated_figure(table, OfficeKind.RETENTION, **asked, major_code="460104") == Stated(5.0, 6.0, 7.0)
    assert stated_figure(table, OfficeKind.RETENTION, until=dt.date(2024, 3, 1)) == Stated(3.0, 4.0, 5.0)
    assert stated_figure(table, OfficeKind.RETENTION, until=dt.date(2023, 3, 1)) is None
    assert stated_figure(table, OfficeKind.GRADUATES, **asked) is None
