import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import CellError
from data.normalise.dates import parse_date

TODAY = dt.date(2024, 6, 15)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-09-08", dt.date(2023, 9, 8)),
        ("2024/3/1", dt.date(2024, 3, 1)),
        ("2024.3.1", dt.date(2024, 3, 1)),
        ("20240301", dt.date(2024, 3, 1)),
        ("2024年3月5日", dt.date(2024, 3, 5)),
        ("二〇二四年三月五日", dt.date(2024, 3, 5)),
        ("2022-12-31 00:00", dt.date(2022, 12, 31)),
        ("2022-09", dt.date(2022, 9, 1)),
        ("2024年3月", dt.date(2024, 3, 1)),
        ("2024年3月中旬", dt.date(2024, 3, 11)),
        ("2024年底", dt.date(2024, 12, 31)),
        ("2025", dt.date(2025, 1, 1)),
        ("45200", dt.date(2023, 10, 1)),
        ("45200.5", dt.date(2023, 10, 1)),
        ("3月15日", dt.date(2024, 3, 15)),
        ("2月29日", dt.date(2024, 2, 29)),
        ("12月25日前", dt.date(2024, 12, 25)),
        ("3月底", dt.date(2024, 3, 31)),
        ("随时到岗", TODAY),
        ("3天前", dt.date(2024, 6, 12)),
        ("一周内", dt.date(2024, 6, 22)),
        ("2024-03-01至2024-06-30", dt.date(2024, 3, 1)),
    ],
)
def test_a_day_is_read(text, day):
    assert parse_date(text, today=TODAY) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024年2月", dt.date(2024, 2, 29)),
        ("2025", dt.date(2025, 12, 31)),
        ("2024-03-01至2024-06-30", dt.date(2024, 6, 30)),
        ("5月", dt.date(2025, 5, 31)),
        ("2023-09-08", dt.date(2023, 9, 8)),
    ],
)
def test_the_end_of_a_span_is_its_last_day(text, day):
    assert parse_date(text, today=TODAY, end=True) == day


@pytest.mark.parametrize("text", ["", "无", "长期", "招满为止", "长期有效", "尽快", "面议"])
def test_no_set_day_is_none(text):
    assert parse_date(text, today=TODAY) is None


def test_dates_and_date_times_are_taken_as_they_are():
    assert parse_date(dt.date(2024, 1, 2), today=TODAY) == dt.date(2024, 1, 2)
    assert parse_date(dt.datetime(2024, 1, 2, 3, 4), today=TODAY) == dt.date(2024, 1, 2)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2024年2月30日", "date_unreadable"),
        ("2024-13", "date_unreadable"),
        ("2月30日", "date_unreadable"),
        ("abc", "date_unreadable"),
        ("13", "date_unreadable"),
        ("长期" * 40, "date_unreadable"),
        ("2099-01-01", "date_out_of_range"),
        ("1985-01-01", "date_out_of_range"),
    ],
)
def test_what_is_no_day_is_refused(text, code):
    with pytest.raises(CellError) as caught:
        parse_date(text, today=TODAY)
    assert caught.value.code == code


@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2034, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "%Y.%m.%d", "%Y-%m-%d %H:%M:%S"]),
)
def test_a_written_day_is_read_back(day, form):
    assert parse_date(day.strftime(form), today=TODAY) == day


@settings(deadline=None)
@given(
    st.text() | st.text(alphabet="0123456789-/.年月日底前内个天周上中下旬初二〇", max_size=16), st.booleans()
)
def test_no_text_crashes_the_parser(text, end):
    try:
        parse_date(text, today=TODAY, end=end)
    except CellError as error:
        assert error.code.startswith("date_")


@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2035, 12, 31)),
    st.sampled_from(
        [
            "{:%Y-%m-%d}",
            "{:%Y/%m/%d}",
            "{:%Y.%m.%d}",
            "{:%Y年%m月%d日}",
            "{:%Y%m%d}",
            "{:%Y %m %d}",
            "{:%d.%m.%Y}",
        ]
    ),
)
def test_a_day_is_read_back_from_any_notation(day, form):
    assert parse_date(form.format(day), today=dt.date(2026, 4, 1)) == day


@given(st.dates(dt.date(2000, 1, 1), dt.date(2035, 12, 31)))
def test_a_month_is_its_first_day_and_for_an_end_its_last(day):
    first = parse_date(f"{day:%Y年%m月}", today=dt.date(2026, 4, 1))
    last = parse_date(f"{day:%Y年%m月}", today=dt.date(2026, 4, 1), end=True)
    assert first == day.replace(day=1)
    assert (last + dt.timedelta(days=1)).day == 1
    assert first <= day <= last


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026年第三季度", (7, 1), (9, 30)),
        ("2026年上半年", (1, 1), (6, 30)),
        ("2026年下半年", (7, 1), (12, 31)),
    ],
)
def test_a_part_of_a_year_has_a_first_and_a_last_day(text, first, last):
    today = dt.date(2026, 4, 1)
    assert parse_date(text, today=today) == dt.date(2026, *first)
    assert parse_date(text, today=today, end=True) == dt.date(2026, *last)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("24年3月", dt.date(2024, 3, 1)),
        ("15/03/2026", dt.date(2026, 3, 15)),
        ("03/15/2026", dt.date(2026, 3, 15)),
        ("昨天", dt.date(2026, 3, 31)),
        ("后天", dt.date(2026, 4, 3)),
        ("5小时前", dt.date(2026, 4, 1)),
        ("月底", dt.date(2026, 4, 30)),
        ("年底", dt.date(2026, 12, 31)),
    ],
)
def test_less_common_days_are_read(text, day):
    assert parse_date(text, today=dt.date(2026, 4, 1)) == day


@pytest.mark.parametrize("text", ["03/04/2026", "Mar 15, 2026", "2026-13-45 12", "下月底"])
def test_a_day_that_cannot_be_told_is_not_guessed(text):
    with pytest.raises(CellError) as caught:
        parse_date(text, today=dt.date(2026, 4, 1))
    assert caught.value.code == "date_unreadable"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3月5日", dt.date(2026, 3, 5)),
        ("12月5日", dt.date(2025, 12, 5)),
        ("2027-01-01", dt.date(2027, 1, 1)),
        ("2月29日", dt.date(2028, 2, 29)),
    ],
)
def test_a_day_that_has_been_lies_in_the_past_unless_its_year_is_stated(text, day):
    today = dt.date(2028, 3, 1) if "29" in text else dt.date(2026, 11, 21)
    assert parse_date(text, today=today, past=True) == day
