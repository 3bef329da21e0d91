"""Rate every cell of a city: one nature of data at a time, real and generated never together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from data.catalogue.backoff import back_off
from data.catalogue.cells import Cell, gather_cells, supply_by_cell
from data.catalogue.entries import Stage
from data.catalogue.hedonic import PayTrends, add_net_pay, pay_trends
from data.catalogue.indicators import kappa_of_rates
from data.catalogue.measure import CellFacts, measure
from data.catalogue.moments import EmployerSums, employer_sums
from data.catalogue.pay import Market, market_pay, pays_poorly
from data.catalogue.period import Period
from data.catalogue.previous import EditionBefore
from data.catalogue.rating import Calibration, RatedCell, calibrate, drawn, judged, weighed
from data.catalogue.references import References
from data.catalogue.rules import cold_start_stage
from data.catalogue.supply import Supply
from data.catalogue.survey import SurveyShare, survey_by_cell
from data.catalogue.yardstick import CityReference, own_references, pooled_kappas, ratio_refusal
from data.execution import Executor, InProcess, batched

__all__ = ["RatedCity", "rate_city"]

Pool = tuple[str, str]

_BLOCK = 2048
"""Cells that are drawn together: those of a city are one part, and no process is started for them."""
_NOTHING = np.empty((0, 0))
_NO_CELL = Cell("", None, pd.DataFrame(), np.empty(0, np.int64), 0)
_NO_SUMS = EmployerSums(_NOTHING, _NOTHING, _NOTHING, _NOTHING, 0.0)
_READ = ["current", "days", "filled", "heads", "outcome", "pay", "stated", "synthetic", "verdict"]
"""Columns that a cell is drawn from."""


@dataclass(frozen=True)
class RatedCity:
    """All cells of one nature of data."""

    cells: tuple[RatedCell, ...]
    """In order of occupation and industry, thin ones joined."""
    separate: tuple[RatedCell, ...]
    """Every occupation by itself, before thin ones were joined; for checks of the method."""
    stage: Stage
    """Stage of the data."""
    reference: CityReference
    """Reference values."""
    outcome_share: float
    """Share of the spells older than ninety days whose employer said how they ended."""
    quarters: tuple[float, ...]
    """Share of the openings in each of the four quarters."""
    supply: int
    """Active seekers."""
    calibration: Calibration
    """How the draws became intervals."""
    before: EditionBefore
    """The edition before."""


def rate_city(
    spells: pd.DataFrame,
    supply: Supply,
    *,
    period: Period,
    seed: int,
    frozen: References | None = None,
    survey: Sequence[SurveyShare] = (),
    before: EditionBefore | None = None,
    executor: Executor | None = None,
) -> RatedCity:
    """Rate the cells of one nature of data.

    Parameters
    ----------
    spells
        Coded spells of employers with timing, opened within the four quarters.
    supply
        Active seekers of the same nature.
    period
        The four quarters.
    seed
        Seed of the draws; every cell has its own stream, so that no cell's draws depend on another.
    frozen
        Frozen reference values; the city's own when left out.
    survey
        Published shares of the survey.
    before
        The edition before.
    executor
        Where cells are drawn, in blocks; this process when left out. The cells are the same wherever it is.

    Returns
    -------
    RatedCity
        Without cells for empty input.
    """
    quarters = period.quarter_shares(spells["opened_on"])
    mature = spells[spells["mature"]]
    outcome_share = float(mature["verdict"].mean()) if len(mature) else 0.0
    stage, past = cold_start_stage(quarters, outcome_share), before or EditionBefore()
    priced = add_net_pay(spells, period)
    cells = gather_cells(priced)
    mean_heads = _mean_heads(priced)
    seekers = supply_by_cell(cells, supply.by_occupation, mean_heads)
    sums = [employer_sums(cell, own) for cell, own in zip(cells, seekers, strict=True)]
    trends = pay_trends(sums)
    reference = _reference(priced, supply, period, survey, trends, frozen)
    workshop = _Workshop(reference, _kappas(cells, sums, survey), survey_by_cell(survey), stage,
                         market_pay(priced), seed, past)  # fmt: skip
    errors = trends.errors if trends else (None,) * len(cells)
    given = [_Given(*each) for each in zip(cells, sums, errors, strict=True)]
    first = _draw_all(workshop, given, executor or InProcess())
    calibration = calibrate(first)
    rated = separate = tuple(workshop.judged(cell, calibration) for cell in first)
    if stage is not Stage.NO_STARS:
        rated = back_off(rated, lambda cell, own, codes: workshop.grouped(cell, own, codes, calibration))
    return RatedCity(
        cells=rated,
        separate=separate,
        stage=stage,
        reference=reference,
        outcome_share=outcome_share,
        quarters=tuple(map(float, quarters)),
        supply=supply.total,
        calibration=calibration,
        before=past,
    )


class _Given(NamedTuple):
    """A cell that is to be drawn."""

    cell: Cell
    sums: EmployerSums
    pay_error: float | None


@dataclass(frozen=True)
class _Workshop:
    """What every cell of a city is rated with."""

    reference: CityReference
    kappas: dict[str, dict[Pool, float]]
    survey: dict[tuple[str, str | None], SurveyShare]
    stage: Stage
    markets: dict[str, Market]
    seed: int
    before: EditionBefore

    def drawn(self, cell: Cell, sums: EmployerSums, pay_error: float | None) -> RatedCell:
        """Measure a cell and resample it when nothing speaks against it."""
        kappas = {name: by_pool[cell.pool] for name, by_pool in self.kappas.items()}
        facts = CellFacts(kappas, pay_error, self.survey.get((cell.occ_code, cell.key_industry)))
        measured = measure(cell, sums, self.reference, facts)
        poor = pays_poorly(cell, self.markets.get(cell.occ_code))
        return drawn(weighed(cell, sums.supply, measured, self.stage), poor_pay=poor, seed=self.seed)

    def judged(self, rated: RatedCell, calibration: Calibration) -> RatedCell:
        """Give a resampled cell its stars."""
        return judged(
            rated,
            calibration,
            ratio_is_credible=self.reference.ratio_is_credible,
            stage=self.stage,
            previous=self.before.comparable_star(*rated.key),
        )

    def grouped(
        self, cell: Cell, supply: float, members: tuple[str, ...], calibration: Calibration
    ) -> RatedCell:
        """Rate several occupations as one; its pay error is not known, so it has no pay indicator."""
        rated = self.drawn(cell, employer_sums(cell, supply), None)
        return replace(self.judged(rated, calibration), members=members)


def _draw_all(workshop: _Workshop, given: Sequence[_Given], executor: Executor) -> list[RatedCell]:
    """Draw cells by block; a block takes along what is read of a cell and brings back what was found."""
    lean = replace(workshop, before=EditionBefore())
    sent = (each._replace(cell=replace(each.cell, frame=each.cell.frame[_READ])) for each in given)
    blocks = executor.map(_draw_block, batched(sent, _BLOCK), shared=lean)
    found = (rated for block in blocks for rated in block)
    return [
        replace(rated, cell=own.cell, measured=replace(rated.measured, sums=own.sums))
        for own, rated in zip(given, found, strict=True)
    ]


def _draw_block(workshop: _Workshop, block: Sequence[_Given]) -> list[RatedCell]:
    """Draw the cells of a block, and leave out of them what came with the block."""
    drawn_cells = (workshop.drawn(*each) for each in block)
    return [
        replace(rated, cell=_NO_CELL, measured=replace(rated.measured, sums=_NO_SUMS))
        for rated in drawn_cells
    ]


def _mean_heads(spells: pd.DataFrame) -> float:
    stated = spells[spells["current"] & spells["stated"]]
    return float(stated["heads"].mean()) if len(stated) else 0.0


def _reference(
    spells: pd.DataFrame,
    supply: Supply,
    period: Period,
    survey: Sequence[SurveyShare],
    trends: PayTrends | None,
    frozen: References | None,
) -> CityReference:
    """Frozen values, completed with the edition's own where they have none yet."""
    own, mean_heads = own_references(spells, supply.total, period=period, survey=survey, trends=trends)
    values = own
    if frozen is not None:
        known = {name: value for name, value in frozen.model_dump().items() if value not in (None, {})}
        values = References.model_validate({**own.model_dump(), **known})
    refusal = ratio_refusal(values, supply.total, supply.other, mean_heads)
    return CityReference(
        values, None if refusal else own.theta0, refusal, mean_heads, trends.city if trends else None
    )


def _kappas(
    cells: Sequence[Cell], sums: Sequence[EmployerSums], survey: Sequence[SurveyShare]
) -> dict[str, dict[Pool, float]]:
    """Strengths of shrinkage of the four indicators that are shrunk, by pool of cells."""
    totals = [cell.totals(np.ones((1, cell.n_emp))) for cell in sums]
    demand = [cell.demand or 0.0 for cell in cells]
    seekers = [cell.supply for cell in sums]
    hard = {(share.occ_code, share.key_industry): share for share in survey}
    asked = [hard.get((cell.occ_code, cell.key_industry)) for cell in cells]
    return {
        "i1": pooled_kappas(cells, demand, [v + u for v, u in zip(demand, seekers, strict=True)]),
        "i3": pooled_kappas(
            cells, [float(t.filled90[0]) for t in totals], [float(t.known90[0]) for t in totals]
        ),
        "i4": pooled_kappas(
            cells,
            [float(t.suitable[0]) for t in totals],
            [float(t.answered[0]) for t in totals],
            kappa_of_rates,
        ),
        "i6": pooled_kappas(
            cells,
            [share.hard_share * share.n if share else 0.0 for share in asked],
            [float(share.n) if share else 0.0 for share in asked],
        ),
    }
