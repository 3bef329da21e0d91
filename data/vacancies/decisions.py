"""What people said of two postings, made ready for the merge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

__all__ = ["Decision", "Decisions"]


class Decision(NamedTuple):
    """What a person said of two postings."""

    left: str
    """One posting."""
    right: str
    """The other posting."""
    same: bool
    """True when they are the same need, false when they are not."""


class Decisions:
    """Which postings must share a vacancy and which must not.

    Postings joined by any chain of decisions form one group. A decision that two postings differ holds
    between their whole groups; within one group it cannot be kept, and the joining stands.

    Parameters
    ----------
    decisions
        In any order.
    """

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        taken = list(decisions)
        self._parents: dict[str, str] = {}
        for left, right, same in taken:
            if same:
                one, other = sorted((self.group_of(left), self.group_of(right)))
                if one != other:
                    self._parents[other] = one
        self._apart: set[frozenset[str]] = {
            frozenset((self.group_of(left), self.group_of(right))) for left, right, same in taken if not same
        }

    def group_of(self, posting_id: str) -> str:
        """Return the name of a posting's group: the posting itself where nobody joined it to another."""
        while posting_id in self._parents:
            posting_id = self._parents[posting_id]
        return posting_id

    def joined(self, one: str, other: str) -> bool:
        """Tell whether two postings must share a vacancy."""
        return self.group_of(one) == self.group_of(other)

    def kept_apart(self, one: str, others: Iterable[str]) -> bool:
        """Tell whether a posting must not share a vacancy with any of the others."""
        if not self._apart:
            return False
        group = self.group_of(one)
        return any(frozenset((group, self.group_of(other))) in self._apart for other in others)

    def linked(self, posting_ids: Sequence[str]) -> list[str]:
        """Return the groups of postings as a list, one name for each posting."""
        return [self.group_of(each) for each in posting_ids] if self._parents else list(posting_ids)
