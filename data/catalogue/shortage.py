"""Build the 急需紧缺人才目录: occupations by key industry with a shortage index, honest or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd

from data.catalogue.city import RatedCell, RatedCity, rate_city
from data.catalogue.entries import (
    METHOD_VERSION,
    Catalogue,
    CatalogueKind,
    ShortageEntry,
    Stage,
)
from data.catalogue.figures import ABSENT, shown_figures
from data.catalogue.frames import active_profiles, read_spells
from data.catalogue.notes import shortage_notes
from data.catalogue.period import Period
from data.catalogue.requirements import commonest_education, named_by_several
from data.catalogue.rules import level_text
from data.catalogue.sections import (
    OTHER_SECTION,
    CatalogueRegion,
    catalogue_title,
    entry_ids,
    section_order,
    talent_category,
)
from data.catalogue.spells import add_timing

__all__ = ["build_shortage_catalogue"]


def build_shortage_catalogue(
    vacancies: pd.DataFrame,
    profiles: pd.DataFrame,
    *,
    region: CatalogueRegion,
    edition: str,
    as_of: dt.date,
    snapshot: str,
    rng: np.random.Generator,
) -> Catalogue[ShortageEntry]:
    """Rate every occupation in every key industry over the four quarters up to a day.

    Parameters
    ----------
    vacancies
        Table with the columns of ``data.catalogue.frames.VACANCY_COLUMNS``; it is not changed.
    profiles
        Table with the columns of ``data.catalogue.frames.PROFILE_COLUMNS``; it is not changed.
    region
        Name, prefix and key industries.
    edition
        The edition (版次), such as ``2027``.
    as_of
        Last day; nothing learned later is used.
    snapshot
        Identifier of the data.
    rng
        Source of the draws; the same state and input give the same catalogue, whatever the row order.

    Returns
    -------
    Catalogue
        Real and generated vacancies make separate entries, each compared with profiles of its own nature
        only. What the data cannot carry is X with its reasons. Empty input gives no entries and a note.

    Raises
    ------
    InputError
        When a table lacks a column, repeats a key or holds a value of the wrong type.
    """
    period = Period(as_of)
    spells = read_spells(vacancies, period)
    supply = active_profiles(profiles, period)
    usable, counts = _usable(add_timing(spells.frame, period), period)
    counts = {"received": spells.received, "undated": spells.undated, "outside": spells.outside, **counts}
    seed = int(rng.integers(2**63))
    cities = {
        synthetic: _city(usable[usable["synthetic"] == synthetic], supply, synthetic, period, seed)
        for synthetic in sorted(set(usable["synthetic"]))
    }
    stages = sorted(city.stage for city in cities.values())
    name = CatalogueKind.SHORTAGE.title + ("（试行）" if stages[:1] == [Stage.TRIAL] else "")
    entries = _entries(cities, region, edition, snapshot)
    return Catalogue[ShortageEntry](
        kind=CatalogueKind.SHORTAGE,
        title=catalogue_title(region.name_zh, edition, name, synthetic=True in cities),
        region=region.name_zh,
        edition=edition,
        as_of=as_of,
        period_start=period.start.date(),
        stage=stages[0] if stages else None,
        synthetic=True in cities,
        method_version=METHOD_VERSION,
        snapshot=snapshot,
        counts=counts,
        parameters={
            f"{'synthetic' if synthetic else 'real'}.{key}": value
            for synthetic, city in cities.items()
            for key, value in _parameters(city).items()
        },
        notes=shortage_notes(period, counts, cities),
        entries=entries,
    )


def _usable(spells: pd.DataFrame, period: Period) -> tuple[pd.DataFrame, dict[str, int]]:
    """Keep the spells that the index may use, and count what each rule left out."""
    rules: tuple[tuple[str, Callable[[pd.DataFrame], pd.Series[bool]]], ...] = (
        ("agency", lambda frame: frame["employer_is_agency"].astype(bool)),
        ("opened_earlier", lambda frame: frame["opened_on"] < period.start),
        ("uncoded", lambda frame: frame["occupation_code"].isna()),
        ("nameless", lambda frame: frame["employer"] == ""),
    )
    counts = {}
    left = spells
    for name, rule in rules:
        out = rule(left)
        counts[name] = int(out.sum())
        left = left[~out]
    return left.reset_index(drop=True), {**counts, "used": len(left)}


def _city(
    spells: pd.DataFrame, supply: pd.DataFrame, synthetic: bool, period: Period, seed: int
) -> RatedCity:
    own = supply.loc[supply["synthetic"] == synthetic, "occupation_code"].value_counts()
    by_occupation = {str(code): int(count) for code, count in own.items()}
    return rate_city(
        spells, by_occupation, len(supply) - sum(by_occupation.values()), period=period, seed=seed
    )


def _parameters(city: RatedCity) -> dict[str, float]:
    reference = city.reference
    values: dict[str, float | None] = {
        "theta0": reference.ratio,
        "fill90": reference.fill90,
        "median_days": reference.median_city,
        **{f"median_days.{group}": days for group, days in reference.median_by_group.items()},
        "supply": city.supply,
        "outcome_share": city.outcome_share,
        "split_a": city.split_fit[0],
        "split_b": city.split_fit[1],
    }
    return {key: round(float(value), 6) for key, value in values.items() if value is not None}


def _entries(
    cities: dict[bool, RatedCity], region: CatalogueRegion, edition: str, snapshot: str
) -> tuple[ShortageEntry, ...]:
    rated = [(synthetic, cell) for synthetic, city in cities.items() for cell in city.cells]
    keys = [
        (cell.cell.key_industry or "", cell.cell.occ_code, "synthetic" if synthetic else "real")
        for synthetic, cell in rated
    ]
    ids = entry_ids(keys, prefix=region.entry_prefix, letter="S", edition=edition)
    sections = [cell.cell.key_industry or OTHER_SECTION for _, cell in rated]
    order = section_order(region.key_industries, sections)

    def place(row: int) -> tuple[int, int, float, str, bool]:
        synthetic, cell = rated[row]
        index = cell.measured.index if cell.measured and cell.star is not None else 0.0
        star = -1 if cell.star is None else cell.star
        return order[sections[row]], -star, -round(index, 1), cell.cell.occ_code, synthetic

    entries: list[ShortageEntry] = []
    seq: dict[str, int] = {}
    for row in sorted(range(len(rated)), key=place):
        section = sections[row]
        seq[section] = seq.get(section, 0) + 1
        facts = {"seq": seq[section], "entry_id": ids[row], "section": section, "snapshot": snapshot}
        synthetic, cell = rated[row]
        entries.append(_entry(cell, synthetic=synthetic, stage=cities[synthetic].stage, facts=facts))
    return tuple(entries)


def _entry(rated: RatedCell, *, synthetic: bool, stage: Stage, facts: dict[str, object]) -> ShortageEntry:
    cell, frame = rated.cell, rated.cell.frame
    figures, status = shown_figures(rated, stage)
    names = frame["occupation_name"].dropna()
    return ShortageEntry.model_validate(
        {
            **facts,
            **figures,
            "key_industry": cell.key_industry,
            "occ_code": cell.occ_code,
            "occ_name": str(names.iloc[0]) if len(names) else cell.occ_code,
            "talent_category": talent_category(cell.occ_code),
            "skills_required": named_by_several(frame["skills"], frame["employer"], k=8),
            "major_codes": named_by_several(frame["majors"], frame["employer"], k=5),
            "education_or_equiv": commonest_education(frame["education"]),
            "level": level_text(rated.star),
            "confidence": rated.confidence,
            "cause_codes": ("P",) if rated.poor_pay and rated.star is not None else (),
            "actions": (),
            "route": "测算",
            "reasons": rated.reasons,
            "vacancy_ids": tuple(frame["vacancy_id"]),
            "posting_ids": tuple(posting for postings in frame["posting_ids"] for posting in postings),
            "synthetic": synthetic,
            "obs_status": status,
            "method_version": METHOD_VERSION,
            **dict.fromkeys(ABSENT),
        }
    )
