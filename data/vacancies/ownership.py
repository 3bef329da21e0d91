"""Whose vacancies are: every need is counted once over all owners, and every owner sees its own postings.

Two rules, and everything follows from them. What is counted is the merge of all postings. What an owner sees
as its own is the merge of its own postings alone, as if nobody else had any: no head, day, flag or merge
that another's posting brought can show in it, and its identifiers do not change when another's come or go.
Where both agree on a vacancy to the last field, it is one row. Where they do not, the counted row is the
office's alone to see (:data:`data.owners.MIXED`), and each owner has rows that name it in ``counted_in``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from data.employers import EmployerIndex
from data.owners import MIXED
from data.vacancies.decisions import Decision, Decisions
from data.vacancies.merge import Merge, Row, merge_rows, vacancy_id_of

__all__ = ["merge_owned"]


def merge_owned(postings: pd.DataFrame, *, index: EmployerIndex, decisions: Iterable[Decision] = ()) -> Merge:
    """Merge postings of several owners into vacancies, as they are counted and as each owner sees them.

    Parameters
    ----------
    postings
        The columns of :func:`data.vacancies.merge_postings`, employers not resolved yet, and ``owner``; all
        postings of the employers, whoever brought them.
    index
        Which employers are one, over all owners and for each.
    decisions
        What people said of pairs of postings.

    Returns
    -------
    Merge
        Every posting belongs to exactly one vacancy that counts (``counted_in`` is None) and to exactly one
        that its owner sees; for most both are the same row.
    """
    said = list(decisions)
    resolved = _resolved(postings, index)
    counted = _Merged(*merge_rows(resolved, Decisions(said)))
    owners = dict(zip(postings["posting_id"], postings["owner"], strict=True))
    mixed = postings[_mixed(postings, resolved["end_employer_key"], index, Decisions(said))]
    if mixed.empty:
        for row in counted.vacancies:
            row.update(owner=owners[row["posting_id"]], counted_in=None)
        return Merge.from_rows(counted.vacancies, counted.members)
    shared = set(mixed["posting_id"])
    own = {
        owner: _Merged(*merge_rows(_resolved(part, index.of_owner(owner)), _within(said, part)))
        for owner, part in ((each, mixed[mixed["owner"] == each]) for each in sorted(set(mixed["owner"])))
    }
    agreed = _agreed(counted, own)
    for row in counted.vacancies:
        alone = row["posting_id"] not in shared
        row["owner"] = owners[row["posting_id"]] if alone else agreed.get(row["vacancy_id"], MIXED)
    counted = _renamed(counted)
    return _with_own(counted, own, agreed)


class _Merged(NamedTuple):
    vacancies: list[Row]
    members: list[Row]

    @property
    def held(self) -> dict[str, frozenset[str]]:
        """The postings of every vacancy."""
        found: dict[str, set[str]] = defaultdict(set)
        for member in self.members:
            found[member["vacancy_id"]].add(member["posting_id"])
        return {vacancy_id: frozenset(ids) for vacancy_id, ids in found.items()}


def _resolved(postings: pd.DataFrame, index: EmployerIndex) -> pd.DataFrame:
    return postings.assign(end_employer_key=postings["end_employer_key"].map(index.resolve))


def _mixed(
    postings: pd.DataFrame, families: pd.Series[str], index: EmployerIndex, decisions: Decisions
) -> list[bool]:
    """Tell of each posting whether another owner's could change what it is merged with."""
    owners, keys = postings["owner"].tolist(), postings["end_employer_key"].tolist()
    if len({*owners, *index.owners}) < 2:
        return [False] * len(owners)
    joined = _joined(postings["posting_id"].tolist(), families.tolist(), decisions)
    wholes = [joined.group_of(family) for family in families]
    seen: dict[str, set[str]] = defaultdict(set)
    for whole, owner, key, family in zip(wholes, owners, keys, families, strict=True):
        seen[whole].add(owner)
        if index.of_owner(owner).resolve(key) != family:
            seen[whole].add(MIXED)
    return [len(seen[whole]) > 1 for whole in wholes]


def _joined(posting_ids: list[str], families: list[str], decisions: Decisions) -> Decisions:
    """Return which employers people joined to each other through their postings."""
    first: dict[str, str] = {}
    links = []
    for group, family in zip(decisions.linked(posting_ids), families, strict=True):
        other = first.setdefault(group, family)
        if other != family:
            links.append(Decision(other, family, same=True))
    return Decisions(links)


def _within(decisions: Iterable[Decision], postings: pd.DataFrame) -> Decisions:
    """Return what was said of an owner's own postings."""
    ids = set(postings["posting_id"])
    return Decisions(each for each in decisions if each.left in ids and each.right in ids)


def _agreed(counted: _Merged, own: Mapping[str, _Merged]) -> dict[str, str]:
    """Return the owners of those counted vacancies that are the same to the owner, by id."""
    rows = {row["vacancy_id"]: row for row in counted.vacancies}
    held = counted.held
    return {
        row["vacancy_id"]: owner
        for owner, merged in own.items()
        for row, ids in zip(merged.vacancies, merged.held.values(), strict=True)
        if rows.get(row["vacancy_id"]) == row and held[row["vacancy_id"]] == ids
    }


def _renamed(counted: _Merged) -> _Merged:
    """Give what only the office sees an id of its own: the owner's row keeps the one that it has alone."""
    names = {
        row["vacancy_id"]: vacancy_id_of(f"{MIXED}{row['posting_id']}")
        for row in counted.vacancies
        if row["owner"] == MIXED
    }
    vacancies = [
        {
            **row,
            "vacancy_id": names.get(row["vacancy_id"], row["vacancy_id"]),
            "counted_in": None,
            "previous_id": names.get(row["previous_id"], row["previous_id"])
            if row["owner"] == MIXED
            else row["previous_id"],
        }
        for row in counted.vacancies
    ]
    members = [
        {**row, "vacancy_id": names.get(row["vacancy_id"], row["vacancy_id"])} for row in counted.members
    ]
    return _Merged(vacancies, members)


def _with_own(counted: _Merged, own: Mapping[str, _Merged], agreed: Mapping[str, str]) -> Merge:
    """Add each owner's rows to the counted ones, but for those that are one row."""
    counts = {member["posting_id"]: member["vacancy_id"] for member in counted.members}
    vacancies, members = list(counted.vacancies), list(counted.members)
    for owner, merged in own.items():
        vacancies += [
            {**row, "owner": owner, "counted_in": counts[row["posting_id"]]}
            for row in merged.vacancies
            if row["vacancy_id"] not in agreed
        ]
        members += [row for row in merged.members if row["vacancy_id"] not in agreed]
    return Merge.from_rows(vacancies, members)
