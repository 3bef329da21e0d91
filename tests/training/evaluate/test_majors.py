"""Majors and occupations."""

from __future__ import annotations

import numpy as np
import pytest

from matching.coding import OccupationCoder
from matching.coding.codes import Suggestion
from training.evaluate import majors
from training.evaluate.majors import evaluate_declared, evaluate_majors


@pytest.fixture(scope="module")
def coder(hashing_model):
    return OccupationCoder.from_reference(hashing_model)


def of(found, system, metric, group="全部"):
    (one,) = [
        each for each in found.measures if (each.system, each.metric, each.group) == (system, metric, group)
    ]
    return one


def test_majors_left_out_lead_to_their_occupations_more_often_than_chance(hashing_model, coder):
    official = majors.official_occupations()
    pairs = {name: official[name] for name in sorted(official)[::90]}
    folds = []
    found = evaluate_majors(
        hashing_model, coder, pairs=pairs, folds=1, watch=lambda *step: folds.append(step)
    )
    assert [each.system for each in found.measures if each.metric == "MRR" and each.group == "全部"] == [
        "yingcai", "BM25", "字符TF-IDF", "随机",
    ]  # fmt: skip
    assert of(found, "yingcai", "recall@10").mean > of(found, "随机", "recall@10").mean
    assert of(found, "yingcai", "recall@10").queries == len(pairs)
    assert "层次" in {each.grouping for each in found.measures}
    assert folds[-1] == ("专业→职业", 1, 1)


def test_no_major_is_ranked_by_a_ranker_that_knew_it(hashing_model, coder, monkeypatch):
    asked = []

    class Watching:
        def __init__(self, without):
            self.without = set(without)

        def rank(self, names, *, k):
            asked.append(set(names) <= self.without)
            return [() for _ in names]

    monkeypatch.setattr(
        majors.MajorOccupationRanker,
        "from_reference",
        lambda model, candidates, *, without: Watching(without),
    )
    found = evaluate_majors(hashing_model, coder, pairs={"会计学": ["2-06-03-00"], "护理学": ["2-05-08-01"]})
    assert asked
    assert all(asked)
    assert of(found, "yingcai", "MRR").mean == 0


def test_declared_majors_are_ranked_for_titles(hashing_model, coder):
    titles = ["会计", "护士", "会计", "软件工程师"]
    declared = [["会计学"], ["护理学"], ["会计学", "财务管理"], ["软件工程"]]
    found = evaluate_declared(titles, declared, hashing_model, coder)
    assert of(found, "yingcai", "recall@10").mean == 1.0
    assert of(found, "yingcai", "MRR").mean >= of(found, "字符TF-IDF", "MRR").mean == 1.0


def test_ranks_become_shares_and_codes_that_are_not_candidates_are_passed_over():
    ranked = [(Suggestion("a", "甲", 0.9), Suggestion("x", "外", 0.8), Suggestion("b", "乙", 0.7)), ()]
    shares = majors._shares(ranked, {"a": 0, "b": 1, "c": 2})
    assert np.allclose(shares, [[1, 1 / 3, 0], [0, 0, 0]])
