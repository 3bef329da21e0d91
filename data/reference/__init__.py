"""National code tables and title lists, as facts with their sources (``SOURCES.md``)."""

from data.reference.tables import (
    division_names,
    market_titles,
    occupation_names,
    occupations,
    read_reference,
    title_pairs,
    trade_titles,
    work_types,
)

__all__ = [
    "division_names",
    "market_titles",
    "occupation_names",
    "occupations",
    "read_reference",
    "title_pairs",
    "trade_titles",
    "work_types",
]
