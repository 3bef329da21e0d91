"""Both sides of a market, and the shares that are estimated from them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from training.forecast.demand import CELL_COLUMNS, Level
from training.forecast.gap import NOTHING, SURE, Range
from training.forecast.sides import Cell, lost_share, withdrawn_share
from training.forecast.simulation import Shares
from training.forecast.stock import OpenStock
from training.forecast.supply import Ranged

FLAT = np.full((2, 14), 10.0)


def test_rows_are_named_and_known_where_their_supply_is(make_sides):
    sides = make_sides(FLAT, FLAT)
    assert sides.cells[0] == Cell(Level.CITY, None, None)
    assert sides.cells[-1] == Cell(Level.OCCUPATION, "镁材料", "occ1")
    assert sides.has_series.all()
    inflow = sides.supply.inflow.copy()
    inflow[2] = np.nan
    assert make_sides(FLAT, FLAT, supply={"inflow": inflow}).has_series.tolist() == [
        True,
        True,
        False,
        True,
        True,
    ]


def test_a_snapshot_or_another_last_month_is_no_series(make_sides):
    blank = np.zeros((5, 0))
    snapshot = {"months": (), "inflow": blank, "outflow": blank, "stock": blank, "available": np.arange(5.0)}
    sides = make_sides(FLAT, FLAT, supply=snapshot)
    assert not sides.has_series.any()
    assert sides.seekers.tolist() == [0, 1, 2, 3, 4]
    earlier = make_sides(FLAT, FLAT).supply.months[:-1]
    assert not make_sides(FLAT, FLAT, supply={"months": earlier}).has_series.any()


def test_what_is_known_to_come_is_added_over_the_months_ahead(make_sides):
    graduates = np.full((5, 12), np.nan)
    graduates[0, [1, 2, 7]] = 10.0
    ahead = np.zeros((5, 12))
    ahead[0, 1] = 4.0
    sides = make_sides(
        FLAT, FLAT, supply={"graduates": Ranged(graduates / 2, graduates, 2 * graduates), "ahead": ahead}
    )
    assert sides.graduates(0, 3) == Range(10.0, 20.0, 40.0)
    assert sides.graduates(1, 3) == NOTHING
    assert sides.announced(0, 3).tolist() == [0.0, 4.0, 0.0]


def test_the_uncoded_may_belong_to_any_cell_but_are_in_the_city_already(make_sides):
    # 20 heads in the city, 4 of them without an occupation: one for every four with one.
    sides = make_sides(FLAT, FLAT, supply={"uncoded": 4.0})
    assert sides.uncoded_rate(0) == 0.0
    assert sides.uncoded_rate(3) == pytest.approx(0.25)
    assert make_sides(FLAT, FLAT, supply={"uncoded": 20.0}).uncoded_rate(3) == 0.0


def test_only_with_both_coverages_do_the_figures_speak_of_the_city(make_sides):
    half = (0.4, 0.5, 0.6)
    assert make_sides(FLAT, FLAT, demand_share=half).coverages == (SURE, SURE)
    sides = make_sides(FLAT, FLAT, demand_share=half, supply={"coverage": half})
    assert sides.is_city_wide
    assert sides.coverages == (Range(*half), Range(*half))


def test_needs_are_the_coded_spells(make_sides):
    spells = pd.DataFrame(
        {"key_industry": ["镁材料", None, "镁材料"], "occupation_code": ["a", "b", None]}, dtype=object
    )
    needs = make_sides(FLAT, FLAT, spells=spells).needs
    assert needs.to_numpy().tolist() == [["a", "镁材料"], ["b", "其他产业"]]


def test_who_left_is_counted_against_who_was_there(make_sides):
    # 14 months with 20 heads in the city; 5 leave in each: 60 of 240 in the last twelve.
    sides = make_sides(FLAT, FLAT, supply={"outflow": np.full((5, 14), 5.0)})
    assert lost_share(sides.supply, 0.0) == Shares(60.0, 240.0)
    # Whoever was placed took a place that demand counts.
    assert lost_share(sides.supply, 5.0) == Shares(55.0, 240.0)
    assert lost_share(sides.supply, 20.0) is None
    assert lost_share(make_sides(FLAT, FLAT).supply, 0.0) is None
    blank = np.zeros((5, 0))
    empty = make_sides(FLAT, FLAT, supply={"stock": blank, "outflow": blank}).supply
    assert lost_share(empty, 0.0) is None


def test_the_withdrawn_are_a_share_of_the_heads_whose_end_was_told():
    def stock(ends):
        one = np.ones((1, 2))
        index = pd.DataFrame([(Level.CITY, None, None)], columns=list(CELL_COLUMNS))
        months = (dt.date(2026, 1, 1), dt.date(2026, 2, 1))
        # 60 heads filled, 30 withdrawn, 10 unfilled and 900 lost from sight.
        return OpenStock(index, months, one, one, 30 * one, 15 * one, 5 * one, 450 * one, np.array(ends))

    share = withdrawn_share(stock([40, 15, 5, 500]))
    assert share == Shares(18.0, 60.0)
    assert share.value == 0.3
    assert withdrawn_share(stock([30, 10, 9, 500])) is None
