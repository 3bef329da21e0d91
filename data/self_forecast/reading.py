"""Read employers' forecasts from whatever they send: a bad row is reported, the rest goes through."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.catalogue.lists.rows import Converters, cell_problem, read_rows
from data.catalogue.sections import OTHER_SECTION
from data.codes import CodingKind, alias_key, resolve_code
from data.errors import CellError, CellProblem, UnknownName
from data.normalise.contacts import mask_contacts
from data.normalise.credit_code import parse_credit_code
from data.normalise.numerals import with_digits
from data.normalise.text import clean, clean_prose
from data.reference import market_titles, work_types
from data.regions import Region
from data.self_forecast.quarters import quarter_of, quarters_ahead, read_quarter
from data.self_forecast.template import (
    EXAMPLE,
    HEADINGS,
    LONGEST_AHEAD,
    Certainty,
    FormLine,
    SelfForecast,
    example_line,
    is_occupation,
)

__all__ = ["SelfForecastFile", "read_self_forecasts"]

_CODE = re.compile(r"[0-9A-HJ-NP-RT-UW-Y]{18}", re.IGNORECASE)
_LEADING_CODE = re.compile(r"(\d-\d{2}-\d{2}-\d{2})(?!\d)")
_HEADS = re.compile(r"(?:约|大约)?\s*(\d{1,6})(?:\.0+)?\s*[人名个位]?")
_LONGEST_NOTE = 200


@dataclass(frozen=True)
class SelfForecastFile:
    """A file of employers' forecasts."""

    forecasts: tuple[SelfForecast, ...]
    """Usable rows in their order."""
    problems: tuple[CellProblem, ...]
    """What could not be used, by row."""
    lines: Mapping[int, FormLine]
    """Every row as written, by its number in the file, examples left out."""
    examples: int
    """Rows marked as an example, which are not read."""
    file: str
    """Name of the file."""


def read_self_forecasts(
    path: Path, region: Region, *, today: dt.date, decisions: Mapping[str, str | None] | None = None
) -> SelfForecastFile:
    """Read the forecasts of a filled-in template, or of any table with its columns.

    Parameters
    ----------
    path
        An .xlsx, .xls or .csv file.
    region
        The region, for its key industries.
    today
        The day: a report cannot be of a later quarter.
    decisions
        What people decided of titles, by :func:`data.codes.alias_key`, beside the titles that the product's
        tables know; a title that is in neither, nor the name or code of an occupation, is not guessed at.

    Returns
    -------
    SelfForecastFile
        Without rows for an empty table.

    Raises
    ------
    InputError
        A column that every row needs is missing.
    FileProblem
        The file cannot be read.
    """
    read = read_rows(path, SelfForecast, HEADINGS, _converters(region, decisions or {}))
    written = read_rows(path, FormLine, FormLine.headings())
    lines = dict(zip(written.numbers, written.records, strict=True))
    examples = {number for number, line in lines.items() if EXAMPLE in line.mark}
    problems = [problem for problem in read.problems if problem.row not in examples]
    problems += _filled_examples(lines, examples, example_line(region, today=today))
    forecasts: list[SelfForecast] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, forecast in zip(read.numbers, read.records, strict=True):
        if number in examples:
            continue
        refusal = _refusal(number, forecast, seen, quarter_of(today))
        if refusal is None:
            forecasts.append(forecast)
        else:
            problems.append(refusal)
    problems.sort(key=lambda problem: problem.row)
    others = {number: line for number, line in lines.items() if number not in examples}
    return SelfForecastFile(tuple(forecasts), tuple(problems), others, len(examples), read.file)


def _filled_examples(lines: Mapping[int, FormLine], examples: set[int], shown: FormLine) -> list[CellProblem]:
    """Report rows that were filled in where the example stood: nobody would notice that they are left out."""
    message = f"此行标着“{EXAMPLE}”，没有收；请清空“标记”后重新导入"
    return [
        cell_problem(number, "标记", EXAMPLE, "example_filled", message, fatal=False)
        for number in sorted(examples)
        if lines[number].employer != clean(shown.employer)
    ]


def _refusal(
    number: int, forecast: SelfForecast, seen: dict[tuple[str, ...], int], now: str
) -> CellProblem | None:
    """Say why a readable row is not taken; rows that are taken are noted as seen."""
    ahead = quarters_ahead(forecast.period, forecast.target_quarter)
    if quarters_ahead(now, forecast.period) > 0:
        message = f"填报季度晚于当前季度 {now}，请填填表时所在的季度"
        return cell_problem(number, "填报季度", forecast.period, "period_ahead", message)
    if not 1 <= ahead <= LONGEST_AHEAD:
        message = f"用人季度须在填报季度之后、{LONGEST_AHEAD}个季度以内"
        return cell_problem(number, "用人季度", forecast.target_quarter, "target_out_of_range", message)
    row = forecast.row
    key = tuple(str(row[name]) for name in ("period", "employer_key", "occupation_code", "target_quarter"))
    if key in seen:
        message = f"与第{seen[key]}行是同一单位、职业和季度，只收前一行；不同岗位请合并人数"
        return cell_problem(number, "职业", forecast.occupation_code, "row_repeated", message)
    seen[key] = number
    return None


def _converters(region: Region, decisions: Mapping[str, str | None]) -> Converters:
    industries = {name: name for name in (*region.key_industries, OTHER_SECTION)}
    certainties = {str(member): str(member) for member in Certainty}
    return {
        "period": read_quarter,
        "target_quarter": read_quarter,
        "employer": _employer,
        "credit_code": parse_credit_code,
        "key_industry": _one_of(industries, "重点产业"),
        "occupation_code": lambda text: _occupation(text, decisions),
        "low": _heads,
        "likely": _heads,
        "high": _heads,
        "certainty": _one_of(certainties, "把握程度"),
        "note": _note,
        "synthetic": lambda text: "合成" in text,
    }


def _one_of(words: Mapping[str, str], name: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise CellError("word_unknown", f"{name}“{text}”无法识别", hint=f"从{'、'.join(words)}中选")
        return words[text]

    return read


def _employer(text: str) -> str:
    """Return a name as it is, a credit code checked."""
    bare = text.replace(" ", "").replace("-", "")
    return (parse_credit_code(bare) or text) if _CODE.fullmatch(bare) else text


def _occupation(text: str, decisions: Mapping[str, str | None]) -> str:
    leading = _LEADING_CODE.match(text)
    key = alias_key(CodingKind.OCCUPATION, text)
    try:
        code = resolve_code(CodingKind.OCCUPATION, leading[1] if leading else text)
    except UnknownName as error:
        known = decisions[key] if key in decisions else _titles().get(key)
        if known is None:
            raise CellError(error.code, error.message, hint=error.hint) from error
        code = known
    if not is_occupation(code):
        raise CellError(
            "occupation_too_coarse", f"“{text}”是职业的大类、中类或小类", hint="请写到职业（细类）"
        )
    return code


@cache
def _titles() -> dict[str, str]:
    """Return the occupations of the titles that the tables know; a market title comes before a work type."""
    return {
        alias_key(CodingKind.OCCUPATION, title): str(code)
        for source in (work_types(), market_titles())
        for title, code in zip(source["title"], source["occupation_code"], strict=True)
    }


def _heads(text: str) -> int:
    match = _HEADS.fullmatch(with_digits(clean(text).replace(",", "")))
    if match is None:
        raise CellError("heads_unreadable", f"人数“{text[:40]}”无法识别", hint="请填整数，如 5")
    return int(match[1])


def _note(text: str) -> str:
    kept = mask_contacts(clean_prose(text))
    if len(kept) > _LONGEST_NOTE:
        raise CellError("note_too_long", f"备注超过{_LONGEST_NOTE}字", hint="请缩短")
    return kept
