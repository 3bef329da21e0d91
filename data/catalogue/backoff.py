"""Cells too thin to be rated are put together: 细类 into their 小类, what is left into its 中类."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from data.catalogue.cells import Cell
from data.catalogue.rating import RatedCell

__all__ = ["back_off", "parent_code"]

LEVELS = (3, 2)
"""Parts of a code that name a 小类 and a 中类; a 细类 has four."""


def parent_code(occ_code: str, parts: int) -> str:
    """Code of the group that an occupation belongs to.

    Parameters
    ----------
    occ_code
        Code such as ``6-15-05-01``.
    parts
        3 for the 小类, 2 for the 中类.

    Returns
    -------
    str
        The code itself when it has no more parts than that.

    Examples
    --------
    >>> parent_code("6-15-05-01", 3)
    '6-15-05'
    """
    return "-".join(occ_code.split("-")[:parts])


def back_off(
    cells: Sequence[RatedCell], rate: Callable[[Cell, float, tuple[str, ...]], RatedCell]
) -> tuple[RatedCell, ...]:
    """Put unrated cells of one industry together until they can be rated or nothing is left to join.

    Parameters
    ----------
    cells
        All cells of a city, rated where they can be.
    rate
        Rates the cell, the seekers and the members given.

    Returns
    -------
    tuple of RatedCell
        Every vacancy still stands in one cell. Cells that do not help stay as they were; a cell of ten or
        more spells that one employer holds is never joined, its problem is not that of a group.
    """
    left = list(cells)
    for parts in LEVELS:
        left = _joined(left, parts, rate)
    return tuple(sorted(left, key=lambda rated: (rated.cell.occ_code, rated.cell.key_industry or "")))


def _joined(
    cells: Iterable[RatedCell], parts: int, rate: Callable[[Cell, float, tuple[str, ...]], RatedCell]
) -> list[RatedCell]:
    kept: list[RatedCell] = []
    groups: dict[tuple[str, str | None], list[RatedCell]] = {}
    taken = set()
    for rated in cells:
        code = parent_code(rated.cell.occ_code, parts)
        if rated.star is not None or rated.one_employer or code == rated.cell.occ_code:
            kept.append(rated)
            taken.add(rated.key)
        else:
            groups.setdefault((code, rated.cell.key_industry), []).append(rated)
    for key, members in groups.items():
        group = None if len(members) < 2 or key in taken else _group(key[0], members, rate)
        kept.extend(members if group is None or group.star is None else [group])
    return kept


def _group(
    code: str, members: Sequence[RatedCell], rate: Callable[[Cell, float, tuple[str, ...]], RatedCell]
) -> RatedCell:
    frame = pd.concat([member.cell.frame for member in members]).sort_values("vacancy_id", kind="stable")
    employer, names = pd.factorize(frame["employer"], sort=True)
    cell = Cell(code, members[0].cell.key_industry, frame, employer.astype(np.int64), len(names))
    codes = tuple(sorted(member.cell.occ_code for member in members))
    return rate(cell, sum(member.supply for member in members), codes)
