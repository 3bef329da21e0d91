"""Run the benchmark: divide, learn features, fit every system, rank all candidates of every query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.records import Record
from training.applications.examples import make_examples
from training.applications.features import COLUMNS, Content, PairFeatures
from training.applications.protocols import Direction, Division, Protocol, make_protocols
from training.applications.results import Comparison, Figure, compare, figures
from training.applications.systems import ADDITIVE, BASELINES, LEARNED, SYSTEMS, Rows, Systems, fit_systems
from training.applications.tables import LEFT_OUT, Applications
from training.metrics import area_under_curve, ndcg, recall
from training.ranker.curves import BoostingConfig

__all__ = ["Benchmark", "BenchmarkConfig", "run_benchmark"]

Floats = NDArray[np.float64]

_K = 10
_QUERIES_AT_ONCE = 50


@dataclass(frozen=True)
class BenchmarkConfig:
    """What a benchmark depends on besides the data."""

    seed: int = 0
    """Seed of every draw."""
    queries: int = 500
    """Most queries tested in each protocol and direction, drawn at random."""
    negatives: int = 15
    """Negatives drawn for each application that the rankers are fitted on."""
    examples: int = 8000
    """Most applications that the rankers are fitted on."""
    boosting: BoostingConfig = field(default_factory=lambda: BoostingConfig(trees=100))
    """Settings of the boosting."""


class Benchmark(Record):
    """All that was found, and what it was found with."""

    figures: tuple[Figure, ...]
    """By protocol, direction, system and metric."""
    comparisons: tuple[Comparison, ...]
    """The learned curves against every other system, and the boosting against the additive score."""
    details: dict[str, Any]
    """Sizes, settings, data digest, features and what was left out."""

    @property
    def beaten(self) -> dict[str, bool]:
        """For each baseline whether the learned curves have a higher nDCG@10 in both directions, by time too.

        The cold protocols do not count here: what is known of nobody is ranked by content alone.
        """
        return {
            other: all(
                one.better
                for one in self.comparisons
                if one.system == LEARNED
                and one.against == other
                and one.metric == "nDCG@10"
                and one.protocol in {Protocol.WITHIN, Protocol.TIME}
            )
            for other in BASELINES
        }


def run_benchmark(
    applications: Applications,
    config: BenchmarkConfig | None = None,
    *,
    protocols: tuple[Protocol, ...] = tuple(Protocol),
    progress: Callable[[str, int, int], None] = lambda _name, _done, _total: None,
) -> Benchmark:
    """Compare every system under every protocol, in both directions.

    Parameters
    ----------
    applications
        The applications.
    config
        Settings; None for the usual ones.
    protocols
        The ways of dividing to use.
    progress
        Called with the protocol and direction, the queries done and their total.

    Returns
    -------
    Benchmark
        Every candidate is ranked for every query; only known applications of the query are left out.
    """
    settings = config or BenchmarkConfig()
    divisions = make_protocols(applications, np.random.default_rng(settings.seed))
    content = Content.from_applications(applications)
    shown: list[Figure] = []
    compared: list[Comparison] = []
    for protocol in protocols:
        fitted, tested = divisions[protocol]
        before = PairFeatures.from_known(applications, content, fitted.known, seed=settings.seed)
        after = PairFeatures.from_known(applications, content, tested.known, seed=settings.seed)
        for direction in Direction:
            rng = np.random.default_rng(settings.seed)
            examples = make_examples(
                applications,
                before,
                fitted,
                direction,
                rng,
                negatives=settings.negatives,
                limit=settings.examples,
            )
            systems = fit_systems(examples, rng, config=settings.boosting, seed=settings.seed)
            task = _Task(applications, after, tested, direction)
            name = f"{protocol} {direction}"
            values = task.judge(
                systems,
                rng,
                queries=settings.queries,
                progress=lambda done, total, name=name: progress(name, done, total),  # type: ignore[misc]
            )
            labels = {"protocol": protocol.value, "direction": direction.value}
            shown += figures(values, rng, **labels)
            compared += compare(values, LEARNED, [one for one in SYSTEMS if one != LEARNED], rng, **labels)
            compared += compare(values, "boosting", [ADDITIVE], rng, **labels)
    return Benchmark(
        figures=tuple(shown),
        comparisons=tuple(compared),
        details=_details(applications, settings, divisions),
    )


@dataclass(frozen=True)
class _Task:
    """Queries of one direction with what is to be found."""

    applications: Applications
    features: PairFeatures
    division: Division
    direction: Direction

    def judge(
        self,
        systems: Systems,
        rng: np.random.Generator,
        *,
        queries: int,
        progress: Callable[[int, int], None],
    ) -> dict[str, Floats]:
        """Return the metrics by system, shape ``(queries, metrics)``."""
        to_postings = self.direction is Direction.POSTINGS
        asking, offered = self.applications.seeker, self.applications.posting
        candidates = self.division.postings
        if not to_postings:
            asking, offered, candidates = offered, asking, self.division.seekers
        wanted, known = (
            _by_query(asking[part], offered[part]) for part in (self.division.asked, self.division.known)
        )
        ids = np.array(sorted(wanted), np.int64)
        if len(ids) > queries:
            ids = np.sort(rng.choice(ids, queries, replace=False))
        found: dict[str, list[tuple[float, float, float]]] = {system: [] for system in systems.scorers}
        for start in range(0, len(ids), _QUERIES_AT_ONCE):
            some = ids[start : start + _QUERIES_AT_ONCE]
            block = (
                self.features.block(some, candidates)
                if to_postings
                else self.features.block(candidates, some).swapaxes(0, 1)
            )
            rows = Rows.from_features(block.reshape(-1, len(COLUMNS)), systems.bins)
            noise = rng.random(len(candidates))
            masks = {
                query: (~np.isin(candidates, known.get(query, [])), np.isin(candidates, wanted[query]))
                for query in some.tolist()
            }
            for system, scorer in systems.scorers.items():
                scores = scorer(rows).reshape(len(some), len(candidates))
                for query, own in zip(some.tolist(), scores, strict=True):
                    found[system].append(_metrics(own, *masks[query], noise))
            progress(min(start + _QUERIES_AT_ONCE, len(ids)), len(ids))
        return {system: np.array(values, np.float64).reshape(-1, 3) for system, values in found.items()}


def _metrics(
    scores: Floats, kept: NDArray[np.bool_], wanted: NDArray[np.bool_], noise: Floats
) -> tuple[float, float, float]:
    """Return the metrics of one query over its candidates, equal scores in random order."""
    places = np.flatnonzero(kept)
    relevant = wanted[places[np.lexsort((noise[places], -scores[places]))]]
    return ndcg(relevant, _K), recall(relevant, _K), area_under_curve(relevant)


def _by_query(asking: NDArray[np.int64], offered: NDArray[np.int64]) -> dict[int, list[int]]:
    """Return what each query applied to, or who applied to it."""
    found: dict[int, list[int]] = {}
    for query, item in zip(asking.tolist(), offered.tolist(), strict=True):
        found.setdefault(query, []).append(item)
    return found


def _details(
    applications: Applications,
    config: BenchmarkConfig,
    divisions: Mapping[Protocol, tuple[Division, Division]],
) -> dict[str, Any]:
    """Return what the figures depend on."""
    return {
        "data_sha256": applications.sha256,
        "applications": len(applications.seeker),
        "seekers": applications.seekers,
        "postings": applications.postings,
        "config": asdict(config),
        "protocols": {
            protocol.value: {
                "fit_known": len(fitted.known),
                "fit_asked": len(fitted.asked),
                "test_known": len(tested.known),
                "test_asked": len(tested.asked),
                "test_seekers": len(tested.seekers),
                "test_postings": len(tested.postings),
            }
            for protocol, (fitted, tested) in divisions.items()
        },
        "features": {each.name: each.label for each in COLUMNS},
        "systems": SYSTEMS,
        "left_out": LEFT_OUT,
        "time": "应聘本身没有时间；唯一的日期是简历最后更新日，time 与 cold_seekers 按它划分求职者",
    }
