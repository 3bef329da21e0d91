"""Figures are compared and added only where they count the same, once."""

from decimal import Decimal

import pytest

from data.errors import InputError, RefusedError, UnknownName
from data.regions import ratio_of, read_figure, read_region, sum_of


@pytest.fixture
def other(planned):
    """Return another place with the same plan."""
    return planned(("9901", "9801"), ("示例市", "另一市"), name="other")


def test_a_figure_is_read_with_what_it_counts(planned):
    reading = read_figure(planned(), "skilled", 2025)
    assert (reading.value, reading.unit, reading.definition.name) == (90, "人", "技能人才")
    assert str(reading) == "示例市技能人才2025年90人"


def test_an_unknown_indicator_or_year_names_those_that_exist(planned, region):
    with pytest.raises(UnknownName, match="没有指标“gone”") as caught:
        read_figure(planned(), "gone", 2025)
    assert "skilled" in caught.value.hint
    with pytest.raises(UnknownName, match="没有 2023 年的数") as caught:
        read_figure(planned(), "skilled", 2023)
    assert "2020、2025" in caught.value.hint
    with pytest.raises(UnknownName, match="现有指标：无"):
        read_figure(region, "skilled", 2020)


def test_one_count_is_compared_over_years_and_places(planned, other):
    here = planned()
    assert ratio_of(read_figure(here, "skilled", 2025), read_figure(here, "skilled", 2020)) == Decimal("1.5")
    assert ratio_of(read_figure(here, "skilled", 2020), read_figure(other, "skilled", 2020)) == 1


def test_comparing_two_counts_is_refused(planned):
    region = planned()
    with pytest.raises(RefusedError, match="口径不同，不能比较") as caught:
        ratio_of(read_figure(region, "skilled", 2020), read_figure(region, "technical", 2020))
    assert caught.value.code == "definitions_differ"


def test_comparing_with_nothing_is_refused(planned):
    region = planned(("value: 40", "value: 0"))
    with pytest.raises(InputError, match="不能作除数"):
        ratio_of(read_figure(region, "technical", 2025), read_figure(region, "technical", 2020))


def test_skilled_workers_are_not_compared_with_highly_skilled_ones():
    haicheng, liaoning = read_region("haicheng"), read_region("liaoning")
    skilled, high = read_figure(haicheng, "skilled", 2020), read_figure(haicheng, "high-skilled", 2020)
    province = read_figure(liaoning, "high-skilled", 2020)
    with pytest.raises(
        RefusedError, match=r"海城市技能人才2020年4\.1万人与辽宁省高技能人才2020年112万人口径不同"
    ):
        ratio_of(skilled, province)
    with pytest.raises(RefusedError, match="不能相加"):
        sum_of([skilled, high])
    assert ratio_of(high, province).quantize(Decimal("0.0001")) == Decimal("0.0071")


def test_a_stock_is_not_compared_with_what_a_period_adds():
    liaoning = read_region("liaoning")
    with pytest.raises(RefusedError, match="单位或性质不同"):
        ratio_of(read_figure(liaoning, "new-high-skilled", 2020), read_figure(liaoning, "high-skilled", 2020))


def test_parts_of_one_partition_add_up(planned):
    region = planned()
    parts = [read_figure(region, name, 2020) for name in ("skilled", "technical")]
    assert sum_of(parts) == read_figure(region, "all", 2020).value == 100
    assert sum_of([]) == 0


def test_one_count_of_two_places_adds_up(planned, other):
    assert sum_of([read_figure(planned(), "skilled", 2020), read_figure(other, "skilled", 2020)]) == 120


def test_parts_of_two_places_are_not_mixed(planned, other):
    with pytest.raises(RefusedError, match="口径不同，不能相加"):
        sum_of([read_figure(planned(), "skilled", 2020), read_figure(other, "technical", 2020)])


def test_nobody_is_added_twice(planned):
    skilled = read_figure(planned(), "skilled", 2020)
    with pytest.raises(RefusedError, match="重复计入"):
        sum_of([skilled, skilled])
    inside = read_figure(read_region("haicheng"), "social", 2020)
    province = read_figure(read_region("liaoning"), "social", 2020)
    with pytest.raises(RefusedError, match="重复计入"):
        sum_of([inside, province])


def test_a_total_does_not_add_to_its_part(planned):
    region = planned()
    with pytest.raises(RefusedError, match="口径不同"):
        sum_of([read_figure(region, "all", 2020), read_figure(region, "skilled", 2020)])


def test_years_and_units_are_not_mixed(planned):
    region = planned(("unit: 人\n    definition_id: technical", "unit: 万人\n    definition_id: technical"))
    with pytest.raises(RefusedError, match="不是同一年"):
        sum_of([read_figure(region, "skilled", 2020), read_figure(region, "skilled", 2025)])
    with pytest.raises(RefusedError, match="单位或性质不同"):
        sum_of([read_figure(region, "skilled", 2020), read_figure(region, "technical", 2020)])
