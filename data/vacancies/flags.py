"""What makes a vacancy doubtful: evergreen advertisements and ghosts.

Evergreen: open for more than 180 days with refreshes (whether anybody applied is not known to the store, and
the evidence says so), or posted again less than 14 days after its close for more than the third time.

Ghost: one part of the three-part test of an opening (U.S. JOLTS: a position exists, work could start within
30 days, the employer recruits actively) demonstrably fails. That a position exists is not for postings to
show and is never judged. Nothing is flagged for want of data.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from data.records import Outcome
from data.vacancies.spells import Spell

__all__ = ["Flag", "flags_of", "refreshes_of", "reposted_soon"]

Flag = dict[str, Any]
"""``flag`` (evergreen or ghost), ``rule`` and ``evidence``."""

_LONG_OPEN, _SOON, _START_WITHIN = 180, 14, 30
_MOST_REPOSTS = 3
_LIVE = {Outcome.OPEN.value, Outcome.UNKNOWN.value}


def refreshes_of(spell: Spell) -> int:
    """Count the postings of a spell that appeared after every earlier one had last been seen."""
    count, seen = 0, None
    for advert in spell.adverts:
        if seen is not None and advert.opened is not None and advert.opened > seen:
            count += 1
        seen = max((day for day in (seen, advert.seen) if day is not None), default=None)
    return count


def reposted_soon(spell: Spell, before: Spell | None) -> bool:
    """Tell whether a spell opened less than 14 days after the one before it had ended."""
    if before is None or before.known_until is None or spell.first.opened is None:
        return False
    return (spell.first.opened - before.known_until).days < _SOON


def flags_of(spell: Spell, *, soon_reposts: int) -> list[Flag]:
    """Return what makes a vacancy doubtful.

    Parameters
    ----------
    spell
        Its postings.
    soon_reposts
        How many times in a row, this time included, the need was posted again within 14 days.

    Returns
    -------
    list
        One entry for each rule that applies, with the numbers and days it rests on; empty for most.
    """
    flags = [_open_long(spell), _reposted(spell, soon_reposts), _start_far(spell), _not_recruiting(spell)]
    return [flag for flag in flags if flag is not None]


def _open_long(spell: Spell) -> Flag | None:
    opened, seen, refreshes = spell.first.opened, _last_seen(spell), refreshes_of(spell)
    if opened is None or seen is None or spell.ended is not None or not refreshes:
        return None
    days = (seen - opened).days
    if days <= _LONG_OPEN:
        return None
    return {
        "flag": "evergreen",
        "rule": "open_180_days_refreshed",
        "evidence": {
            "opened_on": opened.isoformat(),
            "last_seen_on": seen.isoformat(),
            "days_open": days,
            "refreshes": refreshes,
            "applicant_activity": "unknown",
        },
    }


def _reposted(spell: Spell, soon_reposts: int) -> Flag | None:
    if soon_reposts <= _MOST_REPOSTS or spell.first.opened is None:
        return None
    return {
        "flag": "evergreen",
        "rule": "reposted_within_14_days",
        "evidence": {"times": soon_reposts, "opened_on": spell.first.opened.isoformat()},
    }


def _start_far(spell: Spell) -> Flag | None:
    """JOLTS, second part: no start within 30 days of the last day on which the need is known to be open."""
    starts = [advert.start_by for advert in spell.adverts if advert.start_by]
    open_until = spell.ended or _last_seen(spell)
    if not starts or open_until is None:
        return None
    days = (min(starts) - open_until).days
    if days <= _START_WITHIN:
        return None
    return {
        "flag": "ghost",
        "rule": "no_start_within_30_days",
        "evidence": {
            "start_by": min(starts).isoformat(),
            "open_until": open_until.isoformat(),
            "days_until_start": days,
        },
    }


def _not_recruiting(spell: Spell) -> Flag | None:
    """JOLTS, third part: still shown more than 30 days after its last validity ran out, and never closed."""
    ends = [advert.valid_until for advert in spell.adverts if advert.valid_until]
    seen = _last_seen(spell)
    live = all(advert.outcome in _LIVE and advert.closed is None for advert in spell.adverts)
    if len(ends) < len(spell.adverts) or seen is None or not live:
        return None
    days = (seen - max(ends)).days
    if days <= _START_WITHIN:
        return None
    return {
        "flag": "ghost",
        "rule": "shown_after_validity",
        "evidence": {
            "valid_until": max(ends).isoformat(),
            "last_seen_on": seen.isoformat(),
            "days_after": days,
        },
    }


def _last_seen(spell: Spell) -> dt.date | None:
    return max((advert.seen for advert in spell.adverts if advert.seen), default=None)
