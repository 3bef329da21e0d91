"""How far the stars depend on choices of the method: weights, single indicators, aggregation, sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.catalogue.city import RatedCity, rate_city
from data.catalogue.entries import AnyCatalogue, Catalogue, Confidence, ShortageEntry
from data.catalogue.frames import active_profiles, read_spells
from data.catalogue.indicators import OUTCOME_INDICATORS, WEIGHTS, FloatArray
from data.catalogue.period import Period
from data.catalogue.previous import EditionBefore
from data.catalogue.rating import RatedCell
from data.catalogue.references import References
from data.catalogue.rules import Evidence, confidence_of, star_of
from data.catalogue.spells import add_timing
from data.catalogue.supply import Supply
from data.catalogue.survey import SurveyShare
from data.catalogue.uncertainty import Z80

__all__ = ["Market", "RankRange", "Robustness", "Shift", "measure_robustness"]

DRAWS = 100
CONCENTRATION = 40.0
MAX_SOURCES = 4
Mean = Callable[[Mapping[str, float], Mapping[str, float]], float]


@dataclass(frozen=True, eq=False)
class Market:
    """The data that an edition was computed from."""

    vacancies: pd.DataFrame
    """Vacancies with the columns of the method; ``source`` where it is known."""
    profiles: pd.DataFrame
    """Profiles with the columns of the method."""
    seed: int = 0
    """Seed of the computation."""
    references: References | None = None
    """Frozen reference values."""
    survey: tuple[SurveyShare, ...] = ()
    """Published shares of 招聘困难."""
    previous: AnyCatalogue | None = None
    """The edition before."""


@dataclass(frozen=True)
class Shift:
    """What one other choice does to the stars."""

    choice: str
    """The other choice."""
    rated: int
    """Cells rated both ways."""
    up: int
    """More stars than published."""
    down: int
    """Fewer stars."""
    lost: int
    """No longer rated."""
    listing: int
    """Cross the mark of two stars, either way."""

    @property
    def moved(self) -> float:
        """Share of the cells whose stars move, those no longer rated included; NaN without cells."""
        whole = self.rated + self.lost
        return (self.up + self.down + self.lost) / whole if whole else float("nan")


@dataclass(frozen=True)
class RankRange:
    """Where a cell ranks by its index under drawn weights."""

    occ_code: str
    """Occupation."""
    key_industry: str | None
    """Key industry."""
    rank: int
    """Rank with the weights of the method, 1 the tightest."""
    low: int
    """Tenth percentile of the rank."""
    high: int
    """Ninetieth percentile."""


@dataclass(frozen=True)
class Robustness:
    """The robustness sheet of an edition."""

    cells: int
    """Cells rated."""
    reproduced: int
    """Cells whose stars come out of this check as published."""
    shifts: tuple[Shift, ...]
    """Other choices, one at a time."""
    ranks: tuple[RankRange, ...]
    """Ranges of rank under drawn weights, the tightest first."""
    split_half_coverage: float
    """Share of the halvings that the published intervals cover; NaN without cells."""
    sources_left_out: tuple[str, ...]
    """Sources tried; empty when fewer than two or too many are known."""


def measure_robustness(catalogue: Catalogue[ShortageEntry], market: Market) -> Robustness:
    """Rate the cells of an edition under other choices.

    Parameters
    ----------
    catalogue
        The edition.
    market
        The data it was computed from; one nature only is checked, the one with more cells.

    Returns
    -------
    Robustness
        Standard deviations stay those of the method: only the index, the grade and the gates move.
    """
    nature = sum(entry.synthetic for entry in catalogue.entries) * 2 > len(catalogue.entries)
    city = _city_of(catalogue, market, synthetic=nature)
    rated = [cell for cell in city.cells if cell.star is not None]
    rng = np.random.default_rng(market.seed)
    published = {
        (entry.occ_code, entry.key_industry): entry.star
        for entry in catalogue.entries
        if entry.synthetic == nature
    }
    drawn = _drawn_weights(rng)
    shifts = [_shift(name, rated, city, weights, mean) for name, weights, mean in _choices(rated)]
    shifts.append(_drawn_shift(rated, city, drawn))
    sources = _sources(market.vacancies)
    shifts += [_without_source(catalogue, market, rated, source, synthetic=nature) for source in sources]
    return Robustness(
        cells=len(rated),
        reproduced=sum(published.get(cell.key) == cell.star for cell in rated),
        shifts=tuple(shifts),
        ranks=_ranks(rated, drawn),
        split_half_coverage=_coverage(rated, city),
        sources_left_out=sources,
    )


def _city_of(catalogue: Catalogue[ShortageEntry], market: Market, *, synthetic: bool) -> RatedCity:
    """Rate the city of one nature of data as the edition did."""
    period = Period(catalogue.as_of)
    spells = add_timing(read_spells(market.vacancies, period).frame, period)
    usable = (
        (spells["synthetic"] == synthetic)
        & ~spells["employer_is_agency"].astype(bool)
        & (spells["opened_on"] >= period.start)
        & spells["occupation_code"].notna()
        & (spells["employer"] != "")
    )
    frozen = market.references if market.references and market.references.synthetic == synthetic else None
    return rate_city(
        spells[usable].reset_index(drop=True),
        Supply.from_profiles(active_profiles(market.profiles, period), synthetic=synthetic),
        period=period,
        seed=int(np.random.default_rng(market.seed).integers(2**63)),
        frozen=frozen,
        survey=[share for share in market.survey if share.synthetic == synthetic],
        before=EditionBefore.from_catalogue(
            market.previous,  # type: ignore[arg-type]  # the edition before is of the same kind
            synthetic=synthetic,
            basis=frozen.version if frozen else None,
        ),
    )


def _arithmetic(scores: Mapping[str, float], weights: Mapping[str, float]) -> float:
    total = sum(weights[name] for name in scores)
    return sum(weights[name] * score for name, score in scores.items()) / total


def _geometric(scores: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return float(np.exp(_arithmetic({name: np.log(score) for name, score in scores.items()}, weights)))


def _choices(rated: Sequence[RatedCell]) -> list[tuple[str, Mapping[str, float], Mean]]:
    """List other weights and aggregations; an indicator that no cell has cannot be left out."""
    present = sorted({name for cell in rated for name in cell.measured.scores})
    without = [
        (f"去掉{name.upper()}", {**WEIGHTS, name: 0.0}, _arithmetic) for name in present if len(present) > 1
    ]
    more = [
        (f"{name.upper()}权重加半", {**WEIGHTS, name: WEIGHTS[name] * 1.5}, _arithmetic) for name in present
    ]
    equal = ("各项等权", dict.fromkeys(WEIGHTS, 1.0), _arithmetic)
    return [*without, *more, equal, ("几何平均合成", WEIGHTS, _geometric)]


def _star(rated: RatedCell, city: RatedCity, weights: Mapping[str, float], mean: Mean) -> int | None:
    """Give a cell its stars under other weights; None where too few indicators are left."""
    scores = {name: score for name, score in rated.measured.scores.items() if weights[name] > 0}
    outcomes = {name: score for name, score in scores.items() if name in OUTCOME_INDICATORS}
    if not outcomes or rated.spread is None or rated.sd is None:
        return None
    confidence = confidence_of(
        n_spell=rated.cell.n_spell,
        n_emp=rated.cell.n_emp,
        present=tuple(scores),
        half_width=Z80 * rated.sd,
        stage=city.stage,
    )
    if confidence is Confidence.D:
        return None
    gate = city.reference.ratio_is_credible and "i1" in rated.measured.scores
    return star_of(
        Evidence(
            index=mean(scores, weights),
            sd=rated.sd,
            outcome_score=mean(outcomes, weights),
            gate_probability=rated.spread.gate_probability if gate else None,
            confidence=confidence,
            n_emp=rated.cell.n_emp,
            poor_pay=rated.poor_pay,
            previous=city.before.comparable_star(*rated.key),
        )
    ).star


def _compared(choice: str, pairs: Sequence[tuple[int, int | None]]) -> Shift:
    both = [(old, new) for old, new in pairs if new is not None]
    return Shift(
        choice=choice,
        rated=len(both),
        up=sum(new > old for old, new in both),
        down=sum(new < old for old, new in both),
        lost=len(pairs) - len(both),
        listing=sum((new >= 2) is not (old >= 2) for old, new in both),
    )


def _shift(
    choice: str, rated: Sequence[RatedCell], city: RatedCity, weights: Mapping[str, float], mean: Mean
) -> Shift:
    return _compared(choice, [(cell.star or 0, _star(cell, city, weights, mean)) for cell in rated])


def _drawn_weights(rng: np.random.Generator) -> list[dict[str, float]]:
    draws = rng.dirichlet(CONCENTRATION * np.array(list(WEIGHTS.values())), size=DRAWS)
    return [dict(zip(WEIGHTS, map(float, draw), strict=True)) for draw in draws]


def _drawn_shift(rated: Sequence[RatedCell], city: RatedCity, drawn: Sequence[Mapping[str, float]]) -> Shift:
    pairs = [(cell.star or 0, _star(cell, city, weights, _arithmetic)) for weights in drawn for cell in rated]
    return _compared(f"权重随机（狄利克雷，{len(drawn)}次合计）", pairs)


def _without_source(
    catalogue: Catalogue[ShortageEntry],
    market: Market,
    rated: Sequence[RatedCell],
    source: str,
    *,
    synthetic: bool,
) -> Shift:
    left = market.vacancies[market.vacancies["source"] != source]
    fewer = Market(left, market.profiles, market.seed, market.references, market.survey, market.previous)
    stars = {cell.key: cell.star for cell in _city_of(catalogue, fewer, synthetic=synthetic).cells}
    return _compared(f"去掉来源“{source}”", [(cell.star or 0, stars.get(cell.key)) for cell in rated])


def _sources(vacancies: pd.DataFrame) -> tuple[str, ...]:
    """Return the sources to leave out in turn."""
    if "source" not in vacancies.columns:
        return ()
    names = sorted({str(name) for name in vacancies["source"].dropna()})
    return tuple(names) if 2 <= len(names) <= MAX_SOURCES else ()


def _ranks(rated: Sequence[RatedCell], drawn: Sequence[Mapping[str, float]]) -> tuple[RankRange, ...]:
    if not rated:
        return ()
    indices = np.array([[_arithmetic(cell.measured.scores, weights) for cell in rated] for weights in drawn])
    own = np.array([_arithmetic(cell.measured.scores, WEIGHTS) for cell in rated])
    ranks = np.array([_rank_of(row) for row in indices])
    low, high = np.quantile(ranks, [0.1, 0.9], axis=0, method="inverted_cdf")
    found = [
        RankRange(cell.cell.occ_code, cell.cell.key_industry, int(rank), int(lo), int(hi))
        for cell, rank, lo, hi in zip(rated, _rank_of(own), low, high, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: each.rank))


def _rank_of(values: FloatArray) -> FloatArray:
    """Rank values, 1 the largest; equal ones in order of appearance."""
    ranks = np.empty(len(values))
    ranks[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return ranks


def _coverage(rated: Sequence[RatedCell], city: RatedCity) -> float:
    """Share of the halvings within the sampling part of the interval; halves differ twice as much."""
    fit = city.calibration
    ratios = [
        np.abs(cell.spread.differences)
        / (2 * fit.inflation * fit.sampling_sd(cell.spread, cell.cell.n_spell))
        for cell in rated
        if cell.spread is not None
    ]
    return float((np.concatenate(ratios) <= Z80).mean()) if ratios else float("nan")
