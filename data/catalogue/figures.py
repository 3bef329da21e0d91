"""What of a rated cell may be shown, rounded for print, and the mark of everything that may not."""

from __future__ import annotations

from data.catalogue.disclosure import is_confidential, rounded_heads
from data.catalogue.entries import Indicator, Indicators, ObsStatus, Stage
from data.catalogue.measure import Measured
from data.catalogue.pay import stated_pay
from data.catalogue.rating import RatedCell
from data.catalogue.uncertainty import Z80

__all__ = ["ABSENT", "shown_figures"]

ABSENT = ("chain_node", "forecast_h2", "forecast_h4")
"""Fields that this version never fills."""
COUNT_FIELDS = ("n_spell", "n_emp", "top1_share")
HEAD_FIELDS = ("demand_heads", "demand_lo", "demand_hi", "supply_heads")
PAY_FIELDS = ("pay_median", "pay_p25", "pay_p75")
FIGURES = ("star", "S", "S_lo", "S_hi", "ratio", *COUNT_FIELDS, *HEAD_FIELDS, *PAY_FIELDS)


def shown_figures(
    rated: RatedCell, stage: Stage, *, also_hidden: bool = False
) -> tuple[dict[str, object], dict[str, ObsStatus]]:
    """Collect every figure that may be shown.

    Parameters
    ----------
    rated
        The cell.
    stage
        Stage of the data; without stars a large enough sample still shows its ratio.
    also_hidden
        True when its counts would give away those of another cell.

    Returns
    -------
    tuple
        Values by field of the entry, None where nothing may be shown, and the marks by field.
    """
    cell, measured = rated.cell, rated.measured
    confidential = also_hidden or is_confidential(cell.spells_by_employer)
    heads_confidential = is_confidential(cell.heads_by_employer)
    figures: dict[str, object] = {**dict.fromkeys(FIGURES), "indicators": Indicators(), "weights_used": {}}
    if not confidential:
        figures |= {"n_spell": cell.n_spell, "n_emp": cell.n_emp, "top1_share": round(cell.top1_share, 2)}
    if rated.star is not None:
        figures |= _rating(rated, measured)
        indicators = _rounded(measured, hide_heads=heads_confidential, hide_spells=confidential)
        figures["indicators"] = indicators
    if rated.star is not None or (stage is Stage.NO_STARS and not rated.is_thin):
        figures |= _heads(rated, measured, confidential=heads_confidential)
    if rated.star is not None and stage is Stage.TRIAL:
        provisional = dict.fromkeys(("star", "S", "S_lo", "S_hi"), ObsStatus.PROVISIONAL)
    else:
        provisional = {}
    hidden = {
        *(COUNT_FIELDS + PAY_FIELDS if confidential else ()),
        *(HEAD_FIELDS if heads_confidential and cell.heads_by_employer.sum() > 0 else ()),
    }
    return figures, {**provisional, **_marks(figures, hidden, stated_share=cell.stated_share)}


def _marks(figures: dict[str, object], hidden: set[str], *, stated_share: float) -> dict[str, ObsStatus]:
    """Mark every figure that is not there, and the demand where part of it is an estimate."""
    marks = dict.fromkeys(ABSENT, ObsStatus.MISSING)
    for name, value in figures.items():
        if value is None:
            marks[name] = ObsStatus.CONFIDENTIAL if name in hidden else ObsStatus.MISSING
    shown = figures["indicators"]
    marks |= {name: ObsStatus.MISSING for name in Indicators.model_fields if getattr(shown, name) is None}
    if figures["demand_heads"] is not None and stated_share < 1:
        marks["demand_heads"] = ObsStatus.ESTIMATED
    return marks


def _rating(rated: RatedCell, measured: Measured) -> dict[str, object]:
    """Index, interval, weights and pay of a cell that has stars."""
    half, index, pay = Z80 * (rated.sd or 0.0), measured.index or 0.0, stated_pay(rated.cell)
    return {
        "star": rated.star,
        "S": round(index, 1),
        "S_lo": round(max(index - half, 0.0), 1),
        "S_hi": round(min(index + half, 100.0), 1),
        "weights_used": {name: round(weight, 3) for name, weight in measured.weights.items()},
        "pay_median": pay.median if pay else None,
        "pay_p25": pay.p25 if pay else None,
        "pay_p75": pay.p75 if pay else None,
    }


def _rounded(measured: Measured, *, hide_heads: bool, hide_spells: bool) -> Indicators:
    """Round indicators for print and leave out a sample that is confidential."""
    shown = {}
    for name in measured.scores:
        indicator: Indicator = getattr(measured.indicators, name)
        sample = rounded_heads(indicator.n or 0) if name == "i1" else indicator.n
        hidden = hide_heads if name == "i1" else hide_spells
        shown[name] = Indicator(
            raw=None if indicator.raw is None else round(indicator.raw, 3),
            used=round(indicator.used, 3),
            score=round(indicator.score, 1),
            n=None if hidden else sample,
        )
    return Indicators(**shown)


def _heads(rated: RatedCell, measured: Measured, *, confidential: bool) -> dict[str, object]:
    """Demand, supply and their ratio; the counts only where no employer shows through."""
    if measured.indicators.i1 is None:
        return {}
    ratio = measured.indicators.i1.raw
    shown: dict[str, object] = {"ratio": None if ratio is None else round(ratio, 2)}
    if confidential:
        return shown
    shown["demand_heads"] = rounded_heads(rated.cell.demand or 0.0)
    shown["supply_heads"] = rounded_heads(rated.supply)
    if rated.spread is not None:
        shown["demand_lo"] = rounded_heads(rated.spread.demand_lo)
        shown["demand_hi"] = rounded_heads(rated.spread.demand_hi)
    return shown
