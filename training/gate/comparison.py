"""Both models on the same queries: which slices are compared, and the paired bootstrap of each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.records import Record
from training.gate.policy import Policy
from training.gate.scorecard import Dimension

__all__ = ["Comparison", "Paired", "compare", "holm", "pairs_of", "pooled"]

_DRAWN_AT_ONCE = 2_000_000

Floats = NDArray[np.float64]


class Paired(NamedTuple):
    """The queries of one slice as both models answered them."""

    metric: str
    dimension: Dimension
    slice: str
    candidate: Floats
    champion: Floats
    members: tuple[str, ...]
    """The slices in it: more than one where small ones were put together."""


class Comparison(Record):
    """The difference between both models on one slice."""

    metric: str
    """Name of the metric."""
    dimension: Dimension
    """What the slice belongs to."""
    slice: str
    """Name of the slice."""
    members: tuple[str, ...]
    """The slices in it: more than one where small ones were put together."""
    queries: int
    """Queries compared."""
    candidate: float
    """The candidate's mean."""
    champion: float
    """The champion's mean."""
    difference: float
    """Candidate minus champion."""
    low: float
    """Lower end of the interval of the difference, from the paired bootstrap."""
    high: float
    """Upper end."""
    worse: float
    """Share of draws in which the candidate is not worse: the p-value of being no worse."""
    margin: float
    """Largest loss that counts as none here."""

    @property
    def shown(self) -> bool:
        """Whether it is shown that the candidate is not worse by the margin."""
        return self.low > -self.margin


def pairs_of(candidate: pd.DataFrame, champion: pd.DataFrame) -> Iterator[Paired]:
    """Join two tables of quality that hold the same queries, slice by slice in order of names."""
    keys = ["metric", "dimension", "slice"]
    joined = candidate.merge(champion, on=[*keys, "query"], suffixes=("", "_of_champion"))
    ordered = joined.sort_values([*keys, "query"], kind="stable")
    for (metric, dimension, name), part in ordered.groupby(keys, sort=True):
        values = part["value"].to_numpy(float), part["value_of_champion"].to_numpy(float)
        yield Paired(str(metric), Dimension(str(dimension)), str(name), *values, (str(name),))


def pooled(pairs: Sequence[Paired], least: int) -> list[Paired]:
    """Put the slices of one metric and dimension that are too small together until they are enough.

    Parameters
    ----------
    pairs
        All slices of one metric and dimension.
    least
        Fewest queries to be judged alone.

    Returns
    -------
    list of Paired
        The slices that are large enough, and one of all the small ones. Where these are still too few
        together, the next larger slices join them (and are judged alone as well).
    """
    ordered = sorted(pairs, key=lambda one: (len(one.candidate), one.slice))
    alone = [one for one in ordered if len(one.candidate) >= least]
    rest: list[Paired] = []
    for one in ordered:
        enough = sum(len(each.candidate) for each in rest) >= least
        if len(one.candidate) >= least and (enough or not rest):
            break
        rest.append(one)
    if not rest:
        return alone
    first = rest[0]
    together = Paired(
        first.metric,
        first.dimension,
        "其余" if len(rest) > 1 else first.slice,
        np.concatenate([one.candidate for one in rest]),
        np.concatenate([one.champion for one in rest]),
        tuple(one.slice for one in rest),
    )
    return [*alone, together]


def compare(pair: Paired, policy: Policy) -> Comparison:
    """Bootstrap the mean difference over the queries of one slice.

    Parameters
    ----------
    pair
        Values of both models for the same queries, shape ``(queries,)`` each.
    policy
        Gives the number of draws, the level, the margin and the seed.

    Returns
    -------
    Comparison
        The same for the same arguments. The draws depend on seed and names only, so a larger value of the
        candidate never lowers an end of the interval.
    """
    differences = pair.candidate - pair.champion
    means = _draws(differences, policy.draws, _rng(pair, policy.seed))
    low, high = np.quantile(means, [(1 - policy.level) / 2, (1 + policy.level) / 2])
    return Comparison(
        metric=pair.metric,
        dimension=pair.dimension,
        slice=pair.slice,
        members=pair.members,
        queries=len(differences),
        candidate=float(pair.candidate.mean()),
        champion=float(pair.champion.mean()),
        difference=float(differences.mean()),
        low=float(low),
        high=float(high),
        worse=float((1 + (means >= 0).sum()) / (1 + len(means))),
        margin=policy.margin if pair.dimension is Dimension.OVERALL else policy.slice_margin,
    )


def holm(values: Sequence[float], level: float) -> list[bool]:
    """Tell which of several p-values are significant when the chance of any false one is held.

    Parameters
    ----------
    values
        P-values, 0 to 1.
    level
        1 minus that chance.

    Returns
    -------
    list of bool
        One a value, by Holm's step-down procedure; empty for none.

    Examples
    --------
    >>> holm([0.04, 0.001, 0.03], 0.95)
    [False, True, False]
    """
    found = [False] * len(values)
    for step, at in enumerate(sorted(range(len(values)), key=lambda at: values[at])):
        if values[at] > (1 - level) / (len(values) - step):
            break
        found[at] = True
    return found


def _draws(differences: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Return the means of resampled differences."""
    if (differences == differences[0]).all():
        return np.full(count, differences[0])
    size = len(differences)
    at_once = max(_DRAWN_AT_ONCE // size, 1)
    blocks = [
        differences[rng.integers(size, size=(min(at_once, count - start), size))].mean(axis=1)
        for start in range(0, count, at_once)
    ]
    return np.concatenate(blocks)


def _rng(pair: Paired, seed: int) -> np.random.Generator:
    """Return draws of this slice's own, whatever other slices there are."""
    name = "\n".join([pair.metric, pair.dimension, *pair.members])
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])
