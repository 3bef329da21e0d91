"""What is true of a generated city: how tight every occupation is, and what bends each indicator of it.

Nothing here is made so that the index comes out well. Every indicator follows the tightness and, with it, a
disturbance of its own that stays from draw to draw and that no sample can average out: seekers of some
occupations register less, high-end posts take longer to fill whatever their tightness, employers complain
by habit. High-end work bends three indicators towards shortage although it is only loosely related to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from data.catalogue.indicators import FloatArray

__all__ = ["INDUSTRIES", "Truth", "draw_truth"]

INDUSTRIES = ("石化与精细化工", "镁材料深加工", "港口物流", "高端装备制造", "新能源", "数字经济")
"""Key industries of the city."""

HIGH_END_CORRELATION = 0.2
MEDIAN_SPELLS = 26.0
SIZE_SPREAD = 0.8


@dataclass(frozen=True, eq=False)
class Truth:
    """One value per occupation."""

    code: tuple[str, ...]
    """Occupation; every third group of four shares a 小类."""
    industry: npt.NDArray[np.int64]
    """Place of its key industry in ``INDUSTRIES``."""
    tightness: FloatArray
    """The truth: standard normal, 0 for an ordinary occupation."""
    high_end: FloatArray
    """How high-end its work is: standard normal, correlated .2 with tightness."""
    spells: FloatArray
    """Vacancies of a year that employers really have."""
    register: FloatArray
    """Disturbance of the log ratio of places to registered seekers."""
    slowness: FloatArray
    """Disturbance of the log of the days to fill."""
    appeal: FloatArray
    """Disturbance of the log of applicants per vacancy."""
    pay_growth: FloatArray
    """Disturbance of twelve-month growth of log pay."""
    complaint: FloatArray
    """Disturbance of the log odds that employers report difficulty."""

    @property
    def n(self) -> int:
        """Number of occupations."""
        return len(self.code)

    def without_disturbance(self, spells: float) -> Truth:
        """Return the city in which every indicator shows the tightness alone, with so many vacancies each."""
        zero = np.zeros(self.n)
        return replace(
            self,
            spells=np.full(self.n, spells),
            register=zero,
            slowness=zero,
            appeal=zero,
            pay_growth=zero,
            complaint=zero,
        )


def draw_truth(rng: np.random.Generator, *, occupations: int = 120) -> Truth:
    """Draw the truth of a city.

    Parameters
    ----------
    rng
        Source of randomness.
    occupations
        Number of occupations.

    Returns
    -------
    Truth
        The same generator state gives the same truth.
    """
    tight, other = rng.standard_normal((2, occupations))
    high = HIGH_END_CORRELATION * tight + np.sqrt(1 - HIGH_END_CORRELATION**2) * other
    place = np.arange(occupations)
    codes = tuple(
        f"{'26'[number // 4 % 2]}-{number // 12 + 1:02d}-{number // 4 % 3 + 1:02d}-{number % 4 + 1:02d}"
        for number in place
    )
    return Truth(
        code=codes,
        industry=(place // 4 % len(INDUSTRIES)).astype(np.int64),
        tightness=tight,
        high_end=high,
        spells=MEDIAN_SPELLS * np.exp(SIZE_SPREAD * rng.standard_normal(occupations)) + 3,
        register=rng.normal(scale=0.25, size=occupations) + 0.10 * high,
        slowness=rng.normal(scale=0.15, size=occupations) + 0.10 * high,
        appeal=rng.normal(scale=0.25, size=occupations) - 0.10 * high,
        pay_growth=rng.normal(scale=0.01, size=occupations),
        complaint=rng.normal(scale=0.30, size=occupations),
    )
