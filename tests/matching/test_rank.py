"""Ranking a corpus of titles."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from matching.lexical import LexicalIndex
from matching.rank import rank_titles, standardise
from training.metrics import average_precision


def test_the_same_title_comes_first(hashing_model):
    corpus = ["焊工", "岸桥司机", "Data engineer"]
    scores = rank_titles(corpus, corpus, hashing_model)
    assert scores.argmax(axis=1).tolist() == [0, 1, 2]


def test_rows_are_standardised_and_constant_rows_are_zero():
    scores = standardise(np.array([[1, 2, 3], [5, 5, 5]], np.float32))
    assert np.allclose(scores[0], [-1.2247, 0, 1.2247], atol=1e-3)
    assert not scores[1].any()


def test_lexical_scores_lie_between_zero_and_one_and_know_spelling():
    index = LexicalIndex.from_texts(["镁砂工艺工程师", "岸桥司机"])
    scores = index.scores(["镁砂工程师", "会计"])
    assert scores[0, 0] > scores[0, 1] == 0
    assert not scores[1].any()
    assert float(LexicalIndex.from_texts(["焊工"]).scores(["焊工"])[0, 0]) == pytest.approx(1)


def test_an_empty_corpus_has_no_scores():
    assert LexicalIndex.from_texts([]).scores(["焊工"]).shape[0] == 1


@pytest.mark.real
@pytest.mark.model
def test_english_titles_reach_the_promised_precision(model, real_data):
    # Recorded 2026-11: .476 (character TF-IDF alone .357, a random order .01).
    folder = real_data / "talentclef25/validation/english"

    def rows(name):
        with (folder / name).open(encoding="utf-8") as file:
            return list(csv.reader(file, delimiter="\t"))

    queries, corpus = rows("queries")[1:], rows("corpus_elements")[1:]
    relevant = {}
    for query, _, document, _ in rows("qrels.tsv"):
        relevant.setdefault(query, set()).add(document)
    ids = np.array([row[0] for row in corpus])
    scores = rank_titles([row[1] for row in queries], [row[1] for row in corpus], model)
    precisions = [
        average_precision(np.isin(ids[np.argsort(-row, kind="stable")], list(relevant[query[0]])))
        for query, row in zip(queries, scores, strict=True)
        if query[0] in relevant
    ]
    assert np.mean(precisions) >= 0.47
