"""How many people the hard rules leave, counted without ranking: cheap enough to ask at every change."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from data.records import Posting
from matching.loading import Loaded
from matching.queries import inline_row, stored_query
from matching.rules import RULES, Rule

__all__ = ["Exclusion", "Qualified", "count_qualified"]


class Exclusion(NamedTuple):
    """What one hard rule does to the pool."""

    rule: str
    """Name of the rule."""
    label: str
    """Its name in Chinese."""
    excluded: int
    """People who fail it."""
    alone: int
    """People whom it alone excludes: they would qualify without it."""


class Qualified(NamedTuple):
    """Who would qualify for a vacancy."""

    pool: int
    """People in the pool."""
    allowed: int
    """People whom no hard rule excludes."""
    exclusions: tuple[Exclusion, ...]
    """Rules that exclude somebody, in the order in which rules are shown."""


def count_qualified(vacancy: str | Posting, loaded: Loaded) -> Qualified:
    """Count who qualifies for a vacancy; nothing is encoded, scored or ranked.

    Parameters
    ----------
    vacancy
        An identifier in the pool, or a posting that need not be stored.
    loaded
        The pools, as the caller may see them.

    Returns
    -------
    Qualified
        The counts that a match of the same vacancy would tell.

    Raises
    ------
    UnknownName
        No such vacancy.
    """
    pool = loaded.profiles
    if isinstance(vacancy, str):
        row = dict(stored_query(vacancy, loaded.vacancies, loaded.background).row)
    else:
        row = inline_row(vacancy, loaded.background)
    alive = pool.index.alive
    failing = {rule: pool.columns.failing(rule, row, row_is_vacancy=True) & alive for rule in RULES}
    failed = sum((mask.astype(np.int8) for mask in failing.values()), start=np.zeros(len(alive), np.int8))

    def told(rule: Rule) -> Exclusion:
        own = failing[rule]
        alone = own & (failed == 1)
        return Exclusion(rule.name, rule.label, int(np.count_nonzero(own)), int(np.count_nonzero(alone)))

    found = tuple(told(rule) for rule in RULES)
    allowed = int(np.count_nonzero(alive & (failed == 0)))
    return Qualified(len(pool), allowed, tuple(each for each in found if each.excluded))
