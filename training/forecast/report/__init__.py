"""The report of a forecast run: forecasts and back-test, for print, for the web and for machines."""

from training.forecast.report.folder import write_report

__all__ = ["write_report"]
