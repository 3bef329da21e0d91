"""The store: the database of postings, profiles and everything made of them."""

from __future__ import annotations

from pathlib import Path

from data.database import Database, chunked, inserted_id, upsert

__all__ = ["Store", "chunked", "inserted_id", "upsert"]


class Store(Database):
    """A database with the product's tables."""

    migrations = Path(__file__).parent / "migrations"
    url_setting = "YINGCAI_DATABASE_URL"
