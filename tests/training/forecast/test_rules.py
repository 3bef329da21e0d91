from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from training.forecast.demand import Floats
from training.forecast.rules import (
    CellEvidence,
    Finding,
    ReasonCode,
    Status,
    cell_findings,
    city_findings,
    level_ratios,
    months_needed,
    overall_status,
)
from training.forecast.season import Calendar, seasonal_index

GOOD = CellEvidence(
    own_months=36, nonzero_months=36, volume=80, n_origins=21, n_residuals=500, imputed_share=0
)
LAST = dt.date(2026, 3, 1)


def city(
    total: Floats,
    *,
    horizon: int = 3,
    as_of: dt.date = dt.date(2026, 4, 10),
    last: dt.date | None = LAST,
    release_break: bool = False,
) -> tuple[Finding, ...]:
    calendar = Calendar(dt.date(2023, 1, 1))
    return city_findings(
        total,
        seasonal_index(total, calendar),
        calendar=calendar,
        horizon=horizon,
        last_month=last,
        as_of=as_of,
        release_break=release_break,
    )


def summary(findings: tuple[Finding, ...]) -> list[tuple[Status, str, float, float]]:
    return [(status, reason["code"], reason["have"], reason["need"]) for status, reason in findings]


def test_a_steady_city_passes() -> None:
    assert city(np.full(24, 100.0)) == ()


@pytest.mark.parametrize(
    ("months", "horizon", "expected"),
    [
        (0, 3, (Status.REFUSED, "insufficient_history", 0, 12)),
        (11, 1, (Status.REFUSED, "insufficient_history", 11, 12)),
        (12, 3, (Status.INDICATIVE, "no_season_index", 12, 24)),
        (23, 1, (Status.INDICATIVE, "no_season_index", 23, 24)),
        (23, 4, (Status.REFUSED, "horizon_not_supported", 23, 26)),
        (25, 6, (Status.REFUSED, "horizon_not_supported", 25, 26)),
        (35, 12, (Status.REFUSED, "horizon_not_supported", 35, 36)),
        (90, 13, (Status.REFUSED, "horizon_not_supported", 13, 12)),
    ],
)
def test_the_city_needs_history_for_its_horizon(
    months: int, horizon: int, expected: tuple[Status, str, float, float]
) -> None:
    assert summary(city(np.full(months, 100.0), horizon=horizon)) == [expected]


@pytest.mark.parametrize(("months", "horizon"), [(24, 3), (26, 6), (36, 7), (36, 12)])
def test_enough_history_is_enough(months: int, horizon: int) -> None:
    assert months_needed(horizon) == months
    assert city(np.full(months, 100.0), horizon=horizon) == ()


def test_data_may_be_45_days_old() -> None:
    assert city(np.full(24, 100.0), as_of=dt.date(2026, 5, 15)) == ()
    stale = city(np.full(24, 100.0), as_of=dt.date(2026, 5, 16))
    assert summary(stale) == [(Status.REFUSED, "stale_data", 46, 45)]
    assert "2026-03" in stale[0].reason["message"]


def test_without_months_only_the_history_is_missing() -> None:
    assert [code for _, code, *_ in summary(city(np.array([]), last=None))] == ["insufficient_history"]


def test_a_jump_of_the_city_holds_the_run_until_a_person_releases_it() -> None:
    total = np.full(36, 100.0)
    total[-2:] = 170
    held = summary(city(total))
    assert [(status, code) for status, code, *_ in held] == [(Status.REFUSED, "structural_break")]
    assert held[0][2] > held[0][3] == 0.4
    released = city(total, release_break=True)
    assert [(status, code) for status, code, *_ in summary(released)] == [
        (Status.INDICATIVE, "structural_break")
    ]
    assert "放行" in released[0].reason["message"]


def test_an_old_jump_and_a_small_one_are_no_break() -> None:
    total = np.full(36, 100.0)
    total[-9:] = 170
    assert city(total) == ()
    total = np.full(36, 100.0)
    total[-2:] = 125
    assert city(total) == ()


def test_the_season_is_no_break() -> None:
    total = np.tile([60.0, 60, 140, 120, 100, 100, 100, 100, 110, 110, 100, 100], 5)[:-9]
    assert city(total) == ()


def test_a_month_without_any_demand_is_a_break_even_without_an_index() -> None:
    total = np.full(20, 100.0)
    total[-3] = 0
    findings = summary(city(total))
    assert [code for _, code, *_ in findings] == ["no_season_index", "structural_break"]
    assert overall_status(city(total)) is Status.REFUSED
    total = np.tile([50.0, 150.0], 10)  # swings that only a season could explain
    assert [code for _, code, *_ in summary(city(total))] == ["no_season_index"]


def test_a_good_cell_passes() -> None:
    assert cell_findings(GOOD) == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"own_months": 5}, [(Status.REFUSED, "insufficient_history", 5, 6)]),
        ({"nonzero_months": 2}, [(Status.REFUSED, "insufficient_history", 2, 3)]),
        ({"volume": 19.9}, [(Status.REFUSED, "below_publication_volume", 19.9, 20)]),
        ({"volume": 19.96}, [(Status.REFUSED, "below_publication_volume", 19.9, 20)]),
        ({"volume": 20.0}, [(Status.INDICATIVE, "below_publication_volume", 20, 50)]),
        ({"volume": 50.0}, []),
        ({"n_origins": 7}, [(Status.INDICATIVE, "uncalibrated", 7, 8)]),
        ({"n_residuals": 199}, [(Status.INDICATIVE, "uncalibrated", 199, 200)]),
        ({"n_residuals": 200}, []),
        ({"n_origins": 8}, [(Status.OK, "interval95_uncalibrated", 8, 19)]),
        ({"n_origins": 18}, [(Status.OK, "interval95_uncalibrated", 18, 19)]),
        ({"n_origins": 19}, []),
        ({"imputed_share": 0.5}, []),
        ({"imputed_share": 0.51}, [(Status.INDICATIVE, "mostly_imputed", 0.51, 0.5)]),
        ({"level_ratio": 3.0}, []),
        ({"level_ratio": 3.01}, [(Status.INDICATIVE, "series_break", 3.01, 3)]),
        ({"level_ratio": 0.0}, [(Status.INDICATIVE, "series_break", 0, 3)]),
        # Between 20 and 50 heads only the interval is shown: without one there is nothing to show.
        (
            {"volume": 30.0, "n_residuals": 199},
            [
                (Status.INDICATIVE, "below_publication_volume", 30, 50),
                (Status.REFUSED, "uncalibrated", 199, 200),
            ],
        ),
        # A refusal is not followed by lesser worries.
        (
            {"own_months": 1, "volume": 1.0, "n_origins": 0, "imputed_share": 1.0},
            [
                (Status.REFUSED, "insufficient_history", 1, 6),
                (Status.REFUSED, "below_publication_volume", 1, 20),
            ],
        ),
    ],
)
def test_a_cell_is_judged_by_its_evidence(
    change: dict[str, float], expected: list[tuple[Status, str, float, float]]
) -> None:
    assert summary(cell_findings(GOOD._replace(**change))) == expected  # type: ignore[arg-type]


def test_a_jump_of_a_series_is_believed_where_chance_cannot_explain_it() -> None:
    matrix = np.ones((5, 18))
    matrix[0] *= 100
    matrix[0, -3:] = 400  # four times as much
    matrix[1, -3:] = 4  # 3 more, three standard deviations are 3·√(4/3 + 1/12) = 3.6
    matrix[2] *= 50
    matrix[2, -3:] = 0
    matrix[3, :-3], matrix[3, -3:] = 0, 60
    assert level_ratios(matrix).tolist() == [4.0, 1.0, 0.0, float("inf"), 1.0]
    assert level_ratios(matrix[:, :14]).tolist() == [1.0] * 5


def test_the_strictest_status_counts() -> None:
    indicative, fine = cell_findings(GOOD._replace(volume=30, n_origins=8))
    refused = cell_findings(GOOD._replace(volume=3))[0]
    assert overall_status(()) is Status.OK
    assert overall_status((fine,)) is Status.OK
    assert overall_status((fine, indicative)) is Status.INDICATIVE
    assert overall_status((refused, indicative)) is Status.REFUSED


def test_every_message_is_chinese_and_names_what_there_is() -> None:
    findings = [
        *cell_findings(GOOD._replace(volume=30, n_residuals=17)),
        *city(np.full(13, 100.0)),
        *city(np.full(25, 100.0), horizon=6),
    ]
    for finding in findings:
        message = finding.reason["message"]
        assert any("一" <= letter <= "鿿" for letter in message)
        assert f"{finding.reason['have']:g}" in message
        assert finding.reason["code"] in list(ReasonCode)
