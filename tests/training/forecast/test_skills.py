"""Forecasts by skill."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from data.reference import skill_names
from training.forecast.breaks import Break, BreakKind
from training.forecast.demand_series import DemandSeries, series_of
from training.forecast.skills import LEVEL, METHOD, forecast_skills

AS_OF = dt.date(2026, 1, 31)
MONTHS = pd.period_range("2023-02", "2026-01", freq="M")
WANTED = [f"S{n:04}" for n in range(1, 15)]
SMALL, LONELY, NEW = "S0015", "S0016", "没有名字"
PLAIN = {
    "posting_ids": (), "employer": "", "employer_is_agency": False, "title": "焊工", "occupation_name": "",
    "place_code": "210800", "start_by": None, "salary_low": None, "salary_high": None, "education": None,
    "skill_level": None, "experience_low": None, "experience_high": None, "skills": (), "duties": "",
    "majors": (), "engagement": (), "synthetic": True, "occupation_code": "A", "key_industry": "镁材料",
    "heads": 2.0, "closed_on": None, "valid_until": None, "outcome": "未知",
}  # fmt: skip


def needs(*, n_months: int = 36) -> pd.DataFrame:
    """Every month 120 vacancies; the n-th wanted skill is asked for by about 60 + n of them.

    A small skill is asked for by three a month, one by forty of a single employer, and one only once.
    """
    rows = []
    for place, period in enumerate(MONTHS[-n_months:]):
        opened = dt.date(period.year, period.month, 9)
        for n in range(120):
            skills = [code for rank, code in enumerate(WANTED) if n < 60 + rank + (place * 7 + rank * 3) % 5]
            skills += [SMALL] if n < 3 else []
            skills += [LONELY] if n >= 80 else []
            skills += [NEW] if n == 0 and period == MONTHS[-1] else []
            rows.append((opened, "独家" if n >= 80 else f"单位{n % 7}", tuple(skills)))
    frame = pd.DataFrame(rows, columns=["opened_on", "employer_key", "skill_codes"])
    plain: dict[str, Any] = {name: [value] * len(frame) for name, value in PLAIN.items()}
    return frame.assign(vacancy_id=[f"v{n}" for n in range(len(frame))], **plain)


def counted(frame: pd.DataFrame, *, as_of: dt.date = AS_OF) -> DemandSeries:
    adverts = frame[["vacancy_id", "opened_on"]].rename(columns={"opened_on": "posted_on"})
    return series_of(frame, adverts.assign(source="甲网", posting_id=frame["vacancy_id"]), as_of=as_of)


@pytest.fixture(scope="module")
def vacancies() -> pd.DataFrame:
    return needs()


@pytest.fixture(scope="module")
def series(vacancies: pd.DataFrame) -> DemandSeries:
    return counted(vacancies)


@pytest.fixture(scope="module")
def found(series: DemandSeries, vacancies: pd.DataFrame) -> dict[str, Any]:
    return forecast_skills(series, vacancies, horizon=3)


def row(found: dict[str, Any], code: str) -> dict[str, Any]:
    own: dict[str, Any]
    (own,) = [each for each in found["rows"] if each["skill_code"] == code]
    return own


def test_a_wanted_skill_has_a_sum_months_intervals_and_its_name(found: dict[str, Any]) -> None:
    own = row(found, WANTED[0])  # 60 to 64 a month
    assert own["name"] == skill_names()[WANTED[0]]
    assert 180 <= own["mean"] <= 192
    assert own["lo95"] <= own["lo80"] <= own["mean"] <= own["hi80"] <= own["hi95"]
    assert own["mean"] == pytest.approx(sum(month["mean"] for month in own["months"]))
    assert [month["month"] for month in own["months"]] == ["2026-02-01", "2026-03-01", "2026-04-01"]
    assert own["volume"] == pytest.approx(62, abs=1)
    assert own["status"] in ("ok", "indicative")
    assert own["n_origins"] >= 19


def test_the_most_wanted_comes_first_and_the_back_test_with_it(found: dict[str, Any]) -> None:
    volumes = [each["volume"] for each in found["rows"] if each["volume"] is not None]
    assert volumes == sorted(volumes, reverse=True)
    assert {each["level"] for each in found["backtest"]} == {LEVEL}
    assert {"sum", "month3"} <= {each["target"] for each in found["backtest"]}
    assert (found["method"], found["horizon"]) == (METHOD, 3)


def test_a_small_skill_is_refused_in_vacancies_and_not_in_heads(found: dict[str, Any]) -> None:
    own = row(found, SMALL)
    assert (own["status"], own["mean"], own["months"]) == ("refused", None, [])
    (reason,) = own["reasons"]
    assert (reason["code"], reason["have"], reason["need"]) == ("below_publication_volume", 3, 20)
    assert reason["message"] == "月均 3 条需求提到此项能力，低于 20 条，不发布"


def test_a_skill_of_one_employer_is_confidential_and_last(found: dict[str, Any]) -> None:
    own = row(found, LONELY)
    assert [reason["code"] for reason in own["reasons"]] == ["confidential"]
    assert (own["mean"], own["volume"]) == (None, None)
    assert {each["skill_code"] for each in found["rows"][-2:]} == {LONELY, NEW}


def test_a_skill_seen_once_is_refused_and_keeps_its_code_for_a_name(
    series: DemandSeries, vacancies: pd.DataFrame
) -> None:
    asked = vacancies["opened_on"] == vacancies["opened_on"].max()
    codes = vacancies["skill_codes"].where(~asked, vacancies["skill_codes"].map(lambda own: (*own, NEW)))
    wider = vacancies.assign(
        skill_codes=codes.where(vacancies["employer_key"] != "独家", vacancies["skill_codes"])
    )
    own = row(forecast_skills(counted(wider), wider, horizon=1), NEW)
    assert own["name"] == NEW
    assert {reason["code"] for reason in own["reasons"]} == {"insufficient_history"}


def test_a_skill_between_20_and_50_is_only_indicative(vacancies: pd.DataFrame) -> None:
    many = vacancies.assign(employer_key=[f"单位{n % 9}" for n in range(len(vacancies))])
    own = row(forecast_skills(counted(many), many, horizon=3), LONELY)
    assert own["status"] == "indicative"
    assert own["mean"] == pytest.approx(120, abs=3)
    assert "月均 40 条需求提到此项能力，低于 50 条，只看区间，不参与排名" in [
        reason["message"] for reason in own["reasons"]
    ]


def test_what_holds_the_city_refuses_every_skill(series: DemandSeries, vacancies: pd.DataFrame) -> None:
    linked = Break(dt.date(2025, 12, 1), BreakKind.LEVEL_LINKED, "甲网", 1.4, "来源变动")
    moved = replace(series, coverage=replace(series.coverage, breaks=(linked,)))
    held = forecast_skills(moved, vacancies, horizon=1)["rows"]
    assert {each["reasons"][0]["code"] for each in held} == {"structural_break"}
    assert {each["mean"] for each in held} == {None}
    released = forecast_skills(moved, vacancies, horizon=1, release_break=True)
    own = row(released, WANTED[0])
    assert own["status"] == "indicative"
    assert own["mean"] is not None


def test_a_year_and_more_is_not_forecast(series: DemandSeries, vacancies: pd.DataFrame) -> None:
    rows = forecast_skills(series, vacancies, horizon=13)
    assert rows["backtest"] == []
    assert {each["reasons"][0]["code"] for each in rows["rows"]} == {"horizon_not_supported"}


def test_a_short_record_has_no_figures(vacancies: pd.DataFrame) -> None:
    short = needs(n_months=8)
    held = forecast_skills(counted(short), short, horizon=1)["rows"]
    assert {each["status"] for each in held} == {"refused"}


def test_without_skills_there_are_no_rows(vacancies: pd.DataFrame) -> None:
    bare = vacancies.assign(skill_codes=pd.Series([()] * len(vacancies), dtype=object))
    found = forecast_skills(counted(bare), bare, horizon=3)
    assert (found["rows"], found["backtest"]) == ([], [])


def test_without_a_complete_month_there_is_nothing_to_say(vacancies: pd.DataFrame) -> None:
    young = vacancies[vacancies["opened_on"] == vacancies["opened_on"].max()]
    found = forecast_skills(counted(young, as_of=dt.date(2026, 1, 20)), young, horizon=3)
    assert found["rows"] == []
