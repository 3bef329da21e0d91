import datetime as dt

import pytest

from data.self_forecast import Statistical, employer_record, employer_report
from data.self_forecast.quarters import quarter_span, shift_quarter

FIRST, LAST = "2024Q3", "2026Q2"


@pytest.fixture
def history(reports, vacancies):
    """Three employers that opened 10 a quarter each for two years, and said so a quarter before each time."""
    quarters = [shift_quarter(FIRST, step) for step in range(8)]
    needs = vacancies(
        *((key, quarter_span(quarter)[0], 10) for quarter in quarters for key in ("甲", "乙", "丙"))
    )
    said = reports(
        *(
            {
                "employer_key": key,
                "period": quarter,
                "target_quarter": shift_quarter(quarter, 1),
                "synthetic": True,
            }
            for quarter in quarters
            for key in ("甲", "乙", "丙")
        )
    )
    return said, needs


def report_of(history, statistical, target="2026Q3"):
    said, needs = history
    document = employer_report(
        said, needs, target=target, as_of=dt.date(2026, 6, 30), statistical={(None, None): statistical}
    )
    return document, {(cell["key_industry"], cell["occupation_code"]): cell for cell in document["cells"]}


def test_with_the_better_record_the_forecasts_are_combined(history):
    past = {shift_quarter(LAST, -back): (40.0, 30.0) for back in range(5)}
    _, cells = report_of(history, Statistical(50.0, past=past))
    city = cells[None, None]
    assert (city["likely"], city["scaled"], city["statistical"]["mean"]) == (30, 30.0, 50.0)
    assert (city["combined"]["status"], city["combined"]["value"]) == ("ok", 30.0)
    assert city["level"] == "city"
    assert cells["港口物流", None]["combined"] is None  # no statistical forecast of it


def test_without_a_record_they_stand_beside_each_other(history):
    _, cells = report_of(history, Statistical(50.0, 40.0, 60.0))
    assert cells[None, None]["combined"]["reasons"][0]["code"] == "insufficient_record"
    assert cells[None, None]["statistical"] == {"mean": 50.0, "lo80": 40.0, "hi80": 60.0}


def test_further_ahead_than_the_record_nothing_is_combined(history, reports):
    said, needs = history
    far = said.assign(target_quarter="2026Q4")
    document, cells = report_of((far, needs), Statistical(50.0), target="2026Q4")
    assert document["target_quarter"] == "2026Q4"
    assert cells[None, None]["combined"] is None


def test_a_quarter_that_nobody_reported_on_has_no_cells(history):
    document, cells = report_of(history, Statistical(), target="2027Q1")
    assert cells == {}
    assert "不是统计调查" in document["notes"][0]


def test_the_record_names_no_employer(history):
    said, needs = history
    record = employer_record(said, needs, as_of=dt.date(2026, 6, 30))
    assert record["rows"][0]["wape"] == 0.0
    assert record["judged"] == 21  # the eight reports but the last, of three employers
    assert not any(name in str(record) for name in ("甲", "乙", "丙"))
    document, _ = report_of(history, Statistical(50.0))
    assert not any(name in str(document) for name in ("甲", "乙", "丙"))
