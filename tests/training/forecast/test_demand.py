from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from training.forecast.demand import CELL_COLUMNS, Demand, check_demand, month_end, next_months

AS_OF = dt.date(2026, 4, 10)


@pytest.fixture
def demand() -> Demand:
    index = pd.DataFrame([("industry", "镁材料", None), ("city", None, None)], columns=list(CELL_COLUMNS))
    return Demand.from_matrix(np.array([[1.0, 2], [3, 4]]), index, next_months(dt.date(2026, 2, 1), 2))


def test_months_run_over_the_end_of_the_year() -> None:
    expected = (dt.date(2025, 12, 1), dt.date(2026, 1, 1), dt.date(2026, 2, 1))
    assert next_months(dt.date(2025, 12, 17), 3) == expected


def test_a_month_ends_on_its_last_day() -> None:
    assert month_end(dt.date(2024, 2, 5)) == dt.date(2024, 2, 29)
    assert month_end(dt.date(2025, 12, 31)) == dt.date(2025, 12, 31)


def test_the_city_is_found_wherever_it_stands(demand: Demand) -> None:
    assert demand.city_row == 1
    assert demand.total.tolist() == [3.0, 4.0]
    assert demand.last_month == dt.date(2026, 3, 1)
    assert (demand.imputed_share, demand.synthetic_share) == (0.0, 0.0)


def test_a_good_table_passes(demand: Demand) -> None:
    check_demand(demand, as_of=AS_OF)
    check_demand(replace(demand, matrix=np.zeros((2, 0)), months=()), as_of=AS_OF)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"matrix": np.ones((2, 3))}, "demand_shape"),
        ({"matrix": np.array([[1.0, 2], [3, np.nan]])}, "demand_not_finite"),
        ({"matrix": np.array([[1.0, np.inf], [3, 4]])}, "demand_not_finite"),
        ({"matrix": np.array([[1.0, -2], [3, 4]])}, "demand_negative"),
        ({"months": (dt.date(2026, 1, 1), dt.date(2026, 3, 1))}, "demand_months"),
        ({"months": (dt.date(2026, 3, 1), dt.date(2026, 3, 1))}, "demand_months"),
        ({"months": (dt.date(2026, 2, 15), dt.date(2026, 3, 15))}, "demand_months"),
        ({"months": next_months(dt.date(2026, 3, 1), 2)}, "demand_future_month"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(demand: Demand, change: dict[str, object], code: str) -> None:
    with pytest.raises(InputError) as caught:
        check_demand(replace(demand, **change), as_of=AS_OF)  # type: ignore[arg-type]
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("city", None, None), ("city", None, "x")], "demand_city_row"),
        ([("industry", "a", None), ("industry", "b", None)], "demand_city_row"),
        ([("city", None, None), ("city", None, None)], "demand_duplicate_rows"),
        ([("city", None, None), ("county", None, None)], "demand_level"),
    ],
)
def test_an_index_that_cannot_be_used_is_refused(
    demand: Demand, rows: list[tuple[str, str | None, str | None]], code: str
) -> None:
    with pytest.raises(InputError) as caught:
        check_demand(replace(demand, index=pd.DataFrame(rows, columns=list(CELL_COLUMNS))), as_of=AS_OF)
    assert caught.value.code == code


def test_a_missing_column_is_named(demand: Demand) -> None:
    with pytest.raises(InputError, match="occupation_code"):
        check_demand(replace(demand, index=demand.index.drop(columns="occupation_code")), as_of=AS_OF)


def test_a_month_may_end_on_the_day_of_the_data(demand: Demand) -> None:
    check_demand(demand, as_of=dt.date(2026, 3, 31))
    with pytest.raises(InputError, match="2026-03"):
        check_demand(demand, as_of=dt.date(2026, 3, 30))
