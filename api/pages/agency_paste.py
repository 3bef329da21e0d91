"""An advertisement pasted as text, put into the fields of the form so that a person can check them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final

from api.pages.agency_form import Typed
from data.errors import CellError
from data.normalise.education import parse_qualification
from data.normalise.engagement import parse_engagement
from data.normalise.experience import parse_experience
from data.normalise.place import parse_place, parse_places
from data.normalise.resume import read_profile
from data.normalise.salary import parse_salary
from data.reference import division_names
from data.sources.columns import TableKind, read_columns

__all__ = ["read_pasted_person", "read_pasted_vacancy"]

_LABELLED: Final = re.compile(r"\s*[【\[]?([^:：【】\[\]]{2,12})[】\]]?\s*[:：]\s*(.*)")
_LONGEST_TITLE: Final = 30
_LOOSE: Final = {
    "education": re.compile("(?:博士|硕士|研究生|本科|大专|专科|高中|中专|初中)(?:及?以上)?(?:学历)?"),
    "experience": re.compile(
        r"\d+(?:\s*[-—~至]\s*\d+)?\s*年(?:及?以上)?(?=[^,，。;；\n]{0,12}(?:经验|经历|工作))"
    ),
    "salary": re.compile(
        r"\d[\d.]*\s*[kK千万]?\s*[-—~至]\s*\d[\d.]*\s*(?:[kK]|千|万|元)(?:\s*[/每]?\s*[月年])?"
    ),
}
"""What stands in running text; only what has an unmistakable form is taken from there."""
_SAME: Final = ("title", "skills", "majors", "licences", "languages", "place")


def read_pasted_vacancy(text: str, *, codes: Sequence[str]) -> Typed:
    r"""Put an advertisement into the fields of the form; what is not understood stays in the duties.

    Parameters
    ----------
    text
        The advertisement: lines with labels, such as ``学历：大专``, or running text.
    codes
        GB/T 2260 codes of the region, for names of places that are ambiguous.

    Returns
    -------
    Typed
        For a person to check; a cell that cannot be read is left in the duties.

    Examples
    --------
    >>> typed = read_pasted_vacancy("岸桥司机\n学历：大专\n薪资：6000-8000元/月\n负责岸桥操作", codes=())
    >>> typed.get("title"), typed.get("education"), typed.get("salary_low"), typed.get("duties")
    ('岸桥司机', '大专', '6000', '负责岸桥操作')
    """
    cells, rest = _labelled(text)
    if "title" not in cells and rest and len(rest[0]) <= _LONGEST_TITLE:
        cells["title"] = rest.pop(0)
    duties = "\n".join([*filter(None, [cells.pop("duties", "")]), *rest])
    for name, pattern in _LOOSE.items():
        found = pattern.search(duties)
        if found is not None and name not in cells:
            cells[name] = found[0]
    values: dict[str, str] = {name: cells[name] for name in _SAME if name in cells}
    unread = []
    for name in ("education", "skill_level", "experience", "salary", "place"):
        try:
            values |= _read(name, cells.get(name, ""), codes)
        except CellError:
            unread.append(cells[name])
            values.pop(name, None)
    engagement = tuple(each.value for each in parse_engagement(cells.get("engagement", "")))
    values["duties"] = "\n".join([duties, *unread]).strip()
    return Typed(values, engagement, {}, for_vacancy=True)


def read_pasted_person(text: str, *, today: dt.date, codes: Sequence[str]) -> Typed:
    """Put a résumé into the fields of the form, without the name and contacts of the person.

    Parameters
    ----------
    text
        The résumé.
    today
        The day up to which a job that is still held counts.
    codes
        GB/T 2260 codes of the region, for names of places that are ambiguous.

    Returns
    -------
    Typed
        For a person to check.
    """
    cells = read_profile(text, today=today).cells
    values = {name: cells[name] for name in (*_SAME, "summary") if name in cells}
    for name in ("education", "skill_level", "experience", "salary", "place", "willing"):
        source = {"experience": "experience_years", "salary": "pay_floor", "willing": "willing_places"}
        try:
            values |= _read(name, cells.get(source.get(name, name), ""), codes)
        except CellError:
            values.pop(name, None)
    own = {"experience_low": "experience_years", "salary_low": "pay_floor"}
    values = {own.get(name, name): value for name, value in values.items()}
    engagement = tuple(each.value for each in parse_engagement(cells.get("engagement", "")))
    return Typed(values, engagement, {}, for_vacancy=False)


def _labelled(text: str) -> tuple[dict[str, str], list[str]]:
    """Return the cells that labels name, and the other lines; lines below a label for duties stay there."""
    cells: dict[str, str] = {}
    rest: list[str] = []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        found = _LABELLED.fullmatch(line)
        mapped = read_columns([found[1]], TableKind.POSTING).mapped if found else {}
        name = next(iter(mapped.values()), None)
        if found is None or name is None or name == "duties" or name in cells or not found[2].strip():
            rest.append(line if name != "duties" or found is None else found[2].strip())
        else:
            cells[name] = found[2].strip()
    return cells, [line for line in rest if line]


def _read(name: str, text: str, codes: Sequence[str]) -> dict[str, str]:
    """Return the fields that a cell fills, as text."""
    values: dict[str, object] = {}
    if name == "education":
        read = parse_qualification(text)
        values = {"education": read.education, "skill_level": read.skill_level}
    elif name == "skill_level":
        values = {"skill_level": parse_qualification(text).skill_level}
    elif name == "experience" and (years := parse_experience(text)):
        values = {"experience_low": years.low, "experience_high": years.high}
    elif name == "salary" and (pay := parse_salary(text)):
        values = {"salary_low": pay.low, "salary_high": pay.high}
    elif name == "place" and (code := parse_place(text, region_codes=codes)):
        values = {"place": division_names()[code]}
    elif name == "willing":
        places = parse_places(text, region_codes=codes)
        values = {"willing": "、".join(division_names().get(each, "全国") for each in places)}
    return {field: _text(value) for field, value in values.items() if value not in (None, "")}


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
