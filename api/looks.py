"""Looks at people as the audit notes them: by whom, from which answer, from the API or from this machine."""

from __future__ import annotations

import getpass
from collections.abc import Collection

from data.pseudonyms import read_key
from data.settings import Settings
from data.store.audit import Access, Action, record_access
from data.store.store import Store
from matching.results import MatchList

__all__ = ["look_of", "note_look", "note_matches", "note_people", "user_of_machine"]


def look_of(found: MatchList, *, actor: str) -> Access:
    """Return a list of matches as it is noted: for what, and every person that the answer shows.

    Parameters
    ----------
    found
        The answer.
    actor
        Who asked.

    Returns
    -------
    Access
        Without a vacancy or person where the content was given in full.
    """
    asked = found.query["id"] or None
    people = found.direction == "profiles"
    shown = [*(each.id for each in found.results), *(each.id for each in found.near_miss)]
    return Access(
        actor=actor,
        action=Action.MATCH_PROFILES if people else Action.MATCH_VACANCIES,
        results=len(found.results),
        vacancy_id=asked if people else None,
        profile_id=None if people else asked,
        shown=shown if people else [],
        index_version=found.index_version,
        model_version=found.model_version,
    )


def user_of_machine() -> str:
    """Return who runs a command: ``cli:`` and the user of the operating system."""
    return f"cli:{getpass.getuser()}"


def note_look(store: Store, settings: Settings, access: Access) -> None:
    """Note what a command is about to show; it shows it only after this has returned."""
    record_access(store, access, key=read_key(settings.var_dir))


def note_matches(store: Store, settings: Settings, found: MatchList) -> None:
    """Note matches that a command is about to show."""
    note_look(store, settings, look_of(found, actor=user_of_machine()))


def note_people(
    store: Store, settings: Settings, action: Action, shown: Collection[str], *, vacancy_id: str | None = None
) -> None:
    """Note which people a command is about to show."""
    access = Access(
        actor=user_of_machine(), action=action, results=len(shown), vacancy_id=vacancy_id, shown=shown
    )
    note_look(store, settings, access)
