"""Search a code table by meaning: the finest level that is sure enough, else the review queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from data.codes import CodingKind, code_names
from matching.coding.calibration import Calibration
from matching.coding.candidates import Candidates, Evidence
from matching.coding.codes import Code, CodeMethod, Suggestion, looked_up
from matching.coding.levels import Case, Level, calibrate
from matching.encoder.protocol import quiet

__all__ = ["CalibratedSearch", "listed"]

_BLOCK = 512


class _Sure(NamedTuple):
    """The leading codes of a block on one level, and how sure they are."""

    codes: Sequence[str]
    scores: Sequence[float]
    margins: Sequence[float]
    probabilities: Sequence[float]


class CalibratedSearch:
    """Codes texts that no table knows.

    Parameters
    ----------
    kind
        Whose codes.
    candidates
        Labelled texts and names.
    cases
        Labelled texts to calibrate on.
    levels
        Levels a text may be coded to, the finest first.
    """

    def __init__(
        self, kind: CodingKind, candidates: Candidates, cases: Sequence[Case], levels: Mapping[str, Level]
    ) -> None:
        self._kind = kind
        self._candidates = candidates
        self._cases = cases
        self._levels = levels

    @property
    def expected_error(self) -> dict[str, dict[str, Any]]:
        """What automatic codes of every level were worth on labelled texts that were left out."""
        return {level: curve.measured.as_dict() for level, curve in self._curves.items()}

    def code(
        self, queries: Sequence[str], *, top: int = 5, progress: Callable[[int, int], None] = quiet
    ) -> list[Code]:
        """Code texts; by the embedding, or for review."""
        found: list[Code] = []
        curves = self._curves if queries else {}
        for start in range(0, len(queries), _BLOCK):
            block = queries[start : start + _BLOCK]
            evidence = self._candidates.evidence(block)
            levels = {name: self._sure(evidence, name, curve) for name, curve in curves.items()}
            scores = evidence.scores
            for row in range(len(block)):
                suggestions = listed(self._kind, evidence.codes, scores[row], top)
                found.append(self._decide(levels, row, suggestions))
            progress(start + len(block), len(queries))
        return found

    def _sure(self, evidence: Evidence, name: str, curve: Calibration) -> _Sure:
        lead = evidence.grouped(self._levels[name].length).lead()
        return _Sure(
            lead.code.tolist(),
            lead.features[:, 0].round(4).tolist(),
            lead.features[:, 1].round(4).tolist(),
            curve.probability(lead.features).round(4).tolist(),
        )

    def _decide(self, levels: Mapping[str, _Sure], row: int, suggestions: tuple[Suggestion, ...]) -> Code:
        names = code_names(self._kind)
        for name, sure in levels.items():
            code, probability = sure.codes[row], sure.probabilities[row]
            if probability >= self._levels[name].threshold and code in names:
                return looked_up(
                    self._kind,
                    code,
                    CodeMethod.EMBEDDING,
                    score=sure.scores[row],
                    margin=sure.margins[row],
                    probability=probability,
                    suggestions=suggestions,
                )
        first = next(iter(levels.values()))
        return Code(
            None,
            CodeMethod.REVIEW,
            first.scores[row],
            first.margins[row],
            suggestions,
            probability=first.probabilities[row],
        )

    @cached_property
    def _curves(self) -> dict[str, Calibration]:
        return calibrate(self._candidates, self._cases, self._levels)


def listed(
    kind: CodingKind, codes: Any, scores: Any, k: int, *, first: str | None = None
) -> tuple[Suggestion, ...]:
    """Return the best codes as suggestions.

    Parameters
    ----------
    kind
        Whose codes.
    codes
        All codes.
    scores
        A score for each.
    k
        Number of suggestions.
    first
        A code that stands first with score 1, whatever its score.

    Returns
    -------
    tuple of Suggestion
        Best first.
    """
    names = code_names(kind)
    shown = np.round(np.asarray(scores, np.float64), 4)
    # By what is shown: the last bits of a score depend on the machine.
    order = np.argsort(-shown, kind="stable")[: k + 1]
    best = [Suggestion(str(codes[i]), names[str(codes[i])], float(shown[i])) for i in order]
    if first is None:
        return tuple(best[:k])
    others = [suggestion for suggestion in best if suggestion.code != first]
    return (Suggestion(first, names[first], 1.0), *others[: k - 1])
