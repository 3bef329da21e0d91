"""Read the reference tables that the product ships."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd

__all__ = [
    "TAXONOMY_VERSION",
    "division_names",
    "esco_titles",
    "graduate_majors",
    "industries",
    "industry_aliases",
    "industry_names",
    "industry_terms",
    "major_aliases",
    "major_names",
    "major_occupations",
    "majors",
    "market_titles",
    "occupation_industries",
    "occupation_names",
    "occupations",
    "read_reference",
    "skill_names",
    "skills",
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


def esco_titles() -> pd.DataFrame:
    """ESCO occupation names, preferred and alternative: columns esco_code, language (de, en, es), title."""
    return read_reference("esco_titles")


def industries() -> pd.DataFrame:
    """GB/T 4754-2017: columns code, name, level, parent, section."""
    return read_reference("industries")


@cache
def industry_names() -> dict[str, str]:
    """Name of every GB/T 4754 code, all four levels."""
    table = industries()
    return dict(zip(table["code"], table["name"], strict=True))


def industry_aliases() -> pd.DataFrame:
    """Names that platforms use for an industry: columns alias, code."""
    return read_reference("industry_aliases")


def industry_terms() -> pd.DataFrame:
    """Words of employers' names that tell the industry: columns term, code."""
    return read_reference("industry_terms")


def occupation_industries() -> pd.DataFrame:
    """大类 that postings of an occupation state: columns occupation_code, industry_code, postings."""
    return read_reference("occupation_industries")


def majors() -> pd.DataFrame:
    """本科 and vocational majors: columns code, name, level, class_code, class_name."""
    return read_reference("majors")


def major_aliases() -> pd.DataFrame:
    """Short forms and collective names of majors: columns alias, code."""
    return read_reference("major_aliases")


def graduate_majors() -> pd.DataFrame:
    """研究生 disciplines: columns code, name, level, parent; a code may equal one of a 本科 class."""
    return read_reference("graduate_majors")


@cache
def major_names() -> dict[str, str]:
    """Name of every major (6 digits), class of majors (4) and, with G before it, graduate discipline."""
    table, graduate = majors(), graduate_majors()
    classes = dict(zip(table["class_code"], table["class_name"], strict=True))
    disciplines = {
        f"G{code}": name
        for code, name in zip(graduate["code"], graduate["name"], strict=True)
        if len(code) == 4
    }
    return classes | dict(zip(table["code"], table["name"], strict=True)) | disciplines


def major_occupations() -> pd.DataFrame:
    """Official teaching standards: columns major_code, occupation_code."""
    return read_reference("major_occupations")


def skills() -> pd.DataFrame:
    """Skill vocabulary: columns skill_id, name, kind, aliases (divided by |)."""
    return read_reference("skills")


@cache
def skill_names() -> dict[str, str]:
    """Name of every skill id."""
    table = skills()
    return dict(zip(table["skill_id"], table["name"], strict=True))
