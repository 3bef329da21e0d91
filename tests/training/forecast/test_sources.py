from __future__ import annotations

import pandas as pd

from training.forecast.sources import SourceState, find_sources

MONTHS = 24


def adverts(**windows: tuple[int, int, int]) -> pd.DataFrame:
    """Postings of sources by name: first month, last month, postings a month."""
    rows = [
        (name, month)
        for name, (first, last, count) in windows.items()
        for month in range(first, last + 1)
        for _ in range(count)
    ]
    return pd.DataFrame(rows, columns=["source", "month"])


def states(**windows: tuple[int, int, int]) -> dict[str, SourceState]:
    table = find_sources(adverts(**windows), MONTHS).table
    return dict(zip(table["source"], table["state"], strict=True))


def counted(name: str, **windows: tuple[int, int, int]) -> list[int]:
    found = find_sources(adverts(**windows), MONTHS)
    return [month for month in range(MONTHS) if found.counting[found.names.index(name), month]]


def test_the_only_source_counts_from_the_first_month_to_the_last() -> None:
    assert states(a=(0, 23, 10)) == {"a": SourceState.FOUNDING}
    assert counted("a", a=(0, 23, 10)) == list(range(24))


def test_a_new_source_counts_after_six_whole_months_beside_another() -> None:
    # Its first month may be a part of one: 18 to 23 are whole.
    assert states(a=(0, 23, 10), b=(17, 23, 10))["b"] is SourceState.ADMITTED
    assert counted("b", a=(0, 23, 10), b=(17, 23, 10)) == [18, 19, 20, 21, 22, 23]


def test_with_five_whole_months_it_does_not_count_yet() -> None:
    assert states(a=(0, 23, 10), b=(18, 23, 10))["b"] is SourceState.PROBATION
    assert counted("b", a=(0, 23, 10), b=(18, 23, 10)) == []


def test_neither_the_first_nor_the_last_month_of_a_source_that_comes_and_goes_counts() -> None:
    assert counted("b", a=(0, 23, 10), b=(3, 12, 10)) == list(range(4, 12))


def test_a_single_campaign_never_counts() -> None:
    assert states(a=(0, 23, 10), fair=(9, 9, 300))["fair"] is SourceState.PROBATION


def test_a_source_admitted_later_vouches_for_the_next_one() -> None:
    found = states(a=(0, 12, 10), b=(4, 23, 10), c=(14, 23, 10))
    assert found == {"a": SourceState.FOUNDING, "b": SourceState.ADMITTED, "c": SourceState.ADMITTED}


def test_what_replaces_the_only_source_founds_the_series_anew() -> None:
    found = find_sources(adverts(a=(0, 11, 10), b=(10, 23, 10)), MONTHS)
    # a is whole until month 10, so from month 11 on b is alone.
    assert found.restarts == (11,)
    assert found.table["state"].tolist() == [SourceState.FOUNDING, SourceState.FOUNDING]


def test_a_small_source_is_not_followed_and_always_counts() -> None:
    assert states(a=(0, 23, 10), small=(8, 20, 9))["small"] is SourceState.BACKGROUND
    assert counted("small", a=(0, 23, 10), small=(8, 20, 9)) == list(range(24))


def test_postings_outside_the_months_are_ignored() -> None:
    found = find_sources(adverts(a=(-3, 30, 10), late=(24, 30, 10)), MONTHS)
    assert found.names == ("a",)
    assert found.table["postings"].tolist() == [240]


def test_without_postings_there_is_no_source() -> None:
    found = find_sources(adverts(), 0)
    assert (found.names, found.counting.shape, found.restarts) == ((), (0, 0), ())
