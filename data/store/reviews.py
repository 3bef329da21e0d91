"""The review queue of coding, and the decisions of people that win over every method from then on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from data.codes import CodingKind, alias_key, resolve_code
from data.errors import InputError, UnknownName
from data.store.history import record_change
from data.store.schema import change, coding_alias, coding_review
from data.store.store import Store, chunked, upsert

__all__ = [
    "Queued",
    "count_reviews",
    "decide_review",
    "list_aliases",
    "queue_reviews",
    "read_aliases",
    "read_reviews",
    "undo_review",
    "write_reviews",
]

_DECIDED, _DISMISSED, _UNDONE = "decided", "dismissed", "undone"


class Queued(NamedTuple):
    """How far the review of one kind is."""

    waiting: int
    """Texts that wait for a decision."""
    rows: int
    """How often they occur."""
    decided: int
    """Texts that were decided."""


def write_reviews(store: Store, rows: Sequence[dict[str, Any]]) -> None:
    """Keep open cases in a transaction of their own; see :func:`queue_reviews`."""
    with store.begin() as connection:
        queue_reviews(connection, rows)


def queue_reviews(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep open cases: kind, text, count and suggestions.

    The count of a case known already grows by the new one; its suggestions are replaced.

    Parameters
    ----------
    connection
        The transaction that writes the rows with these texts.
    rows
        Cases, each text of a kind once.
    """
    known: dict[tuple[str, str], int] = {}
    for chunk in chunked(rows):
        query = sa.select(coding_review.c.kind, coding_review.c.text, coding_review.c.count).where(
            coding_review.c.text.in_([row["text"] for row in chunk])
        )
        known |= {(row.kind, row.text): row.count for row in connection.execute(query)}
    upsert(
        connection,
        coding_review,
        [row | {"count": row["count"] + known.get((row["kind"], row["text"]), 0)} for row in rows],
    )


def read_reviews(
    store: Store, *, kind: str | None = None, text: str | None = None, limit: int | None = 100
) -> list[dict[str, Any]]:
    """Return open cases, the most frequent first.

    Parameters
    ----------
    store
        The store.
    kind
        One kind only; all of them when left out.
    text
        This text only; all of them when left out.
    limit
        Most cases; None for all.

    Returns
    -------
    list of dict
        kind, text, count and suggestions (code, name, score).
    """
    query = sa.select(coding_review).order_by(
        coding_review.c.count.desc(), coding_review.c.kind, coding_review.c.text
    )
    if kind is not None:
        query = query.where(coding_review.c.kind == kind)
    if text is not None:
        query = query.where(coding_review.c.text == text)
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query.limit(limit)).mappings()]


def decide_review(
    store: Store, *, kind: CodingKind, text: str, code: str | None, decided_by: str, note: str = ""
) -> str | None:
    """Say what a text means from now on, whether or not it waits in the queue.

    Parameters
    ----------
    store
        The store.
    kind
        What the text is coded to.
    text
        The text as written; all its spellings are decided with it.
    code
        A code or the exact name of one; None where the text means nothing.
    decided_by
        Who decides.
    note
        Why.

    Returns
    -------
    str or None
        The code.

    Raises
    ------
    UnknownName
        There is no such code.
    InputError
        The text or the name of the person is empty.
    """
    key, person = alias_key(kind, text), decided_by.strip()
    if not key:
        raise InputError("text_empty", "没有写出要决定的文本", hint="写出岗位名称、行业、专业或能力的原文")
    if not person:
        raise InputError("decider_missing", f"决定“{text}”时没有写明由谁决定", hint="写明决定人")
    resolved = None if code is None else resolve_code(kind, code)
    row = {
        "kind": kind.value,
        "key": key,
        "text": text,
        "code": resolved,
        "decided_by": person,
        "decided_at": dt.datetime.now(dt.UTC),
        "note": note,
    }
    with store.begin() as connection:
        before = _alias(connection, kind, key)
        upsert(connection, coding_alias, [row])
        record_change(
            connection,
            actor=person,
            table_name=coding_alias.name,
            row_key=f"{kind.value}/{key}",
            kind=_DECIDED if code is not None else _DISMISSED,
            fields={
                "code": [before["code"] if before else None, resolved],
                "note": ["", note],
                "alias": [_plain(before), None],
                "waiting": [_close(connection, kind, key), []],
            },
        )
    return resolved


def undo_review(store: Store, *, kind: CodingKind, text: str, by: str) -> str | None:
    """Take back the last decision on a text: what was decided before counts again, else it waits as it did.

    Parameters
    ----------
    store
        The store.
    kind
        What the text is coded to.
    text
        The text, in any of its spellings.
    by
        Who takes it back.

    Returns
    -------
    str or None
        The code that the text has now; None where it has none or waits again.

    Raises
    ------
    UnknownName
        ``review_undecided``: no decision on the text stands.
    """
    key = alias_key(kind, text)
    with store.begin() as connection:
        now, fields = _alias(connection, kind, key), _last_decision(connection, kind, key)
        if now is None or fields is None:
            raise UnknownName(
                "review_undecided", f"没有关于“{text}”的决定可以撤销", hint="已作的决定见决定记录"
            )
        earlier = fields.get("alias", [None])[0]
        own = (coding_alias.c.kind == kind.value) & (coding_alias.c.key == key)
        connection.execute(coding_alias.delete().where(own))
        if earlier is not None:
            decided_at = dt.datetime.fromisoformat(earlier["decided_at"])
            connection.execute(coding_alias.insert().values(**{**earlier, "decided_at": decided_at}))
        else:
            queue_reviews(connection, fields.get("waiting", [[]])[0])
        code: str | None = None if earlier is None else earlier["code"]
        record_change(
            connection,
            actor=by,
            table_name=coding_alias.name,
            row_key=f"{kind.value}/{key}",
            kind=_UNDONE,
            fields={"code": [now["code"], code]},
        )
    return code


def count_reviews(store: Store) -> dict[CodingKind, Queued]:
    """Return how far the review of every kind is."""
    waiting = sa.select(coding_review.c.kind, sa.func.count(), sa.func.sum(coding_review.c.count))
    decided = sa.select(coding_alias.c.kind, sa.func.count()).group_by(coding_alias.c.kind)
    with store.read() as connection:
        cases = {
            kind: (texts, rows)
            for kind, texts, rows in connection.execute(waiting.group_by(coding_review.c.kind))
        }
        aliases = {row[0]: row[1] for row in connection.execute(decided)}
    return {kind: Queued(*cases.get(kind, (0, 0)), aliases.get(kind, 0)) for kind in CodingKind}


def list_aliases(store: Store, *, kind: str | None = None, key: str | None = None) -> list[dict[str, Any]]:
    """Return all decisions, or those of a kind or on a text, with who, when and why, the newest first."""
    query = sa.select(coding_alias).order_by(coding_alias.c.decided_at.desc(), coding_alias.c.key)
    if kind is not None:
        query = query.where(coding_alias.c.kind == kind)
    if key is not None:
        query = query.where(coding_alias.c.key == key)
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def read_aliases(store: Store) -> dict[CodingKind, dict[str, str | None]]:
    """Return what people decided: for every kind, the key of a text to its code, or None for nothing."""
    found: dict[CodingKind, dict[str, str | None]] = {kind: {} for kind in CodingKind}
    with store.read() as connection:
        for row in connection.execute(
            sa.select(coding_alias.c.kind, coding_alias.c.key, coding_alias.c.code)
        ):
            found[CodingKind(row.kind)][row.key] = row.code
    return found


def _alias(connection: sa.Connection, kind: CodingKind, key: str) -> dict[str, Any] | None:
    """Return the decision on a text as it is kept; None where there is none."""
    own = (coding_alias.c.kind == kind.value) & (coding_alias.c.key == key)
    row = connection.execute(sa.select(coding_alias).where(own)).mappings().one_or_none()
    return None if row is None else dict(row)


def _plain(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if row is None else {**row, "decided_at": row["decided_at"].isoformat()}


def _last_decision(connection: sa.Connection, kind: CodingKind, key: str) -> Mapping[str, Any] | None:
    """Return what the last decision that was not taken back changed; None where there is none."""
    query = (
        sa.select(change.c.kind, change.c.fields)
        .where(change.c.table_name == coding_alias.name, change.c.row_key == f"{kind.value}/{key}")
        .order_by(change.c.change_id)
    )
    standing: list[Mapping[str, Any]] = []
    for row in connection.execute(query):
        if row.kind != _UNDONE:
            standing.append(row.fields)
        elif standing:
            standing.pop()
    return standing[-1] if standing else None


def _close(connection: sa.Connection, kind: CodingKind, key: str) -> list[dict[str, Any]]:
    """Take the text and its other spellings off the queue, and return them."""
    waiting = connection.execute(
        sa.select(coding_review.c.text).where(coding_review.c.kind == kind.value)
    ).scalars()
    spellings = [text for text in waiting if alias_key(kind, text) == key]
    closed: list[dict[str, Any]] = []
    for chunk in chunked(spellings):
        own = (coding_review.c.kind == kind.value) & coding_review.c.text.in_(chunk)
        closed += map(dict, connection.execute(sa.select(coding_review).where(own)).mappings())
        connection.execute(coding_review.delete().where(own))
    return closed
