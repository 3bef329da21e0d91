"""Read the reference tables that the product ships."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd

__all__ = [
    "TAXONOMY_VERSION",
    "division_names",
    "market_titles",
    "occupation_names",
    "occupations",
    "read_reference",
    "title_pairs",
    "trade_titles",
    "work_types",
]

TAXONOMY_VERSION = "大典2022/GBT4754-2017/GBT2260-2026"
"""Editions of the code tables, stamped on every result."""


@cache
def read_reference(name: str) -> pd.DataFrame:
    """Read one table as strings; the frame is shared, so never change it."""
    with files("data.reference").joinpath(f"{name}.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype=str, keep_default_na=False)


def occupations() -> pd.DataFrame:
    """大典 2022: columns code, name, level, parent, digital, green."""
    return read_reference("occupations")


@cache
def occupation_names() -> dict[str, str]:
    """Name of every occupation code, all four levels."""
    table = occupations()
    return dict(zip(table["code"], table["name"], strict=True))


@cache
def division_names() -> dict[str, str]:
    """Name of every GB/T 2260 code."""
    table = read_reference("divisions")
    return dict(zip(table["code"], table["name"], strict=True))


def market_titles() -> pd.DataFrame:
    """Titles that employers write, with their occupation: columns title, occupation_code, level, note."""
    return read_reference("market_titles")


def work_types() -> pd.DataFrame:
    """工种 of 1999 whose occupation kept its name: columns title, occupation_code."""
    return read_reference("work_types")


def title_pairs() -> pd.DataFrame:
    """Market titles in Chinese and English: columns title_zh, title_en, field."""
    return read_reference("titles_zh_en")


def trade_titles() -> pd.DataFrame:
    """Titles and trades in three languages: columns title_zh, title_en, title_ru."""
    return read_reference("titles_trades")
