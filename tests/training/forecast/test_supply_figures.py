from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from training.forecast.cells import Cells, cell_tuples
from training.forecast.demand import next_months
from training.forecast.supply_figures import Spread, graduates_of, read_moves, retirements_of, spread_out

AHEAD = next_months(dt.date(2026, 3, 1), 12)
"""March 2026 to February 2027; June to August are places 3 to 5."""
NEEDS = pd.DataFrame(
    [("A", "镁材料"), ("A", "其他产业")], columns=["occupation_code", "section"], dtype=object
)
MAJOR, WELDER = "460104", "6-18-02-04"
COLUMNS = ["kind", "period", "major_code", "occupation_code", "key_industry", "low", "value", "high"]
Row = tuple[str, str, str, str, str, float, float, float]


def figures(*rows: Row) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


def cohort(major: str = MAJOR, period: str = "2026", heads: float = 1300.0) -> Row:
    return ("graduates", period, major, "", "", heads - 100, heads, heads + 100)


STAY: Row = ("retention", "2025", "", "", "", 0.4, 0.5, 0.6)
SEEK: Row = ("participation", "2025", "", "", "", 0.7, 0.8, 0.9)


def total(spread: Spread) -> np.ndarray:
    return np.nansum(spread.heads, axis=1)


def test_graduates_are_cohort_times_retention_times_participation_in_june_to_august() -> None:
    found = graduates_of(figures(cohort(), STAY, SEEK), NEEDS, AHEAD)
    low, value, high = total(found)
    assert value.tolist() == pytest.approx([0, 0, 0, *[1300 * 0.5 * 0.8 / 3] * 3, 0, 0, 0, 0, 0, 0])
    assert low.sum() == pytest.approx(1200 * 0.4 * 0.7)
    assert high.sum() == pytest.approx(1400 * 0.6 * 0.9)
    # The standards name 13 occupations for this major; nobody asks for them: all lie outside the industries.
    assert len(found.keys) == 13
    assert set(found.keys["key_industry"]) == {None}


def test_a_majors_own_retention_comes_before_that_of_all() -> None:
    own: Row = ("retention", "2026", MAJOR, "", "", 0.9, 0.9, 0.9)
    found = graduates_of(figures(cohort(), STAY, SEEK, own), NEEDS, AHEAD)
    assert total(found)[1].sum() == pytest.approx(1300 * 0.9 * 0.8)


@pytest.mark.parametrize("without", [STAY, SEEK])
def test_without_retention_or_participation_there_are_no_graduates(without: Row) -> None:
    given = [row for row in (cohort(), STAY, SEEK) if row != without]
    assert graduates_of(figures(*given), NEEDS, AHEAD).keys.empty


def test_a_cohort_outside_the_months_ahead_says_nothing() -> None:
    assert graduates_of(figures(cohort(period="2025"), STAY, SEEK), NEEDS, AHEAD).keys.empty


def test_a_cohort_of_a_month_comes_in_that_month() -> None:
    found = graduates_of(figures(cohort(period="2026-12"), STAY, SEEK), NEEDS, AHEAD)
    assert np.flatnonzero(total(found)[1]).tolist() == [9]


def test_a_summer_without_a_cohort_is_unknown_and_not_zero() -> None:
    ahead = next_months(dt.date(2026, 8, 1), 12)
    found = graduates_of(figures(cohort(), STAY, SEEK), NEEDS, ahead)
    # August 2026 has a third of the cohort; June and July 2027 have none stated.
    assert np.isnan(found.heads[1, 0]).tolist() == [False] * 10 + [True] * 2


def test_a_major_without_an_occupation_in_the_standards_counts_for_the_city() -> None:
    found = graduates_of(figures(cohort(major="0000"), STAY, SEEK), NEEDS, AHEAD)
    assert cell_tuples(found.keys) == [("city", None, None)]


def retirement(period: str, heads: float, code: str = "", industry: str = "") -> Row:
    return ("retirement", period, "", code, industry, heads, heads, heads)


def test_retirements_of_a_year_are_spread_over_its_months() -> None:
    found = retirements_of(figures(retirement("2026", 24, WELDER, "镁材料")), NEEDS, AHEAD)
    assert cell_tuples(found.keys) == [("occupation", "镁材料", WELDER)]
    assert found.heads[1, 0].tolist()[:10] == [2.0] * 10
    assert np.isnan(found.heads[1, 0, 10:]).all()


def test_a_month_of_its_own_is_not_taken_from_the_year() -> None:
    found = retirements_of(figures(retirement("2026", 24), retirement("2026-05", 7)), NEEDS, AHEAD)
    assert found.heads[1, 0].tolist()[:4] == [2, 2, 7, 2]


def test_an_occupation_is_divided_among_the_industries_that_ask_for_it() -> None:
    found = retirements_of(figures(retirement("2026", 24, "A")), NEEDS, AHEAD)
    assert cell_tuples(found.keys) == [("occupation", None, "A"), ("occupation", "镁材料", "A")]
    assert found.heads[1, :, 0].tolist() == [1.0, 1.0]


def spread(*rows: tuple[tuple[str, str | None, str | None], float]) -> Spread:
    keys = pd.DataFrame(
        [key for key, _ in rows], columns=["level", "key_industry", "occupation_code"], dtype=object
    )
    heads = np.array([[[value]] for _, value in rows]).transpose(1, 0, 2)
    return Spread(keys, np.repeat(heads, 3, axis=0))


CELLS = Cells.from_frame(
    pd.DataFrame(
        [("镁材料", "A"), ("镁材料", "B"), ("港口物流", "A")],
        columns=["key_industry", "occupation_code"],
        dtype=object,
    )
)
"""Rows: city, 港口物流, 镁材料, then A of 港口物流, A and B of 镁材料."""


def test_parents_are_the_sum_of_what_is_known_of_their_children() -> None:
    given = spread((("occupation", "镁材料", "A"), 3.0), (("occupation", "镁材料", "B"), 4.0))
    found = spread_out(given, CELLS, covers_children=True)
    assert found.value[:, 0] == pytest.approx([7, np.nan, 7, np.nan, 3, 4], nan_ok=True)


def test_a_figure_on_the_whole_stands_before_the_sum_of_its_parts() -> None:
    given = spread(
        (("city", None, None), 20.0),
        (("industry", "镁材料", None), 9.0),
        (("occupation", "镁材料", "A"), 3.0),
    )
    found = spread_out(given, CELLS, covers_children=True)
    assert found.low[:, 0] == pytest.approx([20, np.nan, 9, np.nan, 3, np.nan], nan_ok=True)


def test_a_part_that_no_child_has_is_added() -> None:
    given = spread((("city", None, None), 20.0), (("occupation", "镁材料", "A"), 3.0))
    found = spread_out(given, CELLS, covers_children=False)
    assert found.high[:, 0] == pytest.approx([23, np.nan, 3, np.nan, 3, np.nan], nan_ok=True)


def test_reports_of_three_employers_are_added_up_and_fewer_left_out() -> None:
    rows = [("2026Q1", name, "镁材料", 10, 4) for name in "甲乙丙"] + [("2026Q1", "丁", "其他产业", 1, 2)]
    reports = pd.DataFrame(rows, columns=["period", "employer_key", "key_industry", "inflow", "outflow"])
    found = read_moves(reports)
    assert found.to_dict("records") == [
        {
            "level": "city",
            "key_industry": None,
            "period": "2026Q1",
            "inflow": 31,
            "outflow": 14,
            "employers": 4,
        },
        {
            "level": "industry",
            "key_industry": "镁材料",
            "period": "2026Q1",
            "inflow": 30,
            "outflow": 12,
            "employers": 3,
        },
    ]
    assert read_moves(reports.iloc[:0]).empty
