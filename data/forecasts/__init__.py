"""Forecast runs as the store keeps them: read by cell, put into words, drawn."""

from data.forecasts.bars import coverage_chart, origin_chart, ratio_chart
from data.forecasts.fan import Fan, fan_chart, fan_of, sparkline
from data.forecasts.run import Cell, KeptRun

__all__ = [
    "Cell",
    "Fan",
    "KeptRun",
    "coverage_chart",
    "fan_chart",
    "fan_of",
    "origin_chart",
    "ratio_chart",
    "sparkline",
]
