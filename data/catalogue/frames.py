"""Check the tables that a catalogue is built from and bring them to the state of one day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from data.catalogue.entries import DemandStatus
from data.catalogue.period import Period
from data.errors import InputError
from data.records import Outcome

__all__ = [
    "EVERGREEN_DAYS",
    "OPTIONAL_COLUMNS",
    "PROFILE_COLUMNS",
    "VACANCY_COLUMNS",
    "Spells",
    "active_profiles",
    "read_spells",
    "with_applicants",
]

EVERGREEN_DAYS = 180
"""A vacancy whose end nobody reported counts as lapsed after this many days."""

VACANCY_COLUMNS = (
    "vacancy_id", "posting_ids", "employer", "employer_is_agency", "title", "occupation_code",
    "occupation_name", "key_industry", "place_code", "heads", "opened_on", "closed_on", "outcome",
    "start_by", "valid_until", "salary_low", "salary_high", "education", "skill_level", "experience_low",
    "experience_high", "skills", "duties", "majors", "engagement", "synthetic",
)  # fmt: skip
"""Columns of the table of vacancies."""
OPTIONAL_COLUMNS = ("applicants", "suitable_applicants", "employer_size")
"""Columns of the same table that not every source has; what is absent counts as unknown."""
PROFILE_COLUMNS = ("profile_id", "occupation_code", "place_code", "active_on", "synthetic")
"""Columns of the table of profiles."""

DATES = ("opened_on", "closed_on", "start_by", "valid_until")
NUMBERS = (
    "heads", "salary_low", "salary_high", "experience_low", "experience_high", "applicants",
    "suitable_applicants",
)  # fmt: skip
TEXTS = (
    "occupation_code", "occupation_name", "key_industry", "place_code", "education", "skill_level",
    "employer_size",
)  # fmt: skip
TUPLES = ("posting_ids", "skills", "majors", "engagement")
ENDED = (Outcome.FILLED, Outcome.UNFILLED, Outcome.WITHDRAWN)


@dataclass(frozen=True)
class Spells:
    """Vacancies of the four quarters, as they stood on the last day, and what was left out."""

    frame: pd.DataFrame
    """One row per vacancy in order of ``vacancy_id``, with ``end`` and ``status`` added."""
    received: int
    """Vacancies given."""
    undated: int
    """Left out: no opening day."""
    outside: int
    """Left out: opened later, or ended before the four quarters."""


def with_applicants(vacancies: pd.DataFrame, applicants: pd.DataFrame) -> pd.DataFrame:
    """Add the counts of applicants that came apart from the vacancies.

    Parameters
    ----------
    vacancies
        Table with ``VACANCY_COLUMNS``; it is not changed.
    applicants
        Columns ``vacancy_id``, ``applicants`` and ``suitable_applicants``; either count may be missing.

    Returns
    -------
    DataFrame
        The vacancies; those that ``applicants`` does not name have no count.

    Raises
    ------
    InputError
        When ``vacancy_id`` is missing, stands twice or no count is given.
    """
    counts = [name for name in ("applicants", "suitable_applicants") if name in applicants.columns]
    if "vacancy_id" not in applicants.columns or not counts:
        raise InputError(
            "missing_columns",
            "应聘人数表缺少列：vacancy_id 以及 applicants 或 suitable_applicants",
            hint="请按需求编号给出应聘人数",
        )
    if applicants["vacancy_id"].duplicated().any():
        twice = applicants.loc[applicants["vacancy_id"].duplicated(), "vacancy_id"].iloc[0]
        raise InputError("repeated_key", f"应聘人数表中 vacancy_id 重复：{twice}", hint="请先去重")
    kept = vacancies.drop(columns=counts, errors="ignore")
    return kept.merge(applicants[["vacancy_id", *counts]], on="vacancy_id", how="left")


def read_spells(vacancies: pd.DataFrame, period: Period) -> Spells:
    """Check the vacancies and keep those of the period.

    Parameters
    ----------
    vacancies
        Table with ``VACANCY_COLUMNS``; it is not changed.
    period
        The four quarters.

    Returns
    -------
    Spells
        What happened after the last day is not known in it: an end that lies later is no end. Empty
        input gives an empty frame.

    Raises
    ------
    InputError
        When a column is missing, a vacancy stands twice or a value has the wrong type.
    """
    table = _checked(vacancies, VACANCY_COLUMNS, "需求表", "vacancy_id", OPTIONAL_COLUMNS)
    table = _typed(table)
    table = _as_it_stood(table, period.as_of)
    table["status"] = _status(table, period.as_of)
    table["end"] = _end(table, period.as_of)
    undated = table["opened_on"].isna()
    inside = (table["opened_on"] <= period.as_of) & (table["end"] >= period.start)
    kept = table[inside].reset_index(drop=True)
    return Spells(kept, len(table), int(undated.sum()), int((~inside & ~undated).sum()))


def active_profiles(profiles: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Select profiles with an occupation that were confirmed within the last six months of the period.

    Parameters
    ----------
    profiles
        Table with ``PROFILE_COLUMNS``; it is not changed.
    period
        The four quarters.

    Returns
    -------
    DataFrame
        Columns ``occupation_code``, ``place_code`` and ``synthetic``; empty for empty input.

    Raises
    ------
    InputError
        When a column is missing or a profile stands twice.
    """
    table = _checked(profiles, PROFILE_COLUMNS, "人才表", "profile_id")
    active_on = _dates(table["active_on"], "active_on")
    active = (active_on >= period.half_year) & (active_on <= period.as_of)
    kept = table.loc[
        active & table["occupation_code"].notna(), ["occupation_code", "place_code", "synthetic"]
    ]
    return kept.astype({"synthetic": bool}).reset_index(drop=True)


def _checked(
    table: pd.DataFrame, columns: Iterable[str], name: str, key: str, optional: Iterable[str] = ()
) -> pd.DataFrame:
    """Copy with exactly these columns in order of the key; a table without rows needs no columns."""
    if table.empty:
        return pd.DataFrame({column: pd.Series(dtype=object) for column in (*columns, *optional)})
    missing = [column for column in columns if column not in table.columns]
    if missing:
        message = f"{name}缺少列：{'、'.join(missing)}"
        raise InputError("missing_columns", message, hint="请由数据库视图生成该表")
    if table[key].duplicated().any():
        twice = table.loc[table[key].duplicated(), key].iloc[0]
        raise InputError("repeated_key", f"{name}中 {key} 重复：{twice}", hint="请先去重")
    kept = table[[*columns, *(name for name in optional if name in table.columns)]]
    ordered = kept.sort_values(key, kind="stable").reset_index(drop=True)
    return ordered.assign(**{name: None for name in optional if name not in ordered.columns})


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    typed = table.copy()
    for column in DATES:
        typed[column] = _dates(table[column], column)
    for column in NUMBERS:
        typed[column] = _numbers(table[column], column)
    for column in TEXTS:
        typed[column] = table[column].astype(object).where(table[column].notna(), None)
    for column in TUPLES:
        typed[column] = [_as_tuple(value) for value in table[column]]
    for column in ("employer", "title", "duties"):
        typed[column] = table[column].fillna("").astype(str).str.strip()
    for column in ("employer_is_agency", "synthetic"):
        typed[column] = table[column].astype(bool)
    typed["outcome"] = _outcomes(table["outcome"])
    typed["pay"] = typed[["salary_low", "salary_high"]].mean(axis=1)
    return typed


def _dates(values: pd.Series[Any], column: str) -> pd.Series[pd.Timestamp]:
    try:
        return pd.to_datetime(values).astype("datetime64[ns]")
    except (ValueError, TypeError) as error:
        raise InputError("not_a_date", f"列 {column} 中有不是日期的值：{error}") from error


def _numbers(values: pd.Series[Any], column: str) -> pd.Series[float]:
    try:
        return pd.to_numeric(values).astype(float)
    except (ValueError, TypeError) as error:
        raise InputError("not_a_number", f"列 {column} 中有不是数字的值：{error}") from error


def _outcomes(values: pd.Series[Any]) -> pd.Series[Any]:
    try:
        members = {value: Outcome(value) for value in values.dropna().unique()}
    except ValueError as error:
        raise InputError("unknown_outcome", f"列 outcome 中有不认识的值：{error}") from error
    return values.map(members).astype(object).where(values.notna(), Outcome.UNKNOWN)


def _as_tuple(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, tuple | list | np.ndarray) else ()


def _as_it_stood(table: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Take back what was only learned after the day."""
    later = table["closed_on"] > as_of
    stood = table.copy()
    stood.loc[later, "closed_on"] = pd.NaT
    stood.loc[later, "outcome"] = Outcome.OPEN
    return stood


def _status(table: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series[Any]:
    ended = table["closed_on"].notna() | table["outcome"].isin(ENDED) | (table["valid_until"] < as_of)
    is_open = (table["outcome"] == Outcome.OPEN) | table["valid_until"].notna()
    status = np.select(
        [ended, is_open], [DemandStatus.CLOSED.value, DemandStatus.OPEN.value], DemandStatus.UNREPORTED.value
    )
    return pd.Series([DemandStatus(value) for value in status], index=table.index, dtype=object)


def _end(table: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series[pd.Timestamp]:
    """Last day on which the vacancy counts as one: its close, its validity, or when it lapses."""
    lapses = table["opened_on"] + pd.Timedelta(days=EVERGREEN_DAYS)
    end = table["closed_on"].fillna(table["valid_until"]).fillna(lapses)
    end = end.where(table["status"] != DemandStatus.OPEN, as_of)
    # A day after as_of or before the opening cannot be an end.
    return end.where(end <= as_of, as_of).where(end >= table["opened_on"], table["opened_on"])
