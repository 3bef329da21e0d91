"""Internship seats: students and seats are brought together as well as can be, all at once.

As many students as possible get a seat that no hard rule forbids; among all such assignments the one with
the greatest total fit is taken (linear sum assignment). The fit is three quarters the major and one quarter
the skills, where the seat names any. What kind of school a student attends is never read.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.optimize import linear_sum_assignment

from data.catalogue.lists.documents import ListDocument, ListTable, banner
from data.catalogue.lists.rows import Headings, RowsRead
from data.errors import InputError
from data.records import Engagement, Record
from data.reference import occupation_names
from matching.cooperation.cells import Numbered, read_numbered
from matching.cooperation.leads import Lead
from matching.rules import RuleColumns, Verdict, judge_pair
from matching.skills import find_whole, fold

__all__ = [
    "Assignment",
    "Internships",
    "Seat",
    "Student",
    "assign_seats",
    "internship_document",
    "read_seats",
    "read_students",
]

Share = Annotated[float, Field(ge=0, le=1)]
_MAJOR_WEIGHT = 0.75
_MOST_CELLS = 30_000_000

_STUDENT: Headings = {
    "number": ("学生编号", "编号"),
    "major": ("专业", "所学专业", "专业名称"),
    "skills": ("能力", "技能", "已修课程"),
    "available_on": ("实习开始", "可到岗时间", "开始日期"),
    "until": ("实习结束", "返校日期", "结束日期"),
    "months": ("可到岗月份", "实习月份"),
    "time_share": ("时间投入",),
    "place_code": ("所在地", "学校所在地"),
    "willing_codes": ("意向地点", "意向实习地点"),
    "engagement": ("实习方式", "引才方式"),
    "synthetic": ("数据性质",),
}
_SEAT: Headings = {
    "number": ("席位编号", "岗位编号", "编号"),
    "title": ("实习岗位", "岗位名称", "岗位"),
    "organisation": ("单位名称", "用人单位", "企业名称"),
    "heads": ("人数", "席位数", "需求人数"),
    "majors": ("专业要求", "需求专业", "专业"),
    "skills": ("能力要求", "技能要求"),
    "start_by": ("开始日期", "到岗时间", "实习开始"),
    "until": ("结束日期", "实习结束"),
    "months": ("工作月份", "实习月份"),
    "time_share": ("时间投入",),
    "place_code": ("工作地点", "地点"),
    "engagement": ("实习方式", "引才方式"),
    "synthetic": ("数据性质",),
}


class Student(Numbered):
    """A student who looks for an internship, without anything that says who it is."""

    major: str
    """Major."""
    skills: tuple[str, ...] = ()
    """Skills and courses."""
    available_on: dt.date | None = None
    """First day free of classes; empty when not stated."""
    until: dt.date | None = None
    """Last day before the student must be back; empty when not stated."""
    months: tuple[int, ...] = ()
    """Months in which the student can come, 1 to 12; empty when not stated."""
    time_share: float | None = None
    """Largest share of full time that the student can give; empty when not stated."""
    place_code: str | None = None
    """GB/T 2260 code of where the student is."""
    willing_codes: tuple[str, ...] = ()
    """GB/T 2260 codes to which the student would go."""
    engagement: tuple[Engagement, ...] = (Engagement.FULL_TIME,)
    """Forms accepted: 全职 for a block, 兼职 beside classes."""
    synthetic: bool = False
    """True for generated data (合成数据)."""


class Seat(Numbered):
    """Internship seats of one kind at one employer."""

    title: Annotated[str, Field(min_length=2, max_length=120)]
    """What the intern is to do."""
    organisation: str = ""
    """Employer."""
    heads: Annotated[int, Field(ge=1, le=10_000)] = 1
    """Seats."""
    majors: tuple[str, ...] = ()
    """Majors that the employer names; empty for any."""
    skills: tuple[str, ...] = ()
    """Skills asked for."""
    start_by: dt.date | None = None
    """Day on which the internship begins."""
    until: dt.date | None = None
    """Last day of the internship."""
    months: tuple[int, ...] = ()
    """Months in which the work is done, 1 to 12; empty when not stated."""
    time_share: float | None = None
    """Share of full time; empty when not stated."""
    place_code: str | None = None
    """GB/T 2260 code."""
    engagement: tuple[Engagement, ...] = (Engagement.FULL_TIME,)
    """Forms offered."""
    synthetic: bool = False
    """True for generated data (合成数据)."""
    occupation_code: str | None = None
    """Code of 大典 2022 that the title stands for; empty while it is not coded."""


class Assignment(Record):
    """A student with a seat."""

    student: str
    """Number of the student."""
    seat: str
    """Number of the seat."""
    fit: Share
    """How well the two fit."""
    to_verify: tuple[str, ...]
    """What nobody stated, in Chinese."""
    sentence: str
    """Why they fit, in Chinese."""
    synthetic: bool
    """True when either is generated data (合成数据)."""


class Internships(Record):
    """The whole assignment."""

    assignments: tuple[Assignment, ...]
    """By number of the student."""
    unplaced: dict[str, str]
    """Students without a seat, with the reason in Chinese."""
    open_seats: dict[str, int]
    """Seats left over."""
    total_fit: float
    """Sum of the fits."""
    synthetic: bool
    """True when any side is generated data (合成数据)."""


def read_students(path: Path, *, today: dt.date, region_codes: Sequence[str] = ()) -> RowsRead[Student]:
    """Read a table of students; columns that are not named here, such as the school, are never looked at."""
    return read_numbered(path, Student, _STUDENT, today=today, region_codes=region_codes, person=True)


def read_seats(path: Path, *, today: dt.date, region_codes: Sequence[str] = ()) -> RowsRead[Seat]:
    """Read a table of internship seats."""
    return read_numbered(path, Seat, _SEAT, today=today, region_codes=region_codes)


def assign_seats(
    students: Sequence[Student], seats: Sequence[Seat], leads: Mapping[str, Sequence[Lead]]
) -> Internships:
    """Assign students to seats.

    Parameters
    ----------
    students, seats
        Both sides.
    leads
        The occupations that each major leads to, from :func:`matching.cooperation.leads.leads_of`.

    Returns
    -------
    Internships
        Nobody has a seat that a hard rule forbids; no seat is given twice.

    Raises
    ------
    InputError
        ``internships_too_many``.
    """
    columns = [j for j, seat in enumerate(seats) for _ in range(min(seat.heads, len(students)))]
    if len(students) * len(columns) > _MOST_CELLS:
        raise InputError(
            "internships_too_many",
            f"{len(students)} 名学生、{len(columns)} 个席位一次算不下",
            hint="请按院校或地区分批",
        )
    fits = _fits(students, seats, leads)
    chosen = _best(fits, columns)
    placed = {i: j for i, j in chosen if fits[i, j] >= 0}
    taken = Counter(placed.values())
    assignments = tuple(
        _assignment(students[i], seats[j], float(fits[i, j]), leads) for i, j in sorted(placed.items())
    )
    unplaced = {student.number: _why_not(fits[i]) for i, student in enumerate(students) if i not in placed}
    return Internships(
        assignments=assignments,
        unplaced=unplaced,
        open_seats={
            seat.number: seat.heads - taken[j] for j, seat in enumerate(seats) if seat.heads > taken[j]
        },
        total_fit=round(sum(each.fit for each in assignments), 4),
        synthetic=any(each.synthetic for side in (students, seats) for each in side),
    )


def internship_document(
    found: Internships, students: Sequence[Student], seats: Sequence[Seat], *, as_of: dt.date
) -> ListDocument:
    """Set the assignment in print: who goes where, who has no seat, which seats are left.

    Parameters
    ----------
    found
        From :func:`assign_seats`.
    students, seats
        Both sides.
    as_of
        Day of the list.

    Returns
    -------
    ListDocument
        Three tables.
    """
    student = {each.number: each for each in students}
    seat = {each.number: each for each in seats}
    rows = tuple(
        (
            each.student, student[each.student].major, each.seat, seat[each.seat].title,
            seat[each.seat].organisation, each.fit, each.sentence, "；".join(each.to_verify),
            "合成数据" if each.synthetic else "真实数据",
        )
        for each in found.assignments
    )  # fmt: skip
    columns = ("学生编号", "专业", "席位编号", "实习岗位", "单位名称", "适合度", "说明", "待核实", "数据性质")
    return ListDocument(
        title=banner("实习席位安排", synthetic=found.synthetic),
        as_of=as_of,
        synthetic=found.synthetic,
        tables=(
            ListTable(name="安排", columns=columns, rows=rows),
            ListTable(
                name="未安排的学生",
                columns=("学生编号", "专业", "原因"),
                rows=tuple((number, student[number].major, why) for number, why in found.unplaced.items()),
            ),
            ListTable(
                name="空余席位",
                columns=("席位编号", "实习岗位", "单位名称", "空余"),
                rows=tuple(
                    (number, seat[number].title, seat[number].organisation, left)
                    for number, left in found.open_seats.items()
                ),
            ),
        ),
        notes=("先让尽可能多的学生有席位，再使适合度之和最大；不看院校层次。",),
    )


def _fits(
    students: Sequence[Student], seats: Sequence[Seat], leads: Mapping[str, Sequence[Lead]]
) -> NDArray[np.float64]:
    """Return the fit of every pair, -1 where a hard rule forbids it."""
    fits = np.full((len(students), len(seats)), -1.0)
    rules = RuleColumns.from_rows([_row(student) for student in students], vacancies=False)
    for j, seat in enumerate(seats):
        allowed = rules.take_allowed(_row(seat), row_is_vacancy=True).mask
        for i in np.flatnonzero(allowed).tolist():
            if _judge_end(students[i], seat)[0] is not Verdict.FAIL:
                fits[i, j] = _fit(students[i], seat, leads)
    return fits


def _best(fits: NDArray[np.float64], columns: Sequence[int]) -> list[tuple[int, int]]:
    """Return pairs of the best assignment; forbidden ones stand for students without a seat."""
    if not columns:
        return []
    # One more student with a seat outweighs any sum of fits.
    worth = np.where(fits >= 0, fits + len(fits) + 1, 0.0)[:, columns]
    rows, chosen = linear_sum_assignment(worth, maximize=True)
    return [(int(i), columns[int(j)]) for i, j in zip(rows, chosen, strict=True)]


def _judge_end(student: Student, seat: Seat) -> tuple[Verdict, str]:
    """Judge whether the student can stay to the end."""
    if seat.until is None:
        return Verdict.PASS, "实习结束日期未写明"
    if student.until is None:
        return Verdict.UNKNOWN, f"实习到{seat.until}，学生返校日期未登记"
    verdict = Verdict.PASS if student.until >= seat.until else Verdict.FAIL
    return verdict, f"实习到{seat.until}，学生可到{student.until}"


def _to_verify(student: Student, seat: Seat) -> tuple[str, ...]:
    """Return what nobody stated of the product's rules and of the end."""
    judged = [
        *(judgement for _, judgement in judge_pair(_row(seat), _row(student))),
        _judge_end(student, seat),
    ]
    return tuple(reason for verdict, reason in judged if verdict is Verdict.UNKNOWN)


def _row(side: Student | Seat) -> dict[str, Any]:
    """Return what the hard rules read; majors and skills decide the fit, not whether the two may meet."""
    row = side.model_dump(exclude={"majors", "skills"})
    return row | {"engagement": tuple(form.value for form in side.engagement)}


def _fit(student: Student, seat: Seat, leads: Mapping[str, Sequence[Lead]]) -> float:
    major, _ = _major_fit(student, seat, leads)
    if not seat.skills:
        return round(major, 4)
    shown = _shown(student, seat)
    return round(_MAJOR_WEIGHT * major + (1 - _MAJOR_WEIGHT) * len(shown) / len(seat.skills), 4)


def _major_fit(student: Student, seat: Seat, leads: Mapping[str, Sequence[Lead]]) -> tuple[float, str]:
    """Return how well the major fits, and why."""
    if student.major in seat.majors:
        return 1.0, f"专业{student.major}在单位所列专业之内"
    for lead in leads.get(student.major, ()):
        if lead.occupation_code == seat.occupation_code:
            name = occupation_names()[lead.occupation_code]
            source = "教学标准所列职业" if lead.official else "相近专业所通职业"
            return lead.strength, f"专业{student.major}的{source}包括{name}"
    return 0.0, f"专业{student.major}与岗位没有已知的对应"


def _shown(student: Student, seat: Seat) -> list[str]:
    held = [fold(skill) for skill in student.skills]
    return [skill for skill in seat.skills if any(find_whole(fold(skill), each) is not None for each in held)]


def _assignment(student: Student, seat: Seat, fit: float, leads: Mapping[str, Sequence[Lead]]) -> Assignment:
    _, why = _major_fit(student, seat, leads)
    shown = _shown(student, seat)
    skills = f"；所列{len(seat.skills)}项能力中具备{len(shown)}项" if seat.skills else ""
    return Assignment(
        student=student.number,
        seat=seat.number,
        fit=fit,
        to_verify=_to_verify(student, seat),
        sentence=why + skills,
        synthetic=student.synthetic or seat.synthetic,
    )


def _why_not(fits: NDArray[np.float64]) -> str:
    possible = int((fits >= 0).sum())
    if not possible:
        return "没有一个席位符合时间、地点、方式等硬性条件"
    return f"符合硬性条件的{possible}种席位都已安排给更多或更合适的人"
