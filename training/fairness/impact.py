"""Impact ratios: how often the worst-off group is shortlisted against the best-off one.

The copies of a person compete with each other and with those of everybody else, so one list over all copies
stands for every way in which people could be dealt out to the groups. Copies of equal score share the places
that are left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.reference.tables import TAXONOMY_VERSION
from matching.coding import Coders
from matching.encoder.model import EmbeddingModel
from matching.encoder.protocol import quiet
from matching.lists import MAX_K
from matching.matcher import Matcher
from matching.ranker import Ranker
from training.fairness.doors import Sample
from training.fairness.groups import FACTORS, audit_set, with_preferences
from training.fairness.results import ImpactReport, RatioLine, Versions

__all__ = [
    "CROSS_BAR",
    "GROUP_BAR",
    "IMPACT_METHOD",
    "Selection",
    "audit",
    "impact_report",
    "places_of",
    "select",
]

GROUP_BAR, CROSS_BAR = 0.95, 0.90
"""Least ratio between groups of one attribute, and between groups of several at once."""
IMPACT_METHOD = "impact-1"
"""Raised whenever the audited set or the measure changes."""

_DRAWS = 1000
_COPIES = 2 ** (len(FACTORS) - 1)
_LARGEST_SHARE = 3
_LEAST_VACANCIES = 5
_MOST_CROSSED = 3

Floats = NDArray[np.float64]


class Selection(NamedTuple):
    """Who is shortlisted for what."""

    shares: Floats
    """Shape ``(vacancies, copies)``: 1 for a place, a part of it where ties share one, else 0."""
    vacancies: tuple[str, ...]
    """Identifiers of the rows."""
    ids: tuple[str, ...]
    """Identifiers of the columns."""
    skipped: int
    """Vacancies without a row: too few people may be matched to them."""


def audit(
    sample: Sample,
    model: EmbeddingModel,
    coders: Coders,
    *,
    k: int,
    seed: int,
    equal: bool = True,
    ranker: Ranker | None = None,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> ImpactReport:
    """Copy the people of a sample into groups, shortlist them for its vacancies, and compare.

    Parameters
    ----------
    sample
        Vacancies and people.
    model
        The embedding model.
    coders
        Code both sides.
    k
        People on a shortlist.
    seed
        Seed of the wording and of the intervals.
    equal
        False to let the groups differ in what they state to want; the bars do not apply then.
    ranker
        Turns features into scores; None means the additive one.
    progress
        Called with the name of a step, how far it is and how far it goes.

    Returns
    -------
    ImpactReport
        The same for the same arguments.
    """
    rng = np.random.default_rng(seed)
    copies = audit_set(sample.profiles, rng)
    if not equal:
        copies = with_preferences(copies, rng)
    matcher = sample.door.matcher(
        sample.postings, copies.cells, model, coders, ranker=ranker, progress=partial(progress, "编码")
    )
    accepted = [key for key in copies.groups.index if matcher.profiles.position(key) is not None]
    selection = select(matcher, accepted, k=k, progress=partial(progress, "排出名单"))
    return impact_report(
        selection, copies.groups, sample.industries, matcher=matcher, k=k, seed=seed, gated=equal
    )


def select(
    matcher: Matcher, ids: Sequence[str], *, k: int, progress: Callable[[int, int], None] = quiet
) -> Selection:
    """Draw up the shortlist of every vacancy.

    Parameters
    ----------
    matcher
        Holds the vacancies and the copies.
    ids
        Identifiers of the copies, in the order of the columns wanted.
    k
        People on a shortlist; fewer where fewer than three times as many may be matched.
    progress
        Called with the number of vacancies done and their number.

    Returns
    -------
    Selection
        A row for every vacancy that at least three people may be matched to.
    """
    columns = {key: place for place, key in enumerate(ids)}
    rows, names, skipped = [], [], 0
    wanted = min(k, (MAX_K - 2 * _COPIES) // _COPIES)
    lists = matcher.shortlists(k=min(MAX_K, (wanted + 2) * _COPIES), progress=progress)
    for at, vacancy_id in enumerate(lists.vacancy_ids):
        position = matcher.vacancies.position(vacancy_id)
        row = matcher.vacancies.rows[position or 0]
        allowed = int(matcher.profiles.allowed(row).mask.sum())
        places = _COPIES * min(wanted, allowed // _COPIES // _LARGEST_SHARE)
        if not places:
            skipped += 1
            continue
        listed = lists.positions[at] >= 0
        shares = np.zeros(len(ids))
        people = [columns[lists.profile_ids[person]] for person in lists.positions[at][listed]]
        shares[people] = places_of(lists.scores[at][listed].astype(float), places)
        rows.append(shares)
        names.append(row["id"])
    return Selection(np.array(rows).reshape(len(rows), len(ids)), tuple(names), tuple(ids), skipped)


def impact_report(
    selection: Selection,
    groups: pd.DataFrame,
    industries: Mapping[str, str],
    *,
    matcher: Matcher,
    k: int,
    seed: int,
    gated: bool,
) -> ImpactReport:
    """Work out the ratios with their intervals.

    Parameters
    ----------
    selection
        The shortlists.
    groups
        Groups of the copies, indexed by identifier.
    industries
        Key industry of each vacancy.
    matcher
        What was audited.
    k
        People on a shortlist.
    seed
        Seed of the bootstrap, which draws vacancies and people anew at the same time.
    gated
        False where the groups differ in what they want.

    Returns
    -------
    ImpactReport
        Single attributes and crossings of two and three, over all vacancies and over every key industry with
        at least five; a split in which nobody was selected has no ratio and does not pass.
    """
    placed = groups.loc[list(selection.ids)]
    rng = np.random.default_rng(seed)
    lines = []
    named = np.array([industries.get(key, "") for key in selection.vacancies], dtype=object)
    scopes = [("", np.ones(len(named), dtype=bool))]
    scopes += [(name, named == name) for name in sorted(set(named) - {""})]
    for industry, mask in scopes:
        if mask.sum() >= _LEAST_VACANCIES:
            lines += list(_lines(selection.shares[mask], placed, industry, rng))
    versions = Versions(
        method=IMPACT_METHOD,
        model_version=matcher.model_version,
        taxonomy_version=TAXONOMY_VERSION,
        seed=seed,
    )
    texts = {
        (row["title"], row.get("summary", ""), row["skills"], row["majors"]) for row in matcher.profiles.rows
    }
    return ImpactReport(
        design="equal" if gated else "preferences",
        lines=tuple(lines),
        people=int(groups["person"].nunique()),
        copies=len(groups),
        texts=len(texts),
        shortlist=k,
        skipped=selection.skipped,
        unrated=sum(not line.rated for line in lines),
        versions=versions,
        gated=gated,
        passed=not gated or (bool(lines) and all(line.passed for line in lines)),
    )


def places_of(scores: Floats, places: int) -> Floats:
    """Deal out the places of a list.

    Parameters
    ----------
    scores
        Scores in ranked order, best first.
    places
        Places to give away.

    Returns
    -------
    ndarray
        1 for a place, 0 for none; those who tie at the end share what is left.

    Examples
    --------
    >>> places_of(np.array([3.0, 2.0, 2.0]), 2).tolist()
    [1.0, 0.5, 0.5]
    """
    if len(scores) <= places:
        return np.ones(len(scores))
    cut = scores[places - 1]
    above, tied = scores > cut, scores == cut
    shared: Floats = above + tied * ((places - above.sum()) / tied.sum())
    return shared


def _lines(
    shares: Floats, groups: pd.DataFrame, industry: str, rng: np.random.Generator
) -> Iterator[RatioLine]:
    people = groups["person"].to_numpy()
    vacancies, persons = len(shares), int(people.max()) + 1
    drawn = rng.multinomial(vacancies, np.full(vacancies, 1 / vacancies), size=_DRAWS)
    weights = rng.multinomial(persons, np.full(persons, 1 / persons), size=_DRAWS)[:, people]
    selected = (drawn @ shares) * weights
    for count in range(1, _MOST_CROSSED + 1):
        for split in combinations(FACTORS, count):
            codes, names = pd.factorize(groups[list(split)].agg("·".join, axis=1), sort=True)
            member = np.eye(len(names))[codes]
            rates = (shares.sum(axis=0) @ member) / member.sum(axis=0)
            sizes = np.maximum(weights @ member, 1e-9)
            yield _line(split, industry, list(names), rates, (selected @ member) / sizes, vacancies)


def _line(
    split: tuple[str, ...], industry: str, names: list[str], rates: Floats, draws: Floats, vacancies: int
) -> RatioLine:
    bar = GROUP_BAR if len(split) == 1 else CROSS_BAR
    ratio = float(rates.min() / rates.max()) if rates.max() > 0 else None
    known = draws[draws.max(axis=1) > 0]
    spread = known.min(axis=1) / known.max(axis=1)
    low, high = np.quantile(spread, [0.025, 0.975]) if len(spread) else (None, None)
    rated = ratio is not None and low is not None and high - low <= 2 * (1 - bar)
    reached = ratio is not None and ratio >= bar
    return RatioLine(
        split="×".join(split),
        industry=industry,
        groups=len(names),
        vacancies=vacancies,
        ratio=ratio,
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        lowest=names[int(rates.argmin())],
        highest=names[int(rates.argmax())],
        bar=bar,
        rated=rated,
        passed=reached if rated else industry != "",
    )
