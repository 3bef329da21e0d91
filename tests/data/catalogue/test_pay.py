import datetime as dt

import numpy as np
import pytest

from data.catalogue.cells import gather_cells
from data.catalogue.frames import read_spells
from data.catalogue.pay import Market, market_pay, pays_poorly, stated_pay
from data.catalogue.period import Period
from data.catalogue.spells import add_timing
from data.records import Outcome

PERIOD = Period(dt.date(2026, 12, 31))


@pytest.fixture
def timed(make_vacancies):
    def of(*rows):
        return add_timing(read_spells(make_vacancies(*rows), PERIOD).frame, PERIOD)

    return of


def paying(middle, employer, **row):
    return {"salary_low": middle - 500, "salary_high": middle + 500, "employer": employer, **row}


def test_pay_is_shown_as_quartiles_of_the_middles(timed):
    rows = [paying(4000 + 1000 * place, "甲乙丙丁戊"[place]) for place in range(5)]
    (cell,) = gather_cells(timed(*rows))
    pay = stated_pay(cell)
    assert (pay.p25, pay.median, pay.p75) == (5000, 6000, 7000)


@pytest.mark.parametrize(
    "employers",
    [
        pytest.param("甲乙丙丁", id="four vacancies state pay"),
        pytest.param("甲甲甲甲乙", id="two employers"),
        pytest.param("甲甲甲甲甲甲甲甲乙丙", id="one employer holds eighty per cent"),
    ],
)
def test_pay_is_withheld_from_few(timed, employers):
    (cell,) = gather_cells(timed(*(paying(6000, name) for name in employers)))
    assert stated_pay(cell) is None


def market_rows(better_outcome):
    """Five vacancies at 4,000 in one industry, ten at 8,000 in another that ended as given."""
    low = [paying(4000, f"低{place}") for place in range(4)]
    start = dt.date(2026, 3, 1)
    high = [
        paying(
            8000, f"高{place}", key_industry="港口物流", opened_on=start,
            closed_on=start + dt.timedelta(days=20), outcome=better_outcome,
        )
        for place in range(14)
    ]  # fmt: skip
    return [*low, paying(4000, "低4"), *high]


@pytest.mark.parametrize(("outcome", "poor"), [(Outcome.FILLED, True), (Outcome.UNFILLED, False)])
def test_poor_pay_is_below_a_quarter_of_a_market_whose_better_payers_hire(timed, outcome, poor):
    spells = timed(*market_rows(outcome))
    markets = market_pay(spells)
    # 5 of 19 pay 4,000: the lower quartile lies at position 4.5 of 0..18, between 4,000 and 8,000
    assert markets["6-15-05-01"] == Market(p25=6000, better_payers_fill=poor)
    found = {cell.key_industry: pays_poorly(cell, markets["6-15-05-01"]) for cell in gather_cells(spells)}
    assert found == {"镁材料深加工": poor, "港口物流": False}


def test_a_market_needs_ten_vacancies_that_state_pay(timed):
    spells = timed(*(paying(6000, f"单位{place}") for place in range(9)))
    assert market_pay(spells) == {}
    (cell,) = gather_cells(spells)
    assert pays_poorly(cell, None) is False


def test_a_cell_that_states_little_pay_is_not_called_poor(timed):
    (cell,) = gather_cells(timed(paying(4000, "甲"), {"salary_low": np.nan, "salary_high": np.nan}))
    assert pays_poorly(cell, Market(p25=9000, better_payers_fill=True)) is False
