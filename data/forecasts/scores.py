"""The back-test of a run as scores of the published method beside its baselines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data.forecasts.run import KeptRun, Row
from data.forecasts.words import LEVELS, class_name, method_name, target_name

__all__ = [
    "BASELINES",
    "Score",
    "scores_by_class",
    "scores_by_industry",
    "scores_by_target",
    "verdict",
]

BASELINES = ("last_value", "seasonal_naive", "mean3")
"""Methods that the published one is measured against."""
_EVERYTHING = "all"
_SUM = "sum"
_HELD = (0.75, 0.90)


@dataclass(frozen=True)
class Score:
    """What the back-test says of the published method in one part of a run."""

    part: str
    """What was measured, in words."""
    row: Row
    """The row of the published method."""
    others: Mapping[str, Row]
    """Rows of all other methods over the same forecasts."""

    @property
    def is_one_series(self) -> bool:
        """Whether each origin measured one series, so that every miss is a coverage of 0."""
        return bool(self.row["n_forecasts"] == self.row["n_origins"])

    def figure(self, name: str) -> float | None:
        """Return one figure of the published method; None where it was not measured."""
        value = self.row.get(name)
        return None if value is None else float(value)

    def against(self, method: str) -> float | None:
        """Return its mean absolute error over that of a baseline; below 1 it is the smaller."""
        return self.figure(f"mae_to_{method}")


def scores_by_target(run: KeptRun) -> tuple[Score, ...]:
    """Return the scores of every level and horizon over all volumes, sums first within a level."""
    wanted = [row for row in run.backtest if row["volume_class"] == _EVERYTHING]
    found = _scores(wanted, run, lambda row: _part(row, run))
    order = list(LEVELS)
    return tuple(
        sorted(
            found,
            key=lambda each: (order.index(each.row["level"]), each.row["target"] != _SUM, each.row["target"]),
        )
    )


def verdict(score: Score) -> str:
    """Say in one sentence whether a method was better than simple ones and whether its intervals held.

    Parameters
    ----------
    score
        Scores of one part.

    Returns
    -------
    str
        A share of coverage counts as held from 5 points below its nominal value to 10 points above.
    """
    parts = []
    for method in BASELINES:
        against = score.against(method)
        if against is not None:
            side = "小" if against < 1 else "大"
            parts.append(f"比{method_name(method)}{side} {abs(1 - against):.0%}")
    words = f"{score.part}：平均误差" + "、".join(parts) if parts else f"{score.part}：没有可比的简单方法"
    share = score.figure("coverage80")
    if share is None:
        return words + "；区间没有足够的起点可评。"
    judged = (
        "偏窄，低于名义值" if share < _HELD[0] else "偏宽，高于名义值" if share > _HELD[1] else "与名义值相近"
    )
    return f"{words}；80% 区间实际覆盖 {share:.0%}，{judged}。"


def scores_by_class(run: KeptRun, level: str, *, target: str = _SUM) -> tuple[Score, ...]:
    """Return the scores of one level by volume class."""
    wanted = [row for row in run.backtest if row["level"] == level and row["target"] == target]
    return _scores(wanted, run, lambda row: class_name(row["volume_class"]))


def scores_by_industry(run: KeptRun) -> tuple[Score, ...]:
    """Return the scores of the sum within every key industry; nothing where the run did not measure them."""
    rows = run.document["backtest"]
    wanted = [row for row in rows if row.get("key_industry") and row["target"] == _SUM]
    whole = [row for row in wanted if row["volume_class"] == _EVERYTHING]
    return _scores(whole, run, lambda row: f"{row['key_industry']}（{LEVELS[row['level']]}）")


def _part(row: Row, run: KeptRun) -> str:
    return f"{LEVELS[row['level']]} · {target_name(row['target'], horizon=run.horizon)}"


def _scores(rows: list[Row], run: KeptRun, part: Any) -> tuple[Score, ...]:
    """Group rows over the same forecasts and put the published method first."""
    groups: dict[tuple[Any, ...], dict[str, Row]] = {}
    for row in rows:
        key = (row["level"], row.get("key_industry"), row["volume_class"], row["target"])
        groups.setdefault(key, {})[row["method"]] = row
    own = run.published_method
    return tuple(
        Score(part(methods[own]), methods[own], {name: row for name, row in methods.items() if name != own})
        for methods in groups.values()
        if own in methods
    )
