"""Whether a key opens anything now, as people are told it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from data.store.moments import utc

__all__ = ["KeyStanding", "key_standing"]


class KeyStanding(NamedTuple):
    """Whether a key opens anything."""

    name: Literal["valid", "ending", "expired", "revoked"]
    """``ending`` for a key that is valid and has an end."""
    label: str
    """The same in Chinese, with the day."""


def key_standing(row: Mapping[str, Any], now: dt.datetime) -> KeyStanding:
    """Return whether a key opens anything; whether its agency may use the API is another question.

    Parameters
    ----------
    row
        A key as :func:`data.store.keys.list_keys` returns it.
    now
        The time, UTC.

    Examples
    --------
    >>> end = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    >>> key_standing({"revoked_at": None, "expires_at": end}, end).label
    '已于 2026-11-21 到期'
    """
    if row["revoked_at"]:
        return KeyStanding("revoked", f"已于 {row['revoked_at']:%Y-%m-%d} 停用")
    end = row["expires_at"]
    if end is None:
        return KeyStanding("valid", "有效")
    if utc(end) <= now:
        return KeyStanding("expired", f"已于 {end:%Y-%m-%d} 到期")
    return KeyStanding("ending", f"有效至 {end:%Y-%m-%d}")
