"""Read from a résumé what a person does and for how long: occupation, years, what was done."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import chain

from data.normalise.resume_dates import find_periods, years_worked
from data.normalise.resume_found import NOTHING, Found, Reading, items_of, lines_in, words_of
from data.normalise.resume_labels import Section
from data.normalise.resume_pieces import is_title
from data.normalise.resume_text import Line, Redacted

__all__ = ["read_experience", "read_summary", "read_title", "without_periods"]

_SHORT = 60
_SOUGHT = frozenset({Section.HEADER, Section.OBJECTIVE, Section.OTHER})
_SUMMARY = frozenset({Section.WORK, Section.PROJECT, Section.SELF})
_SEVERAL = re.compile(r"[、,，;；/]| and | или ")
_WORDS = (re.compile(r"[^\s,，;；|｜]+"), re.compile(r"[^,，;；|｜\n]+"))
_NONE_YET = re.compile("应届|无(?:工作)?经验")
_STATED_YEARS = re.compile(
    r"(?P<zh>\d{1,2}(?:\.\d)?)\s?年(?:以上|多|余)?(?:的)?[\u4e00-\u9fa5A-Za-z]{0,10}?(?:工作|从业|行业"
    r"|生产|管理|设计|研发)?经[验历]"
    r"|(?P<en>\d{1,2})\+?\s?years?(?:['’])?(?: of)?(?: [a-z-]+){0,3} experience"
    r"|(?:опыт|стаж)[а-яё ]{0,20}?(?P<ru>\d{1,2})\s?(?:лет|год)",
    re.IGNORECASE,
)


def read_title(kept: Redacted) -> Reading:
    """Return the occupation looked for, else the one held last.

    Parameters
    ----------
    kept
        The résumé without the person.

    Returns
    -------
    Reading
        Empty where the résumé does not state it.
    """
    sought = [
        Found(item.start, item.text)
        for item in kept.items
        if item.field == "title" and item.section in _SOUGHT
    ]
    plain = (
        Found(line.start, line.text)
        for line in lines_in(kept, Section.OBJECTIVE, Section.HEADER)
        if "：" not in line.text and len(line.text) <= _SHORT
    )
    found = next(chain(sought, plain), None) or _title_held(kept)
    if found is None:
        return NOTHING
    first = Found(found.start, _SEVERAL.split(found.text)[0].strip())
    return first.text, [first]


def _title_held(kept: Redacted) -> Found | None:
    """Return the title of the job that began last."""
    jobs: list[tuple[int, Found]] = []
    began = 0
    for line in lines_in(kept, Section.WORK):
        periods = find_periods(line.text)
        began = max((period.first for period in periods), default=began)
        jobs += [(began, found) for found in _titles_in(kept, line)]
    return max(jobs, key=lambda job: job[0])[1] if jobs else None


def _titles_in(kept: Redacted, line: Line) -> Iterator[Found]:
    inside = (item for item in kept.items if item.field == "title" and item.section is Section.WORK)
    end = line.start + len(line.text)
    yield from (Found(item.start, item.text) for item in inside if line.start <= item.start < end)
    if find_periods(line.text) or len(line.text) <= _SHORT // 2:
        rest = without_periods(line)
        for pattern in _WORDS:
            for part in words_of(rest, pattern):
                text = part.text.strip()
                if is_title(text) and text.isascii() == (" " in text or text.isascii()):
                    yield Found(part.start + part.text.index(text), text)


def without_periods(line: Line) -> Line:
    """Return a line with blanks in the place of its spans of time.

    Parameters
    ----------
    line
        The line.

    Returns
    -------
    Line
        The same length, so that places in it stay what they were.
    """
    text = line.text
    for period in find_periods(text):
        text = text[: period.start] + "," * (period.end - period.start) + text[period.end :]
    return line._replace(text=text)


def read_summary(kept: Redacted) -> Reading:
    """Return what the person did and says of it.

    Parameters
    ----------
    kept
        The résumé without the person.

    Returns
    -------
    Reading
        Empty where the résumé does not state it.
    """
    found = [Found(line.start, line.text) for line in kept.lines if line.section in _SUMMARY]
    return "\n".join(each.text for each in found), found


def read_experience(kept: Redacted, today: dt.date | None) -> Reading:
    """Return the years of dated jobs together, else the years stated.

    Parameters
    ----------
    kept
        The résumé without the person.
    today
        The day up to which a job that is still held counts; the latest month named when not given.

    Returns
    -------
    Reading
        Empty where the résumé does not state it.
    """
    jobs = [(line, period) for line in lines_in(kept, Section.WORK) for period in find_periods(line.text)]
    years = years_worked((period for _, period in jobs), today=today)
    if years is not None:
        return f"{years}年", [
            Found(line.start + period.start, line.text[period.start : period.end]) for line, period in jobs
        ]
    for item in items_of(kept, "experience_years"):
        if number := re.search(r"\d{1,2}(?:\.\d)?", item.text):
            return f"{number[0]}年", [item]
        if _NONE_YET.search(item.text):
            return item.text, [item]
    for line in kept.lines:
        if stated := _STATED_YEARS.search(line.text):
            years_stated = stated["zh"] or stated["en"] or stated["ru"]
            return f"{years_stated}年", [Found(line.start + stated.start(), stated[0])]
    return NOTHING
