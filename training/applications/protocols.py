"""How applications are divided: what is known, what the ranker is fitted on, what it is tested on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from training.applications.tables import Applications

__all__ = ["Direction", "Division", "Protocol", "make_protocols"]

_HELD, _FITTED = 0.2, 0.2
"""Shares of the test part and of the part that the ranker is fitted on."""

Positions = NDArray[np.int64]


class Protocol(StrEnum):
    """A way of dividing."""

    WITHIN = "within"
    """Each seeker's applications at random: 60 % known, 20 % fitted, 20 % tested."""
    TIME = "time"
    """The seekers whose résumé changed last are tested; half of their own applications are known."""
    COLD_SEEKERS = "cold_seekers"
    """As ``time`` with none of their applications known: people who have just come."""
    COLD_POSTINGS = "cold_postings"
    """A fifth of the postings, drawn at random, with no known applicant: postings that have just come."""


class Direction(StrEnum):
    """What is asked and what is ranked."""

    POSTINGS = "postings_for_seeker"
    """Postings are ranked for a seeker."""
    SEEKERS = "seekers_for_posting"
    """Seekers are ranked for a posting."""


@dataclass(frozen=True)
class Division:
    """Positions of applications and the candidates of one stage: first fitted, then tested."""

    known: Positions
    """Applications from which features are learned."""
    asked: Positions
    """Applications to be found; none of them is known."""
    seekers: Positions
    """Seekers who are asked for and ranked."""
    postings: Positions
    """Postings that are asked for and ranked."""


def make_protocols(
    applications: Applications, rng: np.random.Generator
) -> dict[Protocol, tuple[Division, Division]]:
    """Divide the applications in every way.

    Parameters
    ----------
    applications
        All applications. They carry no time of their own: time is the day of the résumé's last change.
    rng
        Draws what is not decided by time.

    Returns
    -------
    dict
        For each protocol the division that the ranker is fitted on and the one it is tested on. What is
        asked in the test is neither known nor asked in the fit.
    """
    everyone = np.arange(applications.seekers)
    everything = np.arange(applications.postings)
    drawn = rng.random(len(applications.seeker))
    order = np.lexsort((rng.random(len(everyone)), applications.updated_on))
    when = np.empty(len(everyone))
    when[order] = np.arange(len(everyone)) / len(everyone)
    new = rng.permutation(len(everything)) / len(everything)
    half = rng.random(len(applications.seeker)) < 1 / 2
    late, middle = when >= 1 - _HELD, (when >= 1 - _HELD - _FITTED) & (when < 1 - _HELD)
    of_seeker, of_posting = when[applications.seeker], new[applications.posting]

    def two(by: NDArray[np.float64], keep: NDArray[np.bool_]) -> tuple[Positions, ...]:
        tested, fitted = by >= 1 - _HELD, (by >= 1 - _HELD - _FITTED) & (by < 1 - _HELD)
        early = by < 1 - _HELD - _FITTED
        return tuple(
            np.flatnonzero(each)
            for each in (
                early | (fitted & keep),
                fitted & ~keep,
                ~tested | (tested & keep),
                tested & ~keep,
            )
        )

    none = np.zeros(len(half), bool)
    made = {}
    for protocol, by, keep in (
        (Protocol.WITHIN, drawn, none),
        (Protocol.TIME, of_seeker, half),
        (Protocol.COLD_SEEKERS, of_seeker, none),
        (Protocol.COLD_POSTINGS, of_posting, none),
    ):
        known, asked, known_later, asked_later = two(by, keep)
        by_time = protocol in {Protocol.TIME, Protocol.COLD_SEEKERS}
        cold = protocol is Protocol.COLD_POSTINGS
        made[protocol] = (
            Division(
                known,
                asked,
                np.flatnonzero(middle) if by_time else everyone,
                np.flatnonzero((new >= 1 - _HELD - _FITTED) & (new < 1 - _HELD)) if cold else everything,
            ),
            Division(
                known_later,
                asked_later,
                np.flatnonzero(late) if by_time else everyone,
                np.flatnonzero(new >= 1 - _HELD) if cold else everything,
            ),
        )
    return made
