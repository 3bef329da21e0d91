"""One pool's values for every rule, each distinct value judged once.

The same function judges a single pair and filters a pool: the pool keeps a number for every distinct value,
the function runs once for each of them, and the numbers look the verdicts up.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import count
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.rules.rule import Judgement, Rule, Values, Verdict
from matching.rules.table import RULES

__all__ = ["Allowed", "RuleColumns", "VerdictCode"]

VerdictCode = NDArray[np.int8]
"""Verdicts as numbers: -1 does not apply, 0 fails, 1 unknown, 2 passes."""

_NOT_APPLICABLE, _FAIL = -1, 0
_CODES = {Verdict.FAIL: _FAIL, Verdict.UNKNOWN: 1, Verdict.PASS: 2}
_TABLES = 4096
"""Verdict tables kept; one holds a byte for every distinct value of a rule."""


class Allowed(NamedTuple):
    """What the hard rules leave of a pool."""

    mask: NDArray[np.bool_]
    """Whether each member is allowed."""
    excluded: dict[str, int]
    """Members that each rule excludes, by its name; one may fail several. Rules that exclude nobody are left
    out."""


class _Numbered:
    """Distinct values in the order of their first appearance; it only grows, so a number stays valid."""

    def __init__(self) -> None:
        self._numbers: defaultdict[Any, int] = defaultdict(count().__next__)
        self._lock = Lock()

    def number(self, values: Iterable[Hashable], size: int) -> NDArray[np.int32]:
        """Return the number of every value, giving new ones to those never seen."""
        with self._lock:
            return np.fromiter(map(self._numbers.__getitem__, values), dtype=np.int32, count=size)

    def values(self) -> list[Any]:
        """Return the distinct values by their numbers."""
        with self._lock:
            return list(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


class _Dictionary:
    """Distinct values of every field, and their distinct combinations for every rule."""

    def __init__(self, *, vacancies: bool) -> None:
        self.vacancies = vacancies
        self._fields = {
            rule.name: rule.vacancy_fields if vacancies else rule.profile_fields for rule in RULES
        }
        self._values = {field: _Numbered() for names in self._fields.values() for field in names}
        self._combinations = {rule.name: _Numbered() for rule in RULES}
        self._arrays: dict[str, NDArray[np.int64]] = {}

    def number(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, NDArray[np.int32]]:
        """Return for every rule the numbers of the rows' combinations; each field is read once."""
        columns = {
            field: values.number((row.get(field) for row in rows), len(rows)).tolist()
            for field, values in self._values.items()
        }
        return {
            name: self._combinations[name].number(
                zip(*(columns[field] for field in fields), strict=True), len(rows)
            )
            for name, fields in self._fields.items()
        }

    @classmethod
    def from_combinations(cls, combinations: Mapping[str, list[Values]], *, vacancies: bool) -> _Dictionary:
        """Build it from different combinations of every rule, numbered in the order given."""
        made = cls(vacancies=vacancies)
        for name, rows in combinations.items():
            fields = made._fields[name]
            columns = [
                made._values[field].number((row[place] for row in rows), len(rows)).tolist()
                for place, field in enumerate(fields)
            ]
            made._combinations[name].number(zip(*columns, strict=True), len(rows))
        return made

    def size(self, rule: Rule) -> int:
        """Return how many combinations a rule has."""
        return len(self._combinations[rule.name])

    def combinations(self, rule: Rule, numbers: Sequence[int] | None = None) -> list[Values]:
        """Return the combinations of values that a rule reads, those of some numbers or all by number."""
        # The combinations first: rows that are being added number their values before they combine them.
        combinations = self._combinations[rule.name].values()
        if numbers is not None:
            combinations = [combinations[number] for number in numbers]
        values = [self._values[field].values() for field in self._fields[rule.name]]
        return [
            tuple(known[number] for known, number in zip(values, combination, strict=True))
            for combination in combinations
        ]

    def _numbers(self, rule: Rule) -> NDArray[np.int64]:
        """Return the numbers of the values in every combination, made once for as long as none is added."""
        kept = self._arrays.get(rule.name)
        if kept is None or len(kept) < self.size(rule):
            combinations = self._combinations[rule.name].values()
            kept = np.array(combinations, dtype=np.int64).reshape(len(combinations), -1)
            self._arrays[rule.name] = kept
        return kept

    def kinds(self, rule: Rule, own: Values) -> tuple[list[Values], NDArray[np.int64]]:
        """Return one combination of each kind that the rule tells apart, and the kind of each."""
        numbers = self._numbers(rule)
        sifts = rule.sift(own) if rule.sift else ()
        kinds = np.zeros(len(numbers), dtype=np.int64)
        values = [self._values[field].values() for field in self._fields[rule.name]]
        for column, (known, sift) in enumerate(zip(values, sifts, strict=True)):
            told = _Numbered()
            kind = told.number(map(sift, known), len(known))
            kinds = kinds * len(told) + kind[numbers[:, column]]
        _, first, kind_of = np.unique(kinds, return_index=True, return_inverse=True)
        samples = [tuple(known[n] for known, n in zip(values, numbers[at], strict=True)) for at in first]
        return samples, kind_of


class _Tables:
    """Verdicts by rule and own value over all distinct values of the pool; the least used leave first."""

    def __init__(self) -> None:
        self._tables: OrderedDict[tuple[str, Values], VerdictCode] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[str, Values]) -> VerdictCode:
        """Return the verdicts known so far."""
        with self._lock:
            if key not in self._tables:
                return np.zeros(0, dtype=np.int8)
            self._tables.move_to_end(key)
            return self._tables[key]

    def put(self, key: tuple[str, Values], table: VerdictCode) -> None:
        """Keep verdicts."""
        with self._lock:
            self._tables[key] = table
            if len(self._tables) > _TABLES:
                self._tables.popitem(last=False)


class RuleColumns:
    """One pool's values for every rule, numbered.

    Columns that were extended share distinct values and judged verdicts with those they came from; both stay
    usable.

    Parameters
    ----------
    codes
        Number of each member's combination of values, by the rule's name.
    distinct
        The distinct values and combinations behind the numbers.
    tables
        Verdicts judged so far.

    Examples
    --------
    >>> columns = RuleColumns.from_rows([{"education": "大专"}, {"education": "硕士"}], vacancies=False)
    >>> columns.take_allowed({"education": "本科"}, row_is_vacancy=True)
    Allowed(mask=array([False,  True]), excluded={'education': 1})
    """

    def __init__(
        self,
        codes: Mapping[str, NDArray[np.int32]],
        distinct: _Dictionary,
        tables: _Tables,
    ) -> None:
        self._codes = codes
        self._distinct = distinct
        self._tables = tables

    @classmethod
    def from_rows(cls, rows: Sequence[Mapping[str, Any]], *, vacancies: bool) -> RuleColumns:
        """Collect what each rule reads from the rows of a pool."""
        distinct = _Dictionary(vacancies=vacancies)
        return cls(distinct.number(rows), distinct, _Tables())

    def __len__(self) -> int:
        return len(self._codes[RULES[0].name])

    @property
    def codes(self) -> Mapping[str, NDArray[np.int32]]:
        """Number of each member's combination of values, by the rule's name."""
        return self._codes

    def __reduce__(self) -> tuple[Callable[..., RuleColumns], tuple[Any, ...]]:
        """Take along to another process what these members have of the distinct values, and no verdict."""
        codes, combinations = {}, {}
        for rule in RULES:
            used, codes[rule.name] = np.unique(self._codes[rule.name], return_inverse=True)
            combinations[rule.name] = self._distinct.combinations(rule, used.tolist())
        return _from_combinations, (codes, combinations, self._distinct.vacancies)

    def extended(self, rows: Sequence[Mapping[str, Any]]) -> RuleColumns:
        """Return columns with further members at the end; the work grows with their number alone."""
        added = self._distinct.number(rows)
        codes = {name: np.concatenate([old, added[name]]) for name, old in self._codes.items()}
        return RuleColumns(codes, self._distinct, self._tables)

    def taken(self, positions: NDArray[np.int64]) -> RuleColumns:
        """Return the columns of some members, in the order given."""
        codes = {name: old[positions] for name, old in self._codes.items()}
        return RuleColumns(codes, self._distinct, self._tables)

    def verdicts(self, rule: Rule, row: Mapping[str, Any], *, row_is_vacancy: bool) -> VerdictCode:
        """Judge every member of the pool by one rule.

        Parameters
        ----------
        rule
            The rule.
        row
            The vacancy or profile that the pool is judged for.
        row_is_vacancy
            True when it is a vacancy and the pool holds profiles.

        Returns
        -------
        ndarray of int8
            -1 where the rule does not apply, 0 fail, 1 unknown, 2 pass.
        """
        table = self._table(rule, row, row_is_vacancy=row_is_vacancy)
        verdicts: VerdictCode = table.take(self._codes[rule.name])
        return verdicts

    def failing(self, rule: Rule, row: Mapping[str, Any], *, row_is_vacancy: bool) -> NDArray[np.bool_]:
        """Return for every member of the pool whether it fails the rule with this row."""
        failed: NDArray[np.bool_] = self._table(rule, row, row_is_vacancy=row_is_vacancy) == _FAIL
        if not failed.any():
            return np.zeros(len(self), dtype=bool)
        # take is twice as fast as an index here
        return failed.take(self._codes[rule.name])

    def take_allowed(
        self, row: Mapping[str, Any], *, row_is_vacancy: bool, alive: NDArray[np.bool_] | None = None
    ) -> Allowed:
        """Apply every hard rule to every member.

        Parameters
        ----------
        row
            The vacancy or profile that the pool is judged for.
        row_is_vacancy
            True when it is a vacancy and the pool holds profiles.
        alive
            Members that count; all when left out.

        Returns
        -------
        Allowed
            Whether each member is allowed, and how many members each rule excludes.
        """
        counted = np.ones(len(self), dtype=bool) if alive is None else alive
        mask = counted.copy()
        excluded = {}
        for rule in RULES:
            failing = self.failing(rule, row, row_is_vacancy=row_is_vacancy)
            failures = int(np.count_nonzero(failing & counted))
            if failures:
                excluded[rule.name] = failures
                mask &= ~failing
        return Allowed(mask, excluded)

    def distinct(self, rule: Rule) -> list[Values]:
        """Return every different combination of values that a rule reads."""
        return self._distinct.combinations(rule)

    def values(self, rule: Rule, positions: NDArray[np.int64]) -> list[Values]:
        """Return what a rule reads of some members."""
        return self._distinct.combinations(rule, self._codes[rule.name][positions].tolist())

    def _table(self, rule: Rule, row: Mapping[str, Any], *, row_is_vacancy: bool) -> VerdictCode:
        own = rule.of_vacancy(row) if row_is_vacancy else rule.of_profile(row)
        known = self._tables.get((rule.name, own))
        if len(known) >= self._distinct.size(rule):
            return known
        table: VerdictCode
        if row_is_vacancy and rule.sift:
            samples, kind_of = self._distinct.kinds(rule, own)
            table = np.array([_code(rule.judge(own, value)) for value in samples], dtype=np.int8)[kind_of]
        else:
            judge = _judge_for(rule, own, row_is_vacancy=row_is_vacancy)
            added = range(len(known), self._distinct.size(rule))
            fresh = [_code(judge(value)) for value in self._distinct.combinations(rule, added)]
            table = np.concatenate([known, np.array(fresh, dtype=np.int8)])
        self._tables.put((rule.name, own), table)
        return table


def _from_combinations(
    codes: Mapping[str, NDArray[np.int64]], combinations: Mapping[str, list[Values]], vacancies: bool
) -> RuleColumns:
    """Return the columns that :meth:`RuleColumns.__reduce__` took apart."""
    distinct = _Dictionary.from_combinations(combinations, vacancies=vacancies)
    return RuleColumns({name: own.astype(np.int32) for name, own in codes.items()}, distinct, _Tables())


def _judge_for(rule: Rule, own: Values, *, row_is_vacancy: bool) -> Callable[[Values], Judgement | None]:
    if row_is_vacancy:
        return lambda value: rule.judge(own, value)
    return lambda value: rule.judge(value, own)


def _code(judgement: Judgement | None) -> int:
    return _NOT_APPLICABLE if judgement is None else _CODES[judgement.verdict]
