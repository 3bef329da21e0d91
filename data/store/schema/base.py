"""The one MetaData of the store, with names for keys and indexes that every database agrees on."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData, text

__all__ = ["LONG", "NOTHING", "NO_ITEMS", "metadata"]

NO_ITEMS, NOTHING = text("'[]'"), text("'{}'")
"""Defaults of JSON columns: an empty list and an empty object."""

LONG = BigInteger().with_variant(Integer, "sqlite")
"""Numbers that are never given twice and never end; those of SQLite have 64 bits anyway."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Every table of the store."""
