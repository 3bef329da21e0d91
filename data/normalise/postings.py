"""From a table as received to typed postings and profiles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import partial

import numpy as np

from data.errors import CellError
from data.normalise.clauses import split_excluded
from data.normalise.contacts import mask_contacts
from data.normalise.credit_code import parse_credit_code
from data.normalise.dates import parse_date
from data.normalise.education import parse_education, parse_skill_level
from data.normalise.engagement import parse_engagement
from data.normalise.experience import parse_experience
from data.normalise.headcount import parse_headcount
from data.normalise.languages import parse_languages
from data.normalise.place import parse_place, parse_places
from data.normalise.rows import Normalised, Rows, content_id
from data.normalise.salary import parse_salary
from data.normalise.status import parse_outcome, parse_synthetic
from data.normalise.terms import split_licences, split_majors, split_terms
from data.normalise.text import clean, clean_prose
from data.records import Engagement, Outcome, Posting, Profile, Salary, YearRange
from data.sources.columns import TableKind
from data.sources.tables import RawTable

__all__ = ["Normalised", "normalise_postings", "normalise_profiles", "to_posting", "to_profile"]

_TEMPLATE_SHEET = "填报"
_TEMPLATE_SOURCE, _OTHER_SOURCE = "office_template", "upload"
_ANY_ROW = 0


def normalise_postings(table: RawTable, *, region_codes: Sequence[str] = (), today: dt.date) -> Normalised:
    """Read a table of postings.

    A row is refused only when its title or employer is missing or noise, or when its cells are shifted; any
    other cell that cannot be read leaves its field empty and is reported.

    Parameters
    ----------
    table
        The table as received.
    region_codes
        GB/T 2260 codes of the region; they decide what an ambiguous place name means.
    today
        Day of reading, for dates such as 随时.

    Returns
    -------
    Normalised
        Its frame has the scalar fields of ``Posting`` with pay and experience flattened, and ``row``; empty
        for a table without rows.

    Raises
    ------
    FileProblem
        ``columns_missing``.
    """
    rows = Rows(table, TableKind.POSTING)
    titles, title_clauses = _without_excluded(rows.read_name("title"))
    rows.refuse(
        [position for position, (title, clauses) in enumerate(zip(titles, title_clauses, strict=True)) if clauses and not title],
        "title",
        CellError("title_missing", "岗位名称只写了不能采用的条件", hint="请写明岗位后重新上传这一行"),
    )
    employers = rows.read_name("employer")
    duties, duty_clauses = _without_excluded(rows.read("duties", clean_prose, missing=""))
    skills, skill_clauses = _skills(rows)
    sources = rows.read("source", clean, missing="")
    default = _TEMPLATE_SOURCE if table.sheet == _TEMPLATE_SHEET else _OTHER_SOURCE
    sources = [source or default for source in sources]
    date = partial(parse_date, today=today)
    posted = rows.read("posted_on", date, missing=None)
    places, pays = rows.texts("place"), rows.texts("salary")
    ids = rows.read("posting_id", clean, missing="")
    keys = zip(sources, employers, titles, places, posted, pays, duties, strict=True)
    education_clauses = rows.read("education", lambda text: split_excluded(clean(text))[1], missing=())
    salaries = rows.read("salary", partial(parse_salary, header=rows.column("salary")), missing=None)
    experiences = rows.read("experience", parse_experience, missing=None)
    columns = {
        "posting_id": [each or content_id(map(_text, key)) for each, key in zip(ids, keys, strict=True)],
        "source": sources,
        "source_row": _source_rows(rows),
        "title": titles,
        "employer": employers,
        "credit_code": rows.read("credit_code", parse_credit_code, missing=None),
        "industry_raw": rows.read("industry", clean, missing=""),
        "place_raw": [clean(place) for place in places],
        "place_code": rows.read("place", partial(parse_place, region_codes=region_codes), missing=None),
        **_flat_salary(salaries),
        "education": _values(rows.read("education", parse_education, missing=None)),
        "skill_level": _values(rows.read("skill_level", parse_skill_level, missing=None)),
        "experience_low": [None if each is None else each.low for each in experiences],
        "experience_high": [None if each is None else each.high for each in experiences],
        "headcount": rows.read("headcount", parse_headcount, missing=None),
        "skills": skills,
        "duties": duties,
        "majors": rows.read("majors", split_majors, missing=()),
        "licences": rows.read("licences", split_licences, missing=()),
        "languages": rows.read("languages", parse_languages, missing=()),
        "engagement": _engagements(rows),
        "posted_on": posted,
        "observed_on": rows.read("observed_on", date, missing=None),
        "start_by": rows.read("start_by", date, missing=None),
        "valid_until": rows.read("valid_until", partial(date, end=True), missing=None),
        "closed_on": rows.read("closed_on", date, missing=None),
        "outcome": _values(rows.read("outcome", parse_outcome, missing=Outcome.UNKNOWN)),
        "excluded_clauses": [
            tuple(dict.fromkeys((*title, *education, *duty, *skill)))
            for title, education, duty, skill in zip(
                title_clauses, education_clauses, duty_clauses, skill_clauses, strict=True
            )
        ],
        "synthetic": rows.read("synthetic", parse_synthetic, missing=False),
    }
    return rows.finish(columns, "posting_id")
