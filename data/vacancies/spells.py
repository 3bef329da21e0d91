"""Group the postings of one employer into spells: one need from its opening to its close.

The most alike pairs are brought together first, and two groups only when no posting of the one contradicts
a posting of the other, so that likeness never chains across a contradiction. Days do chain: each posting must
open before the postings before it have ended. A spell ends on the first day on which one of its postings was
closed. While none was, it lasts as long as it is known to be open — the last validity or sight — and 60 days
more, the window within which the same advertisement seen again counts once. Undated postings stand only with
undated ones, as if all were seen at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

from data.vacancies.advert import Advert
from data.vacancies.comparison import Comparison, Relation, compare, contradict
from data.vacancies.decisions import Decisions

__all__ = ["Member", "Spell", "group_spells", "spell_before"]

_GAP = dt.timedelta(days=60)
_Pair = tuple[int, int]


@dataclass(frozen=True)
class Member:
    """A posting in a spell."""

    advert: Advert
    """The posting."""
    relation: Relation
    """Why it is there."""
    comparison: Comparison | None
    """How it compares with the first, or with the posting it is most like; nothing for the first."""


@dataclass(frozen=True)
class Spell:
    """The postings of one need between opening and close."""

    adverts: tuple[Advert, ...]
    """In the order in which they opened."""

    @property
    def first(self) -> Advert:
        """The posting that speaks for it."""
        return self.adverts[0]

    @cached_property
    def ended(self) -> dt.date | None:
        """First day on which one of its postings was closed."""
        return min((advert.ended for advert in self.adverts if advert.ended), default=None)

    @cached_property
    def known_until(self) -> dt.date | None:
        """Day it was closed, else the last day on which it is known to have been open."""
        days = [advert.known_until for advert in self.adverts if advert.known_until]
        return self.ended or max(days, default=None)

    def members(self) -> list[Member]:
        """Return its postings, each compared with the first or, where that says nothing, the most alike."""
        members = [Member(self.first, Relation.FIRST, None)]
        for advert in self.adverts[1:]:
            comparison = compare(self.first, advert)
            if comparison.relation is None:
                others = [compare(other, advert) for other in self.adverts if other is not advert]
                found = [other for other in others if other.relation is not None]
                comparison = max(found, key=lambda other: other.rank, default=comparison)
            members.append(Member(advert, comparison.relation or Relation.DECIDED, comparison))
        return members


def group_spells(adverts: Sequence[Advert], decisions: Decisions) -> list[Spell]:
    """Group the postings of one employer.

    Parameters
    ----------
    adverts
        In the order in which they opened.
    decisions
        What people said; they are obeyed whatever the tests say.

    Returns
    -------
    list
        Every posting is in exactly one spell; spells in the order in which they opened.
    """
    groups = _joined(adverts, decisions)
    alike, agreeing = _compared(adverts)
    for pair in sorted(sorted(alike), key=alike.__getitem__, reverse=True):
        left, right = (groups[position] for position in pair)
        if left is not right and _can_unite(adverts, left, right, agreeing, decisions):
            union = sorted([*left, *right])
            for position in union:
                groups[position] = union
    unique = {group[0]: group for group in groups}
    return [Spell(tuple(adverts[position] for position in unique[first])) for first in sorted(unique)]


def spell_before(spell: Spell, earlier: Iterable[Spell], decisions: Decisions) -> Spell | None:
    """Return the latest spell of the same need that had ended when this one opened.

    Parameters
    ----------
    spell
        The spell.
    earlier
        Spells of the same employer in the order in which they opened, all before this one.
    decisions
        What people said: a need kept apart is not the same need.
    """
    opened = spell.first.opened
    if opened is None:
        return None
    before = [other for other in earlier if other.known_until is not None and other.known_until <= opened]
    for other in reversed(before):
        if contradict(other.first, spell.first):
            continue
        if compare(other.first, spell.first).relation is not None and not _apart(
            other.adverts, spell.adverts, decisions
        ):
            return other
    return None


def _joined(adverts: Sequence[Advert], decisions: Decisions) -> list[list[int]]:
    """Return for each posting the list of those that people joined it to, itself included."""
    groups: dict[str, list[int]] = {}
    names = decisions.linked([advert.posting_id for advert in adverts])
    for position, name in enumerate(names):
        groups.setdefault(name, []).append(position)
    return [groups[name] for name in names]


def _compared(adverts: Sequence[Advert]) -> tuple[dict[_Pair, tuple[int, int, float]], AbstractSet[_Pair]]:
    """Return the rank of the pairs that are one need, and all pairs in which nothing contradicts one."""
    alike: dict[_Pair, tuple[int, int, float]] = {}
    silent: set[_Pair] = set()
    for pair in combinations(range(len(adverts)), 2):
        one, other = (adverts[position] for position in pair)
        if contradict(one, other):
            continue
        comparison = compare(one, other)
        if comparison.relation is not None:
            alike[pair] = comparison.rank
        elif comparison.silent:
            silent.add(pair)
    return alike, alike.keys() | silent


def _can_unite(
    adverts: Sequence[Advert],
    left: Sequence[int],
    right: Sequence[int],
    agreeing: AbstractSet[_Pair],
    decisions: Decisions,
) -> bool:
    """Tell whether two groups of positions are one spell: nothing, no day and nobody keeps them apart."""
    if any((min(pair), max(pair)) not in agreeing for pair in product(left, right)):
        return False
    if not _one_spell([adverts[position] for position in sorted([*left, *right])]):
        return False
    return not _apart([adverts[each] for each in left], [adverts[each] for each in right], decisions)


def _apart(left: Iterable[Advert], right: Sequence[Advert], decisions: Decisions) -> bool:
    ids = [advert.posting_id for advert in right]
    return any(decisions.kept_apart(advert.posting_id, ids) for advert in left)


def _one_spell(adverts: Sequence[Advert]) -> bool:
    """Tell whether every posting opened before the ones before it had ended; in order of opening."""
    if len({advert.opened is None for advert in adverts}) > 1:
        return False
    for position, advert in enumerate(adverts[1:], start=1):
        before = Spell(tuple(adverts[:position]))
        until = before.known_until
        if advert.opened is None or until is None:
            continue
        if advert.opened > until + (dt.timedelta(0) if before.ended else _GAP):
            return False
    return True
