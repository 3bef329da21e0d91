"""What the parsers return, as columns of a flat frame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import partial

from data.normalise.education import Qualification, parse_qualification, parse_skill_level
from data.normalise.engagement import parse_engagement
from data.normalise.rows import Rows
from data.normalise.validity import parse_validity
from data.records import Engagement, Salary, YearRange

__all__ = [
    "flat_experience",
    "flat_salary",
    "member_values",
    "read_engagements",
    "read_last_days",
    "read_qualifications",
]


def member_values(members: Iterable[StrEnum | None]) -> list[str | None]:
    """Return the values of members, as they are stored."""
    return [None if member is None else member.value for member in members]


def flat_salary(salaries: Sequence[Salary | None]) -> dict[str, list[object]]:
    """Return the parts of pay as columns of their own."""
    return {
        "salary_low": [each and each.low for each in salaries],
        "salary_high": [each and each.high for each in salaries],
        "salary_period": [each and each.period.value for each in salaries],
        "salary_months": [each and float(each.months) for each in salaries],
        "salary_after_tax": [each is not None and each.after_tax for each in salaries],
        "salary_negotiable": [each is not None and each.negotiable for each in salaries],
    }


def flat_experience(ranges: Sequence[YearRange | None]) -> dict[str, list[object]]:
    """Return the ends of the years asked for as columns of their own."""
    return {
        "experience_low": [each and each.low for each in ranges],
        "experience_high": [each and each.high for each in ranges],
    }


def read_qualifications(rows: Rows) -> dict[str, list[str | None]]:
    """Return education and skill level; a level in the cell of education counts where it stands alone."""
    stated = rows.read("education", parse_qualification, missing=Qualification(None, None))
    levels = rows.read("skill_level", parse_skill_level, missing=None)
    alone = [each.skill_level if each.education is None else None for each in stated]
    return {
        "education": member_values(each.education for each in stated),
        "skill_level": member_values(level or other for level, other in zip(levels, alone, strict=True)),
    }


def read_engagements(rows: Rows) -> list[tuple[str, ...]]:
    """Return the forms of engagement of each row; ordinary employment where none is stated."""
    nothing: tuple[Engagement, ...] = ()
    forms = rows.read("engagement", parse_engagement, missing=nothing)
    return [tuple(form.value for form in each) or (Engagement.FULL_TIME.value,) for each in forms]


def read_last_days(rows: Rows, posted: Sequence[dt.date | None], today: dt.date) -> list[dt.date | None]:
    """Return the last day of validity of each row; a span counts from the day of publication."""
    stated = rows.read("valid_until", partial(parse_validity, today=today), missing=None)
    return [each and each.last_day(start) for each, start in zip(stated, posted, strict=True)]
