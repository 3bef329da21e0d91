"""Values of one model query by query on the frozen sets, by slice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.coding import OccupationCoder
from matching.coding.major_occupations import MajorOccupationRanker
from matching.encoder.model import EmbeddingModel
from matching.lists import MAX_K
from matching.matcher import Matcher
from matching.rank import rank_titles
from training.evaluate.postings import WINDOW, own_scorers, to_own_middle
from training.evaluate.results import METRICS, Ranked
from training.evaluate.systems import Watch, from_matrix, judge, unwatched
from training.gate.scorecard import COLUMNS, EVERYTHING, Dimension
from training.gate.sets import LABELS, FrozenSets, Kind

__all__ = ["quality_of"]

_FOLDS = 5
_DEPTH = 100

Scores = NDArray[np.float32]


def quality_of(
    sets: FrozenSets,
    model: EmbeddingModel,
    coder: OccupationCoder,
    matcher: Matcher,
    *,
    watch: Watch = unwatched,
) -> pd.DataFrame:
    """Answer every frozen query and measure the answers.

    Parameters
    ----------
    sets
        The frozen sets.
    model
        The embedding model; with a store as its memory an interrupted run goes on where it was.
    coder
        Gives occupations and their labelled titles, made with the same model.
    matcher
        Holds the city of the sets.
    watch
        Told the step, what is done and the total.

    Returns
    -------
    DataFrame
        Columns of a scorecard's ``quality``: one row for each query in all queries of its family and in each
        slice that it belongs to. A query whose vacancy or person the matching does not hold counts 0.
    """
    queries = sets.tables["queries"]
    found = []
    for name, part in queries.groupby("set", sort=False):
        kind = Kind(part["kind"].iloc[0])
        ranked = _ANSWERS[kind](sets, part, model, coder, matcher, watch)
        metric = kind.metric
        values = [METRICS[metric](one) for one in ranked]
        found.append(part.assign(value=values, metric=f"{part['family'].iloc[0]} {metric}"))
        watch(f"评测：{name}", len(part), len(part))
    return _by_slice(pd.concat(found, ignore_index=True))


def _by_slice(answered: pd.DataFrame) -> pd.DataFrame:
    """Repeat every query for each slice it belongs to; a dimension with one slice for all tells nothing."""
    answered = answered.assign(query=answered["set"] + "/" + answered["query"])
    parts = [answered.assign(dimension=Dimension.OVERALL.value, slice=EVERYTHING)]
    for label in LABELS:
        split = answered.assign(dimension=label, slice=answered[label].str.split("|")).explode("slice")
        split = split[split["slice"].fillna("") != ""].drop_duplicates(["metric", "query", "slice"])
        several = split.groupby("metric")["slice"].transform("nunique") > 1
        parts.append(split[several])
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def _titles(
    sets: FrozenSets,
    part: pd.DataFrame,
    model: EmbeddingModel,
    _coder: OccupationCoder,
    _matcher: Matcher,
    watch: Watch,
) -> list[Ranked]:
    corpus = _of(sets, "corpus", part)
    texts = corpus["text"].tolist()
    scores = rank_titles(part["text"].tolist(), texts, model, progress=_bar(watch, part))
    judged = _judged(sets, part, corpus["item"].tolist())
    return judge(from_matrix(scores), judged, rng=np.random.default_rng(sets.manifest.seed))


def _postings(
    sets: FrozenSets,
    part: pd.DataFrame,
    model: EmbeddingModel,
    _coder: OccupationCoder,
    _matcher: Matcher,
    watch: Watch,
) -> list[Ranked]:
    corpus = _of(sets, "corpus", part)
    titles, texts = part["text"].tolist(), corpus["text"].tolist()
    windows = [text[:WINDOW] for text in texts]
    wanted = to_own_middle(model.encoder.encode(titles), titles, model)
    raw = model.encoder.encode(windows, progress=_bar(watch, part))
    scorer = own_scorers(titles, texts, wanted, to_own_middle(raw, windows, model))["yingcai融合"]
    judged = _judged(sets, part, corpus["item"].tolist())
    return judge(scorer, judged, rng=np.random.default_rng(sets.manifest.seed))


def _majors(
    sets: FrozenSets,
    part: pd.DataFrame,
    model: EmbeddingModel,
    coder: OccupationCoder,
    _matcher: Matcher,
    watch: Watch,
) -> list[Ranked]:
    """Rank occupations for majors that are left out of learning, a fifth at a time."""
    names = part["text"].tolist()
    right = _gains(sets, part)
    fold_of = np.random.default_rng(sets.manifest.seed).integers(0, _FOLDS, len(names))
    answers: dict[str, list[str]] = {}
    for fold in range(_FOLDS):
        without = [names[at] for at in np.flatnonzero(fold_of == fold)]
        ranker = MajorOccupationRanker.from_reference(model, coder.candidates, without=without)
        ranked = ranker.rank(without, k=_DEPTH)
        answers |= {name: [one.code for one in codes] for name, codes in zip(without, ranked, strict=True)}
        _bar(watch, part)(fold + 1, _FOLDS)
    return [_ranked(answers[name], gains) for name, gains in zip(names, right, strict=True)]


def _vacancies(
    sets: FrozenSets,
    part: pd.DataFrame,
    _model: EmbeddingModel,
    _coder: OccupationCoder,
    matcher: Matcher,
    watch: Watch,
) -> list[Ranked]:
    lists = partial(matcher.match_vacancy, k=min(_DEPTH, MAX_K, max(len(matcher.profiles), 1)))
    return _matched(sets, part, matcher.vacancies.position, lists, watch)


def _people(
    sets: FrozenSets,
    part: pd.DataFrame,
    _model: EmbeddingModel,
    _coder: OccupationCoder,
    matcher: Matcher,
    watch: Watch,
) -> list[Ranked]:
    lists = partial(matcher.match_profile, k=min(_DEPTH, MAX_K, max(len(matcher.vacancies), 1)))
    return _matched(sets, part, matcher.profiles.position, lists, watch)


_ANSWERS: Mapping[Kind, Callable[..., list[Ranked]]] = {
    Kind.TITLES: _titles,
    Kind.POSTINGS: _postings,
    Kind.MAJORS: _majors,
    Kind.VACANCIES: _vacancies,
    Kind.PEOPLE: _people,
}


def _matched(
    sets: FrozenSets,
    part: pd.DataFrame,
    position: Callable[[str], int | None],
    lists: Callable[[str], object],
    watch: Watch,
) -> list[Ranked]:
    found = []
    ids = part["query"].tolist()
    for done, (item, gains) in enumerate(zip(ids, _gains(sets, part), strict=True), start=1):
        results = lists(item).results if position(item) is not None else ()  # type: ignore[attr-defined]
        found.append(_ranked([result.id for result in results], gains))
        _bar(watch, part)(done, len(ids))
    return found


def _ranked(answer: Sequence[str], gains: Mapping[str, float]) -> Ranked:
    return Ranked(np.array([gains.get(item, 0.0) for item in answer]), np.array(list(gains.values())))


def _of(sets: FrozenSets, table: str, part: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table that belong to the set of the queries."""
    rows = sets.tables[table]
    return pd.DataFrame(rows[rows["set"] == part["set"].iloc[0]])


def _gains(sets: FrozenSets, part: pd.DataFrame) -> list[dict[str, float]]:
    """Return the gains by item for each query."""
    found: dict[str, dict[str, float]] = {query: {} for query in part["query"]}
    rows = _of(sets, "judgements", part)
    for query, item, gain in zip(rows["query"], rows["item"], rows["gain"], strict=True):
        found[query][item] = float(gain)
    return list(found.values())


def _judged(sets: FrozenSets, part: pd.DataFrame, items: Sequence[str]) -> list[dict[int, float]]:
    place = {item: at for at, item in enumerate(items)}
    return [{place[item]: gain for item, gain in one.items()} for one in _gains(sets, part)]


def _bar(watch: Watch, part: pd.DataFrame) -> Callable[[int, int], None]:
    name = str(part["set"].iloc[0])
    return lambda done, total: watch(name, done, total)
