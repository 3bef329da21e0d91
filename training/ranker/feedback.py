"""Examples from feedback: pairs that were shown, their features on that day, what came of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.feedback import STAGES, DeclineReason, EventKind, Side
from data.records import Outcome
from matching.features import FEATURES
from matching.loading import Loaded
from matching.pairing import pair_with_members
from matching.pairs import Pair
from matching.queries import stored_query
from matching.scoring import feature_matrix

__all__ = ["ShownPairs", "all_open", "judged", "shown_pairs"]

Floats = NDArray[np.float64]

_TELLS_NOTHING = frozenset({DeclineReason.TAKEN, DeclineReason.UNREACHABLE, DeclineReason.WITHDRAWN})
"""Reasons for a no that say nothing of how well a pair fits."""


@dataclass(frozen=True)
class ShownPairs:
    """Pairs of one side, one entry each, in the order in which they were shown."""

    features: Floats
    """Shape ``(pairs, features)``, nan where not judged."""
    stages: NDArray[np.int64]
    """How far each came: 0 shown, 1 opened, 2 shortlisted, 3 contacted, 4 interviewed, 5 hired."""
    queries: NDArray[np.int64]
    """Who it was shown to: the vacancy for employers, the person for people."""
    positions: NDArray[np.int64]
    """Places from 1; 0 where unknown."""
    propensities: Floats
    """Recorded probability of being looked at; nan where none was recorded."""

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.stages)

    def take(self, chosen: NDArray[Any]) -> ShownPairs:
        """Return some of the pairs, by position or mask."""
        return ShownPairs(
            self.features[chosen],
            self.stages[chosen],
            self.queries[chosen],
            self.positions[chosen],
            self.propensities[chosen],
        )


def judged(outcomes: pd.DataFrame, side: Side) -> pd.DataFrame:
    """Return the pairs of one side whose outcome is known and tells how well they fit.

    Parameters
    ----------
    outcomes
        As from :func:`data.outcomes.outcomes`.
    side
        Whose list it was.

    Returns
    -------
    DataFrame
        Without pairs whose window is open and those that came to nothing because the place was taken,
        somebody could not be reached or withdrew; in the order in which they were shown.
    """
    silent = outcomes["reason"].isin([reason.value for reason in _TELLS_NOTHING]) & outcomes["stage"].isin(
        [EventKind.SHOWN.value, EventKind.OPENED.value]
    )
    kept = outcomes[(outcomes["side"] == side.value) & ~outcomes["censored"].astype(bool) & ~silent]
    return kept.sort_values(["shown_at", "vacancy_id", "profile_id"], kind="stable")


def all_open(vacancies: pd.DataFrame) -> pd.DataFrame:
    """Return vacancies as if all were open: those that have since been filled taught most."""
    return vacancies.assign(outcome=Outcome.OPEN.value, closed_on=None, valid_until=None)


def shown_pairs(
    outcomes: pd.DataFrame,
    loaded: Loaded,
    side: Side,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ShownPairs:
    """Compute the features of pairs as they were on the day of showing.

    Parameters
    ----------
    outcomes
        As from :func:`judged`.
    loaded
        Pools that hold the vacancies and people, from frames as :func:`all_open` returns them.
    side
        Whose list it was.
    progress
        Called with the pairs done and their total.

    Returns
    -------
    ShownPairs
        Without pairs one of whom is no longer here (erased, or merged into another vacancy).
    """
    vacancies, profiles = loaded.vacancies, loaded.profiles
    both = [
        vacancies.position(vacancy) is not None and profiles.position(person) is not None
        for vacancy, person in zip(outcomes["vacancy_id"], outcomes["profile_id"], strict=True)
    ]
    here = outcomes[np.array(both, bool)].reset_index(drop=True)
    features = np.full((len(here), len(FEATURES)), np.nan)
    done = 0
    for vacancy, rows in here.groupby("vacancy_id", sort=False):
        query = stored_query(str(vacancy), vacancies, loaded.background)
        positions = np.array([profiles.position(person) for person in rows["profile_id"]], np.int64)
        pairs = pair_with_members(query, profiles, positions, loaded.space)
        days = [moment.date() for moment in rows["shown_at"]]
        features[rows.index] = feature_matrix(
            [_as_of(pair, day) for pair, day in zip(pairs, days, strict=True)]
        )
        done += len(rows)
        progress(done, len(here))
    asking = "vacancy_id" if side is Side.EMPLOYER else "profile_id"
    places = {kind.value: place for place, kind in enumerate(STAGES)}
    return ShownPairs(
        features,
        np.array([places[stage] for stage in here["stage"]], np.int64),
        pd.factorize(here[asking])[0].astype(np.int64),
        np.array([0 if pd.isna(place) else int(place) for place in here["position"]], np.int64),
        np.array([np.nan if pd.isna(seen) else float(seen) for seen in here["propensity"]], np.float64),
    )


def _as_of(pair: Pair, day: dt.date) -> Pair:
    """Return a pair as on a day."""
    return replace(pair, background=replace(pair.background, as_of=day))
