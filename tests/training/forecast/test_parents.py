from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd

from training.forecast.demand import CELL_COLUMNS, Demand, next_months
from training.forecast.parents import parents_of

MakeDemand = Callable[..., Demand]


def test_occupations_belong_to_industries_and_those_to_the_city(make_demand: MakeDemand) -> None:
    demand = make_demand(np.random.default_rng(1).poisson(9, (4, 5)))
    assert parents_of(demand).tolist() == [-1, 0, 0, 1, 2, 1, 2]


def test_without_industries_occupations_belong_to_the_city() -> None:
    index = pd.DataFrame(
        [("city", None, None), ("occupation", None, "a"), ("occupation", "港口物流", "b")],
        columns=list(CELL_COLUMNS),
    )
    months = next_months(dt.date(2024, 1, 1), 2)
    whole = Demand.from_matrix(np.array([[3.0, 5.0], [1.0, 2.0], [2.0, 3.0]]), index, months)
    assert parents_of(whole).tolist() == [-1, 0, 0]
    # A city that counts more than its parts is forecast on its own.
    more = Demand.from_matrix(np.array([[3.0, 6.0], [1.0, 2.0], [2.0, 3.0]]), index, months)
    assert parents_of(more).tolist() == [-1, -1, -1]


def test_what_belongs_to_no_industry_has_its_own_row() -> None:
    index = pd.DataFrame(
        [("city", None, None), ("industry", None, None), ("occupation", None, "a")],
        columns=list(CELL_COLUMNS),
    )
    demand = Demand.from_matrix(np.full((3, 2), 4.0), index, next_months(dt.date(2024, 1, 1), 2))
    assert parents_of(demand).tolist() == [-1, 0, 1]
