"""Code stored postings and profiles anew: those with a text that was decided, or that were never searched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa

from data.codes import CodingKind, alias_key
from data.sources.columns import TableKind
from data.store.frames import read_frame, rows_of
from data.store.history import record_change
from data.store.reviews import queue_reviews, read_aliases
from data.store.schema import posting, profile
from data.store.store import Store, chunked
from matching.coding.coders import Coders, Decisions
from matching.coding.frames import CodedFrame

__all__ = ["Recoded", "apply_decisions", "code_batch"]

_TABLES = {TableKind.POSTING: posting, TableKind.PROFILE: profile}
_READ = {
    TableKind.POSTING: ("title", "industry_raw", "employer", "majors", "skills", "duties"),
    TableKind.PROFILE: ("title", "majors", "skills", "summary"),
}
_CODES = ("occupation", "industry")


class Recoded(NamedTuple):
    """How many rows hold a decided text, and how many of them got other codes."""

    postings_seen: int
    postings_changed: int
    profiles_seen: int
    profiles_changed: int


def apply_decisions(
    store: Store,
    coders: Coders,
    *,
    actor: str,
    progress: Callable[[str, int, int], None] = lambda _name, _done, _total: None,
) -> Recoded:
    """Code anew every stored row that holds a decided text.

    Parameters
    ----------
    store
        The store; each table is changed in one transaction, and every change is noted.
    coders
        Coders that know the decisions (:func:`data.store.reviews.read_aliases`).
    actor
        Who applies them.
    progress
        Called with what is being coded in Chinese, the number done and the total.

    Returns
    -------
    Recoded
        Zeros when nothing was decided.
    """
    decisions = read_aliases(store)
    seen, changed = {}, {}
    for kind in TableKind:
        frame = _read(store, kind)
        chosen = frame[_holds_decision(frame, decisions)]
        seen[kind] = len(chosen)
        coded = coders.code_frame(chosen, kind, progress=progress) if len(chosen) else None
        changed[kind] = 0 if coded is None else _write(store, kind, chosen, coded, actor=actor)
    return Recoded(
        seen[TableKind.POSTING],
        changed[TableKind.POSTING],
        seen[TableKind.PROFILE],
        changed[TableKind.PROFILE],
    )


def code_batch(
    store: Store,
    coders: Coders,
    kind: TableKind,
    batch_id: int,
    *,
    actor: str,
    progress: Callable[[str, int, int], None] = lambda _name, _done, _total: None,
) -> dict[str, dict[str, Any]]:
    """Code anew every row that a file brought while the encoder could not be used.

    Parameters
    ----------
    store
        The store; the table is changed in one transaction, and every change is noted.
    coders
        Coders whose encoder works.
    kind
        What the rows are.
    batch_id
        The file; rows that a later file replaced are left alone.
    actor
        Who does it.
    progress
        Called with what is being coded in Chinese, the number done and the total.

    Returns
    -------
    dict
        Coded share and margins of every kind, as in the report of a file.
    """
    frame = _read(store, kind, batch_id=batch_id)
    coded = coders.code_frame(frame, kind, progress=progress)
    # What a text lists was never encoded: those cases wait in the queue since the file came in.
    reviews = [each for each in coded.reviews if each["kind"] != CodingKind.SKILL.value]
    _write(store, kind, frame, coded, actor=actor, reviews=reviews, scores_count=True)
    return coded.report


def _read(store: Store, kind: TableKind, *, batch_id: int | None = None) -> pd.DataFrame:
    table = _TABLES[kind]
    with store.read() as connection:
        query = sa.select(
            table.c[f"{kind.value}_id"], *(table.c[name] for name in _READ[kind]), *_coded(table)
        )
        if batch_id is not None:
            query = query.where(table.c.batch_id == batch_id)
        return read_frame(connection, query.order_by(table.c[f"{kind.value}_id"]))


def _coded(table: sa.Table) -> list[sa.Column[Any]]:
    parts = {f"{name}_{part}" for name in _CODES for part in ("code", "method", "score", "margin")}
    return [column for column in table.columns if column.name in parts | {"major_codes", "skill_codes"}]


def _holds_decision(frame: pd.DataFrame, decisions: Decisions) -> list[bool]:
    """Tell for every row whether one of its texts was decided; bracketed and graded titles count too."""
    fields = {CodingKind.MAJOR: "majors", CodingKind.SKILL: "skills"}
    found = [False] * len(frame)
    for field, of in (("title", CodingKind.OCCUPATION), ("industry_raw", CodingKind.INDUSTRY)):
        if field in frame.columns and decisions[of]:
            decided = {text: _mentions(text, of, decisions[of]) for text in frame[field].unique()}
            found = [known or decided[text] for known, text in zip(found, frame[field], strict=True)]
    for of, field in fields.items():
        keys = decisions[of]
        if keys:
            found = [
                known or any(alias_key(of, text) in keys for text in texts)
                for known, texts in zip(found, frame[field], strict=True)
            ]
    return found


def _mentions(text: str, kind: CodingKind, keys: Any) -> bool:
    key = alias_key(kind, text)
    return key in keys or any(known in key for known in keys)


def _write(
    store: Store,
    kind: TableKind,
    frame: pd.DataFrame,
    coded: CodedFrame,
    *,
    actor: str,
    reviews: Sequence[dict[str, Any]] = (),
    scores_count: bool = False,
) -> int:
    table = _TABLES[kind]
    names = [column.name for column in _coded(table)]
    key = f"{kind.value}_id"
    before = list(rows_of(frame[[key, *names]], table))
    after = list(rows_of(coded.frame[[key, *names]], table))
    changed = [
        (old, new)
        for old, new in zip(before, after, strict=True)
        if _differ(old, new, scores_count=scores_count)
    ]
    with store.begin() as connection:
        for chunk in chunked(changed):
            _update(connection, table, key, [new for _, new in chunk])
            for old, new in chunk:
                record_change(
                    connection,
                    actor=actor,
                    table_name=table.name,
                    row_key=new[key],
                    kind="recoded",
                    fields={name: [old[name], new[name]] for name in names if old[name] != new[name]},
                )
        queue_reviews(connection, reviews)
    return len(changed)


def _differ(old: dict[str, Any], new: dict[str, Any], *, scores_count: bool) -> bool:
    """Tell whether a code or the way it was found changed; a score alone counts only where asked for."""
    scores = (
        () if scores_count else tuple(f"{name}_{part}" for name in _CODES for part in ("score", "margin"))
    )
    return any(old[name] != new[name] for name in new if name not in scores)


def _update(connection: sa.Connection, table: sa.Table, key: str, rows: Sequence[dict[str, Any]]) -> None:
    names = [name for name in rows[0] if name != key]
    statement = (
        table.update()
        .where(table.c[key] == sa.bindparam("the_key"))
        .values({name: sa.bindparam(f"new_{name}") for name in names})
    )
    connection.execute(
        statement,
        [{"the_key": row[key], **{f"new_{name}": row[name] for name in names}} for row in rows],
    )
