"""Read a long table: csv in any usual encoding, or parquet, of millions of rows."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from data.errors import FileProblem, InputError
from data.sources.delimited import find_delimiter
from data.sources.encoding import find_encoding
from data.sources.faults import corrupt, empty
from data.sources.packing import Content, find_contents
from training.forecast.demand import Floats, Integers
from training.forecast.long.months import parse_month
from training.forecast.long.table import NO_MONTH, Flags, LongTable, Parents

__all__ = ["LONG_COLUMNS", "PARENT_COLUMN", "long_table", "read_long"]

LONG_COLUMNS = ("series_id", "month", "value")
"""Columns that a long table must have."""
PARENT_COLUMN = "parent_id"
"""Column that it may have: the series above, by whose forecasts it adds up."""
_TEXTS = (".csv", ".tsv", ".txt")
_MOST_BYTES = 2_000_000_000
_HEAD = 1 << 16
_NOTHING = ("", "nan", "null", "none", "na", "n/a", "nat")


class _Columns(NamedTuple):
    """The columns of a file as they stand, and the lines that could not be read."""

    columns: dict[str, pa.ChunkedArray]
    broken: int


def read_long(path: Path) -> LongTable:
    """Read a long table.

    Parameters
    ----------
    path
        csv, tsv (UTF-8, GB 18030, UTF-16 …) or parquet, or a gz or zip of one; columns ``series_id``,
        ``month``, ``value`` and optionally ``parent_id``; others are ignored.

    Returns
    -------
    LongTable
        Cells that cannot be read are marked, not refused; a csv line with a wrong number of cells is left
        out and counted.

    Raises
    ------
    FileProblem
        When the file is missing, empty, damaged or of another format.
    InputError
        ``long_columns`` when a column is missing or stands twice; ``long_empty`` without any row;
        ``long_no_series`` when no row names its series.
    """
    contents = find_contents(path, max_bytes=_MOST_BYTES, whole=True)
    if len(contents) != 1:
        raise FileProblem("format_unknown", f"“{path.name}”里有 {len(contents)} 个表格", hint="只放一个长表")
    content = contents[0]
    if content.suffix == ".parquet":
        found = _parquet(content)
    elif content.suffix in _TEXTS:
        found = _delimited(content)
    else:
        raise FileProblem("format_unknown", f"长表“{content.name}”的格式不支持", hint="用 .csv 或 .parquet")
    return long_table(found.columns, broken=found.broken, name=content.name)


def long_table(
    columns: Mapping[str, pa.ChunkedArray | pa.Array], *, broken: int = 0, name: str = "长表"
) -> LongTable:
    """Build a long table from columns of any type.

    Parameters
    ----------
    columns
        Arrow columns by name, equally long.
    broken
        Lines that were left out on the way.
    name
        What messages call the table.

    Returns
    -------
    LongTable
        Rows without a series are left out and counted.

    Raises
    ------
    InputError
        ``long_columns``, ``long_empty``, ``long_no_series`` or ``long_type``.

    Examples
    --------
    >>> table = long_table(
    ...     {"series_id": pa.array(["a"]), "month": pa.array(["2023年6月"]), "value": pa.array(["12"])}
    ... )
    >>> table.ids, table.value.tolist()
    (('a',), [12.0])
    """
    missing = [column for column in LONG_COLUMNS if column not in columns]
    if missing:
        raise InputError(
            "long_columns",
            f"“{name}”缺少列：{'、'.join(missing)}；现有列：{'、'.join(list(columns)[:20]) or '无'}",
            hint="长表须有 series_id、month、value 三列，可另有 parent_id",
        )
    if len(columns["series_id"]) == 0:
        lost = f"，另有 {broken} 行的单元格数与表头不符" if broken else ""
        raise InputError("long_empty", f"“{name}”没有任何数据行{lost}", hint="请检查文件是否保存完整")
    ids = _texts(columns["series_id"], "series_id", trimmed=False)
    named = pc.is_valid(ids)
    kept = {column: columns[column].filter(named) for column in columns if column != "series_id"}
    encoded = _encoded(ids.filter(named))
    if len(encoded.words) == 0:
        raise InputError("long_no_series", f"“{name}”的 series_id 全部为空", hint="每行须写明属于哪个序列")
    value, not_number = _numbers(kept["value"])
    return LongTable(
        ids=encoded.words,
        series=encoded.codes,
        month=_months(kept["month"]),
        value=value,
        not_number=not_number,
        parents=_parents(kept.get(PARENT_COLUMN), encoded),
        nameless=len(ids) - len(encoded.codes),
        broken=broken,
    )


def _parquet(content: Content) -> _Columns:
    try:
        with content.open() as stream:
            table = pq.read_table(pa.BufferReader(stream.read()))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise corrupt(content.name) from error
    return _named(table.column_names, table.columns, 0, content.name)


def _delimited(content: Content) -> _Columns:
    """Read a csv file, every cell as text; lines with a wrong number of cells are counted."""
    raw = content.read(max_bytes=_MOST_BYTES)
    if not raw.isascii():
        raw = raw.decode(find_encoding(content), errors="replace").encode()
    raw = raw.lstrip()
    if not raw:
        raise empty(content.name)
    head = raw[:_HEAD].decode("utf-8", errors="replace")
    mark = find_delimiter(head, content.suffix)
    names = [name.strip() for name in next(csv.reader(head.splitlines()[:1], delimiter=mark))]
    columns = [f"{position}" for position in range(len(names))]
    broken: list[int] = []

    def skip(row: Any) -> str:
        broken.append(row.actual_columns)
        return "skip"

    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(raw),
            read_options=pyarrow.csv.ReadOptions(column_names=columns, skip_rows=1, use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(delimiter=mark, invalid_row_handler=skip),
            convert_options=pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string())),
        )
    except pa.ArrowException as error:
        raise corrupt(content.name) from error
    return _named(names, table.columns, len(broken), content.name)


def _named(names: list[str], columns: list[pa.ChunkedArray], broken: int, name: str) -> _Columns:
    """Pair columns with their names; one that is used may not stand twice."""
    plain = [each.strip().lower() for each in names]
    twice = [each for each in (*LONG_COLUMNS, PARENT_COLUMN) if plain.count(each) > 1]
    if twice:
        stated = "、".join(twice)
        raise InputError("long_columns", f"“{name}”中这些列出现多次：{stated}", hint="每列只保留一个")
    return _Columns(dict(zip(plain, columns, strict=True)), broken)


class _Encoded(NamedTuple):
    """Distinct texts in the order in which they first come, and the position of each row's."""

    words: tuple[str, ...]
    codes: Integers
    """-1 for an empty cell."""


def _encoded(texts: pa.ChunkedArray) -> _Encoded:
    coded = texts.combine_chunks().dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return _Encoded(tuple(coded.dictionary.to_pylist()), codes.astype(np.int64))


def _texts(column: pa.ChunkedArray | pa.Array, name: str, *, trimmed: bool = True) -> pa.ChunkedArray:
    """Return cells as text, trimmed unless it is a name, null where nothing stands."""
    column = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
    try:
        if pa.types.is_timestamp(column.type) and column.type.tz is not None:
            column = pc.local_timestamp(column)
        plain = pc.cast(column, pa.string())
        texts = pc.utf8_trim_whitespace(plain)
    except pa.ArrowException as error:
        raise InputError(
            "long_type", f"列 {name} 的类型 {column.type} 不能使用", hint="请用文字、数字或日期类型"
        ) from error
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts if trimmed else plain)


def _months(column: pa.ChunkedArray) -> Integers:
    """Read each distinct text once."""
    encoded = _encoded(_texts(column, "month"))
    numbers = [parse_month(word) for word in encoded.words]
    known = np.array([NO_MONTH if number is None else number for number in numbers] + [NO_MONTH])
    return np.asarray(known[encoded.codes], dtype=np.int64)


def _numbers(column: pa.ChunkedArray) -> tuple[Floats, Flags]:
    """Return values, and where something stands that is no number."""
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _array(pc.cast(column, pa.float64(), safe=False)), np.zeros(len(column), dtype=bool)
    texts = _texts(column, "value")
    try:
        return _array(pc.cast(texts, pa.float64())), np.zeros(len(column), dtype=bool)
    except pa.ArrowInvalid:
        words: pd.Series[Any] = texts.to_pandas()
    values = np.asarray(pd.to_numeric(words, errors="coerce"), dtype=float)
    stated = words.notna() & ~words.str.lower().isin(_NOTHING)
    return values, np.isnan(values) & stated.to_numpy(dtype=bool)


def _array(column: pa.ChunkedArray) -> Floats:
    return np.array(column.to_numpy(), dtype=float)


def _parents(column: pa.ChunkedArray | None, series: _Encoded) -> Parents:
    """Return the parent that the rows of each series name."""
    count = len(series.words)
    if column is None:
        return Parents((None,) * count, (None,) * count)
    stated = _encoded(_texts(column, PARENT_COLUMN, trimmed=False))
    highest = np.full(count, -1, dtype=np.int64)
    lowest = np.full(count, len(stated.words), dtype=np.int64)
    given = stated.codes >= 0
    np.maximum.at(highest, series.codes[given], stated.codes[given])
    np.minimum.at(lowest, series.codes[given], stated.codes[given])
    lowest[lowest >= highest] = -1
    words = (*stated.words, None)
    return Parents(*(tuple(words[code] for code in codes.tolist()) for codes in (highest, lowest)))
