"""Turn scored pairs into results that can be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.reference import division_names
from data.reference.tables import TAXONOMY_VERSION
from matching.counterfactual import Standing, find_missing, find_reasons
from matching.features import FEATURES
from matching.pairs import Pair, Stated
from matching.ranker import suggested_weights
from matching.results import Category, Evidence, MatchResult, MustHave, PairResult
from matching.rules import judge_pair
from matching.scoring import Scored, Scorer

__all__ = ["pair_result", "result_of", "shown"]

_SHOWN_OF_VACANCY = (
    "title", "employer", "salary_low", "salary_high", "education", "skill_level", "experience_low",
    "experience_high", "heads", "skills", "engagement", "time_share", "months", "opened_on", "valid_until",
    "occupation_code",
)  # fmt: skip
_SHOWN_OF_PROFILE = (
    "title", "skills", "majors", "education", "skill_level", "experience_years", "engagement",
    "time_share", "months", "available_on", "active_on", "occupation_code",
)  # fmt: skip


def result_of(
    pair: Pair,
    scored: Scored,
    row: int,
    scorer: Scorer,
    *,
    vacancies: bool,
    rank: int | None = None,
    standing: Standing | None = None,
    exposure: int | None = None,
) -> MatchResult:
    """Explain one scored pair.

    Parameters
    ----------
    pair
        The pair.
    scored, row
        The scores, and which of them is the pair's.
    scorer
        The weights and ranker of the request.
    vacancies
        True when the candidate is the vacancy.
    rank, standing
        Its place in a list; None where one pair is judged by name.
    exposure
        Open vacancies that have the person among their ten nearest.

    Returns
    -------
    MatchResult
        The whole result.
    """
    candidate = pair.vacancy if vacancies else pair.profile
    score = float(scored.chosen[row])
    probability = scorer.probabilities(scored.forward[row : row + 1])
    at = {"item_id": candidate["id"], "score": score, "standing": standing}
    return MatchResult(
        id=candidate["id"],
        rank=rank,
        score=score,
        score_forward=float(scored.forward[row]),
        score_reverse=float(scored.reverse[row]),
        score_mutual=float(scored.mutual[row]),
        probability=None if probability is None else round(float(probability[0]), 4),
        item=shown(candidate, vacancies=vacancies),
        categories=_categories(pair, scored.features[row], scorer),
        must_have=tuple(
            MustHave(name=rule.name, label=rule.label, verdict=judgement.verdict, reason=judgement.reason)
            for rule, judgement in judge_pair(pair.vacancy, pair.profile)
        ),
        missing=find_missing(pair, scorer, scored.features[row], **at),
        reasons=find_reasons(pair, scorer, scored.features[row], **at),
        exposure=exposure,
        synthetic=bool(candidate["synthetic"]),
    )


def pair_result(
    pair: Pair, scorer: Scorer, *, as_of: dt.date, degraded: bool, model_version: str, index_version: str
) -> PairResult:
    """Score and explain one pair judged by name, from the vacancy's side."""
    result = result_of(pair, scorer.score([pair]), 0, scorer, vacancies=False)
    return PairResult(
        **dict(result),
        as_of=as_of,
        model_version=model_version,
        index_version=index_version,
        taxonomy_version=TAXONOMY_VERSION,
        degraded=degraded,
    )


def shown(row: Mapping[str, Any], *, vacancies: bool) -> dict[str, Any]:
    """Return what may be shown of an item: of a person neither text nor anything finer than the county."""
    names = _SHOWN_OF_VACANCY if vacancies else _SHOWN_OF_PROFILE
    code = row["place_code"]
    place = division_names().get(code, code) if code else None
    known = {name: row.get(name) for name in names}
    return {"id": row["id"], "place": place, **known, "synthetic": bool(row["synthetic"])}


def _categories(pair: Pair, features: NDArray[np.float64], scorer: Scorer) -> tuple[Category, ...]:
    suggested = suggested_weights(for_vacancy=scorer.for_vacancy)
    added, shares = scorer.contributions(features[None, :])[0], scorer.shares
    categories = []
    for i, each in enumerate(FEATURES):
        value = None if np.isnan(features[i]) else float(features[i])
        sentence, evidence = each.describe(pair, value)
        categories.append(
            Category(
                name=each.name,
                label=each.label,
                score=None if value is None else round(value, 4),
                weight_suggested=suggested[each.name],
                weight_applied=round(float(shares[i]), 6),
                contribution=round(float(added[i]), 4),
                sentence=sentence,
                evidence=_evidence(evidence),
            )
        )
    return tuple(categories)


def _evidence(stated: Sequence[Stated]) -> tuple[Evidence, ...]:
    return tuple(Evidence(field=each.field, text=each.text, offset=each.offset) for each in stated)
