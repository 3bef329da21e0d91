"""Which pairs go into which batch: one source each, and no two pairs that mean the same.

Every other pair of a batch serves as a negative. Two pairs of one concept, or two that share a text, would
teach the model that synonyms differ, so they never meet. The whole run is planned before it starts: the
plan depends on the pairs, the settings and the seed alone, and a run that goes on after a stop goes on with
the same batches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import InputError

__all__ = ["BatchPlan", "plan_batches", "weights_of"]

_OPEN = 64
"""Batches that are filled at a time; a pair that fits into none of them is left out of that pass."""

Rows = NDArray[np.int64]


class BatchPlan(NamedTuple):
    """The batches of a run."""

    batches: tuple[Rows, ...]
    """Row numbers of each batch, in order."""
    seen: Mapping[str, int]
    """Pairs of each source that the batches hold, repetitions counted."""
    left_out: Mapping[str, int]
    """Pairs of each source that no batch of the first pass took: too many alike, or too few at the end."""
    epoch: int
    """Batches that one pass over the sources fills."""


@dataclass
class _Batch:
    """A batch that is being filled."""

    rows: list[int] = field(default_factory=list)
    texts: set[int] = field(default_factory=set)
    negatives: set[int] = field(default_factory=set)

    def takes(self, texts: frozenset[int], negatives: frozenset[int]) -> bool:
        """Say whether a row may join: none of its texts stands here, nor is anything here its negative."""
        return (
            self.texts.isdisjoint(texts)
            and self.negatives.isdisjoint(texts)
            and self.texts.isdisjoint(negatives)
        )

    def add(self, row: int, texts: frozenset[int], negatives: frozenset[int]) -> None:
        """Take a row in."""
        self.rows.append(row)
        self.texts |= texts
        self.negatives |= negatives


def weights_of(sources: Sequence[str], mix: Mapping[str, float]) -> dict[str, float]:
    """Return the share of the batches that each source gets.

    Parameters
    ----------
    sources
        Source of every pair.
    mix
        Weights by source; empty lets every source have as many batches as its pairs fill.

    Returns
    -------
    dict
        Shares above 0 that add up to 1, by source, sorted by name; empty for an empty mix.

    Raises
    ------
    InputError
        A named source has no pairs.
    """
    present = set(sources)
    wanted = {source: weight for source, weight in sorted(mix.items()) if weight > 0}
    if absent := [source for source in wanted if source not in present]:
        raise InputError(
            "source_absent",
            f"没有来源为 {'、'.join(absent)} 的训练对",
            hint="现有来源：" + "、".join(sorted(present)),
        )
    total = sum(wanted.values())
    return {source: weight / total for source, weight in wanted.items()}


def plan_batches(
    pairs: pd.DataFrame,
    *,
    size: int,
    epochs: int,
    rng: np.random.Generator,
    steps: int = 0,
    mix: Mapping[str, float] | None = None,
    negatives: int = 0,
    groups_apart: bool = False,
) -> BatchPlan:
    """Lay out the batches of a run.

    Parameters
    ----------
    pairs
        Columns ``anchor``, ``positive``, ``source`` and ``concept``; an empty concept is nobody's. Where
        there is a column ``language`` a batch holds one value of it, so that no negative can be told by its
        language. With ``negatives`` above 0 also ``negatives``, a list of texts in each row; with
        ``groups_apart`` also ``group``.
    size
        Pairs in a batch. The last batch of a source may hold half as many, or fewer where it is the only one.
    epochs
        The run is as long as this many passes over the sources of the mix.
    rng
        Order of everything.
    steps
        Number of batches instead of ``epochs``; 0 leaves it to ``epochs``.
    mix
        Weights of the sources; a source that is not named is left out, one that runs out begins anew in
        another order. Empty takes every pair of every source once in an epoch.
    negatives
        Hard negatives that a pair must have to be batched with its like; the others are batched apart.
    groups_apart
        True keeps pairs of one group out of each other's batches, as those of one concept.

    Returns
    -------
    BatchPlan
        At least one batch.

    Raises
    ------
    InputError
        A source of the mix has no pairs, or no batch of two pairs can be made of one.
    """
    shares = weights_of(pairs["source"].tolist(), mix or {})
    meanings = _meanings(pairs, negatives, groups_apart=groups_apart)
    streams = {
        source: _Stream(source, kinds, meanings, size, rng)
        for source, kinds in _kinds(pairs, negatives).items()
        if not shares or source in shares
    }
    first = sum(len(stream.first) for stream in streams.values())
    total = steps or epochs * first
    if shares:
        wanted = _allotted(total, shares)
    else:
        wanted = {source: epochs * len(stream.first) for source, stream in streams.items()}
        if steps:
            wanted = _allotted(total, {source: count / (epochs * first) for source, count in wanted.items()})
    made = [batch for source, stream in streams.items() for batch in stream.take(wanted[source])]
    batches = tuple(made[at] for at in rng.permutation(len(made)))
    names = pairs["source"].to_numpy()
    seen: Counter[str] = Counter()
    for batch in batches:
        seen[str(names[batch[0]])] += len(batch)
    left = {source: stream.over for source, stream in streams.items() if stream.over}
    return BatchPlan(batches, dict(sorted(seen.items())), dict(sorted(left.items())), first)


class _Stream:
    """The batches of one source, pass after pass."""

    def __init__(
        self, source: str, kinds: Sequence[Rows], meanings: _Meanings, size: int, rng: np.random.Generator
    ) -> None:
        self._kinds = kinds
        self._meanings = meanings
        self._size = size
        self._rng = rng
        self.first, self.over = self._pass()
        if not self.first:
            raise InputError(
                "pairs_too_few",
                f"来源 {source} 凑不出一批训练对：至少要两对不同含义的文本",
                hint="增加训练对，检查 concept 列，或用 mix 略去该来源",
            )

    def take(self, count: int) -> list[Rows]:
        """Return that many batches; a new pass begins where the one before ended."""
        found = list(self.first)
        while len(found) < count:
            found += self._pass()[0]
        return found[:count]

    def _pass(self) -> tuple[list[Rows], int]:
        """Return the batches of one pass over the source in random order, and the rows that found none."""
        batches: list[Rows] = []
        over = 0
        for rows in self._kinds:
            filled, left = _fill(self._rng.permutation(rows), self._meanings, self._size)
            batches += filled
            over += left
        return [batches[at] for at in self._rng.permutation(len(batches))], over


def _allotted(total: int, shares: Mapping[str, float]) -> dict[str, int]:
    """Divide a number by shares that add up to 1, by largest remainders."""
    exact = {source: total * share for source, share in shares.items()}
    whole = {source: int(value) for source, value in exact.items()}
    rest = sorted(exact, key=lambda source: (whole[source] - exact[source], source))
    for source in rest[: total - sum(whole.values())]:
        whole[source] += 1
    return whole


def _kinds(pairs: pd.DataFrame, negatives: int) -> dict[str, list[Rows]]:
    """Return the rows of each source by what may share a batch: one language, with hard negatives or not."""
    languages = pairs["language"].tolist() if "language" in pairs else [""] * len(pairs)
    enough = [len(given) >= negatives for given in pairs["negatives"]] if negatives else [False] * len(pairs)
    kinds: dict[tuple[str, str, bool], list[int]] = {}
    for row, kind in enumerate(zip(pairs["source"], languages, enough, strict=True)):
        kinds.setdefault(kind, []).append(row)
    found: dict[str, list[Rows]] = {}
    for kind in sorted(kinds):
        found.setdefault(kind[0], []).append(np.array(kinds[kind], np.int64))
    return found


class _Meanings(NamedTuple):
    """What each row means, in numbers."""

    own: list[frozenset[int]]
    """Its texts and its concept."""
    against: list[frozenset[int]]
    """Its hard negatives."""


def _meanings(pairs: pd.DataFrame, negatives: int, *, groups_apart: bool) -> _Meanings:
    numbers: dict[tuple[str, str], int] = {}

    def number(kind: str, text: str) -> int:
        return numbers.setdefault((kind, text.casefold()), len(numbers))

    nobody = [""] * len(pairs)
    columns = (
        pairs["anchor"],
        pairs["positive"],
        pairs["concept"],
        pairs["group"] if groups_apart else nobody,
    )
    kinds = ("text", "text", "concept", "group")
    own = [
        frozenset(number(kind, value) for kind, value in zip(kinds, row, strict=True) if value)
        for row in zip(*columns, strict=True)
    ]
    given = pairs["negatives"] if negatives else [()] * len(pairs)
    return _Meanings(own, [frozenset(number("text", text) for text in row[:negatives]) for row in given])


def _fill(drawn: Rows, meanings: _Meanings, size: int) -> tuple[list[Rows], int]:
    """Put every row into the first open batch that takes it; return the batches and how many found none."""
    opened: list[_Batch] = []
    full: list[Rows] = []
    over = 0
    for row in drawn.tolist():
        own, against = meanings.own[row], meanings.against[row]
        batch = next((one for one in opened if one.takes(own, against)), None)
        if batch is None:
            if len(opened) == _OPEN:
                over += 1
                continue
            batch = _Batch()
            opened.append(batch)
        batch.add(row, own, against)
        if len(batch.rows) == size:
            full.append(np.array(batch.rows, np.int64))
            opened.remove(batch)
    for batch in sorted(opened, key=lambda one: -len(one.rows)):
        if len(batch.rows) >= size / 2 or (not full and len(batch.rows) > 1):
            full.append(np.array(batch.rows, np.int64))
        else:
            over += len(batch.rows)
    return full, over
