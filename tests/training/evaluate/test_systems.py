"""Baselines against slow twins, and judging against sorting."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.feature_extraction.text import CountVectorizer

from training.evaluate.systems import Bm25Index, baselines, from_matrix, judge, unwatched

TEXTS = ["岸桥司机", "岸桥装卸司机（夜班）", "会计", "Data engineer", "data analyst"]


def slow_bm25(query, texts, k1=1.5, b=0.75):
    """Score as Lucene does, word by word."""
    analyze = CountVectorizer(analyzer="char_wb", ngram_range=(2, 4)).build_analyzer()
    counts = [Counter(analyze(text)) for text in texts]
    mean = sum(map(Counter.total, counts)) / len(texts)
    scores = []
    for count in counts:
        score = 0.0
        for token in analyze(query):
            holding = sum(token in other for other in counts)
            if not count[token]:
                continue
            rarity = math.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
            score += rarity * count[token] / (count[token] + k1 * (1 - b + b * count.total() / mean))
        scores.append(score)
    return scores


def test_bm25_scores_as_its_formula_says():
    scores = Bm25Index(TEXTS).scores(["岸桥司机", "DATA", "焊工", ""])
    assert np.allclose(scores[0], slow_bm25("岸桥司机", TEXTS), atol=1e-4)
    assert np.allclose(scores[1], slow_bm25("data", TEXTS), atol=1e-4)
    assert not scores[2:].any()


def test_every_baseline_scores_every_text_and_the_random_one_repeats():
    found = baselines(["会计", "司机", "analyst"], TEXTS, seed=3)
    assert list(found) == ["BM25", "字符TF-IDF", "随机"]
    for scorer in found.values():
        assert scorer(slice(1, 3)).shape == (2, len(TEXTS))
    again = baselines(["会计", "司机", "analyst"], TEXTS, seed=3)["随机"]
    assert np.array_equal(found["随机"](slice(0, 3)), again(slice(0, 3)))
    assert found["BM25"](slice(0, 1)).argmax() == found["字符TF-IDF"](slice(0, 1)).argmax() == 2


@given(
    arrays(np.float32, (3, 6), elements=st.sampled_from([0.0, 1.0, 2.0, -np.inf])),
    st.lists(st.dictionaries(st.integers(0, 5), st.sampled_from([1.0, 2.0])), min_size=3, max_size=3),
)
def test_counting_what_stands_before_gives_the_ranks_of_sorting(scores, judgements):
    ranked = judge(from_matrix(scores), judgements, rng=np.random.default_rng(0))
    ties = np.random.default_rng(0).random(6)
    for row, relevant, found in zip(scores, judgements, ranked, strict=True):
        order = [at for at in np.lexsort((ties, -row)) if np.isfinite(row[at])]
        gains = [relevant.get(int(at), 0.0) for at in order]
        assert found.gains.tolist() == np.trim_zeros(gains, "b")
        assert sorted(found.ideal) == sorted(relevant.values())


def test_ties_do_not_favour_the_order_of_the_corpus():
    scores = np.zeros((1, 500), np.float32)
    first = [
        len(judge(from_matrix(scores), [{0: 1.0}], rng=np.random.default_rng(seed))[0].gains)
        for seed in range(40)
    ]
    assert 150 < np.mean(first) < 350


def test_progress_is_told_in_blocks():
    done = []
    scores = np.zeros((300, 2), np.float32)
    judge(
        from_matrix(scores),
        [{}] * 300,
        rng=np.random.default_rng(0),
        progress=lambda *step: done.append(step),
    )
    assert done == [(256, 300), (300, 300)]
    assert unwatched("步骤", 1, 2) is None
