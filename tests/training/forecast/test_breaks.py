from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from training.forecast.breaks import BreakKind, employer_breaks, link_breaks, source_breaks
from training.forecast.demand import next_months
from training.forecast.sources import find_sources

MONTHS = next_months(dt.date(2025, 1, 1), 12)


def test_a_followed_source_is_flagged_when_it_comes_and_when_it_goes() -> None:
    adverts = pd.DataFrame(
        [
            (name, month)
            for name, months in (("甲", range(12)), ("乙", range(3, 9)))
            for month in months
            for _ in range(10)
        ]
        + [("小", 5)],
        columns=["source", "month"],
    )
    sources = find_sources(adverts, 12)
    shares = np.array([0.2 if name == "乙" else 0.5 for name in sources.names])
    found = list(source_breaks(sources, shares, MONTHS))
    assert [(each.month, each.kind, each.subject, each.size) for each in found] == [
        (MONTHS[3], BreakKind.SOURCE_APPEARS, "乙", 0.2),
        (MONTHS[8], BreakKind.SOURCE_DISAPPEARS, "乙", 0.2),
    ]
    assert "20.0%" in found[0].message


def test_a_link_is_told_unless_it_is_exactly_one() -> None:
    found = list(link_breaks({2: 1.0, 4: 1.25, 7: float("nan")}, MONTHS))
    assert [(each.month, each.kind) for each in found] == [
        (MONTHS[4], BreakKind.LEVEL_LINKED),
        (MONTHS[7], BreakKind.UNLINKED),
    ]
    assert "1.250" in found[0].message


def employers(*rows: tuple[int, int, float], first: int = 0) -> list[tuple[dt.date, float]]:
    """Flag months from rows of month, employer and heads."""
    month, employer, heads = (np.array(column) for column in zip(*rows, strict=True))
    found = employer_breaks(heads.astype(float), month, employer, MONTHS[:3], first=first)
    return [(each.month, each.size) for each in found]


def test_one_employer_that_makes_most_of_a_large_change_is_flagged() -> None:
    # From 100 to 150: 40 of the 50 more are employer 1's.
    rows = ((0, 0, 50.0), (0, 1, 50.0), (1, 0, 60.0), (1, 1, 90.0), (2, 0, 60.0), (2, 1, 90.0))
    assert employers(*rows) == [(MONTHS[1], 0.8)]
    assert employers(*rows, first=1) == []


def test_a_change_that_many_employers_make_is_none_of_one() -> None:
    rows = [(month, n, 10.0 + 10 * month) for month in range(3) for n in range(4)]
    assert employers(*rows) == []


def test_a_small_change_is_not_looked_into() -> None:
    assert employers((0, 0, 50.0), (1, 0, 65.0), (2, 0, 50.0)) == []


def test_an_employer_that_offsets_others_makes_at_most_the_whole_change() -> None:
    # The city grows by 50; employer 0 by 90, employer 1 falls by 40.
    rows = ((0, 0, 10.0), (0, 1, 60.0), (1, 0, 100.0), (1, 1, 20.0), (2, 0, 100.0), (2, 1, 20.0))
    assert employers(*rows) == [(MONTHS[1], 1.0)]
