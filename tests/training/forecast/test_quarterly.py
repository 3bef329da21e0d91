import datetime as dt

import pandas as pd
import pytest

from training.forecast.quarterly import quarterly_forecast


@pytest.fixture
def vacancies():
    """120 heads of three employers on the first of every month of three years, half in no key industry."""
    return pd.DataFrame(
        [
            {
                "vacancy_id": f"{year}-{month}-{part}-{name}", "opened_on": dt.date(year, month, 1),
                "heads": 20.0, "employer_key": name, "key_industry": part, "occupation_code": "6-18-02-04",
                "synthetic": False,
            }
            for year in (2023, 2024, 2025)
            for month in range(1, 13)
            for part in ("港口物流", None)
            for name in "甲乙丙"
        ]
    )  # fmt: skip


def test_a_quarter_is_forecast_from_what_was_known_when_it_began(vacancies):
    later = vacancies.assign(
        heads=vacancies["heads"].where(vacancies["opened_on"] < dt.date(2025, 10, 1), 999.0)
    )
    found = quarterly_forecast(later, target="2025Q4", as_of=dt.date(2025, 12, 31))
    city = found[None, None]
    assert city.mean == pytest.approx(360, abs=1)
    assert city.past["2025Q3"] == (pytest.approx(360, abs=1), 360.0)
    assert "2025Q4" not in city.past
    assert found["其他产业", None].mean == pytest.approx(180, abs=1)
    assert set(found) >= {("港口物流", None), ("港口物流", "6-18-02-04")}


def test_a_quarter_further_ahead_has_a_figure_and_no_interval(vacancies):
    found = quarterly_forecast(vacancies, target="2026Q2", as_of=dt.date(2025, 12, 31))
    assert found[None, None].mean == pytest.approx(360, abs=1)
    assert found[None, None].lo80 is None


@pytest.mark.parametrize(("target", "day"), [("2027Q2", "2025-12-31"), ("2023Q1", "2025-12-31")])
def test_what_lies_too_far_off_or_before_the_data_has_none(vacancies, target, day):
    assert quarterly_forecast(vacancies, target=target, as_of=dt.date.fromisoformat(day)) == {}


def test_what_the_rules_refuse_has_no_figure(vacancies):
    short = vacancies[vacancies["opened_on"] >= dt.date(2025, 7, 1)]
    found = quarterly_forecast(short, target="2026Q1", as_of=dt.date(2025, 12, 31))
    assert found[None, None].mean is None
    assert found[None, None].past == {}


def test_a_confidential_cell_has_neither_a_figure_nor_a_past(vacancies):
    # One employer of the port has all its heads: the port is hidden, and the rest that would give it away.
    port = vacancies["key_industry"] == "港口物流"
    one = vacancies.assign(employer_key=vacancies["employer_key"].where(~port, "丁"))
    found = quarterly_forecast(one, target="2026Q1", as_of=dt.date(2025, 12, 31))
    assert found[None, None].mean == pytest.approx(360, abs=1)
    for name in (("港口物流", None), ("港口物流", "6-18-02-04"), ("其他产业", None)):
        assert (found[name].mean, dict(found[name].past)) == (None, {})
