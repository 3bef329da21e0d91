"""Code titles to occupations of the 大典 2022: alias, then exact name, then nearest by meaning.

Fuzzy string matching is not used: on occupation titles it sends 化工工艺工程师 to 药师. What the
embedding cannot tell with enough margin goes to a review list with its best suggestions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.reference import market_titles, occupations, title_pairs, trade_titles, work_types
from data.vacancies import normalise_title
from matching.encoder.language import LanguageCorrection
from matching.encoder.model import EmbeddingModel
from matching.encoder.protocol import Vectors, quiet
from matching.lexical import LexicalIndex

__all__ = ["Code", "CodeMethod", "OccupationCoder", "Suggestion"]

MIN_SCORE = 0.5
"""Least similarity for an automatic code."""
MIN_MARGIN = 0.04
"""Least lead over the best other occupation for an automatic code.

With both thresholds, 1,500 market titles left out one at a time (2026-11): 80 % are coded, 86 % of those as
the table says; ``tests/matching/test_coding.py`` holds them to it.
"""

_LEXICAL_SHARE = 0.25
_RANK = re.compile(
    r"^(资深|高级|中级|初级|助理|见习|实习|储备|总|首席|兼职|急聘)+|(实习生|储备干部|储备人才|管培生|学徒)$|\((.*?)\)"
)
_BLOCK = 512


class CodeMethod(StrEnum):
    """How a code was found."""

    ALIAS = "alias"
    """The title stands in the table of market titles or work types."""
    EXACT = "exact"
    """The title is an occupation's name."""
    EMBEDDING = "embedding"
    """Nearest by meaning, with enough margin."""
    REVIEW = "review"
    """Not sure enough: a person decides."""


class Suggestion(NamedTuple):
    """One possible occupation."""

    code: str
    name: str
    score: float


@dataclass(frozen=True)
class Code:
    """The occupation found for one title, or the suggestions for a person."""

    code: str | None
    """Occupation code; empty for review."""
    method: CodeMethod
    """How it was found."""
    score: float
    """Similarity of the best suggestion, 1 for alias and exact."""
    margin: float
    """Lead of the best suggestion over the next other occupation, 1 for alias and exact."""
    suggestions: tuple[Suggestion, ...]
    """Best first; empty for alias and exact."""


class OccupationCoder:
    """Codes titles.

    Parameters
    ----------
    model
        The embedding model.
    aliases
        Normalised title to occupation code.
    exact
        Normalised occupation name to its code.
    """

    def __init__(self, model: EmbeddingModel, aliases: dict[str, str], exact: dict[str, str]) -> None:
        self._model = model
        self.aliases = aliases
        self.exact = exact
        table = occupations()
        self._names = dict(zip(table["code"], table["name"], strict=True))
        entries = list({**exact, **aliases}.items())
        self._texts = [text for text, _ in entries]
        self._codes = np.array([code for _, code in entries])
        self._vectors: Vectors | None = None
        self._correction = model.correction
        self._lexical = LexicalIndex.from_texts(self._texts)

    @classmethod
    def from_reference(cls, model: EmbeddingModel) -> OccupationCoder:
        """Build from the tables that the product ships."""
        table = occupations()
        detailed = table[table["level"] == "细类"]
        exact = {
            normalise_title(name): code for name, code in zip(detailed["name"], detailed["code"], strict=True)
        }
        aliases: dict[str, str] = {}
        for source in (work_types(), market_titles()):
            aliases |= {
                normalise_title(title): code
                for title, code in zip(source["title"], source["occupation_code"], strict=True)
            }
        for chinese, foreign in _translations():
            code = aliases.get(normalise_title(chinese)) or exact.get(normalise_title(chinese))
            if code:
                aliases.setdefault(normalise_title(foreign), code)
        return cls(model, aliases, exact)

    def code(
        self, titles: Sequence[str], *, top: int = 5, progress: Callable[[int, int], None] = quiet
    ) -> list[Code]:
        """Code titles.

        Parameters
        ----------
        titles
            Titles as written.
        top
            Number of suggestions kept for each title that needed the embedding.
        progress
            Called with the number of texts encoded and their total.

        Returns
        -------
        list of Code
            In the order of the titles.
        """
        known: dict[str, Code] = {}
        open_titles: list[str] = []
        for title in dict.fromkeys(titles):
            found = self._look_up(title)
            if found is None:
                open_titles.append(title)
            else:
                known[title] = found
        known |= zip(open_titles, self._search(open_titles, top, progress), strict=True)
        return [known[title] for title in titles]

    def _look_up(self, title: str) -> Code | None:
        for key in dict.fromkeys((normalise_title(title), _bare(title))):
            if key in self.aliases:
                return Code(self.aliases[key], CodeMethod.ALIAS, 1.0, 1.0, ())
            if key in self.exact:
                return Code(self.exact[key], CodeMethod.EXACT, 1.0, 1.0, ())
        return None

    def _search(self, titles: list[str], top: int, progress: Callable[[int, int], None]) -> list[Code]:
        if not titles:
            return []
        if self._vectors is None:
            raw = self._model.encoder.encode(self._texts)
            self._correction = LanguageCorrection.fit(raw, self._texts, base=self._model.correction)
            self._vectors = self._correction.apply(raw, self._texts)
        keys = [_bare(title) for title in titles]
        vectors = self._model.embed(keys, correction=self._correction, progress=progress)
        found: list[Code] = []
        for start in range(0, len(titles), _BLOCK):
            block = slice(start, start + _BLOCK)
            lexical = self._lexical.scores(keys[block])
            scores = (1 - _LEXICAL_SHARE) * (vectors[block] @ self._vectors.T) + _LEXICAL_SHARE * lexical
            found.extend(self._decide(row, top) for row in scores)
        return found

    def _decide(self, scores: NDArray[np.float32], top: int) -> Code:
        best: dict[str, float] = {}
        for position in np.argsort(-scores)[: top * 20]:
            best.setdefault(str(self._codes[position]), float(scores[position]))
            if len(best) > top:
                break
        ranked = sorted(best.items(), key=lambda item: -item[1])
        suggestions = tuple(
            Suggestion(code, self._names[code], round(score, 4)) for code, score in ranked[:top]
        )
        score = ranked[0][1]
        margin = score - (ranked[1][1] if len(ranked) > 1 else 0.0)
        sure = score >= MIN_SCORE and margin >= MIN_MARGIN
        return Code(
            code=ranked[0][0] if sure else None,
            method=CodeMethod.EMBEDDING if sure else CodeMethod.REVIEW,
            score=round(score, 4),
            margin=round(margin, 4),
            suggestions=suggestions,
        )


def _translations() -> list[tuple[str, str]]:
    """Return Chinese titles with their name in another language."""
    pairs, trades = title_pairs(), trade_titles()
    return [
        *zip(trades["title_zh"], trades["title_en"], strict=True),
        *zip(trades["title_zh"], trades["title_ru"], strict=True),
        *zip(pairs["title_zh"], pairs["title_en"], strict=True),
    ]


def _bare(title: str) -> str:
    """Return the normalised title without rank words and brackets; the title itself if nothing is left."""
    key = normalise_title(title)
    return _RANK.sub("", key) or key
