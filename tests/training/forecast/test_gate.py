from __future__ import annotations

import pandas as pd
import pytest

from training.forecast.backtest import BACKTEST_COLUMNS, PUBLISHABLE, SUM
from training.forecast.demand import Level
from training.forecast.gate import backtest_findings
from training.forecast.rules import Status
from training.forecast.smoothing import Method


def report(**change: float) -> pd.DataFrame:
    """A passed back-test of the occupations, with our own row changed."""
    ours = {
        "n_origins": 20,
        "n_forecasts": 400,
        "wape": 0.16,
        "n_interval_origins": 10,
        "coverage80": 0.82,
        "coverage80_worst": 0.7,
        "coverage95": 0.94,
        **change,
    }
    rows = [
        {"method": Method.COMBINED, **ours},
        {"method": Method.MEAN3, "n_origins": 20, "n_forecasts": 400, "wape": 0.2},
    ]
    table = pd.DataFrame(rows).assign(
        level=Level.OCCUPATION, key_industry="", volume_class=PUBLISHABLE, target=SUM
    )
    return table.reindex(columns=list(BACKTEST_COLUMNS))


def test_a_passed_back_test_finds_nothing() -> None:
    assert backtest_findings(report(), Level.OCCUPATION) == ()


def test_a_level_without_a_back_test_is_not_judged() -> None:
    assert backtest_findings(report(wape=0.9), Level.CITY) == ()
    assert backtest_findings(report(wape=0.9), "a group of a panel") == ()


@pytest.mark.parametrize(
    ("change", "code", "have", "need"),
    [
        ({"wape": 0.21}, "backtest_accuracy", 0.21, 0.2),
        ({"coverage80": 0.74}, "backtest_coverage", 0.74, 0.75),
        ({"coverage80": 0.96}, "backtest_coverage", 0.96, 0.95),
        ({"coverage95": 0.89}, "backtest_coverage", 0.89, 0.9),
    ],
)
def test_a_failed_back_test_makes_the_level_indicative(
    change: dict[str, float], code: str, have: float, need: float
) -> None:
    (finding,) = backtest_findings(report(**change), Level.OCCUPATION)
    assert finding.status is Status.INDICATIVE
    assert (finding.reason["code"], finding.reason["have"], finding.reason["need"]) == (code, have, need)
    assert "回测" in finding.reason["message"]


def test_a_poor_worst_origin_is_stated_and_changes_nothing() -> None:
    (finding,) = backtest_findings(report(coverage80_worst=0.59), Level.OCCUPATION)
    assert finding.status is Status.OK
    assert (finding.reason["code"], finding.reason["have"]) == ("backtest_worst_origin", 0.59)
    assert len(backtest_findings(report(coverage80=0.7, coverage80_worst=0.2), Level.OCCUPATION)) == 2


@pytest.mark.parametrize("change", [{"n_interval_origins": 7}, {"n_forecasts": 199}])
def test_coverage_of_few_intervals_is_not_judged(change: dict[str, float]) -> None:
    assert backtest_findings(report(coverage80=0.1, **change), Level.OCCUPATION) == ()


def test_accuracy_at_few_origins_is_not_judged() -> None:
    assert backtest_findings(report(wape=0.9, n_origins=7), Level.OCCUPATION) == ()
