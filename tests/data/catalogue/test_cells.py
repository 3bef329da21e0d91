import datetime as dt

import numpy as np
import pytest

from data.catalogue.cells import gather_cells, supply_by_cell
from data.catalogue.frames import read_spells
from data.catalogue.period import Period
from data.catalogue.spells import add_timing
from data.records import Outcome

PERIOD = Period(dt.date(2026, 12, 31))
ENDED = {"outcome": Outcome.FILLED, "opened_on": dt.date(2026, 2, 1), "closed_on": dt.date(2026, 3, 1)}


@pytest.fixture
def cells_of(make_vacancies):
    def of(*rows):
        return gather_cells(add_timing(read_spells(make_vacancies(*rows), PERIOD).frame, PERIOD))

    return of


def test_a_cell_is_an_occupation_in_a_key_industry(cells_of):
    cells = cells_of(
        {"occupation_code": "6-2"},
        {"occupation_code": "6-1", "key_industry": None},
        {"occupation_code": "6-1"},
        {"occupation_code": "6-2"},
    )
    found = [(cell.occ_code, cell.key_industry, cell.n_spell) for cell in cells]
    assert found == [("6-1", None, 1), ("6-1", "镁材料深加工", 1), ("6-2", "镁材料深加工", 2)]
    assert cells[1].pool == ("镁材料深加工", "6")
    assert gather_cells(cells[0].frame.iloc[:0]) == []


def test_vacancies_without_a_number_count_with_the_mean_of_those_that_state_one(cells_of):
    # 2 and 4 places stated by two of three vacancies: mean 3, three vacancies, 9 places
    (cell,) = cells_of({"heads": 2}, {"heads": 4}, {"heads": np.nan})
    assert cell.demand == 9
    assert cell.stated_share == pytest.approx(2 / 3)


def test_demand_counts_the_last_six_months_only(cells_of):
    (cell,) = cells_of({"heads": 2}, {"heads": 50, **ENDED})
    assert (cell.n_spell, cell.demand) == (2, 2)


def test_demand_is_unknown_when_no_vacancy_states_any(cells_of):
    (cell,) = cells_of({"heads": np.nan})
    assert cell.demand is None
    (ended,) = cells_of(ENDED)
    assert (ended.demand, ended.stated_share) == (None, 0)


def test_the_largest_share_is_of_spells_or_of_stated_places(cells_of):
    # 甲 has one of four spells, but 27 of 30 places
    rows = [{"employer": name, "heads": heads} for name, heads in zip("甲乙丙丁", (27, 1, 1, 1), strict=True)]
    (cell,) = cells_of(*rows)
    assert cell.top1_share == pytest.approx(0.9)
    # when most do not say how many, only spells are counted
    (silent,) = cells_of(*rows[:1], *({**row, "heads": np.nan} for row in rows[1:]))
    assert silent.top1_share == pytest.approx(0.25)


def test_seekers_are_shared_out_over_the_industries_in_proportion_to_demand(cells_of):
    cells = cells_of(
        {"heads": 6}, {"heads": 3, "key_industry": "港口物流"}, {"heads": 5, "occupation_code": "6-99"}
    )
    shares = supply_by_cell(cells, {"6-15-05-01": 12}, 1.0)
    found = {(cell.occ_code, cell.key_industry): share for cell, share in zip(cells, shares, strict=True)}
    # nine places of the first occupation: 12 seekers are 8 and 4; nobody looks for the second
    assert found == {
        ("6-15-05-01", "镁材料深加工"): 8, ("6-15-05-01", "港口物流"): 4, ("6-99", "镁材料深加工"): 0
    }  # fmt: skip


def test_a_cell_that_states_no_places_gets_its_share_by_the_citys_mean(cells_of):
    cells = cells_of({"heads": np.nan}, {"heads": 3, "key_industry": "港口物流"})
    shares = supply_by_cell(cells, {"6-15-05-01": 8}, 1.0)
    assert {cell.key_industry: share for cell, share in zip(cells, shares, strict=True)} == {
        "镁材料深加工": 2,
        "港口物流": 6,
    }


def test_an_occupation_without_current_demand_gets_no_seekers(cells_of):
    assert supply_by_cell(cells_of(ENDED), {"6-15-05-01": 8}, 1.0) == [0]
