"""The answer to a scenario, as plain records."""

from __future__ import annotations

from data.records import Record
from training.forecast.caveat import Caveat
from training.forecast.demand import Level
from training.forecast.scenarios import Scenario
from training.forecast.shortage_records import Estimate, ShortageCell, SimulatedRun

__all__ = ["PayAnswer", "ScenarioCell", "ScenarioRun"]


class ScenarioCell(Record):
    """One cell and quarter with and without the scenario."""

    level: Level
    """City, key industry or occupation within it."""
    key_industry: str | None
    """Key industry; empty for the city."""
    occupation_code: str | None
    """Occupation; empty above that level."""
    quarter: int
    """Quarters ahead, from 1."""
    openings: float
    """Heads wanted in addition by its end."""
    arrivals: float
    """Heads available in addition by its end, those that pay attracts left out."""
    base: ShortageCell
    """As it is."""
    scenario: ShortageCell
    """As it would be."""
    difference: Estimate | None
    """Gap with less gap without, simulated with the same chance; empty where the gap is refused."""
    difference_range: tuple[float, float] | None
    """Union of the 80 % intervals over the ends of the stated ranges; empty where none is stated."""
    p_difference: float | None
    """Change of the probability of a shortage."""


class PayAnswer(Record):
    """What the city's own vacancies say of better pay and the time to fill."""

    key_industry: str
    """Key industry."""
    occupation_code: str | None
    """Occupation; empty for all of the industry."""
    percent: float
    """Change of pay, in percent."""
    days_factor: float | None
    """Factor of the days to fill; an association, better payers may fill sooner for other reasons too."""
    days_lo80: float | None
    """Lower bound of its 80 % interval."""
    days_hi80: float | None
    """Upper bound of its 80 % interval."""
    reasons: tuple[Caveat, ...]
    """Why it cannot be told."""


class ScenarioRun(SimulatedRun):
    """A scenario answered; both sides of every comparison are simulated with the same chance."""

    asked: Scenario
    """The question."""
    cells: tuple[ScenarioCell, ...]
    """Altered cells with their parents, quarter by quarter."""
    pay: tuple[PayAnswer, ...]
    """Time to fill under other pay."""
    refused: tuple[Caveat, ...]
    """Parts of the scenario that could not be answered."""
