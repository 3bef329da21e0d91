"""Tombstones outside the database, for the day a backup replaces it: in ``var_dir`` and on object storage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from data.settings import Settings
from data.store.erasure import read_tombstone_file

__all__ = ["keep_outside", "read_outside"]

_KIND: Final = "tombstones"
_FILE: Final = "tombstones.jsonl"


def keep_outside(settings: Settings, row: Mapping[str, Any]) -> None:
    """Write a tombstone to the object storage, where there is one: other machines restore from it as well."""
    storage = settings.uploads.storage
    if storage is not None:
        written = {**row, "erased_at": row["erased_at"].isoformat()}
        storage.write(_KIND, str(row["subject_sha256"]), {"row": written})


def read_outside(settings: Settings) -> list[dict[str, Any]]:
    """Return the tombstones that are kept outside the database."""
    listed = read_tombstone_file(settings.var_dir / _FILE)
    storage = settings.uploads.storage
    for name in storage.names(_KIND) if storage else ():
        row = (storage.read(_KIND, name) or {}).get("row") if storage else None
        if row is not None:
            moment = dt.datetime.fromisoformat(row["erased_at"])
            listed.append({**row, "erased_at": moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)})
    return listed
