"""The back-test gate: a level that failed its back-test is only indicative."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from training.forecast.backtest import PUBLISHABLE, SUM
from training.forecast.intervals import LEAST_ORIGINS
from training.forecast.rules import Finding, ReasonCode, Status, caution
from training.forecast.smoothing import Method

__all__ = ["backtest_findings"]

_LEAST_SERIES = 10
_COVERAGE80 = (0.75, 0.95)
_COVERAGE80_WORST = 0.60
_COVERAGE95 = 0.90
_ROUNDING = 1e-9


def backtest_findings(report: pd.DataFrame, level: str, *, target: str = SUM) -> tuple[Finding, ...]:
    """Judge a level by its back-test on one target, over publishable volumes.

    Accuracy is judged from 8 origins on, coverage where besides at least 10 series an origin were rated:
    of a single series every miss would be a coverage of 0.

    Parameters
    ----------
    report
        The back-test report.
    level
        Name of the level to judge: one of the hierarchy, or a group of a panel.
    target
        The month ahead, such as ``month2``, or the sum over the horizon.

    Returns
    -------
    tuple[Finding, ...]
        Empty when the back-test was passed or is too small to judge by.
    """
    rows = report[
        (report["level"] == level)
        & (report["key_industry"] == "")
        & (report["volume_class"] == PUBLISHABLE)
        & (report["target"] == target)
    ]
    lines = {line["method"]: line for line in rows.to_dict("records")}
    if not lines or lines[Method.COMBINED]["n_origins"] < LEAST_ORIGINS:
        return ()
    ours = lines[Method.COMBINED]
    findings = []
    have, need = float(ours["wape"]), float(lines[Method.MEAN3]["wape"])
    if have > need + _ROUNDING:
        message = f"历史回测加权误差 {have:.1%}，高于近三月均值法的 {need:.1%}，仅供参考"
        findings.append(caution(ReasonCode.BACKTEST_ACCURACY, round(have, 4), round(need, 4), message))
    enough = ours["n_forecasts"] >= _LEAST_SERIES * ours["n_origins"]
    if ours["n_interval_origins"] >= LEAST_ORIGINS and enough:
        findings += _coverage_findings(ours)
    return tuple(findings)


def _coverage_findings(ours: dict[Hashable, Any]) -> list[Finding]:
    """Return the first mean coverage that misses its range, and the worst origin where it was poor."""
    low, high = _COVERAGE80
    mean, worst, mean95 = (float(ours[name]) for name in ("coverage80", "coverage80_worst", "coverage95"))
    checks = (
        (mean >= low, "80% 区间平均覆盖率", mean, low),
        (mean <= high, "80% 区间平均覆盖率", mean, high),
        (mean95 >= _COVERAGE95, "95% 区间平均覆盖率", mean95, _COVERAGE95),
    )
    findings = []
    for holds, what, have, need in checks:
        if not holds:
            bound = "高于" if have > need else "低于"
            message = f"历史回测中{what}为 {have:.1%}，{bound} {need:.0%}，仅供参考"
            findings = [caution(ReasonCode.BACKTEST_COVERAGE, round(have, 4), need, message)]
            break
    if worst < _COVERAGE80_WORST:
        # One market shock misses most cells at once, whatever the method: it is stated, not punished.
        message = f"历史回测中最差一期的 80% 区间只覆盖 {worst:.1%} 的单元，全市整体波动时区间可能失准"
        code = ReasonCode.BACKTEST_WORST_ORIGIN
        findings.append(caution(code, round(worst, 4), _COVERAGE80_WORST, message)._replace(status=Status.OK))
    return findings
