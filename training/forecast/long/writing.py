"""Write the forecasts of a long table: months, sums over the horizon, and the reasons of every status."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from data.errors import InputError
from training.forecast.long.run import LongForecast
from training.forecast.result import FIGURES

__all__ = ["OUT_COLUMNS", "STATUS_COLUMNS", "SUMS_COLUMNS", "OutFiles", "out_files", "write_long"]

OUT_COLUMNS = ("series_id", "month", *FIGURES, "method", "status")
"""Columns of the months: one row per series and month ahead, a refused series included."""
SUMS_COLUMNS = ("series_id", "first_month", "last_month", *FIGURES, "method", "status")
"""Columns of the sums over the horizon: one row per series."""
STATUS_COLUMNS = ("series_id", "status", "code", "have", "need", "message")
"""Columns of the reasons: one row per series and reason; an empty ``code`` where there is none."""
_SUFFIXES = (".csv", ".parquet")
_MARK = b"\xef\xbb\xbf"


class OutFiles(NamedTuple):
    """The files of one forecast."""

    months: Path
    """The months, csv or parquet."""
    sums: Path
    """The sums over the horizon, csv."""
    status: Path
    """The reasons, csv."""


def out_files(path: Path, *, source: Path) -> OutFiles:
    """Name the files of a forecast and refuse those that cannot be written.

    Parameters
    ----------
    path
        The file of the months, .csv or .parquet.
    source
        The long table, which must not be overwritten.

    Returns
    -------
    OutFiles
        The sums and the reasons lie beside the months, named after them.

    Raises
    ------
    InputError
        ``forecast_out`` for another ending, the name of the long table or a folder that is not there.
    """
    files = OutFiles(path, path.with_name(f"{path.stem}.sums.csv"), path.with_name(f"{path.stem}.status.csv"))
    if path.suffix.lower() not in _SUFFIXES:
        raise InputError("forecast_out", f"输出文件“{path.name}”的格式不支持", hint="用 .csv 或 .parquet")
    if source.resolve() in {file.resolve() for file in files}:
        raise InputError("forecast_out", f"输出会覆盖输入文件“{source.name}”", hint="请换一个文件名")
    if not path.parent.is_dir():
        raise InputError("forecast_out", f"输出文件夹“{path.parent}”不存在", hint="请先建立文件夹")
    return files


def write_long(forecast: LongForecast, files: OutFiles) -> None:
    """Write a forecast; each file is whole or not there.

    Parameters
    ----------
    forecast
        The forecast.
    files
        Where it goes; files that are there are replaced.
    """
    months = _months(forecast)
    if files.months.suffix.lower() == ".parquet":
        _put(files.months, lambda draft: pq.write_table(months, draft))
    else:
        _put(files.months, lambda draft: _write_csv(months, draft))
    sums, reasons = _sums(forecast), _reasons(forecast)
    _put(files.sums, lambda draft: _write_csv(sums, draft))
    _put(files.status, lambda draft: _write_csv(reasons, draft, mark=_MARK))


def _put(path: Path, write: Callable[[Path], None]) -> None:
    unfinished = path.with_name(f"{path.name}.part")
    try:
        write(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _write_csv(table: pa.Table, path: Path, *, mark: bytes = b"") -> None:
    """Write csv in UTF-8; the texts for people carry the mark that spreadsheets look for."""
    with path.open("wb") as file:
        file.write(mark)
        options = pyarrow.csv.WriteOptions(quoting_style="needed", quoting_header="needed")
        pyarrow.csv.write_csv(table, file, options)


def _months(forecast: LongForecast) -> pa.Table:
    """Lay the months out, one row per series and month ahead."""
    steps = len(forecast.months)
    labels = [f"{month:%Y-%m}" for month in forecast.months]
    columns = {
        "series_id": _repeated(forecast.ids, steps),
        "month": pa.DictionaryArray.from_arrays(np.tile(np.arange(steps), len(forecast.ids)), labels),
        **_figures(forecast, slice(0, steps)),
        "method": _repeated(forecast.method, steps),
        "status": _repeated([str(status) for status in forecast.status], steps),
    }
    return _table(columns, OUT_COLUMNS)


def _sums(forecast: LongForecast) -> pa.Table:
    """Lay the sums over the horizon out, one row per series."""
    count = len(forecast.ids)
    columns = {
        "series_id": _repeated(forecast.ids, 1),
        "first_month": pa.repeat(f"{forecast.months[0]:%Y-%m}", count),
        "last_month": pa.repeat(f"{forecast.months[-1]:%Y-%m}", count),
        **_figures(forecast, slice(-1, None)),
        "method": _repeated(forecast.method, 1),
        "status": _repeated([str(status) for status in forecast.status], 1),
    }
    return _table(columns, SUMS_COLUMNS)


def _reasons(forecast: LongForecast) -> pa.Table:
    """Lay the reasons out in the order of the series; one without any keeps an empty row."""
    rows = [(one.row, one.finding.reason) for one in forecast.noted]
    silent = set(range(len(forecast.ids))).difference(row for row, _ in rows)
    nothing = {"code": None, "have": None, "need": None, "message": None}
    listed = sorted([*rows, *((row, nothing) for row in silent)], key=lambda pair: pair[0])
    columns = {
        "series_id": pa.array([forecast.ids[row] for row, _ in listed], pa.string()),
        "status": pa.array([str(forecast.status[row]) for row, _ in listed], pa.string()),
        "code": pa.array([reason["code"] for _, reason in listed], pa.string()),
        "message": pa.array([reason["message"] for _, reason in listed], pa.string()),
    }
    for name in ("have", "need"):
        columns[name] = pa.array([reason[name] for _, reason in listed], pa.float64(), from_pandas=True)
    return _table(columns, STATUS_COLUMNS)


def _repeated(
    values: Sequence[str] | np.ndarray[tuple[int, ...], np.dtype[np.object_]], steps: int
) -> pa.Array:
    """Return texts, each as often as there are steps; empty text becomes empty."""
    words = pa.array([value or None for value in values], pa.string())
    return words.take(pa.array(np.repeat(np.arange(len(words)), steps)))


def _figures(forecast: LongForecast, quantities: slice) -> dict[str, pa.Array]:
    """Return the mean and the four bounds as columns; NaN becomes empty."""
    parts = [forecast.mean[:, quantities], *np.moveaxis(forecast.bounds[:, quantities], 2, 0)]
    return {
        name: pa.array(np.ascontiguousarray(part).ravel(), pa.float64(), from_pandas=True)
        for name, part in zip(FIGURES, parts, strict=True)
    }


def _table(columns: dict[str, pa.Array], names: Sequence[str]) -> pa.Table:
    plain = {
        name: column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        for name, column in columns.items()
    }
    return pa.table({name: plain[name] for name in names})
