"""Talent profiles."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa

from data.store.frames import read_frame, rows_of
from data.store.schema import profile
from data.store.store import Store, chunked, upsert

__all__ = ["read_profiles", "write_profiles"]


def write_profiles(store: Store, batch_id: int, frame: pd.DataFrame) -> None:
    """Insert or replace profiles, committing every 5,000 rows."""
    for chunk in chunked(list(rows_of(frame, profile, batch_id=batch_id)), 5000):
        with store.begin() as connection:
            upsert(connection, profile, chunk)


def read_profiles(store: Store) -> pd.DataFrame:
    """Read all profiles, in order of their ids."""
    with store.read() as connection:
        return read_frame(connection, sa.select(profile).order_by(profile.c.profile_id))
