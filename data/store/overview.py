"""How much the store holds, in a few numbers: what a person sees who begins the day."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from data.jobs import JobState
from data.store.jobs import open_states
from data.store.schema import coding_review, job, posting, profile
from data.store.store import Store

__all__ = ["Overview", "read_overview"]


class Overview(NamedTuple):
    """Numbers of the store."""

    postings: int
    """Postings of all owners."""
    profiles: int
    """Profiles of all owners."""
    synthetic: int
    """Postings and profiles that are generated."""
    reviews: int
    """Texts that wait for somebody to say what they mean."""
    open_jobs: int
    """Jobs of the office that are not finished."""
    failed_jobs: int
    """Jobs of the office that were given up and are still kept."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was brought in yet."""
        return not self.postings and not self.profiles


def read_overview(store: Store) -> Overview:
    """Count what the store holds."""
    office = job.c.owner == ""
    counts = (
        _count(posting),
        _count(profile),
        _count(posting, posting.c.synthetic) + _count(profile, profile.c.synthetic),
        _count(coding_review),
        _count(job, office, job.c.state.in_(open_states())),
        _count(job, office, job.c.state == JobState.FAILED.value),
    )
    with store.read() as connection:
        return Overview(*connection.execute(sa.select(*counts)).one())


def _count(table: sa.Table, *where: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    return sa.select(sa.func.count()).select_from(table).where(*where).scalar_subquery()
