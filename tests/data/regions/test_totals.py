"""Totals against their parts: what is missing from a total is named, and nothing is changed."""

import pytest

from data.regions.totals import check_total


def flags(region):
    return list(check_total(region, region.plan_indicators[0]))


def test_a_total_that_is_the_sum_of_its_parts_has_no_flag(planned):
    assert flags(planned()) == []


def test_an_indicator_without_parts_has_nothing_to_compare(planned):
    region = planned()
    assert list(check_total(region, region.plan_indicators[1])) == []


def test_a_total_that_leaves_a_part_out_says_which_and_what_the_growth_would_be(planned):
    region = planned(("year: 2020, value: 100", "year: 2020, value: 60"))
    difference, growth = flags(region)
    assert difference.message == (
        "2020年分项合计 100人，总量写 60，相差 40；总量恰等于不含“专业技术人才”的合计，其他年份含全部分项"
    )
    assert difference.where == tuple(f"示例〔2021〕1号 表1（文本第{line}行）" for line in (10, 11, 12))
    # 90 + 60 = 150 over 60 + 40 = 100, whatever the total says.
    assert growth.message == "2020—2025年增速 50%两端口径不一；两年都按分项合计为 50.0%"
    assert region.plan_indicators[0].figure(2020).value == 60


def test_a_difference_that_no_part_explains_is_only_stated(planned):
    (difference, _) = flags(planned(("year: 2020, value: 100", "year: 2020, value: 97")))
    assert difference.message == "2020年分项合计 100人，总量写 97，相差 3"


def test_two_parts_that_would_both_explain_it_are_not_named(planned):
    region = planned(
        ("year: 2020, value: 100", "year: 2020, value: 50"),
        ("value: 60, kind: 现状", "value: 50, kind: 现状"),
        ("value: 40", "value: 50"),
    )
    assert "恰等于" not in flags(region)[0].message


def test_a_total_that_is_wrong_in_every_year_says_nothing_of_other_years(planned):
    region = planned(
        ("year: 2020, value: 100", "year: 2020, value: 60"),
        ("year: 2025, value: 150", "year: 2025, value: 90"),
    )
    assert [flag.message.endswith("的合计") for flag in flags(region)[:2]] == [True, True]


def test_round_numbers_are_called_so(planned):
    region = planned(("year: 2020, value: 100,", "year: 2020, value: 97, about: 左右,"))
    assert flags(region)[0].message.endswith("（原文为约数）")


@pytest.mark.parametrize("printed", ["100.4", "99.6"])
def test_a_total_is_held_to_its_own_rounding(planned, printed):
    region = planned(("value: 60, kind: 现状", f"value: {float(printed) - 40:.1f}, kind: 现状"))
    assert flags(region) == []


def test_a_year_with_a_missing_part_is_left_alone(planned):
    region = planned(("      - {year: 2020, value: 40, kind: 现状, clause: 表1, line: 12}\n", ""))
    assert flags(region) == []
