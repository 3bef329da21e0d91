import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.normalise.resume_dates import find_periods, years_worked

TODAY = dt.date(2026, 4, 1)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2015.07-2018.07", 3.0),
        ("2015年7月—2018年7月", 3.0),
        ("2015 年 7 月 - 2018 年 7 月", 3.0),
        ("2015/07~2018/07", 3.0),
        ("2015-07-2018-07", 3.0),
        ("2015-07-01至2018-07-31", 3.0),
        ("07/2015 - 07/2018", 3.0),
        ("Jul 2015 – July 2018", 3.0),
        ("September 2015 to September 2018", 3.0),
        ("июль 2015 — июль 2018", 3.0),
        ("2015-2018", 3.0),
        ("2015 - 2018 гг.", 3.0),
        ("2023.04至今", 3.0),
        ("2023年4月-现在", 3.0),
        ("04/2023 – Present", 3.0),
        ("апрель 2023 — по настоящее время", 3.0),
    ],
)
def test_a_span_of_time_is_read_in_any_usual_form(text, years):
    (period,) = find_periods(f"某厂 {text} 电工")
    assert years_worked([period], today=TODAY) == years


@pytest.mark.parametrize("text", ["", "2015.07", "电话0417-2015201", "第3-5条", "2018.07-2015.07", "1-2年"])
def test_what_is_no_span_of_time_is_left(text):
    assert find_periods(text) == []
    assert years_worked([], today=TODAY) is None


def test_jobs_at_the_same_time_count_once():
    text = "2010.01-2014.01；2012.01-2016.01；2013.01-2013.06；2018.01-2019.01"
    assert years_worked(find_periods(text), today=TODAY) == 7.0


def test_without_a_day_an_open_job_counts_up_to_the_latest_month_named():
    assert years_worked(find_periods("2010.01至今，2008.01-2012.01"), today=None) == 4.0


def test_more_years_than_a_life_has_are_not_believed():
    assert years_worked(find_periods("1900.01-2020.01"), today=TODAY) is None


@given(
    st.lists(
        st.tuples(st.integers(1980, 2025), st.integers(1, 12), st.integers(0, 60)), min_size=1, max_size=8
    )
)
def test_years_are_the_months_that_any_job_covers(jobs):
    months: set[int] = set()
    parts = []
    for year, month, length in jobs:
        first = year * 12 + month - 1
        last = first + length
        months |= set(range(first, last))
        parts.append(f"{year}.{month:02d}-{last // 12}.{last % 12 + 1:02d}")
    years = years_worked(find_periods("；".join(parts)), today=TODAY)
    assert years == round(len(months) / 12, 1)


@given(st.text("2015.07-至今年月 /Jul", max_size=60))
def test_any_text_is_read_and_every_span_lies_in_it(text):
    for period in find_periods(text):
        assert 0 <= period.start < period.end <= len(text)


def test_a_long_text_is_read_at_once():
    assert find_periods("2015.07-" * 20_000) != []
