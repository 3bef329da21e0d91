import datetime as dt

import pandas as pd
import pytest

from data.catalogue.artefacts.charts import chart_style
from data.catalogue.artefacts.charts_of_market import employer_spells, market_charts
from data.catalogue.period import Period

AS_OF = dt.date(2026, 12, 31)


@pytest.fixture
def draw(market):
    def of(spells, profiles=None):
        with chart_style():
            people = market.profiles if profiles is None else profiles
            return {c.stem[:2]: c for c in market_charts(spells, people, banner="合成数据")}

    return of


@pytest.fixture
def spells(market):
    return employer_spells(market.vacancies, Period(AS_OF))


def test_agencies_are_no_employers(spells, market):
    assert len(spells) < len(market.vacancies)
    assert not spells["employer_is_agency"].any()


def test_curves_fall_and_a_group_of_one_employer_has_none(spells, draw):
    chart = draw(spells)["09"]
    assert [row[0] for row in chart.rows] == ["生产制造"]
    for row in chart.rows:
        assert list(row[1:]) == sorted(row[1:], reverse=True)


def test_schooling_asked_stands_beside_schooling_held(spells, market, draw):
    alone = draw(spells)["10"]
    assert {row[2] for row in alone.rows} == {None}
    assert sum(row[1] for row in alone.rows) == pytest.approx(1, abs=0.01)
    held = market.profiles.assign(
        education=["大专", "本科"] * (len(market.profiles) // 2) + ["大专"] * (len(market.profiles) % 2)
    )
    both = {row[0]: row[2] for row in draw(spells, held)["10"].rows}
    assert both["大专"] == pytest.approx(0.5, abs=0.01)


def test_a_place_with_one_employer_is_hidden_and_cannot_be_worked_out(spells, draw):
    lone = spells.index[spells["employer"] == "独家企业"]
    placed = spells.assign(place_code="210804")
    placed.loc[lone, "place_code"] = "210811"
    chart = draw(placed)["11"]
    cells = {row[0]: row[1:] for row in chart.rows}
    assert cells["老边区"][-1] == "c"
    assert sum(row[-1] == "c" for row in cells.values()) >= 2


def test_few_vacancies_give_no_chart_that_would_show_an_employer(spells, draw):
    one = spells[spells["employer"] == "独家企业"]
    charts = draw(one)
    assert "09" not in charts
    assert all(cell in ("c", 0) for row in charts["11"].rows for cell in row[1:])
    assert "保密" in charts["11"].alt


def test_nothing_gives_nothing(spells, draw):
    assert draw(spells.head(0)) == {}


def test_unstated_schooling_and_places_are_left_out(spells, draw):
    blank = spells.assign(education=None, place_code=pd.NA)
    assert set(draw(blank)) == {"09"}
