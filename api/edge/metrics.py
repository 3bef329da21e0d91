"""Prometheus metrics of the service.

Labels are the method, the template of the route and the class of the status: their number is bounded and none
of them tells of a person. Where several processes serve, each writes its numbers to a folder
(``PROMETHEUS_MULTIPROC_DIR``) and any of them answers for all.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.values import MutexValue, ValueClass

__all__ = ["CONTENT_TYPE", "read_metrics", "request_begins", "request_ends", "set_serving"]

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
"""Media type of what :func:`read_metrics` returns."""
_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_REGISTRY = CollectorRegistry()
_REQUESTS = Counter(
    "yingcai_requests", "Requests answered", ("method", "route", "status"), registry=_REGISTRY
)
_DURATION = Histogram(
    "yingcai_request_seconds", "Time to answer", ("method", "route"), buckets=_SECONDS, registry=_REGISTRY
)
_IN_FLIGHT = Gauge(
    "yingcai_requests_in_flight", "Requests being answered", registry=_REGISTRY, multiprocess_mode="livesum"
)
_POOL = Gauge(
    "yingcai_pool_size",
    "Profiles and vacancies that can be matched",
    ("pool",),
    registry=_REGISTRY,
    multiprocess_mode="livemax",
)
_REFRESHED = Gauge(
    "yingcai_refreshed_timestamp_seconds",
    "When what is served was last found up to date",
    registry=_REGISTRY,
    multiprocess_mode="livemin",
)
_FAILING = Gauge(
    "yingcai_refresh_failing",
    "1 while the last refresh failed",
    registry=_REGISTRY,
    multiprocess_mode="livemax",
)
_DEGRADED = Gauge(
    "yingcai_encoder_degraded",
    "1 while requests are answered without the encoder",
    registry=_REGISTRY,
    multiprocess_mode="livemax",
)


def request_begins() -> None:
    """Count a request that is being answered."""
    _IN_FLIGHT.inc()


def request_ends(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that was answered.

    Parameters
    ----------
    method
        HTTP method; one that is not known counts as ``other``.
    route
        Template of the route, not the path.
    status
        Status of the answer; its hundreds are kept.
    seconds
        How long the answer took.
    """
    method = method if method in _METHODS else "other"
    _IN_FLIGHT.dec()
    _REQUESTS.labels(method, route, f"{status // 100}xx").inc()
    _DURATION.labels(method, route).observe(seconds)


def set_serving(*, profiles: int, vacancies: int, refreshed: float, failing: bool, degraded: bool) -> None:
    """State what is served.

    Parameters
    ----------
    profiles, vacancies
        How many can be matched.
    refreshed
        When they were last found up to date, in seconds since 1970.
    failing
        Whether the last refresh failed.
    degraded
        Whether requests are answered without the encoder.
    """
    _POOL.labels("profiles").set(profiles)
    _POOL.labels("vacancies").set(vacancies)
    _REFRESHED.set(refreshed)
    _FAILING.set(failing)
    _DEGRADED.set(degraded)


def read_metrics() -> bytes:
    """Return the metrics of all processes that serve, in Prometheus' text format."""
    if ValueClass is MutexValue:
        return generate_latest(_REGISTRY)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)
