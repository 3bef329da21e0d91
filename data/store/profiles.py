"""Talent profiles."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa

from data.owners import is_visible
from data.store.frames import read_frame, rows_of
from data.store.history import replace_rows
from data.store.schema import profile
from data.store.schema.access import matching_objection
from data.store.store import Store

__all__ = ["is_hidden", "read_profiles", "write_profiles"]


def write_profiles(
    connection: sa.Connection, batch_id: int, frame: pd.DataFrame, *, actor: str = "ingest"
) -> int:
    """Insert profiles and replace those that differ; return how many were written."""
    rows = list(rows_of(frame, profile, batch_id=batch_id))
    return replace_rows(connection, profile, rows, actor=actor, batch_id=batch_id)


def read_profiles(store: Store) -> pd.DataFrame:
    """Read the profiles of all who do not object to automated matching, in order of their ids."""
    objects = sa.exists().where(matching_objection.c.profile_id == profile.c.profile_id)
    with store.read(much=True) as connection:
        return read_frame(connection, sa.select(profile).where(~objects).order_by(profile.c.profile_id))


def is_hidden(store: Store, profile_id: str, owner: str) -> bool:
    """Tell whether a profile is here but not for an owner to know of.

    Parameters
    ----------
    store
        The store.
    profile_id
        The profile.
    owner
        The caller's agency; empty for the office, from which nothing is hidden.
    """
    query = sa.select(profile.c.owner).where(profile.c.profile_id == profile_id)
    with store.read() as connection:
        whose = connection.execute(query).scalar_one_or_none()
    return whose is not None and not is_visible(whose, owner)
