"""``yingcai cooperate projects|internships|majors``: school and enterprise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from api.console import JsonOption, RegionOption, Session, note, say, show_json
from api.service import matching_day
from data.catalogue.lists.documents import ListDocument, write_document
from data.catalogue.lists.market import Market
from data.catalogue.lists.rows import RowsRead
from data.demand import read_demand, read_supply
from data.errors import CellProblem
from data.sources.report import write_error_report
from data.store.moments import beijing_today
from matching.coding.major_occupations import MajorOccupationRanker, official_occupations
from matching.cooperation import (
    Lead,
    Seat,
    assign_seats,
    internship_document,
    leads_of,
    major_outlook,
    match_projects,
    open_on,
    outlook_document,
    project_document,
    read_laboratories,
    read_majors,
    read_projects,
    read_seats,
    read_students,
)

app = typer.Typer(help="校企合作：项目、实习席位、专业与需求 / school and enterprise", no_args_is_help=True)

Out = Annotated[Path | None, typer.Option(help="写成文件：.xlsx、.csv 或 .json，按文件名结尾")]
Problems = Annotated[Path | None, typer.Option(help="问题清单写到这里（.xlsx）")]
_SHOWN = 20
_TOLD = 5


@app.command()
def projects(
    project_file: Annotated[Path, typer.Argument(help="企业项目表（xlsx、csv）")],
    laboratory_file: Annotated[Path, typer.Argument(help="实验室或导师团队表（xlsx、csv）")],
    *,
    k: Annotated[int, typer.Option("-k", min=1, max=50, help="每一方列出的对方数")] = 5,
    out: Out = None,
    problems: Problems = None,
    as_json: JsonOption = False,
) -> None:
    """企业项目与高校实验室双向排序，写明共同的能力和领域。"""
    today = beijing_today()
    asked, offered = read_projects(project_file, today=today), read_laboratories(laboratory_file, today=today)
    _tell((asked, offered), problems)
    found = match_projects(asked.records, offered.records, Session().model)
    document = project_document(found, asked.records, offered.records, as_of=today, k=k)
    _present(document, out, as_json=as_json)


@app.command()
def internships(
    student_file: Annotated[
        Path, typer.Argument(help="学生表（xlsx、csv）：匿名编号、专业、起止日期、意向地点")
    ],
    seat_file: Annotated[Path, typer.Argument(help="实习席位表（xlsx、csv）")],
    *,
    region: RegionOption = None,
    out: Out = None,
    problems: Problems = None,
    as_json: JsonOption = False,
) -> None:
    """实习席位一次安排：先守硬性条件，再让更多学生有席位，再求总体最合适；不看院校层次。"""
    today, session = beijing_today(), Session(region=region)
    codes = session.region.place_codes
    students = read_students(student_file, today=today, region_codes=codes)
    seats = read_seats(seat_file, today=today, region_codes=codes)
    _tell((students, seats), problems)
    coded = _coded(seats.records, session)
    leads = _leads(session, [student.major for student in students.records])
    found = assign_seats(students.records, coded, leads)
    document = internship_document(found, students.records, coded, as_of=today)
    _present(document, out, as_json=as_json)


@app.command()
def majors(
    file: Annotated[Path, typer.Argument(help="院校专业表（xlsx、csv）：专业名称、毕业生人数")],
    *,
    region: RegionOption = None,
    out: Out = None,
    problems: Problems = None,
    as_json: JsonOption = False,
) -> None:
    """院校专业所通职业在本区域的在招需求；不足三家单位的数不公布。"""
    session = Session(region=region)
    day = matching_day(session.store, session.region)
    read = read_majors(file, today=day)
    _tell((read,), problems)
    vacancies, profiles = (
        read_demand(session.store, session.region),
        read_supply(session.store, session.region),
    )
    market = Market.from_frames(open_on(vacancies, day), profiles, session.region, as_of=day)
    leads = _leads(session, [each.major for each in read.records])
    outlook = major_outlook(read.records, market, leads)
    _present(outlook_document(outlook, market), out, as_json=as_json)


def _coded(seats: Sequence[Seat], session: Session) -> tuple[Seat, ...]:
    """Return the seats with the occupations that their titles stand for."""
    codes = session.coder.code([seat.title for seat in seats])
    return tuple(
        seat.model_copy(update={"occupation_code": code.code})
        for seat, code in zip(seats, codes, strict=True)
    )


def _leads(session: Session, names: Iterable[str]) -> Mapping[str, tuple[Lead, ...]]:
    """Return what the majors lead to; the ranker is fitted only where a standard does not know a major."""
    wanted = sorted(set(names))
    if set(wanted) <= official_occupations().keys():
        return leads_of(wanted)
    note("有专业不在教学标准中，由相近专业推断所通职业")
    ranker = MajorOccupationRanker.from_reference(session.model, session.coder.candidates)
    return leads_of(wanted, ranker=ranker)


def _tell(tables: Iterable[RowsRead[Any]], path: Path | None) -> None:
    """Say what could not be used, and write it where that is asked."""
    read = list(tables)
    problems: list[CellProblem] = []
    for table in read:
        several = f"{table.file} " if len(read) > 1 else ""
        problems += [each.model_copy(update={"column": several + each.column}) for each in table.problems]
    for problem in problems[:_TOLD]:
        note(f"第{problem.row}行 {problem.column}：{problem.message}")
    if len(problems) > _TOLD:
        note(f"共 {len(problems)} 个问题，用 --problems 写出全部")
    if path is not None:
        accepted = sum(len(table.records) for table in read)
        write_error_report(path, problems, sum(table.rows for table in read), accepted)
        note(f"问题清单 {path}")


def _present(document: ListDocument, out: Path | None, *, as_json: bool) -> None:
    """Write a document to a file, print it as JSON, or show the beginning of its tables."""
    if out is not None:
        write_document(document, out)
        note(f"已写 {out}")
    if as_json:
        show_json(document.model_dump(mode="json"))
        return
    say(document.title)
    for table in document.tables:
        say()
        say(f"{table.name}（{len(table.rows)} 行）")
        kept = [place for place, name in enumerate(table.columns) if name in (table.brief or table.columns)]
        say("  ".join(table.columns[place] for place in kept))
        for row in table.rows[:_SHOWN]:
            say("  ".join(str(row[place]) for place in kept))
        if len(table.rows) > _SHOWN:
            say(f"…… 其余 {len(table.rows) - _SHOWN} 行见 --out 或 --json")
    for text in document.notes:
        say(f"注：{text}")
