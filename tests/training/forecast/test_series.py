from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError, RefusedError
from training.forecast.demand import Demand, check_demand
from training.forecast.series import monthly_demand

END = dt.date(2026, 3, 31)
ROW = ("2026-01-15", 2.0, "镁材料", "A")


def frame(*rows: tuple[object, object, object, object], synthetic: bool = False) -> pd.DataFrame:
    table = pd.DataFrame(
        rows, columns=["opened_on", "heads", "key_industry", "occupation_code"], dtype=object
    )
    table["opened_on"] = [
        dt.date.fromisoformat(day) if isinstance(day, str) else day for day in table["opened_on"]
    ]
    return table.assign(vacancy_id=[f"v{number}" for number in range(len(table))], synthetic=synthetic)


def rows_of(demand: Demand) -> dict[tuple[object, ...], list[float]]:
    cells = demand.index.itertuples(index=False)
    return {tuple(cell): values for cell, values in zip(cells, demand.matrix.tolist(), strict=True)}


def test_heads_are_counted_in_the_month_they_opened() -> None:
    demand = monthly_demand(
        frame(ROW, ("2026-01-31", 3, "镁材料", "B"), ("2026-03-01", 4, "港口物流", "A")), end=END
    )
    assert demand.months == (dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 3, 1))
    assert rows_of(demand) == {
        ("city", None, None): [5, 0, 4],
        ("industry", "港口物流", None): [0, 0, 4],
        ("industry", "镁材料", None): [5, 0, 0],
        ("occupation", "港口物流", "A"): [0, 0, 4],
        ("occupation", "镁材料", "A"): [2, 0, 0],
        ("occupation", "镁材料", "B"): [3, 0, 0],
    }
    check_demand(demand, as_of=END)


def test_the_month_that_has_not_ended_is_left_out() -> None:
    table = frame(ROW, ("2026-03-10", 4, "镁材料", "A"))
    demand = monthly_demand(table, end=dt.date(2026, 3, 30))
    assert demand.last_month == dt.date(2026, 2, 1)
    assert demand.total.tolist() == [2, 0]
    assert demand.outside == 1


def test_what_opened_after_the_end_is_left_out_and_counted() -> None:
    demand = monthly_demand(frame(ROW, ("2027-01-10", 4, "镁材料", "A")), end=END)
    assert demand.total.tolist() == [2, 0, 0]
    assert demand.outside == 1


def test_vacancies_without_a_day_are_left_out_and_counted() -> None:
    demand = monthly_demand(frame(ROW, (None, 4, "镁材料", "A")), end=END)
    assert demand.total.sum() == 2
    assert (demand.undated, demand.outside) == (1, 0)


def test_a_stated_start_cuts_the_month_it_falls_into() -> None:
    table = frame(ROW, ("2026-02-20", 4, "镁材料", "A"))
    assert monthly_demand(table, end=END, start=dt.date(2026, 1, 10)).total.tolist() == [4, 0]
    assert monthly_demand(table, end=END, start=dt.date(2026, 1, 1)).total.tolist() == [2, 4, 0]
    assert monthly_demand(table, end=END, start=dt.date(2025, 12, 1)).total.tolist() == [0, 2, 4, 0]


def test_what_has_no_industry_or_code_is_kept_apart() -> None:
    demand = monthly_demand(
        frame(ROW, ("2026-01-02", 1, None, "A"), ("2026-01-03", 5, "镁材料", "")), end=END
    )
    found = {cell: values[0] for cell, values in rows_of(demand).items()}
    assert found == {
        ("city", None, None): 8,
        ("industry", "镁材料", None): 7,
        ("industry", None, None): 1,
        ("occupation", "镁材料", "A"): 2,
        ("occupation", "镁材料", None): 5,
        ("occupation", None, "A"): 1,
    }
    check_demand(demand, as_of=END)


def test_unknown_heads_take_the_median_of_the_cell_then_the_industry_then_the_city() -> None:
    day = "2026-01-05"
    demand = monthly_demand(
        frame(
            (day, 1, "镁材料", "A"),
            (day, 3, "镁材料", "A"),
            (day, 9, "镁材料", "A"),
            (day, np.nan, "镁材料", "A"),
            (day, 5, "镁材料", "B"),
            (day, None, "镁材料", "C"),
            (day, None, "港口物流", "A"),
            (day, 7, None, None),
        ),
        end=dt.date(2026, 1, 31),
    )
    found = {cell: values[0] for cell, values in rows_of(demand).items()}
    assert found["occupation", "镁材料", "A"] == 1 + 3 + 9 + 3
    assert found["occupation", "镁材料", "C"] == 4  # median of 1, 3, 5, 9
    assert found["occupation", "港口物流", "A"] == 5  # median of 1, 3, 5, 7, 9
    assert demand.imputed_share == pytest.approx((3 + 4 + 5) / (16 + 5 + 4 + 5 + 7))
    shares = dict(zip(rows_of(demand), demand.imputed_shares.tolist(), strict=True))
    assert shares["occupation", "镁材料", "A"] == pytest.approx(3 / 16)
    assert shares["occupation", "镁材料", "C"] == 1
    assert shares["occupation", "镁材料", "B"] == 0


def test_uncoded_heads_do_not_borrow_from_each_other() -> None:
    day = "2026-01-05"
    table = frame(
        (day, 100, "镁材料", None),
        (day, 2, "镁材料", "A"),
        (day, 2, "镁材料", "B"),
        (day, None, "镁材料", None),
    )
    demand = monthly_demand(table, end=dt.date(2026, 1, 31))
    assert demand.total.tolist() == [104 + 2]


def test_generated_data_are_reported() -> None:
    table = frame(ROW, ("2026-01-20", 6, "镁材料", "B"))
    table["synthetic"] = [False, True]
    demand = monthly_demand(table, end=END)
    assert demand.synthetic_share == 0.75
    assert demand.synthetic_shares.tolist() == [0.75, 0.75, 0, 1]


def test_without_vacancies_there_are_no_months() -> None:
    for table in (frame(), frame(("2026-03-31", 1, "镁材料", "A"))):
        demand = monthly_demand(table, end=dt.date(2026, 3, 30), start=dt.date(2026, 3, 5))
        assert demand.matrix.shape == (1, 0)
        assert demand.last_month is None
        check_demand(demand, as_of=END)


def test_heads_that_nobody_stated_are_not_invented() -> None:
    with pytest.raises(RefusedError) as caught:
        monthly_demand(frame(("2026-01-05", None, "镁材料", "A")), end=END)
    assert caught.value.code == "heads_unknown"


def test_a_cell_of_zero_heads_has_no_imputed_share() -> None:
    demand = monthly_demand(frame(("2026-01-05", 0, "镁材料", "A")), end=END)
    assert demand.total.tolist() == [0, 0, 0]
    assert demand.imputed_share == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"vacancy_id": ["v", "v"]}, "vacancies_repeated"),
        ({"vacancy_id": ["v", None]}, "vacancies_no_id"),
        ({"heads": [1, -1]}, "vacancies_heads"),
        ({"heads": [1, np.inf]}, "vacancies_heads"),
        ({"heads": [1, "若干"]}, "vacancies_heads"),
        ({"opened_on": ["2026-01-01", "去年"]}, "vacancies_date"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(change: dict[str, list[object]], code: str) -> None:
    with pytest.raises(InputError) as caught:
        monthly_demand(frame(ROW, ROW).assign(**change), end=END)
    assert caught.value.code == code


def test_missing_columns_are_named() -> None:
    with pytest.raises(InputError, match="heads、synthetic"):
        monthly_demand(frame(ROW).drop(columns=["heads", "synthetic"]), end=END)


def test_the_vacancies_are_left_as_they_were() -> None:
    table = frame(ROW, ("2026-01-20", None, "", "B"))
    before = table.copy(deep=True)
    monthly_demand(table, end=END)
    pd.testing.assert_frame_equal(table, before)


def test_children_always_add_up_to_their_parent() -> None:
    rng = np.random.default_rng(7)
    rows = [
        (
            str(dt.date(2025, 1, 1) + dt.timedelta(days=int(rng.integers(0, 400)))),
            None if rng.random() < 0.3 else float(rng.integers(1, 9)),
            [None, "a", "b"][rng.integers(3)],
            [None, "x", "y", "z"][rng.integers(4)],
        )
        for _ in range(300)
    ]
    demand = monthly_demand(frame(*rows), end=END)
    level = demand.index["level"]
    cells = demand.matrix[(level == "occupation").to_numpy()]
    assert demand.matrix[(level == "industry").to_numpy()].sum(axis=0).tolist() == pytest.approx(
        demand.total.tolist()
    )
    assert cells.sum(axis=0).tolist() == pytest.approx(demand.total.tolist())
    for name in ("a", "b"):
        inside = (demand.index["key_industry"] == name).to_numpy()
        parent = demand.matrix[inside & (level == "industry").to_numpy()][0]
        children = demand.matrix[inside & (level == "occupation").to_numpy()]
        assert children.sum(axis=0).tolist() == pytest.approx(parent.tolist())
