"""What came of the matches that were shown: outcomes of pairs, and the share that came how far.

Synthetic and real events are never added up: a frame holds the ones or the others.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from data.feedback import JOINT_KINDS, STAGES, EventKind, Side

__all__ = ["Share", "funnel", "outcomes", "share_of"]

_PAIR = ["side", "vacancy_id", "profile_id"]
_OUTCOME = [
    *_PAIR,
    "list_id",
    "position",
    "propensity",
    "variant",
    "model_version",
    "shown_at",
    "shows",
    "stage",
    "declined_by",
    "reason",
    "censored",
    "synthetic",
]
_LEAST = 30
"""Fewest pairs from which a share is published."""
_LEAST_ASKERS = 5
"""Fewest vacancies, or persons who were shown vacancies, that they must be of."""
_CONFIDENCE = 0.95


class Share(NamedTuple):
    """A share with its interval."""

    pairs: int
    """Pairs it rests on."""
    reached: int
    """Pairs among them that came so far."""
    share: float
    """Their share, 0 to 1; nan where too few pairs are known."""
    low: float
    """Lower end of the 95 % interval; nan where there is no share."""
    high: float
    """Upper end."""


def outcomes(events: pd.DataFrame, *, as_of: dt.datetime, window_days: int) -> pd.DataFrame:
    """Sum events up to what came of every pair that was shown.

    A pair is shown to one side; contact, interview and hire count for both, whoever tells them. A pair counts
    from the first time it was shown, and what comes after its window does not count. Where the window is not
    over yet the outcome is open: such a pair is neither a success nor a failure, and learning from the early
    successes alone would favour what is quick.

    Parameters
    ----------
    events
        Events as from :func:`read_events`; those after ``as_of`` do not count.
    as_of
        The moment at which to look, with its time zone.
    window_days
        Days that an outcome has to come, from 1.

    Returns
    -------
    DataFrame
        One row for each side, vacancy_id and profile_id: list_id, position, propensity, variant and
        model_version of the first time it was shown, shown_at, shows (number of times), stage (the furthest
        :class:`data.feedback.EventKind` reached), declined_by (a :class:`data.feedback.Side` or None), reason
        of the first no, censored and synthetic.
    """
    window = pd.Timedelta(days=window_days)
    known = events[events["happened_at"] <= as_of]
    shown = known[known["kind"] == EventKind.SHOWN.value]
    first = shown.drop_duplicates(_PAIR).rename(columns={"happened_at": "shown_at"})
    first = first.assign(
        shows=shown.groupby(_PAIR).size().reindex(pd.MultiIndex.from_frame(first[_PAIR])).to_numpy(),
        censored=first["shown_at"] + window > as_of,
    )
    later = known[known["kind"] != EventKind.SHOWN.value]
    joined = first[[*_PAIR, "shown_at"]].merge(
        later[[*_PAIR, "kind", "reason", "happened_at"]].rename(columns={"side": "by"}),
        on=["vacancy_id", "profile_id"],
    )
    wait = joined["happened_at"] - joined["shown_at"]
    joined = joined[(wait >= pd.Timedelta(0)) & (wait <= window)]
    told = first.drop(columns="reason").merge(_furthest(joined), on=_PAIR, how="left")
    told = told.merge(_first_no(joined), on=_PAIR, how="left")
    stage = told["furthest"].fillna(0).astype(int).map(lambda place: STAGES[place].value)
    return told.assign(stage=stage.astype(object))[_OUTCOME]


def _furthest(joined: pd.DataFrame) -> pd.DataFrame:
    """Return how far each pair came; what only one side does counts for that side."""
    places = {kind.value: place for place, kind in enumerate(STAGES)}
    ours = (joined["by"] == joined["side"]) | joined["kind"].isin([kind.value for kind in JOINT_KINDS])
    reached = joined[ours & joined["kind"].isin(list(places))]
    return (
        reached.assign(furthest=reached["kind"].map(places)).groupby(_PAIR)[["furthest"]].max().reset_index()
    )


def _first_no(joined: pd.DataFrame) -> pd.DataFrame:
    """Return who said no first to each pair, and why."""
    declined = joined[joined["kind"] == EventKind.DECLINED.value].sort_values("happened_at", kind="stable")
    declined = declined.rename(columns={"by": "declined_by"})
    return declined.drop_duplicates(_PAIR)[[*_PAIR, "declined_by", "reason"]]


def share_of(reached: np.ndarray[tuple[int], np.dtype[np.bool_]], askers: pd.Series) -> Share:
    """Return a share with a 95 % interval that knows that pairs of one list resemble each other.

    The interval of Wilson (1927) for the effective number of pairs: the number divided by the design effect
    of who they were shown to (Kish, Survey Sampling, 1965), which is taken as 1 where it is smaller.

    Parameters
    ----------
    reached
        Whether each pair came so far.
    askers
        Who each pair was shown to.

    Returns
    -------
    Share
        Without a share where fewer than 30 pairs, or those of fewer than 5 askers, are given.
    """
    count, hits = len(reached), int(reached.sum())
    if count < _LEAST or askers.nunique() < _LEAST_ASKERS:
        return Share(count, hits, math.nan, math.nan, math.nan)
    share = hits / count
    low, high = _wilson(share, count / _design_effect(reached, askers, share))
    return Share(count, hits, share, low, high)


def funnel(pairs: pd.DataFrame, *, by: str | None = None) -> pd.DataFrame:
    """Count how far pairs came, with intervals; pairs whose window is open are counted apart.

    Parameters
    ----------
    pairs
        Outcomes as from :func:`outcomes`, of one side.
    by
        A column to split by, such as variant or position; none for all pairs together.

    Returns
    -------
    DataFrame
        One row for each group (in order; missing ones last) and stage past ``shown``: group, stage, pairs
        (window over), reached (so far or further), share, low, high (nan with too few pairs) and open
        (pairs whose window is not over); without rows for no pairs.
    """
    columns = ["group", "stage", *Share._fields, "open"]
    groups: list[tuple[Any, pd.DataFrame]] = [(None, pairs)] if len(pairs) else []
    if by is not None:
        split = pairs.groupby(by, dropna=False, sort=True)
        groups = [(None if pd.isna(name) else name, group) for name, group in split]
    rows = []
    for name, group in groups:
        known = group[~group["censored"]]
        askers = known["vacancy_id"].where(known["side"] == Side.EMPLOYER.value, known["profile_id"])
        places = known["stage"].map(lambda stage: STAGES.index(EventKind(stage))).to_numpy(dtype=int)
        for place, stage in enumerate(STAGES[1:], start=1):
            share = share_of(places >= place, askers)
            rows.append((name, stage.value, *share, len(group) - len(known)))
    told = pd.DataFrame(rows, columns=columns)
    return told.assign(group=pd.Series([row[0] for row in rows], dtype=object))


def _design_effect(
    reached: np.ndarray[tuple[int], np.dtype[np.bool_]], askers: pd.Series, share: float
) -> float:
    """Return by how much likeness widens the variance of a share, at least 1."""
    simple = share * (1 - share) / len(reached)
    rest = pd.Series(reached - share).groupby(askers.to_numpy()).sum()
    if not simple:
        return 1.0
    clustered = len(rest) / (len(rest) - 1) * float((rest**2).sum()) / len(reached) ** 2
    return max(1.0, clustered / simple)


def _wilson(share: float, count: float) -> tuple[float, float]:
    z = float(norm.ppf((1 + _CONFIDENCE) / 2))
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * math.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return max(0.0, middle - half), min(1.0, middle + half)
