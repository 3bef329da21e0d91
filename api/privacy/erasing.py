"""Erase a person from everything that holds one: frozen pools, store, reports, kept vectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.privacy.outside import keep_outside
from data.normalise.text import clean
from data.settings import Settings
from data.shelves import Shelf
from data.store.erasure import erase_person
from data.store.received import lock_records
from data.store.schema import profile
from data.store.store import Store
from data.store.tombstones import read_tombstones
from matching.index import open_engine
from matching.kept import forget_vectors
from matching.meaning import bounded
from matching.replay import erase_frozen
from matching.skills import fold

__all__ = ["embedded_texts", "erase_everywhere"]


def erase_everywhere(
    store: Store, settings: Settings, profile_id: str, *, key: bytes, actor: str, reason: str
) -> dict[str, int]:
    """Erase a person for good: no file, backup or later request brings them back.

    Parameters
    ----------
    store
        The store.
    settings
        Where files are kept.
    profile_id
        The person.
    key
        Secret of the tombstone.
    actor
        Who does it.
    reason
        Why.

    Returns
    -------
    dict
        What was erased by kind, as :func:`data.store.erasure.erase_person` counts it, and ``frozen_pools``.
    """
    engine = open_engine(settings)
    # First the files: were it broken off here, the person is still in the store and can be erased again.
    frozen = _erase_pools(store, settings, profile_id)
    erased = erase_person(
        store,
        profile_id,
        key=key,
        actor=actor,
        reason=reason,
        texts_of=embedded_texts,
        reports=settings.reports_dir,
        tombstone_file=settings.var_dir / "tombstones.jsonl",
    )
    keep_outside(settings, read_tombstones(store)[-1])
    forget_vectors(settings.index_dir)
    engine.forget()
    return {**erased, "frozen_pools": frozen}


def _erase_pools(store: Store, settings: Settings, profile_id: str) -> int:
    """Take a person out of the pools, also of those here that never came to the object storage."""
    pools = Shelf.of(settings.pools_dir)
    found = erase_frozen(pools.folder, profile_id)
    if pools.storage is None:
        return found
    # Two machines that wrote the same pool at a time would each bring back whom the other took out.
    with store.begin() as connection:
        lock_records(connection, profile.c.profile_id, profile_id)
        return found + erase_frozen(pools, profile_id)


def embedded_texts(row: Mapping[str, Any]) -> list[str]:
    """Return the texts of a profile that searching and coding encode."""
    stated = [row["title"], *row["skills"], *row["majors"]]
    return [bounded(row["summary"]), *stated, *map(clean, stated), *map(fold, stated)]
