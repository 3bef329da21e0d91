"""The store: the database of postings, profiles and everything made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from data.database import Database, chunked, insert_rows, inserted_id, upsert
from data.replica import Replica
from data.settings import Settings

__all__ = ["Store", "chunked", "insert_rows", "inserted_id", "upsert"]


class Store(Database):
    """A database with the product's tables."""

    migrations = Path(__file__).parent / "migrations"
    url_setting = "YINGCAI_DATABASE_URL"

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Open the store that the settings name, upgraded, with its replica where they name one.

        Raises
        ------
        StoreError
            The database cannot be reached or opened.
        """
        made = cls.from_url(settings.store_url)
        if settings.database_read_url:
            made.replica = Replica(settings.database_read_url, wait=settings.database_read_wait)
        return made
