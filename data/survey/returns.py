"""Returns of a survey: read from a file, kept apart from everything else."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from data.database import inserted_id
from data.errors import FileProblem
from data.normalise.text import clean
from data.records import Record
from data.survey.forms import Form, Item, ItemKind
from data.survey.schema import answer, form_return
from data.survey.store import SurveyStore

__all__ = ["Return", "ReturnFile", "read_returns", "write_returns"]

_UNIT, _PERIOD = "单位编码", "填报期"
_WORKBOOKS = frozenset({".xlsx", ".xls"})
_A_PERIOD = re.compile(r"\d{4}(?:Q[1-4]|H[12]|-(?:0[1-9]|1[0-2]))?")


class Return(Record):
    """What one unit reports for one period."""

    unit_code: str
    """Code of the unit."""
    period: str
    """The period: ``2026``, ``2026H1``, ``2026Q1`` or ``2026-03``."""
    numbers: dict[str, float]
    """Item to number; items left empty are missing."""
    categories: dict[str, str]
    """Item to category."""


class ReturnFile(Record):
    """A file of returns."""

    sha256: str
    """Hash of the file."""
    returns: tuple[Return, ...]
    """One for each row."""


def read_returns(path: Path, described: Form) -> ReturnFile:
    """Read a file of returns; one bad cell refuses the file, for a total of the rest would be wrong.

    Parameters
    ----------
    path
        An xlsx or csv file with the columns 单位编码, 填报期 and one for each item, by code or name.
    described
        The form.

    Raises
    ------
    FileProblem
        ``returns_unreadable``, ``columns_missing`` or ``returns_invalid``, the last with rows and columns.
    """
    content, frame = _read_table(path)
    columns = _columns(frame, described, path)
    problems: list[str] = []
    returns = tuple(
        _read_row(number, {str(name): clean(str(value)) for name, value in row.items()}, columns, problems)
        for number, row in zip(range(2, len(frame) + 2), frame.to_dict("records"), strict=True)
    )
    keys = [(each.unit_code, each.period) for each in returns]
    if len(set(keys)) < len(keys):
        problems.append("同一单位同一填报期出现了两次")
    if problems or not returns:
        shown = "；".join(problems[:5]) or "没有数据行"
        raise FileProblem("returns_invalid", f"{path.name} 未收：{shown}", hint="改正后重新上传整个文件")
    return ReturnFile(sha256=hashlib.sha256(content).hexdigest(), returns=returns)


def write_returns(store: SurveyStore, form_number: str, file: ReturnFile) -> int:
    """Keep returns, all or none; a unit's later return for a period takes the place of the earlier.

    Returns
    -------
    int
        Number of returns that took another's place.
    """
    replaced = 0
    with store.begin() as connection:
        for each in file.returns:
            replaced += _forget(connection, form_number, each)
            inserted = connection.execute(
                form_return.insert().values(
                    form_number=form_number,
                    unit_code=each.unit_code,
                    period=each.period,
                    received_at=dt.datetime.now(dt.UTC),
                    file_sha256=file.sha256,
                )
            )
            number = inserted_id(inserted)
            rows: list[dict[str, Any]] = [
                *({"item": item, "number": value, "category": None} for item, value in each.numbers.items()),
                *({"item": item, "number": None, "category": name} for item, name in each.categories.items()),
            ]
            if rows:
                connection.execute(answer.insert(), [{"return_id": number, **row} for row in rows])
    return replaced


def _read_table(path: Path) -> tuple[bytes, pd.DataFrame]:
    try:
        content = path.read_bytes()
        if path.suffix.lower() in _WORKBOOKS:
            frame = pd.read_excel(io.BytesIO(content), dtype=str, engine="calamine")
        else:
            frame = pd.read_csv(io.BytesIO(content), dtype=str, encoding=_encoding(content))
    except Exception as error:
        raise FileProblem("returns_unreadable", f"读不了 {path}", hint="给出 xlsx 或 csv 文件") from error
    return content, frame.fillna("")


def _encoding(content: bytes) -> str:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _columns(frame: pd.DataFrame, described: Form, path: Path) -> dict[str, Item]:
    """Return which column answers which item."""
    known = {name: item for item in described.items for name in (item.label, item.code)}
    columns = {str(name): known[clean(str(name))] for name in frame.columns if clean(str(name)) in known}
    asked = {item.code for item in described.items}
    missing = [name for name in (_UNIT, _PERIOD) if name not in frame.columns]
    missing += sorted(asked - {item.code for item in columns.values()})
    if missing:
        raise FileProblem(
            "columns_missing",
            f"{path.name} 缺少列：{'、'.join(missing)}",
            hint="按调查表的指标代码或名称命名列",
        )
    return columns


def _read_row(row: int, cells: dict[str, str], columns: dict[str, Item], problems: list[str]) -> Return:
    numbers: dict[str, float] = {}
    categories: dict[str, str] = {}
    unit, period = cells[_UNIT], cells[_PERIOD].upper()
    if not unit:
        problems.append(f"第{row}行没有单位编码")
    if not _A_PERIOD.fullmatch(period):
        problems.append(f"第{row}行填报期“{period}”应如 2026、2026H1、2026Q1、2026-03")
    for name, item in columns.items():
        if not cells[name]:
            continue
        if item.kind is ItemKind.CATEGORY:
            categories[item.code] = cells[name]
        elif (value := _number(cells[name])) is None:
            problems.append(f"第{row}行“{name}”不是数：{cells[name][:20]}")
        else:
            numbers[item.code] = value
    return Return(unit_code=unit, period=period, numbers=numbers, categories=categories)


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _forget(connection: sa.Connection, form_number: str, given: Return) -> int:
    query = sa.select(form_return.c.return_id).where(
        form_return.c.form_number == form_number,
        form_return.c.unit_code == given.unit_code,
        form_return.c.period == given.period,
    )
    known: Sequence[int] = connection.execute(query).scalars().all()
    connection.execute(answer.delete().where(answer.c.return_id.in_(known)))
    connection.execute(form_return.delete().where(form_return.c.return_id.in_(known)))
    return len(known)
