"""Count what relaxing requirements would bring: the same hard rules, applied to the changed vacancy.

No number is estimated: every change is judged over the whole pool by :class:`matching.rules.RuleColumns`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.records import Record
from matching.relaxation.changes import Change, possible_changes
from matching.rules import RULES, Rule, RuleColumns, Side
from matching.rules.places import AT_A_DISTANCE

__all__ = ["OneStepShort", "Relaxation", "Scores", "advise", "binding_rule", "near_misses"]

Mask = NDArray[np.bool_]
Scores = Callable[[NDArray[np.int64]], NDArray[np.floating[Any]]]
"""Returns how well the members at some positions fit the work, more being better. It may be asked for the
whole pool at once, so it should be cheap: retrieval's inner products, not the full score."""

_BEST = 20
_WORTH_A_PAIR = 1.2
"""What a pair must add of what its two changes add one by one, to be worth its length."""
_BY_NAME = {rule.name: rule for rule in RULES}
_QUANTILES = (0.25, 0.5, 0.75, 1.0)


class Relaxation(Record):
    """One change or two together, with what they would bring."""

    changes: tuple[Change, ...]
    """The changes."""
    cost: float
    """Sum of their costs."""
    added: int
    """People who would be allowed and are not now."""
    allowed: int
    """People who would be allowed in all."""
    best: int | None
    """How many of those added would be among the 20 that fit best; empty when fit was not asked for."""
    sentence: str
    """The advice in Chinese."""
    note: str
    """Whom it opens the work to, and what to mind."""


class OneStepShort(NamedTuple):
    """Somebody whom one requirement of the employer excludes, by one step."""

    position: int
    """Position in the pool."""
    rule: Rule
    """The one rule that fails."""
    reason: str
    """Why it fails, in Chinese."""
    change: Change
    """The step that would let the person in."""


class _Search:
    """Who fails what now, and who would after a change."""

    def __init__(self, vacancy: Mapping[str, Any], columns: RuleColumns, alive: Mask | None) -> None:
        self.vacancy = vacancy
        self.columns = columns
        self.alive = np.ones(len(columns), dtype=bool) if alive is None else alive
        self.signature = np.zeros(len(columns), dtype=np.int32)
        for bit, rule in enumerate(RULES):
            failing = columns.failing(rule, vacancy, row_is_vacancy=True)
            self.signature |= failing.astype(np.int32) << bit
        self.signature[~self.alive] = -1
        self.allowed: Mask = self.signature == 0

    def alone(self, rule: Rule) -> Mask:
        """Return whom this rule excludes and no other does."""
        only: Mask = self.signature == _bit(rule)
        return only

    def with_one_other(self, rule: Rule) -> Mask:
        """Return whom this rule and exactly one other exclude."""
        signatures = [_bit(rule) | _bit(other) for other in RULES if other is not rule]
        return np.isin(self.signature, signatures)

    def after(self, changes: Iterable[Change]) -> Mask:
        """Return who would be allowed."""
        values = {field: value for change in changes for field, value in change.values.items()}
        row = {**self.vacancy, **values}
        touched = [rule for rule in RULES if not values.keys().isdisjoint(rule.vacancy_fields)]
        allowed: Mask = self.alive & ((self.signature & ~sum(map(_bit, touched))) == 0)
        for rule in touched:
            allowed &= ~self.columns.failing(rule, row, row_is_vacancy=True)
        return allowed

    def added(self, changes: Iterable[Change]) -> Mask:
        """Return who would be allowed and is not now."""
        added: Mask = self.after(changes) & ~self.allowed
        return added


class _Found(NamedTuple):
    """Changes with the number of people they add."""

    changes: tuple[Change, ...]
    added: int

    @property
    def cost(self) -> float:
        """Sum of the costs."""
        return sum(change.cost for change in self.changes)


def advise(
    vacancy: Mapping[str, Any],
    columns: RuleColumns,
    *,
    alive: Mask | None = None,
    scores: Scores | None = None,
    limit: int = 6,
) -> tuple[Relaxation, ...]:
    """Find the cheapest changes of the employer's own requirements that add people.

    Parameters
    ----------
    vacancy
        Row of the vacancy.
    columns
        Rule columns of the profiles.
    alive
        Members of the pool that count; all when left out.
    scores
        Fit of members to the work.
    limit
        Most relaxations returned.

    Returns
    -------
    tuple of Relaxation
        Single changes, and pairs that add at least a fifth more than the two do one by one. The cheapest come
        first, then those that add more; where fit is known, those that add nobody who fits well come last.
        Of one kind there are two at most: the smallest, and the one that adds most. Empty when no change adds
        anybody.

    Examples
    --------
    >>> columns = RuleColumns.from_rows([{"education": "大专"}, {"education": "本科"}], vacancies=False)
    >>> [relaxation.sentence for relaxation in advise({"education": "本科"}, columns)]
    ['学历要求由本科放宽为大专：增加1人，共2人']
    """
    search = _Search(vacancy, columns, alive)
    changes = _changes(search)
    within_reach = _Search(vacancy, columns.taken(_reachable(search, changes)), None)
    found = _few_of_a_kind(_singles_and_pairs(within_reach, changes))
    fit = None if scores is None else _fit(search, found, scores)
    advice = [_relaxation(search, each, fit) for each in found]
    advice.sort(key=lambda each: (each.best == 0, each.cost, -each.added))
    return tuple(advice[:limit])


def _changes(search: _Search) -> list[Change]:
    forms = {
        form for (accepted,) in search.columns.distinct(_BY_NAME["engagement"]) for form in accepted or ()
    }
    return possible_changes(search.vacancy, forms=forms, floors=_floors(search))


def _floors(search: _Search) -> list[float]:
    """Return quantiles of the lowest pays of those who fail by pay alone, and by pay and one rule more."""
    rule = _BY_NAME["pay_floor"]
    floors: list[float] = []
    for mask in (search.alone(rule), search.with_one_other(rule)):
        stated = [floor for (floor,) in search.columns.values(rule, np.flatnonzero(mask))]
        if stated:
            floors += np.quantile(stated, _QUANTILES, method="inverted_cdf").tolist()
    return floors


def _reachable(search: _Search, changes: Sequence[Change]) -> NDArray[np.int64]:
    """Return the positions of those who are excluded and fail only rules that two changes can touch."""
    touched = {_touched(change) for change in changes}
    pairs = {one | other for one in touched for other in touched}
    present = np.unique(search.signature[search.signature > 0])
    inside = [signature for signature in present.tolist() if any(not signature & ~pair for pair in pairs)]
    return np.flatnonzero(np.isin(search.signature, inside))


def _singles_and_pairs(search: _Search, changes: Sequence[Change]) -> Iterator[_Found]:
    """Yield changes that add people, and pairs that add a good many more than the two one by one."""
    alone = [search.added((change,)) for change in changes]
    for change, added in zip(changes, alone, strict=True):
        if added.any():
            yield _Found((change,), int(np.count_nonzero(added)))
    present = np.unique(search.signature[search.signature > 0])
    for one, other in combinations(range(len(changes)), 2):
        pair = (changes[one], changes[other])
        if not _may_need_both(present, *pair):
            continue
        together = int(np.count_nonzero(search.added(pair)))
        either = int(np.count_nonzero(alone[one] | alone[other]))
        if together > either and together >= _WORTH_A_PAIR * either:
            yield _Found(pair, together)


def _touched(change: Change) -> int:
    """Return the rules that read what a change changes, as bits."""
    return sum(_bit(rule) for rule in RULES if not change.values.keys().isdisjoint(rule.vacancy_fields))


def _bit(rule: Rule) -> int:
    return 1 << RULES.index(rule)


def _may_need_both(present: NDArray[np.int32], one: Change, other: Change) -> bool:
    """Tell whether two changes go together and somebody may need both of them."""
    if not one.values.keys().isdisjoint(other.values):
        return False
    first, second = _touched(one), _touched(other)
    fits = (present & ~(first | second)) == 0
    return bool(first & second) or bool(np.any(fits & ((present & ~first) != 0) & ((present & ~second) != 0)))


def _few_of_a_kind(found: Iterable[_Found]) -> list[_Found]:
    """Keep of every kind the cheapest and the one that adds most, so that one kind does not fill the list."""
    kinds: dict[frozenset[object], list[_Found]] = {}
    for each in sorted(found, key=lambda one: (one.cost, -one.added)):
        kind = frozenset(_kind(change) for change in each.changes)
        of_its_kind = kinds.get(kind, [])
        if not of_its_kind or each.added > of_its_kind[-1].added:
            kinds[kind] = [*of_its_kind[:1], each]
    return [each for few in kinds.values() for each in few]


def _kind(change: Change) -> tuple[str, object]:
    """Return what makes two changes steps of one thing; each licence and language is its own."""
    if change.rule == "engagement":
        form = change.values["engagement"][-1]
        return change.rule, "at a distance" if form in AT_A_DISTANCE else form
    own = change.rule in ("licences", "languages")
    return change.rule, tuple(change.values.values()) if own else ()


def _fit(search: _Search, found: Sequence[_Found], scores: Scores) -> NDArray[np.float64]:
    """Return the fit of everybody whom some relaxation allows; nobody else is asked for."""
    positions = np.flatnonzero(
        np.logical_or.reduce([search.allowed, *(search.after(each.changes) for each in found)])
    )
    fit = np.full(len(search.columns), -np.inf)
    fit[positions] = scores(positions)
    return fit


def _relaxation(search: _Search, found: _Found, fit: NDArray[np.float64] | None) -> Relaxation:
    mask = search.after(found.changes)
    allowed = int(np.count_nonzero(mask))
    what = "，同时".join(change.sentence for change in found.changes)
    return Relaxation(
        changes=found.changes,
        cost=round(found.cost, 2),
        added=found.added,
        allowed=allowed,
        best=None if fit is None else _among_the_best(np.flatnonzero(mask), ~search.allowed, fit),
        sentence=f"{what}：增加{found.added}人，共{allowed}人",
        note="；".join(dict.fromkeys(change.note for change in found.changes)),
    )


def _among_the_best(positions: NDArray[np.int64], new: Mask, fit: NDArray[np.float64]) -> int:
    best = positions[np.argsort(-fit[positions], kind="stable")[:_BEST]]
    return int(np.count_nonzero(new[best]))


def near_misses(
    vacancy: Mapping[str, Any],
    columns: RuleColumns,
    *,
    k: int = 10,
    alive: Mask | None = None,
    scores: Scores | None = None,
) -> list[OneStepShort]:
    """Find people whom exactly one requirement of the employer excludes, by one step.

    One step is one level, 30 days, the next smaller time share, or one licence or language; a licence that
    the law may require is no step, and a condition that the person set is never one.

    Parameters
    ----------
    vacancy
        Row of the vacancy.
    columns
        Rule columns of the profiles.
    k
        Most people returned.
    alive
        Members of the pool that count; all when left out.
    scores
        Fit of members to the work.

    Returns
    -------
    list of OneStepShort
        The best fit first, or in the order of the pool when no fit is given.

    Examples
    --------
    >>> columns = RuleColumns.from_rows([{"education": "大专"}, {"education": "高中/中专"}], vacancies=False)
    >>> [(near.position, near.rule.name) for near in near_misses({"education": "本科"}, columns)]
    [(0, 'education')]
    """
    search = _Search(vacancy, columns, alive)
    steps: dict[int, Change] = {}
    for change in possible_changes(vacancy):
        rule = _BY_NAME[change.rule]
        if change.step and rule.side is Side.EMPLOYER:
            let_in = np.flatnonzero(search.alone(rule) & search.after((change,)))
            steps = dict.fromkeys(let_in.tolist(), change) | steps
    positions = np.array(sorted(steps), dtype=np.int64)
    if scores is not None:
        positions = positions[np.argsort(-scores(positions), kind="stable")]
    return [_one_step_short(search, position, steps[position]) for position in positions[:k].tolist()]


def _one_step_short(search: _Search, position: int, change: Change) -> OneStepShort:
    rule = _BY_NAME[change.rule]
    (offered,) = search.columns.values(rule, np.array([position]))
    judgement = rule.judge(rule.of_vacancy(search.vacancy), offered)
    return OneStepShort(position, rule, judgement.reason if judgement else "", change)


def binding_rule(
    vacancy: Mapping[str, Any], columns: RuleColumns, *, alive: Mask | None = None
) -> Rule | None:
    """Return the rule that keeps most people out.

    Parameters
    ----------
    vacancy
        Row of the vacancy.
    columns
        Rule columns of the profiles.
    alive
        Members of the pool that count; all when left out.

    Returns
    -------
    Rule or None
        The one that alone excludes the most people; where nobody fails a single rule, the one that excludes
        the most. None when nobody is excluded.

    Examples
    --------
    >>> columns = RuleColumns.from_rows([{"education": "大专"}, {"education": "本科"}], vacancies=False)
    >>> binding_rule({"education": "本科"}, columns).name
    'education'
    """
    signature = _Search(vacancy, columns, alive).signature
    failed = signature[signature > 0]
    if not len(failed):
        return None
    counts = [
        (int(np.count_nonzero(failed == 1 << bit)), int(np.count_nonzero(failed & 1 << bit)))
        for bit in range(len(RULES))
    ]
    return RULES[counts.index(max(counts))]
