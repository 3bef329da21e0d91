"""Do majors lead to the right occupations, and postings to the majors that employers declared?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from data.reference import majors, occupation_names
from matching.coding import OccupationCoder
from matching.coding.codes import Suggestion
from matching.coding.major_occupations import MajorOccupationRanker, official_occupations
from matching.encoder.model import EmbeddingModel
from matching.rank import rank_titles, standardise
from training.evaluate.results import Evaluation, Grouping, measure
from training.evaluate.systems import Scorer, Watch, baselines, from_matrix, judge, unwatched

__all__ = ["evaluate_declared", "evaluate_majors"]

PRODUCT = "yingcai"
_METRICS = ("recall@10", "MRR")
_DEPTH = 100
_CODE_LENGTH = 10
"""Characters of the code of a 细类, as in ``2-02-07-01``."""

Scores = NDArray[np.float32]


def evaluate_majors(
    model: EmbeddingModel,
    coder: OccupationCoder,
    *,
    pairs: Mapping[str, Collection[str]] | None = None,
    folds: int = 5,
    seed: int = 0,
    watch: Watch = unwatched,
) -> Evaluation:
    """Rank occupations for majors that the ranker was not allowed to learn from.

    Parameters
    ----------
    model
        The embedding model.
    coder
        Gives the occupations and their labelled titles.
    pairs
        Occupation codes by the name of the major; the official table when left out.
    folds
        Parts of the majors that are left out of learning in turn.
    seed
        Seed of the folds, of ties, of the random baseline and of the bootstrap.
    watch
        Told the step, what is done and the total.

    Returns
    -------
    Evaluation
        By the level of the major.
    """
    right = official_occupations() if pairs is None else pairs
    labels = {code: name for code, name in occupation_names().items() if len(code) == _CODE_LENGTH}
    codes = {code: position for position, code in enumerate(labels)}
    names = sorted(right)
    judgements = [{codes[code]: 1.0 for code in right[name] if code in codes} for name in names]
    fold_of = np.random.default_rng(seed).integers(0, folds, len(names))
    own = np.full((len(names), len(codes)), -np.inf, np.float32)
    for fold in range(folds):
        held = np.flatnonzero(fold_of == fold)
        without = [names[position] for position in held]
        ranker = MajorOccupationRanker.from_reference(model, coder.candidates, without=without)
        own[held] = _as_scores(ranker.rank(without, k=_DEPTH), codes)
        watch("专业→职业", fold + 1, folds)
    scorers = {PRODUCT: from_matrix(own), **baselines(names, list(labels.values()), seed=seed)}
    return _evaluation("专业→职业", scorers, judgements, seed=seed, model=model, levels=_levels(names))


def evaluate_declared(
    titles: Sequence[str],
    declared: Sequence[Collection[str]],
    model: EmbeddingModel,
    coder: OccupationCoder,
    *,
    seed: int = 0,
    watch: Watch = unwatched,
) -> Evaluation:
    """Rank all declared majors for the title of each posting.

    Parameters
    ----------
    titles
        Titles of the postings.
    declared
        Majors that each posting declares.
    model
        The embedding model.
    coder
        Leads from titles to occupations; majors lead there by the official table.
    seed
        Seed of ties, of the random baseline and of the bootstrap.
    watch
        Told the step, what is done and the total.

    Returns
    -------
    Evaluation
        The product adds two standardised scores: occupations in common, and nearness of the names.
    """
    names = sorted({name for each in declared for name in each})
    place = {name: position for position, name in enumerate(names)}
    judgements = [{place[name]: 1.0 for name in each} for each in declared]
    ranker = MajorOccupationRanker.from_reference(model, coder.candidates)
    different = list(dict.fromkeys(titles))
    row_of = {title: row for row, title in enumerate(different)}
    occupations = {code: position for position, code in enumerate(coder.candidates.codes.tolist())}
    from_titles = _shares(coder.rank(different, progress=_bar(watch, "名称→职业")), occupations)
    from_majors = _shares(ranker.rank(names), occupations)
    by_name = rank_titles(different, names, model, progress=_bar(watch, "编码"))
    total = standardise(from_titles @ from_majors.T) + standardise(by_name)
    own = total[[row_of[title] for title in titles]]
    scorers = {PRODUCT: from_matrix(own), **baselines(titles, names, seed=seed)}
    return _evaluation("岗位→用人单位所列专业", scorers, judgements, seed=seed, model=model)


def _evaluation(
    dataset: str,
    scorers: Mapping[str, Scorer],
    judgements: list[dict[int, float]],
    *,
    seed: int,
    model: EmbeddingModel,
    levels: Sequence[str] | None = None,
) -> Evaluation:
    ranked = {
        system: judge(scorer, judgements, rng=np.random.default_rng(seed))
        for system, scorer in scorers.items()
    }
    groupings = [Grouping("层次", levels)] if levels else []
    rng = np.random.default_rng(seed)
    return Evaluation(
        task="majors",
        measures=tuple(measure(ranked, _METRICS, dataset=dataset, rng=rng, groupings=groupings)),
        details={"seed": seed, "encoder": model.encoder.name, "queries": len(judgements)},
    )


def _as_scores(ranked: Sequence[Sequence[Suggestion]], place: Mapping[str, int]) -> Scores:
    """Turn ranked codes into scores; what was not ranked stays at minus infinity."""
    scores = np.full((len(ranked), len(place)), -np.inf, np.float32)
    for row, suggestions in zip(scores, ranked, strict=True):
        for rank, suggestion in enumerate(suggestions):
            if suggestion.code in place:
                row[place[suggestion.code]] = -rank
    return scores


def _shares(ranked: Sequence[Sequence[Suggestion]], place: Mapping[str, int]) -> Scores:
    """Return one over the rank of every occupation that was ranked."""
    scores = _as_scores(ranked, place)
    shares: Scores = np.where(np.isfinite(scores), 1 / (1 - np.where(np.isfinite(scores), scores, 0)), 0)
    return shares.astype(np.float32)


def _levels(names: Sequence[str]) -> list[str]:
    """Return the levels that have a major of each name, joined by ``|``."""
    table = majors()
    levels: dict[str, dict[str, None]] = {}
    for name, level in zip(table["name"], table["level"], strict=True):
        levels.setdefault(name, {})[level] = None
    return ["|".join(levels.get(name, ())) for name in names]


def _bar(watch: Watch, name: str) -> Callable[[int, int], None]:
    return lambda done, total: watch(name, done, total)
