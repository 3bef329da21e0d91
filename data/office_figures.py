"""Aggregate figures that only the office has: cohorts, retention, retirement, coverage, with their range.

Nothing here is about one person: a figure speaks of a region, and of a major, an occupation or a key industry
in it. A figure without a stated range counts as its own low and high end.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import pandas as pd
import xlsxwriter
from pydantic import Field, ValidationInfo, field_validator

from data.catalogue.lists.rows import Headings, RowsRead, cell_problem, read_rows
from data.codes import CodingKind, resolve_code
from data.errors import CellProblem, UnknownName
from data.normalise.text import clean
from data.records import Record
from data.regions import Region

__all__ = [
    "OfficeFigure",
    "OfficeKind",
    "Stated",
    "read_figure_table",
    "stated_figure",
    "write_figure_template",
]


class OfficeKind(StrEnum):
    """What a figure is."""

    GRADUATES = "graduates"
    """People of one major who finish in a year or month."""
    RETENTION = "retention"
    """Share of the graduates who stay in the region."""
    PARTICIPATION = "participation"
    """Share of those who look for work, not for further study or service."""
    RETIREMENT = "retirement"
    """People who retire in a year or month."""
    COVERAGE_DEMAND = "coverage_demand"
    """Share of all vacancies of the region that are registered here."""
    COVERAGE_SUPPLY = "coverage_supply"
    """Share of all seekers of the region that are registered here."""
    REPLACEMENT = "replacement"
    """Share of the people in a line of work who must be replaced within a year."""
    PAY_ELASTICITY = "pay_elasticity"
    """Change of what pay acts on, in percent, for one percent more pay."""

    @property
    def chinese(self) -> str:
        """Name in tables and on screens."""
        return _NAMES[self]

    @property
    def unit(self) -> str:
        """Unit of the figure: 人, 比例 (0 to 1) or 弹性."""
        if self in (OfficeKind.GRADUATES, OfficeKind.RETIREMENT):
            return "人"
        return "弹性" if self is OfficeKind.PAY_ELASTICITY else "比例"


_NAMES: Final = {
    OfficeKind.GRADUATES: "毕业生人数",
    OfficeKind.RETENTION: "毕业生留本地比例",
    OfficeKind.PARTICIPATION: "毕业生求职比例",
    OfficeKind.RETIREMENT: "退休人数",
    OfficeKind.COVERAGE_DEMAND: "岗位覆盖率",
    OfficeKind.COVERAGE_SUPPLY: "求职者覆盖率",
    OfficeKind.REPLACEMENT: "年更替率",
    OfficeKind.PAY_ELASTICITY: "薪酬弹性",
}
_BY_MAJOR: Final = (OfficeKind.GRADUATES, OfficeKind.RETENTION, OfficeKind.PARTICIPATION)
_MOST: Final = {"人": 10_000_000.0, "比例": 1.0, "弹性": 10.0}
_PERIOD: Final = re.compile(r"(20\d{2})(?:\.0)?年?(?:[-/.]?(0?[1-9]|1[0-2])月?)?")
_FIRST_DAY: Final = re.compile(r"^(20\d{2}-\d{2})-01(?:T?00:00:00)?$")
"""A month that a spreadsheet made a day of."""
_NUMBER: Final = re.compile(r"(-?\d+(?:\.\d+)?)(%|人|名)?")
_NATURES: Final = {"": False, "真实数据": False, "合成数据": True}


class OfficeFigure(Record):
    """One figure with its range and source."""

    kind: OfficeKind
    """What it is."""
    period: Annotated[str, Field(pattern=r"^\d{4}(-\d{2})?$")]
    """Year (``2026``) or month (``2026-07``) that it speaks of."""
    major_code: str = ""
    """Major; empty for all."""
    occupation_code: str = ""
    """Occupation of 大典 2022, 细类; empty for all."""
    key_industry: str = ""
    """Key industry of the region; empty for all."""
    value: float
    """The figure: people, a share from 0 to 1, or an elasticity."""
    low: float | None = None
    """Low end; the figure itself where none is stated."""
    high: float | None = None
    """High end; the figure itself where none is stated."""
    source: Annotated[str, Field(min_length=2, max_length=500)]
    """Where it comes from."""
    synthetic: bool = False
    """True for generated data (合成数据)."""

    @property
    def row(self) -> dict[str, Any]:
        """Row of the store's table, without the region."""
        low, high = (self.value if end is None else end for end in (self.low, self.high))
        return {**self.model_dump(mode="json"), "low": low, "high": high, "unit": self.kind.unit}

    @field_validator("kind", mode="before")
    @classmethod
    def _known_kind(cls, given: str) -> OfficeKind:
        found = {kind.chinese: kind for kind in OfficeKind} | {kind.value: kind for kind in OfficeKind}
        if given not in found:
            raise ValueError(f"类别“{given}”无法识别，请从{'、'.join(_NAMES.values())}中选")
        return found[given]

    @field_validator("period", mode="before")
    @classmethod
    def _known_period(cls, given: str) -> str:
        found = _PERIOD.fullmatch(_FIRST_DAY.sub(r"\1", given.replace(" ", "")))
        if found is None:
            raise ValueError(f"期间“{given}”无法识别，请写成 2026 或 2026-07")
        return found[1] + (f"-{int(found[2]):02d}" if found[2] else "")

    @field_validator("major_code", "occupation_code", mode="before")
    @classmethod
    def _known_code(cls, given: str, info: ValidationInfo) -> str:
        major = info.field_name == "major_code"
        try:
            code = resolve_code(CodingKind.MAJOR if major else CodingKind.OCCUPATION, given)
        except UnknownName as error:
            raise ValueError(str(error)) from error
        if not major and code.count("-") < 3:
            raise ValueError(f"职业“{given}”不是细类，请写到细类，如 6-18-02-04 焊工")
        if major and info.data.get("kind") not in (*_BY_MAJOR, None):
            raise ValueError("只有毕业生人数和毕业生的比例可以按专业填写，此项请留空")
        return code

    @field_validator("value", "low", "high", mode="before")
    @classmethod
    def _number(cls, given: object, info: ValidationInfo) -> float:
        found = _NUMBER.fullmatch(clean(str(given)).replace(",", "").replace(" ", ""))
        if found is None:
            raise ValueError(f"“{given}”不是数字")
        number = float(found[1]) / (100 if found[2] == "%" else 1)
        kind = info.data.get("kind")
        if kind is not None:
            _check_size(kind, number, given)
        value = info.data.get("value", number)
        if (info.field_name == "low" and number > value) or (info.field_name == "high" and number < value):
            raise ValueError("下限不得大于数值，上限不得小于数值")
        return number

    @field_validator("synthetic", mode="before")
    @classmethod
    def _nature(cls, given: object) -> bool:
        if isinstance(given, bool):
            return given
        if str(given) not in _NATURES:
            raise ValueError(f"数据性质“{given}”无法识别，请填真实数据或合成数据")
        return _NATURES[str(given)]


def _check_size(kind: OfficeKind, number: float, given: object) -> None:
    """Refuse what cannot be such a figure."""
    least = -_MOST["弹性"] if kind.unit == "弹性" else 0.0
    if not least <= number <= _MOST[kind.unit]:
        hint = "比例请写 0 到 1 之间的数或百分数，如 35%" if kind.unit == "比例" else "请核对数值"
        raise ValueError(f"{kind.chinese}不能是“{given}”，{hint}")


_HEADINGS: Headings = {
    "kind": ("类别", "指标"),
    "period": ("期间", "年份", "年度"),
    "major_code": ("专业", "专业代码"),
    "occupation_code": ("职业", "职业代码", "职业编码"),
    "key_industry": ("重点产业", "产业"),
    "value": ("数值",),
    "low": ("下限",),
    "high": ("上限",),
    "source": ("来源", "数据来源"),
    "synthetic": ("数据性质",),
}
_GUIDE: Final[Mapping[str, tuple[str, str]]] = {
    "kind": ("毕业生人数", "从下拉表中选"),
    "period": ("2026", "年，或月（2026-07）；按年填的毕业生平均计入6至8月，按年填的退休人数平均计入各月"),
    "major_code": ("机械制造及自动化（写代码 460104 更准）", "毕业生人数必填；比例不分专业时留空"),
    "occupation_code": ("6-18-02-04", "退休人数、年更替率可按职业填写；不分职业留空"),
    "key_industry": ("镁质材料", "区域重点产业的名称；不分产业留空"),
    "value": ("320", "人数填整数；比例填 0 到 1 之间的数或百分数"),
    "low": ("280", "可不填；有范围时填，测算按两端各算一遍"),
    "high": ("360", "可不填"),
    "source": ("市教育局2026届毕业生统计", "写明出处"),
    "synthetic": ("真实数据", "留空按真实数据；演示数据必须填“合成数据”"),
}


def write_figure_template(path: Path) -> Path:
    """Write the template that the office fills in.

    Parameters
    ----------
    path
        The workbook to write; its folder is made when absent.

    Returns
    -------
    pathlib.Path
        The workbook: sheet 填报 with the headings, sheet 说明 with an example of each and the kinds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        form, guide = book.add_worksheet("填报"), book.add_worksheet("说明")
        bold = book.add_format({"bold": True, "bg_color": "#E7ECF2", "border": 1})
        guide.write_row(0, 0, ["列", "示例", "是否必填", "说明"], bold)
        guide.set_column(0, 3, 36)
        for place, (field, names) in enumerate(_HEADINGS.items()):
            required = OfficeFigure.model_fields[field].is_required()
            form.set_column(place, place, 18)
            form.write_string(0, place, names[0] + ("*" if required else ""), bold)
            example, told = _GUIDE[field]
            guide.write_row(place + 1, 0, [names[0], example, "必填" if required else "", told])
        for place, kind in enumerate(OfficeKind, start=len(_HEADINGS) + 2):
            guide.write_row(place, 0, ["类别", kind.chinese, "", f"单位：{kind.unit}"])
        form.freeze_panes(1, 0)
        for field, words in (("kind", list(_NAMES.values())), ("synthetic", ["真实数据", "合成数据"])):
            place = list(_HEADINGS).index(field)
            form.data_validation(1, place, 5000, place, {"validate": "list", "source": words})
    return path


def read_figure_table(path: Path, region: Region) -> RowsRead[OfficeFigure]:
    """Read figures that the office filled in.

    Parameters
    ----------
    path
        The template filled in, or any other table with its columns.
    region
        The region, for its key industries.

    Returns
    -------
    RowsRead
        The usable figures and the problems by row: a bad cell refuses its row, for a figure without its
        major or occupation would speak of something else; so does a second row on the same thing.

    Raises
    ------
    InputError
        A column that every row needs is missing.
    FileProblem
        The file cannot be read.
    """
    read = read_rows(path, OfficeFigure, _HEADINGS)
    kept: dict[tuple[str, ...], tuple[int, OfficeFigure]] = {}
    problems = list(read.problems)
    for number, figure in zip(read.numbers, read.records, strict=True):
        codes = (figure.major_code, figure.occupation_code, figure.key_industry)
        key = (figure.kind.value, figure.period, *codes, str(figure.synthetic))
        problem = _unusable(number, figure, region) or _repeated(number, figure, kept.get(key))
        if problem is None:
            kept[key] = (number, figure)
        else:
            problems.append(problem)
    numbers, records = zip(*kept.values(), strict=True) if kept else ((), ())
    problems.sort(key=lambda problem: problem.row)
    return RowsRead(tuple(records), tuple(numbers), tuple(problems), read.file, read.rows)


def _unusable(number: int, figure: OfficeFigure, region: Region) -> CellProblem | None:
    """Return why a figure cannot be of this region or kind."""
    if figure.key_industry and figure.key_industry not in region.key_industries:
        message = (
            f"{region.name_zh}没有重点产业“{figure.key_industry}”，请从{'、'.join(region.key_industries)}中选"
        )
        return cell_problem(number, "重点产业", figure.key_industry, "industry_unknown", message)
    if figure.kind is OfficeKind.GRADUATES and not figure.major_code:
        return cell_problem(number, "专业", "", "cell_empty", "毕业生人数须按专业填写，请补上专业")
    return None


def _repeated(
    number: int, figure: OfficeFigure, before: tuple[int, OfficeFigure] | None
) -> CellProblem | None:
    """Return that a row speaks of the same as an earlier one."""
    if before is None:
        return None
    message = f"与第{before[0]}行是同一指标，只收第{before[0]}行"
    return cell_problem(number, "类别", figure.kind.chinese, "figure_repeated", message)


class Stated(NamedTuple):
    """A figure with its range."""

    low: float
    """Low end."""
    value: float
    """The figure."""
    high: float
    """High end."""


def stated_figure(
    figures: pd.DataFrame,
    kind: OfficeKind,
    *,
    until: dt.date,
    major_code: str = "",
    occupation_code: str = "",
    key_industry: str = "",
) -> Stated | None:
    """Return the latest figure on exactly one thing.

    Parameters
    ----------
    figures
        Rows of ``office_figure`` of one nature.
    kind
        What is asked for.
    until
        Day on or before which its period must begin.
    major_code, occupation_code, key_industry
        What it speaks of; empty for all.

    Returns
    -------
    Stated or None
        None where the office stated none.
    """
    same = (
        (figures["kind"] == kind.value)
        & (figures["major_code"] == major_code)
        & (figures["occupation_code"] == occupation_code)
        & (figures["key_industry"] == key_industry)
        & (figures["period"] <= f"{until:%Y-%m}")
    )
    if not same.any():
        return None
    latest = figures[same].sort_values("period").iloc[-1]
    return Stated(float(latest["low"]), float(latest["value"]), float(latest["high"]))
