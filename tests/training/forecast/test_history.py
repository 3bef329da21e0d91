"""The observed months beside a forecast."""

from __future__ import annotations

import numpy as np
import pytest

from training.forecast.history import history_records


@pytest.fixture
def demand(make_demand):
    """One leaf in each of two industries, 40 months of 10 heads."""
    return make_demand(np.full((2, 40), 10.0))


def test_the_last_36_months_are_kept_in_order(demand):
    records = history_records(demand, np.zeros(5, dtype=bool))
    months = records["months"]
    assert (months[0], months[-1], len(months)) == ("2023-05-01", "2026-04-01", 36)
    city = records["cells"][0]
    assert (city["level"], city["key_industry"], city["occupation_code"]) == ("city", None, None)
    assert (city["confidential"], city["heads"]) == (False, [20.0] * 36)


def test_the_heads_of_a_confidential_cell_are_held_back(demand):
    cells = history_records(demand, np.arange(5) == 3)["cells"]
    assert [cell["confidential"] for cell in cells] == [False, False, False, True, False]
    assert [cell["heads"] is None for cell in cells] == [False, False, False, True, False]


def test_without_any_month_there_is_no_history(make_demand):
    assert history_records(make_demand(np.zeros((2, 0))), np.ones(5, dtype=bool))["months"] == []
