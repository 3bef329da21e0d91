import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import CellError
from data.normalise.validity import Validity, parse_validity

TODAY = dt.date(2026, 4, 1)
POSTED = dt.date(2026, 1, 31)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("至2026年6月", dt.date(2026, 6, 30)),
        ("至2026-06-30止", dt.date(2026, 6, 30)),
        ("2026-01-01至2026-06-30", dt.date(2026, 6, 30)),
        ("30天", dt.date(2026, 3, 2)),
        ("一个月", dt.date(2026, 2, 28)),
        ("有效期：三个月", dt.date(2026, 4, 30)),
        ("半年", dt.date(2026, 7, 31)),
        ("半个月", dt.date(2026, 2, 15)),
        ("2周内", dt.date(2026, 2, 14)),
        ("15个工作日", dt.date(2026, 2, 21)),
        ("一年", dt.date(2027, 1, 31)),
        ("6月", dt.date(2026, 6, 30)),
        ("截止3月15日", dt.date(2026, 3, 15)),
        ("截止1月15日", dt.date(2027, 1, 15)),
        ("2026年", dt.date(2026, 12, 31)),
        ("长期", None),
        ("招满为止", None),
    ],
)
def test_the_last_day_counts_from_the_day_of_publication(text, last):
    assert parse_validity(text, today=TODAY).last_day(POSTED) == last


def test_a_span_without_a_start_has_no_last_day():
    assert parse_validity("30天", today=TODAY).last_day(None) is None
    assert parse_validity("至2026年6月", today=TODAY).last_day(None) == dt.date(2026, 6, 30)
    assert parse_validity("2月29日", today=dt.date(2024, 1, 1)).last_day(dt.date(2025, 1, 1)) == dt.date(
        2025, 2, 28
    )


def test_an_empty_cell_states_nothing():
    assert parse_validity(" -- ", today=TODAY) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("99年", "date_out_of_range"),
        ("0天", "date_out_of_range"),
        ("9999天", "date_out_of_range"),
        ("x", "date_unreadable"),
        ("9" * 99, "date_unreadable"),
    ],
)
def test_what_makes_no_sense_is_refused(text, code):
    with pytest.raises(CellError) as caught:
        parse_validity(text, today=TODAY)
    assert caught.value.code == code


@given(st.integers(1, 3000), st.sampled_from(["{}天", "有效期{}天", "{}日内", "发布后{}天内有效"]))
def test_a_span_of_days_is_read_back(days, form):
    assert parse_validity(form.format(days), today=TODAY) == Validity(days=days)


@given(st.integers(1, 120), st.sampled_from(["{}个月", "{}个月内", "有效期：{}个月"]))
def test_a_span_of_months_is_read_back(months, form):
    assert parse_validity(form.format(months), today=TODAY) == Validity(months=months)


@given(
    st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31)),
    st.sampled_from(["至{:%Y-%m-%d}", "{:%Y年%m月%d日}止"]),
)
def test_a_day_is_read_back(day, form):
    assert parse_validity(form.format(day), today=TODAY).until == day
