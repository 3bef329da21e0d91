"""Errata: single fields of published entries put right, with the old value beside the new."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field, ValidationError

from data.catalogue.entries import AnyCatalogue, Entry, ShortageEntry
from data.catalogue.rules import level_text
from data.errors import InputError, RefusedError, UnknownName
from data.records import Record
from data.regions.faults import describe_faults

__all__ = ["CORRECTION_WORKDAYS", "Erratum", "apply_errata"]

CORRECTION_WORKDAYS = 5
"""Working days within which a mistake that was found has to be corrected."""

FIXED = frozenset(
    {
        "entry_id", "seq", "section", "synthetic", "method_version", "snapshot", "vacancy_ids", "posting_ids",
        "route",
    }
)  # fmt: skip
"""Fields that say what an entry is and where it comes from: a change of these is a new edition."""


class Erratum(Record):
    """One field put right (勘误)."""

    entry_id: Annotated[str, Field(min_length=1)]
    """The entry."""
    field: Annotated[str, Field(min_length=1)]
    """The field."""
    old: Any
    """Value as published."""
    new: Any
    """Value that is right."""
    reason: Annotated[str, Field(min_length=1)]
    """What went wrong."""
    found_on: dt.date
    """Day on which the mistake was found or an objection was accepted."""


def apply_errata(catalogue: AnyCatalogue, errata: Sequence[Erratum]) -> AnyCatalogue:
    """Return a catalogue with fields put right.

    Parameters
    ----------
    catalogue
        The catalogue as published; it is not changed.
    errata
        What to put right, in order; none changes nothing.

    Returns
    -------
    Catalogue
        All else as it was.

    Raises
    ------
    UnknownName
        An entry or field does not exist.
    RefusedError
        The field may not be corrected, the old value is not what was published, nothing would change, or
        the stars and their words would part.
    InputError
        The new value does not fit the field.
    """
    entries = {entry.entry_id: entry for entry in catalogue.entries}
    for erratum in errata:
        entries[erratum.entry_id] = _corrected(_entry_of(entries, erratum), erratum)
    for entry in {erratum.entry_id: entries[erratum.entry_id] for erratum in errata}.values():
        _check_words(entry)
    return catalogue.model_copy(update={"entries": tuple(entries.values())})


def _entry_of(entries: dict[str, Entry], erratum: Erratum) -> Entry:
    entry = entries.get(erratum.entry_id)
    if entry is None:
        raise UnknownName(
            "entry_unknown", f"本版没有条目 {erratum.entry_id}", hint="条目编码见目录或 yingcai edition show"
        )
    if erratum.field not in type(entry).model_fields:
        raise UnknownName(
            "field_unknown", f"条目没有栏目 {erratum.field}", hint=f"可勘误：{'、'.join(_open_fields(entry))}"
        )
    return entry


def _corrected(entry: Entry, erratum: Erratum) -> Entry:
    if erratum.field in FIXED:
        raise RefusedError(
            "field_fixed",
            f"栏目 {erratum.field} 说明条目是什么、出自哪里，不能勘误",
            hint="重新编制一版",
        )
    content = entry.model_dump(mode="json")
    if content[erratum.field] != erratum.old:
        raise RefusedError(
            "old_value_differs",
            f"{erratum.entry_id} 的 {erratum.field} 已发布的值是 {content[erratum.field]!r}，"
            f"不是 {erratum.old!r}",
            hint="先核对已发布的目录",
        )
    if erratum.new == erratum.old:
        raise RefusedError("nothing_to_correct", f"{erratum.field} 的新值与原值相同", hint="无需勘误")
    try:
        return type(entry).model_validate({**content, erratum.field: erratum.new})
    except ValidationError as error:
        raise InputError(
            "new_value_unusable", f"新值不能用：{describe_faults(error)}", hint="按该栏目的类型填写"
        ) from error


def _check_words(entry: Entry) -> None:
    if isinstance(entry, ShortageEntry) and entry.level != level_text(entry.star):
        raise RefusedError(
            "level_contradicts_star",
            f"{entry.entry_id} 的星级 {entry.star} 与等级“{entry.level}”不一致",
            hint="star 与 level 一并勘误",
        )


def _open_fields(entry: Entry) -> list[str]:
    return [name for name in type(entry).model_fields if name not in FIXED]
