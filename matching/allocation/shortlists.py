"""Candidate lists of many vacancies at once: what exposure, balance and allocation work on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.errors import InputError

__all__ = ["Edges", "Shortlists"]

_HINT = "由匹配结果生成名单，不要手工拼接"


class Edges(NamedTuple):
    """Every candidate of every list, list by list."""

    rows: NDArray[np.int64]
    """Which vacancy."""
    persons: NDArray[np.int64]
    """Which profile."""
    scores: NDArray[np.float64]
    """Score, 0 to 100."""

    def take(self, kept: NDArray[np.bool_]) -> Edges:
        """Return some of the candidates."""
        return Edges(self.rows[kept], self.persons[kept], self.scores[kept])


class Shortlists(NamedTuple):
    """The candidates of each vacancy, best first; nobody whom a hard rule excludes stands on one.

    Examples
    --------
    >>> lists = Shortlists.from_lists({"V1": [("P1", 90.0), ("P2", 80.0)], "V2": [("P2", 70.0)]})
    >>> lists.positions.tolist(), lists.lengths.tolist()
    ([[0, 1], [1, -1]], [2, 1])
    """

    vacancy_ids: list[str]
    """One vacancy a row."""
    profile_ids: list[str]
    """What the positions count."""
    positions: NDArray[np.int64]
    """Shape ``(vacancies, k)`` into ``profile_ids``; -1 where fewer are allowed."""
    scores: NDArray[np.float32]
    """Shape ``(vacancies, k)``, 0 to 100; -inf where there is nobody."""

    @classmethod
    def from_lists(
        cls, lists: Mapping[str, Sequence[tuple[str, float]]], profile_ids: Sequence[str] | None = None
    ) -> Shortlists:
        """Build from pairs of profile and score.

        Parameters
        ----------
        lists
            Candidates by vacancy, in any order.
        profile_ids
            All people of the pool; only those on a list by default.

        Returns
        -------
        Shortlists
            Sorted by falling score, equal scores by identifier; no rows for no lists.

        Raises
        ------
        InputError
            Someone stands on a list twice, or is not in the pool.
        """
        named = sorted({person for pairs in lists.values() for person, _ in pairs})
        ids = named if profile_ids is None else list(profile_ids)
        where = {name: place for place, name in enumerate(ids)}
        strangers = [name for name in named if name not in where]
        if strangers:
            raise InputError(
                "shortlist_invalid", f"名单上有人才库以外的档案：{'、'.join(strangers[:3])}", hint=_HINT
            )
        longest = max((len(pairs) for pairs in lists.values()), default=0)
        positions = np.full((len(lists), longest), -1, dtype=np.int64)
        scores = np.full((len(lists), longest), -np.inf, dtype=np.float32)
        for row, pairs in enumerate(lists.values()):
            ordered = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
            positions[row, : len(pairs)] = [where[name] for name, _ in ordered]
            scores[row, : len(pairs)] = [score for _, score in ordered]
        return cls(list(lists), ids, positions, scores).checked()

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Candidates of each vacancy."""
        counts: NDArray[np.int64] = (self.positions >= 0).sum(axis=1)
        return counts

    @property
    def reachable(self) -> NDArray[np.bool_]:
        """Whether each profile stands on any list, however far down."""
        found = np.zeros(len(self.profile_ids), dtype=bool)
        found[self.positions[self.positions >= 0]] = True
        return found

    @property
    def edges(self) -> Edges:
        """Every candidate of every list."""
        rows, places = np.nonzero(self.positions >= 0)
        return Edges(rows, self.positions[rows, places], self.scores[rows, places].astype(np.float64))

    def row(self, vacancy_id: str) -> int:
        """Return which row is a vacancy's.

        Raises
        ------
        InputError
            The vacancy has no list.
        """
        if vacancy_id not in self.vacancy_ids:
            raise InputError("vacancy_unknown", f"名单中没有需求 {vacancy_id}", hint="检查需求编号")
        return self.vacancy_ids.index(vacancy_id)

    def top(self, k: int) -> Shortlists:
        """Return the first ``k`` of every list."""
        return self._replace(positions=self.positions[:, :k], scores=self.scores[:, :k])

    def only(self, kept: NDArray[np.bool_]) -> Shortlists:
        """Return the lists without the people who are not kept; the others move up.

        Parameters
        ----------
        kept
            One boolean a profile.

        Returns
        -------
        Shortlists
            As wide as before.
        """
        stays = (self.positions >= 0) & kept[self.positions] if len(kept) else self.positions >= 0
        order = np.argsort(~stays, axis=1, kind="stable")
        ahead = np.take_along_axis(stays, order, axis=1)
        return self._replace(
            positions=np.where(ahead, np.take_along_axis(self.positions, order, axis=1), -1),
            scores=np.where(ahead, np.take_along_axis(self.scores, order, axis=1), np.float32(-np.inf)),
        )

    def checked(self) -> Shortlists:
        """Return the lists as they are.

        Raises
        ------
        InputError
            The arrays do not fit, a list is not best first, someone stands on it twice or a score is no
            number from 0 to 100.
        """
        fault = self._fault()
        if fault:
            raise InputError("shortlist_invalid", f"候选名单{fault}", hint=_HINT)
        return self

    def _fault(self) -> str:
        """Say what is wrong; nothing for lists that can be used."""
        if self.positions.shape != self.scores.shape or len(self.positions) != len(self.vacancy_ids):
            return "的编号、位置与分数行列不一致"
        held = self.positions >= 0
        if self.positions.max(initial=-1) >= len(self.profile_ids):
            return "的位置超出人才库"
        if not (np.isfinite(self.scores) == held).all() or not ((self.scores[held] <= 100).all()):
            return "的分数缺失或不在0到100之间"
        if (self.scores[held] < 0).any() or (self.scores[:, 1:] > self.scores[:, :-1]).any():
            return "的分数为负或没有从高到低排列"
        ordered = np.sort(self.positions, axis=1)
        repeated = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)
        return "中同一人出现两次" if repeated.any() else ""
