"""A reason as part of a record: why a figure is missing or only indicative."""

from __future__ import annotations

from data.records import Record

__all__ = ["Caveat"]


class Caveat(Record):
    """One reason, the fields of :class:`training.forecast.rules.Reason`."""

    code: str
    """Stable identifier for programs."""
    have: float
    """What there is."""
    need: float
    """What is needed."""
    message: str
    """The reason in Chinese."""
