"""What PostgreSQL finds by an index that SQLite has not: parts of texts and codes in lists."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Index, Table, cast, func
from sqlalchemy.dialects.postgresql import JSONB

from data.store.schema.intake import posting, profile

__all__ = ["codes_of", "pieces_of"]


def pieces_of(words: ColumnElement[str] | str) -> ColumnElement[Any]:
    """Return the characters of a text, in small letters, and their pairs, as the database cuts them."""
    return func.text_pieces(func.lower(words))


def codes_of(listed: Column[Any]) -> ColumnElement[Any]:
    """Return a list as the database looks codes up in it."""
    return cast(listed, JSONB)


def _index(table: Table, name: str, *expressions: ColumnElement[Any], **options: Any) -> None:
    Index(f"ix_{table.name}_{name}", *expressions, **options).ddl_if(dialect="postgresql")


for _table, _name in ((posting, "title"), (posting, "employer"), (profile, "title")):
    _index(_table, f"{_name}_pieces", pieces_of(_table.c[_name]), postgresql_using="gin")
for _table in (posting, profile):
    _index(_table, "skill_codes", codes_of(_table.c.skill_codes), postgresql_using="gin")
