"""What a person says that the columns of a file mean, and what became of every column and why."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml

from data.errors import InputError
from data.sources.columns import CORRECTION, Column, TableKind, columns_of, is_refused, read_columns

__all__ = [
    "ColumnUse",
    "Reason",
    "check_mapping",
    "describe_mapping",
    "header_sha256",
    "kind_of",
    "read_mapping_file",
    "write_mapping_file",
]

_DIVIDER = "\x1f"


class Reason(StrEnum):
    """Why a column became what it did."""

    CONFIRMED = "confirmed"
    """A person said so."""
    ALIAS = "alias"
    """Its name is known."""
    IGNORED = "ignored"
    """It is not needed, says again what another column says, or a person said to leave it."""
    REFUSED = "refused"
    """It holds what may not be stored."""
    UNKNOWN = "unknown"
    """Nobody has heard of it."""

    @property
    def label(self) -> str:
        """The reason in Chinese."""
        return _LABELS[self]


_LABELS = {
    Reason.CONFIRMED: "人工确认",
    Reason.ALIAS: "按列名识别",
    Reason.IGNORED: "不使用",
    Reason.REFUSED: "不接收",
    Reason.UNKNOWN: "未识别",
}


@dataclass(frozen=True)
class ColumnUse:
    """What became of one column of a file."""

    column: str
    """Name of the column in the file."""
    field: str | None
    """Field that it became; nothing where it became none."""
    heading: str
    """Heading of that field in the template; empty where there is none."""
    reason: Reason
    """Why."""


def read_mapping_file(path: str | Path, kind: TableKind) -> dict[str, str | None]:
    """Read what a person says that columns mean.

    Parameters
    ----------
    path
        A YAML or JSON file that maps names of columns to fields; null leaves a column out.
    kind
        What the table is about.

    Returns
    -------
    dict of str to str or None
        Column of the file to the name of a field; a field may be given by its name or by its heading.

    Raises
    ------
    InputError
        ``mapping_missing``, ``mapping_unreadable`` or ``mapping_field_unknown``.
    """
    file = Path(path)
    if not file.is_file():
        raise InputError("mapping_missing", f"找不到列对应文件“{file.name}”", hint="请检查路径")
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise _unreadable(file.name) from error
    if not isinstance(content, dict):
        raise _unreadable(file.name)
    known = {key: column.name for column in columns_of(kind) for key in (column.heading, column.name)}
    wrong = [str(field) for field in content.values() if field is not None and str(field) not in known]
    if wrong:
        raise _unknown_field(wrong, kind)
    return {str(name): None if field is None else known[str(field)] for name, field in content.items()}


def check_mapping(
    mapping: Mapping[str, str | None],
    names: Sequence[str],
    kind: TableKind,
    *,
    refused: Sequence[str] = (),
) -> None:
    """Check what a person says against a file; what may not be stored stays out whatever is said.

    Parameters
    ----------
    mapping
        Column of the file to the name of a field, or to nothing.
    names
        Names of the columns of the file.
    kind
        What the table is about.
    refused
        Names of the columns that were dropped when the file was read.

    Raises
    ------
    InputError
        ``mapping_field_unknown``, ``mapping_column_unknown``, ``mapping_column_refused``, or
        ``mapping_field_twice`` where two columns become a field that takes one.
    """
    columns = {column.name: column for column in columns_of(kind)}
    wrong = [field for field in mapping.values() if field is not None and field not in columns]
    if wrong:
        raise _unknown_field(wrong, kind)
    missing = [name for name in mapping if name not in names and name not in refused]
    if missing:
        raise InputError(
            "mapping_column_unknown",
            f"列对应里的列在文件中没有：{'、'.join(missing)}",
            hint=f"文件中的列有：{'、'.join(names)}",
        )
    barred = [
        name
        for name, field in mapping.items()
        if field is not None and (name in refused or is_refused(name, kind))
    ]
    if barred:
        raise InputError(
            "mapping_column_refused",
            f"这些列不接收，不能对应到任何字段：{'、'.join(barred)}",
            hint="个人信息与不得用于招聘的条件不入库；请从列对应中删去，或写 null",
        )
    uses = Counter(field for field in mapping.values() if field is not None)
    twice = [
        columns[field].heading for field, count in uses.items() if count > 1 and not columns[field].joint
    ]
    if twice:
        raise InputError(
            "mapping_field_twice",
            f"有几列对应到同一字段：{'、'.join(twice)}",
            hint="这些字段只能取一列，其余的写 null",
        )


def describe_mapping(
    names: Sequence[str],
    kind: TableKind,
    *,
    mapping: Mapping[str, str | None] | None = None,
    refused: Sequence[str] = (),
) -> tuple[ColumnUse, ...]:
    """Tell what becomes of every column of a file, and why.

    Parameters
    ----------
    names
        Names of the columns of the file.
    kind
        What the table is about.
    mapping
        What a person said, checked before.
    refused
        Names of the columns that were dropped when the file was read.

    Returns
    -------
    tuple of ColumnUse
        One for each column in the order of the file, then those dropped.

    Examples
    --------
    >>> [use.reason.value for use in describe_mapping(["岗位名称", "性别", "班车"], TableKind.POSTING)]
    ['alias', 'refused', 'unknown']
    """
    said = mapping or {}
    found = read_columns(names, kind, mapping=mapping)
    headings = {column.name: column.heading for column in columns_of(kind)}
    uses = []
    for name in names:
        field = found.mapped.get(name)
        reason = Reason.UNKNOWN
        if field is not None:
            reason = Reason.CONFIRMED if name in said else Reason.ALIAS
        elif name in found.refused:
            reason = Reason.REFUSED
        elif name in found.ignored:
            reason = Reason.IGNORED
        uses.append(ColumnUse(name, field, headings[field] if field else "", reason))
    return (*uses, *(ColumnUse(name, None, "", Reason.REFUSED) for name in refused if name not in names))


def kind_of(names: Sequence[str]) -> TableKind:
    """Return what a table is about: what most of its columns belong to, postings where both are equal.

    Parameters
    ----------
    names
        Names of the columns as received.

    Returns
    -------
    TableKind
        Postings also where no name is known.

    Examples
    --------
    >>> kind_of(["档案编号", "求职岗位", "能力"]).value
    'profile'
    """
    return max(TableKind, key=lambda kind: len(set(read_columns(names, kind).mapped.values())))


def header_sha256(names: Sequence[str], *, owner: str = "") -> str:
    """Return what identifies a header of an owner's files: the names of its columns in their order.

    Parameters
    ----------
    names
        Names of the columns as received.
    owner
        The agency whose files they are; empty for the office.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    own = [name.strip() for name in names if name.strip() != CORRECTION]
    header = hashlib.sha256(_DIVIDER.join(own).encode()).hexdigest()
    return hashlib.sha256(f"{owner}/{header}".encode()).hexdigest() if owner else header


def write_mapping_file(path: str | Path, uses: Sequence[ColumnUse], kind: TableKind) -> None:
    """Write what became of the columns of a file as a mapping that can be edited and given back.

    Parameters
    ----------
    path
        Where to write: JSON where the name ends in ``.json``, else YAML with the reasons as remarks.
    uses
        What became of each column.
    kind
        What the table is about; the fields to choose from stand at the top of the YAML.
    """
    mapping = {use.column: use.field for use in uses if use.reason is not Reason.REFUSED}
    target = Path(path)
    if target.suffix.lower() == ".json":
        target.write_text(json.dumps(mapping, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return
    lines = [
        "# 左边是文件中的列，右边是字段；null 表示不使用这一列。改好后用 --mapping 传回。",
        *(f"#   {column.name}  {column.heading}" for column in columns_of(kind)),
    ]
    for use in uses:
        if use.reason is Reason.REFUSED:
            lines.append(f"# 不接收的列：{_quoted(use.column)}")
            continue
        remark = "，".join(filter(None, (use.heading, use.reason.label)))
        lines.append(f"{_quoted(use.column)}: {use.field or 'null'}  # {remark}")
    if not mapping:
        lines.append("{}")
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _quoted(name: str) -> str:
    """Return a name as a YAML string of one line, whatever stands in it."""
    return str(yaml.safe_dump(name, default_style='"', allow_unicode=True, width=math.inf)).strip()


def _unreadable(name: str) -> InputError:
    return InputError(
        "mapping_unreadable",
        f"列对应文件“{name}”读不出来",
        hint="应为 YAML 或 JSON，每行“文件中的列: 字段名”，不用的列写 null",
    )


def _unknown_field(wrong: Sequence[str], kind: TableKind) -> InputError:
    choices: Sequence[Column] = columns_of(kind)
    listed = "、".join(f"{column.name}（{column.heading}）" for column in choices)
    return InputError(
        "mapping_field_unknown", f"没有这样的字段：{'、'.join(wrong)}", hint=f"可用的字段：{listed}"
    )
