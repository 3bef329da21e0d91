"""Forecasts for any long table of monthly series: read, check, forecast, write."""

from training.forecast.long.checking import LongOptions
from training.forecast.long.findings import LongCode
from training.forecast.long.reading import long_table, read_long
from training.forecast.long.reporting import backtest_document, check_backtest, window_for, write_backtest
from training.forecast.long.run import LongForecast, forecast_long
from training.forecast.long.table import LongTable
from training.forecast.long.writing import OutFiles, out_files, write_long

__all__ = [
    "LongCode",
    "LongForecast",
    "LongOptions",
    "LongTable",
    "OutFiles",
    "backtest_document",
    "check_backtest",
    "forecast_long",
    "long_table",
    "out_files",
    "read_long",
    "window_for",
    "write_backtest",
    "write_long",
]
