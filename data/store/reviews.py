"""The review queue of coding, and the decisions of people that win over every method from then on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from data.codes import CodingKind, alias_key, resolve_code
from data.errors import InputError
from data.store.history import record_change
from data.store.schema import coding_alias, coding_review
from data.store.store import Store, chunked, upsert

__all__ = [
    "decide_review",
    "list_aliases",
    "queue_reviews",
    "read_aliases",
    "read_reviews",
    "write_reviews",
]


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


def read_reviews(store: Store, *, kind: str | None = None, limit: int | None = 100) -> list[dict[str, Any]]:
    """Return open cases, the most frequent first.

    Parameters
    ----------
    store
        The store.
    kind
        One kind only; all of them when left out.
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
        before = connection.execute(
            sa.select(coding_alias.c.code).where(coding_alias.c.kind == kind.value, coding_alias.c.key == key)
        ).first()
        upsert(connection, coding_alias, [row])
        record_change(
            connection,
            actor=person,
            table_name="coding_alias",
            row_key=f"{kind.value}/{key}",
            kind="decided" if code is not None else "dismissed",
            fields={"code": [before.code if before else None, resolved], "note": ["", note]},
        )
        _close(connection, kind, key)
    return resolved


def list_aliases(store: Store, *, kind: str | None = None) -> list[dict[str, Any]]:
    """Return all decisions with who, when and why, the newest first."""
    query = sa.select(coding_alias).order_by(coding_alias.c.decided_at.desc(), coding_alias.c.key)
    if kind is not None:
        query = query.where(coding_alias.c.kind == kind)
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


def _close(connection: sa.Connection, kind: CodingKind, key: str) -> None:
    """Take the text and its other spellings off the queue."""
    waiting = connection.execute(
        sa.select(coding_review.c.text).where(coding_review.c.kind == kind.value)
    ).scalars()
    spellings = [text for text in waiting if alias_key(kind, text) == key]
    for chunk in chunked(spellings):
        connection.execute(
            coding_review.delete().where(coding_review.c.kind == kind.value, coding_review.c.text.in_(chunk))
        )
