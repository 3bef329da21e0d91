"""Averages with intervals, by group."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd

from training.evaluate.results import METRICS, Evaluation, Grouping, Ranked, measure, write_evaluation

GOOD = Ranked(np.array([1.0]), np.array([1.0]))
SECOND = Ranked(np.array([0.0, 1.0]), np.array([1.0]))
LOST = Ranked(np.zeros(0), np.array([1.0]))
NOTHING = Ranked(np.zeros(0), np.zeros(0))


def of(found, **wanted):
    (one,) = [each for each in found if all(getattr(each, name) == value for name, value in wanted.items())]
    return one


def test_metrics_of_one_query_worked_out_by_hand():
    # one of two relevant items, at rank 2
    one = Ranked(np.array([0.0, 2.0]), np.array([2.0, 1.0]))
    values = {name: metric(one) for name, metric in METRICS.items()}
    assert values["MAP"] == 0.25
    assert values["MRR"] == 0.5
    assert values["P@5"] == 0.2
    assert values["P@10"] == 0.1
    assert (values["recall@1"], values["recall@10"], values["recall@100"]) == (0, 0.5, 0.5)
    assert math.isclose(values["nDCG@10"], (2 / math.log2(3)) / (2 + 1 / math.log2(3)))


def test_what_was_never_ranked_counts_as_zero_and_nothing_relevant_as_dropped():
    for name in METRICS:
        assert METRICS[name](LOST) == 0
        assert math.isnan(METRICS[name](NOTHING))
    found = measure({"甲": [GOOD, LOST, NOTHING]}, ["MRR"], dataset="d", rng=np.random.default_rng(0))
    assert (found[0].mean, found[0].queries, found[0].dropped) == (0.5, 2, 1)
    assert 0 <= found[0].low <= 0.5 <= found[0].high <= 1


def test_groups_are_averaged_apart_and_small_ones_are_named_but_not_rated():
    queries = [GOOD] * 10 + [SECOND] * 10 + [GOOD] * 3
    labels = ["镁材料"] * 10 + ["港口物流|数字经济"] * 10 + ["新能源"] * 2 + [""]
    found = measure(
        {"甲": queries},
        ["MRR"],
        dataset="d",
        rng=np.random.default_rng(0),
        groupings=[Grouping("重点产业", labels)],
    )
    assert of(found, group="镁材料").mean == 1.0
    assert of(found, group="港口物流").mean == of(found, group="数字经济").mean == 0.5
    small = of(found, group="新能源")
    assert (small.mean, small.low, small.high, small.queries) == (None, None, None, 2)
    assert of(found, group="全部").queries == 23
    assert {each.group for each in found} == {"全部", "镁材料", "港口物流", "数字经济", "新能源"}


def test_all_queries_are_rated_even_if_few_but_not_if_none_counts():
    few = measure({"甲": [SECOND]}, ["MRR"], dataset="d", rng=np.random.default_rng(0))
    assert few[0].mean == 0.5
    none = measure({"甲": [NOTHING]}, ["MRR"], dataset="d", rng=np.random.default_rng(0))
    assert (none[0].mean, none[0].dropped) == (None, 1)
    assert measure({}, ["MRR"], dataset="d", rng=np.random.default_rng(0)) == []


def test_the_same_seed_gives_the_same_intervals():
    queries = [GOOD, SECOND, LOST] * 5
    twice = [measure({"甲": queries}, ["MRR"], dataset="d", rng=np.random.default_rng(1)) for _ in range(2)]
    assert twice[0] == twice[1]


def test_an_evaluation_is_written_as_json_and_table(tmp_path):
    measures = measure({"甲": [GOOD, SECOND]}, ["MRR"], dataset="d", rng=np.random.default_rng(0))
    found = Evaluation(task="titles", measures=tuple(measures), details={"seed": 0})
    document, table = write_evaluation(found, tmp_path / "out")
    assert json.loads(document.read_text("utf-8"))["measures"][0]["mean"] == 0.75
    read = pd.read_csv(table)
    assert read["metric"].tolist() == ["MRR"]
    assert read["mean"].tolist() == [0.75]
    assert list(read) == list(found.frame())
