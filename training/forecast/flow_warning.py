"""Early warning of flows of people: changes in how many come and go, by key industry and talent category.

Employers report counts per quarter and cell; nobody is named in them and nothing here is about a person. Only
employers that reported in every quarter are compared with themselves. What is found is judged for all cells
together (Benjamini & Hochberg 1995), so that a run in which nothing has changed raises any alarm at most as
often as stated.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from data.catalogue.disclosure import is_confidential, rounded_heads
from data.self_forecast.quarters import quarter_of, quarter_span, quarters_ahead, shift_quarter
from training.forecast.demand import Floats
from training.forecast.flow_scan import (
    LONGEST_SINCE,
    Scan,
    chance,
    dispersion_bound,
    net_size,
    rate_size,
    scan,
)
from training.forecast.rules import Reason, Status

__all__ = ["ALARM_RATE", "FlowFinding", "FlowQuantity", "FlowWarnings", "find_flow_changes"]

ALARM_RATE = 0.05
"""Share of runs with any alarm, at most, where nothing has changed."""
LEAST_QUARTERS = 8
"""Quarters in a row that the same employers must have reported."""
MOST_QUARTERS = 16
"""Quarters looked at."""
LEAST_EMPLOYERS = 5
"""Employers with people in a cell."""
LEAST_PEOPLE = 5.0
"""People a quarter, before the last year, that a direction needs to be judged."""
_MOST_AGE = 2
_LEAST_SIMULATIONS = 1999
_SIMULATIONS_A_TEST = 40

NOTES = (
    "只看单元（重点产业×人才类别）的汇总数；不对个人评分，不列名单，不预测谁会离开，不作限制流动之用"
    "（就业促进法第三条，人力资源市场暂行条例第十一条）。",
    "提示的是流入流出人数变化的迹象，不说明原因，须向单位了解后再作判断。",
    "只含连续报送的同一批单位，不推算其他单位；求职档案只有现状、没有各季历史，不用于本提示。",
)
"""What the warning is not."""


class FlowQuantity(StrEnum):
    """What changed."""

    INFLOW = "流入"
    """People who came."""
    OUTFLOW = "流出"
    """People who left."""
    NET = "净流入"
    """Who came less who left."""


@dataclass(frozen=True)
class FlowFinding:
    """One quantity of one cell; figures are empty where it is refused, the change where there is none."""

    key_industry: str
    """The key industry."""
    talent_category: str
    """The talent category."""
    quantity: FlowQuantity | None
    """What was looked at; empty where the whole cell is refused."""
    status: Status
    """``ok`` or ``refused``."""
    reasons: tuple[Reason, ...]
    """Why refused."""
    alarm: bool = False
    """Whether a change is reported."""
    adverse: bool = False
    """Whether it is a loss: fewer who come, more who leave."""
    direction: str | None = None
    """上升 or 下降."""
    since: str | None = None
    """Quarter in which the change most likely began."""
    before: int | None = None
    """People a quarter before, to the nearest five; empty below 2.5 and for the net."""
    after: int | None = None
    """The same since, as if every quarter had the season of the average one."""
    change: float | None = None
    """``after / before - 1`` before rounding; of the net, people a quarter."""
    change_low: float | None = None
    """Lower end of the 95 % interval of the change, for all possible beginnings together."""
    change_high: float | None = None
    """Upper end."""
    q_value: float | None = None
    """Least false discovery rate at which the change would be reported."""
    quarters: int | None = None
    """Quarters looked at."""


@dataclass(frozen=True)
class FlowWarnings:
    """One run over all cells."""

    as_of: dt.date
    """Day of the data."""
    latest: str | None
    """Last complete quarter with reports."""
    findings: tuple[FlowFinding, ...]
    """Alarms first, then what was judged, then what was refused."""
    dispersion: float | None = None
    """Variance of the counts over that of Poisson counts, as assumed by the test; empty without a test."""
    simulations: int = 0
    """Simulated histories without a change."""
    alarm_rate: float = ALARM_RATE
    """Share of runs with any false alarm, at most."""
    run_length: int = round(1 / ALARM_RATE)
    """Quarterly runs to one with a false alarm, on average and at least."""
    notes: tuple[str, ...] = NOTES
    """What the warning is not."""

    def to_records(self) -> dict[str, Any]:
        """Return the run as plain values for JSON."""
        return asdict(self) | {"as_of": self.as_of.isoformat()}


class _Panel(NamedTuple):
    """The reports of the same employers over the same quarters."""

    cells: list[tuple[str, str]]
    quarters: list[str]
    counts: Floats
    """Inflow and outflow × cells × quarters."""
    reasons: list[tuple[Reason, ...]]
    """Per cell, why it may not be judged."""


def find_flow_changes(
    reports: pd.DataFrame, *, as_of: dt.date, simulations: int = _LEAST_SIMULATIONS
) -> FlowWarnings:
    """Look for changes in the flows of every cell.

    Parameters
    ----------
    reports
        Rows of ``flow_report`` of one nature: period, employer_key, key_industry, talent_category, inflow and
        outflow. Reports of half years and years are passed over.
    as_of
        Day of the data; a quarter that has not ended on it is passed over.
    simulations
        Histories without a change that are simulated, at least; forty for every test where that is more.

    Returns
    -------
    FlowWarnings
        Without findings where nobody reported a quarter. All are refused with fewer than eight quarters in a
        row, with fewer than five employers that reported in all of them, or where the last quarter with
        reports lies more than two quarters back. A cell is refused with fewer than five employers or one
        above 70 %, a direction with fewer than five people a quarter before the last year.
    """
    rows = _complete(reports, as_of)
    if rows.empty:
        return FlowWarnings(as_of, None, ())
    latest = str(max(rows["period"]))
    panel, reason = _panel(rows, latest, as_of)
    if panel is None:
        cells = sorted(set(zip(rows["key_industry"], rows["talent_category"], strict=True)))
        return FlowWarnings(
            as_of,
            latest,
            tuple(FlowFinding(*cell, None, Status.REFUSED, (reason,)) for cell in cells if reason),
        )
    refused, tests = _refused(panel)
    dispersion = dispersion_bound(panel.counts)
    if dispersion is None:
        message = "季度和单元太少，无法估计人数的正常起伏，暂不评价"
        thin = (_reason("dispersion_unknown", len(panel.quarters), len(panel.quarters) + 1, message),)
        cells = list(dict.fromkeys(panel.cells[cell] for _, cell in tests))
        unknown = tuple(FlowFinding(*cell, None, Status.REFUSED, thin) for cell in cells)
        return FlowWarnings(as_of, latest, (*unknown, *refused))
    count = max(simulations, _SIMULATIONS_A_TEST * len(tests))
    found = sorted(_judged(panel, tests, dispersion, count), key=lambda each: not each.alarm)
    return FlowWarnings(as_of, latest, (*found, *refused), round(dispersion, 4), count)


def _complete(reports: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Keep reports of quarters that are over."""
    periods = reports["period"].astype(str)
    over = {period: "Q" in period and quarter_span(period)[1] <= as_of for period in set(periods)}
    return reports[periods.map(over.get).astype(bool)]


def _reason(code: str, have: float, need: float, message: str) -> Reason:
    return {"code": code, "have": have, "need": need, "message": message}


def _panel(rows: pd.DataFrame, latest: str, as_of: dt.date) -> tuple[_Panel | None, Reason | None]:
    """Choose the longest run of quarters that enough employers reported in full."""
    age = quarters_ahead(latest, quarter_of(as_of + dt.timedelta(days=1))) - 1
    if age > _MOST_AGE:
        message = f"最近一期报送是 {latest}，距今已{age}个季度，暂不评价"
        return None, _reason("stale_data", age, _MOST_AGE, message)
    reported = rows.groupby("employer_key")["period"].agg(set)
    run = [shift_quarter(latest, -back) for back in range(MOST_QUARTERS)]
    most = 0
    for length in range(MOST_QUARTERS, LEAST_QUARTERS - 1, -1):
        quarters = run[:length]
        steady = [key for key, periods in reported.items() if periods.issuperset(quarters)]
        most = max(most, len(steady))
        if len(steady) >= LEAST_EMPLOYERS:
            inside = rows["employer_key"].isin(steady) & rows["period"].isin(quarters)
            return _counted(rows[inside], quarters[::-1]), None
    message = f"连续{LEAST_QUARTERS}个季度都报送的单位不足{LEAST_EMPLOYERS}家，暂不评价"
    return None, _reason("insufficient_history", most, LEAST_EMPLOYERS, message)


def _counted(rows: pd.DataFrame, quarters: list[str]) -> _Panel:
    """Add up a panel by cell and quarter, and judge whether each cell may be shown."""
    cells = sorted(set(zip(rows["key_industry"], rows["talent_category"], strict=True)))
    place = {cell: number for number, cell in enumerate(cells)}
    column = {quarter: number for number, quarter in enumerate(quarters)}
    counts = np.zeros((2, len(cells), len(quarters)))
    parts: list[dict[str, float]] = [{} for _ in cells]
    fields = ["key_industry", "talent_category", "period", "employer_key", "inflow", "outflow"]
    for industry, category, period, key, came, left in rows[fields].to_numpy():
        number = place[industry, category]
        counts[:, number, column[period]] += (came, left)
        parts[number][key] = parts[number].get(key, 0.0) + came + left
    return _Panel(cells, quarters, counts, [_cell_reasons(list(part.values())) for part in parts])


def _cell_reasons(people: list[float]) -> tuple[Reason, ...]:
    employers = sum(1 for each in people if each > 0)
    if employers >= LEAST_EMPLOYERS and not is_confidential(np.asarray(people)):
        return ()
    message = f"连续报送的单位不足{LEAST_EMPLOYERS}家或一家占七成以上，保密，不评价"
    return (_reason("confidential", 0, LEAST_EMPLOYERS, message),)


def _refused(panel: _Panel) -> tuple[list[FlowFinding], list[tuple[int, int]]]:
    """Return what may not be judged, and the quantities and cells that may."""
    findings: list[FlowFinding] = []
    tests: list[tuple[int, int]] = []
    for cell, reasons in enumerate(panel.reasons):
        if reasons:
            findings.append(FlowFinding(*panel.cells[cell], None, Status.REFUSED, reasons))
            continue
        for number, quantity in enumerate(FlowQuantity):
            thin = _thin(panel.counts[:, cell, :-LONGEST_SINCE], quantity)
            if thin is None:
                tests.append((number, cell))
            else:
                findings.append(FlowFinding(*panel.cells[cell], quantity, Status.REFUSED, (thin,)))
    return findings, tests


def _judged(
    panel: _Panel, tests: list[tuple[int, int]], dispersion: float, simulations: int
) -> list[FlowFinding]:
    """Judge every quantity of every cell together."""
    if not tests:
        return []
    p_values = chance(panel.counts, dispersion=dispersion, simulations=simulations)
    found = scan(panel.counts)
    q_values = false_discovery_control([p_values[place] for place in tests])
    return [
        _finding(panel, found, place, float(q_value), dispersion)
        for place, q_value in zip(tests, q_values, strict=True)
    ]


def _thin(before: Floats, quantity: FlowQuantity) -> Reason | None:
    """Say why a direction has too few people; before is inflow and outflow × quarters."""
    means = before.mean(axis=-1)
    have = {FlowQuantity.INFLOW: means[0], FlowQuantity.OUTFLOW: means[1]}.get(quantity, means.min())
    if have >= LEAST_PEOPLE:
        return None
    message = f"{quantity}每季不足{LEAST_PEOPLE:g}人，太少，暂不评价"
    return _reason("below_publication_volume", 0, LEAST_PEOPLE, message)


def _finding(
    panel: _Panel, found: Scan, place: tuple[int, int], q_value: float, dispersion: float
) -> FlowFinding:
    number, cell = place
    quantity = list(FlowQuantity)[number]
    stated: dict[str, Any] = {"q_value": round(q_value, 4), "quarters": len(panel.quarters)}
    if q_value <= ALARM_RATE:
        beginning = int(np.abs(found.z[number, cell]).argmax())
        rising = bool(found.z[number, cell, beginning] > 0)
        since = beginning + 1
        if quantity is FlowQuantity.NET:
            difference, variance = (
                part[number, cell, beginning] for part in (found.difference, found.variance)
            )
            size = net_size(float(difference), float(variance), since, dispersion=dispersion)
        else:
            ratio = float(found.ratio[number, cell, beginning])
            counts = panel.counts[number, cell]
            after, before = float(counts[-since:].sum()), float(counts[:-since].sum())
            size = rate_size(after, before, ratio, dispersion=dispersion)
            quarterly = before / (len(counts) - since)
            stated |= {
                "before": rounded_heads(quarterly),
                "after": rounded_heads(max(quarterly * (1 + size.change), 0.0)),
            }
        stated |= {
            "alarm": True,
            "adverse": rising == (quantity is FlowQuantity.OUTFLOW),
            "direction": "上升" if rising else "下降",
            "since": panel.quarters[-since],
            "change": size.change,
            "change_low": size.low,
            "change_high": size.high,
        }
    return FlowFinding(*panel.cells[cell], quantity, Status.OK, (), **stated)
