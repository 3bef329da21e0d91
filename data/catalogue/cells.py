"""The cells that are rated: an occupation in a key industry, with what its spells add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.catalogue.indicators import FloatArray

__all__ = ["MIN_STATED_SHARE", "Cell", "gather_cells", "supply_by_cell"]

MIN_STATED_SHARE = 0.5
"""Least share of the vacancies that must state their places before places are compared with seekers."""


@dataclass(frozen=True, eq=False)
class Cell:
    """The spells of one occupation in one key industry, in order of vacancy."""

    occ_code: str
    """Occupation."""
    key_industry: str | None
    """Key industry; empty outside the region's list."""
    frame: pd.DataFrame
    """The spells with their timing."""
    employer: npt.NDArray[np.int64]
    """Employer of each spell, numbered from 0 in order of name."""
    n_emp: int
    """Number of employers."""

    @property
    def n_spell(self) -> int:
        """Number of spells."""
        return len(self.frame)

    @property
    def pool(self) -> tuple[str, str]:
        """The cells among which the strength of shrinkage is estimated: industry and major group."""
        return self.key_industry or "", self.occ_code[0]

    def column(self, name: str) -> FloatArray:
        """One column as numbers; truth is 1."""
        return self.frame[name].to_numpy(dtype=np.float64)

    def by_employer(self, values: FloatArray) -> FloatArray:
        """Sum of the values of each employer's spells."""
        return np.bincount(self.employer, weights=values, minlength=self.n_emp).astype(np.float64)

    @property
    def current_by_employer(self) -> FloatArray:
        """The vacancies of the last six months by employer."""
        return self.by_employer(self.column("current"))

    @property
    def stated_by_employer(self) -> FloatArray:
        """Those of them that state their places."""
        return self.by_employer(self.column("current") * self.column("stated"))

    @property
    def heads_by_employer(self) -> FloatArray:
        """The places they state."""
        return self.by_employer(self.column("current") * np.nan_to_num(self.column("heads")))

    @property
    def spells_by_employer(self) -> FloatArray:
        """The spells by employer."""
        return np.bincount(self.employer, minlength=self.n_emp).astype(np.float64)

    @property
    def stated_share(self) -> float:
        """Share of the vacancies of the last six months that state their places; 0 when there are none."""
        current = self.current_by_employer.sum()
        return float(self.stated_by_employer.sum() / current) if current else 0.0

    @property
    def top1_share(self) -> float:
        """Largest employer's share of the spells, or of the stated places where that is larger.

        Places count only when at least half of the vacancies state them.
        """
        by_spells = float(self.spells_by_employer.max() / self.n_spell)
        heads = self.heads_by_employer
        if self.stated_share < MIN_STATED_SHARE or heads.sum() == 0:
            return by_spells
        return max(by_spells, float(heads.max() / heads.sum()))

    @property
    def demand(self) -> float | None:
        """The places asked for over the last six months, None when no vacancy states any.

        Vacancies that state no number count with the mean of those that do.
        """
        stated = self.stated_by_employer.sum()
        if stated == 0:
            return None
        return float(self.heads_by_employer.sum() / stated * self.current_by_employer.sum())


def gather_cells(spells: pd.DataFrame) -> list[Cell]:
    """Group coded spells of employers by occupation and key industry.

    Parameters
    ----------
    spells
        Frame with timing, of one nature (all real or all generated).

    Returns
    -------
    list of Cell
        In order of occupation and industry; empty for empty input.
    """
    keyed = spells.assign(_industry=spells["key_industry"].fillna(""))
    cells = []
    for (code, industry), frame in keyed.groupby(["occupation_code", "_industry"], sort=True):
        employer, names = pd.factorize(frame["employer"], sort=True)
        cells.append(Cell(str(code), str(industry) or None, frame, employer.astype(np.int64), len(names)))
    return cells


def supply_by_cell(cells: Sequence[Cell], supply: dict[str, int], mean_heads: float) -> list[float]:
    """Share out the seekers of each occupation over its industries, in proportion to demand.

    A seeker belongs to an occupation, not to an industry: every cell of an occupation therefore sees the
    occupation's own ratio of demand to supply.

    Parameters
    ----------
    cells
        All cells of the city.
    supply
        Active seekers by occupation.
    mean_heads
        Places of a vacancy in the city, for cells in which no vacancy states any.

    Returns
    -------
    list of float
        Seekers by cell; 0 where a cell has no demand.
    """
    wanted = [
        float(cell.current_by_employer.sum() * mean_heads) if cell.demand is None else cell.demand
        for cell in cells
    ]
    total: dict[str, float] = {}
    for cell, places in zip(cells, wanted, strict=True):
        total[cell.occ_code] = total.get(cell.occ_code, 0.0) + places
    return [
        supply.get(cell.occ_code, 0) * places / total[cell.occ_code] if total[cell.occ_code] > 0 else 0.0
        for cell, places in zip(cells, wanted, strict=True)
    ]
