"""Which cells say too much about one employer."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from training.forecast.disclosure import confidential_cells

LAST = dt.date(2026, 4, 10)
COLUMNS = ["opened_on", "heads", "employer_key", "key_industry", "occupation_code"]
INDUSTRIES = ("港口物流", "镁材料")


def vacancies(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def spread(leaf, *heads):
    """Vacancies of one leaf of the city of ``make_demand``, one employer after the other."""
    return [(LAST, each, f"{leaf}{n}", INDUSTRIES[leaf % 2], f"occ{leaf}") for n, each in enumerate(heads)]


@pytest.fixture
def hidden(make_demand):
    """Names of the hidden rows of a city whose six leaves want 10, 20 … 60 heads a month."""

    def found(*rows, leaves=6, months=40):
        wanted = 10.0 * (1 + np.arange(leaves)[:, None]) * np.ones((1, months))
        demand = make_demand(wanted)
        names = ["city", *INDUSTRIES, *(f"occ{leaf}" for leaf in range(leaves))]
        flags = confidential_cells(demand, vacancies(*rows))
        return [name for name, flag in zip(names, flags, strict=True) if flag]

    return found


def everywhere(*, but=()):
    return [row for leaf in range(6) if leaf not in but for row in spread(leaf, 4, 3, 3)]


def test_with_three_employers_in_every_cell_nothing_is_hidden(hidden):
    assert hidden(*everywhere()) == []


def test_fewer_than_three_employers_or_one_above_sixty_percent_hide_a_cell(hidden):
    # Leaves 0, 2 and 4 belong to the port: of two hidden ones neither follows from the others.
    assert hidden(*everywhere(but={0, 2}), *spread(0, 5, 5), *spread(2, 61, 20, 20)) == ["occ0", "occ2"]
    assert hidden(*everywhere(but={0, 2}), *spread(0, 5, 5), *spread(2, 60, 20, 20)) == ["occ0", "occ2"]
    assert hidden(*everywhere(but={2}), *spread(2, 60, 20, 20)) == []


def test_the_only_hidden_child_takes_the_smallest_other_one_along(hidden):
    # Of occ0, occ2 and occ4 with 10, 30 and 50 heads a month.
    assert hidden(*everywhere(but={4}), *spread(4, 10)) == ["occ0", "occ4"]
    assert hidden(*everywhere(but={0}), *spread(0, 10)) == ["occ0", "occ2"]


def test_an_only_child_takes_its_parent_along_and_that_the_other_industry(hidden):
    rows = [*spread(0, 4, 3), *spread(1, 4, 3, 3), *spread(3, 4, 3, 3)]
    # The port has one leaf with heads, hidden with it; the city would give the port away.
    found = hidden(*rows, leaves=2)
    assert found == ["港口物流", "镁材料", "occ0", "occ1"]


def test_whatever_is_hidden_cannot_be_worked_out_from_the_rest(hidden, make_demand):
    """Every hidden cell keeps freedom in the equations parent = sum of children, whatever is hidden first."""
    rng = np.random.default_rng(0)
    names = ["city", *INDUSTRIES, *(f"occ{leaf}" for leaf in range(6))]
    sums = np.zeros((3, 9))
    sums[0, :3], sums[1, [1, 3, 5, 7]], sums[2, [2, 4, 6, 8]] = [1, -1, -1], [1, -1, -1, -1], [1, -1, -1, -1]
    for _ in range(20):
        few = set(np.flatnonzero(rng.random(6) < 0.3).tolist())
        rows = [*everywhere(but=few), *(row for leaf in few for row in spread(leaf, 10.0))]
        unknown = sums[:, [name in hidden(*rows) for name in names]]
        for column in range(unknown.shape[1]):
            others = np.delete(unknown, column, axis=1)
            assert np.linalg.matrix_rank(others) == np.linalg.matrix_rank(unknown)


def test_only_the_last_year_counts_and_unknown_heads_count_as_one(hidden):
    rest = everywhere(but={4, 0})
    old = [(dt.date(2024, 1, 1), 90.0, "x", "港口物流", "occ0")]
    unstated = [(LAST, None, name, "港口物流", "occ0") for name in "甲乙丙"]
    nameless = [(LAST, 90.0, "", "港口物流", "occ0"), (None, 90.0, "x", "港口物流", "occ0")]
    assert hidden(*rest, *spread(4, 4, 3, 3), *old, *unstated, *nameless) == []
    # Nobody known in the last year: nothing may be said.
    assert hidden(*rest, *spread(4, 4, 3, 3), *old) == ["occ0", "occ2"]


def test_without_vacancies_everything_is_hidden(hidden):
    assert len(hidden(months=0)) == 9
