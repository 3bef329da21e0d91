"""The demand side as catalogues and forecasts read it: a region's vacancies with key industry and names."""

from __future__ import annotations

import datetime as dt
import hashlib

import pandas as pd
import sqlalchemy as sa

from data.errors import RefusedError
from data.normalise.divisions import ANYWHERE
from data.reference import occupation_names
from data.regions import KeyIndustryRule, Region
from data.sources.columns import TableKind
from data.store.known import read_known
from data.store.profiles import read_profiles
from data.store.schema import batch, posting, raw_row
from data.store.store import Store
from data.store.vacancies import read_vacancies

__all__ = [
    "latest_day",
    "of_one_nature",
    "read_adverts",
    "read_demand",
    "read_regional",
    "read_registrations",
    "read_supply",
    "snapshot_of",
]


def read_regional(store: Store, region: Region) -> pd.DataFrame:
    """Read the vacancies whose place lies in a region, as the store has them."""
    vacancies = read_vacancies(store)
    inside = vacancies["place_code"].map(region.contains).astype(bool)
    return vacancies[inside].reset_index(drop=True)


def read_demand(store: Store, region: Region) -> pd.DataFrame:
    """Read the vacancies of a region.

    Returns
    -------
    DataFrame
        The columns of :func:`data.store.vacancies.read_vacancies` and ``occupation_name``,
        ``key_industry`` and ``key_industry_evidence``; vacancies whose place is unknown or outside the
        region are left out.
    """
    frame = read_regional(store, region)
    assigned = KeyIndustryRule.from_region(region).assign(frame)
    names = occupation_names()
    return frame.assign(
        occupation_name=frame["occupation_code"].map(names.get).astype(object),
        key_industry=assigned["key_industry"].to_numpy(),
        key_industry_evidence=assigned["evidence"].to_numpy(),
    )


def read_supply(store: Store, region: Region) -> pd.DataFrame:
    """Read the profiles that count as a region's supply: those who live there or would move there."""
    profiles = read_profiles(store)
    lives = profiles["place_code"].map(region.contains).astype(bool)
    comes = profiles["willing_codes"].map(
        lambda codes: any(code == ANYWHERE or region.contains(code) for code in codes)
    )
    return profiles[lives | comes.astype(bool)].reset_index(drop=True)


def of_one_nature(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the real rows where there are any, else the generated ones; the two are never added up."""
    generated = frame["synthetic"].astype(bool)
    return frame if generated.all() else frame[~generated]


def read_adverts(store: Store, vacancies: pd.DataFrame) -> pd.DataFrame:
    """Read where and when some vacancies were advertised.

    Parameters
    ----------
    store
        The store.
    vacancies
        Columns ``vacancy_id`` and ``posting_ids``, as from :func:`read_demand`.

    Returns
    -------
    DataFrame
        One row a posting in order of vacancy: ``vacancy_id``, ``posting_id``, ``source`` and ``posted_on``
        (the day of the advert, else the day it was seen; None where neither is known).
    """
    pairs = [
        (vacancy_id, posting_id)
        for vacancy_id, ids in zip(vacancies["vacancy_id"], vacancies["posting_ids"], strict=True)
        for posting_id in ids
    ]
    known = read_known(store, posting, [each for _, each in pairs], "source", "posted_on", "observed_on")
    rows = [
        (vacancy_id, each, known[each].source, known[each].posted_on or known[each].observed_on)
        for vacancy_id, each in pairs
    ]
    return pd.DataFrame(rows, columns=["vacancy_id", "posting_id", "source", "posted_on"], dtype=object)


def read_registrations(store: Store) -> pd.DataFrame:
    """Read when the files came that brought each profile.

    Returns
    -------
    DataFrame
        One row a profile in order: ``profile_id``, ``first_on`` and ``last_on``, the days (UTC) on which the
        first and the last file was read that holds it; empty where no file brought any.
    """
    query = (
        sa.select(
            raw_row.c.subject_id.label("profile_id"),
            sa.func.min(batch.c.started_at).label("first_on"),
            sa.func.max(batch.c.started_at).label("last_on"),
        )
        .join(batch, batch.c.batch_id == raw_row.c.batch_id)
        .where(batch.c.kind == TableKind.PROFILE.value, raw_row.c.subject_id.is_not(None))
        .group_by(raw_row.c.subject_id)
        .order_by(raw_row.c.subject_id)
    )
    with store.read(much=True) as connection:
        rows = [(each, first.date(), last.date()) for each, first, last in connection.execute(query)]
    return pd.DataFrame(rows, columns=["profile_id", "first_on", "last_on"], dtype=object)


def latest_day(vacancies: pd.DataFrame, *, today: dt.date) -> dt.date:
    """Return the last day, not after today, on which a vacancy opened or closed.

    Raises
    ------
    RefusedError
        No vacancy has a date.
    """
    days: list[dt.date] = [
        day
        for name in ("opened_on", "closed_on")
        for day in vacancies[name]
        if day is not None and day <= today
    ]
    if not days:
        raise RefusedError(
            "no_dated_vacancies",
            "该区域没有带日期的需求，无法确定数据截止日",
            hint="先导入招聘信息，或用 --as-of 指定日期",
        )
    return max(days)


def snapshot_of(*frames: pd.DataFrame, as_of: dt.date) -> str:
    """Return an identifier of the data: the day and a hash over every cell of the frames."""
    digest = hashlib.sha256()
    for frame in frames:
        digest.update(frame.to_csv(index=False).encode())
    return f"{as_of.isoformat()}#sha256:{digest.hexdigest()[:32]}"
