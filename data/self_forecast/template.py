"""The sheet on which an employer says what it expects to hire, and what goes back for correction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import xlsxwriter
from pydantic import Field, ValidationInfo, field_validator

from data.catalogue.lists.rows import Headings
from data.catalogue.sections import OTHER_SECTION
from data.employers import employer_key
from data.errors import CellProblem
from data.normalise.headcount import MOST_PLACES
from data.records import Record
from data.reference import occupation_names
from data.regions import Region
from data.self_forecast.quarters import quarter_of, shift_quarter

__all__ = [
    "EXAMPLE",
    "HEADINGS",
    "LONGEST_AHEAD",
    "Certainty",
    "FormLine",
    "SelfForecast",
    "example_line",
    "is_occupation",
    "write_correction",
    "write_self_forecast_template",
]

LONGEST_AHEAD = 8
"""Quarters ahead that an employer is asked for at most."""
EXAMPLE = "示例"
"""What marks the row that is not read."""
_CODE_LENGTH = 18
_PARTS_OF_AN_OCCUPATION = 4
_ROWS = 500

Heads = Annotated[int, Field(ge=0, le=MOST_PLACES)]
Quarter = Annotated[str, Field(pattern=r"^20\d{2}Q[1-4]$")]


class Certainty(StrEnum):
    """How sure an employer is of its own forecast."""

    APPROVED = "已批准"
    """Posts and budget are approved."""
    PLANNED = "已计划"
    """In the plan, not yet approved."""
    TENTATIVE = "意向"
    """Depends on orders, projects or funds."""


class SelfForecast(Record):
    """What one employer expects to hire of one occupation in one quarter."""

    period: Quarter
    """Quarter in which the report is made."""
    employer: Annotated[str, Field(min_length=2, max_length=120)]
    """用人单位, by name or credit code."""
    credit_code: str | None = None
    """统一社会信用代码."""
    key_industry: str
    """重点产业."""
    occupation_code: str
    """职业, 大典 2022."""
    target_quarter: Quarter
    """Quarter in which people are to start."""
    low: Heads
    """Fewest hires."""
    likely: Heads
    """Most likely number of hires."""
    high: Heads
    """Most hires."""
    certainty: Certainty = Certainty.TENTATIVE
    """How sure that is."""
    note: Annotated[str, Field(max_length=200)] = ""
    """Anything else; no personal data."""
    synthetic: bool = False
    """True for generated data (合成数据)."""

    @field_validator("likely", "high")
    @classmethod
    def _ascending(cls, value: int, info: ValidationInfo) -> int:
        below = info.data.get("low" if info.field_name == "likely" else "likely")
        if below is not None and value < below:
            raise ValueError("三个人数应为 最低 ≤ 可能 ≤ 最高；只有一个数时三格填同一个数")
        return value

    @property
    def row(self) -> dict[str, Any]:
        """Row of the store's table, with the employer's key for its name."""
        row = self.model_dump(mode="json", exclude={"employer", "credit_code"})
        stated = self.employer if len(self.employer) == _CODE_LENGTH and self.employer.isascii() else None
        return {**row, "employer_key": employer_key(self.employer, credit_code=self.credit_code or stated)}


HEADINGS: Headings = {
    "period": ("填报季度", "填报期", "报告期"),
    "employer": ("用人单位", "单位名称", "企业名称", "统一社会信用代码"),
    "credit_code": ("统一社会信用代码", "信用代码"),
    "key_industry": ("重点产业", "所属产业", "产业"),
    "occupation_code": ("职业", "职业名称", "职业编码", "岗位职业"),
    "target_quarter": ("用人季度", "目标季度", "预计到岗季度"),
    "low": ("最低人数", "最少人数", "低"),
    "likely": ("可能人数", "预计人数", "预计招聘人数"),
    "high": ("最高人数", "最多人数", "高"),
    "certainty": ("把握程度", "确定程度"),
    "note": ("备注", "说明"),
    "synthetic": ("数据性质",),
}
"""Accepted headings by field; the first is the template's."""

_MARK: Headings = {"mark": ("标记",)}


class FormLine(Record):
    """A row as it was written."""

    mark: str = ""
    period: str = ""
    employer: str = ""
    credit_code: str = ""
    key_industry: str = ""
    occupation_code: str = ""
    target_quarter: str = ""
    low: str = ""
    likely: str = ""
    high: str = ""
    certainty: str = ""
    note: str = ""
    synthetic: str = ""

    @classmethod
    def headings(cls) -> Headings:
        """Return the headings of its columns, that of the mark included."""
        return {**_MARK, **HEADINGS}


_GUIDE = (
    ("填表说明", ""),
    (
        "性质",
        "用人单位自愿填报的用人预测，不是统计调查，不作审批、补贴或处罚的依据；不填姓名、电话等个人信息。",
    ),
    ("用途", "只按产业、职业汇总公布；单位不足三家或一家占六成以上的不公布，各单位的数不对外提供。"),
    ("核对", "用人季度结束后，与该单位实际发布的招聘人数核对，只公布汇总的准确程度。"),
    ("示例行", f"“标记”写着“{EXAMPLE}”的行不收；请在其下另起一行填写。"),
    ("填报季度", "填表时所在的季度，如 2026Q4。"),
    ("用人单位", "营业执照上的名称，或统一社会信用代码。"),
    ("统一社会信用代码", "选填，18位。"),
    ("重点产业", "从下拉清单中选。"),
    ("职业", "从下拉清单中选，或写职业分类大典（2022）的职业编码、职业名称。"),
    ("用人季度", f"预计到岗的季度，须晚于填报季度，最远{LONGEST_AHEAD}个季度。"),
    ("最低、可能、最高人数", "整数，最低 ≤ 可能 ≤ 最高；不准备招聘可填 0。"),
    ("把握程度", "已批准：岗位与预算已批；已计划：列入计划未批；意向：视订单、项目、资金而定。"),
    ("更正", "同一季度再报即为更正，原来填报的仍保留；下一季度再报不影响以前的预测。"),
)


def is_occupation(code: str) -> bool:
    """Tell whether a code of 大典 is that of an occupation (细类) and not of a group of them."""
    return code.count("-") == _PARTS_OF_AN_OCCUPATION - 1


def example_line(region: Region, *, today: dt.date) -> FormLine:
    """Return the filled-in row that shows how to fill in the others."""
    period = quarter_of(today)
    return FormLine(
        mark=EXAMPLE,
        period=period,
        employer="示例单位（请勿填写本行）",
        key_industry=region.key_industries[0],
        occupation_code="6-18-02-04 焊工",
        target_quarter=shift_quarter(period, 1),
        low="3",
        likely="5",
        high="8",
        certainty=Certainty.PLANNED,
        note="二期投产",
    )


def write_self_forecast_template(path: Path, region: Region, *, today: dt.date) -> Path:
    """Write the template for employers.

    Parameters
    ----------
    path
        The workbook to write; its folder is made when absent.
    region
        The region, for its key industries.
    today
        The day, for the quarters offered.

    Returns
    -------
    pathlib.Path
        The workbook: 填报 with drop-down lists and an example that is not read, 填表说明 and 清单.
    """
    return _write(path, [(example_line(region, today=today), ())], region, today)


def write_correction(
    path: Path,
    lines: Mapping[int, FormLine],
    problems: Sequence[CellProblem],
    region: Region,
    *,
    today: dt.date,
) -> Path:
    """Write the rows that were refused on the template, so that they can be corrected and sent again.

    Parameters
    ----------
    path
        The workbook to write; its folder is made when absent.
    lines
        All rows of the file as written, by their number.
    problems
        What was wrong; rows without a fatal problem are left out.
    region
        The region, for its key industries.
    today
        The day, for the quarters offered.

    Returns
    -------
    pathlib.Path
        The workbook, with what is wrong beside every row and the cells in question coloured.
    """
    refused = sorted({problem.row for problem in problems if problem.fatal})
    rows = [
        (lines[number], tuple(each for each in problems if each.row == number))
        for number in refused
        if number in lines
    ]
    return _write(path, rows, region, today)


def _write(
    path: Path, rows: Sequence[tuple[FormLine, tuple[CellProblem, ...]]], region: Region, today: dt.date
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    # What a stranger typed must never become a formula or a link in the reader's Excel.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    headings = FormLine.headings()
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet, guide = book.add_worksheet("填报"), book.add_worksheet("填表说明")
        bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True})
        grey = book.add_format({"italic": True, "font_color": "#7F7F7F"})
        wrong = book.add_format({"bg_color": "#FCE4D6", "border": 1})
        for place, (field, names) in enumerate(headings.items()):
            sheet.set_column(place, place, 30 if field in {"employer", "occupation_code", "note"} else 14)
            sheet.write_string(0, place, names[0] + ("*" if _required(field) else ""), bold)
        sheet.set_column(len(headings), len(headings), 60)
        if any(problems for _, problems in rows):
            sheet.write_string(0, len(headings), "问题（改好后重新导入，本列不读）", bold)
        for number, (line, problems) in enumerate(rows, start=1):
            named = {each.column for each in problems}
            for place, (field, names) in enumerate(headings.items()):
                fault = any(name in column for name in names for column in named)
                looks = grey if line.mark == EXAMPLE else wrong if fault else None
                sheet.write_string(number, place, getattr(line, field), looks)
            told = "；".join(dict.fromkeys(f"{each.column}：{each.message}" for each in problems))
            sheet.write_string(number, len(headings), told)
        sheet.freeze_panes(1, 1)
        _offer(book, sheet, list(headings), region, today)
        guide.set_column(0, 0, 24)
        guide.set_column(1, 1, 100, book.add_format({"text_wrap": True}))
        for number, words in enumerate(_GUIDE):
            guide.write_row(number, 0, words, bold if number == 0 else None)
    return path


def _required(field: str) -> bool:
    known = SelfForecast.model_fields.get(field)
    return known is not None and known.is_required()


def _offer(book: Any, sheet: Any, fields: Sequence[str], region: Region, today: dt.date) -> None:
    """Write the lists and hang them on the columns; what is not in a list may still be typed."""
    now = quarter_of(today)
    lists: dict[str, list[str]] = {
        "period": [shift_quarter(now, back) for back in (0, -1)],
        "key_industry": [*region.key_industries, OTHER_SECTION],
        "occupation_code": [
            f"{code} {name}" for code, name in occupation_names().items() if is_occupation(code)
        ],
        "target_quarter": [shift_quarter(now, ahead) for ahead in range(1, LONGEST_AHEAD + 1)],
        "certainty": [str(member) for member in Certainty],
        "synthetic": ["真实数据", "合成数据"],
    }
    offered = book.add_worksheet("清单")
    offered.set_column(0, len(lists), 24)
    for place, (field, words) in enumerate(lists.items()):
        offered.write_string(0, place, HEADINGS[field][0])
        offered.write_column(1, place, words)
        column, letter = fields.index(field), chr(ord("A") + place)
        source = f"=清单!${letter}$2:${letter}${len(words) + 1}"
        listed = {"validate": "list", "source": source, "error_type": "warning"}
        sheet.data_validation(1, column, _ROWS, column, listed)
    for field in ("low", "likely", "high"):
        column = fields.index(field)
        rule = {
            "validate": "integer",
            "criteria": "between",
            "minimum": 0,
            "maximum": MOST_PLACES,
            "error_title": "人数",
            "error_message": f"请填 0 到 {MOST_PLACES} 的整数",
        }
        sheet.data_validation(1, column, _ROWS, column, rule)
