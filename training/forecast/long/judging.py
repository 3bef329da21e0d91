"""The status of each series: the rules of every forecast, in the words of a long table.

The rules of :mod:`training.forecast.rules` decide. One thing differs from the office's own run: a small
volume makes a figure indicative instead of refusing it, because whoever brings the table decides what is
published.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from training.forecast.demand import Floats, Integers
from training.forecast.intervals import LEAST_RESIDUALS
from training.forecast.long.findings import LongCode, Noted, remark
from training.forecast.long.zeros import MOST_ZERO
from training.forecast.rules import (
    LONGEST_HORIZON,
    CellEvidence,
    Finding,
    Reason,
    ReasonCode,
    Status,
    caution,
    cell_findings,
    months_needed,
    refusal,
)
from training.forecast.season import MONTHS_FOR_INDEX
from training.forecast.volume import LEAST_MONTHS, LEAST_NONZERO, History

__all__ = [
    "LEAST_TABLE_MONTHS",
    "SeriesEvidence",
    "constant_findings",
    "row_findings",
    "season_findings",
    "table_findings",
    "zero_findings",
]

LEAST_TABLE_MONTHS = 12
"""Months that a table needs for any forecast."""
_OF_INTERVAL = {ReasonCode.UNCALIBRATED, ReasonCode.INTERVAL95_UNCALIBRATED}
_AMPLE = 1e12  # a volume that no rule finds small


class SeriesEvidence(NamedTuple):
    """What the statuses of all series rest on."""

    history: History
    """Months and volume of each."""
    n_origins: Integers
    """Calibration origins of each."""
    n_residuals: Integers
    """Past errors on which the interval of each rests."""
    level_ratios: Floats
    """How the last months of each stand to those before, see :func:`training.forecast.rules.level_ratios`."""
    stayed: Floats
    """Share of like series that showed nothing over the horizon, asked only of series with few counts; else
    NaN."""


def table_findings(n_months: int, *, horizon: int) -> tuple[Finding, ...]:
    """Judge what all series of a table share, as the history of a city is judged.

    Parameters
    ----------
    n_months
        Months of the table.
    horizon
        Months ahead.

    Returns
    -------
    tuple[Finding, ...]
        A refusal, which leaves no number anywhere; empty when nothing stands in the way.
    """
    if n_months < LEAST_TABLE_MONTHS:
        message = f"全表只有 {n_months} 个月，至少需要 {LEAST_TABLE_MONTHS} 个月，暂不预测"
        return (refusal(ReasonCode.INSUFFICIENT_HISTORY, n_months, LEAST_TABLE_MONTHS, message),)
    if horizon > LONGEST_HORIZON:
        message = f"请求预测 {horizon} 个月，统计预测最长 {LONGEST_HORIZON} 个月"
        return (refusal(ReasonCode.HORIZON_NOT_SUPPORTED, horizon, LONGEST_HORIZON, message),)
    need = months_needed(horizon)
    if n_months < need and need > MONTHS_FOR_INDEX:
        message = f"预测未来 {horizon} 个月至少需要全表 {need} 个月，目前只有 {n_months} 个"
        return (refusal(ReasonCode.HORIZON_NOT_SUPPORTED, n_months, need, message),)
    return ()


def season_findings(n_months: int, *, season_length: int, borrowed: bool) -> tuple[Finding, ...]:
    """Judge whether the months of some series hold two seasons.

    Parameters
    ----------
    n_months
        Months of the series that were forecast together.
    season_length
        Months of a season; 1 for none.
    borrowed
        Whether the season of the whole table is used instead.

    Returns
    -------
    tuple[Finding, ...]
        Empty when they do.
    """
    need = 2 * season_length
    if season_length == 1 or n_months >= need:
        return ()
    if borrowed:
        message = f"只有 {n_months} 个月，不足两个季节（{need} 个月），季节因素取自全表"
        reason: Reason = {
            "code": LongCode.TABLE_SEASON.value,
            "have": n_months,
            "need": need,
            "message": message,
        }
        return (Finding(Status.OK, reason),)
    message = f"只有 {n_months} 个月，不足两个季节（{need} 个月），未作季节调整，仅供参考"
    return (caution(ReasonCode.NO_SEASON_INDEX, n_months, need, message),)


def row_findings(evidence: SeriesEvidence, rows: Sequence[int]) -> list[Noted]:
    """Judge series that were forecast.

    Parameters
    ----------
    evidence
        What all series rest on.
    rows
        Positions of those to be judged.

    Returns
    -------
    list[Noted]
        Nothing for a series without blemish.
    """
    noted = []
    history = evidence.history
    for row in rows:
        cell = CellEvidence(
            own_months=int(history.own_months[row]),
            nonzero_months=int(history.nonzero_months[row]),
            volume=float(history.volume[row]),
            n_origins=int(evidence.n_origins[row]),
            n_residuals=int(evidence.n_residuals[row]),
            imputed_share=0.0,
            level_ratio=float(evidence.level_ratios[row]),
        )
        noted += [Noted(row, finding) for finding in _of_cell(cell, float(evidence.stayed[row]))]
    return noted


def _of_cell(cell: CellEvidence, stayed: float) -> list[Finding]:
    """Apply the rules of a cell; a small volume and few counts are judged apart: they refuse nothing."""
    findings = []
    if 0 < cell.nonzero_months < LEAST_NONZERO and cell.own_months >= LEAST_MONTHS:
        few = cell.nonzero_months
        message = f"自首次不为 0 以来的 {cell.own_months} 个月中只有 {few} 个月不为 0，仅供参考"
        findings.append(_few_nonzero(few, message))
        cell = cell._replace(nonzero_months=LEAST_NONZERO)
    findings += cell_findings(cell._replace(volume=_AMPLE))
    if any(finding.status is Status.REFUSED for finding in findings):
        return findings
    if stayed > MOST_ZERO:
        findings = [each for each in findings if each.reason["code"] not in _OF_INTERVAL]
        findings.append(_stays_zero(stayed, cell.n_residuals))
    for finding in cell_findings(cell):
        code, have, need = finding.reason["code"], finding.reason["have"], finding.reason["need"]
        if code == ReasonCode.BELOW_PUBLICATION_VOLUME:
            message = f"近 12 个月月均 {have:g}，低于 {need:g}，规模小，仅供参考"
            findings.append(caution(ReasonCode.BELOW_PUBLICATION_VOLUME, have, need, message))
    return findings


def _stays_zero(stayed: float, n_cases: int) -> Finding:
    message = f"同表中同样稀少的 {n_cases} 例里 {stayed:.1%} 在预测期内为 0，给不出 80% 区间"
    have = round(stayed, 4)
    return remark(0, LongCode.STAYS_ZERO, have, MOST_ZERO, message, status=Status.INDICATIVE).finding


def _few_nonzero(have: int, message: str) -> Finding:
    return remark(0, LongCode.FEW_NONZERO, have, LEAST_NONZERO, message, status=Status.INDICATIVE).finding


def constant_findings(rows: Sequence[int], months: Sequence[int]) -> list[Noted]:
    """Judge series that have shown one value throughout.

    Parameters
    ----------
    rows
        Position of each.
    months
        Months of each.

    Returns
    -------
    list[Noted]
        All of them are indicative.
    """
    told = "个月数值不变，预测为同一数值；没有变动可据以给出区间，仅供参考"
    return [
        remark(row, LongCode.CONSTANT, count, 0, f"{count} {told}", status=Status.INDICATIVE)
        for row, count in zip(rows, months, strict=True)
    ]


def zero_findings(
    rows: Sequence[int], months: Sequence[int], *, calibrated: bool, n_cases: int, stayed: float
) -> list[Noted]:
    """Judge series that have been 0 throughout.

    Parameters
    ----------
    rows
        Position of each.
    months
        Months of each.
    calibrated
        Whether there is an interval.
    n_cases
        Cases on which it rests.
    stayed
        Share of them that stayed 0.

    Returns
    -------
    list[Noted]
        All of them are indicative.
    """
    noted = []
    for row, count in zip(rows, months, strict=True):
        message = f"{count} 个月全部为 0，预测为 0，仅供参考"
        noted.append(remark(row, LongCode.ALL_ZERO, count, 0, message, status=Status.INDICATIVE))
        if stayed > MOST_ZERO:
            noted.append(Noted(row, _stays_zero(stayed, n_cases)))
        elif not calibrated:
            message = f"同表中曾一直为 0 的情形只有 {n_cases} 例，不足以给出区间"
            finding = caution(ReasonCode.UNCALIBRATED, n_cases, LEAST_RESIDUALS, message)
            noted.append(Noted(row, finding))
    return noted
