import datetime as dt

from data.self_forecast.cells import current_reports, employer_cells
from data.self_forecast.outcomes import HiringSize

NONE = dict.fromkeys(HiringSize, 1.0)


def cells_of(current, opened, day, factors=NONE):
    return {cell.name: cell for cell in employer_cells(current, opened, as_of=day, factors=factors)}


def test_the_newest_report_in_time_speaks_for_an_employer(reports):
    rows = reports(
        {"target_quarter": "2026Q3", "likely": 1},
        {"target_quarter": "2026Q3", "period": "2026Q2", "likely": 2},
        {"target_quarter": "2026Q4", "likely": 9},
    )
    assert current_reports(rows, target="2026Q3", until="2026Q2")["likely"].tolist() == [2]
    assert current_reports(rows, target="2026Q3", until="2026Q1")["likely"].tolist() == [1]


def test_a_sum_comes_with_its_share_and_is_scaled_to_all_employers(reports, opened, day):
    current = reports(*({"employer_key": key} for key in "甲乙丙"))
    year = opened(("甲", "2026Q1", 20), ("乙", "2026Q2", 20), ("丙", "2025Q3", 20), ("丁", "2026Q2", 40))
    found = cells_of(current, year, day, NONE | {HiringSize.MEDIUM: 0.5})
    city = found[None, None]
    # the three opened 60 of 100 and expect 30, by their record 15: 25 for everybody
    assert (city.employers, city.low, city.likely, city.high) == (3, 0, 30, 60)
    assert (city.corrected, city.response_share, city.scaled) == (15.0, 0.6, 25.0)
    assert city.reasons == ()
    assert found["港口物流", "6-18-02-04"].likely == 30


def test_below_thirty_percent_nothing_is_scaled(reports, opened, day):
    current = reports(*({"employer_key": key} for key in "甲乙丙"))
    found = cells_of(current, opened(("甲", "2026Q2", 29), ("丁", "2026Q2", 71)), day)
    city = found[None, None]
    assert (city.status, city.likely, city.response_share, city.scaled) == ("ok", 30, 0.29, None)
    assert city.reasons[0]["code"] == "low_response_share"
    assert cells_of(current, opened(), day)[None, None].response_share == 0.0


def test_only_the_four_complete_quarters_count(reports, opened):
    current = reports(*({"employer_key": key} for key in "甲乙丙"))
    year = opened(("甲", "2026Q1", 10), ("丁", "2025Q1", 90))
    # on 30 June the second quarter is complete, a day earlier the first of 2025 still counts
    assert cells_of(current, year, dt.date(2026, 6, 30))[None, None].response_share == 1.0
    assert cells_of(current, year, dt.date(2026, 6, 29))[None, None].response_share == 1.0
    assert cells_of(current, year, dt.date(2026, 3, 30))[None, None].response_share == 0.0


def test_few_employers_or_a_dominant_one_are_hidden(reports, opened, day):
    two = cells_of(reports({}, {"employer_key": "乙"}), opened(), day)
    assert {cell.status for cell in two.values()} == {"refused"}
    big = reports({"likely": 19, "high": 70}, *({"employer_key": key} for key in "乙丙"))
    assert {cell.status for cell in cells_of(big, opened(), day).values()} == {"refused"}
    assert {cell.likely for cell in cells_of(big, opened(), day).values()} == {None}


def test_nothing_hidden_follows_from_what_is_shown(reports, opened, day):
    rows = [
        {"key_industry": industry, "occupation_code": code, "employer_key": key}
        for industry, code, keys in (
            ("港口物流", "a", "甲"),  # hidden: one employer
            ("港口物流", "b", "甲乙丙"),  # hidden with it, else the industry tells
            ("港口物流", "c", "甲乙丙丁"),
            ("新能源", "d", "戊己庚"),
            ("新能源", "e", "戊"),  # hidden, and with it d and the whole
        )
        for key in keys
    ]
    found = cells_of(reports(*rows), opened(), day)
    shown = {name for name, cell in found.items() if cell.status == "ok"}
    assert shown == {(None, None), ("港口物流", None), ("港口物流", "c"), ("新能源", None)}


def test_an_industry_of_one_hidden_occupation_takes_another_industry_with_it(reports, opened, day):
    rows = [
        {"key_industry": industry, "occupation_code": code, "employer_key": key}
        for industry, code, keys in (
            ("新能源", "a", "甲"),
            ("港口物流", "b", "甲乙丙"),
            ("港口物流", "c", "甲乙丙丁"),
            ("数字经济", "d", "甲乙丙丁戊"),
        )
        for key in keys
    ]
    found = cells_of(reports(*rows), opened(), day)
    assert found["新能源", None].status == "refused"
    # the smallest other industry goes too, and one of its occupations, so that their sum does not tell it
    refused = {name for name, cell in found.items() if cell.status == "refused"}
    assert ("数字经济", None) in refused
    assert ("数字经济", "d") in refused
    assert found[None, None].status == "ok"


def test_without_reports_there_are_no_cells(reports, opened, day):
    assert employer_cells(reports(), opened(), as_of=day, factors=NONE) == ()
