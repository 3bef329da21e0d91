"""What a file would be taken for, before anything of it is stored."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from data.errors import FileProblem
from data.intake import Reading, normalise_part
from data.normalise.contacts import mask_contacts
from data.regions import Region
from data.sources.columns import TableKind
from data.sources.mapping import ColumnUse, check_mapping, describe_mapping, header_sha256, kind_of
from data.sources.names import shown_name
from data.sources.raw import RawTable
from data.sources.stream import TableStream, open_tables

__all__ = ["PreviewOptions", "preview_file"]

_SHOWN: Final = 10
_READ: Final = 200
_TABLES: Final = 5
_PROBLEMS: Final = 50
_SAMPLES: Final = 3
_SAMPLE: Final = 40


@dataclass(frozen=True)
class PreviewOptions:
    """How a file is looked at."""

    name: str
    """What it is called where it is shown."""
    kind: TableKind | None
    """What its rows are; found from the columns when nothing."""
    mapping: Mapping[str, str | None] | None
    """What the caller says of its columns."""
    confirmed: Mapping[str, Mapping[str, Mapping[str, str | None]]]
    """What was confirmed before: kind to what identifies a header to the mapping."""
    owner: str
    """The agency whose file it is; empty for the office."""
    region: Region
    """Decides ambiguous places."""
    pseudonym_key: bytes
    """Key of the pseudonyms that replace personal identifiers."""
    max_bytes: int
    """Most bytes of a file that is read whole, unpacked."""
    today: dt.date
    """The day, for dates without a year."""


def preview_file(path: Path, options: PreviewOptions) -> list[dict[str, Any]]:
    """Look at the first rows of the tables in a file.

    Parameters
    ----------
    path
        The file.
    options
        How.

    Returns
    -------
    list of dict
        For each of the first five tables: file, sheet, kind, total_rows, columns, the first ten rows typed,
        problems in the first two hundred, and why it would be refused as a whole (None where it would not).

    Raises
    ------
    FileProblem
        The file cannot be opened.
    InputError
        The mapping names a column or a field that is not there.
    """
    streams = open_tables(path, max_bytes=options.max_bytes, part_rows=_READ, today=options.today)
    return [_preview(stream, stream.file == path.name, options) for stream in streams[:_TABLES]]


def _preview(stream: TableStream, is_whole_file: bool, options: PreviewOptions) -> dict[str, Any]:
    names = list(stream.columns)
    kind = options.kind or kind_of(names)
    if options.mapping is not None:
        check_mapping(options.mapping, names, kind, refused=stream.refused)
    said = options.mapping if options.mapping is not None else _said_before(names, kind, options)
    uses = describe_mapping(names, kind, mapping=said, refused=stream.refused)
    reading = Reading(kind, options.region, said, options.pseudonym_key, options.today)
    return {
        "file": shown_name(options.name if is_whole_file else stream.file),
        "sheet": stream.sheet,
        "kind": kind.value,
        "total_rows": stream.total_rows,
        **_read(stream, reading, uses),
    }


def _said_before(
    names: list[str], kind: TableKind, options: PreviewOptions
) -> Mapping[str, str | None] | None:
    """Return what was said of such columns: by the owner, else by the office; never by another agency."""
    said = options.confirmed.get(kind.value, {})
    found = (said.get(header_sha256(names, owner=owner)) for owner in (options.owner, ""))
    return next((each for each in found if each is not None), None)


def _read(stream: TableStream, reading: Reading, uses: Sequence[ColumnUse]) -> dict[str, Any]:
    """Return what the columns become, with samples, and what the first rows do."""
    try:
        part = next(stream.parts())
    except FileProblem as error:
        return {"columns": _columns(uses, None), **_refused(error)}
    return {"columns": _columns(uses, part), **_typed(part, reading)}


def _columns(uses: Sequence[ColumnUse], part: RawTable | None) -> list[dict[str, Any]]:
    return [
        {
            "column": use.column,
            "field": use.field,
            "heading": use.heading,
            "reason": use.reason.value,
            "samples": [] if part is None or use.column not in part.frame else _samples(part, use.column),
        }
        for use in uses
    ]


def _samples(part: RawTable, column: str) -> list[str]:
    """Return the first different cells of a column that are not empty, cut and with contacts hidden."""
    cells = dict.fromkeys(filter(None, part.frame[column].head(_READ)))
    return [mask_contacts(" ".join(cell.split()))[:_SAMPLE] for cell in list(cells)[:_SAMPLES]]


def _typed(part: RawTable, reading: Reading) -> dict[str, Any]:
    """Return the first rows as they would be stored, and what is wrong with them."""
    try:
        normalised = normalise_part(part, reading)
    except FileProblem as error:
        return _refused(error)
    problems = [problem.model_dump() for problem in normalised.problems[:_PROBLEMS]]
    return {
        "read_rows": normalised.rows,
        "rows": _plain(normalised.frame.head(_SHOWN)),
        "problems": [{**each, "value": mask_contacts(each["value"])} for each in problems],
        "refusal": None,
    }


def _refused(error: FileProblem) -> dict[str, Any]:
    refusal = {"code": error.code, "message": error.message, "hint": error.hint}
    return {"read_rows": 0, "rows": [], "problems": [], "refusal": refusal}


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain JSON, what is empty left out."""
    rows = json.loads(frame.to_json(orient="records", date_format="iso", force_ascii=False))
    return [{name: value for name, value in row.items() if value not in (None, "", [])} for row in rows]
