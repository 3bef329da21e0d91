"""Moments and the day in China."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from data.store.moments import beijing_day, utc


def test_a_moment_without_a_zone_is_utc():
    bare = dt.datetime(2026, 11, 21, 16, 0)  # noqa: DTZ001
    assert utc(bare) == dt.datetime(2026, 11, 21, 16, 0, tzinfo=dt.UTC)
    assert utc(utc(bare)) == utc(bare)


def test_four_in_the_afternoon_of_greenwich_is_the_next_day_in_china():
    assert beijing_day(dt.datetime(2026, 11, 21, 15, 59, tzinfo=dt.UTC)) == dt.date(2026, 11, 21)
    assert beijing_day(dt.datetime(2026, 11, 21, 16, 0, tzinfo=dt.UTC)) == dt.date(2026, 11, 22)


def test_today_is_the_day_in_china_everywhere():
    """Before eight in the morning a posting of today would stand in the future of Greenwich."""
    root = Path(__file__).resolve().parents[3]
    sources = [each for top in ("api", "data", "matching", "training") for each in (root / top).rglob("*.py")]
    assert len(sources) > 100
    wrong = [str(each) for each in sources if "now(dt.UTC).date()" in each.read_text(encoding="utf-8")]
    assert not wrong
