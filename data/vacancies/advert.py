"""One posting as the merge looks at it: what it asks for, and from when to when it stood."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from data.records import Outcome
from data.vacancies.content import Content
from data.vacancies.titles import NeedTitle

__all__ = ["NEEDED", "Advert", "adverts_of"]

NEEDED = (
    "posting_id",
    "source",
    "title",
    "employer_is_agency",
    "credit_code",
    "end_employer",
    "end_employer_key",
    "place_raw",
    "place_code",
    "salary_low",
    "salary_high",
    "salary_months",
    "education",
    "experience_low",
    "headcount",
    "skills",
    "duties",
    "posted_on",
    "observed_on",
    "start_by",
    "valid_until",
    "closed_on",
    "outcome",
    "synthetic",
)
"""Columns of the store's ``posting`` table that the merge reads."""

_MONTHS = 12.0
_ENDED = {Outcome.FILLED.value, Outcome.UNFILLED.value, Outcome.WITHDRAWN.value}


@dataclass(frozen=True)
class Advert:
    """One posting, its missing values as None."""

    posting_id: str
    """Identifier of the posting."""
    source: str
    """Where it came from."""
    employer_key: str
    """Key of the employer whose need it is."""
    credit_code: str | None
    """统一社会信用代码 of the employer that posted it."""
    agency: bool
    """True when an agency posted it."""
    named: bool
    """True when an agency posted it and its text names the employer."""
    title: NeedTitle
    """Title without decoration, and the place."""
    pay: tuple[float | None, float | None]
    """Ends of the pay, yuan a month."""
    salary: tuple[float | None, float | None]
    """Ends of one salary, in yuan, where more than twelve a year are spread over the pay; else the pay."""
    education: str | None
    """Education asked for."""
    experience: float | None
    """Fewest years of experience asked for."""
    heads: int | None
    """Places stated."""
    skills: tuple[str, ...]
    """Skills as stated."""
    duties: str
    """Duties as stated."""
    opened: dt.date | None
    """Day it was published, else first seen; nothing for an undated posting."""
    seen: dt.date | None
    """Last day on which it was seen, to the end of the month where only the month is known."""
    start_by: dt.date | None
    """Day the work should start."""
    valid_until: dt.date | None
    """Last day of validity."""
    closed: dt.date | None
    """Day it was closed."""
    outcome: str
    """How it ended."""
    synthetic: bool
    """True for generated data."""

    @cached_property
    def content(self) -> Content:
        """What it says of the work."""
        return Content(self.duties, self.skills)

    @cached_property
    def ended(self) -> dt.date | None:
        """Day on which the employer ended it; where only the fact is known, the last day it is known of."""
        if self.closed is None and self.outcome in _ENDED:
            return self.valid_until or self.seen
        return self.closed

    @cached_property
    def known_until(self) -> dt.date | None:
        """Last day on which the need is known to have been open: the end, the validity or the last sight."""
        if self.ended is not None:
            return self.ended
        days = [day for day in (self.seen, self.valid_until) if day is not None]
        return max(days, default=None)


def adverts_of(postings: pd.DataFrame, titles: Mapping[Hashable, NeedTitle]) -> Iterator[Advert]:
    """Read the rows of a frame of postings.

    Parameters
    ----------
    postings
        The columns :data:`NEEDED`.
    titles
        Need titles by title, place code and place as stated.

    Yields
    ------
    Advert
        One for each row, in order.
    """
    columns = [_plain(postings[name]) for name in NEEDED]
    for values in zip(*columns, strict=True):
        row = dict(zip(NEEDED, values, strict=True))
        opened, seen = (
            row["posted_on"] or row["observed_on"],
            _last_seen(row["posted_on"], row["observed_on"]),
        )
        yield Advert(
            posting_id=row["posting_id"],
            source=row["source"],
            employer_key=row["end_employer_key"],
            credit_code=row["credit_code"],
            agency=bool(row["employer_is_agency"]),
            named=bool(row["employer_is_agency"] and row["end_employer"]),
            title=titles[row["title"], row["place_code"], row["place_raw"]],
            pay=(row["salary_low"], row["salary_high"]),
            salary=_one_salary(row["salary_low"], row["salary_high"], row["salary_months"]),
            education=row["education"],
            experience=row["experience_low"],
            heads=None if row["headcount"] is None else int(row["headcount"]),
            skills=tuple(row["skills"] or ()),
            duties=row["duties"] or "",
            opened=opened,
            seen=seen,
            start_by=row["start_by"],
            valid_until=row["valid_until"],
            closed=row["closed_on"],
            outcome=row["outcome"],
            synthetic=bool(row["synthetic"]),
        )


def _plain(column: pd.Series[Any]) -> list[Any]:
    """Return the values with None for each of pandas' missing ones."""
    return [None if gone else value for value, gone in zip(column, column.isna(), strict=True)]


def _one_salary(
    low: float | None, high: float | None, months: float | None
) -> tuple[float | None, float | None]:
    """Take back what salaries beyond twelve a year added to the pay of a month."""
    share = _MONTHS / max(months or _MONTHS, _MONTHS)
    return None if low is None else low * share, None if high is None else high * share


def _last_seen(posted: dt.date | None, observed: dt.date | None) -> dt.date | None:
    """Return the later of the two days; the first of a month stands for the whole month."""
    if observed is not None and observed.day == 1:
        after = (observed + dt.timedelta(days=31)).replace(day=1)
        observed = after - dt.timedelta(days=1)
    days = [day for day in (posted, observed) if day is not None]
    return max(days, default=None)
