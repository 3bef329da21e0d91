"""The forest of a long table: which series add up to which, children before parents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from training.forecast.demand import Floats, Integers
from training.forecast.long.checking import Panel, month_label, too_short
from training.forecast.long.findings import LongCode, Noted, fault, remark
from training.forecast.long.table import Flags, LongTable
from training.forecast.volume import LEAST_MONTHS

__all__ = ["Forest", "add_up", "read_forest"]

_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Forest:
    """Series and their parents; a parent that only its children name is a series as well."""

    ids: tuple[str, ...]
    """Those of the table, then the parents that have no rows."""
    n_own: int
    """How many have rows of their own."""
    parent: Integers
    """Position of each one's parent; -1 for a root."""
    parents: Integers
    """Positions of those that have children, children before parents."""
    children: tuple[Integers, ...]
    """Positions of the children of each of ``parents``."""
    depth: Integers
    """Steps down from the root, 0 for a root."""
    lacking: Flags
    """Whether a child may be missing from the sum because its rows contradict each other."""
    noted: tuple[Noted, ...]
    """What was found."""


def read_forest(table: LongTable) -> Forest:
    """Find the parents of all series.

    Parameters
    ----------
    table
        The cells with the parents that they state.

    Returns
    -------
    Forest
        Series on a cycle are refused and become roots; so does nothing else.
    """
    ids = list(table.ids)
    place = {name: row for row, name in enumerate(ids)}
    for name in (*table.parents.names, *table.parents.others):
        if name is not None and name not in place:
            place[name] = len(ids)
            ids.append(name)
    parent = np.full(len(ids), -1, dtype=np.int64)
    lacking = np.zeros(len(ids), dtype=bool)
    noted = []
    for row, (name, other) in enumerate(zip(table.parents.names, table.parents.others, strict=True)):
        parent[row] = -1 if name is None else place[name]
        if other is not None:
            lacking[place[other]] = True
            message = f"同一序列写有不同的上级：{other}、{name}"
            noted.append(fault(row, LongCode.PARENT_CONTRADICTED, 2, 1, message))
    order = _upwards(parent)
    for row in np.setdiff1d(np.arange(len(ids)), order).tolist():
        message = f"上级关系成环：{ids[row]} 的上级 {ids[parent[row]]} 又在它之下"
        noted.append(fault(row, LongCode.PARENT_CYCLE, 1, 0, message))
        parent[row] = -1
        lacking[row] = True
        order.append(row)
    depth = np.zeros(len(ids), dtype=np.int64)
    for row in reversed(order):
        if parent[row] >= 0:
            depth[row] = depth[parent[row]] + 1
    parents, children = _families(parent, order)
    return Forest(tuple(ids), len(table.ids), parent, parents, children, depth, lacking, tuple(noted))


def _upwards(parent: Integers) -> list[int]:
    """Return the positions, children before parents, without those on a cycle."""
    waiting = np.bincount(parent[parent >= 0], minlength=len(parent)).tolist()
    above = parent.tolist()
    order = [row for row, count in enumerate(waiting) if count == 0]
    for row in order:
        if above[row] >= 0:
            waiting[above[row]] -= 1
            if waiting[above[row]] == 0:
                order.append(above[row])
    return order


def _families(parent: Integers, order: Sequence[int]) -> tuple[Integers, tuple[Integers, ...]]:
    """Return the parents, children first, and the children of each."""
    below = np.argsort(parent, kind="stable")
    edges = np.searchsorted(parent[below], np.arange(len(parent) + 1))
    parents = [row for row in order if edges[row] < edges[row + 1]]
    return np.array(parents, dtype=np.int64), tuple(below[edges[row] : edges[row + 1]] for row in parents)


def add_up(forest: Forest, panel: Panel) -> tuple[Panel, Flags]:
    """Build parents without rows from their children and check the others against theirs.

    Parameters
    ----------
    forest
        The hierarchy.
    panel
        One row per series that has rows.

    Returns
    -------
    tuple[Panel, Flags]
        One row per series of the forest, and whether its children add up to it in every month: only then
        can the forecasts.
    """
    more = len(forest.ids) - forest.n_own
    width = panel.matrix.shape[1]
    matrix = np.vstack([panel.matrix, np.zeros((more, width))])
    usable = np.append(panel.usable, np.zeros(more, dtype=bool))
    start = np.append(panel.start, np.full(more, width))
    usable[[one.row for one in forest.noted]] = False
    additive = np.zeros(len(forest.ids), dtype=bool)
    noted: list[Noted] = [*panel.noted, *forest.noted]
    for row, kids in zip(forest.parents.tolist(), forest.children, strict=True):
        absent = [int(kid) for kid in kids if not usable[kid]]
        total = matrix[kids].sum(axis=0)
        if absent or forest.lacking[row]:
            noted += _lacking(forest, row, absent)
        elif row >= forest.n_own:
            matrix[row], start[row] = total, start[kids].min()
            usable[row] = additive[row] = True
            message = f"自身没有数据行，由 {len(kids)} 个下级序列相加得到"
            noted.append(remark(row, LongCode.BUILT_FROM_CHILDREN, len(kids), 0, message))
            if width - start[row] < LEAST_MONTHS:
                noted.append(too_short(row, int(width - start[row])))
        elif usable[row]:
            wrong = _first_mismatch(matrix[row], total, int(start[row]))
            additive[row] = wrong is None
            if wrong is not None:
                usable[row] = False
                noted.append(_mismatch(row, matrix[row], total, wrong, panel.first_month))
    childless = np.setdiff1d(np.arange(forest.n_own, len(forest.ids)), forest.parents)
    for row in childless.tolist():  # its children contradict themselves or stand on a circle
        noted += _lacking(forest, row, [])
    matrix[~usable] = 0.0
    return replace(panel, matrix=matrix, usable=usable, start=start, noted=tuple(noted)), additive


def _lacking(forest: Forest, row: int, absent: list[int]) -> list[Noted]:
    """Say that children cannot be used; refuse a series that was to be built from them."""
    named = f"，如 {forest.ids[absent[0]]}" if absent else ""
    count = max(len(absent), 1)
    if row >= forest.n_own:
        message = f"自身没有数据行，且有 {count} 个下级序列不能使用{named}，无法相加"
        return [fault(row, LongCode.CHILDREN_MISSING, count, 0, message)]
    message = f"有 {count} 个下级序列不能使用{named}，未与下级合计核对"
    return [remark(row, LongCode.CHILDREN_MISSING, count, 0, message)]


def _first_mismatch(own: Floats, total: Floats, start: int) -> int | None:
    apart = np.abs(own - total) > _TOLERANCE * np.maximum(1.0, np.abs(own))
    apart[:start] = False
    return int(np.argmax(apart)) if apart.any() else None


def _mismatch(row: int, own: Floats, total: Floats, column: int, first_month: int) -> Noted:
    have, need = float(total[column]), float(own[column])
    message = (
        f"{month_label(first_month + column)} 下级合计 {have:g} 与自身 {need:g} 不符，"
        "请核对，或补上“其他”一项，或去掉上级关系"
    )
    return fault(row, LongCode.CHILDREN_MISMATCH, have, need, message)
