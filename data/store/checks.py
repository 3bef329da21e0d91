"""Look a store through: is everything in it what it should be?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from data.records import Record
from data.store.promotions import ledger_entries, ledger_faults
from data.store.schema import (
    batch,
    batch_part,
    consent,
    entry,
    entry_posting,
    metadata,
    posting,
    profile,
    raw_row,
    vacancy,
    vacancy_posting,
)
from data.store.store import Store

__all__ = ["Check", "State", "check_store"]

_PATIENCE = dt.timedelta(hours=1)
_SHOWN = 5
_APPENDED = ("change", "access_log", "access_person", "promotion")
"""Tables that triggers keep from being altered."""
_UNALTERED = ("feedback_event_no_update",)
"""Triggers of tables whose rows are deleted with a person but never altered."""
_VERSION_TABLE = "alembic_version"


class State(StrEnum):
    """What a check found."""

    GOOD = "good"
    """All is well."""
    NOTE = "note"
    """Worth knowing, nothing to mend."""
    WRONG = "wrong"
    """To be mended."""


class Check(Record):
    """One thing looked at."""

    name: str
    """Stable name."""
    state: State
    """What was found."""
    message: str
    """In Chinese, for whoever runs the store; of a problem also what to do."""


def check_store(store: Store) -> list[Check]:
    """Look at the version, the file, references, histories, readings cut off, vacancies and counts.

    Parameters
    ----------
    store
        The store, opened as it is.

    Returns
    -------
    list of Check
        Only the first ones where the file is damaged or the schema is not of this program's version.
    """
    checks: list[Check] = []
    try:
        with store.snapshot() as connection:
            checks += _look_at_file(connection)
        if _all_good(checks):
            checks.append(_version(store))
        if _all_good(checks):
            with store.snapshot() as connection:
                checks += [check for look in _LOOKS for check in look(connection)]
    except sa.exc.DatabaseError as error:
        checks.append(_wrong("file", f"数据库读不了：{error.orig}。请检查数据库服务，必要时用最近的备份恢复"))
    return checks


def _all_good(checks: list[Check]) -> bool:
    return all(check.state is State.GOOD for check in checks)


def _version(store: Store) -> Check:
    found, wanted = store.revision, store.revisions()[0]
    if found == wanted:
        return _good("schema", f"结构版本 {found}")
    told = f"结构版本是 {found or '（空库）'}，本程序要 {wanted}；先备份（db backup）再升级（db upgrade）"
    return _wrong("schema", told)


def _look_at_file(connection: sa.Connection) -> list[Check]:
    if connection.dialect.name != "sqlite":
        return [_good("file", "数据页由 PostgreSQL 自身校验")]
    told = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(5)")]
    mode = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())
    checks = [
        _good("file", "数据库文件完好")
        if told == ["ok"]
        else _wrong("file", f"数据库文件损坏：{'；'.join(told)}。请停止服务，用最近的备份恢复")
    ]
    if mode != "wal":
        checks.append(_wrong("journal", f"日志方式是 {mode} 而不是 wal；请检查数据盘是否为网络盘"))
    return checks


def _look_at_references(connection: sa.Connection) -> list[Check]:
    """Find rows that refer to nothing, whether or not the database knows of the reference."""
    references = [
        (table, [(element.parent, element.column) for element in constraint.elements])
        for table in metadata.sorted_tables
        for constraint in table.foreign_key_constraints
    ]
    references += [
        (entry_posting, [(entry_posting.c[name], entry.c[name]) for name in ("edition_id", "entry_id")]),
        (consent, [(consent.c.profile_id, profile.c.profile_id)]),
        *(
            (table, [(table.c.batch_id, raw_row.c.batch_id), (table.c.row, raw_row.c.row)])
            for table in (posting, profile)
        ),
    ]
    checks = []
    for table, pairs in references:
        matching = sa.and_(*(own == other for own, other in pairs))
        filled = sa.and_(*(own.is_not(None) for own, _ in pairs))
        orphan = ~sa.exists().where(matching).correlate(table)
        query = sa.select(sa.func.count()).select_from(table).where(filled, orphan)
        count = int(connection.execute(query).scalar_one())
        if count:
            named = "、".join(own.name for own, _ in pairs)
            told = f"表 {table.name} 有 {count} 行的 {named} 指向不存在的 {pairs[0][1].table.name}"
            checks.append(_wrong("references", f"{told}；请用备份恢复，或重新导入相应文件"))
    return checks or [_good("references", f"{len(references)} 种引用全部有着落")]


def _look_at_history(connection: sa.Connection) -> list[Check]:
    postgres = connection.dialect.name == "postgresql"
    query = (
        "SELECT tgname FROM pg_trigger"
        if postgres
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    endings = ("append_only",) if postgres else ("no_update", "no_delete")
    wanted = {*_UNALTERED, *(f"{table}_{ending}" for table in _APPENDED for ending in endings)}
    missing = wanted - {str(row[0]) for row in connection.exec_driver_sql(query)}
    if missing:
        told = f"只增不改的记录缺少防改触发器 {'、'.join(sorted(missing))}；记录可能被改动过，请用备份核对"
        return [_wrong("history", told)]
    return [_good("history", "变更、查看、反馈与模型更换记录只增不改")]


def _look_at_promotions(connection: sa.Connection) -> list[Check]:
    """Recompute the chain of the ledger of promotions."""
    entries = ledger_entries(connection)
    faults = ledger_faults(entries)
    if faults:
        told = f"模型更换记录不可信：{'；'.join(faults[:_SHOWN])}；停止更换模型，用最近的备份核对"
        return [_wrong("promotions", told)]
    return [_good("promotions", f"模型更换记录 {len(entries)} 条，首尾相接")]


def _look_at_batches(connection: sa.Connection) -> list[Check]:
    last = sa.select(sa.func.max(batch_part.c.committed_at)).where(batch_part.c.batch_id == batch.c.batch_id)
    columns = (batch.c.batch_id, batch.c.file_name, batch.c.started_at, last.scalar_subquery().label("last"))
    query = sa.select(*columns).where(batch.c.status != "done").order_by(batch.c.batch_id)
    checks = []
    for row in connection.execute(query):
        idle = dt.datetime.now(dt.UTC) - _utc(row.last or row.started_at)
        named = f"文件 {row.file_name}（批次 {row.batch_id}）"
        if idle > _PATIENCE:
            hours = idle / dt.timedelta(hours=1)
            told = f"{named}导入中断已 {hours:.0f} 小时；重新导入同一文件即可从断处继续"
            checks.append(_wrong("batches", told))
        else:
            checks.append(Check(name="batches", state=State.NOTE, message=f"{named}正在导入"))
    return checks or [_good("batches", "没有中断的导入")]


def _look_at_vacancies(connection: sa.Connection) -> list[Check]:
    """Find postings that count for no need or for two; those of a reading under way are not merged yet."""
    counts = (
        sa.select(vacancy_posting.c.posting_id, vacancy_posting.c.vacancy_id)
        .join(vacancy, vacancy.c.vacancy_id == vacancy_posting.c.vacancy_id)
        .where(vacancy.c.counted_in.is_(None))
        .subquery("counts")
    )
    counted = sa.func.count(counts.c.vacancy_id)
    query = (
        sa.select(posting.c.posting_id, counted.label("vacancies"))
        .join(batch, batch.c.batch_id == posting.c.batch_id)
        .join(counts, counts.c.posting_id == posting.c.posting_id, isouter=True)
        .where(batch.c.status == "done")
        .group_by(posting.c.posting_id)
        .having(counted != 1)
        .order_by(posting.c.posting_id)
    )
    total = int(
        connection.execute(sa.select(sa.func.count()).select_from(query.subquery("wrong"))).scalar_one()
    )
    if not total:
        return [_good("vacancies", "每条招聘信息恰属一条需求")]
    shown = "、".join(
        f"{row.posting_id}（{row.vacancies}）" for row in connection.execute(query.limit(_SHOWN))
    )
    told = f"{total} 条招聘信息不恰属一条需求（括号内为所属条数）：{shown}；请重新导入其文件以重新合并"
    return [_wrong("vacancies", told)]


def _look_at_tables(connection: sa.Connection) -> list[Check]:
    """Find tables that are not the store's: statistical returns in particular have no place here."""
    there = set(sa.inspect(connection).get_table_names())
    strange = sorted(there - set(metadata.tables) - {_VERSION_TABLE})
    if strange:
        told = (
            f"库中有不属于本库的表：{'、'.join(strange)}；统计调查数据必须另库存放，请检查 YINGCAI_SURVEY_URL"
        )
        return [_wrong("separation", told)]
    return [_good("separation", "没有别的表；统计调查数据不在本库")]


def _look_at_counts(connection: sa.Connection) -> list[Check]:
    counts = {
        table.name: int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
        for table in metadata.sorted_tables
    }
    shown = "，".join(f"{name} {count}" for name, count in sorted(counts.items()) if count)
    return [_good("counts", f"行数：{shown or '空库'}")]


_LOOKS: tuple[Callable[[sa.Connection], list[Check]], ...] = (
    _look_at_references,
    _look_at_history,
    _look_at_promotions,
    _look_at_batches,
    _look_at_vacancies,
    _look_at_tables,
    _look_at_counts,
)


def _utc(moment: Any) -> dt.datetime:
    """Return a moment as the databases give it back, one of them without saying that it is UTC."""
    read = dt.datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    utc: dt.datetime = read if read.tzinfo else read.replace(tzinfo=dt.UTC)
    return utc


def _good(name: str, message: str) -> Check:
    return Check(name=name, state=State.GOOD, message=message)


def _wrong(name: str, message: str) -> Check:
    return Check(name=name, state=State.WRONG, message=message)
