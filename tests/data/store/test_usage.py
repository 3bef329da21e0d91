"""What callers used, and where a day's quota ends."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from data.store.store import Store
from data.store.usage import DayUsage, RouteClass, count_use, read_usage

DAY = dt.date(2026, 11, 21)


def use(store, route_class=RouteClass.READ, *, caller="agency:a", day=DAY, quota=None):
    return count_use(store, caller, route_class, day=day, quota=quota)


def test_requests_are_counted_and_weighed_per_caller_and_day(store):
    assert [use(store), use(store, RouteClass.MATCH), use(store, RouteClass.WRITE)] == [1, 11, 13]
    use(store, day=DAY + dt.timedelta(days=1))
    use(store, caller="agency:b")
    assert read_usage(store, "agency:a", since=DAY) == [
        DayUsage(DAY + dt.timedelta(days=1), reads=1, writes=0, matches=0, units=1),
        DayUsage(DAY, reads=1, writes=1, matches=1, units=13),
    ]
    assert read_usage(store, "agency:a", since=DAY + dt.timedelta(days=2)) == []


def test_a_quota_ends_the_day_and_what_is_refused_is_not_counted(store):
    assert use(store, RouteClass.MATCH, quota=12) == 10
    assert use(store, RouteClass.MATCH, quota=12) is None
    assert [use(store, quota=12) for _ in range(3)] == [11, 12, None]
    assert read_usage(store, "agency:a", since=DAY)[0].units == 12
    assert use(store, day=DAY + dt.timedelta(days=1), quota=12) == 1


def test_a_quota_smaller_than_one_request_refuses_the_first_too(store):
    assert use(store, RouteClass.MATCH, quota=9) is None
    assert read_usage(store, "agency:a", since=DAY) == []


def test_many_requests_at_once_cannot_pass_the_quota(store):
    with ThreadPoolExecutor(8) as pool:
        granted = [each for each in pool.map(lambda _: use(store, quota=10), range(24)) if each]
    assert sorted(granted) == list(range(1, 11))


def test_usage_survives_a_restart(sqlite_store):
    use(sqlite_store, quota=1)
    again = Store.from_url(str(sqlite_store.engine.url))
    assert use(again, quota=1) is None
    again.engine.dispose()
