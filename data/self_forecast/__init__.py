"""Employers' own forecasts of what they will hire: template, reading, sums without names, track record."""

from data.self_forecast.combining import Combination, combine
from data.self_forecast.examples import synthetic_self_forecasts
from data.self_forecast.reading import SelfForecastFile, read_self_forecasts
from data.self_forecast.report import Statistical, employer_record, employer_report
from data.self_forecast.template import SelfForecast, write_correction, write_self_forecast_template

__all__ = [
    "Combination",
    "SelfForecast",
    "SelfForecastFile",
    "Statistical",
    "combine",
    "employer_record",
    "employer_report",
    "read_self_forecasts",
    "synthetic_self_forecasts",
    "write_correction",
    "write_self_forecast_template",
]
