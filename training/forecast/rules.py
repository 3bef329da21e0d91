"""When a forecast may be published: minimum history, volume, freshness, breaks, calibration."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, TypedDict

import numpy as np

from training.forecast.breaks import Break, BreakKind
from training.forecast.demand import Floats, month_end
from training.forecast.intervals import LEAST_ORIGINS, LEAST_RESIDUALS
from training.forecast.season import MONTHS_FOR_INDEX, Calendar, IndexStatus, Season
from training.forecast.volume import LEAST_MONTHS, LEAST_NONZERO

__all__ = [
    "CONFIDENTIAL",
    "LONGEST_HORIZON",
    "ORIGINS_FOR_95",
    "CellEvidence",
    "Finding",
    "Reason",
    "ReasonCode",
    "Status",
    "caution",
    "cell_findings",
    "change_findings",
    "city_findings",
    "level_ratios",
    "months_needed",
    "overall_status",
    "refusal",
]

LONGEST_HORIZON = 12
"""Months ahead beyond which no statistical forecast is given."""
ORIGINS_FOR_95 = 19
"""Calibration origins that a 95 % interval needs."""
_LEAST_CITY_MONTHS = 12
_SHORT_HORIZON = 3
_STALE_DAYS = 45
_BREAK_CHANGE = 0.4
_BREAK_MONTHS = 6
_MOVED_LEVEL = (BreakKind.LEVEL_LINKED, BreakKind.UNLINKED)
_SERIES_BREAK = 3.0  # times more, or less
_RECENT, _BEFORE, _CHANCE = 3, 12, 3.0
_RANKED_VOLUME = 50.0
_PUBLISHED_VOLUME = 20.0
_MOST_IMPUTED = 0.5


class Status(StrEnum):
    """Whether a figure may be used."""

    OK = "ok"
    """Published and ranked."""
    INDICATIVE = "indicative"
    """Shown with its reasons, never ranked."""
    REFUSED = "refused"
    """暂不评价: there is no number."""


class ReasonCode(StrEnum):
    """Why a figure is refused, only indicative or without one of its intervals."""

    INSUFFICIENT_HISTORY = "insufficient_history"
    """Too few months."""
    NO_SEASON_INDEX = "no_season_index"
    """The city has fewer than 24 months: no season is applied."""
    HORIZON_NOT_SUPPORTED = "horizon_not_supported"
    """The history is too short for so many months ahead, or they are more than twelve."""
    STALE_DATA = "stale_data"
    """The last complete month is too old."""
    STRUCTURAL_BREAK = "structural_break"
    """The city total jumped; a person must release the run."""
    SERIES_BREAK = "series_break"
    """The series itself jumped lately, and not by chance."""
    BELOW_PUBLICATION_VOLUME = "below_publication_volume"
    """Too few heads a month."""
    UNCALIBRATED = "uncalibrated"
    """Too few past errors for an interval."""
    INTERVAL95_UNCALIBRATED = "interval95_uncalibrated"
    """Enough origins for the 80 % interval, too few for the 95 % one."""
    CONFIDENTIAL = "confidential"
    """It says too much about one employer, by itself or through the other cells."""
    MOSTLY_IMPUTED = "mostly_imputed"
    """More than half of the heads were not stated by employers."""
    BACKTEST_ACCURACY = "backtest_accuracy"
    """In the back-test the mean of three months was more accurate."""
    BACKTEST_COVERAGE = "backtest_coverage"
    """In the back-test the intervals held too seldom or too often."""
    BACKTEST_WORST_ORIGIN = "backtest_worst_origin"
    """In the back-test the intervals failed together at one origin; stated, the figure stays as it is."""


class Reason(TypedDict):
    """One reason, ready for JSON."""

    code: str
    have: float
    need: float
    message: str


class Finding(NamedTuple):
    """A reason and what it makes of the figure; ``OK`` where it only explains."""

    status: Status
    reason: Reason


class CellEvidence(NamedTuple):
    """What the rules need to know of a cell."""

    own_months: int
    """Months since its first demand."""
    nonzero_months: int
    """Months with demand."""
    volume: float
    """Mean heads a month over the last 12 own months."""
    n_origins: int
    """Calibration origins in its group of volume classes."""
    n_residuals: int
    """Residuals in it."""
    imputed_share: float
    """Share of its heads that was imputed, 0 to 1."""
    level_ratio: float = 1.0
    """Mean of its last 3 deseasonalised months over the 12 before; 1 where the change may be chance."""


def months_needed(horizon: int) -> int:
    """Return the months of city demand from which a horizon of 1 to 12 months has an 80 % interval."""
    if horizon <= _SHORT_HORIZON:
        return MONTHS_FOR_INDEX
    return 26 if horizon <= 6 else 36


def refusal(code: ReasonCode, have: float, need: float, message: str) -> Finding:
    """Return the finding that there is no number."""
    return Finding(Status.REFUSED, {"code": code.value, "have": have, "need": need, "message": message})


def caution(code: ReasonCode, have: float, need: float, message: str) -> Finding:
    """Return the finding that the number is only indicative."""
    return Finding(Status.INDICATIVE, {"code": code.value, "have": have, "need": need, "message": message})


CONFIDENTIAL = refusal(
    ReasonCode.CONFIDENTIAL,
    0,
    3,
    "涉及的单位过少或过于集中，或可由其他数字推出个别单位，按保密规则不公布（不是零）",
)
"""The finding on a confidential cell; the same for all, so that it tells nothing of the cell: three is the
number of employers that a figure needs."""


def overall_status(findings: tuple[Finding, ...]) -> Status:
    """Return the strictest status among the findings; ``OK`` without any."""
    order = list(Status)
    return max((finding.status for finding in findings), key=order.index, default=Status.OK)


def city_findings(
    total: Floats,
    season: Season,
    *,
    calendar: Calendar,
    horizon: int,
    last_month: dt.date | None,
    as_of: dt.date,
    release_break: bool,
) -> tuple[Finding, ...]:
    """Judge what all cells share: history of the city, horizon, freshness, breaks.

    Parameters
    ----------
    total
        Heads of the city, one value a month.
    season
        The index estimated from it.
    calendar
        Where the months stand in the year.
    horizon
        Months ahead.
    last_month
        First day of the last complete month; empty without data.
    as_of
        Day of the data.
    release_break
        Whether a person has released the run in spite of a break.

    Returns
    -------
    tuple[Finding, ...]
        Empty when nothing stands in the way.
    """
    findings = [
        *_history_findings(season, horizon),
        *_freshness_findings(last_month, as_of),
        *_break_findings(total, season, calendar, release=release_break),
    ]
    return tuple(findings)


def _history_findings(season: Season, horizon: int) -> list[Finding]:
    """Judge months of city demand against the horizon."""
    have = season.n_months
    if have < _LEAST_CITY_MONTHS:
        message = f"全市有需求的完整月份只有 {have} 个，至少需要 {_LEAST_CITY_MONTHS} 个，暂不预测"
        return [refusal(ReasonCode.INSUFFICIENT_HISTORY, have, _LEAST_CITY_MONTHS, message)]
    if horizon > LONGEST_HORIZON:
        message = f"请求预测 {horizon} 个月，统计预测最长 {LONGEST_HORIZON} 个月；更长期限请使用规划目标测算"
        return [refusal(ReasonCode.HORIZON_NOT_SUPPORTED, horizon, LONGEST_HORIZON, message)]
    need = months_needed(horizon)
    if have < need and horizon > _SHORT_HORIZON:
        message = f"预测未来 {horizon} 个月至少需要全市 {need} 个完整月份，目前只有 {have} 个"
        return [refusal(ReasonCode.HORIZON_NOT_SUPPORTED, have, need, message)]
    if have < need:
        message = f"全市完整月份只有 {have} 个，不足 {need} 个，无法估计季节因素，预测未作季节调整，仅供参考"
        return [caution(ReasonCode.NO_SEASON_INDEX, have, need, message)]
    return []


def _freshness_findings(last_month: dt.date | None, as_of: dt.date) -> list[Finding]:
    """Judge the age of the last complete month."""
    age = (as_of - month_end(last_month)).days if last_month else 0
    if last_month is None or age <= _STALE_DAYS:
        return []
    message = f"最近的完整月份 {last_month:%Y-%m} 距数据日期已 {age} 天，超过 {_STALE_DAYS} 天，请先更新数据"
    return [refusal(ReasonCode.STALE_DATA, age, _STALE_DAYS, message)]


def _break_findings(total: Floats, season: Season, calendar: Calendar, *, release: bool) -> list[Finding]:
    """Look for a jump of the deseasonalised total in the last six months.

    Without an index an ordinary Spring Festival would look like a jump: there only a month that falls to
    nothing or rises from it counts.
    """
    level = (total / season.profile.factors(calendar, len(total)))[-_BREAK_MONTHS - 1 :]
    if (level == 0).any():
        size, what = 1.0, "出现没有任何需求的月份"
    elif season.status is IndexStatus.ESTIMATED:
        size = float(np.abs(level[1:] / level[:-1] - 1).max())
        what = f"环比变动（扣除季节因素）达 {size:.0%}，超过 {_BREAK_CHANGE:.0%}"
    else:
        return []
    if size <= _BREAK_CHANGE:
        return []
    message = f"近 {_BREAK_MONTHS} 个月全市需求{what}"
    if release:
        message += "；已人工确认放行，仅供参考"
        return [caution(ReasonCode.STRUCTURAL_BREAK, round(size, 4), _BREAK_CHANGE, message)]
    message += "，请核实平台或数据来源是否变化，人工确认后方可发布"
    return [refusal(ReasonCode.STRUCTURAL_BREAK, round(size, 4), _BREAK_CHANGE, message)]


def change_findings(breaks: Sequence[Break], *, release: bool) -> tuple[Finding, ...]:
    """Judge what changed of late in how demand is seen.

    Parameters
    ----------
    breaks
        Changes within the last months, see :class:`training.forecast.coverage.Coverage`.
    release
        Whether a person has looked at them and lets the run pass.

    Returns
    -------
    tuple[Finding, ...]
        A changed level of the counting sources holds the run until it is released; a change that one employer
        makes only warns. Sources that come or go without moving the level say nothing here.
    """
    code, findings = ReasonCode.STRUCTURAL_BREAK, []
    for each in breaks:
        size = 1.0 if math.isnan(each.size) else round(each.size, 4)
        if each.kind in _MOVED_LEVEL and not release:
            message = f"{each.message}，请核实数据来源，人工确认后方可发布"
            findings.append(refusal(code, size, 0, message))
        elif each.kind in _MOVED_LEVEL:
            findings.append(caution(code, size, 0, f"{each.message}；已人工确认放行，仅供参考"))
        elif each.kind is BreakKind.ONE_EMPLOYER:
            findings.append(caution(code, size, 0, f"{each.message}，仅供参考"))
    return tuple(findings)


def cell_findings(evidence: CellEvidence) -> tuple[Finding, ...]:
    """Judge one cell: its history, its volume, its interval, its headcounts.

    Parameters
    ----------
    evidence
        What is known of the cell.

    Returns
    -------
    tuple[Finding, ...]
        Empty when nothing stands in the way.
    """
    findings = [*_own_history_findings(evidence), *_volume_findings(evidence)]
    if any(finding.status is Status.REFUSED for finding in findings):
        return tuple(findings)
    findings += [*_interval_findings(evidence), *_series_findings(evidence)]
    if evidence.imputed_share > _MOST_IMPUTED:
        share = round(evidence.imputed_share, 4)
        message = f"{share:.0%} 的需求人数由中位数补全，用人单位未填写招聘人数，仅供参考"
        findings.append(caution(ReasonCode.MOSTLY_IMPUTED, share, _MOST_IMPUTED, message))
    return tuple(findings)


def _series_findings(evidence: CellEvidence) -> list[Finding]:
    """Judge a jump of the series itself."""
    ratio = round(evidence.level_ratio, 4)
    if 1 / _SERIES_BREAK <= ratio <= _SERIES_BREAK:
        return []
    what = f"近 3 个月均值是此前 12 个月的 {ratio:.2g} 倍"
    message = f"该序列{what}，变动超出偶然范围，请核实数据来源或单位变化，仅供参考"
    return [caution(ReasonCode.SERIES_BREAK, ratio, _SERIES_BREAK, message)]


def level_ratios(matrix: Floats) -> Floats:
    """Compare the last three months of each series with the twelve before.

    A change is believed where it is beyond three standard deviations of counts that come by chance alone
    (Poisson); a series that fell to nothing has a ratio of 0, one that came from nothing an infinite one.

    Parameters
    ----------
    matrix
        Deseasonalised heads, series × months.

    Returns
    -------
    Floats
        One ratio per series; 1 where the change may be chance, or with fewer than 15 months.
    """
    if matrix.shape[1] < _RECENT + _BEFORE:
        return np.ones(len(matrix))
    recent = matrix[:, -_RECENT:].mean(axis=1)
    before = matrix[:, -_RECENT - _BEFORE : -_RECENT].mean(axis=1)
    chance = _CHANCE * np.sqrt(recent / _RECENT + before / _BEFORE)
    ratios = np.divide(recent, before, out=np.full(len(matrix), np.inf), where=before > 0)
    return np.where(np.abs(recent - before) > chance, ratios, 1.0)


def _own_history_findings(evidence: CellEvidence) -> list[Finding]:
    code = ReasonCode.INSUFFICIENT_HISTORY
    if evidence.own_months < LEAST_MONTHS:
        have = evidence.own_months
        return [refusal(code, have, LEAST_MONTHS, f"自身历史只有 {have} 个月，至少需要 {LEAST_MONTHS} 个月")]
    if evidence.nonzero_months < LEAST_NONZERO:
        have = evidence.nonzero_months
        return [
            refusal(code, have, LEAST_NONZERO, f"有需求的月份只有 {have} 个，至少需要 {LEAST_NONZERO} 个")
        ]
    return []


def _volume_findings(evidence: CellEvidence) -> list[Finding]:
    code = ReasonCode.BELOW_PUBLICATION_VOLUME
    volume = math.floor(evidence.volume * 10) / 10  # rounded down: 19.96 must not read as 20
    if evidence.volume < _PUBLISHED_VOLUME:
        message = f"月均需求 {volume:g} 人，低于 {_PUBLISHED_VOLUME:g} 人，不单独发布，请看上一层级"
        return [refusal(code, volume, _PUBLISHED_VOLUME, message)]
    if evidence.volume < _RANKED_VOLUME:
        message = f"月均需求 {volume:g} 人，低于 {_RANKED_VOLUME:g} 人，只看区间，不参与排名"
        return [caution(code, volume, _RANKED_VOLUME, message)]
    return []


def _interval_findings(evidence: CellEvidence) -> list[Finding]:
    """Judge calibration; a cell too small for a bare point is refused without an interval."""
    have, need = evidence.n_origins, LEAST_ORIGINS
    what = "历史回测起点"
    if evidence.n_origins >= LEAST_ORIGINS:
        have, need, what = evidence.n_residuals, LEAST_RESIDUALS, "同规模历史误差"
    if have < need:
        small = evidence.volume < _RANKED_VOLUME
        finding = refusal if small else caution
        message = f"{what}只有 {have} 个，至少需要 {need} 个，无法给出区间"
        message += "；规模较小的单元没有区间不发布" if small else "，仅供参考"
        return [finding(ReasonCode.UNCALIBRATED, have, need, message)]
    if evidence.n_origins < ORIGINS_FOR_95:
        have = evidence.n_origins
        message = f"历史回测起点只有 {have} 个，不足 {ORIGINS_FOR_95} 个，只给出 80% 区间"
        code = ReasonCode.INTERVAL95_UNCALIBRATED
        return [caution(code, have, ORIGINS_FOR_95, message)._replace(status=Status.OK)]
    return []
