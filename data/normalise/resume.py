"""Read a profile from the text of a résumé; every field says from which words it was read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from data.normalise.resume_career import read_experience, read_summary, read_title
from data.normalise.resume_found import NOTHING, Reading, items_of
from data.normalise.resume_learning import (
    read_education,
    read_languages,
    read_licences,
    read_majors,
    read_skill_level,
)
from data.normalise.resume_skills import read_skills
from data.normalise.resume_text import Redacted, redact

__all__ = ["Resume", "read_profile"]

_AS_STATED = ("place", "willing_places", "pay_floor", "available_on", "engagement", "time_share", "months")


@dataclass(frozen=True)
class Resume:
    """What a résumé says, without the person."""

    text: str
    """The text that is kept."""
    cells: Mapping[str, str]
    """Field of a profile to what stands for it, to be read like the cell of a table."""
    evidence: Mapping[str, tuple[dict[str, int | str], ...]]
    """Field to the places of ``text`` that it was read from: ``start``, ``end`` and the ``text`` there."""
    names: tuple[str, ...]
    """What the person is called, to be hidden elsewhere; not to be kept."""


def read_profile(text: str, *, today: dt.date | None = None) -> Resume:
    r"""Read a profile from the text of a résumé.

    Parameters
    ----------
    text
        The text of a document; the cells of a table are divided by tabs.
    today
        The day up to which a job that is still held counts; the latest month named when not given.

    Returns
    -------
    Resume
        A field that the résumé does not state is not there; empty for empty input.

    Examples
    --------
    >>> resume = read_profile("姓名：张三\n求职意向：窑炉工\n工作经历\n2015.07-2018.07 某厂 窑炉工")
    >>> resume.cells["title"], resume.cells["experience_years"]
    ('窑炉工', '3.0年')
    """
    kept = redact(text)
    readings = {
        "title": read_title(kept),
        "summary": read_summary(kept),
        "skills": read_skills(kept),
        "majors": read_majors(kept),
        "education": read_education(kept),
        "skill_level": read_skill_level(kept),
        "experience_years": read_experience(kept, today),
        "licences": read_licences(kept),
        "languages": read_languages(kept),
        **{field: _stated(kept, field) for field in _AS_STATED},
    }
    return Resume(
        text=kept.text,
        cells={field: cell for field, (cell, _) in readings.items() if cell},
        evidence={
            field: tuple(
                {"start": each.start, "end": each.start + len(each.text), "text": each.text} for each in found
            )
            for field, (cell, found) in readings.items()
            if cell
        },
        names=kept.names,
    )


def _stated(kept: Redacted, field: str) -> Reading:
    """Return a labelled value as it stands."""
    found = items_of(kept, field)[:1]
    return (found[0].text, found) if found else NOTHING
