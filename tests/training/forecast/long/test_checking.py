"""What of a long table can be used, and what is said of the rest."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from training.forecast.long.checking import check_long, month_label, table_remarks
from training.forecast.long.months import month_number
from training.forecast.rules import Status

GOOD = [("good", f"2023-{month:02d}", str(month)) for month in range(1, 13)]


@pytest.fixture
def checked(from_rows, options):
    """Check rows beside a good series of twelve months; return its panel and the findings on ``bad``."""

    def check(rows, **changes):
        table = from_rows([*GOOD, *(("bad", *row) for row in rows)])
        panel = check_long(table, dataclasses.replace(options, **changes))
        # Whatever stands beside it, the good series goes through.
        assert panel.usable[0]
        assert panel.matrix[0].tolist() == list(range(1, 13))
        assert not any(one.row == 0 for one in panel.noted)
        return panel, {one.finding.reason["code"]: one.finding for one in panel.noted}

    return check


def year(values, months=range(1, 13)):
    return [(f"2023-{month:02d}", str(value)) for month, value in zip(months, values, strict=True)]


def test_a_complete_series_is_used_as_it_is(checked):
    panel, found = checked(year([5.0] * 12))
    assert (panel.usable.all(), found) == (True, {})
    assert panel.matrix[1].tolist() == [5.0] * 12
    assert panel.first_month == month_number(dt.date(2023, 1, 1))
    assert panel.last_month == dt.date(2023, 12, 1)


def test_rows_in_any_order_give_the_same(checked):
    panel, _ = checked(year(range(12))[::-1])
    assert panel.matrix[1].tolist() == list(range(12))


def test_a_gap_is_unknown_and_names_its_months(checked):
    panel, found = checked(year([1] * 10, [1, 2, 3, 4, 5, 7, 8, 9, 11, 12]))
    assert not panel.usable[1]
    gap = found["gap"]
    assert (gap.status, gap.reason["have"]) == (Status.REFUSED, 2)
    assert "2023-06、2023-10" in gap.reason["message"]
    assert panel.matrix[1].sum() == 0


def test_many_missing_months_are_named_in_part(checked):
    _, found = checked(year([1, 1], [1, 12]))
    assert "2023-02、2023-03、2023-04 等" in found["gap"].reason["message"]


def test_an_empty_cell_is_a_gap_as_well(checked):
    _, found = checked(year([1, 1, 1, "", 1, 1, 1, 1, 1, 1, 1, 1]))
    assert "2023-04" in found["gap"].reason["message"]


def test_on_request_missing_months_are_zero_to_the_end(checked):
    panel, found = checked(year([1] * 8, [1, 2, 3, 4, 5, 7, 8, 9]), missing_zero=True)
    assert panel.usable[1]
    assert panel.matrix[1].tolist() == [1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0]
    assert found["gap_filled"].status is Status.OK
    assert found["gap_filled"].reason["have"] == 4


def test_a_series_that_ended_earlier_is_stale(checked):
    panel, found = checked(year([1] * 10, range(1, 11)))
    assert not panel.usable[1]
    assert found["stale_data"].reason["have"] == 2
    assert "2023-10" in found["stale_data"].reason["message"]


def test_a_series_that_begins_later_is_zero_before_and_says_where_it_begins(checked):
    panel, found = checked(year([3] * 6, range(7, 13)))
    assert (panel.usable[1], panel.start[1], found) == (True, 6, {})
    assert panel.matrix[1].tolist() == [0] * 6 + [3] * 6


def test_too_few_months_are_counted(checked):
    _, found = checked(year([3] * 5, range(8, 13)))
    reason = found["insufficient_history"].reason
    assert (reason["have"], reason["need"]) == (5, 6)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("-1", "negative"),
        ("三", "not_numeric"),
        ("inf", "not_finite"),
        ("-inf", "not_finite"),
        ("1e13", "out_of_range"),
    ],
)
def test_a_value_that_cannot_be_used_refuses_its_series(checked, value, code):
    panel, found = checked(year([1] * 11 + [value]))
    assert not panel.usable[1]
    assert found[code].status is Status.REFUSED
    assert found[code].reason["have"] == 1


def test_negative_values_may_be_allowed(checked):
    panel, found = checked(year([-1] * 12), allow_negative=True)
    assert (panel.usable[1], found) == (True, {})


def test_a_month_twice_with_the_same_value_counts_once(checked):
    panel, found = checked([*year([2] * 12), ("2023年5月", "2.0"), ("2023-05-31", "2")])
    assert panel.matrix[1].tolist() == [2] * 12
    assert (found["duplicate_same"].status, found["duplicate_same"].reason["have"]) == (Status.OK, 2)


@pytest.mark.parametrize("other", ["3", ""])
def test_a_month_twice_with_different_values_refuses_its_series(checked, other):
    panel, found = checked([*year([2] * 12), ("2023-05", other)])
    assert not panel.usable[1]
    assert found["duplicate"].status is Status.REFUSED
    assert "2023-05" in found["duplicate"].reason["message"]


def test_a_duplicate_in_a_series_with_another_fault_adds_nothing(checked):
    _, found = checked([*year([-2] * 12), ("2023-05", "-3")])
    assert set(found) == {"negative"}


def test_a_month_that_cannot_be_read_refuses_its_series(checked):
    panel, found = checked([*year([2] * 12), ("六月", "2")])
    assert not panel.usable[1]
    assert found["month_unreadable"].reason["have"] == 1


def test_months_that_have_not_ended_are_left_out_whatever_stands_there(checked):
    panel, found = checked([*year([2] * 12), ("2024-01", "-5"), ("2024-02", "x"), ("2031-01", "9")])
    assert panel.usable[1]
    assert panel.matrix.shape == (2, 12)
    assert (found["incomplete_month"].reason["have"], found["future_month"].reason["have"]) == (1, 2)


def test_a_month_counts_from_its_last_day_on(from_rows, options):
    table = from_rows([*GOOD, ("good", "2024-01", "7")])
    ended = check_long(table, dataclasses.replace(options, as_of=dt.date(2024, 1, 31)))
    assert ended.matrix[0].tolist() == [*range(1, 13), 7]
    assert ended.noted == ()


def test_a_series_of_nothing_but_future_months_has_no_history(checked):
    _, found = checked([("2030-01", "1")])
    assert found["insufficient_history"].reason["have"] == 0


def test_older_months_than_ten_years_are_not_used(from_rows, options):
    table = from_rows([*GOOD, ("good", "1990-01", "7"), ("old", "2013-12", "1"), ("old", "2023-12", "1")])
    panel = check_long(table, options)
    assert (panel.matrix.shape, panel.older) == ((2, 120), 2)
    assert panel.start.tolist() == [108, 119]
    assert "更早的 2 行未使用" in table_remarks(table, panel, options)[0]


def test_a_series_with_a_fault_does_not_set_the_last_month(from_rows, options):
    table = from_rows([*(("a", f"2023-{month:02d}", "1") for month in range(1, 10)), ("b", "2023-12", "x")])
    assert check_long(table, options).last_month == dt.date(2023, 9, 1)


def test_without_a_usable_cell_there_is_no_month(from_rows, options):
    panel = check_long(from_rows([("a", "2023-06", "x"), ("b", "六月", "1")]), options)
    assert panel.matrix.shape == (2, 0)
    assert panel.last_month == dt.date(2023, 12, 1)
    assert not panel.usable.any()


def test_the_table_as_a_whole_is_spoken_of(from_rows, options):
    rows = [(name, "2023-06", "1") for name in "abc"] + [("d", "2023-09", "1")]
    table = dataclasses.replace(from_rows(rows), nameless=2, broken=3)
    said = table_remarks(table, check_long(table, options), options)
    assert [sentence[:8] for sentence in said] == [
        "有 2 行没有 ",
        "有 3 行的单元",
        "数据止于 202",
        "有 3 个序列早",
    ]
    assert "已 102 天" in said[2]


def test_months_are_named_as_they_are_written():
    assert month_label(month_number(dt.date(987, 2, 1))) == "0987-02"


def test_a_fault_in_one_of_many_series_costs_only_that_one(from_rows, options):
    rows = [(f"s{number}", f"2023-{month:02d}", "1") for number in range(50) for month in range(1, 13)]
    rows[5 * 12] = ("s5", "2023-01", "-1")
    panel = check_long(from_rows(rows), options)
    assert np.flatnonzero(~panel.usable).tolist() == [5]
