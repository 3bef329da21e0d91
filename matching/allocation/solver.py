"""The one door to the linear-programming library."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.errors import RefusedError

__all__ = ["Constraints", "Programme", "solve"]

Constraints = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]
"""Rows, columns and values of a sparse matrix, and the right-hand sides."""

_HIGHS_OPTIMAL = 0


class Programme(NamedTuple):
    """A flow in a network: minimise the costs under constraints whose matrix is totally unimodular."""

    costs: NDArray[np.float64]
    """Cost of a unit on each arc."""
    upper: NDArray[np.float64]
    """Most units on each arc; none is negative."""
    at_most: Constraints
    """Sums that may not exceed their right-hand side."""
    exactly: Constraints | None = None
    """Sums that equal theirs."""


def solve(programme: Programme) -> NDArray[np.int64]:
    """Return the units on each arc of the cheapest flow.

    Raises
    ------
    RefusedError
        There is no such flow.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - loads a second's worth of libraries
    from scipy.sparse import coo_array  # noqa: PLC0415

    arcs = len(programme.costs)

    def matrix(constraints: Constraints | None) -> tuple[object, NDArray[np.float64]] | tuple[None, None]:
        if constraints is None:
            return None, None
        rows, columns, values, sides = constraints
        return coo_array((values, (rows, columns)), shape=(len(sides), arcs)).tocsr(), sides

    upper, upper_sides = matrix(programme.at_most)
    equal, equal_sides = matrix(programme.exactly)
    # the simplex ends in a corner, and every corner of such a flow is whole-numbered
    found = linprog(
        programme.costs,
        A_ub=upper,
        b_ub=upper_sides,
        A_eq=equal,
        b_eq=equal_sides,
        bounds=np.column_stack([np.zeros(arcs), programme.upper]),
        method="highs-ds",
    )
    if found.status != _HIGHS_OPTIMAL:
        raise RefusedError("allocation_unsolved", f"分配没有解出：{found.message}", hint="放宽参数后重试")
    units: NDArray[np.int64] = np.rint(found.x).astype(np.int64)
    return units
