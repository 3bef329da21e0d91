from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.forecast.cells import Cells, cell_tuples
from training.forecast.supply_people import (
    Counted,
    People,
    count_people,
    history_months,
    last_complete,
    shared_out,
)

AS_OF = dt.date(2026, 7, 31)
NEEDS = pd.DataFrame(
    [("A", "镁材料"), ("A", "镁材料"), ("A", "镁材料"), ("A", "其他产业"), ("B", "镁材料")],
    columns=["occupation_code", "section"],
    dtype=object,
)
Person = dict[str, object]


def day(month: int, number: int = 10, year: int = 2026) -> dt.date:
    return dt.date(year, month, number)


def people(*persons: Person, hires: tuple[tuple[str, dt.date], ...] = ()) -> People:
    """Build people from their fields; files are given as first_on and last_on."""
    plain = {
        "occupation_code": "A",
        "active_on": None,
        "available_on": None,
        "first_on": None,
        "last_on": None,
    }
    table = pd.DataFrame(
        [{**plain, "profile_id": f"P{n}", **person} for n, person in enumerate(persons)], dtype=object
    )
    if table.empty:
        table = pd.DataFrame(columns=["profile_id", *plain], dtype=object)
    known = table[table["first_on"].notna()]
    registrations = known.assign(last_on=known["last_on"].fillna(known["first_on"]))
    return People.from_frames(
        table[["profile_id", "occupation_code", "active_on", "available_on"]],
        registrations[["profile_id", "first_on", "last_on"]],
        pd.DataFrame(hires, columns=["profile_id", "placed_on"], dtype=object),
    )


def counted(found: People, *, as_of: dt.date = AS_OF) -> tuple[Cells, Counted]:
    coded = [place for place, code in enumerate(found.occupation_code) if code]
    shares = shared_out(pd.Series([found.occupation_code[place] for place in coded], dtype=object), NEEDS)
    shares = shares.assign(item=np.array(coded, dtype=np.int64)[shares["item"].to_numpy()])
    cells = Cells.from_frame(shares)
    months = history_months(found, as_of=as_of)
    return cells, count_people(found, shares, cells, months, as_of=as_of)


def city(*persons: Person, hires: tuple[tuple[str, dt.date], ...] = (), as_of: dt.date = AS_OF) -> Counted:
    return counted(people(*persons, hires=hires), as_of=as_of)[1]


def test_who_was_confirmed_within_180_days_is_available() -> None:
    recent, stale = AS_OF - dt.timedelta(days=180), AS_OF - dt.timedelta(days=181)
    assert city({"active_on": recent}).available[0] == 1
    assert city({"active_on": stale}).available[0] == 0


def test_who_can_come_later_is_ahead_in_the_month_they_stated() -> None:
    found = city({"active_on": day(7), "available_on": day(9, 1)})
    assert found.available[0] == 0
    assert found.ahead[0].tolist() == [0, 1, *[0] * 10]


def test_the_months_ahead_begin_with_the_one_that_has_not_ended() -> None:
    found = city({"active_on": day(7), "available_on": day(8, 20)}, as_of=day(8, 10))
    assert found.ahead[0].tolist() == [1, *[0] * 11]


def test_who_went_stale_is_not_expected_either() -> None:
    assert city({"active_on": day(1, 1), "available_on": day(9, 1)}).ahead.sum() == 0


def test_who_confirms_only_after_the_day_is_not_known_on_it() -> None:
    found = city({"active_on": day(8, 5)})
    assert (found.available[0], found.ahead.sum()) == (0, 0)


def test_who_was_hired_is_gone_until_confirmed_again() -> None:
    hire = (("P0", day(7, 20)),)
    assert city({"active_on": day(7, 1)}, hires=hire).available[0] == 0
    assert city({"active_on": day(7, 25)}, hires=hire).available[0] == 1


def test_without_any_day_a_person_does_not_count() -> None:
    assert people({"active_on": None}).occupation_code == ()


def test_one_who_never_confirmed_counts_from_the_last_file() -> None:
    assert city({"first_on": day(1), "last_on": day(7)}).available[0] == 1
    assert city({"first_on": day(1)}).available[0] == 0


def test_a_person_has_a_weight_of_one_over_the_industries_that_ask_for_the_occupation() -> None:
    cells, found = counted(people({"active_on": day(7)}))
    heads = dict(zip(cell_tuples(cells.index), found.available.tolist(), strict=True))
    assert heads == {
        ("city", None, None): 1,
        ("industry", "镁材料", None): 0.75,
        ("industry", None, None): 0.25,
        ("occupation", "镁材料", "A"): 0.75,
        ("occupation", None, "A"): 0.25,
    }
    assert found.persons.tolist() == [1] * 5


def test_a_person_without_a_code_counts_in_the_city_alone() -> None:
    found = city({"active_on": day(7)}, {"active_on": day(7), "occupation_code": None})
    assert found.available.tolist() == [2, 0.75, 0.25, 0.75, 0.25]
    assert (found.uncoded, found.persons[0]) == (1, 2)


def test_without_people_everything_is_empty() -> None:
    found = people()
    assert (found.first_on, history_months(found, as_of=AS_OF)) == (None, ())
    assert city().available.tolist() == [0]


def test_history_begins_after_the_month_of_the_first_file() -> None:
    assert history_months(people({"first_on": day(4, 20)}), as_of=AS_OF) == (day(5, 1), day(6, 1), day(7, 1))
    assert history_months(people({"first_on": day(4, 20)}), as_of=day(7, 30)) == (day(5, 1), day(6, 1))
    assert history_months(people({"first_on": day(7, 20)}), as_of=AS_OF) == ()
    assert history_months(people({"first_on": day(9, 20)}), as_of=AS_OF) == ()
    assert last_complete(AS_OF) == day(7, 1)


def test_stock_and_flows_follow_registration_placement_and_staleness() -> None:
    found = city(
        {"first_on": day(1), "active_on": day(2, 1)},  # stale after 31 July
        {"first_on": day(3), "active_on": day(7)},
        {"first_on": day(3), "active_on": day(4), "available_on": day(5)},
        hires=(("P2", day(6)),),
    )
    # Months February to July.
    assert found.stock[0].tolist() == [1, 2, 2, 3, 2, 2]
    assert found.inflow[0].tolist() == [0, 1, 0, 1, 0, 0]
    assert found.outflow[0].tolist() == [0, 0, 0, 0, 1, 0]


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(-100, 400)), min_size=1, max_size=12
    )
)
def test_erasing_a_person_lowers_every_stock_by_at_most_their_weight(
    drawn: list[tuple[int, int, int]],
) -> None:
    begin = dt.date(2025, 8, 1)
    persons: list[Person] = [
        {
            "first_on": begin + dt.timedelta(days=first),
            "active_on": begin + dt.timedelta(days=active),
            "available_on": begin + dt.timedelta(days=later),
            "occupation_code": "AB"[first % 2],
        }
        for first, active, later in drawn
    ]
    anchor: Person = {"first_on": begin, "active_on": None, "occupation_code": "A"}
    cells, full = counted(people(anchor, *persons))
    _, less = counted(people(anchor, *persons[:-1], {"occupation_code": persons[-1]["occupation_code"]}))
    before = np.hstack([full.stock[:, :1] * np.nan, full.stock[:, :-1]])
    assert np.allclose((full.stock - before - full.inflow + full.outflow)[:, 1:], 0)
    level = cells.index["level"].to_numpy()
    assert full.stock[level == "occupation"].sum(axis=0) == pytest.approx(full.stock[0])
    if less.stock.shape == full.stock.shape:
        assert (full.stock - less.stock >= -1e-9).all()
        assert (full.stock - less.stock <= 1 + 1e-9).all()
    assert 0 <= full.available[0] - less.available[0] <= 1
