"""Ranking a corpus of titles."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from data.reference import title_pairs
from matching.encoder.language import LanguageCorrection, script_of
from matching.lexical import LexicalIndex
from matching.rank import rank_titles, standardise, translation_metric
from training.metrics import average_precision


def test_the_same_title_comes_first(hashing_model):
    corpus = ["焊工", "岸桥司机", "Data engineer"]
    scores = rank_titles(corpus, corpus, hashing_model)
    assert scores.argmax(axis=1).tolist() == [0, 1, 2]


def test_rows_are_standardised_and_constant_rows_are_zero():
    scores = standardise(np.array([[1, 2, 3], [5, 5, 5]], np.float32))
    assert np.allclose(scores[0], [-1.2247, 0, 1.2247], atol=1e-3)
    assert not scores[1].any()


def slowly(queries, corpus, model):
    """Rank title by title, as the docstrings say."""
    metric = translation_metric(model)
    base = LanguageCorrection(
        {script: mean @ metric for script, mean in model.correction.means.items()},
        model.correction.components,
    )
    one_script = len({script_of(text) for text in (*queries, *corpus)} - {"other"}) <= 1
    raw = model.encoder.encode(corpus) @ metric
    correction = LanguageCorrection.fit(raw, corpus, base=base, components=2 if one_script else 0)
    documents = correction.apply(raw, corpus)
    lexical = LexicalIndex.from_texts(corpus)

    def spread(text):
        (vector,) = correction.apply(model.encoder.encode([text]) @ metric, [text])
        near = documents @ vector + 0.5 * lexical.scores([text])[0]
        total = vector.copy()
        for position in np.argsort(-near)[:10]:
            total += max(near[position], 0) ** 3 * documents[position]
        return total / np.linalg.norm(total)

    corpus_vectors = [spread(text) for text in corpus]
    return np.array([[spread(query) @ vector for vector in corpus_vectors] for query in queries])


@pytest.mark.parametrize("script", ["one", "two"])
def test_blocks_give_what_ranking_title_by_title_gives(hashing_model, script, monkeypatch):
    pairs = title_pairs()
    corpus = list(dict.fromkeys(pairs["title_zh"]))[:120]
    if script == "two":
        corpus += list(dict.fromkeys(pairs["title_en"]))[:30]
    queries = ["软件工程师", "财务经理", corpus[0]]
    monkeypatch.setattr("matching.rank._ROWS_A_BLOCK", 64)
    fast = rank_titles(queries, corpus, hashing_model)
    assert fast.shape == (3, len(corpus))
    assert np.allclose(fast, slowly(queries, corpus, hashing_model), atol=1e-4)


def test_a_corpus_too_large_to_average_is_ranked_by_its_own_vectors(hashing_model, monkeypatch):
    corpus = ["焊工", "岸桥司机", "电焊工", "会计", "出纳会计"]
    averaged = rank_titles(["焊工"], corpus, hashing_model)
    monkeypatch.setattr("matching.rank._LARGEST_AVERAGED", 4)
    plain = rank_titles(["焊工"], corpus, hashing_model)
    assert plain.argmax() == averaged.argmax() == 0
    assert not np.allclose(plain, averaged)


def test_nothing_to_look_for_or_in_gives_an_empty_table(hashing_model):
    assert rank_titles([], ["焊工"], hashing_model).shape == (0, 1)
    assert rank_titles(["焊工"], [], hashing_model).shape == (1, 0)


def test_the_translation_metric_is_symmetric_and_only_shrinks_what_tells_translations_apart(hashing_model):
    metric = translation_metric(hashing_model)
    assert np.allclose(metric, metric.T, atol=1e-6)
    values = np.linalg.eigvalsh(metric)
    assert values.min() > 0
    # a direction in which translations never differ is stretched to .5 ** -.25
    assert values.max() <= 0.5**-0.25 + 1e-4


def test_lexical_scores_lie_between_zero_and_one_and_know_spelling():
    index = LexicalIndex.from_texts(["镁砂工艺工程师", "岸桥司机"])
    scores = index.scores(["镁砂工程师", "会计"])
    assert scores[0, 0] > scores[0, 1] == 0
    assert not scores[1].any()
    assert float(LexicalIndex.from_texts(["焊工"]).scores(["焊工"])[0, 0]) == pytest.approx(1)


def test_an_empty_corpus_has_no_scores():
    assert LexicalIndex.from_texts([]).scores(["焊工"]).shape[0] == 1


def map_on(language, model, real_data):
    """Return the mean average precision on one language of TalentCLEF 2025's validation set."""
    folder = real_data / "talentclef25/validation" / language

    def rows(name):
        with (folder / name).open(encoding="utf-8") as file:
            return list(csv.reader(file, delimiter="\t"))

    queries, corpus = rows("queries")[1:], rows("corpus_elements")[1:]
    relevant = {}
    for query, _, document, _ in rows("qrels.tsv"):
        relevant.setdefault(query, set()).add(document)
    ids = np.array([row[0] for row in corpus])
    scores = rank_titles([row[1] for row in queries], [row[1] for row in corpus], model)
    return np.mean(
        [
            average_precision(np.isin(ids[np.argsort(-row, kind="stable")], list(relevant[query[0]])))
            for query, row in zip(queries, scores, strict=True)
            if query[0] in relevant
        ]
    )


@pytest.mark.real
@pytest.mark.model
def test_english_titles_reach_the_promised_precision(model, real_data):
    # Recorded 2026-11: .586 with the shipped adapter, .516 without; character TF-IDF .357, random .012.
    # German .405 (.353) and Spanish .478 (.422) are left to `yingcai evaluate titles`: they take a minute.
    assert map_on("english", model, real_data) >= 0.56


@pytest.mark.model
def test_translations_that_the_metric_did_not_see_are_found_better_with_it(plain_model, monkeypatch):
    # Recorded 2026-11: first places .74 with plain corrected cosines, .78 with the metric and averaging.
    pairs = title_pairs().drop_duplicates("title_zh").drop_duplicates("title_en")
    seen, unseen = pairs.iloc[1::2], pairs.iloc[::2]
    monkeypatch.setattr("matching.rank.title_pairs", lambda: seen)
    chinese, english = unseen["title_zh"].tolist(), unseen["title_en"].tolist()
    plain = plain_model.embed(chinese) @ plain_model.embed(english).T
    ranked = rank_titles(chinese, english, plain_model)
    first = [(scores.argmax(axis=1) == np.arange(len(unseen))).mean() for scores in (plain, ranked)]
    assert first[1] >= first[0] + 0.02
