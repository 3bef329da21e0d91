"""The benchmark finds what is there to be found, and says so with intervals."""

from __future__ import annotations

import numpy as np
import pytest

from training.applications import BenchmarkConfig, Direction, Protocol, read_applications, run_benchmark
from training.applications.results import METRICS, compare, figures
from training.applications.systems import LEARNED, SYSTEMS
from training.ranker import BoostingConfig

CONFIG = BenchmarkConfig(queries=40, negatives=10, examples=150, boosting=BoostingConfig(trees=20, bins=16))


@pytest.fixture(scope="module")
def found(market):
    return run_benchmark(market, CONFIG, protocols=(Protocol.WITHIN, Protocol.COLD_POSTINGS))


def figure(found, protocol, direction, system, metric="nDCG@10"):
    return next(
        one
        for one in found.figures
        if (one.protocol, one.direction, one.system, one.metric) == (protocol, direction, system, metric)
    )


def test_every_system_is_measured_in_both_directions(found):
    assert len(found.figures) == 2 * 2 * len(SYSTEMS) * len(METRICS)
    assert all(0 <= one.low <= one.mean <= one.high <= 1 for one in found.figures)
    assert len(found.comparisons) == 2 * 2 * len(SYSTEMS) * len(METRICS)


@pytest.mark.parametrize("direction", list(Direction))
def test_chance_is_chance_and_learning_beats_it(found, direction):
    assert figure(found, Protocol.WITHIN, direction, "random", "AUC").mean == pytest.approx(0.5, abs=0.1)
    learned = figure(found, Protocol.WITHIN, direction, LEARNED, "AUC")
    assert learned.low > 0.7
    assert learned.mean < 1


def test_a_posting_nobody_knows_has_no_popularity(found):
    for direction in Direction:
        popular = figure(found, Protocol.COLD_POSTINGS, direction, "popularity", "AUC")
        assert popular.mean == pytest.approx(0.5, abs=0.12)


def test_the_same_seed_gives_the_same_result_and_progress_is_told(market):
    told = []
    once, twice = (
        run_benchmark(market, CONFIG, protocols=(Protocol.TIME,), progress=lambda *step: told.append(step))
        for _ in range(2)
    )
    assert once == twice
    assert told[0][0] == "time postings_for_seeker"
    assert told[0][1:] == (24, 24)


def test_the_result_names_what_it_depends_on_and_what_was_left_out(found, market):
    assert found.details["data_sha256"] == market.sha256
    assert found.details["config"]["seed"] == 0
    assert "hischool_gender" in found.details["left_out"]
    assert found.details["protocols"]["within"]["test_asked"] > 0
    assert set(found.beaten) == {"random", "popularity", "additive", "item_cosine", "equal_sum"}


def test_beaten_needs_every_interval_above_nothing(found):
    worse = tuple(
        one.model_copy(update={"low": -0.1})
        if one.against == "popularity" and one.direction == Direction.SEEKERS
        else one.model_copy(update={"low": 0.1})
        for one in found.comparisons
    )
    beaten = found.model_copy(update={"comparisons": worse}).beaten
    assert beaten["popularity"] is False
    assert beaten["additive"] is True


def test_differences_are_taken_query_by_query():
    # Both vary much from query to query, one is always .1 better: the interval knows.
    base = np.random.default_rng(0).random((50, 3)) * 0.8
    values = {"a": base + 0.1, "b": base}
    labels = {"protocol": "p", "direction": "d"}
    (first, *_) = compare(values, "a", ["b"], np.random.default_rng(0), **labels)
    assert first.difference == pytest.approx(0.1)
    assert (first.low, first.high) == (pytest.approx(0.1), pytest.approx(0.1))
    assert first.better
    means = figures(values, np.random.default_rng(0), **labels)
    assert means[0].high - means[0].low > 0.05
    assert means[0].queries == 50


@pytest.mark.real
def test_learning_beats_the_additive_score_and_popularity_on_real_applications(real_data):
    """Pin the quality; ``yingcai train ranker --applications`` gives the range anew."""
    config = BenchmarkConfig(queries=150, examples=4000, negatives=10, boosting=BoostingConfig(trees=60))
    applications = read_applications(real_data / "dacon_kr_applications")
    found = run_benchmark(applications, config, protocols=(Protocol.WITHIN,))
    assert found.beaten["additive"]
    assert found.beaten["popularity"]
    for direction in Direction:
        assert 0.05 < figure(found, Protocol.WITHIN, direction, LEARNED).mean < 0.13
        assert figure(found, Protocol.WITHIN, direction, "random").mean < 0.01
