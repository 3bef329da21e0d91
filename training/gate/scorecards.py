"""Measure candidate and champion on the same frozen sets, side by side on one machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from data.store.store import Store
from matching.coding import Coders
from matching.encoder.model import EmbeddingModel
from matching.encoder.protocol import quiet
from matching.matcher import Matcher
from matching.ranker import Ranker
from training.evaluate.systems import Watch, unwatched
from training.fairness.doors import POSTING_FIELDS, Sample, city_sample
from training.fairness.impact import audit
from training.fairness.swaps import posting_swaps, profile_swaps
from training.gate.quality import quality_of
from training.gate.scorecard import Scorecard
from training.gate.sets import FrozenSets

__all__ = ["Audit", "Contender", "alternate", "build_scorecards"]

_WARM = 3
_REPEATS = 3


class Contender(NamedTuple):
    """What is measured: a bundle that was opened, or the packaged default."""

    name: str
    """Identifier of the bundle, or of the packaged default."""
    model: EmbeddingModel
    """Encodes texts."""
    ranker: Ranker
    """Turns features into scores."""


class Audit(NamedTuple):
    """How much the audits of fairness and the timing take; the defaults are those of ``yingcai fairness``."""

    people: int = 80
    """People copied into the groups."""
    vacancies: int = 110
    """Vacancies they are shortlisted for."""
    swapped: int = 6
    """Profiles and postings that words are put into."""
    k: int = 10
    """Length of a shortlist."""
    requests: int = 60
    """Match requests timed with either model."""


def build_scorecards(
    candidate: Contender,
    champion: Contender,
    sets: FrozenSets,
    *,
    audit_of: Audit = Audit(),  # noqa: B008 - frozen
    memory: Store | None = None,
    watch: Watch = unwatched,
) -> tuple[Scorecard, Scorecard]:
    """Measure both on the frozen sets.

    Parameters
    ----------
    candidate
        Who wants to take the place.
    champion
        Whose place it is.
    sets
        The frozen sets.
    audit_of
        Sizes of the audits of fairness and of the timing.
    memory
        Keeps vectors between runs, so that an interrupted one goes on where it was; the timing goes
        without.
    watch
        Told the step, what is done and the total.

    Returns
    -------
    tuple of Scorecard
        The candidate's and the champion's. Quality and fairness are the same for the same arguments; times
        are measured in alternation, so that what else the machine does slows both.
    """
    sample = sets.sample()
    cards, matchers = [], []
    for who, one in (("候选", candidate), ("现用", champion)):
        told = partial(_named, watch, who)
        model = one.model if memory is None else one.model.with_store(memory)
        coders = Coders.from_reference(model)
        matcher = sample.door.matcher(
            sample.postings, sample.profiles, model, coders, ranker=one.ranker, progress=partial(told, "编码")
        )
        quality = quality_of(sets, model, coders.occupation, matcher, watch=told)
        fairness = _fairness(one, model, coders, sample, matcher, sets.manifest.seed, audit_of, told)
        cards.append(Scorecard(one.name, quality, fairness))
        plain = Matcher(matcher.loaded, one.model, coders.occupation, ranker=one.ranker)
        matchers.append(plain)
    times = alternate(
        [partial(_requests(sample, audit_of.requests), matcher) for matcher in matchers],
        audit_of.requests,
        progress=partial(watch, "计时"),
    )
    ours, theirs = (
        Scorecard(card.name, card.quality, card.fairness, _percentiles(each))
        for card, each in zip(cards, times, strict=True)
    )
    return ours, theirs


def alternate(
    calls: Sequence[Callable[[int], object]],
    count: int,
    *,
    clock: Callable[[], float] = time.perf_counter,
    progress: Callable[[int, int], None] = quiet,
) -> list[list[float]]:
    """Time the same requests with several models in turn.

    Parameters
    ----------
    calls
        Answer the request of a number.
    count
        Number of requests.
    clock
        Gives the time in seconds.
    progress
        Called with the number of requests done and their number.

    Returns
    -------
    list of list of float
        Milliseconds of every request for each call, the least of three tries: what else the machine does
        makes a request slower, never faster. Who goes first changes with every try, and the first three
        requests are made once before, untimed.
    """
    for warm in range(min(_WARM, count)):
        for call in calls:
            call(warm)
    times: list[list[float]] = [[] for _ in calls]
    for number in range(count):
        tried: list[list[float]] = [[] for _ in calls]
        for again in range(_REPEATS):
            for at in range(len(calls)):
                which = at if (number + again) % 2 == 0 else len(calls) - 1 - at
                start = clock()
                calls[which](number)
                tried[which].append(1000 * (clock() - start))
        for each, known in zip(tried, times, strict=True):
            known.append(min(each))
        progress(number + 1, count)
    return times


def _fairness(
    one: Contender,
    model: EmbeddingModel,
    coders: Coders,
    sample: Sample,
    matcher: Matcher,
    seed: int,
    audit_of: Audit,
    watch: Watch,
) -> dict[str, float]:
    """Return impact ratios over all vacancies, and what swaps of words changed."""
    people = city_sample(
        sample.door.region, seed=seed, vacancies=audit_of.vacancies, profiles=audit_of.people
    )
    impact = audit(people, model, coders, k=audit_of.k, seed=seed, ranker=one.ranker, progress=watch)
    found = {
        f"impact/{line.split}": line.ratio if line.rated and line.ratio is not None else float("nan")
        for line in impact.lines
        if not line.industry
    }
    profiles = profile_swaps(
        matcher, sample.profiles.head(audit_of.swapped), sample.door, seed=seed,
        progress=partial(watch, "改写档案"),
    )  # fmt: skip
    postings = posting_swaps(
        matcher, sample.postings.head(audit_of.swapped), sample.door, seed=seed,
        progress=partial(watch, "改写招聘信息"),
    )  # fmt: skip
    for name, report in (("人才档案", profiles), ("招聘信息", postings)):
        gated = [line for line in report.lines if line.gated]
        found[f"swap/{name}"] = max((line.max_change for line in gated), default=float("nan"))
        found[f"moved/{name}"] = float(sum(line.rank_changes for line in gated))
    return found


def _requests(sample: Sample, count: int) -> Callable[[Matcher, int], object]:
    """Return a function that asks a matcher for people for a posting that is in no pool."""
    cells = sample.postings.head(count)
    renamed = cells.assign(
        **{POSTING_FIELDS["id"]: [f"{name}-timed" for name in cells[POSTING_FIELDS["id"]]]}
    )
    records = list(sample.door.postings(renamed).values())
    return lambda matcher, number: matcher.match_vacancy(records[number % len(records)], k=10)


def _percentiles(times: Sequence[float]) -> Mapping[str, float]:
    return {"p50": float(np.quantile(times, 0.5)), "p95": float(np.quantile(times, 0.95))}


def _named(watch: Watch, who: str, step: str, done: int, total: int) -> None:
    watch(f"{who}：{step}", done, total)
