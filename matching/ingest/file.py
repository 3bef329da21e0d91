"""Bring a file into the store: read, normalise, code, keep, merge; part by part.

Every part is one transaction, noted with its own report: a reading that is cut off loses no part that was
committed, and the next reading of the same file goes on after it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.execution import Executor, InProcess
from data.intake import Reading, normalise_ahead
from data.owners import OFFICE
from data.pseudonyms import read_key
from data.regions import Region
from data.shelves import Place
from data.sources.columns import TableKind, map_columns
from data.sources.mapping import check_mapping, header_sha256, kind_of
from data.sources.raw import RawTable
from data.sources.report import write_error_report
from data.sources.stream import TableStream, open_tables
from data.store.batches import begin_batch, committed_parts, finish_batch, finished_report
from data.store.known import needs_in_batch
from data.store.mappings import read_mapping, write_mapping
from data.store.reports import reported
from data.store.store import Store
from data.store.vacancies import merge_employers
from matching.coding import Coders
from matching.coding.recode import code_batch
from matching.ingest.part import Coding, Kept, PartIntake, code_part
from matching.ingest.report import IngestReport, PartReport, sum_parts
from matching.queries import ENCODER_FAILURES

__all__ = ["PARSER_VERSION", "Intake", "Step", "ingest_file", "ingest_tables"]

_log = logging.getLogger(__name__)

PARSER_VERSION = "3"
"""Raised whenever the parsers read the same file differently; a file is then read anew."""

Step = Callable[[str, int, int], None]
"""Called with what is being done in Chinese, the number done and the total (0 where it is unknown)."""

_LISTED = 20_000
"""Most problems that an error report lists."""


@dataclass(frozen=True)
class Intake:
    """What every file of one run shares."""

    store: Store
    """The store."""
    coders: Coders
    """Code titles, industries, majors and skills."""
    region: Region
    """Tells which rows lie outside."""
    var_dir: Path
    """Folder of the pseudonyms' key, and of the error reports unless they go elsewhere."""
    max_bytes: int
    """Largest file accepted of a format that is read whole, unpacked."""
    today: dt.date
    """The day, for dates without a year."""
    step: Step = lambda _name, _done, _total: None
    """Progress."""
    executor: Executor = field(default_factory=InProcess)
    """Where the rows of a file with several parts are typed, encoded and coded."""
    owner: str = OFFICE
    """The agency that the rows belong to; empty for the office."""
    reports: Place | None = None
    """Where the error reports go; None for ``reports`` in ``var_dir``."""


def ingest_file(
    intake: Intake,
    path: Path,
    *,
    kind: TableKind | None = None,
    mapping: Mapping[str, str | None] | None = None,
    actor: str = "",
) -> list[IngestReport]:
    """Read a file into the store.

    A row or cell that cannot be used goes to the error report and the rest goes in.

    Parameters
    ----------
    intake
        Where to and how.
    path
        A file in any of the formats of :mod:`data.sources.stream`.
    kind
        What the rows are; found from the columns when left out.
    mapping
        What the columns mean, over what their names say; kept for every file with the same header.
    actor
        Who says so; needed with ``mapping``.

    Returns
    -------
    list of IngestReport
        One for each table, several only for an archive; the same report again, marked ``repeated``, for
        content that was read before: of that only codes are added that the encoder could not give then.

    Raises
    ------
    FileProblem
        The file as a whole cannot be used; nothing of it is stored.
    InputError
        The mapping names a column or a field that is not there.
    """
    intake.step(f"读取 {path.name}", 0, 0)
    streams = open_tables(path, max_bytes=intake.max_bytes, today=intake.today)
    return ingest_tables(intake, streams, kind=kind, mapping=mapping, actor=actor)


def ingest_tables(
    intake: Intake,
    streams: Iterable[TableStream],
    *,
    kind: TableKind | None = None,
    mapping: Mapping[str, str | None] | None = None,
    actor: str = "",
) -> list[IngestReport]:
    """Read tables that are open into the store; as :func:`ingest_file` in everything else."""
    return [_ingest_table(intake, stream, kind, mapping, actor) for stream in streams]


def _ingest_table(
    intake: Intake,
    stream: TableStream,
    kind: TableKind | None,
    mapping: Mapping[str, str | None] | None,
    actor: str,
) -> IngestReport:
    started = time.perf_counter()
    names = list(stream.columns)
    kind = kind or kind_of(names)
    if mapping is not None:
        check_mapping(mapping, names, kind, refused=stream.refused)
    said = mapping if mapping is not None else _said_before(intake, kind, names)
    columns = map_columns(names, kind, mapping=said)
    version = _version(said, intake.owner)
    known = finished_report(intake.store, kind, stream.sha256, version)
    if known is not None:
        report = IngestReport.model_validate({**known, "repeated": True})
        return _completed(intake, stream, version, report) if report.degraded else report
    if mapping is not None:
        write_mapping(
            intake.store, kind, header_sha256(names, owner=intake.owner), mapping, confirmed_by=actor
        )
    reading = Reading(kind, intake.region, said, read_key(intake.var_dir), intake.today, intake.owner)
    batch_id = begin_batch(intake.store, kind, stream.file, stream.sha256, version, owner=intake.owner)
    resumed, parts = _store_parts(intake, stream, reading, batch_id)
    vacancies, duplicates = _merge(intake, kind, batch_id, parts)
    report = IngestReport(
        batch_id=batch_id,
        file=stream.file,
        kind=kind,
        repeated=False,
        resumed_parts=resumed,
        **sum_parts(parts),
        vacancies=vacancies,
        duplicates=duplicates,
        columns=columns,
        mapping_confirmed=said is not None,
        refused_columns=stream.refused,
        report_file=_write_problems(intake, stream, parts),
        seconds=round(time.perf_counter() - started, 2),
    )
    finish_batch(intake.store, batch_id, report.model_dump(mode="json"))
    return report


def _completed(intake: Intake, stream: TableStream, version: str, report: IngestReport) -> IngestReport:
    """Code what a file brought while the encoder could not be used, if it can be used now."""
    batch_id = begin_batch(intake.store, report.kind, stream.file, stream.sha256, version, owner=intake.owner)
    try:
        coded = code_batch(
            intake.store, intake.coders, report.kind, batch_id, actor="ingest", progress=intake.step
        )
    except ENCODER_FAILURES as error:
        _log.warning("the encoder still fails, rows wait for their codes: %s", type(error).__name__)
        return report
    done = report.model_copy(update={"coded": coded, "degraded": False})
    finish_batch(intake.store, batch_id, done.model_dump(mode="json"))
    return done


def _store_parts(
    intake: Intake, stream: TableStream, reading: Reading, batch_id: int
) -> tuple[int, list[PartReport]]:
    """Store the parts that are not there yet; return how many were, and the reports of all."""
    done = {
        number: PartReport.model_validate(report)
        for number, report in committed_parts(intake.store, batch_id).items()
    }
    resumed = len(done)
    parts = PartIntake(intake.store, intake.coders, reading, batch_id, intake.executor)
    numbers: deque[int] = deque()
    waiting: deque[Kept] = deque()

    def unread() -> Iterator[RawTable]:
        for number, table in enumerate(stream.parts()):
            if number not in done:
                numbers.append(number)
                yield table

    def to_code() -> Iterator[Coding]:
        for table, normalised in normalise_ahead(unread(), reading, executor=intake.executor):
            kept = parts.keep(numbers.popleft(), table, normalised)
            waiting.append(kept)
            yield parts.prepare(kept, progress=intake.step)

    rows = sum(report.rows for report in done.values())
    for coded, degraded in intake.executor.map(code_part, to_code(), shared=intake.coders):
        kept = waiting.popleft()
        done[kept.number] = parts.write(kept, coded, degraded=degraded)
        rows += len(kept.table.frame)
        intake.step("读取、规范化、编码、写入", rows, stream.total_rows or 0)
    return resumed, [done[number] for number in sorted(done)]


def _merge(
    intake: Intake, kind: TableKind, batch_id: int, parts: Sequence[PartReport]
) -> tuple[int, dict[str, int]]:
    """Merge the postings of all employers in the file; return vacancies, and duplicates by source."""
    if kind is TableKind.PROFILE:
        return 0, {}
    released = {key for part in parts for key in part.released}
    keys = sorted(released | needs_in_batch(intake.store, batch_id))
    merged = merge_employers(
        intake.store,
        keys,
        executor=intake.executor,
        step=lambda done, total: intake.step("合并重复信息", done, total),
    )
    return merged.vacancies, merged.duplicates


def _write_problems(intake: Intake, stream: TableStream, parts: Sequence[PartReport]) -> str | None:
    """Write the row-level error report; return its file name, None when there is nothing to report."""
    listed = [problem for part in parts for problem in part.listed][:_LISTED]
    if not listed:
        return None
    name = f"{Path(stream.file).stem}-{stream.sha256[:8]}-问题清单.xlsx"
    with reported(intake.reports or intake.var_dir / "reports", stream.sha256, name) as path:
        write_error_report(
            path,
            listed,
            rows=sum(part.rows for part in parts),
            accepted=sum(part.accepted for part in parts),
            unlisted=sum(part.problems for part in parts) - len(listed),
        )
    return name


def _said_before(intake: Intake, kind: TableKind, names: list[str]) -> dict[str, str | None] | None:
    """Return what was said of such columns: by the owner, else by the office; never by another agency."""
    for owner in dict.fromkeys([intake.owner, OFFICE]):
        said = read_mapping(intake.store, kind, header_sha256(names, owner=owner))
        if said is not None:
            return said
    return None


def _version(mapping: Mapping[str, str | None] | None, owner: str) -> str:
    """Return what decides how a file is read: the parsers, what a person said of its columns, for whom."""
    version = PARSER_VERSION
    if mapping is not None:
        said = json.dumps(mapping, ensure_ascii=False, sort_keys=True)
        version += f"+{hashlib.sha256(said.encode()).hexdigest()[:12]}"
    return version if owner == OFFICE else f"{version}@{owner}"
