"""Systems that rank a corpus for queries: the plain baselines, and how any of them is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import bm25s
import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from matching.encoder.protocol import quiet
from matching.lexical import LexicalIndex
from training.evaluate.results import Ranked

__all__ = ["Bm25Index", "Judgements", "Scorer", "Watch", "baselines", "from_matrix", "judge", "unwatched"]

Scores = NDArray[np.float32]

Scorer = Callable[[slice], Scores]
"""Scores of a slice of the queries for the whole corpus; minus infinity for what is not ranked at all."""

Judgements = Sequence[Mapping[int, float]]
"""For each query the positions of what is relevant to it in the corpus, with their gains above 0."""

Watch = Callable[[str, int, int], None]
"""Told the name of the step, what is done and the total."""

BM25, TFIDF, RANDOM = "BM25", "字符TF-IDF", "随机"
"""The baselines that stand beside every result."""

_BLOCK = 256


class LexicalScorer(Protocol):
    """Scores texts by their wording."""

    def scores(self, queries: Sequence[str]) -> Scores:
        """Return one row a query and one column a text."""


class Bm25Index:
    """BM25 (k1 1.5, b .75) over character 2- to 4-grams within words, as the TF-IDF baseline has them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._analyze = CountVectorizer(
            analyzer="char_wb", ngram_range=(2, 4), lowercase=True
        ).build_analyzer()
        self._index = bm25s.BM25(k1=1.5, b=0.75)
        self._size = len(texts)
        self._index.index([self._analyze(text) for text in texts], show_progress=False)

    def scores(self, queries: Sequence[str]) -> Scores:
        """Return the BM25 score of every query with every text, 0 where they share nothing."""
        rows = np.zeros((len(queries), self._size), np.float32)
        for row, query in zip(rows, queries, strict=True):
            known = [token for token in self._analyze(query) if token in self._index.vocab_dict]
            if known:
                row[:] = self._index.get_scores(known)
        return rows


def baselines(queries: Sequence[str], corpus: Sequence[str], *, seed: int) -> dict[str, Scorer]:
    """Return the baselines that stand beside every result.

    Parameters
    ----------
    queries
        Texts to look for.
    corpus
        Texts to rank.
    seed
        Seed of the random order.

    Returns
    -------
    dict
        BM25 and TF-IDF over characters 2- to 4-grams, and a random order.
    """
    return {
        BM25: from_index(Bm25Index(corpus), queries),
        TFIDF: from_index(LexicalIndex.from_texts(corpus), queries),
        RANDOM: lambda block: (
            np.random.default_rng([seed, block.start])
            .random((len(range(*block.indices(len(queries)))), len(corpus)))
            .astype(np.float32)
        ),
    }


def unwatched(step: str, done: int, total: int) -> None:
    """Report progress to nobody."""


def from_index(index: LexicalScorer, queries: Sequence[str]) -> Scorer:
    """Return a scorer that asks a lexical index block by block."""
    return lambda block: index.scores(queries[block])


def from_matrix(scores: Scores) -> Scorer:
    """Return a scorer over scores that are there already."""
    return lambda block: scores[block]


def judge(
    scorer: Scorer,
    judgements: Judgements,
    *,
    rng: np.random.Generator,
    progress: Callable[[int, int], None] = quiet,
) -> list[Ranked]:
    """Rank the corpus for every query and keep where the relevant texts came.

    Parameters
    ----------
    scorer
        Gives the scores of a block of queries.
    judgements
        What is relevant to each query.
    rng
        Breaks ties: without that, texts without any score would rank as they happen to be stored.
    progress
        Called with the number of queries ranked and their total.

    Returns
    -------
    list of Ranked
        One a query, in order.
    """
    found: list[Ranked] = []
    ties: NDArray[np.float64] | None = None
    for start in range(0, len(judgements), _BLOCK):
        block = slice(start, min(start + _BLOCK, len(judgements)))
        for row, relevant in zip(scorer(block), judgements[block], strict=True):
            ties = rng.random(len(row)) if ties is None else ties
            found.append(_ranked(row, ties, relevant))
        progress(block.stop, len(judgements))
    return found


def _ranked(row: Scores, ties: NDArray[np.float64], relevant: Mapping[int, float]) -> Ranked:
    """Count for each relevant text what stands before it: cheaper than sorting where few are relevant."""
    positions = [position for position in relevant if np.isfinite(row[position])]
    ranks = [int((row > row[at]).sum() + ((row == row[at]) & (ties < ties[at])).sum()) for at in positions]
    gains = np.zeros(max(ranks, default=-1) + 1)
    gains[ranks] = [relevant[at] for at in positions]
    return Ranked(gains, np.array(list(relevant.values()), np.float64))
