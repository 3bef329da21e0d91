"""The names of a code table, ranked for a text by meaning and spelling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matching.encoder.language import LanguageCorrection
from matching.encoder.model import EmbeddingModel
from matching.encoder.protocol import quiet
from matching.lexical import LexicalIndex

__all__ = ["NearestNames"]


class NearestNames:
    """Texts with their vectors, made at the first question, and their character n-grams.

    Parameters
    ----------
    model
        The embedding model.
    texts
        The texts that are ranked; their order is the order of every score array.
    lexical_share
        Weight of the spelling, 0 to 1; the meaning has the rest.
    anchor
        Names whose language correction is used, so that both see a query in one place; their own by default.
    """

    def __init__(
        self,
        model: EmbeddingModel,
        texts: Sequence[str],
        *,
        lexical_share: float = 0.25,
        anchor: NearestNames | None = None,
    ) -> None:
        self._model = model
        self._texts = list(texts)
        self._share = lexical_share
        self._anchor = anchor
        self._lexical = _spelling(tuple(self._texts))
        self._vectors: NDArray[np.float64] | None = None
        self._correction = model.correction

    def beside(self, texts: Sequence[str]) -> NearestNames:
        """Return further names that share this one's model and language correction."""
        return NearestNames(self._model, texts, lexical_share=self._share, anchor=self)

    @property
    def correction(self) -> LanguageCorrection:
        """The language correction fitted on these names, or on the anchor's."""
        self._prepare()
        return self._correction

    def scores(
        self, queries: Sequence[str], *, progress: Callable[[int, int], None] = quiet
    ) -> NDArray[np.float32]:
        """Return the score of every query with every text, shape ``(queries, texts)``.

        Parameters
        ----------
        queries
            Any texts.
        progress
            Called with the number of texts encoded and their total.

        Returns
        -------
        ndarray of float32
            1 for the same text, about 0 for one that has nothing to do with it.
        """
        stored = self._prepare()
        vectors = self._model.embed(queries, correction=self._correction, progress=progress)
        # In double precision: with the number of threads the last bits of a product of floats change.
        scores: NDArray[np.float32] = (vectors.astype(np.float64) @ stored.T).astype(np.float32)
        return (1 - self._share) * scores + self._share * self._lexical.scores(queries)

    def _prepare(self) -> NDArray[np.float64]:
        if self._vectors is None:
            raw = self._model.encoder.encode(self._texts)
            self._correction = (
                LanguageCorrection.fit(raw, self._texts, base=self._model.correction)
                if self._anchor is None
                else self._anchor.correction
            )
            self._vectors = self._correction.apply(raw, self._texts).astype(np.float64)
        return self._vectors


@lru_cache(maxsize=16)
def _spelling(texts: tuple[str, ...]) -> LexicalIndex:
    """Return the index of some names: the tables stay what they are when a model or a pool is exchanged."""
    return LexicalIndex.from_texts(texts)
