"""Bring a file into the store: read, normalise, code, keep, merge."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from data.employers import employer_key, is_agency
from data.normalise.contacts import mask_contacts
from data.normalise.postings import Normalised, normalise_postings, normalise_profiles
from data.normalise.rows import content_id
from data.records import Record
from data.regions import Region
from data.sources.columns import TableKind, read_columns
from data.sources.report import write_error_report
from data.sources.tables import RawTable, read_table
from data.store.batches import begin_batch, finish_batch, finished_report, write_raw_rows
from data.store.postings import count_known, employers_of, merge_employers, write_postings
from data.store.profiles import write_profiles
from data.store.reviews import write_reviews
from data.store.store import Store
from matching.coding import Code, CodeMethod, OccupationCoder

__all__ = ["PARSER_VERSION", "IngestReport", "Step", "ingest_file"]

PARSER_VERSION = "1"
"""Raised whenever the parsers read the same file differently; a file is then read anew."""

Step = Callable[[str, int, int], None]
"""Called with what is being done in Chinese, the number done and the total."""


class IngestReport(Record):
    """What a file brought."""

    file: str
    """File name."""
    kind: TableKind
    """What its rows are."""
    repeated: bool
    """True when the same content was read before and nothing changed."""
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
    duplicates: int
    """Postings of those employers beyond the first of their need; 0 for profiles."""
    replaced: int
    """Rows whose identifier was in the store already: the newer content stands."""
    repeated_rows: int
    """Rows left out because an earlier row of the file has the same identifier."""
    columns: dict[str, str]
    """Column of the file to the field it became."""
    refused_columns: tuple[str, ...]
    """不接收的列: personal data and excluded attributes, dropped at the door."""
    parsed: dict[str, float]
    """For each field, the share read among the rows that state it."""
    coded: dict[str, int]
    """Rows by the way their occupation was found."""
    synthetic: bool
    """True when every row is generated (合成数据)."""
    report_file: str | None
    """Row-level error report beside the file's artefacts; empty when there is nothing to report."""
    seconds: float
    """Duration, in seconds."""


def ingest_file(
    store: Store,
    path: Path,
    coder: OccupationCoder,
    region: Region,
    *,
    reports: Path,
    kind: TableKind | None = None,
    max_bytes: int,
    today: dt.date,
    step: Step = lambda _name, _done, _total: None,
) -> IngestReport:
    """Read a file into the store.

    Nothing of the file is stored when it cannot be read as a whole; a row or cell that cannot be used
    goes to the error report and the rest goes in. A reading that was cut off is completed by the next.

    Parameters
    ----------
    store
        The store.
    path
        A file in any of the formats of :mod:`data.sources.tables`.
    coder
        Codes the titles.
    region
        Tells which rows lie outside.
    reports
        Folder for the error report.
    kind
        What the rows are; found from the columns when left out.
    max_bytes
        Largest file accepted, unpacked.
    today
        The day, for dates without a year.
    step
        Progress.

    Returns
    -------
    IngestReport
        The same report again, marked ``repeated``, for content that was read before.

    Raises
    ------
    FileProblem
        The file as a whole cannot be used.
    """
    started = time.perf_counter()
    step(f"读取 {path.name}", 0, 1)
    table = read_table(path, max_bytes=max_bytes)
    kind = kind or _kind_of(list(table.frame.columns))
    known = finished_report(store, kind, table.sha256, PARSER_VERSION)
    if known is not None:
        return IngestReport.model_validate({**known, "repeated": True})
    step("规范化", 0, len(table.frame))
    normalise = normalise_postings if kind is TableKind.POSTING else normalise_profiles
    normalised = normalise(
        table, region_codes=tuple(district.code for district in region.districts), today=today
    )
    codes = coder.code(
        normalised.frame["title"].tolist(), progress=lambda done, total: step("职业编码", done, total)
    )
    frame = _coded(normalised.frame, codes)
    if kind is TableKind.POSTING:
        frame = _own_ids(store, _with_employers(frame))
    replaced = count_known(store, kind.value, frame[f"{kind.value}_id"].tolist())
    batch_id = begin_batch(store, kind, table.file, table.sha256, PARSER_VERSION)
    step("写入", 0, len(frame))
    write_raw_rows(store, batch_id, table.frame.map(mask_contacts))
    vacancies, duplicates = _write(store, batch_id, kind, frame, step)
    _queue_reviews(store, frame["title"].tolist(), codes)
    report = _report(table, kind, normalised, frame, region, reports).model_copy(
        update={
            "vacancies": vacancies,
            "duplicates": duplicates,
            "replaced": replaced,
            "seconds": round(time.perf_counter() - started, 2),
        }
    )
    finish_batch(store, batch_id, report.model_dump(mode="json"))
    return report


def _kind_of(names: list[str]) -> TableKind:
    """Return what a table is about: what most of its columns belong to, postings where both are equal."""
    return max(TableKind, key=lambda kind: len(set(read_columns(names, kind).mapped.values())))


def _coded(frame: pd.DataFrame, codes: list[Code]) -> pd.DataFrame:
    return frame.assign(
        occupation_code=pd.Series([code.code for code in codes], dtype=object, index=frame.index),
        occupation_method=[code.method.value for code in codes],
        occupation_score=[code.score for code in codes],
        occupation_margin=[code.margin for code in codes],
    )


def _with_employers(frame: pd.DataFrame) -> pd.DataFrame:
    keys = [
        employer_key(name, credit_code=code)
        for name, code in zip(frame["employer"], frame["credit_code"], strict=True)
    ]
    return frame.assign(employer_key=keys, employer_is_agency=[is_agency(name) for name in frame["employer"]])


def _own_ids(store: Store, frame: pd.DataFrame) -> pd.DataFrame:
    """Give a posting an id of its own where another employer's posting already has the stated one.

    Two offices number their posts from 1: neither may replace the other's.
    """
    holders = employers_of(store, frame["posting_id"].tolist())
    ids = [
        stated if holders.get(stated, employer) == employer else content_id((employer, stated))
        for stated, employer in zip(frame["posting_id"], frame["employer_key"], strict=True)
    ]
    return frame.assign(posting_id=ids)


def _write(store: Store, batch_id: int, kind: TableKind, frame: pd.DataFrame, step: Step) -> tuple[int, int]:
    if kind is TableKind.PROFILE:
        write_profiles(store, batch_id, frame)
        return 0, 0
    write_postings(store, batch_id, frame)
    keys = frame["employer_key"].tolist()
    step("合并重复信息", 0, len(set(keys)))
    merged = merge_employers(store, keys)
    return merged.vacancies, merged.postings - merged.vacancies


def _queue_reviews(store: Store, titles: list[str], codes: list[Code]) -> None:
    counts = Counter(titles)
    cases = {
        title: code for title, code in zip(titles, codes, strict=True) if code.method is CodeMethod.REVIEW
    }
    rows: list[dict[str, Any]] = [
        {
            "kind": "occupation",
            "text": title,
            "count": counts[title],
            "suggestions": [suggestion._asdict() for suggestion in code.suggestions],
        }
        for title, code in cases.items()
    ]
    if rows:
        write_reviews(store, rows)


def _report(
    table: RawTable,
    kind: TableKind,
    normalised: Normalised,
    frame: pd.DataFrame,
    region: Region,
    reports: Path,
) -> IngestReport:
    report_file = None
    if normalised.problems:
        report_file = reports / f"{Path(table.file).stem}-{table.sha256[:8]}-问题清单.xlsx"
        reports.mkdir(parents=True, exist_ok=True)
        write_error_report(report_file, normalised.problems, rows=normalised.rows, accepted=len(frame))
    refused = {problem.row: problem.code for problem in normalised.problems if problem.fatal}
    inside = frame["place_code"].map(region.contains).astype(bool)
    return IngestReport(
        file=table.file,
        kind=kind,
        repeated=False,
        rows=normalised.rows,
        accepted=len(frame),
        rejected=dict(Counter(refused.values())),
        problems=len(normalised.problems),
        outside_region=int((~inside).sum()),
        vacancies=0,
        duplicates=0,
        replaced=0,
        repeated_rows=normalised.duplicates,
        columns=dict(normalised.columns.mapped),
        refused_columns=table.refused,
        parsed=dict(normalised.parsed),
        coded=dict(Counter(frame["occupation_method"])),
        synthetic=bool(len(frame)) and bool(frame["synthetic"].all()),
        report_file=None if report_file is None else report_file.name,
        seconds=0.0,
    )
