"""What the gate asks for; kept with every report."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from data.errors import InputError
from data.records import Record
from training.fairness.impact import CROSS_BAR, GROUP_BAR
from training.fairness.swaps import BAR
from training.gate.scorecard import EVERYTHING, Dimension

__all__ = ["Claim", "Policy", "Undecided", "claim_from_text"]

Share = Annotated[float, Field(ge=0, le=1)]


class Undecided(StrEnum):
    """What becomes of a slice that shows neither that it is worse nor that it is not."""

    REFUSE = "refuse"
    """The candidate is refused: it has to show on every slice that it is not worse."""
    REPORT = "report"
    """The slice is named; the candidate is refused only where it is shown to be worse, or is by its mean."""


class Claim(Record):
    """Where a candidate says it is better than the champion."""

    metric: str
    """Name of a metric of the scorecards."""
    dimension: Dimension = Dimension.OVERALL
    """What the slice belongs to."""
    slice: str = EVERYTHING
    """Name of the slice."""


class Policy(Record):
    """What the gate asks for.

    The intersection–union principle (Berger 1982) needs no correction for many slices where *all* of them
    have to be shown not worse: a candidate that is worse by the margin on any slice passes with at most half
    of ``1 - level``. What does grow with the number of slices is the chance to call one of them worse by
    accident. So ``worse`` is said only after Holm's step-down correction (1979) over all slices: he holds
    that chance at ``1 - level`` for any dependence between slices, as Bonferroni does, and never says less.
    """

    margin: Share = 0.02
    """Largest loss of a metric over all queries that counts as none."""
    slice_margin: Share = 0.05
    """Largest loss on a slice that counts as none; slices have fewer queries and so wider intervals."""
    min_queries: Annotated[int, Field(ge=2)] = 50
    """A slice with fewer is judged together with the other small ones of its dimension."""
    undecided: Undecided = Undecided.REFUSE
    """What becomes of a slice that shows neither."""
    claims: tuple[Claim, ...] = ()
    """Where the candidate must be better: the interval lies above zero."""
    level: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    """Level of the intervals."""
    draws: Annotated[int, Field(ge=200, le=100_000)] = 4000
    """Draws of each paired bootstrap."""
    seed: Annotated[int, Field(ge=0)] = 0
    """Seed of the bootstrap."""
    impact_floor: Share = GROUP_BAR
    """Least impact ratio between groups of one attribute."""
    crossed_floor: Share = CROSS_BAR
    """Least impact ratio between groups of several attributes at once."""
    impact_tolerance: Share = 0.02
    """How far an impact ratio may lie under the champion's."""
    swap_bar: Share = BAR
    """Largest change of a score that a swap may cause, on the scale from 0 to 1."""
    latency_factor: Annotated[float, Field(ge=1)] = 1.25
    """Largest ratio of the 95th percentiles of a request's time, candidate over champion."""


def claim_from_text(text: str) -> Claim:
    """Read ``metric`` or ``metric|dimension=slice``.

    Parameters
    ----------
    text
        As written on the command line.

    Returns
    -------
    Claim
        The claim; whether metric and slice exist is for the gate to say.

    Raises
    ------
    InputError
        No such dimension, or one without a slice.

    Examples
    --------
    >>> claim_from_text("zh-en MAP|industry=化工").slice
    '化工'
    """
    metric, mark, rest = text.partition("|")
    if not mark:
        return Claim(metric=text)
    dimension, mark, name = rest.partition("=")
    if not mark or not name or dimension not in list(Dimension):
        raise InputError(
            "claim_unreadable",
            f"看不懂的声明 {text}",
            hint="写 指标 或 指标|维度=分组，维度为 " + "、".join(Dimension),
        )
    return Claim(metric=metric, dimension=Dimension(dimension), slice=name)
