"""Counts of a quarter and what is hidden of them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from data.bulletins.quarter import Quarter, count_at
from data.catalogue.suppression import TOTAL

FIREBRICK, WELDER = "6-15-05-01", "6-18-02-04"
MAGNESIA, PETRO = "镁材料深加工", "石化与精细化工"


def test_new_vacancies_are_those_opened_in_the_quarter_and_valid_ones_are_open_at_its_end(
    region, some_needs, frame_of
):
    before = Quarter.from_frame(frame_of(some_needs), region, "2026Q2")
    assert count_at(before.occupations, FIREBRICK, MAGNESIA) == 30  # six employers, five places each
    assert count_at(before.posts, MAGNESIA, "new") == 6
    assert count_at(before.posts, MAGNESIA, "valid") == 0  # closed on 1 June
    this = Quarter.from_frame(frame_of(some_needs[:12]), region, "2026Q3")
    assert count_at(this.posts, MAGNESIA, "valid") == 6


def test_a_count_of_one_employer_is_hidden_and_cannot_be_worked_out(region, some_needs, frame_of):
    this = Quarter.from_frame(frame_of(some_needs), region, "2026Q3")
    assert math.isnan(count_at(this.occupations, WELDER, PETRO))
    # The total less what is shown must not give it away: one of the two is hidden as well.
    shown = (count_at(this.occupations, TOTAL, MAGNESIA), count_at(this.occupations, TOTAL, TOTAL))
    assert any(math.isnan(value) for value in shown)


def test_what_is_hidden_of_a_quarter_depends_on_that_quarter_alone(region, some_needs, frame_of):
    rows = frame_of(some_needs)
    later = [row | {"opened_on": row["opened_on"].replace(year=2027)} for row in some_needs]
    more = frame_of([*some_needs, *later])
    first, second = (Quarter.from_frame(each, region, "2026Q3") for each in (rows, more))
    pd.testing.assert_frame_equal(first.occupations, second.occupations)
    pd.testing.assert_frame_equal(first.posts, second.posts)


def test_agencies_and_unstated_places_are_not_counted(region, some_needs, frame_of):
    rows = [*some_needs[:12], some_needs[0] | {"employer": "中介", "employer_is_agency": True}]
    rows += [some_needs[0] | {"employer": name, "heads": np.nan} for name in ("辛", "壬")]
    this = Quarter.from_frame(frame_of(rows), region, "2026Q3")
    assert count_at(this.occupations, FIREBRICK, MAGNESIA) == 60
    assert count_at(this.posts, MAGNESIA, "new") == 8


def test_districts_are_left_out_where_their_totals_would_give_a_hidden_count_away(
    region, some_needs, frame_of
):
    # Occupations hide the total of an industry that the districts alone would show.
    rows = [row | {"place_code": place} for row in some_needs[:6] for place in ("210882", "210804", "210881")]
    open_ones = Quarter.from_frame(frame_of(rows), region, "2026Q3")
    assert open_ones.districts is not None
    assert count_at(open_ones.districts, "大石桥市", MAGNESIA) == 60
    made = Quarter.from_frame(frame_of(some_needs), region, "2026Q3")
    hidden = {name for name in made.occupations if math.isnan(count_at(made.occupations, TOTAL, str(name)))}
    if made.districts is not None:
        shown = {name for name in made.districts if math.isnan(count_at(made.districts, TOTAL, str(name)))}
        assert shown == hidden


def test_pay_needs_five_vacancies_of_several_employers(region, some_needs, frame_of):
    this = Quarter.from_frame(frame_of(some_needs), region, "2026Q3")
    sample, quartiles = this.pay(industry=MAGNESIA)
    assert (sample, quartiles.p25, quartiles.median, quartiles.p75) == (6, 6000, 6000, 6000)
    assert this.pay(industry=PETRO) is None
    assert this.pay(industry="没有的产业") is None
