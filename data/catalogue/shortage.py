"""Build the 急需紧缺人才目录: occupations by key industry with a shortage index, honest or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from data.catalogue.city import RatedCity, rate_city
from data.catalogue.decisions import Decision, decide, with_experts
from data.catalogue.entries import METHOD_VERSION, Catalogue, CatalogueKind, ShortageEntry, Stage
from data.catalogue.experts import ExpertVote, nominations_of
from data.catalogue.frames import active_profiles, read_spells, with_applicants
from data.catalogue.notes import shortage_notes
from data.catalogue.period import Period
from data.catalogue.previous import EditionBefore
from data.catalogue.references import References
from data.catalogue.sections import CatalogueRegion, catalogue_title
from data.catalogue.shortage_entries import shortage_entries
from data.catalogue.spells import add_timing
from data.catalogue.supply import Supply
from data.catalogue.survey import SurveyShare
from data.catalogue.urgency import Urgency, UrgencyRating, urgency_of
from data.errors import InputError
from data.execution import Executor

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
    previous: Catalogue[ShortageEntry] | None = None,
    references: References | None = None,
    ratings: Sequence[UrgencyRating] = (),
    votes: Sequence[ExpertVote] = (),
    survey: Sequence[SurveyShare] = (),
    applicants: pd.DataFrame | None = None,
    executor: Executor | None = None,
) -> Catalogue[ShortageEntry]:
    """Rate every occupation in every key industry over the four quarters up to a day.

    Parameters
    ----------
    vacancies
        Table with the columns of ``data.catalogue.frames.VACANCY_COLUMNS``, and of ``OPTIONAL_COLUMNS`` where
        the source has them; it is not changed.
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
    previous
        The edition before: for stars that stay, five stars, exits and changes.
    references
        Frozen reference values, used for the nature of data that they rest on.
    ratings
        The raters' sheets of 急需度.
    votes
        Votes of experts, for cells that cannot be computed.
    survey
        Published shares of 招聘困难.
    applicants
        Applicants by vacancy, where they come apart from the vacancies.
    executor
        Where cells are resampled; this process when left out. The catalogue is the same wherever it is.

    Returns
    -------
    Catalogue
        Real and generated vacancies make separate entries, each compared with profiles of its own nature
        only. What the data cannot carry is X with its reasons. Empty input gives no entries and a note.

    Raises
    ------
    InputError
        When a table lacks a column, repeats a key or holds a value of the wrong type; when frozen values have
        expired; when somebody rates or votes twice.
    """
    period = Period(as_of)
    _refuse_expired(references, as_of)
    counted = vacancies if applicants is None else with_applicants(vacancies, applicants)
    spells = read_spells(counted, period)
    people = active_profiles(profiles, period)
    usable, counts = _usable(add_timing(spells.frame, period), period)
    counts = {"received": spells.received, "undated": spells.undated, "outside": spells.outside, **counts}
    seed = int(rng.integers(2**63))
    cities: dict[bool, RatedCity] = {}
    decisions: list[Decision] = []
    urgency = urgency_of(ratings)
    for synthetic in sorted(usable["synthetic"].unique()):
        nature = bool(synthetic)
        supply = Supply.from_profiles(people, synthetic=nature)
        frozen = references if references and references.synthetic == nature else None
        cities[nature] = rate_city(
            usable[usable["synthetic"] == nature],
            supply,
            period=period,
            seed=seed,
            frozen=frozen,
            survey=[share for share in survey if share.synthetic == nature],
            before=EditionBefore.from_catalogue(
                previous, synthetic=nature, basis=frozen.version if frozen else None
            ),
            executor=executor,
        )
        decisions += decide(cities[nature], urgency, supply.by_place)
    decided = with_experts(decisions, nominations_of(votes, edition))
    stages = sorted(city.stage for city in cities.values())
    name = CatalogueKind.SHORTAGE.title + ("（试行）" if stages[:1] == [Stage.TRIAL] else "")
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
        parameters=_all_parameters(cities, urgency),
        references=tuple(city.reference.basis for city in cities.values()),
        notes=shortage_notes(period, counts, cities, urgency),
        entries=shortage_entries(decided, cities, region=region, edition=edition, snapshot=snapshot),
    )


def _refuse_expired(references: References | None, as_of: dt.date) -> None:
    if references is None or references.valid_until is None or as_of <= references.valid_until:
        return
    raise InputError(
        "references_expired",
        f"参照值 {references.version} 的有效期至 {references.valid_until}，早于数据截止日 {as_of}",
        hint="用新的完整年度重新冻结参照值；换基的首版会标记为断点",
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


def _all_parameters(cities: Mapping[bool, RatedCity], urgency: Urgency) -> dict[str, float]:
    named = {
        f"{'synthetic' if synthetic else 'real'}.{key}": value
        for synthetic, city in cities.items()
        for key, value in _parameters(city).items()
    }
    return named if urgency.alpha is None else {**named, "urgency_alpha": round(urgency.alpha, 4)}


def _parameters(city: RatedCity) -> dict[str, float]:
    reference, calibration = city.reference, city.calibration
    known = reference.basis
    values: dict[str, float | None] = {
        "theta0": None if reference.refusal else known.theta0,
        "fill90": known.fill90,
        "median_days": known.median_days,
        **{f"median_days.{group}": days for group, days in known.median_days_by_group.items()},
        "applicants": known.applicants,
        "hard_share": known.hard_share,
        "pay_growth": reference.pay_city,
        "pay_growth_sd": known.pay_growth_sd,
        "supply": city.supply,
        "outcome_share": city.outcome_share,
        "split_a": calibration.split[0],
        "split_b": calibration.split[1],
        "inflation": calibration.inflation,
    }
    return {key: round(float(value), 6) for key, value in values.items() if value is not None}
