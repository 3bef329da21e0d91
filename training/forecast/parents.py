"""Which cell each cell of a demand table belongs to."""

from __future__ import annotations

import numpy as np

from training.forecast.demand import Demand, Integers, Level

__all__ = ["parents_of"]


def parents_of(demand: Demand) -> Integers:
    """Return the row of each cell's parent.

    An occupation belongs to its industry and an industry to the city; where there is no such row, to the
    next one above. A parent that is not the sum of its children, month by month, is forecast on its own:
    its children then have no parent.

    Parameters
    ----------
    demand
        The table, checked.

    Returns
    -------
    Integers
        One row number per row; -1 for none.
    """
    levels = demand.index["level"].tolist()
    industries = [str(name) for name in demand.index["key_industry"]]
    pairs = list(zip(levels, industries, strict=True))
    rows = {name: row for row, (level, name) in enumerate(pairs) if level == Level.INDUSTRY}
    parents = np.full(len(pairs), demand.city_row, dtype=np.int64)
    parents[demand.city_row] = -1
    for row, (level, name) in enumerate(pairs):
        if level == Level.OCCUPATION:
            parents[row] = rows.get(name, demand.city_row)
    sums = np.zeros_like(demand.matrix)
    np.add.at(sums, parents[parents >= 0], demand.matrix[parents >= 0])
    whole = np.asarray((np.abs(sums - demand.matrix) <= 1e-6 * (1 + demand.matrix)).all(axis=1))
    return np.where((parents >= 0) & whole[parents], parents, -1)
