"""Secondary suppression in a table with totals: no hidden count may follow from what is shown.

Every count of a table stands in one row and in one column whose sums are shown too. Take rows and columns,
the totals among them, as the nodes of a graph and the hidden counts as its edges: a hidden count can be
worked out exactly when its edge lies on no cycle (Gusfield 1988). Wherever that is so, the cheapest further
counts that close a cycle are hidden as well. Counts of zero are never hidden and never help to hide.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from data.catalogue.disclosure import is_confidential
from data.catalogue.indicators import FloatArray

__all__ = ["TOTAL", "count_at", "cross_table", "hidden_counts"]

TOTAL = "合计"
"""Name of the row and the column of totals."""
FREE = 1e-9
DEAR = 1e6

BoolArray = npt.NDArray[np.bool_]


def hidden_counts(counts: FloatArray, primary: BoolArray) -> BoolArray:
    """Find what to hide of a table and its totals.

    Parameters
    ----------
    counts
        Rows by columns, without totals, 0 or more.
    primary
        Counts of the same shape that are confidential by themselves; a zero among them stays shown. One row
        and one column larger where totals can be confidential too.

    Returns
    -------
    ndarray
        True for hidden counts, one row and one column larger: the last of each are the totals. A total is
        hidden only where nothing else would protect.

    Examples
    --------
    >>> import numpy as np
    >>> counts = np.array([[2.0, 9.0], [8.0, 7.0]])
    >>> hidden_counts(counts, counts < 3).tolist()
    [[True, True, False], [True, True, False], [False, False, False]]
    """
    table = _with_totals(counts)
    hidden = np.zeros(table.shape, dtype=np.bool_)
    hidden[: primary.shape[0], : primary.shape[1]] = primary
    hidden &= table > 0
    cost = np.where(table > 0, table, 0.0)
    cost[-1, :] *= DEAR
    cost[:, -1] *= DEAR
    for row, column in np.argwhere(hidden):
        path = _cheapest_cycle(table, hidden, cost, int(row), int(column))
        hidden[tuple(np.array(path).T)] = True
    return hidden


def _with_totals(counts: FloatArray) -> FloatArray:
    wide = np.column_stack([counts, counts.sum(axis=1)])
    return np.vstack([wide, wide.sum(axis=0)])


def _cheapest_cycle(
    table: FloatArray, hidden: BoolArray, cost: FloatArray, row: int, column: int
) -> list[tuple[int, int]]:
    """Edges of the cheapest way from a row to a column that does not use their own edge."""
    rows, columns = table.shape
    weight = np.where(hidden, FREE, cost)
    weight[row, column] = 0.0
    source, target = np.nonzero(weight)
    ends = (np.concatenate([source, target + rows]), np.concatenate([target + rows, source]))
    values = np.concatenate([weight[source, target]] * 2)
    graph = csr_array((values, ends), shape=(rows + columns,) * 2)
    _, before = dijkstra(graph, indices=row, return_predecessors=True)
    path, node = [], rows + column
    while node != row:
        other = int(before[node])
        path.append((node, other) if node < rows else (other, node))
        node = other
    return [(first, second - rows) for first, second in path]


def cross_table(
    values: pd.Series[float],
    *,
    rows: pd.Series[str],
    columns: pd.Series[str],
    employers: pd.Series[str],
    least: float = 0.0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sum values into a table with totals in which no employer shows through.

    Parameters
    ----------
    values
        What is added up, such as vacancies or stated places; empty ones count nothing.
    rows, columns
        Where each value belongs, such as key industry and county.
    employers
        Whose it is.
    least
        Counts below it are confidential too, such as 5 for a table of people.

    Returns
    -------
    tuple of DataFrame
        The table with 合计, NaN where a count is hidden (保密, not zero), and the same with True where it is.
        Empty input gives tables with the totals only.
    """
    frame = pd.DataFrame({"value": values.fillna(0.0), "row": rows, "column": columns, "employer": employers})
    frame = frame[frame["value"] > 0]
    table = frame.pivot_table(index="row", columns="column", values="value", aggfunc="sum", fill_value=0.0)
    totals = {"row": TOTAL}, {"column": TOTAL}, {"row": TOTAL, "column": TOTAL}
    secret = _confidential(pd.concat([frame, *(frame.assign(**names) for names in totals)]))
    names = [*map(str, table.index), TOTAL], [*map(str, table.columns), TOTAL]
    primary = np.array(
        [[secret.get((row, column), False) for column in names[1]] for row in names[0]], dtype=np.bool_
    )
    counts = table.to_numpy(dtype=np.float64).reshape(table.shape)
    hidden = hidden_counts(counts, primary | (_with_totals(counts) < least))
    mask = pd.DataFrame(hidden, index=names[0], columns=names[1])
    shown = pd.DataFrame(_with_totals(counts), index=names[0], columns=names[1])
    return shown.mask(mask), mask


def _confidential(frame: pd.DataFrame) -> Mapping[tuple[str, str], bool]:
    """Which combinations rest on too few employers."""
    sums = frame.groupby(["row", "column", "employer"], as_index=False)["value"].sum()
    parts: dict[tuple[str, str], list[float]] = {}
    for row, column, value in zip(sums["row"], sums["column"], sums["value"], strict=True):
        parts.setdefault((str(row), str(column)), []).append(float(value))
    return {key: is_confidential(np.asarray(own, dtype=np.float64)) for key, own in parts.items()}


def count_at(table: pd.DataFrame, row: str, column: str) -> float:
    """Return a count of a table; NaN where it is hidden, 0 where the table does not have it.

    Parameters
    ----------
    table
        A table as :func:`cross_table` gives it.
    row, column
        Names of a row and a column.
    """
    if row not in table.index or column not in table.columns:
        return 0.0
    return float(table.loc[row, column])  # type: ignore[arg-type]  # one number, though pandas cannot tell
