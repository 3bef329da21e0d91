"""Sums over the spells of a cell from which every indicator follows, by employer or for weighted employers.

All draws of a cell are one matrix product: a draw is a row of weights over employers, and the cell itself is
the draw in which every employer has weight one. So a resampled city is scored by the code of the real one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from data.catalogue.cells import Cell
from data.catalogue.indicators import HALF, FloatArray

__all__ = ["EmployerSums", "Totals", "employer_sums", "resampled_median"]


class Totals(NamedTuple):
    """Sums over the spells of a cell, one value per draw."""

    current: FloatArray
    """Vacancies of the last six months."""
    stated: FloatArray
    """Those of them that state their places."""
    heads: FloatArray
    """Places they state."""
    known90: FloatArray
    """Spells for which it is known whether ninety days were enough."""
    filled90: FloatArray
    """Those of them that were filled within ninety days."""
    answered: FloatArray
    """Vacancies for which the suitable applicants were counted."""
    suitable: FloatArray
    """Their suitable applicants."""
    paid: FloatArray
    """Vacancies that state their pay."""
    time: FloatArray
    """Sum of their opening days, in years before the last day."""
    pay: FloatArray
    """Sum of the logarithms of their pay, net of experience and size of employer."""
    time_time: FloatArray
    """Sum of the squares of the days."""
    time_pay: FloatArray
    """Sum of the products of day and pay."""

    @property
    def growth(self) -> FloatArray:
        """Slope of log pay over a year; NaN where the days do not differ."""
        n = np.maximum(self.paid, 1.0)
        spread = self.time_time - self.time**2 / n
        slope = (self.time_pay - self.time * self.pay / n) / np.where(spread > 1e-9, spread, np.nan)
        return np.asarray(slope, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class EmployerSums:
    """What the employers of one cell add up to, one row per employer."""

    moments: FloatArray
    """The sums of :class:`Totals`, one column each."""
    times: FloatArray
    """Distinct days to filled or censored, rising."""
    counts: FloatArray
    """Spells by employer and time."""
    events: FloatArray
    """Those of them that were filled."""
    supply: float
    """Active seekers of the cell; they are not resampled."""

    @property
    def n_emp(self) -> int:
        """Number of employers."""
        return len(self.moments)

    @property
    def each(self) -> Totals:
        """The sums of every single employer."""
        return Totals(*self.moments.T)

    def totals(self, weights: FloatArray) -> Totals:
        """Add up every draw.

        Parameters
        ----------
        weights
            Draws by employers.

        Returns
        -------
        Totals
            One value per draw.
        """
        return Totals(*(weights @ self.moments).T)


def employer_sums(cell: Cell, supply: float) -> EmployerSums:
    """Add up a cell by employer.

    Parameters
    ----------
    cell
        The cell.
    supply
        Its active seekers.

    Returns
    -------
    EmployerSums
        What draws of employers are taken from.
    """
    days = cell.column("days")
    told = np.isfinite(days)
    times, position = np.unique(days[told], return_inverse=True)
    counts = np.zeros((cell.n_emp, len(times)))
    events = np.zeros_like(counts)
    np.add.at(counts, (cell.employer[told], position), 1.0)
    np.add.at(events, (cell.employer[told], position), cell.column("filled")[told])
    return EmployerSums(_moments(cell), times, counts, events, supply)


def _moments(cell: Cell) -> FloatArray:
    current, pay, time = cell.column("current"), cell.column("net_pay"), cell.column("years")
    suitable = cell.column("suitable_applicants")
    paid = np.isfinite(pay)
    pay = np.where(paid, pay, 0.0)
    values = Totals(
        current=current,
        stated=current * cell.column("stated"),
        heads=current * np.nan_to_num(cell.column("heads")),
        known90=cell.column("known90"),
        filled90=cell.column("filled90"),
        answered=np.isfinite(suitable).astype(np.float64),
        suitable=np.nan_to_num(suitable),
        paid=paid.astype(np.float64),
        time=time * paid,
        pay=pay,
        time_time=time**2 * paid,
        time_pay=time * pay,
    )
    return np.column_stack([cell.by_employer(column) for column in values])


def resampled_median(sums: EmployerSums, weights: FloatArray) -> FloatArray:
    """Kaplan–Meier median of every draw, in days.

    Parameters
    ----------
    sums
        The cell.
    weights
        Draws by employers.

    Returns
    -------
    ndarray
        Where half were never filled, the last day that was followed; NaN for a draw without spells.
    """
    if not len(sums.times):
        return np.full(len(weights), np.nan)
    at_time = weights @ sums.counts
    at_risk = at_time[:, ::-1].cumsum(axis=1)[:, ::-1]
    hazard = np.divide(weights @ sums.events, at_risk, out=np.zeros_like(at_risk), where=at_risk > 0)
    reached = (1 - hazard).cumprod(axis=1) <= HALF
    median = np.where(reached.any(axis=1), sums.times[reached.argmax(axis=1)], np.nan)
    followed = at_time > 0
    last = sums.times[followed.shape[1] - 1 - followed[:, ::-1].argmax(axis=1)]
    return np.where(np.isnan(median) & followed.any(axis=1), last, median)
