import math

import pytest

from data.catalogue.artefacts.robustness import Market, Robustness, Shift, measure_robustness


@pytest.fixture(scope="module")
def measured(edition, market):
    return measure_robustness(edition[1], market)


def test_the_check_starts_from_the_published_stars(measured, edition):
    rated = sum(entry.star is not None for entry in edition[1].entries)
    assert measured.cells == measured.reproduced == rated > 10


def test_more_weight_for_what_is_high_gives_no_fewer_stars(measured):
    choices = {shift.choice: shift for shift in measured.shifts}
    assert {"去掉I1", "去掉I2", "去掉I3", "各项等权", "几何平均合成"} <= set(choices)
    # A geometric mean never exceeds the arithmetic one.
    assert choices["几何平均合成"].up == 0
    for shift in measured.shifts:
        assert 0 <= shift.moved <= 1
        assert shift.listing <= shift.up + shift.down


def test_cells_that_lose_an_indicator_they_need_are_no_longer_rated(measured):
    without = next(shift for shift in measured.shifts if shift.choice == "去掉I3")
    assert without.lost > 0
    assert without.rated + without.lost == measured.cells


def test_each_source_is_left_out_in_turn(measured):
    assert measured.sources_left_out == ("乙网", "甲网")
    assert sum("去掉来源" in shift.choice for shift in measured.shifts) == 2


def test_ranks_lie_in_their_ranges_mostly_and_are_in_order(measured):
    assert [each.rank for each in measured.ranks] == list(range(1, measured.cells + 1))
    inside = sum(each.low <= each.rank <= each.high for each in measured.ranks)
    assert inside >= 0.9 * measured.cells


def test_halvings_are_covered_at_least_as_often_as_meant(measured):
    assert 0.75 <= measured.split_half_coverage <= 1


def test_without_cells_everything_is_empty(build, market):
    empty = market.vacancies.head(0)
    found = measure_robustness(build(empty)[1], Market(empty, market.profiles))
    assert isinstance(found, Robustness)
    assert (found.cells, found.ranks) == (0, ())
    assert math.isnan(found.split_half_coverage)
    assert math.isnan(Shift("无", 0, 0, 0, 0, 0).moved)


def test_a_single_source_is_not_left_out(build, market):
    frame = market.vacancies.drop(columns="source")
    assert measure_robustness(build(frame)[1], Market(frame, market.profiles)).sources_left_out == ()
