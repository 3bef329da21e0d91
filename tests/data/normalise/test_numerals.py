import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.normalise.numerals import read_number, with_digits

_DIGITS = "零一二三四五六七八九"


def _written(value: int) -> str:
    """Write a number below 一万 the long way: 305 as 三百零五."""
    if value == 0:
        return "零"
    text, skipped = "", False
    for step, mark in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // step % 10
        if digit:
            text += ("零" if skipped and text else "") + _DIGITS[digit] + mark
            skipped = False
        else:
            skipped = True
    return text


@given(st.integers(min_value=0, max_value=9999))
def test_a_written_number_is_read_back(value):
    assert read_number(_written(value)) == value


@given(st.integers(min_value=1, max_value=9999), st.integers(min_value=1000, max_value=9999))
def test_a_written_number_above_ten_thousand_is_read_back(high, low):
    assert read_number(f"{_written(high)}万{_written(low)}") == high * 10_000 + low


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("十二", 12),
        ("两千", 2000),
        ("三千五", 3500),
        ("一万二", 12_000),
        ("一百五", 150),
        ("一万零五百", 10_500),
        ("二十万", 200_000),
    ],
)
def test_numbers_are_read_as_people_say_them(text, value):
    assert read_number(text) == value


@pytest.mark.parametrize("text", ["", "万", "一二", "十十", "三百千", "多"])
def test_what_is_no_number_is_none(text):
    assert read_number(text) is None


def test_round_thousands_stay_units_so_that_a_range_can_share_them():
    assert with_digits("六到八千元，一万二左右，百分之五") == "6到8千元，12000左右，百分之5"


def test_a_run_that_is_no_number_stays_as_it_is():
    assert with_digits("一二三四") == "一二三四"
