from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from data.synthetic.notation import Stated, date_text, experience_text, heads_text, list_text, pay_text


def pays(pay: tuple[int, int], *, daily: bool = False, count: int = 3000) -> dict[str, Stated]:
    rng = np.random.default_rng(1)
    return {stated.text: stated for stated in (pay_text(rng, pay, daily=daily) for _ in range(count))}


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("8千-1.2万/月", 8000, 12000),
        ("8000-12000元/月", 8000, 12000),
        ("8000-12000", 8000, 12000),
        ("8-12K", 8000, 12000),
        ("8k-12k/月", 8000, 12000),
        ("月薪8000～12000元", 8000, 12000),
        ("年薪9.6-14.4万", 8000, 12000),
        ("8-12K·13薪", 8000 * 13 / 12, 13000),
        ("８０００－１２０００元", 8000, 12000),
        ("8K起", 8000, None),
        ("10000元/月", 10000, 10000),
        ("税后8000-12000元", 8000, 12000),
        ("面议", None, None),
    ],
)
def test_one_pay_is_written_in_many_ways_and_each_states_its_range(
    text: str, low: float | None, high: float | None
) -> None:
    stated = pays((8000, 12000))[text]
    assert stated.low == pytest.approx(low) if low else stated.low is None
    assert stated.high == pytest.approx(high) if high else stated.high is None


def test_pay_below_and_above_ten_thousand_uses_one_unit() -> None:
    assert pays((6500, 9000))["6.5-9千/月"].high == 9000
    assert pays((10000, 15000))["1-1.5万/月"].low == 10000
    assert pays((6500, 9000))["6500元以上"].high is None


def test_a_daily_sum_counts_twenty_one_and_three_quarter_days() -> None:
    stated = pays((5000, 7000), daily=True)["230-320元/天"]
    assert stated.low == pytest.approx(230 * 21.75)
    assert stated.high == pytest.approx(320 * 21.75)
    assert not [text for text in pays((5000, 7000)) if "天" in text]


def test_a_tenth_of_the_postings_leaves_pay_open() -> None:
    rng = np.random.default_rng(2)
    drawn = [pay_text(rng, (5000, 7000), daily=False) for _ in range(3000)]
    assert np.mean([stated.low is None for stated in drawn]) == pytest.approx(0.10, abs=0.02)


def test_experience_states_what_its_text_says() -> None:
    rng = np.random.default_rng(3)
    open_ended = {experience_text(rng, (2, None)) for _ in range(200)}
    assert Stated("2年以上", 2.0, None) in open_ended
    assert Stated("两年以上", 2.0, None) in open_ended
    ranges = {experience_text(rng, (3, 5)) for _ in range(100)}
    assert Stated("3-5年", 3.0, 5.0) in ranges


def test_no_experience_is_either_said_or_left_out() -> None:
    rng = np.random.default_rng(4)
    drawn = {experience_text(rng, (0, None)) for _ in range(200)}
    assert Stated("", None, None) in drawn
    assert Stated("不限", 0.0, None) in drawn


def test_six_in_a_hundred_headcounts_state_no_number() -> None:
    rng = np.random.default_rng(5)
    drawn = [heads_text(rng, 3) for _ in range(3000)]
    assert np.mean([stated.low is None for stated in drawn]) == pytest.approx(0.06, abs=0.015)
    assert {stated.text for stated in drawn if stated.low} == {"3", "3人", "招3人", "3名"}
    assert all("若干" in stated.text for stated in drawn if stated.low is None)


@pytest.mark.parametrize(
    ("style", "text"),
    [("iso", "2026-03-05"), ("slash", "2026/3/5"), ("chinese", "2026年3月5日"), ("compact", "20260305")],
)
def test_a_day_is_written_in_the_style_of_the_house(style: str, text: str) -> None:
    assert date_text(dt.date(2026, 3, 5), style) == text


def test_no_day_is_an_empty_text() -> None:
    assert date_text(None, "iso") == ""


def test_items_are_joined_by_one_separator() -> None:
    rng = np.random.default_rng(6)
    texts = {list_text(rng, ["甲", "乙", "丙"]) for _ in range(200)}
    assert "甲、乙、丙" in texts
    assert "甲|乙|丙" in texts
    assert list_text(rng, []) == ""
