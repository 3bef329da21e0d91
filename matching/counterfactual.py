"""What the score would be with a skill added or something taken away: scored again, never guessed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.features import FEATURES, covers
from matching.pairs import Pair
from matching.results import Missing, Reason
from matching.scoring import Scorer, changed_skills

__all__ = ["Standing", "find_missing", "find_reasons", "standing_of"]

_SHOWN = 6
_LEAST_EFFECT = 0.05
"""Points below which something is no reason worth naming."""
_REMOVABLE = ("occupation", "industry", "experience", "major", "pay", "distance")
"""Categories that rest on one stated fact: without the fact they cannot be judged."""


class Standing(NamedTuple):
    """The order of a list, to place a changed score in it."""

    keys: list[tuple[float, str]]
    """Minus the score, and the id, of all that were scored, in order."""

    def rank(self, item_id: str, before: float, after: float) -> int:
        """Return the rank of an item whose score changes while all others keep theirs."""
        place = bisect_left(self.keys, (-after, item_id))
        stood = bisect_left(self.keys, (-before, item_id))
        return place + 1 - int(stood < place)


def find_missing(
    pair: Pair,
    scorer: Scorer,
    features: NDArray[np.float64],
    *,
    item_id: str = "",
    score: float,
    standing: Standing | None = None,
) -> tuple[Missing, ...]:
    """Name the skills asked for that the profile does not show, with what each would change.

    Parameters
    ----------
    pair
        The pair.
    scorer
        The weights and ranker of the request.
    features
        The features of the pair, shape ``(features,)``.
    item_id, score
        The candidate and its score as it is.
    standing
        The list that it stands in; None for a single pair.

    Returns
    -------
    tuple of Missing
        The largest gain first, at most six. Every gain is that of the pair scored again with the skill.
    """
    found = covers(pair)
    lacking = pair.background.lexicon.rarest_first(term for term in found if found[term].credit < 1)
    changed = changed_skills(features, [pair.with_skill(term) for term in lacking[:_SHOWN]])
    missing = []
    for term, after in zip(lacking, scorer.chosen(changed).tolist(), strict=False):
        gain = round(after - score, 4)
        rank = standing.rank(item_id, score, after) if standing else None
        near = found[term].by
        missing.append(
            Missing(
                skill=term,
                nearest=near,
                gain=gain,
                rank_with=rank,
                sentence=_missing_sentence(term, near, gain, rank),
            )
        )
    return tuple(sorted(missing, key=lambda each: (-each.gain, each.skill)))


def find_reasons(
    pair: Pair,
    scorer: Scorer,
    features: NDArray[np.float64],
    *,
    item_id: str = "",
    score: float,
    standing: Standing | None = None,
) -> tuple[Reason, ...]:
    """Name what the score rests on, each tested by scoring the pair without it.

    Parameters
    ----------
    pair
        The pair.
    scorer
        The weights and ranker of the request.
    features
        The features of the pair, shape ``(features,)``.
    item_id, score
        The candidate and its score as it is.
    standing
        The list that it stands in; None for a single pair.

    Returns
    -------
    tuple of Reason
        Skills and categories whose loss moves the score by at least .05 points, the largest effect first.
        Without a category means: as if the fact it rests on had not been stated.
    """
    without = _scores_without(pair, scorer, features)
    reasons = []
    for (kind, name, label), after in without:
        effect = round(score - after, 4)
        if abs(effect) < _LEAST_EFFECT:
            continue
        rank = standing.rank(item_id, score, after) if standing else None
        reasons.append(
            Reason(
                name=name,
                kind=kind,
                effect=effect,
                rank_without=rank,
                sentence=_reason_sentence(kind, label, effect, rank),
            )
        )
    return tuple(sorted(reasons, key=lambda each: (-each.effect, each.kind, each.name)))


def _scores_without(
    pair: Pair, scorer: Scorer, features: NDArray[np.float64]
) -> list[tuple[tuple[str, str, str], float]]:
    """Return what can be taken away (kind, name, label), and the score without it."""
    found = covers(pair)
    shown = pair.background.lexicon.rarest_first(term for term in found if found[term].by)[:_SHOWN]
    changed = [pair.without_skills(frozenset({term, found[term].by or term})) for term in shown]
    scores = scorer.chosen(changed_skills(features, changed)).tolist()
    labels = [
        f"具备“{term}”" if found[term].credit == 1 else f"有相近的“{found[term].by}”（近于“{term}”）"
        for term in shown
    ]
    named = [
        (("skill", term, label), after) for term, label, after in zip(shown, labels, scores, strict=True)
    ]
    columns = [i for i, each in enumerate(FEATURES) if each.name in _REMOVABLE and not np.isnan(features[i])]
    if not columns:
        return named
    bare = np.repeat(features[None, :], len(columns), axis=0)
    bare[np.arange(len(columns)), columns] = np.nan
    facts = zip(columns, scorer.chosen(bare).tolist(), strict=True)
    return named + [(("category", FEATURES[i].name, FEATURES[i].label), after) for i, after in facts]


def _missing_sentence(term: str, near: str | None, gain: float, rank: int | None) -> str:
    begin = f"未体现“{term}”" + (f"（有相近的“{near}”）" if near else "")
    place = f"，列第{rank}" if rank is not None else ""
    change = f"增加{gain:.1f}分" if gain else "不变"
    return f"{begin}：若具备，得分{change}{place}"


def _reason_sentence(kind: str, label: str, effect: float, rank: int | None) -> str:
    place = f"，列第{rank}" if rank is not None else ""
    if kind == "skill":
        return f"因为{label}：若没有，得分减少{effect:.1f}分{place}"
    if effect > 0:
        return f"因为{label}：若未写明，得分减少{effect:.1f}分{place}"
    return f"受{label}拖累：若未写明，得分增加{-effect:.1f}分{place}"


def standing_of(scores: Sequence[float], ids: Sequence[str]) -> Standing:
    """Return the order of a list, best first, ids breaking ties."""
    return Standing(sorted((-score, item_id) for score, item_id in zip(scores, ids, strict=True)))
