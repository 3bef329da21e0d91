"""Lists that an agency keeps: people chosen for a vacancy, and what a saved search found, as rows to show."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

import xlsxwriter

from api.access.principal import Principal
from api.pages.fields import shown_time
from api.routes.searches import Standing, read_search_news
from api.service import Service
from data.feedback import DeclineReason, EventKind
from data.formulas import guarded
from data.store.agencies import read_agency
from data.store.audit import Access, Action
from data.store.feedback import PairStanding, read_standings
from data.store.moments import BEIJING
from data.store.search_runs import matchable_people
from data.store.searches import Direction, SavedSearch
from data.store.users import list_users
from matching.answers import shown
from matching.matcher import Matcher

__all__ = ["FileForm", "Row", "actors_of", "candidates_of", "chosen_by_vacancy", "found_by_search", "written"]

_COLUMNS: Final = {
    "位次": 6, "编号": 20, "名称": 26, "用人单位": 24, "地点": 14, "学历": 10, "技能等级": 12,
    "能力": 44, "得分": 8, "进展": 18, "时间": 18, "数据性质": 12,
}  # fmt: skip
_NEUTRAL: Final = "只列化名编号，不含姓名、联系方式和本人文字；推荐供参考，录用由单位决定。"


class FileForm(StrEnum):
    """How a list is written."""

    CSV = "csv"
    """One row an item, for spreadsheets."""
    XLSX = "xlsx"
    """The same as a workbook."""

    @property
    def media_type(self) -> str:
        """The type of the content."""
        if self is FileForm.CSV:
            return "text/csv; charset=utf-8"
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Row(NamedTuple):
    """One person or vacancy on a list."""

    rank: int
    """Place on the list, from 1."""
    id: str
    """Vacancy, or pseudonym of the person."""
    item: dict[str, Any] | None
    """What may be shown of it; None once it left the pool."""
    score: float | None
    """Score when it was found."""
    standing: str
    """How far it came, in Chinese."""
    on: str
    """When that was, Beijing time."""
    new: bool = False
    """Whether the last run of the search was the first to find it."""

    @property
    def synthetic(self) -> bool:
        """Whether it is generated."""
        return bool(self.item and self.item["synthetic"])

    @property
    def cells(self) -> tuple[str | float | None, ...]:
        """The columns of a file."""
        item = self.item or {}
        names = ("title", "employer", "place", "education", "skill_level")
        told = tuple(None if item.get(name) is None else str(item[name]) for name in names)
        nature = "合成数据" if self.synthetic else "真实数据"
        score = None if self.score is None else round(self.score, 2)
        skills = "、".join(item.get("skills") or ())
        return (self.rank, self.id, *told, skills, score, self.standing, self.on, nature if item else "")


def actors_of(service: Service, caller: Principal) -> set[str]:
    """Return under which names the people and programs of a caller's agency send feedback.

    Parameters
    ----------
    service
        The service.
    caller
        Who asks; somebody of the office stands for themselves alone.
    """
    if caller.agency_id is None:
        return {caller.actor}
    users = (each for each in list_users(service.store) if each.agency_id == caller.agency_id)
    # Programs of an agency, whichever key they hold, are noted under its name.
    agency = read_agency(service.store, caller.agency_id)
    return {caller.actor, agency.name, *(f"user:{each.user_id}" for each in users)}


def chosen_by_vacancy(service: Service, caller: Principal) -> dict[str, list[PairStanding]]:
    """Return whom the caller's agency did something with, by vacancy, the last touched first."""
    found: dict[str, list[PairStanding]] = {}
    for each in read_standings(service.store, actors_of(service, caller)):
        found.setdefault(each.vacancy_id, []).append(each)
    return found


def candidates_of(service: Service, caller: Principal, matcher: Matcher, vacancy_id: str) -> list[Row]:
    """Return the candidates for a vacancy; people who object to matching or were erased are not among them.

    Parameters
    ----------
    service
        The service.
    caller
        Whose list it is.
    matcher
        What the caller may see.
    vacancy_id
        The vacancy.
    """
    told = read_standings(service.store, actors_of(service, caller), vacancy_id=vacancy_id)
    there = matchable_people(service.store, {each.profile_id for each in told})
    kept = [each for each in told if each.profile_id in there]
    kept.sort(key=lambda each: (each.kind is EventKind.DECLINED, -each.happened_at.timestamp()))
    return [
        Row(place, each.profile_id, _item(matcher, each.profile_id, people=True), None, *_told(each))
        for place, each in enumerate(kept, start=1)
    ]


def found_by_search(service: Service, caller: Principal, matcher: Matcher, search: SavedSearch) -> list[Row]:
    """Return what a search found when it last ran, as its news tell; the look at people is noted.

    Parameters
    ----------
    service
        The service.
    caller
        Whose search it is.
    matcher
        What the caller may see.
    search
        The search.
    """
    people = search.direction is Direction.PROFILES
    news = read_search_news(service, caller, search.search_id, since=0)
    ended = {Standing.ENDED: "需求已不在招"}
    return [
        Row(
            place,
            each.id,
            _item(matcher, each.id, people=people),
            each.score,
            ended.get(each.standing, f"第 {each.first_run} 次运行发现"),
            "",
            new=search.run > 1 and each.first_run == search.run,
        )
        for place, each in enumerate(news.new, start=1)
    ]


def written(
    service: Service, caller: Principal, rows: Sequence[Row], form: FileForm, *, people: bool, title: str
) -> bytes:
    """Return a list as a file; that it was taken out is noted before.

    Parameters
    ----------
    service
        The service.
    caller
        Who takes it.
    rows
        The list.
    form
        How it is written.
    people
        Whether it is a list of people.
    title
        What the list is called.
    """
    if people:
        ids = [row.id for row in rows]
        service.note(Access(caller.actor, Action.EXPORT_SHORTLISTS, results=len(ids), shown=ids))
    return _csv(rows) if form is FileForm.CSV else _workbook(rows, title)


def _told(each: PairStanding) -> tuple[str, str]:
    reason = f"：{DeclineReason(each.reason).chinese}" if each.reason else ""
    return each.kind.chinese + reason, shown_time(each.happened_at)


def _item(matcher: Matcher, item_id: str, *, people: bool) -> dict[str, Any] | None:
    pool = matcher.profiles if people else matcher.vacancies
    position = pool.position(item_id)
    return None if position is None else shown(pool.rows[position], vacancies=not people)


def _csv(rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows([guarded(cell) for cell in row.cells] for row in rows)
    return ("\ufeff" + text.getvalue()).encode()


def _workbook(rows: Sequence[Row], title: str) -> bytes:
    """Write a workbook; no text in it is ever run as a formula or made a link."""
    content = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
               "in_memory": True}  # fmt: skip
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": title, "created": dt.datetime.now(BEIJING).replace(tzinfo=None)})
        sheet = book.add_worksheet("名单")
        head = book.add_format({"bold": True, "bg_color": "#E7ECF2", "border": 1})
        for place, (name, width) in enumerate(_COLUMNS.items()):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, name, head)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row.cells):
                if isinstance(value, str):
                    sheet.write_string(number, place, value)
                elif value is not None:
                    sheet.write_number(number, place, value)
        notes = book.add_worksheet("说明")
        notes.set_column(0, 0, 100)
        synthetic = any(row.synthetic for row in rows)
        for place, line in enumerate((title, "含合成数据" if synthetic else "真实数据", _NEUTRAL)):
            notes.write_string(place, 0, line)
    return content.getvalue()
