"""The template of 高精尖目录库 and its reader: one row per post or project, problems row by row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import xlsxwriter
from pydantic import Field

from data.catalogue.experts import ExpertVote
from data.catalogue.lists.key_talent import KeyTalentItem, KeyTalentKind, Route
from data.catalogue.lists.rows import Converters, Headings, RowsRead, cell_problem, read_rows
from data.errors import CellError, CellProblem
from data.normalise.clauses import split_excluded
from data.normalise.contacts import find_personal, mask_contacts
from data.normalise.dates import parse_date
from data.normalise.numerals import with_digits
from data.normalise.text import clean_prose
from data.records import Record

__all__ = ["read_item_votes", "read_key_talent", "write_key_talent_template"]

_HEADINGS: Headings = {
    "department": ("主管部门", "部门", "责任部门", "主建部门"),
    "number": ("编号", "项目编号", "岗位编号", "条目编号"),
    "kind": ("引才方式", "类型", "引才类型"),
    "title": ("名称", "项目名称", "岗位名称", "岗位或项目名称"),
    "employer": ("用人单位", "需求单位", "企业名称", "单位名称"),
    "key_industry": ("重点产业", "所属产业", "产业"),
    "target_profile": ("目标人才", "目标人才画像", "人才要求"),
    "problem": ("攻关问题", "技术难题", "榜单内容"),
    "metric": ("考核指标", "技术指标", "验收指标"),
    "deadline": ("截止日期", "完成时限", "截止时间"),
    "prize_yuan": ("榜额", "榜单金额", "支持金额"),
    "contact_desk": ("联系窗口", "联系处室", "对接窗口"),
    "route": ("列入途径", "推荐途径"),
    "synthetic": ("数据性质",),
}
_EXAMPLES = {
    "department": "营口市示例工业主管部门",
    "number": "GJ-2026-01",
    "kind": "揭榜引才（另可填 专班引才、靶向引才）",
    "title": "竖窑余热深度回收",
    "employer": "营口示例镁业有限公司",
    "key_industry": "镁材料深加工",
    "target_profile": "主持过高温窑炉节能改造并投产",
    "problem": "排烟温度过高（揭榜必填）",
    "metric": "排烟温度降到 120 ℃ 以下（揭榜必填）",
    "deadline": "2027-06-30（揭榜必填）",
    "prize_yuan": "100万元",
    "contact_desk": "人才科 0417-0000000（只写办公电话）",
    "route": "部门推荐（另可填 专家举荐）",
    "synthetic": "真实数据（演示填 合成数据）",
}
_PROSE = ("title", "target_profile", "problem", "metric")
_UNITS = {"": 1.0, "元": 1.0, "万": 1e4, "万元": 1e4, "亿": 1e8, "亿元": 1e8}
_MONEY = re.compile(r"(?:约|最高|人民币)?\s*([0-9]+(?:\.[0-9]+)?)\s*(万元|亿元|万|亿|元)?")
_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_KINDS = {"专班": KeyTalentKind.TEAM, "揭榜": KeyTalentKind.CHALLENGE, "靶向": KeyTalentKind.TARGET}
_ROUTES = {"部门": Route.DEPARTMENT, "专家": Route.EXPERT}


class _VoteRow(Record):
    """A vote as it stands in the table."""

    edition: Annotated[str, Field(min_length=1)]
    item_id: Annotated[str, Field(pattern="^KT-[0-9a-f]{10}$")]
    expert: Annotated[str, Field(min_length=1)]
    vote: Annotated[str, Field(pattern="^(是|同意|赞成|否|不同意|反对)$")]
    evidence: str = ""


_VOTE_HEADINGS: Headings = {
    "edition": ("版次",),
    "item_id": ("条目编码",),
    "expert": ("专家代号",),
    "vote": ("表决",),
    "evidence": ("书面依据",),
}


def read_key_talent(
    path: Path, *, today: dt.date, key_industries: Sequence[str], department: str | None = None
) -> RowsRead[KeyTalentItem]:
    """Read a department's table.

    Parameters
    ----------
    path
        The filled-in template, .xlsx or .csv.
    today
        Day of reading, for dates without a year.
    key_industries
        The region's list; another industry is left empty with a problem.
    department
        Whose table it is: rows of another department are refused. None takes all.

    Returns
    -------
    RowsRead
        Items with contacts and excluded demands taken out of their texts, and the problems by row.

    Raises
    ------
    InputError
        A column that every row needs is missing.
    FileProblem
        The file cannot be read.
    """
    read = read_rows(path, KeyTalentItem, _HEADINGS, _converters(today, key_industries))
    items: list[KeyTalentItem] = []
    numbers: list[int] = []
    problems = list(read.problems)
    seen: set[str] = set()
    for number, item in zip(read.numbers, read.records, strict=True):
        refusal = _refusal(number, item, department, seen)
        if refusal is not None:
            problems.append(refusal)
            continue
        seen.add(item.item_id)
        usable, found = _usable(number, item)
        problems += found
        if usable is not None:
            items.append(usable)
            numbers.append(number)
    problems.sort(key=lambda problem: problem.row)
    return replace(read, records=tuple(items), numbers=tuple(numbers), problems=tuple(problems))


def _converters(today: dt.date, key_industries: Sequence[str]) -> Converters:
    return {
        "kind": lambda text: _word(text, _KINDS, "引才方式"),
        "route": lambda text: _word(text, _ROUTES, "列入途径"),
        "deadline": lambda text: parse_date(text, today=today, end=True),
        "prize_yuan": _money,
        "key_industry": lambda text: _industry(text, key_industries),
        "synthetic": lambda text: "合成" in text,
        **dict.fromkeys(_PROSE, _prose),
    }


def _prose(text: str) -> str:
    return mask_contacts(clean_prose(text))


def _word(text: str, words: dict[str, KeyTalentKind] | dict[str, Route], name: str) -> str:
    found = next((member.value for start, member in words.items() if start in text), None)
    if found is None:
        raise CellError("word_unknown", f"{name}“{text}”无法识别", hint=f"填含有{'、'.join(words)}的词")
    return found


def _money(text: str) -> float:
    match = _MONEY.fullmatch(with_digits(text).replace(",", ""))
    if match is None:
        raise CellError("money_unreadable", f"金额“{text}”无法识别", hint="写成 100万元 或 1000000")
    return float(match[1]) * _UNITS[match[2] or ""]


def _industry(text: str, key_industries: Sequence[str]) -> str:
    if text not in key_industries:
        raise CellError(
            "industry_unknown", f"“{text}”不是重点产业", hint=f"从{'、'.join(key_industries)}中选"
        )
    return text


def _refusal(number: int, item: KeyTalentItem, department: str | None, seen: set[str]) -> CellProblem | None:
    """Say why a readable row is not taken: another department's, or there already."""
    if department is not None and item.department != department:
        message = f"本表由{department}维护，不收其他部门的条目；请由{item.department}自行报送"
        return cell_problem(number, "主管部门", item.department, "not_own_section", message)
    if item.item_id in seen:
        message = "同一部门的编号在前面已有，只收第一行；不同条目请另编号"
        return cell_problem(number, "编号", item.number, "number_repeated", message)
    return None


def _usable(number: int, item: KeyTalentItem) -> tuple[KeyTalentItem | None, list[CellProblem]]:
    """Take out of an item what may not stand in it."""
    changed: dict[str, str] = {}
    problems: list[CellProblem] = []
    for field in _PROSE:
        kept, findings = split_excluded(getattr(item, field), field)
        changed[field] = kept
        problems += [
            cell_problem(
                number,
                _HEADINGS[field][0],
                finding.text,
                "excluded_demand",
                f"依{finding.law}不得作为条件，已移出",
                fatal=False,
            )
            for finding in findings
        ]
    desk, found = _desk(number, item.contact_desk)
    empty = [field for field in ("title", "target_profile") if not changed[field].strip()]
    if empty:
        message = "移出不得使用的条件后没有内容，请写明岗位与能力"
        return None, [*problems, cell_problem(number, _HEADINGS[empty[0]][0], "", "nothing_left", message)]
    return item.model_copy(update={**changed, "contact_desk": desk}), [*problems, *found]


def _desk(number: int, text: str) -> tuple[str, list[CellProblem]]:
    """Hide a person's own numbers in a contact desk; an office's number stays."""
    personal = [one for one in find_personal(text) if one.kind.value != "电话"]
    if not personal and _MOBILE.search(re.sub(r"[\s-]", "", text)) is None:
        return text, []
    message = "联系窗口只写办公电话，个人号码已隐去"
    return mask_contacts(text), [
        cell_problem(number, "联系窗口", "", "personal_contact", message, fatal=False)
    ]


def read_item_votes(path: Path) -> tuple[tuple[ExpertVote, ...], tuple[CellProblem, ...]]:
    """Read the experts' votes on items of 专家举荐.

    Parameters
    ----------
    path
        One row per vote: 版次, 条目编码, 专家代号, 表决 and 书面依据.

    Returns
    -------
    tuple of tuple of ExpertVote and tuple of CellProblem
        The votes, with the item's identifier in place of an occupation, and the rows that are none.

    Raises
    ------
    InputError
        A column is missing.
    FileProblem
        The file cannot be read.
    """
    read = read_rows(path, _VoteRow, _VOTE_HEADINGS)
    votes = tuple(
        ExpertVote(
            edition=row.edition,
            occ_code=row.item_id,
            expert=row.expert,
            in_favour=row.vote in {"是", "同意", "赞成"},
            evidence=row.evidence,
        )
        for row in read.records
    )
    return votes, read.problems


def write_key_talent_template(path: Path) -> Path:
    """Write the template that departments fill in.

    Parameters
    ----------
    path
        The workbook to write; its folder is made when absent.

    Returns
    -------
    pathlib.Path
        The workbook: sheet 填报 with the headings, sheet 说明 with an example of each.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    required: Callable[[str], bool] = lambda field: KeyTalentItem.model_fields[field].is_required()  # noqa: E731
    with xlsxwriter.Workbook(str(path)) as book:
        form, guide = book.add_worksheet("填报"), book.add_worksheet("说明")
        bold = book.add_format({"bold": True, "bg_color": "#E7ECF2", "border": 1})
        guide.write_row(0, 0, ["列", "示例", "是否必填"], bold)
        guide.set_column(0, 2, 36)
        for place, (field, names) in enumerate(_HEADINGS.items()):
            form.set_column(place, place, 18)
            form.write_string(0, place, names[0] + ("*" if required(field) else ""), bold)
            guide.write_row(place + 1, 0, [names[0], _EXAMPLES[field], "必填" if required(field) else ""])
        form.freeze_panes(1, 0)
    return path
