"""Generate the labelled synthetic city 营口: what employers and people hand in, and what is true."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data.errors import InputError
from data.synthetic.content import Content, read_content
from data.synthetic.demand import DemandPath, demand_path
from data.synthetic.dirt import Spoiled, spoil
from data.synthetic.needs import Need, draw_houses, draw_needs, pay_growth
from data.synthetic.people import draw_people, supply_shares
from data.synthetic.postings import draw_postings
from data.synthetic.profiles import draw_profiles
from data.synthetic.spells import fill_share, median_days

__all__ = ["SyntheticCity", "Truth", "generate_city", "write_city"]

_VACANCY_COLUMNS = (
    "vacancy_id",
    "role",
    "occupation",
    "industry",
    "employer",
    "place_code",
    "unit",
    "heads",
    "opened_on",
    "closed_on",
    "outcome",
    "days_to_fill",
    "pay_low",
    "pay_high",
    "premium",
)
_SPOILED_POSTINGS = 0.02
_SPOILED_PROFILES = 0.012


@dataclass(frozen=True)
class Truth:
    """What is true of a synthetic city, one table a subject."""

    roles: pd.DataFrame
    """Roles: occupation, key industry, tightness, demand, share of supply, days to fill, pay."""
    demand: pd.DataFrame
    """Expected heads and heads that opened, by role, industry and month (``YYYY-MM``)."""
    vacancies: pd.DataFrame
    """Vacancies: role, employer, heads, opening, latent days to fill, close and outcome."""
    postings: pd.DataFrame
    """Postings: vacancy, relation to its first posting, and what the texts state."""
    profiles: pd.DataFrame
    """Profiles: role the person can do, role looked for, education, level, years, place."""
    cells: pd.DataFrame
    """Spoiled cells: table, row, column, clean and written text."""


@dataclass(frozen=True)
class SyntheticCity:
    """A generated city."""

    postings: pd.DataFrame
    """Postings as strings, in the columns of the office's template."""
    profiles: pd.DataFrame
    """Profiles as strings, in the columns of the office's template."""
    truth: Truth
    """What is true of them."""


def generate_city(
    *,
    seed: int = 2026,
    months: int = 36,
    end: dt.date = dt.date(2026, 10, 31),
    employers: int = 48,
    profiles: int = 1600,
) -> SyntheticCity:
    """Generate a city of invented employers and people.

    Parameters
    ----------
    seed
        Seed of the one random generator; the same arguments give the same city.
    months
        Calendar months of postings, the last one containing ``end``.
    end
        Last day of the history; vacancies still open then are censored.
    employers
        Number of employers, from 1 to those that the content lists; demand grows with it.
    profiles
        Number of people, 0 or more.

    Returns
    -------
    SyntheticCity
        Postings and profiles as an office would upload them, and the truth behind them.

    Raises
    ------
    InputError
        When a number is out of range or a year's 春节 is unknown.

    Examples
    --------
    >>> city = generate_city(months=2, employers=8, profiles=20)
    >>> len(city.profiles)
    20
    >>> set(city.postings["数据性质"])
    {'合成数据'}
    """
    content = read_content()
    _check_sizes(content, months=months, employers=employers, profiles=profiles)
    rng = np.random.default_rng(seed)
    chosen = content.employers[:employers]
    path = demand_path(content, chosen, end=end, months=months, rng=rng)
    houses = draw_houses(content, chosen, rng)
    needs = draw_needs(content, path, houses, end=end, rng=rng)
    posting_frame, posting_truth = draw_postings(content, needs, end=end, rng=rng)
    roles = _roles(content, path)
    able = [content.roles[role] for role in roles["role"]]
    people = draw_people(content, able, roles["supply_share"].to_numpy(), profiles, end=end, rng=rng)
    profile_frame, profile_truth = draw_profiles(content, people, rng=rng)
    posting_frame, bad_postings = spoil(
        posting_frame, content.mistakes["postings"], table="postings", share=_SPOILED_POSTINGS, rng=rng
    )
    profile_frame, bad_profiles = spoil(
        profile_frame, content.mistakes["profiles"], table="profiles", share=_SPOILED_PROFILES, rng=rng
    )
    truth = Truth(
        roles=roles,
        demand=_demand(path, needs),
        vacancies=_vacancies(needs),
        postings=posting_truth,
        profiles=profile_truth,
        cells=pd.DataFrame([*bad_postings, *bad_profiles], columns=list(Spoiled._fields)),
    )
    return SyntheticCity(postings=posting_frame, profiles=profile_frame, truth=truth)


def write_city(city: SyntheticCity, folder: Path) -> list[Path]:
    """Write ``postings.csv``, ``profiles.csv`` and one ``truth_*.csv`` a subject, UTF-8 with BOM.

    Parameters
    ----------
    city
        City to write.
    folder
        Folder to write into; it is made when absent.

    Returns
    -------
    list of Path
        The files, in the order named above.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"postings": city.postings, "profiles": city.profiles}
    tables |= {f"truth_{field.name}": getattr(city.truth, field.name) for field in fields(Truth)}
    paths = []
    for name, table in tables.items():
        path = folder / f"{name}.csv"
        table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
        paths.append(path)
    return paths


def _check_sizes(content: Content, *, months: int, employers: int, profiles: int) -> None:
    """Refuse sizes that make no city."""
    limits = {
        "月数": (months, 1, 180),
        "用人单位数": (employers, 1, len(content.employers)),
        "人才档案数": (profiles, 0, 1_000_000),
    }
    for name, (value, least, most) in limits.items():
        if not least <= value <= most:
            raise InputError(
                "size_out_of_range", f"{name} {value} 超出范围", hint=f"请给出 {least}—{most} 之间的整数"
            )


def _roles(content: Content, path: DemandPath) -> pd.DataFrame:
    """Truth of the roles that the city's employers know."""
    able = list(dict.fromkeys(role for role, _ in path.heads))
    heads = [sum(float(path.heads[key].sum()) for key in path.heads if key[0] == role) for role in able]
    roles = [content.roles[role] for role in able]
    tightness = [role.tightness for role in roles]
    return pd.DataFrame(
        {
            "role": able,
            "title": [role.titles[0] for role in roles],
            "occupation": [role.code for role in roles],
            "industry": [role.home for role in roles],
            "kind": [role.kind for role in roles],
            "tightness": tightness,
            "monthly_heads": [total / len(path.months) for total in heads],
            "supply_share": supply_shares(heads, tightness),
            "fill_90": [fill_share(value) for value in tightness],
            "median_days": [median_days(value) for value in tightness],
            "pay_low": [role.pay[0] for role in roles],
            "pay_high": [role.pay[1] for role in roles],
            "pay_growth": [pay_growth(value) for value in tightness],
        }
    )


def _demand(path: DemandPath, needs: Sequence[Need]) -> pd.DataFrame:
    """Tabulate expected heads and heads that opened, by role, industry and month."""
    names = [f"{month:%Y-%m}" for month in path.months]
    rows = [
        {"role": role, "industry": industry, "month": name, "expected_heads": float(value)}
        for (role, industry), values in path.heads.items()
        for name, value in zip(names, values, strict=True)
    ]
    keys = ["role", "industry", "month"]
    opened = pd.DataFrame(
        [(need.role.id, need.industry, f"{need.spell.opened_on:%Y-%m}", need.heads) for need in needs],
        columns=[*keys, "heads"],
    )
    counted = opened.groupby(keys, as_index=False)["heads"].sum()
    merged = pd.DataFrame(rows).merge(counted, on=keys, how="left")
    return merged.assign(heads=merged["heads"].fillna(0).astype("int64"))


def _vacancies(needs: Sequence[Need]) -> pd.DataFrame:
    """Truth of the vacancies, in order of opening."""
    return pd.DataFrame([_vacancy(need) for need in needs], columns=list(_VACANCY_COLUMNS))


def _vacancy(need: Need) -> dict[str, Any]:
    """Truth of one vacancy."""
    spell = need.spell
    return {
        "vacancy_id": need.vacancy_id,
        "role": need.role.id,
        "occupation": need.role.code,
        "industry": need.industry,
        "employer": need.house.employer.name,
        "place_code": need.house.employer.district,
        "unit": need.unit,
        "heads": need.heads,
        "opened_on": spell.opened_on.isoformat(),
        "closed_on": spell.closed_on.isoformat() if spell.closed_on else "",
        "outcome": str(spell.outcome),
        "days_to_fill": round(spell.days_to_fill, 2),
        "pay_low": need.pay[0],
        "pay_high": need.pay[1],
        "premium": round(need.premium, 4),
    }
