"""Balanced lists, allocations and fair packs as tables for print and for machines."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from data.catalogue.lists.documents import MISSING, ListDocument, ListTable, banner
from matching.allocation.assign import Assignment, Objective
from matching.allocation.balance import Balanced, BalanceReport
from matching.allocation.exposure import Congestion, Exposure
from matching.allocation.packs import FairPack, PackEmployer
from matching.allocation.shortlists import Shortlists

__all__ = ["assignment_document", "balance_document", "pack_document"]

_SHEET_NAME = 26
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_NEUTRAL = "只列化名档案编号，不含本人姓名、联系方式和文字；推荐供用人单位参考，录用由单位决定。"
_OBJECTIVES = {
    Objective.TOTAL: "匹配分总和最大",
    Objective.FAIR: "先使有人的岗位最多，再使最差的岗位尽量好，再使总和最大",
    Objective.STABLE: "没有双方都更愿意选择对方的岗位与人",
}


def balance_document(
    balanced: Balanced, vacancies: Mapping[str, Mapping[str, Any]], *, as_of: dt.date, synthetic: bool
) -> ListDocument:
    """Set balanced lists as one table with a summary.

    Parameters
    ----------
    balanced
        The lists.
    vacancies
        Rows of the vacancies by identifier.
    as_of
        Day the matches were made for.
    synthetic
        Whether any of the data are generated.

    Returns
    -------
    ListDocument
        One row a place.
    """
    lists = balanced.shortlists
    counts = Exposure.from_shortlists(lists, k=balanced.report.k).counts
    rows = [
        (
            name,
            vacancies[name]["employer"],
            vacancies[name]["title"],
            place + 1,
            lists.profile_ids[int(lists.positions[row, place])],
            round(float(lists.scores[row, place]), 2),
            int(counts[lists.positions[row, place]]),
        )
        for row, name in enumerate(lists.vacancy_ids)
        for place in range(int(lists.lengths[row]))
    ]
    columns = ("需求编号", "用人单位", "岗位", "位次", "档案编号", "匹配分", "列于几个名单")
    return ListDocument(
        title=banner("均衡推荐名单", synthetic=synthetic),
        as_of=as_of,
        synthetic=synthetic,
        tables=(
            _report_table(balanced.report),
            ListTable(name="推荐名单", columns=columns, rows=tuple(rows)),
        ),
        notes=(_NEUTRAL,),
    )


def _report_table(report: BalanceReport) -> ListTable:
    """Show what balancing changed, before and after."""
    rows = [
        *_congestion_rows(report.before, report.after),
        ("平均匹配分", report.mean_score_before, report.mean_score_after),
        ("单个位次的最大分差", 0.0, report.worst_loss),
        ("有变化的名单", 0, report.changed),
    ]
    shown = tuple(
        (name, *(MISSING if value is None else value for value in values)) for name, *values in rows
    )
    asked = f"均衡度{report.balance:g}，每个位次至多让出{report.tolerance:g}分"
    note = f"{report.vacancies}个岗位，每个至多{report.k}人；{asked}"
    return ListTable(name="均衡前后", columns=("指标", "只看匹配分", "均衡后"), rows=shown, note=note)


def _congestion_rows(before: Congestion, after: Congestion) -> list[tuple[str, Any, Any]]:
    names = {
        "reachable": "可列入名单的人数",
        "listed": "列入的人数",
        "congestion": "集中度（0为均匀）",
        "unlisted_share": "未列入者占比",
        "gini": "基尼系数",
        "top_decile_share": "前一成人占位次比",
        "largest": "一人最多列于几个名单",
    }
    return [
        (label, _rounded(getattr(before, name)), _rounded(getattr(after, name)))
        for name, label in names.items()
    ]


def _rounded(value: float | None) -> float | None:
    return round(value, 4) if isinstance(value, float) else value


def assignment_document(
    done: Assignment,
    shortlists: Shortlists,
    vacancies: Mapping[str, Mapping[str, Any]],
    *,
    as_of: dt.date,
    synthetic: bool,
) -> ListDocument:
    """Set an allocation as pairs, open places and people without one.

    Parameters
    ----------
    done
        The allocation.
    shortlists
        The lists it was made from.
    vacancies
        Rows of the vacancies by identifier.
    as_of
        Day the matches were made for.
    synthetic
        Whether any of the data are generated.

    Returns
    -------
    ListDocument
        Three tables after the summary.
    """
    names = [shortlists.vacancy_ids[row] for row in done.rows.tolist()]
    people = [shortlists.profile_ids[person] for person in done.persons.tolist()]
    pairs = tuple(
        (name, vacancies[name]["employer"], vacancies[name]["title"], person, round(score, 2))
        for name, person, score in zip(names, people, done.scores.tolist(), strict=True)
    )
    left = tuple(
        (u.vacancy_id, vacancies[u.vacancy_id]["title"], u.heads, u.placed, str(u.reason))
        for u in done.unfilled
    )
    waiting = tuple((p.profile_id, p.lists, p.best_score, str(p.reason)) for p in done.unplaced)
    summary = (
        ("目标", _OBJECTIVES[done.objective]),
        ("岗位", len(shortlists.vacancy_ids)),
        ("名额", int(done.heads.sum())),
        ("安排的人数", len(pairs)),
        ("有人的岗位", done.covered),
        ("匹配分总和", round(done.total, 2)),
        ("双方都更愿意选择对方的岗位与人（对）", done.blocking_pairs),
        ("不在任何名单上的人数", done.unlisted),
    )
    return ListDocument(
        title=banner("人岗分配方案", synthetic=synthetic),
        as_of=as_of,
        synthetic=synthetic,
        tables=(
            ListTable(name="汇总", columns=("项目", "数值"), rows=summary),
            ListTable(
                name="分配", columns=("需求编号", "用人单位", "岗位", "档案编号", "匹配分"), rows=pairs
            ),
            ListTable(name="未满岗位", columns=("需求编号", "岗位", "名额", "已安排", "原因"), rows=left),
            ListTable(
                name="未安排的人", columns=("档案编号", "列于几个名单", "最高匹配分", "原因"), rows=waiting
            ),
        ),
        notes=(_NEUTRAL, "未写明人数的岗位按1人计。"),
    )


def pack_document(pack: FairPack) -> ListDocument:
    """Set a fair pack: a summary, one sheet an employer, and the routes.

    Parameters
    ----------
    pack
        The pack.

    Returns
    -------
    ListDocument
        Every sheet bears the banner of generated data where there are any.
    """
    booths = tuple(_booth_table(number, booth) for number, booth in enumerate(pack.employers, start=1))
    fair = pack.fair
    return ListDocument(
        title=banner(f"{fair.name}（{fair.held_on}，{fair.place}）", synthetic=pack.synthetic),
        as_of=pack.as_of,
        synthetic=pack.synthetic,
        tables=(_summary_table(pack), *booths, _route_table(pack), _report_table(pack.balance)),
        notes=(
            _NEUTRAL,
            f"邀请名额{fair.seats}人，每次邀请受邀人数最少的岗位名单上匹配分最高的人。",
            f"求职路线按匹配分从高到低，每个单位只去一次，至多{fair.booths}个展位。",
        ),
    )


def _summary_table(pack: FairPack) -> ListTable:
    """One row an employer, then the totals."""
    rows: list[tuple[str | int, ...]] = []
    for number, booth in enumerate(pack.employers, start=1):
        heads = [vacancy.heads for vacancy in booth.vacancies if vacancy.heads is not None]
        people = {person.profile_id for vacancy in booth.vacancies for person in vacancy.candidates}
        rows.append(
            (number, booth.employer, len(booth.vacancies), sum(heads) if heads else MISSING, len(people))
        )
    everyone = {route.profile_id for route in pack.routes}
    jobs = sum(len(booth.vacancies) for booth in pack.employers)
    rows.append(("合计", f"{len(pack.employers)}家单位", jobs, "", len(everyone)))
    note = f"邀请{len(everyone)}人" + (f"；另有{pack.turned_away}人因名额未邀请" if pack.turned_away else "")
    return ListTable(
        name="汇总",
        columns=("展位", "用人单位", "岗位数", "写明的人数", "可约见人数"),
        rows=tuple(rows),
        note=note,
    )


def _booth_table(number: int, booth: PackEmployer) -> ListTable:
    """One row a candidate; a vacancy without any keeps one row that says so."""
    rows: list[tuple[str | int | float | None, ...]] = []
    for vacancy in booth.vacancies:
        stated = (vacancy.vacancy_id, vacancy.title, vacancy.heads or MISSING, vacancy.pay, vacancy.place)
        rows += [
            (*stated, place, person.profile_id, person.score, person.exposure, person.reason)
            for place, person in enumerate(vacancy.candidates, start=1)
        ]
        if not vacancy.candidates:
            rows.append((*stated, None, "没有符合硬性条件且受邀的人", None, None, ""))
    columns = (
        "需求编号",
        "岗位",
        "人数",
        "薪酬",
        "工作地点",
        "位次",
        "档案编号",
        "匹配分",
        "列于几个名单",
        "理由",
    )
    name = f"{number:02d} {_FORBIDDEN.sub(' ', booth.employer)[:_SHEET_NAME]}".rstrip()
    note = "" if name.endswith(booth.employer) else booth.employer
    return ListTable(name=name, columns=columns, rows=tuple(rows), note=note)


def _route_table(pack: FairPack) -> ListTable:
    booths = {booth.employer: number for number, booth in enumerate(pack.employers, start=1)}
    rows = tuple(
        (
            route.profile_id,
            order,
            booths[stop.employer],
            stop.employer,
            stop.title,
            stop.score,
            "是" if stop.expected else "否",
        )
        for route in pack.routes
        for order, stop in enumerate(route.stops, start=1)
    )
    columns = ("档案编号", "顺序", "展位", "用人单位", "岗位", "匹配分", "在该岗位名单上")
    return ListTable(name="求职路线", columns=columns, rows=rows)
