"""Totals come out; what a single unit reported never does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError, UnknownName
from data.survey.returns import Return, ReturnFile, write_returns
from data.survey.totals import LARGEST_SHARE, LEAST_UNITS, aggregate

NUMBER = "营人调1表"


@pytest.fixture
def report(survey):
    def reports(values, period="2026Q1"):
        returns = tuple(
            Return(
                unit_code=f"u{i}",
                period=period,
                numbers={"A01": value},
                categories={"B01": name} if name else {},
            )
            for i, (name, value) in enumerate(values)
        )
        write_returns(survey, NUMBER, ReturnFile(sha256="0" * 64, returns=returns))
        return survey

    return reports


def shown(rows):
    return {row.group: row.total for row in rows}


def test_totals_by_period(report):
    report([("化工", 10.0)] * 3)
    store = report([("化工", 20.0)] * 4, period="2026Q2")
    rows = aggregate(store, NUMBER, "A01")
    assert [(row.group, row.units, row.total, row.withheld) for row in rows] == [
        ("2026Q1", 3, 30.0, ""),
        ("2026Q2", 4, 80.0, ""),
    ]


def test_fewer_than_three_units_are_withheld_with_their_number(report):
    (row,) = aggregate(report([("化工", 10.0)] * 2), NUMBER, "A01")
    assert (row.units, row.total) == (None, None)
    assert "不足 3 家" in row.withheld


def test_a_total_that_is_nearly_one_units_is_withheld(report):
    (row,) = aggregate(report([("化工", 71.0), ("化工", 15.0), ("化工", 14.0)]), NUMBER, "A01")
    assert (row.units, row.total) == (3, None)
    assert "70%" in row.withheld
    (row,) = aggregate(report([("化工", 70.0), ("化工", 16.0), ("化工", 14.0)]), NUMBER, "A01")
    assert row.total == 100.0
    (row,) = aggregate(report([("化工", 0.0)] * 3), NUMBER, "A01")
    assert row.total == 0.0


def test_a_lone_withheld_group_takes_the_smallest_other_with_it(report):
    store = report([("化工", 10.0)] * 3 + [("港口", 20.0)] * 3 + [("装备", 5.0)])
    rows = aggregate(store, NUMBER, "A01", by="B01")
    assert shown(rows) == {"化工": None, "港口": 60.0, "装备": None}
    assert {row.group: row.withheld for row in rows}["化工"] == "防止由合计倒推他组"


def test_two_withheld_groups_protect_each_other(report):
    store = report([("化工", 10.0)] * 3 + [("港口", 20.0), ("", 5.0)])
    assert shown(aggregate(store, NUMBER, "A01", by="B01")) == {"化工": 30.0, "港口": None, "（未填）": None}


def test_by_category_the_latest_period_is_told_unless_another_is_asked_for(report):
    report([("化工", 10.0)] * 3)
    store = report([("化工", 20.0)] * 3, period="2026Q2")
    assert shown(aggregate(store, NUMBER, "A01", by="B01")) == {"化工": 60.0}
    assert shown(aggregate(store, NUMBER, "A01", by="B01", period="2026Q1")) == {"化工": 30.0}


def test_what_has_no_total_is_refused(report):
    store = report([("化工", 10.0)] * 3)
    with pytest.raises(InputError, match="不能求和"):
        aggregate(store, NUMBER, "B01")
    with pytest.raises(InputError, match="不能分组"):
        aggregate(store, NUMBER, "A01", by="A01")
    with pytest.raises(UnknownName, match="没有报送"):
        aggregate(store, NUMBER, "A01", by="B01", period="1999")
    with pytest.raises(UnknownName, match="没有登记"):
        aggregate(store, "自造表", "A01")


def test_nothing_that_is_told_rests_on_too_few_or_on_one(tmp_path_factory, described):
    from data.survey.forms import write_form
    from data.survey.store import SurveyStore

    store = SurveyStore.from_url(f"sqlite:///{tmp_path_factory.mktemp('survey') / 's.db'}")
    write_form(store, described)
    period = iter(range(10_000))
    pairs = st.tuples(st.sampled_from(["甲", "乙", "丙"]), st.floats(0, 1000).map(lambda x: round(x, 2)))

    @given(st.lists(pairs, min_size=1, max_size=12))
    def holds(values):
        now = f"{next(period):05}"
        returns = tuple(
            Return(unit_code=f"u{i}", period=now, numbers={"A01": value}, categories={"B01": name})
            for i, (name, value) in enumerate(values)
        )
        write_returns(store, NUMBER, ReturnFile(sha256="0" * 64, returns=returns))
        rows = aggregate(store, NUMBER, "A01", by="B01", period=now)
        for row in rows:
            group = [value for name, value in values if name == row.group]
            if row.total is not None:
                assert len(group) >= LEAST_UNITS
                assert max(group) <= LARGEST_SHARE * sum(group) + 1e-9
                assert row.total == pytest.approx(sum(group))
        assert sum(row.total is None for row in rows) != 1 or len(rows) == 1

    holds()
    store.engine.dispose()
