"""Build the pairs of one training: collect, leave out copies and foreign tests, divide, count."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from data.errors import InputError, RefusedError
from training.pairs.judged import decision_pairs, feedback_pairs
from training.pairs.leakage import LeakageReport, check_leakage, overlap
from training.pairs.postings import declared_pairs, description_pairs, skill_pairs
from training.pairs.reference import (
    alias_pairs,
    esco_pairs,
    major_pairs,
    occupation_pairs,
    translation_pairs,
)
from training.pairs.source import Pair, PairSource, pair_keys, pairs_frame
from training.pairs.splits import split_pairs

__all__ = ["BuiltPairs", "Inputs", "PairsConfig", "build_pairs"]

Watch = Callable[[str, int, int], None]
"""Told the step, what is done and the total."""


@dataclass(frozen=True)
class PairsConfig:
    """What goes into the pairs and how they are divided."""

    sources: tuple[PairSource, ...] = tuple(PairSource)
    """Sources that are used, where there is something to use."""
    limits: Mapping[PairSource, int] = field(
        default_factory=lambda: {PairSource.TITLE_DESCRIPTION: 20_000, PairSource.TITLE_SKILLS: 20_000}
    )
    """Most pairs of a source; all where nothing is said."""
    seed: int = 0
    """Another seed divides otherwise."""
    test_months: int | None = None
    """The test is the newest months of what has a day; divided by hash alone when left out."""
    keep_overlap: bool = False
    """True keeps pairs with a text of a foreign test, and only counts them."""

    def __post_init__(self) -> None:
        if self.test_months is not None and self.test_months < 1:
            raise InputError(
                "test_months_invalid", f"测试集月数 {self.test_months} 不是正整数", hint="写 1 或更多"
            )

    def to_json(self) -> dict[str, Any]:
        """Return the configuration as plain values."""
        return {
            **asdict(self),
            "sources": [source.value for source in self.sources],
            "limits": {source.value: limit for source, limit in self.limits.items()},
        }


class Inputs(NamedTuple):
    """What the pairs are made of besides the tables of the product."""

    postings: pd.DataFrame | None = None
    """Postings as the store reads them."""
    declared: pd.DataFrame | None = None
    """Majors that employers declared; those within the postings when left out."""
    titles: Sequence[Pair] = ()
    """Further pairs of titles, such as those of :func:`training.pairs.talentclef.read_title_pairs`."""
    decisions: Sequence[Mapping[str, Any]] = ()
    """Decisions about codes."""
    outcomes: pd.DataFrame | None = None
    """Outcomes of feedback; with them the vacancies and the profiles are needed."""
    vacancies: pd.DataFrame | None = None
    """Vacancies as the store reads them."""
    profiles: pd.DataFrame | None = None
    """Profiles as the store reads them."""
    foreign_tests: Collection[str] = ()
    """Texts of tests from outside, of which nothing may be learned."""


@dataclass(frozen=True)
class BuiltPairs:
    """Pairs ready to be learned from."""

    pairs: pd.DataFrame
    """The pairs with their split."""
    leakage: LeakageReport
    """What stands in more than one split."""
    collected: int
    """Pairs collected."""
    repeated: int
    """Copies left out: the same two texts, whichever asks."""
    overlapping: Mapping[str, int]
    """Pairs by source that hold a text of a foreign test."""
    undivided: int
    """Pairs left out so that no text stands in two splits, or for the time of the test."""
    test_since: pd.Timestamp | None
    """First day of the test, where it was divided by time."""

    def counts(self, *columns: str) -> pd.DataFrame:
        """Count the pairs.

        Parameters
        ----------
        *columns
            Columns to count by, such as ``source`` and ``split``.

        Returns
        -------
        pandas.DataFrame
            The columns and ``pairs``, in order.
        """
        return self.pairs.groupby(list(columns), sort=True).size().rename("pairs").reset_index()

    def report(self) -> dict[str, Any]:
        """Return all counts as plain values."""
        return {
            "pairs": len(self.pairs),
            "collected": self.collected,
            "repeated": self.repeated,
            "undivided": self.undivided,
            "overlapping": dict(self.overlapping),
            "test_since": None if self.test_since is None else str(self.test_since.date()),
            "by_source": self.counts("source", "split").to_dict("records"),
            "by_language": self.counts("language", "split").to_dict("records"),
            "leakage": self.leakage.to_json(),
        }


def build_pairs(
    inputs: Inputs, config: PairsConfig | None = None, *, watch: Watch | None = None
) -> BuiltPairs:
    """Build pairs from everything there is.

    Parameters
    ----------
    inputs
        Postings, decisions, feedback; with none of them the public tables alone are used.
    config
        Which sources, how many of each, how they are divided; all by default.
    watch
        Told the step, what is done and the total.

    Returns
    -------
    BuiltPairs
        The same for the same inputs and configuration, whatever the order of rows.

    Raises
    ------
    InputError
        There is not one pair.
    RefusedError
        ``pairs_leak``: something stands in two splits; nothing may be learned from such pairs.
    """
    chosen = config or PairsConfig()
    parts = [
        _limited(pairs_frame(pairs), chosen)
        for pairs in _collected(inputs, chosen, watch or (lambda _name, _done, _total: None))
    ]
    kept = [part[part["source"].isin([source.value for source in chosen.sources])] for part in parts]
    frame = pd.concat([part for part in kept if len(part)] or [pairs_frame([])], ignore_index=True)
    if frame.empty:
        raise InputError("pairs_none", "没有任何训练对", hint="先导入招聘信息，或选用 --source 的其他来源")
    different = frame[~pair_keys(frame).duplicated()]
    foreign = overlap(different, inputs.foreign_tests)
    overlapping = different["source"][foreign].value_counts().sort_index().to_dict()
    usable = different if chosen.keep_overlap else different[~foreign]
    since = _since(usable, chosen.test_months)
    divided = split_pairs(usable.reset_index(drop=True), seed=chosen.seed, test_since=since)
    leakage = check_leakage(divided, test_since=since)
    if not leakage.clean:
        raise RefusedError(
            "pairs_leak", f"训练对在划分之间有泄漏：{leakage.to_json()}", hint="这是程序的缺陷，请报告"
        )
    return BuiltPairs(
        pairs=divided,
        leakage=leakage,
        collected=len(frame),
        repeated=len(frame) - len(different),
        overlapping={str(source): int(count) for source, count in overlapping.items()},
        undivided=len(usable) - len(divided),
        test_since=since,
    )


def _collected(inputs: Inputs, config: PairsConfig, watch: Watch) -> Iterator[Iterator[Pair]]:
    """Yield what every source gives, official and judged ones first: of copies the first is kept."""
    of = PairSource
    steps: tuple[tuple[set[PairSource], Callable[[], Iterator[Pair]]], ...] = (
        ({of.MAJOR_OCCUPATION}, major_pairs),
        ({of.DECISION}, lambda: decision_pairs(inputs.decisions)),
        ({of.OCCUPATION_TITLE, of.SAME_OCCUPATION, of.SIBLING}, occupation_pairs),
        ({of.TRANSLATION}, translation_pairs),
        ({of.ALIAS}, alias_pairs),
        ({of.ESCO}, esco_pairs),
        (set(of), lambda: iter(inputs.titles)),
        ({of.FEEDBACK}, lambda: _feedback(inputs)),
        ({of.DECLARED_MAJOR}, lambda: _from_postings(inputs, of.DECLARED_MAJOR, config, watch)),
        ({of.TITLE_DESCRIPTION}, lambda: _from_postings(inputs, of.TITLE_DESCRIPTION, config, watch)),
        ({of.TITLE_SKILLS}, lambda: _from_postings(inputs, of.TITLE_SKILLS, config, watch)),
    )
    for number, (sources, step) in enumerate(steps):
        watch("收集训练对", number, len(steps))
        if not sources.isdisjoint(config.sources):
            yield step()
    watch("收集训练对", len(steps), len(steps))


def _feedback(inputs: Inputs) -> Iterator[Pair]:
    if inputs.outcomes is None or inputs.vacancies is None or inputs.profiles is None:
        return iter(())
    return feedback_pairs(inputs.outcomes, inputs.vacancies, inputs.profiles)


def _from_postings(inputs: Inputs, source: PairSource, config: PairsConfig, watch: Watch) -> Iterator[Pair]:
    if inputs.postings is None:
        return iter(())
    limit = config.limits.get(source)
    if source is PairSource.TITLE_DESCRIPTION:
        return description_pairs(
            inputs.postings, limit=limit, progress=lambda done, total: watch("岗位→描述", done, total)
        )
    if source is PairSource.TITLE_SKILLS:
        return skill_pairs(inputs.postings, limit=limit)
    return declared_pairs(inputs.postings, inputs.declared)


def _limited(pairs: pd.DataFrame, config: PairsConfig) -> pd.DataFrame:
    """Leave as many pairs of each source as the configuration allows, drawn by the hash of their texts."""
    pairs = pairs.sort_values(["anchor", "positive", "group", "concept", "on"], ignore_index=True)
    limit = pairs["source"].map(lambda source: config.limits.get(PairSource(source), len(pairs)))
    draw = [
        hashlib.sha256(f"{anchor}¦{positive}".encode()).hexdigest()
        for anchor, positive in zip(pairs["anchor"], pairs["positive"], strict=True)
    ]
    turn = pd.Series(draw, index=pairs.index, dtype=object).groupby(pairs["source"]).rank(method="first")
    return pairs[(turn <= limit).to_numpy(bool)]


def _since(pairs: pd.DataFrame, months: int | None) -> pd.Timestamp | None:
    """Return the first day of the newest months."""
    newest = pairs["on"].max()
    if months is None or pd.isna(newest):
        return None
    return pd.Timestamp(newest).to_period("M").start_time - pd.DateOffset(months=months - 1)
