import datetime as dt

import pandas as pd

from data.self_forecast.outcomes import (
    HiringSize,
    hiring_sizes,
    opened_by_quarter,
    shows_an_employer,
    year_to,
)


def test_heads_are_added_up_by_complete_quarter(vacancies):
    frame = vacancies(
        ("甲", dt.date(2026, 1, 5), 2),
        ("甲", dt.date(2026, 3, 31), 3),
        ("甲", dt.date(2026, 2, 1), None),
        ("甲", dt.date(2026, 4, 1), 9),
        ("甲", None, 9),
    )
    (row,) = opened_by_quarter(frame, as_of=dt.date(2026, 6, 29)).to_dict("records")
    assert (row["quarter"], row["heads"], row["unstated"]) == ("2026Q1", 5, 1)


def test_what_has_no_industry_or_occupation_is_kept_apart(vacancies):
    frame = vacancies(("甲", dt.date(2026, 1, 5), 2), code=None, industry=None)
    (row,) = opened_by_quarter(frame, as_of=dt.date(2026, 6, 30)).to_dict("records")
    assert (row["key_industry"], row["occupation_code"]) == ("其他产业", "")


def test_size_is_what_was_opened_in_the_four_quarters_up_to_the_report(opened):
    table = opened(
        ("大", "2025Q2", 60),
        ("大", "2026Q1", 40),
        ("中", "2026Q1", 20),
        ("小", "2026Q1", 19),
        ("小", "2025Q1", 500),
    )
    assert set(year_to(table, "2026Q1")["quarter"]) == {"2025Q2", "2026Q1"}
    assert hiring_sizes(table, "2026Q1") == {
        "大": HiringSize.LARGE,
        "中": HiringSize.MEDIUM,
        "小": HiringSize.SMALL,
    }


def test_few_employers_or_one_above_sixty_percent_show_an_employer():
    assert shows_an_employer(pd.Series([], dtype=float))
    assert shows_an_employer(pd.Series([5.0, 5.0, 0.0]))
    assert shows_an_employer(pd.Series([61.0, 20.0, 19.0]))
    assert not shows_an_employer(pd.Series([60.0, 20.0, 20.0]))
