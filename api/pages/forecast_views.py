"""What the forecast pages show of a run: cells with their charts, and tables of the back-test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import quote

from data.forecasts import (
    Cell,
    Fan,
    KeptRun,
    coverage_chart,
    fan_chart,
    fan_of,
    origin_chart,
    ratio_chart,
    sparkline,
)
from data.forecasts.scores import Score
from data.forecasts.words import LEVELS, cell_name, method_name, reason_texts

__all__ = [
    "CellView",
    "ChartView",
    "address_of",
    "cell_view",
    "columns_of",
    "counts_of",
    "coverage_views",
    "fan_view",
    "methods_view",
    "origin_views",
    "ratio_view",
]

_NARROW, _HALF, _WIDE = 358, 560, 980
_NOTHING = "—"
_NARROW_MONTHS = 18


class ChartView(NamedTuple):
    """One chart in two widths, of which a screen shows one."""

    wide: str
    """For a desk."""
    narrow: str
    """For a telephone."""
    caption: str = ""
    """Words below."""


class CellView(NamedTuple):
    """A cell in a table."""

    name: str
    """Name."""
    address: str
    """Its page."""
    row: Any
    """Its sum over the horizon."""
    change: float | None
    """Change against the same months a year before, as a share; empty where not known."""
    unclear: bool
    """True where the same months a year before lie within the 80 % interval, or there is none."""
    reasons: tuple[str, ...]
    """Why it is refused or only indicative."""
    spark: str
    """Its small chart."""


class ScoreColumn(NamedTuple):
    """A column of a table of scores."""

    head: str
    """Head in Chinese."""
    text: Callable[[Score], str]
    """What a score shows in it."""


def address_of(cell: Cell) -> str:
    """Return the address of a cell's page."""
    return "/forecasts/" + "/".join(quote(part, safe="") for part in cell.parts)


def cell_view(run: KeptRun, cell: Cell, *, number: int = 0) -> CellView | None:
    """Collect what a table shows of a cell; None for an unknown one.

    Parameters
    ----------
    run
        The run.
    cell
        The cell.
    number
        Its place on the page, which keeps the ids of its drawing apart.

    Returns
    -------
    CellView or None
        With its small chart.
    """
    row = run.sum_of(cell)
    if row is None:
        return None
    name = cell_name(row, region=run.region_name)
    before = [each["seasonal_naive"] for each in run.months_of(cell)]
    known = row["mean"] is not None and before and None not in before and sum(before) > 0
    change = row["mean"] / sum(before) - 1 if known else None
    unclear = not known or row["lo80"] is None or row["lo80"] <= sum(before) <= row["hi80"]
    spark = sparkline(fan_of(run, cell), name=f"spark{number}")
    return CellView(name, address_of(cell), row, change, unclear, reason_texts(row["reasons"]), spark)


def fan_view(run: KeptRun, cell: Cell) -> ChartView:
    """Draw the fan chart of a cell in both widths."""
    fan = fan_of(run, cell)
    short: Fan = replace(fan, history=fan.history[-_NARROW_MONTHS:])
    return _chart(
        fan_chart(fan, width=_WIDE, height=380, name="fan-wide"),
        fan_chart(short, width=_NARROW, height=290, name="fan-narrow"),
    )


def counts_of(run: KeptRun) -> dict[str, int]:
    """Count the occupations within industries by status, and all of them as ``total``."""
    rows = run.sums("occupation")
    found = Counter(row["status"] for row in rows)
    return {**{status: found[status] for status in ("ok", "indicative", "refused")}, "total": len(rows)}


def coverage_views(scores: Sequence[Score]) -> tuple[ChartView, ...]:
    """Draw the coverage of the 80 % and the 95 % intervals."""
    found = []
    for nominal in (80, 95):
        wide, narrow = (
            coverage_chart(scores, nominal=nominal, width=width, name=f"coverage{nominal}-{width}")
            for width in (_HALF, _NARROW)
        )
        found.append(_chart(wide, narrow, f"{nominal}% 区间的实际覆盖率，按层级与期限"))
    return tuple(found)


def ratio_view(scores: Sequence[Score]) -> ChartView:
    """Draw the errors beside those of simple methods."""
    wide, narrow = (ratio_chart(scores, width=width, name=f"ratio-{width}") for width in (_WIDE, _NARROW))
    return _chart(wide, narrow)


def origin_views(run: KeptRun) -> tuple[ChartView, ...]:
    """Draw the coverage origin by origin for the sum of every level; nothing where the run kept none."""
    rows = [row for row in run.document.get("origins", ()) if row["target"] == "sum"]
    found = []
    for level, label in LEVELS.items():
        own = sorted((row for row in rows if row["level"] == level), key=lambda row: str(row["origin"]))
        if own:
            title = f"{label}：各起点 {run.horizon} 个月合计的区间覆盖率"
            wide, narrow = (
                origin_chart(own, title=title, width=width, name=f"origins-{level}-{width}")
                for width in (_HALF, _NARROW)
            )
            found.append(_chart(wide, narrow, title))
    return tuple(found)


def methods_view(scores: Sequence[Score], *, published: str | None) -> dict[str, Any]:
    """Lay the errors of all methods out, one line per method and one column per level."""
    names = list(dict.fromkeys(name for score in scores for name in (score.row["method"], *score.others)))
    columns = [{score.row["method"]: score.row, **score.others} for score in scores]
    best = [
        min((row["wape"] for row in column.values() if row["wape"] is not None), default=None)
        for column in columns
    ]
    lines = [
        {
            "name": method_name(name),
            "published": name == published,
            "figures": [
                {"wape": wape, "best": wape is not None and wape == least}
                for wape, least in zip(
                    (column.get(name, {}).get("wape") for column in columns), best, strict=True
                )
            ],
        }
        for name in names
    ]
    return {"parts": [LEVELS[score.row["level"]] for score in scores], "lines": lines}


def _chart(wide: str, narrow: str, caption: str = "") -> ChartView:
    return ChartView(wide, narrow, caption)


def columns_of(scores: Sequence[Score]) -> tuple[ScoreColumn, ...]:
    """Return the columns in which any of the scores shows something."""
    return tuple(column for column in _COLUMNS if any(column.text(score) != _NOTHING for score in scores))


def _share(name: str) -> Callable[[Score], str]:
    def text(score: Score) -> str:
        value = score.figure(name)
        return _NOTHING if value is None else f"{value:.1%}"

    return text


def _plain(name: str) -> Callable[[Score], str]:
    def text(score: Score) -> str:
        value = score.figure(name)
        return _NOTHING if value is None else f"{value:.3f}"

    return text


def _against(method: str) -> Callable[[Score], str]:
    def text(score: Score) -> str:
        value = score.against(method)
        return _NOTHING if value is None else f"{value:.2f}"

    return text


def _worst(name: str) -> Callable[[Score], str]:
    return lambda score: "不适用" if score.is_one_series else _share(name)(score)


_COLUMNS = (
    ScoreColumn("WAPE", _share("wape")),
    ScoreColumn("偏差", _share("bias")),
    ScoreColumn("MASE", _plain("mase")),
    ScoreColumn("RMSSE", _plain("rmsse")),
    ScoreColumn("WQL", _plain("wql")),
    ScoreColumn("MAE 比上月值", _against("last_value")),
    ScoreColumn("MAE 比去年同月", _against("seasonal_naive")),
    ScoreColumn("80% 覆盖", _share("coverage80")),
    ScoreColumn("最差一期", _worst("coverage80_worst")),
    ScoreColumn("95% 覆盖", _share("coverage95")),
    ScoreColumn("起点数", lambda score: f"{score.row['n_origins']}"),
)
