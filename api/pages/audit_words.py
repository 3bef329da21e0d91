"""The audit in words: what was done, by whom, and which entries an address asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from data.errors import InputError
from data.store.audit import AccessOutcome, Action, AuditQuery
from data.store.audit_chain import AuditEntry
from data.store.moments import BEIJING

__all__ = ["ACTIONS", "Filter", "Line", "line_of"]

ACTIONS: Final[Mapping[str, str]] = {
    Action.MATCH_PROFILES: "为需求找人",
    Action.MATCH_VACANCIES: "为人找岗位",
    Action.MATCH_PAIR: "看一人与一岗位是否相配",
    Action.MATCH_RELAXATIONS: "看放宽建议",
    Action.MATCH_TEAM: "为揭榜组队",
    Action.READ_NEWS: "看保存的检索有何变化",
    Action.EXPORT_SHORTLISTS: "导出名单",
    Action.EXPORT_MATCHES: "取走批量匹配结果",
    Action.COPY_PROFILES: "取走档案快照或变更",
    Action.EXPORT_PERSON: "导出个人全部信息",
    Action.READ_CONSENTS: "查看同意记录",
    Action.RECORD_CONSENT: "登记同意",
    Action.WITHDRAW_CONSENT: "撤回同意",
    Action.ERASE_PERSON: "删除个人信息",
    Action.UNMASK_PERSON: "查看身份信息",
    Action.READ_PERSON: "查看个人信息",
    Action.CORRECT_PERSON: "更正个人信息",
    Action.CHANGE_PERSON: "办理本人请求",
    Action.ISSUE_TOKEN: "发给本人查阅代码",
    Action.READ_AUDIT: "查询审计记录",
    Action.RUN_RETENTION: "清理到期数据",
    Action.REQUEST_READ: "读取（其他）",
    Action.REQUEST_CHANGE: "改动（其他）",
}
"""What was done, in Chinese."""

_TONES: Final = {AccessOutcome.DONE: "good", AccessOutcome.REFUSED: "warn", AccessOutcome.FAILED: "bad"}
_LONGEST: Final = 200


class Filter(NamedTuple):
    """Which entries an address asks for, as it was typed."""

    actor: str = ""
    """Who, word for word."""
    agency: str = ""
    """Number of the agency."""
    action: str = ""
    """What was done."""
    subject: str = ""
    """A person, vacancy or other id."""
    request: str = ""
    """Number of the request."""
    since: str = ""
    """First day, of China."""
    until: str = ""
    """Last day, of China."""

    @classmethod
    def from_query(cls, query: QueryParams) -> Filter:
        """Read an address; an action that is none is passed over."""
        found = {name: query.get(name, "").strip()[:_LONGEST].replace("\0", "") for name in cls._fields}
        if found["action"] not in ACTIONS:
            found["action"] = ""
        return cls(**found)

    @property
    def narrowed(self) -> bool:
        """Whether some entries are left out."""
        return any(self)

    def address(self, path: str = "/office/audit", *, before: int | None = None) -> str:
        """Return the address that asks for these entries, or for those before a number."""
        parts = {name: value for name, value in self._asdict().items() if value}
        if before is not None:
            parts["before"] = str(before)
        return path + (f"?{urlencode(parts)}" if parts else "")

    def to_query(self) -> AuditQuery:
        """Return what the audit is asked.

        Raises
        ------
        InputError
            ``date_unreadable`` or ``period_reversed``.
        """
        first, last = _day(self.since, "起始日"), _day(self.until, "截止日")
        if first is not None and last is not None and last < first:
            raise InputError("period_reversed", f"截止日 {last} 早于起始日 {first}", hint="核对两个日期")
        after = None if last is None else last + dt.timedelta(days=1)
        return AuditQuery(
            actor=self.actor or None,
            agency_id=self.agency or None,
            subject=self.subject or None,
            action=self.action or None,
            request_id=self.request or None,
            since=_begin(first),
            until=_begin(after),
        )


class Line(NamedTuple):
    """An entry as it is shown."""

    entry: AuditEntry
    """The entry."""
    time: str
    """When, in the time of China."""
    who: str
    """What the actor is called; empty where the name says no more than the entry."""
    what: str
    """What was done, in Chinese."""
    outcome: str
    """How it ended, in Chinese."""
    tone: str
    """The badge's colour."""


def line_of(entry: AuditEntry, names: Mapping[str, str]) -> Line:
    """Return an entry as it is shown.

    Parameters
    ----------
    entry
        The entry.
    names
        What actors are called.
    """
    outcome = AccessOutcome(entry.outcome)
    return Line(
        entry,
        f"{entry.at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
        names.get(entry.actor, ""),
        ACTIONS.get(entry.action, entry.action),
        outcome.label,
        _TONES[outcome],
    )


def _day(text: str, label: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError(
            "date_unreadable", f"{label}“{text[:20]}”不是日期", hint="写成 2026-11-21 的样子"
        ) from error
    if day is not None and not dt.date(2000, 1, 1) <= day <= dt.date(9000, 1, 1):
        raise InputError("date_unreadable", f"{label} {day} 不在可查的范围", hint="写成 2026-11-21 的样子")
    return day


def _begin(day: dt.date | None) -> dt.datetime | None:
    """Return when a day begins in China, UTC."""
    return None if day is None else dt.datetime.combine(day, dt.time(), BEIJING).astimezone(dt.UTC)
