"""How long each kind of record is kept, why, and the work that deletes what was kept long enough.

The audit itself is kept: entries hold no one's data but keyed hashes, and a chain without its beginning could
not be verified. Profiles are never deleted by time alone: those long inactive are counted, to be asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from data.store.feed import purge_feed
from data.store.jobs import purge_jobs
from data.store.schema import (
    daily_usage,
    feed_row,
    idempotent_request,
    job,
    login_delay,
    profile,
    saved_search,
    shortlist,
    user_session,
)
from data.store.schema.access import person_request, person_token
from data.store.searches import remove_searches
from data.store.shortlists import prune_shortlists
from data.store.store import Store

__all__ = ["RETENTION", "Due", "Rule", "apply_retention", "due_records"]

_PLATFORM = "网络招聘服务管理规定：平台记录不少于 3 年"
_LEDGER = "人力资源市场暂行条例：服务台账不少于 2 年"
_MINIMAL = "个人信息保护法第十九条：保存期限为实现目的所必要的最短时间"
_YEAR: Final = 366
"""Days of a year at its longest: what must be kept for years is never deleted a day early."""


@dataclass(frozen=True)
class Rule:
    """One kind of record and how long it is kept."""

    kind: str
    """Stable name."""
    label: str
    """What it is, in Chinese."""
    days: int
    """Days from the moment that counts; 0 for what carries its own end."""
    basis: str
    """Why so long and no longer, in Chinese."""
    table: sa.Table
    """Where it stands."""
    since: sa.ColumnElement[Any]
    """The moment or day that counts; records without one are kept."""
    remove: Callable[[Store, dt.datetime], int] | None = None
    """Deletes what is older than a moment where one table is not all of it."""
    asked: bool = False
    """True where nothing is deleted: the office asks the people."""


def _remove_shortlists(store: Store, before: dt.datetime) -> int:
    return prune_shortlists(store, before=before.date())


def _remove_feed(store: Store, before: dt.datetime) -> int:
    return purge_feed(store, before=before)


def _remove_jobs(store: Store, before: dt.datetime) -> int:
    return purge_jobs(store, before=before)


def _remove_searches(store: Store, before: dt.datetime) -> int:
    return remove_searches(store, before=before)


RETENTION: Final[tuple[Rule, ...]] = (
    Rule("sessions", "已失效的办公会话", 0, _MINIMAL, user_session, user_session.c.expires_at),
    Rule("person_tokens", "已失效的本人代码与会话", 0, _MINIMAL, person_token, person_token.c.expires_at),
    Rule(
        "idempotency", "已办请求的编号", 1, _MINIMAL, idempotent_request, idempotent_request.c.created_at
    ),
    Rule("login_delays", "登录失败的计数", 30, _MINIMAL, login_delay, login_delay.c.failed_at),
    Rule(
        "jobs", "批量匹配任务及其结果", 90, _MINIMAL, job,
        sa.func.coalesce(
            job.c.finished_at, job.c.progressed_at, job.c.created_at, type_=job.c.created_at.type
        ),
        remove=_remove_jobs,
    ),
    Rule(
        "feed", "变更流里的删除记录（更久没有同步的副本须重取快照）", 90, _MINIMAL, feed_row,
        # Only what was removed: of what is there the feed keeps the last change.
        sa.case((feed_row.c.removed, feed_row.c.at)),
        remove=_remove_feed,
    ),
    Rule(
        "shortlists", "留存的名单", 2 * _YEAR, _LEDGER, shortlist, shortlist.c.issued_at,
        remove=_remove_shortlists,
    ),
    Rule(
        "person_requests", "已答复的本人请求", 3 * _YEAR, _PLATFORM, person_request,
        person_request.c.answered_at,
    ),
    Rule(
        "searches", "到期的保存检索及其所得", 0, _MINIMAL, saved_search, saved_search.c.expires_at,
        remove=_remove_searches,
    ),
    Rule("usage", "调用方的用量", 3 * _YEAR, _PLATFORM, daily_usage, daily_usage.c.day),
    Rule(
        "profiles", "长期不活动的人才档案（逐一征询本人，不自动删除）", 2 * _YEAR, _MINIMAL, profile,
        profile.c.active_on, asked=True,
    ),
)  # fmt: skip
"""Every rule; a service whose setting keeps jobs for less deletes them earlier."""


class Due(NamedTuple):
    """What one rule finds."""

    rule: Rule
    """The rule."""
    before: dt.datetime
    """Records from before this moment are due, UTC."""
    records: int
    """Number of them, or of those deleted."""


def due_records(store: Store, *, now: dt.datetime) -> list[Due]:
    """Count what was kept long enough.

    Parameters
    ----------
    store
        The store.
    now
        The moment, UTC.

    Returns
    -------
    list of Due
        One for each rule, also where nothing is due.
    """
    with store.read() as connection:
        found = []
        for rule in RETENTION:
            before = _before(rule, now)
            query = sa.select(sa.func.count()).select_from(rule.table).where(_is_due(rule, before))
            found.append(Due(rule, before, int(connection.execute(query).scalar_one())))
    return found


def apply_retention(store: Store, *, now: dt.datetime) -> list[Due]:
    """Delete what was kept long enough; one rule after the other, each in transactions of its own.

    Parameters
    ----------
    store
        The store.
    now
        The moment, UTC.

    Returns
    -------
    list of Due
        What was deleted by each rule that deletes, and what those that ask found.
    """
    found = due_records(store, now=now)
    return [due if due.rule.asked else due._replace(records=_remove(store, due)) for due in found]


def _remove(store: Store, due: Due) -> int:
    if due.rule.remove is not None:
        return due.rule.remove(store, due.before)
    with store.begin() as connection:
        return connection.execute(due.rule.table.delete().where(_is_due(due.rule, due.before))).rowcount


def _before(rule: Rule, now: dt.datetime) -> dt.datetime:
    """Return the moment before which records are due: whole days, except where a record carries its end."""
    if not rule.days:
        return now
    midnight = now.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - dt.timedelta(days=rule.days)


def _is_due(rule: Rule, before: dt.datetime) -> sa.ColumnElement[bool]:
    limit = before.date() if isinstance(rule.since.type, sa.Date) else before
    return rule.since < sa.literal(limit, rule.since.type)
