"""The correction of demand for its sources, on cities whose true demand is known."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.forecast.breaks import BreakKind
from training.forecast.coverage import Coverage, measure_coverage
from training.forecast.demand import next_months
from training.forecast.series import Openings, count_openings, read_openings
from training.forecast.sources import SourceState

MONTHS = next_months(dt.date(2024, 1, 1), 24)
END = dt.date(2025, 12, 31)
Row = tuple[int, str, float, str, tuple[str, ...]]
"""Month, employer, heads, industry and sources of one vacancy."""


def measured(rows: Sequence[Row]) -> tuple[Openings, Coverage]:
    frame = pd.DataFrame(rows, columns=["place", "employer", "heads", "key_industry", "sources"])
    opened = [MONTHS[place].replace(day=15) for place in frame["place"]]
    frame = frame.assign(
        vacancy_id=[f"v{number}" for number in range(len(frame))],
        opened_on=opened,
        occupation_code="A",
        synthetic=False,
    )
    openings = read_openings(frame, end=END)
    adverts = frame[["vacancy_id", "sources", "opened_on"]].explode("sources")
    adverts = adverts.rename(columns={"sources": "source", "opened_on": "posted_on"})
    return openings, measure_coverage(openings, adverts, frame["employer"].tolist())


def corrected(rows: Sequence[Row]) -> list[float]:
    openings, coverage = measured(rows)
    return count_openings(openings, weights=coverage.weights).total.round(6).tolist()


def steady(
    source: str, employers: int, *, first: int = 0, last: int = 23, heads: float = 2.0, prefix: str = "e"
) -> list[Row]:
    """Return one vacancy a month of every employer."""
    return [
        (month, f"{prefix}{number}", heads, "镁材料", (source,))
        for month in range(first, last + 1)
        for number in range(employers)
    ]


def test_with_one_stable_source_the_correction_is_exactly_one() -> None:
    rng = np.random.default_rng(5)
    rows: list[Row] = [
        (month, f"e{rng.integers(30)}", float(rng.integers(1, 9)), "镁材料", ("a",))
        for month in range(24)
        for _ in range(rng.integers(15, 40))
    ]
    openings, coverage = measured(rows)
    assert (coverage.weights == 1).all()
    assert (coverage.factors == 1).all()
    assert (
        count_openings(openings, weights=coverage.weights).total.tolist()
        == count_openings(openings).total.tolist()
    )


def test_a_second_source_with_other_employers_scales_the_past_up() -> None:
    # 20 employers on a all along, 10 more on b from month 10 on: the market seen grows by half.
    rows = steady("a", 20) + steady("b", 10, first=10, prefix="f")
    openings, coverage = measured(rows)
    assert count_openings(openings).total.tolist() == [40.0] * 10 + [60.0] * 14
    # The first month of b may not be whole: there only a counts.
    assert corrected(rows) == [60.0] * 24
    assert coverage.factors.tolist() == pytest.approx([1.5] * 10 + [1.0] * 14)


def test_growth_within_the_matched_part_is_kept() -> None:
    # Both sources double from month 18 on; b comes in month 8 and a third of the market is only there.
    rows = steady("a", 20, last=17) + steady("a", 20, first=18, heads=4.0)
    rows += steady("b", 10, first=8, last=17, prefix="f") + steady("b", 10, first=18, heads=4.0, prefix="f")
    assert corrected(rows) == [60.0] * 18 + [120.0] * 6


def test_a_source_that_goes_scales_the_past_down() -> None:
    rows = steady("a", 20) + steady("b", 10, last=13, prefix="f")
    assert corrected(rows) == [40.0] * 24


def test_a_source_on_probation_does_not_count() -> None:
    rows = steady("a", 20) + steady("b", 10, first=20, prefix="f")
    openings, coverage = measured(rows)
    assert count_openings(openings).total.tolist()[-4:] == [60.0] * 4
    assert corrected(rows) == [40.0] * 24
    assert coverage.sources["state"].tolist() == [SourceState.FOUNDING, SourceState.PROBATION]
    assert [each.kind for each in coverage.breaks] == [BreakKind.SOURCE_APPEARS]
    assert "暂不计入" in coverage.breaks[0].message


def test_an_employer_that_moves_to_another_source_is_no_growth() -> None:
    # 10 of 30 employers leave a for b in month 12; demand is 60 all along.
    rows = steady("a", 20) + steady("a", 10, last=11, prefix="f") + steady("b", 10, first=12, prefix="f")
    # In its first month, which may not be whole, b does not count: what moved is missed there alone.
    assert corrected(rows) == [60.0] * 12 + [40.0] + [60.0] * 11


def test_where_nothing_is_shared_the_past_is_cut() -> None:
    rows = steady("a", 20, last=11) + steady("b", 15, first=11, prefix="f")
    _, coverage = measured(rows)
    # a is whole until month 10, b from month 12 on.
    assert coverage.first == 12
    assert corrected(rows) == [0.0] * 12 + [30.0] * 12
    assert np.isnan(coverage.factors[:12]).all()
    assert [each.month for each in coverage.breaks if each.kind is BreakKind.UNLINKED] == [MONTHS[12]]


def test_too_few_shared_vacancies_link_nothing() -> None:
    # Four employers on a make 24 shared vacancies in six months; 30 are needed.
    small = [(month, f"e{n}", 2.0, "镁材料", ("a",)) for month in range(24) for n in range(4)]
    extra = [(month, "x", 1.0, "镁材料", ("a", "b")) for month in range(10, 24) for _ in range(7)]
    large = steady("b", 10, first=10, prefix="f")
    _, coverage = measured(small + extra + large)
    assert coverage.first > 0


def test_a_thin_industry_follows_the_city() -> None:
    # b brings half of the city again, all of it in 镁材料; 港口物流 has 2 heads a month.
    rows = steady("a", 20) + steady("b", 10, first=10, prefix="f")
    rows += [(month, "p", 2.0, "港口物流", ("a",)) for month in range(24)]
    openings, coverage = measured(rows)
    table = count_openings(openings, weights=coverage.weights)
    port = table.matrix[table.index["key_industry"].tolist().index("港口物流")]
    # Six months hold 12 heads of the port and 252 of the city, 384 with b's: (12 + 50 x 372 / 252) / 62.
    assert port[0] == pytest.approx(2 * (12 + 50 * 372 / 252) / 62)
    assert port[-1] == 2


def test_children_add_up_to_their_parents_after_the_correction() -> None:
    rng = np.random.default_rng(9)
    rows: list[Row] = [
        (
            month,
            f"e{rng.integers(40)}",
            float(rng.integers(1, 6)),
            str(rng.choice(["镁材料", "港口物流"])),
            ("a",),
        )
        for month in range(24)
        for _ in range(30)
    ]
    rows += [(m, f"f{n}", 3.0, "港口物流", ("b",)) for m in range(9, 24) for n in range(12)]
    openings, coverage = measured(rows)
    table = count_openings(openings, weights=coverage.weights)
    level = table.index["level"].to_numpy()
    assert table.matrix[level == "industry"].sum(axis=0) == pytest.approx(table.total)
    assert table.matrix[level == "occupation"].sum(axis=0) == pytest.approx(table.total)
    assert len(set(coverage.factors.round(3))) > 1


def test_what_has_no_source_always_counts() -> None:
    rows: list[Row] = [(month, f"e{n}", 2.0, "镁材料", ()) for month in range(24) for n in range(20)]
    _, coverage = measured(rows)
    assert (coverage.weights == 1).all()


def test_without_vacancies_there_is_nothing_to_correct() -> None:
    openings, coverage = measured([])
    assert openings.months == ()
    assert (len(coverage.sources), len(coverage.weights), coverage.breaks) == (0, 0, ())


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10_000),
    share=st.floats(0.05, 1.0),
    first=st.integers(0, 20),
    length=st.integers(1, 24),
    late=st.booleans(),
)
def test_a_source_that_repeats_another_never_changes_the_corrected_level(
    seed: int, share: float, first: int, length: int, late: bool
) -> None:
    rng = np.random.default_rng(seed)
    rows: list[Row] = [
        (
            month,
            f"e{rng.integers(40)}",
            float(rng.integers(1, 6)),
            str(rng.choice(["镁材料", "港口物流"])),
            ("a",),
        )
        for month in range(24)
        for _ in range(25)
    ]
    if late:
        rows += [(m, f"f{n}", 2.0, "港口物流", ("c",)) for m in range(8, 24) for n in range(11)]
    copies = [
        (*row[:4], (*row[4], "copy"))
        if row[4] == ("a",) and first <= row[0] < first + length and rng.random() < share
        else row
        for row in rows
    ]
    assert corrected(copies) == corrected(rows)


def test_records_are_plain_and_tell_what_lies_before_the_series() -> None:
    _, coverage = measured(steady("a", 20, last=11) + steady("b", 15, first=11, prefix="f"))
    records = coverage.to_records()
    assert json.loads(json.dumps(records)) == records
    assert records["first_month"] == "2025-01-01"
    assert records["factors"][11:13] == [
        {"month": "2024-12-01", "factor": None},
        {"month": "2025-01-01", "factor": 1.0},
    ]
    assert [each["source"] for each in records["sources"]] == ["a", "b"]
    assert records["breaks"][-1]["size"] is None
    assert coverage.recent_breaks == ()
    assert measured([])[1].to_records()["first_month"] is None


def test_a_change_within_six_months_is_recent() -> None:
    _, coverage = measured(steady("a", 20) + steady("b", 10, first=19, prefix="f"))
    assert [each.month for each in coverage.recent_breaks] == [MONTHS[19]]
    _, coverage = measured(steady("a", 20) + steady("b", 10, first=16, prefix="f"))
    assert coverage.recent_breaks == ()
