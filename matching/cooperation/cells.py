"""How the tables for school and enterprise are read, cell by cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from data.catalogue.lists.rows import Converters, Headings, RowsRead, cell_problem, read_rows
from data.errors import CellError
from data.normalise.clauses import split_excluded, usable_terms
from data.normalise.contacts import mask_contacts
from data.normalise.dates import parse_date
from data.normalise.engagement import parse_engagement
from data.normalise.headcount import parse_headcount
from data.normalise.months import parse_months
from data.normalise.place import parse_place, parse_places
from data.normalise.status import parse_synthetic
from data.normalise.terms import split_terms
from data.normalise.text import clean_prose
from data.normalise.time_share import parse_time_share
from data.records import Record
from matching.cooperation.leads import major_keys

__all__ = ["Numbered", "read_numbered"]


class Numbered(Record):
    """A row with a number of its own."""

    number: str = ""
    """The file's own number, else the row's."""


RowT = TypeVar("RowT", bound=Numbered)


def read_numbered(
    path: Path,
    record: type[RowT],
    headings: Headings,
    *,
    today: dt.date,
    region_codes: Sequence[str] = (),
    person: bool = False,
) -> RowsRead[RowT]:
    """Read a table whose rows are numbered; of rows with one number the first counts.

    Parameters
    ----------
    path
        The file.
    record
        What a row is.
    headings
        Its columns; any other is never looked at.
    today
        Day of reading, for dates without a year.
    region_codes
        GB/T 2260 codes of the region, for ambiguous names of places.
    person
        True where a row is a person, of whose ranges the upper end counts.

    Returns
    -------
    RowsRead
        With the problems of :func:`data.catalogue.lists.rows.read_rows` and of repeated numbers.
    """
    ways = _converters(today, region_codes, person=person)
    read = read_rows(path, record, headings, {name: ways[name] for name in headings if name in ways})
    kept: dict[str, tuple[int, RowT]] = {}
    problems = list(read.problems)
    for row, item in zip(read.numbers, read.records, strict=True):
        number = item.number or f"第{row}行"
        if number in kept:
            message = f"编号与第{kept[number][0]}行重复，这一行不采用"
            problems.append(cell_problem(row, headings["number"][0], number, "number_repeated", message))
        else:
            kept[number] = row, item.model_copy(update={"number": number})
    return replace(
        read,
        records=tuple(item for _, item in kept.values()),
        numbers=tuple(row for row, _ in kept.values()),
        problems=tuple(problems),
    )


def _converters(today: dt.date, region_codes: Sequence[str], *, person: bool) -> Converters:
    day = partial(parse_date, today=today)
    return {
        "number": _number,
        **dict.fromkeys(("title", "text"), _usable_text),
        **dict.fromkeys(("skills", "terms"), _usable_terms),
        "majors": major_keys,
        "major": _one_major,
        "heads": _heads,
        **dict.fromkeys(("start_by", "available_on"), day),
        "until": partial(day, end=True),
        "place_code": partial(parse_place, region_codes=region_codes),
        "willing_codes": partial(parse_places, region_codes=region_codes),
        "engagement": parse_engagement,
        "time_share": partial(parse_time_share, largest=person),
        "months": parse_months,
        "synthetic": parse_synthetic,
    }


def _number(text: str) -> str:
    if mask_contacts(text) != text:
        raise CellError("number_personal", "编号里有电话、证件号等个人信息", hint="请改用匿名编号")
    return text


def _usable_text(text: str) -> Any:
    """Return a text without contacts and excluded demands; nothing where it is nothing else."""
    return split_excluded(mask_contacts(clean_prose(text)))[0].strip() or None


def _usable_terms(text: str) -> tuple[str, ...]:
    return usable_terms(split_terms(text))[0]


def _one_major(text: str) -> str:
    names = major_keys(text)
    if len(names) != 1:
        raise CellError("major_unclear", f"专业“{text[:40]}”不是一个专业", hint="请填一个专业的全称")
    return names[0]


def _heads(text: str) -> int:
    heads = parse_headcount(text)
    if heads is None:
        raise CellError("headcount_needed", f"人数“{text[:40]}”没有数目", hint="请填整数")
    return heads
