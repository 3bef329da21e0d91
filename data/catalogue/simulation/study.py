"""Draw cities, score them by every method and average what is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import Field
from scipy.stats import spearmanr

from data.catalogue.indicators import FloatArray
from data.catalogue.simulation.market import Market, draw_market, padded
from data.catalogue.simulation.ours import Scored, before_of, rate_market, scored, true_index
from data.catalogue.simulation.rivals import RIVALS
from data.catalogue.simulation.truth import Truth, draw_truth
from data.errors import InputError
from data.records import Record

__all__ = ["OURS", "MethodResult", "Study", "simulate"]

OURS = "本方法"
"""Name of our own method among the others."""
TOP = 0.2
"""Share of the occupations that a list is taken to hold."""
TRULY_TIGHT = 0.4
"""An occupation on the list is false when it is not even among this share of the truly tightest."""
PADDED = 10
LISTED_STARS = 2

Fraction = Annotated[float, Field(ge=0, le=1)]


class MethodResult(Record):
    """What one method achieves, averaged over the draws."""

    method: str
    """Name."""
    truth: float
    """Rank correlation with the true tightness."""
    truth_small: float
    """The same among the third of the occupations with the fewest vacancies."""
    false_listings: Fraction
    """Share of the top fifth that is not among the tightest two fifths in truth."""
    churn: Fraction
    """Share of the top fifth that is replaced in a second draw of the same truth."""
    high_end: float
    """Rank correlation with how high-end the work is."""
    pay_level: float
    """Rank correlation with the level of pay."""
    padded: Fraction
    """Share of ten slack occupations, padded with six fakes for each vacancy, that reach the list: two stars
    for our method, the top fifth for the others."""
    padded_lied: Fraction
    """The same when the fakes are reported as unfilled too."""


class Study(Record):
    """The result of a simulation."""

    draws: int
    """Cities drawn."""
    seed: int
    """Seed of the first."""
    methods: tuple[MethodResult, ...]
    """Ours last."""
    true_high_end: float
    """Rank correlation of the true tightness with high-end work, for comparison."""
    coverage: Fraction
    """Share of the rated occupations whose 80 % interval holds the index that their tightness deserves."""
    repeat_coverage: Fraction
    """Share of the repeat pairs (two draws of one truth) no farther apart than their intervals say."""
    half_width: float
    """Mean half-width of the intervals, in points."""
    rmse: float
    """Error of the index of rated occupations, in points."""
    rated: Fraction
    """Share of the occupations that are rated by themselves."""
    star_churn: Fraction
    """Share of the rated occupations with other stars in a second draw, without regard to the first."""
    star_churn_held: Fraction
    """The same when stars rise and fall only with a probability of .8."""
    two_stars_high: Fraction
    """Share of the rated occupations with two stars more than their true index gives."""


def simulate(
    *,
    draws: int,
    seed: int = 0,
    occupations: int = 120,
    progress: Callable[[int, int], None] | None = None,
) -> Study:
    """Compare the index with five published kinds of score on cities whose truth is known.

    Parameters
    ----------
    draws
        Cities to draw, each observed twice.
    seed
        Seed; the same arguments give the same result.
    occupations
        Occupations of a city.
    progress
        Called with cities done and all after each.

    Returns
    -------
    Study
        Averages over the cities.

    Raises
    ------
    InputError
        When no city or fewer than forty occupations are asked for.
    """
    if draws < 1 or occupations < 40:
        raise InputError(
            "size_out_of_range",
            f"模拟次数 {draws}、职业数 {occupations} 不能用",
            hint="次数至少1，职业至少40",
        )
    rows, facts = [], []
    for number in range(draws):
        own, fact = _one_city(np.random.default_rng([seed, number]), occupations)
        rows.append(own)
        facts.append(fact)
        if progress is not None:
            progress(number + 1, draws)
    names = (*RIVALS, OURS)
    means = np.nanmean(np.array(rows), axis=0)
    fields = [name for name in MethodResult.model_fields if name != "method"]
    return Study(
        draws=draws,
        seed=seed,
        methods=tuple(
            MethodResult(method=name, **dict(zip(fields, map(_rounded, own), strict=True)))
            for name, own in zip(names, means, strict=True)
        ),
        **{key: _rounded(float(np.mean([fact[key] for fact in facts]))) for key in facts[0]},
    )


def _rounded(value: float) -> float:
    return round(float(value), 4)


def _one_city(rng: np.random.Generator, occupations: int) -> tuple[list[list[float]], dict[str, float]]:
    """Score one truth, observed twice and padded twice, by every method."""
    truth = draw_truth(rng, occupations=occupations)
    deserved = true_index(truth, rng)
    markets = [draw_market(truth, rng) for _ in range(2)]
    seeds = [int(value) for value in rng.integers(2**31, size=4)]
    cities = [rate_market(market, seed=own) for market, own in zip(markets, seeds[:2], strict=True)]
    ours = [scored(city, truth) for city in cities]
    held = scored(rate_market(markets[1], seed=seeds[1], before=before_of(cities[0])), truth)
    slack = np.argsort(truth.tightness)[:PADDED]
    attacked = [padded(markets[0], truth, slack, lie=lie) for lie in (False, True)]
    rows = []
    for score in RIVALS.values():
        first, second = (score(market, truth) for market in markets)
        reached = [_reached_top(score(market, truth), slack) for market in attacked]
        rows.append([*_qualities(first, second, truth, markets[0]), *reached])
    starred = [
        float(np.mean(scored(rate_market(market, seed=own), truth).star[slack] >= LISTED_STARS))
        for market, own in zip(attacked, seeds[2:], strict=True)
    ]
    rows.append([*_qualities(ours[0].index, ours[1].index, truth, markets[0]), *starred])
    return rows, _facts(ours, held, deserved, truth)


def _qualities(first: FloatArray, second: FloatArray, truth: Truth, market: Market) -> list[float]:
    """Measure two scores of one truth, in the order of the fields of :class:`MethodResult`."""
    small = truth.spells <= np.quantile(truth.spells, 1 / 3)
    top, again = _top(first, TOP), _top(second, TOP)
    tight = _top(truth.tightness, TRULY_TIGHT)
    pay = (market.vacancies["salary_low"]).groupby(market.vacancies["occupation_code"]).median()
    level = np.asarray(pay.reindex(list(truth.code)), dtype=np.float64)
    known = np.isfinite(level)
    return [
        _rho(first, truth.tightness),
        _rho(first[small], truth.tightness[small]),
        float(1 - np.isin(top, tight).mean()),
        float(1 - np.isin(top, again).mean()),
        _rho(first, truth.high_end),
        _rho(first[known], level[known]),
    ]


def _facts(ours: Sequence[Scored], held: Scored, deserved: FloatArray, truth: Truth) -> dict[str, float]:
    """Check intervals and stars."""
    first, second = ours
    rated, both = first.rated, first.rated & second.rated
    error = (first.index - deserved)[rated]
    half = [(score.high - score.low) / 2 for score in ours]
    apart = np.abs(first.index - second.index)[both]
    deserved_star = np.searchsorted((50.0, 60.0, 70.0, 80.0), deserved, side="right")
    kept = both & held.rated
    return {
        "true_high_end": _rho(truth.tightness, truth.high_end),
        "coverage": float((np.abs(error) <= half[0][rated]).mean()),
        "repeat_coverage": float((apart <= np.hypot(half[0], half[1])[both]).mean()),
        "half_width": float(half[0][rated].mean()),
        "rmse": float(np.sqrt((error**2).mean())),
        "rated": float(rated.mean()),
        "star_churn": float((first.star != second.star)[both].mean()),
        "star_churn_held": float((first.star != held.star)[kept].mean()),
        "two_stars_high": float((first.star >= deserved_star + 2)[rated].mean()),
    }


def _top(values: FloatArray, share: float) -> npt.NDArray[np.int64]:
    count = max(round(share * len(values)), 1)
    return np.asarray(np.argsort(-values, kind="stable")[:count], dtype=np.int64)


def _reached_top(score: FloatArray, chosen: npt.NDArray[np.int64]) -> float:
    return float(np.isin(chosen, _top(score, TOP)).mean())


def _rho(values: FloatArray, others: FloatArray) -> float:
    return float(spearmanr(values, others).statistic)
