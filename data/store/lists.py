"""Sections of the 高精尖目录库, employers' flow reports, and searches that found nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from data.store.frames import read_frame
from data.store.schema import flow_report, key_talent_item, unmet_search
from data.store.store import Store, upsert

__all__ = [
    "read_flow_rows",
    "read_sections",
    "read_unmet",
    "record_unmet",
    "replace_section",
    "write_flow_rows",
]

_LEAST = 5


def replace_section(
    store: Store, region: str, department: str, contents: Mapping[str, Mapping[str, Any]]
) -> int:
    """Replace the whole section of one department; those of others stay as they are.

    Parameters
    ----------
    store
        The store.
    region
        Identifier of the region.
    department
        Owner of the section.
    contents
        Content by item identifier; empty removes the section.

    Returns
    -------
    int
        Items that the section had before.
    """
    now = dt.datetime.now(dt.UTC)
    own = (key_talent_item.c.region == region) & (key_talent_item.c.department == department)
    rows = [
        {
            "region": region,
            "item_id": item_id,
            "department": department,
            "content": dict(content),
            "received_at": now,
        }
        for item_id, content in contents.items()
    ]
    with store.begin() as connection:
        removed = connection.execute(key_talent_item.delete().where(own)).rowcount
        if rows:
            connection.execute(key_talent_item.insert(), rows)
    return removed


def read_sections(store: Store, region: str) -> list[dict[str, Any]]:
    """Read the contents of all sections of a region, by department and identifier."""
    query = (
        sa.select(key_talent_item.c.content)
        .where(key_talent_item.c.region == region)
        .order_by(key_talent_item.c.department, key_talent_item.c.item_id)
    )
    with store.read() as connection:
        return [dict(content) for content in connection.execute(query).scalars()]


def write_flow_rows(store: Store, region: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """Keep employers' flow reports; a later report on the same cell and period takes the earlier's place.

    Parameters
    ----------
    store
        The store.
    region
        Identifier of the region.
    rows
        Columns of ``flow_report`` but ``region`` and ``received_at``.

    Returns
    -------
    int
        Rows given.
    """
    now = dt.datetime.now(dt.UTC)
    with store.begin() as connection:
        upsert(connection, flow_report, [{**row, "region": region, "received_at": now} for row in rows])
    return len(rows)


def read_flow_rows(store: Store, region: str) -> pd.DataFrame:
    """Read the flow reports of a region in order of their keys."""
    query = (
        sa.select(flow_report)
        .where(flow_report.c.region == region)
        .order_by(*(column for column in flow_report.primary_key if column.name != "region"))
    )
    with store.read() as connection:
        return read_frame(connection, query)


def record_unmet(
    store: Store, *, occupation_code: str | None, place_code: str | None, on: dt.date, synthetic: bool
) -> None:
    """Count a search for people that found nobody.

    Parameters
    ----------
    store
        The store.
    occupation_code
        Occupation searched for; None where it was not coded.
    place_code
        Place of the work; None where the search named none.
    on
        Day of the search; only its month is kept.
    synthetic
        True where the pool searched was generated.
    """
    row = {
        "occupation_code": occupation_code or "",
        "place_code": place_code or "",
        "month": f"{on:%Y-%m}",
        "synthetic": synthetic,
        "count": 1,
    }
    keys = [column.name for column in unmet_search.primary_key]
    with store.begin() as connection:
        dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
        counted = dialect.insert(unmet_search).values(row)
        raised = {"count": unmet_search.c.count + 1}
        connection.execute(counted.on_conflict_do_update(index_elements=keys, set_=raised))


def read_unmet(
    store: Store,
    *,
    since: str | None = None,
    until: str | None = None,
    synthetic: bool = False,
    least: int = _LEAST,
) -> pd.DataFrame:
    """Read how many searches found nobody, by occupation and month.

    Parameters
    ----------
    store
        The store.
    since, until
        First and last month, such as ``2026-03``; every month when left out.
    synthetic
        Whether to count searches of a generated pool; the two natures are never added.
    least
        Fewest searches that are shown.

    Returns
    -------
    DataFrame
        Columns ``occupation_code`` (None where it was not coded), ``month`` and ``count``, in this order;
        counts under ``least`` are left out, places are added up.
    """
    total = sa.func.sum(unmet_search.c.count)
    query = (
        sa.select(unmet_search.c.occupation_code, unmet_search.c.month, total.label("count"))
        .where(unmet_search.c.synthetic == synthetic)
        .group_by(unmet_search.c.occupation_code, unmet_search.c.month)
        .having(total >= least)
        .order_by(unmet_search.c.occupation_code, unmet_search.c.month)
    )
    if since is not None:
        query = query.where(unmet_search.c.month >= since)
    if until is not None:
        query = query.where(unmet_search.c.month <= until)
    with store.read() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
    return pd.DataFrame(
        [(code or None, month, int(count)) for code, month, count in rows],
        columns=["occupation_code", "month", "count"],
    )
