"""Tables of a stranger's file, read once and written down plainly for whoever takes them over.

Reading is where a file can do harm. It is done apart (:mod:`data.sources.confined`), and what comes of it is
text in parquet files, part by part: whoever goes on needs memory for one part only, whatever the file was.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.sources.faults import too_large
from data.sources.names import shown_name
from data.sources.raw import RawTable
from data.sources.stream import PART_ROWS, TableStream, open_tables

__all__ = ["read_spool", "write_spool"]

_CONTENTS: Final = "contents.json"
_ROW: Final = "\x1frow"
_MOST_GROWTH: Final = 2


def write_spool(
    path: Path,
    name: str,
    folder: Path,
    max_bytes: int,
    today: dt.date,
    *,
    part_rows: int = PART_ROWS,
) -> int:
    """Read all tables of a file and write them to a folder.

    Parameters
    ----------
    path
        The file.
    name
        What it is called where it is shown; tables in an archive keep the names that they have there.
    folder
        A folder without anything in it.
    max_bytes
        Most bytes of the file, unpacked, as :func:`data.sources.stream.open_tables` means it; the text of all
        cells together may take twice as much.
    today
        For a résumé: the day up to which a job that is still held counts.
    part_rows
        Most rows of a part.

    Returns
    -------
    int
        Number of rows.

    Raises
    ------
    FileProblem
        As for :func:`data.sources.stream.open_tables`.
    """
    left = max_bytes * _MOST_GROWTH
    described = []
    tables = open_tables(path, max_bytes=max_bytes, today=today, part_rows=part_rows)
    for number, stream in enumerate(tables):
        shown = shown_name(name if stream.file == path.name else stream.file)
        parts: list[dict[str, Any]] = []
        for table in stream.parts():
            target = folder / f"{number}-{len(parts)}.parquet"
            left -= _write_part(table, target)
            if left < 0:
                raise too_large(shown, max_bytes)
            parts.append(_described(table, target.name))
        described.append({**_head(stream), "file": shown, "parts": parts})
    text = json.dumps(described, ensure_ascii=False)
    (folder / _CONTENTS).write_text(text, encoding="utf-8")
    return sum(part["rows"] for each in described for part in each["parts"])


def read_spool(folder: Path) -> list[TableStream]:
    """Return the tables that were written to a folder; their parts are those of the file itself.

    Parameters
    ----------
    folder
        Where :func:`write_spool` wrote them.
    """
    described = json.loads((folder / _CONTENTS).read_text(encoding="utf-8"))
    return [_stream(folder, each) for each in described]


def _head(stream: TableStream) -> dict[str, Any]:
    return {
        "sha256": stream.sha256,
        "sheet": stream.sheet,
        "columns": list(stream.columns),
        "refused": list(stream.refused),
    }


def _described(table: RawTable, file: str) -> dict[str, Any]:
    evidence = {
        str(row): {field: [dict(span) for span in spans] for field, spans in fields.items()}
        for row, fields in table.evidence.items()
    }
    return {
        "file": file,
        "rows": len(table.frame),
        "misaligned": list(table.misaligned),
        "evidence": evidence,
    }


def _write_part(table: RawTable, target: Path) -> int:
    """Write the rows of a part as columns of text; return how many bytes they take."""
    frame = table.frame
    columns = [pa.array(frame.iloc[:, i].tolist(), pa.large_string()) for i in range(frame.shape[1])]
    numbers = pa.array(frame.index.tolist(), pa.int64())
    written = pa.table([numbers, *columns], names=[_ROW, *map(str, frame.columns)])
    pq.write_table(written, target, compression="zstd")
    return int(written.nbytes)


def _stream(folder: Path, described: dict[str, Any]) -> TableStream:
    head = RawTable(
        frame=pd.DataFrame(),
        file=described["file"],
        sha256=described["sha256"],
        sheet=described["sheet"],
        refused=tuple(described["refused"]),
    )
    return TableStream(
        file=head.file,
        sha256=head.sha256,
        sheet=head.sheet,
        columns=tuple(described["columns"]),
        refused=head.refused,
        total_rows=sum(part["rows"] for part in described["parts"]),
        _read=partial(_parts, folder, head, described["parts"]),
    )


def _parts(folder: Path, head: RawTable, parts: list[dict[str, Any]]) -> Iterator[RawTable]:
    for part in parts:
        table = pq.read_table(folder / part["file"])
        index = pd.Index(table.column(0).to_pylist(), dtype="int64", name="row")
        names = table.column_names[1:]
        cells = {i: table.column(i + 1).to_pylist() for i in range(len(names))}
        frame = pd.DataFrame(cells, index=index, dtype=object)
        frame.columns = pd.Index(names, dtype=object)
        yield replace(
            head,
            frame=frame,
            misaligned=tuple(part["misaligned"]),
            evidence={int(row): fields for row, fields in part["evidence"].items()},
        )
