"""Forecast of demand: a common season and total, shares, intervals from past errors, refusals."""

from training.forecast.demand import Demand, Level
from training.forecast.result import ForecastRun
from training.forecast.rules import ReasonCode, Status
from training.forecast.run import forecast_demand
from training.forecast.season import IndexStatus
from training.forecast.series import monthly_demand

__all__ = [
    "Demand",
    "ForecastRun",
    "IndexStatus",
    "Level",
    "ReasonCode",
    "Status",
    "forecast_demand",
    "monthly_demand",
]
