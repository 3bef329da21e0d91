"""The back-test of a forecast as files: a table for spreadsheets and JSON for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from data.errors import RefusedError
from training.forecast.long.checking import LongOptions
from training.forecast.long.run import LongForecast
from training.forecast.market import FIRST_ORIGIN
from training.forecast.rules import Status

__all__ = ["backtest_document", "check_backtest", "window_for", "write_backtest"]


def window_for(origins: int | None, *, horizon: int) -> int:
    """Return the months that a back-test of so many origins needs.

    Parameters
    ----------
    origins
        Origins, at least 1, or nothing for all there are in the months that may be used.
    horizon
        Months ahead.

    Returns
    -------
    int
        Months, the last one included; the first origin knows 13 of them.
    """
    return LongOptions.window if origins is None else origins + horizon + FIRST_ORIGIN - 1


def check_backtest(forecast: LongForecast) -> pd.DataFrame:
    """Return the back-test of a long table.

    Parameters
    ----------
    forecast
        The forecast.

    Returns
    -------
    DataFrame
        The report, see :func:`training.forecast.backtest.back_test`.

    Raises
    ------
    RefusedError
        ``backtest_refused`` where no origin leaves a whole horizon to compare with.
    """
    if len(forecast.backtest):
        return forecast.backtest
    refusals = [one.finding for one in forecast.noted if one.finding.status is Status.REFUSED]
    why = f"，如：{refusals[0].reason['message']}" if refusals else ""
    raise RefusedError(
        "backtest_refused",
        f"{forecast.n_months} 个月的数据没有可回测的起点{why}",
        hint=f"首个起点之前须有 {FIRST_ORIGIN} 个月，之后须有整个预测期",
    )


def backtest_document(report: pd.DataFrame, about: Mapping[str, Any]) -> dict[str, Any]:
    """Return a back-test as plain values.

    Parameters
    ----------
    report
        The report.
    about
        What it is of.

    Returns
    -------
    dict
        ``about`` and ``rows``; empty figures as None.
    """
    rows = [
        {
            name: None if isinstance(value, float) and math.isnan(value) else value
            for name, value in row.items()
        }
        for row in report.to_dict("records")
    ]
    return {**about, "rows": rows}


def write_backtest(report: pd.DataFrame, about: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write a back-test.

    Parameters
    ----------
    report
        The report.
    about
        What it is of.
    folder
        Made where it is not there; files of the same names are replaced.

    Returns
    -------
    list of pathlib.Path
        ``backtest.csv`` and ``backtest.json``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table, document = folder / "backtest.csv", folder / "backtest.json"
    report.to_csv(table, index=False, encoding="utf-8-sig", lineterminator="\n")
    text = json.dumps(backtest_document(report, about), ensure_ascii=False, indent=1)
    document.write_text(f"{text}\n", encoding="utf-8")
    return [table, document]
