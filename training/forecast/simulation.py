"""Joint paths of demand and supply, drawn from the errors that both made together in the past.

Demand and supply are not independent, nor are the months of a path: both move with the market. So no bounds
are added up. One simulation takes the errors that some series of like volume made at one past origin, on
both sides and in all months ahead at once, brings them to the series' own scale and adds them to its
forecasts. The origin is the same for all cells of a simulation, the series lent from is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from training.forecast.demand import Floats, Integers

__all__ = ["LEAST_SIMULATIONS", "Draws", "PastErrors", "Shares", "simulated_errors"]

LEAST_SIMULATIONS = 2_000
"""Simulations below which a probability is too coarse to be told."""
_PRIOR = 5  # weight, in origins, of the class against the series' own record; as for the intervals


@dataclass(frozen=True)
class PastErrors:
    """Observed minus forecast heads of both sides at the same past origins."""

    demand: Floats
    """Cells × origins × months ahead."""
    supply: Floats
    """The same cells, origins and months ahead."""
    groups: Integers
    """Group of like volume, cells × origins; -1 where a cell could not be forecast."""

    @property
    def n_origins(self) -> int:
        """Origins at which both sides were forecast."""
        return int(self.groups.shape[1])


class Shares(NamedTuple):
    """Events out of cases, from which a share is estimated."""

    events: float
    """How often it happened."""
    cases: float
    """How often it could have."""

    @property
    def value(self) -> float:
        """The share, 0 to 1; 0 without cases."""
        return self.events / self.cases if self.cases else 0.0


@dataclass(frozen=True)
class Draws:
    """The chance behind all simulations: whatever is compared is simulated with the same draws."""

    origins: Floats
    """Place of the past origin, 0 to 1, one a simulation."""
    donors: Floats
    """Place of the series lent from, 0 to 1, cells × simulations."""
    withdrawn: Floats
    """Share of openings that are withdrawn, 0 to 1, one a simulation."""
    retained: Floats
    """Share of the available who are still available a month later, 0 to 1, one a simulation."""

    @classmethod
    def from_rng(
        cls,
        rng: np.random.Generator,
        *,
        cells: int,
        simulations: int,
        withdrawn: Shares | None = None,
        lost: Shares | None = None,
    ) -> Self:
        """Draw everything that is left to chance.

        Parameters
        ----------
        rng
            Source of randomness.
        cells
            Number of cells.
        simulations
            Number of simulations.
        withdrawn
            Withdrawn among ended vacancies; without it no vacancy is withdrawn.
        lost
            Heads that left supply a month out of those there at its beginning; without it all stay.

        Returns
        -------
        Draws
            Shares from the Beta posterior with Jeffreys' prior.
        """
        origins, donors = rng.random(simulations), rng.random((cells, simulations))
        shares = [
            np.zeros(simulations)
            if share is None
            else rng.beta(share.events + 0.5, max(share.cases - share.events, 0.0) + 0.5, simulations)
            for share in (withdrawn, lost)
        ]
        return cls(origins, donors, shares[0], 1.0 - shares[1])

    @property
    def simulations(self) -> int:
        """Number of simulations."""
        return len(self.origins)


def simulated_errors(past: PastErrors, cell: int, group: int, draws: Draws) -> tuple[Floats, Floats] | None:
    """Draw the errors of one cell, demand and supply together.

    Parameters
    ----------
    past
        Errors at past origins.
    cell
        Row of the cell.
    group
        Group of like volume that it belongs to now.
    draws
        The chance.

    Returns
    -------
    tuple or None
        Heads, simulations × months ahead, of demand and of supply; None where no cell of the group has a
        past error.
    """
    lent = past.groups == group
    counts = lent.sum(axis=0)
    usable = np.flatnonzero(counts)
    if len(usable) == 0:
        return None
    at = usable[(draws.origins * len(usable)).astype(np.int64)]
    # Donors in order of origin: those of origin o begin at starts[o].
    donors = np.nonzero(lent.T)[1]
    starts = np.concatenate([[0], np.cumsum(counts)])
    rows = donors[starts[at] + (draws.donors[cell] * counts[at]).astype(np.int64)]
    drawn = []
    for errors in (past.demand, past.supply):
        scales = _scales(errors, lent)
        lender = scales[rows][:, None]
        scores = np.divide(
            errors[rows, at], lender, out=np.zeros((len(rows), errors.shape[2])), where=lender > 0
        )
        drawn.append(scores * scales[cell])
    return drawn[0], drawn[1]


def _scales(errors: Floats, lent: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    """Size of each series' errors: the mean of its group, corrected by its own record."""
    sizes = np.abs(errors).mean(axis=2)
    mean = float(sizes[lent].mean())
    if mean == 0:
        return np.zeros(len(errors))
    ratios = np.where(lent, sizes / mean, 0.0).sum(axis=1)
    return np.asarray(mean * (ratios + _PRIOR) / (lent.sum(axis=1) + _PRIOR), dtype=float)
