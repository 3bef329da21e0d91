"""From a table as received to typed postings and profiles."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import TypeVar

import numpy as np
import pandas as pd

from data.errors import CellError
from data.normalise.clauses import split_excluded, usable_terms
from data.normalise.contacts import mask_contacts
from data.normalise.credit_code import parse_credit_code
from data.normalise.dates import parse_date
from data.normalise.education import parse_education, parse_skill_level
from data.normalise.experience import parse_experience
from data.normalise.flat import (
    flat_experience,
    flat_salary,
    member_values,
    read_engagements,
    read_last_days,
    read_qualifications,
)
from data.normalise.headcount import parse_headcount
from data.normalise.languages import parse_languages
from data.normalise.months import parse_months
from data.normalise.persons import person_terms, without_person
from data.normalise.place import parse_place, parse_places
from data.normalise.rows import Normalised, Rows, content_id
from data.normalise.salary import parse_salary
from data.normalise.status import parse_outcome, parse_synthetic
from data.normalise.terms import split_licences, split_majors, split_terms
from data.normalise.text import clean, clean_prose, is_nothing
from data.normalise.time_share import parse_time_share
from data.pseudonyms import pseudonym
from data.records import Finding, Outcome, Posting, Profile, Salary, YearRange
from data.sources.columns import TableKind
from data.sources.tables import TEMPLATE_SHEET, RawTable

__all__ = [
    "TEMPLATE_SHEET",
    "Normalised",
    "normalise_postings",
    "normalise_profiles",
    "to_posting",
    "to_profile",
]

_Kept = TypeVar("_Kept")
_Usable = tuple[str, tuple[Finding, ...]]
_NO_CODES: tuple[str, ...] = ()
_NO_MONTHS: tuple[int, ...] = ()
_LISTS = {"skills": split_terms, "majors": split_majors, "licences": split_licences}
# Fields besides the texts and lists in which employers write demands.
_LINTED = (
    "employer",
    "industry",
    "place",
    "salary",
    "education",
    "skill_level",
    "experience",
    "headcount",
    "languages",
    "engagement",
)
_TEMPLATE_SOURCE, _OTHER_SOURCE = "office_template", "upload"


def normalise_postings(
    table: RawTable,
    *,
    region_codes: Sequence[str] = (),
    today: dt.date,
    mapping: Mapping[str, str | None] | None = None,
) -> Normalised:
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
    mapping
        What a person said that columns mean: column of the file to a field, or to nothing.

    Returns
    -------
    Normalised
        Its frame has the scalar fields of ``Posting`` with pay and experience flattened, and ``row``; empty
        for a table without rows.

    Raises
    ------
    FileProblem
        ``columns_missing``.
    InputError
        The mapping does not fit the file; see :func:`data.sources.mapping.check_mapping`.
    """
    rows = Rows(table, TableKind.POSTING, mapping=mapping)
    titles, title_findings = _titles(rows, usable=lambda title: split_excluded(mask_contacts(title), "title"))
    employers = rows.read_name("employer")
    duties, duty_findings = _split(rows.map("duties", partial(_prose, field="duties")))
    lists = {name: _split(rows.map(name, partial(_listed, field=name))) for name in _LISTS}
    others = (rows.map(name, partial(_linted, field=name)) for name in _LINTED)
    findings = zip(
        title_findings,
        duty_findings,
        *(found for _, found in lists.values()),
        *others,
        strict=True,
    )
    day = partial(parse_date, today=today)
    been = partial(day, past=True)
    posted = rows.read("posted_on", been, missing=None)
    sources, places, pays = _sources(rows, table), rows.map("place", clean), rows.texts("salary")
    ids = rows.map("posting_id", clean)
    keys = zip(sources, employers, titles, places, map(str, posted), pays, duties, strict=True)
    pay = partial(parse_salary, header=rows.column("salary"))
    place = partial(parse_place, region_codes=region_codes)
    columns: dict[str, Sequence[object]] = {
        "posting_id": [each or content_id(key) for each, key in zip(ids, keys, strict=True)],
        "source": sources,
        "source_row": _source_rows(rows),
        "title": titles,
        "employer": employers,
        "credit_code": rows.read("credit_code", parse_credit_code, missing=None),
        "industry_raw": rows.map("industry", _name),
        "place_raw": places,
        "place_code": rows.read("place", place, missing=None),
        **flat_salary(rows.read("salary", pay, missing=None)),
        **read_qualifications(rows),
        **flat_experience(rows.read("experience", parse_experience, missing=None)),
        "headcount": rows.read("headcount", parse_headcount, missing=None),
        "skills": lists["skills"][0],
        "duties": duties,
        "majors": lists["majors"][0],
        "licences": lists["licences"][0],
        "languages": rows.read("languages", parse_languages, missing=_NO_CODES),
        "engagement": read_engagements(rows),
        "time_share": rows.read("time_share", parse_time_share, missing=None),
        "months": rows.read("months", parse_months, missing=_NO_MONTHS),
        "posted_on": posted,
        "observed_on": rows.read("observed_on", been, missing=None),
        "start_by": rows.read("start_by", day, missing=None),
        "valid_until": read_last_days(rows, posted, today),
        "closed_on": rows.read("closed_on", been, missing=None),
        "outcome": member_values(rows.read("outcome", parse_outcome, missing=Outcome.UNKNOWN)),
        "findings": [
            tuple(finding.model_dump(mode="json") for finding in chain.from_iterable(each))
            for each in findings
        ],
        "synthetic": rows.read("synthetic", parse_synthetic, missing=False),
    }
    return rows.finish(columns, "posting_id")


def normalise_profiles(
    table: RawTable,
    *,
    region_codes: Sequence[str] = (),
    today: dt.date,
    mapping: Mapping[str, str | None] | None = None,
    pseudonym_key: bytes | None = None,
) -> Normalised:
    """Read a table of profiles; contacts in free text are hidden, what the person is taken out.

    Parameters
    ----------
    table
        The table as received.
    region_codes
        GB/T 2260 codes of the region; they decide what an ambiguous place name means.
    today
        Day of reading, for dates such as 随时.
    mapping
        What a person said that columns mean: column of the file to a field, or to nothing.
    pseudonym_key
        Key of the pseudonym that replaces an identifier that is itself personal data; without a key such an
        identifier is dropped.

    Returns
    -------
    Normalised
        Its frame has the fields of ``Profile``, ``row``, and ``evidence``: for a row read from a résumé the
        places of its text that each field was read from; empty for a table without rows.

    Raises
    ------
    FileProblem
        ``columns_missing``.
    InputError
        The mapping does not fit the file; see :func:`data.sources.mapping.check_mapping`.
    """
    rows = Rows(table, TableKind.PROFILE, mapping=mapping)
    titles, _ = _titles(rows, usable=lambda title: (without_person(mask_contacts(title), title=True), ()))
    summaries = rows.map("summary", lambda text: without_person(mask_contacts(clean_prose(text))))
    lists = {name: rows.map(name, partial(_own_terms, field=name)) for name in _LISTS}
    day = partial(parse_date, today=today)
    place = partial(parse_place, region_codes=region_codes)
    places = partial(parse_places, region_codes=region_codes)
    floor = partial(_pay_floor, header=rows.column("pay_floor"))
    names = ("skills", "majors", "education", "experience_years", "place")
    keys = zip(titles, summaries, *(rows.texts(name) for name in names), strict=True)
    columns: dict[str, Sequence[object]] = {
        "profile_id": [
            each or content_id(key)
            for each, key in zip(
                rows.map("profile_id", partial(_pseudonym, key=pseudonym_key)), keys, strict=True
            )
        ],
        "title": titles,
        "summary": summaries,
        "skills": lists["skills"],
        "majors": lists["majors"],
        "education": member_values(
            rows.read("education", partial(parse_education, highest=True), missing=None)
        ),
        "skill_level": member_values(
            rows.read("skill_level", partial(parse_skill_level, highest=True), missing=None)
        ),
        "experience_years": rows.read("experience_years", _years, missing=None),
        "place_code": rows.read("place", place, missing=None),
        "willing_codes": rows.read("willing_places", places, missing=_NO_CODES),
        "engagement": read_engagements(rows),
        "time_share": rows.read("time_share", partial(parse_time_share, largest=True), missing=None),
        "months": rows.read("months", parse_months, missing=_NO_MONTHS),
        "pay_floor": rows.read("pay_floor", floor, missing=None),
        "available_on": rows.read("available_on", day, missing=None),
        "active_on": rows.read("active_on", day, missing=None),
        "licences": lists["licences"],
        "languages": rows.read("languages", parse_languages, missing=_NO_CODES),
        "synthetic": rows.read("synthetic", parse_synthetic, missing=False),
        "evidence": [dict(table.evidence.get(number, {})) for number in rows.numbers],
    }
    return rows.finish(columns, "profile_id")


def to_posting(row: Mapping[str, object]) -> Posting:
    """Build the record of one row of a frame of postings.

    Parameters
    ----------
    row
        A row as from :func:`normalise_postings`; columns it lacks are empty, others are not looked at.

    Returns
    -------
    Posting
        The record, checked.
    """
    values = _present(row, Posting.model_fields)
    salary = _present({name: row.get(f"salary_{name}") for name in Salary.model_fields}, Salary.model_fields)
    if "low" in salary or "high" in salary or salary.get("negotiable"):
        values["salary"] = salary
    low, high = row.get("experience_low"), row.get("experience_high")
    experience = _present({"low": low, "high": high}, YearRange.model_fields)
    if experience:
        values["experience"] = experience
    return Posting.model_validate(values)


def to_profile(row: Mapping[str, object]) -> Profile:
    """Build the record of one row of a frame of profiles.

    Parameters
    ----------
    row
        A row as from :func:`normalise_profiles`; columns it lacks are empty, others are not looked at.

    Returns
    -------
    Profile
        The record, checked.
    """
    return Profile.model_validate(_present(row, Profile.model_fields))


def _present(row: Mapping[str, object], fields: Iterable[str]) -> dict[str, object]:
    """Return the fields of a row that hold a value, in plain Python types."""
    values = {name: row[name] for name in fields if name in row}
    plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in values.items()}
    return {
        name: tuple(value) if isinstance(value, (list, np.ndarray)) else value
        for name, value in plain.items()
        if not (value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)))
    }


def _titles(rows: Rows, *, usable: Callable[[str], _Usable]) -> tuple[list[str], list[tuple[Finding, ...]]]:
    """Return what may be used of the titles; a row whose title is nothing else is refused."""
    stated = rows.read_name("title")
    titles, findings = _split([usable(title) for title in stated])
    bare = [position for position, title in enumerate(titles) if stated[position] and not title]
    error = CellError("title_missing", "岗位名称里只有不能采用的条件", hint="请写明岗位后重新上传这一行")
    rows.refuse(bare, "title", error)
    return titles, findings


def _split(
    pairs: Iterable[tuple[_Kept, tuple[Finding, ...]]],
) -> tuple[list[_Kept], list[tuple[Finding, ...]]]:
    """Return what was kept and what was found as two lists."""
    kept, findings = [], []
    for one, other in pairs:
        kept.append(one)
        findings.append(other)
    return kept, findings


def _listed(text: str, *, field: str) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Return the terms in a cell that may be used, and the demands among the others."""
    return usable_terms(_LISTS[field](mask_contacts(text)), field)


def _own_terms(text: str, *, field: str) -> tuple[str, ...]:
    """Return the terms in a cell of a profile that say what the person can do."""
    return person_terms(mask_contacts(term) for term in _LISTS[field](mask_contacts(text)))


def _prose(text: str, *, field: str) -> tuple[str, tuple[Finding, ...]]:
    """Return free text without contacts and excluded clauses, and the demands in those."""
    return split_excluded(mask_contacts(clean_prose(text)), field)


def _linted(text: str, *, field: str) -> tuple[Finding, ...]:
    """Return the demands in a cell that is read by a parser or kept as a name."""
    return split_excluded(mask_contacts(clean(text)), field)[1]


def _pseudonym(text: str, *, key: bytes | None) -> str:
    """Return a stated identifier, or its pseudonym where it is a phone or identity number."""
    plain = clean(text)
    if mask_contacts(plain) == plain:
        return plain
    return "" if key is None else pseudonym(plain, key)


def _name(text: str) -> str:
    plain = clean(text)
    return "" if is_nothing(plain) else plain


def _sources(rows: Rows, table: RawTable) -> list[str]:
    default = _TEMPLATE_SOURCE if table.sheet == TEMPLATE_SHEET else _OTHER_SOURCE
    return [source or default for source in rows.map("source", _name)]


def _source_rows(rows: Rows) -> list[int]:
    """Return the row numbers of the original source, where the file carries them, else of the file."""
    stated = rows.map("source_row", clean)
    return [
        int(each) if each.isdecimal() else number for each, number in zip(stated, rows.numbers, strict=True)
    ]


def _years(text: str) -> float | None:
    """Return the years a person has worked; of a range the lower end."""
    years = parse_experience(text)
    return None if years is None else years.low


def _pay_floor(text: str, *, header: str) -> float | None:
    """Return the lowest pay that a person accepts; nothing for 面议."""
    salary = parse_salary(text, header=header)
    if salary is None:
        return None
    return salary.low if salary.low is not None else salary.high
