"""Vacancies of one employer that the merge kept apart although little tells them apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from itertools import combinations
from typing import Final, NamedTuple

import pandas as pd

from data.vacancies.advert import NEEDED, Advert, adverts_of
from data.vacancies.comparison import Comparison, compare
from data.vacancies.titles import NeedTitle, need_title

__all__ = ["NearMiss", "near_misses"]

_LIKELY: Final = 0.3
"""Likeness from which a person is asked."""


class NearMiss(NamedTuple):
    """Two needs that may be one."""

    left: str
    """The posting that opened first."""
    right: str
    """The other posting."""
    comparison: Comparison
    """How they compare."""


def near_misses(postings: pd.DataFrame) -> list[NearMiss]:
    """Find pairs with one employer and one title, open at one time, that no test contradicts.

    Parameters
    ----------
    postings
        One row for each vacancy: the posting that speaks for it, with the columns
        :data:`data.vacancies.advert.NEEDED`.

    Returns
    -------
    list of NearMiss
        The most alike first; empty for an empty frame.
    """
    stated = zip(postings["title"], postings["place_code"], postings["place_raw"], strict=True)
    titles: dict[Hashable, NeedTitle] = {each: need_title(*each) for each in set(stated)}
    groups: defaultdict[tuple[str, str], list[Advert]] = defaultdict(list)
    for advert in adverts_of(postings[list(NEEDED)], titles):
        if advert.opened is not None:
            groups[advert.employer_key, advert.title.key].append(advert)
    found = [miss for group in groups.values() for miss in _within(group)]
    return sorted(found, key=lambda miss: (-miss.comparison.score, miss.left, miss.right))


def _within(group: list[Advert]) -> Iterator[NearMiss]:
    ordered = sorted(group, key=lambda advert: (str(advert.opened), advert.posting_id))
    for one, other in combinations(ordered, 2):
        until = one.known_until
        if until is not None and other.opened is not None and other.opened > until:
            continue
        comparison = compare(one, other)
        if comparison.relation is None and comparison.score >= _LIKELY:
            yield NearMiss(one.posting_id, other.posting_id, comparison)
