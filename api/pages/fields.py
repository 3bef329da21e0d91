"""What forms and addresses say in figures, and moments as pages show them."""

from __future__ import annotations

import datetime as dt

from data.store.moments import BEIJING, utc

__all__ = ["is_number", "shown_time"]


def is_number(given: str, *, digits: int = 6) -> bool:
    """Return whether a text is a whole number of at most so many digits, without a sign.

    Parameters
    ----------
    given
        What was typed, or stands in an address.
    digits
        Most digits; more would be no number that anything here can have.

    Examples
    --------
    >>> [is_number(each) for each in ("50", "²", "-1", "", "1234567")]
    [True, False, False, False, False]
    """
    return given.isascii() and given.isdigit() and len(given) <= digits


def shown_time(moment: dt.datetime | None) -> str:
    """Return a moment to the minute, in the time of China; empty for none.

    Parameters
    ----------
    moment
        The moment; one without a zone is in UTC.
    """
    return "" if moment is None else f"{utc(moment).astimezone(BEIJING):%Y-%m-%d %H:%M}"
