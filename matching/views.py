"""What each owner may see of the pools: the same arrays, with everything else dead as if never there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from data.owners import OFFICE
from matching.loading import Loaded
from matching.pool import Pool

__all__ = ["PUBLIC", "Views"]

Seen = TypeVar("Seen")

PUBLIC: Final = "public"
"""Stands for every agency without rows of its own: they all see the office's and nothing else."""


class Views(Generic[Seen]):
    """Views of loaded pools, each made when it is first asked for and kept as long as the pools.

    Whatever is made of a view — lists, counts, advice — is made of its pools, in which what must not be
    seen is as dead as what was erased; no path has to remember to leave it out. What is measured on the
    pools and shared (:func:`matching.loading.load_pools`) is measured on what everybody may see.

    Parameters
    ----------
    whole
        The pools with the rows of all owners.
    """

    def __init__(self, whole: Loaded) -> None:
        self.whole = whole
        owners = (_owners(whole.vacancies), _owners(whole.profiles))
        self._vacancies, self._profiles = owners
        self._counted = np.array([row.get("counted_in") is None for row in whole.vacancies.rows], dtype=bool)
        self._agencies = frozenset(np.concatenate(owners).tolist()) - {OFFICE}
        self._seen: dict[str, Seen] = {}

    @property
    def shows_all(self) -> bool:
        """Whether everybody sees everything: there are rows of the office only, each counted."""
        return not self._agencies and bool(self._counted.all())

    def seen_by(self, owner: str, make: Callable[[Loaded], Seen]) -> Seen:
        """Return what was made of an owner's view, made now if it is not there yet.

        Parameters
        ----------
        owner
            The agency; empty for the office, which sees all profiles and every need as it is counted.
        make
            Makes it.
        """
        name = owner if owner == OFFICE or owner in self._agencies else PUBLIC
        found = self._seen.get(name)
        if found is None:
            found = self._seen.setdefault(name, make(self._loaded(name)))
        return found

    def _loaded(self, owner: str) -> Loaded:
        if owner == OFFICE:
            vacancies, profiles = self._counted, np.ones(len(self._profiles), dtype=bool)
        else:
            vacancies, profiles = (
                (owners == OFFICE) | (owners == owner) for owners in (self._vacancies, self._profiles)
            )
        return self.whole._replace(
            vacancies=self.whole.vacancies.only(vacancies),
            profiles=self.whole.profiles.only(profiles),
            owner=owner,
        )


def _owners(pool: Pool) -> NDArray[np.str_]:
    return np.array([row.get("owner", OFFICE) for row in pool.rows], dtype=np.str_)
