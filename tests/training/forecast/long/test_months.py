"""Months as long tables state them."""

from __future__ import annotations

import datetime as dt

import pytest

from training.forecast.long.months import month_number, parse_month

JUNE = month_number(dt.date(2023, 6, 1))


@pytest.mark.parametrize(
    "text",
    [
        "2023-06", "2023-6", " 2023-06 ", "2023/06", "2023/6/15", "2023-06-15", "2023-06-15 08:30:00",
        "2023-06-01T00:00:00Z", "2023-06-01 00:00:00.000000000", "2023年6月", "2023年06月", "2023 年 6 月",
        "2023年6月15日", "２０２３年６月", "202306", "202306.0", "20230601", "2023.06", "2023.06.01",
    ],
)  # fmt: skip
def test_one_month_in_its_usual_spellings(text):
    assert parse_month(text) == JUNE


@pytest.mark.parametrize(
    "text",
    [
        "", "六月", "2023", "2023-13", "2023-00", "202313", "2023-02-30", "2023.6", "2023.1", "23-06",
        "06/2023", "今天", "3天前", "2023年6月至7月", "2023-06,2023-07", "1812-06", "2023-06-15-20", "45078",
        "9" * 60,
    ],
)  # fmt: skip
def test_what_would_have_to_be_guessed_is_not_read(text):
    assert parse_month(text) is None
