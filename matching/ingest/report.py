"""What a file brought: counted part by part, summed at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import Field

from data.errors import CellProblem
from data.records import Record
from data.sources.columns import TableKind
from matching.coding import Coverage

__all__ = ["IngestReport", "PartReport", "sum_counts", "sum_parts"]

Coded = dict[str, dict[str, Any]]
"""For each kind of code: share, review, methods and margin, as ``Coverage.as_dict`` gives them."""


class PartReport(Record):
    """What one part of a file brought; kept with the part, so that a reading that was cut off can go on."""

    rows: int
    """Rows read."""
    accepted: int
    """Rows stored."""
    rejected: dict[str, int]
    """Rows not stored, by reason code."""
    problems: int
    """Cells that could not be used."""
    listed: tuple[CellProblem, ...]
    """Those problems, as many as the report lists."""
    outside_region: int
    """Rows stored whose place is unknown or outside the region."""
    replaced: int
    """Rows whose identifier was in the store already."""
    repeated_rows: int
    """Rows left out because an earlier row of the file has the same identifier."""
    parsed: dict[str, tuple[int, int]]
    """For each field, the rows read and the rows that state it."""
    coded: Coded
    """How texts were coded, by kind."""
    linter: dict[str, int]
    """Postings with a finding, by rule."""
    synthetic: int
    """Generated rows among those stored."""
    released: tuple[str, ...] = ()
    """Employers that lost a posting because its newer content names another one."""
    degraded: bool = False
    """True when the encoder could not be used: what no table knows was left without a code."""


class IngestReport(Record):
    """What a file brought."""

    batch_id: int | None = None
    """Number of the batch in the store; empty in a report that was kept before it was noted."""
    file: str
    """File name, and the name within an archive."""
    kind: TableKind
    """What its rows are."""
    repeated: bool
    """True when the same content was read before and nothing changed."""
    resumed_parts: int = 0
    """Parts that an earlier reading, cut off, had stored already."""
    rows: int
    """Data rows in the file."""
    accepted: int
    """Rows stored."""
    rejected: dict[str, int]
    """Rows not stored, by reason code."""
    problems: int
    """Cells that could not be used, in rows stored and not."""
    outside_region: int
    """Rows stored whose place is unknown or outside the region: usable for matching only."""
    vacancies: int
    """Needs that the employers in this file have after merging; 0 for profiles."""
    duplicates: dict[str, int]
    """Postings of those employers beyond the first of their need, by source."""
    replaced: int
    """Rows whose identifier was in the store already: the newer content stands."""
    repeated_rows: int
    """Rows left out because an earlier row of the file has the same identifier."""
    columns: dict[str, str]
    """Column of the file to the field it became."""
    mapping_confirmed: bool
    """True when a person confirmed what the columns mean."""
    refused_columns: tuple[str, ...]
    """不接收的列: personal data and excluded attributes, dropped at the door."""
    parsed: dict[str, float]
    """For each field, the share read among the rows that state it, 0 to 1."""
    coded: Coded
    """How texts were coded, by kind: ``share`` with a code and ``review`` waiting for a person, both of those
    stated (0 to 1), ``methods`` (texts by method) and ``margin`` (texts by margin, ten bins from 0 to 1)."""
    linter: dict[str, int]
    """Postings with a finding of the posting linter, by rule."""
    synthetic: bool
    """True when every row is generated (合成数据)."""
    degraded: bool = False
    """True when the encoder could not be used: every row is stored, but what no table knows has no code yet;
    reading the same file again once the encoder works completes them."""
    report_file: str | None
    """Row-level error report beside the file's artefacts; empty when there is nothing to report."""
    seconds: float = Field(ge=0)
    """Duration, in seconds."""


def sum_counts(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Add up counts by name, the names in alphabetical order."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return dict(sorted(total.items()))


def sum_parts(parts: Sequence[PartReport]) -> dict[str, Any]:
    """Return the fields of the whole file's report that are sums over its parts."""
    rows = sum(part.accepted for part in parts)
    return {
        **{name: sum(getattr(part, name) for part in parts) for name in _SUMS},
        "rejected": sum_counts(part.rejected for part in parts),
        "linter": sum_counts(part.linter for part in parts),
        "parsed": _sum_parsed(parts),
        "coded": _sum_coded(parts),
        "degraded": any(part.degraded for part in parts),
        "synthetic": rows > 0 and sum(part.synthetic for part in parts) == rows,
    }


_SUMS = ("rows", "accepted", "problems", "outside_region", "replaced", "repeated_rows")


def _sum_coded(parts: Sequence[PartReport]) -> Coded:
    total: dict[str, Coverage] = {}
    for part in parts:
        for kind, coded in part.coded.items():
            coverage = Coverage(Counter(coded["methods"]), tuple(coded["margin"]))
            total[kind] = total[kind] + coverage if kind in total else coverage
    return {kind: total[kind].as_dict() for kind in sorted(total)}


def _sum_parsed(parts: Sequence[PartReport]) -> dict[str, float]:
    read, stated = Counter[str](), Counter[str]()
    for part in parts:
        for field, (good, all_of_them) in part.parsed.items():
            read[field] += good
            stated[field] += all_of_them
    return {field: round(read[field] / stated[field], 6) for field in stated if stated[field]}
