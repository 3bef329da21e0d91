"""Texts that share writing are found, and a score is the cosine on every path."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from matching import lexical as module
from matching.lexical import LexicalIndex

TITLES = ["镁砂工艺工程师 电熔镁砂", "岸桥司机", "会计 记账", "Java Engineer", "java engineer", "инженер", ""]


def everyone(index):
    return np.ones(len(index), bool)


def slow_scores(texts, query):
    """Ask scikit-learn for the whole dense matrix."""
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    documents = vectorizer.fit_transform(texts).toarray()
    return documents @ vectorizer.transform([query]).toarray()[0]


@pytest.mark.parametrize(
    "query", ["镁砂工程师", "JAVA", "инженер-механик", "工", "没有", "", "司机 司机 会计"]
)
def test_all_three_ways_to_score_agree_with_scikit_learn(query):
    index = LexicalIndex.from_texts(TITLES)
    expected = slow_scores(TITLES, query)
    assert index.scores([query])[0] == pytest.approx(expected, abs=1e-6)
    assert index.score_at(query, np.array([6, 2, 0])) == pytest.approx(expected[[6, 2, 0]], abs=1e-6)
    hits = index.search(query, 10, allowed=everyone(index))
    assert set(hits.positions) == set(np.flatnonzero(expected))
    assert hits.scores == pytest.approx(expected[hits.positions], abs=1e-6)


def test_only_allowed_texts_that_share_something_are_found():
    index = LexicalIndex.from_texts(TITLES)
    assert index.search("司机", 9, allowed=everyone(index)).positions.tolist() == [1]
    assert index.search("司机", 9, allowed=np.arange(len(TITLES)) != 1).positions.tolist() == []
    assert index.search("司机", 0, allowed=everyone(index)).positions.tolist() == []


def test_equal_scores_stand_in_order_of_position_also_where_the_list_is_cut():
    index = LexicalIndex.from_texts(TITLES)
    assert index.search("java engineer", 2, allowed=everyone(index)).positions.tolist() == [3, 4]
    assert index.search("java engineer", 1, allowed=everyone(index)).positions.tolist() == [3]


words = st.text(alphabet="镁砂工程师司机会计ab ", max_size=8)


@settings(max_examples=80, deadline=None)
@given(
    first=st.lists(words, max_size=12),
    second=st.lists(words, max_size=6),
    query=words,
    k=st.integers(1, 9),
    few=st.sampled_from([0, 4]),
)
def test_search_is_the_best_of_score_at_before_and_after_an_extension(first, second, query, k, few):
    before = LexicalIndex.from_texts(first)
    after = before.extended(second).extended(second)
    for index in (before, after):
        scores = index.score_at(query, np.arange(len(index)))
        assert index.scores([query])[0] == pytest.approx(scores, abs=1e-6)
        order = [i for i in np.lexsort((np.arange(len(index)), -scores)) if scores[i] > 0][:k]
        # Whether all texts are scored or only what the lists lead to, the answer is the same.
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(module, "_FEW", few)
            hits = index.search(query, k, allowed=everyone(index))
        assert hits.positions.tolist() == order
        assert hits.scores.tolist() == scores[order].tolist()
    assert len(after) == len(first) + 2 * len(second)


def test_an_extension_leaves_the_old_index_and_its_vocabulary_as_they_were():
    index = LexicalIndex.from_texts(["岸桥司机"])
    longer = index.extended(["叉车司机", "厨师"])
    assert longer.search("叉车司机", 3, allowed=everyone(longer)).positions.tolist() == [1, 0]
    assert longer.score_at("厨师", np.arange(3)).tolist() == [0, 0, 0]
    assert len(index) == 1
    assert index.extended([]) is index


@pytest.mark.parametrize("texts", [[], ["", "  "]])
def test_an_index_of_nothing_finds_nothing(texts):
    index = LexicalIndex.from_texts(texts)
    assert index.scores(["焊工"]).shape == (1, len(texts))
    assert index.search("焊工", 3, allowed=everyone(index)).positions.tolist() == []
    assert index.scores([]).shape == (0, len(texts))


def read_little(monkeypatch, *, candidates_per_hit):
    """Make a search stop reading lists as it does on a large corpus."""
    settings = {"_POSTINGS": 10, "_POSTINGS_PER_TEXT": 0, "_CANDIDATES": 0, "_FEW": 0}
    for name, value in (settings | {"_CANDIDATES_PER_HIT": candidates_per_hit}).items():
        monkeypatch.setattr(module, name, value)


def test_a_long_query_reads_its_rarest_lists_and_still_scores_in_full(monkeypatch):
    texts = [f"工程师{number % 7}号" + " 岸桥" * (number % 50 == 0) for number in range(400)]
    index = LexicalIndex.from_texts(texts)
    exact = index.search("岸桥工程师", 8, allowed=everyone(index))
    read_little(monkeypatch, candidates_per_hit=1)
    hits = index.search("岸桥工程师", 8, allowed=everyone(index))
    assert hits.positions.tolist() == exact.positions.tolist()
    assert hits.scores.tolist() == exact.scores.tolist()


def test_a_query_of_nothing_but_frequent_words_still_finds_something(monkeypatch):
    read_little(monkeypatch, candidates_per_hit=8)
    index = LexicalIndex.from_texts(["工程师"] * 50)
    assert index.search("工程师", 3, allowed=everyone(index)).positions.tolist() == [0, 1, 2]


def test_a_search_among_few_texts_is_exact_however_little_is_read(monkeypatch):
    index = LexicalIndex.from_texts(["岸桥工程师"] * 30 + ["工程师"])
    read_little(monkeypatch, candidates_per_hit=1)
    only_last = np.arange(31) == 30
    assert index.search("岸桥工程师", 1, allowed=only_last).positions.tolist() == []
    monkeypatch.setattr(module, "_FEW", 4)
    assert index.search("岸桥工程师", 1, allowed=only_last).positions.tolist() == [30]
