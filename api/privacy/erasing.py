"""Erase a person from everything that holds one: frozen pools, store, reports, kept vectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.normalise.text import clean
from data.settings import Settings
from data.store.erasure import erase_person
from data.store.store import Store
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
    # First the files: were it broken off here, the person is still in the store and can be erased again.
    frozen = erase_frozen(settings.pools_dir, profile_id)
    erased = erase_person(
        store,
        profile_id,
        key=key,
        actor=actor,
        reason=reason,
        texts_of=embedded_texts,
        reports=settings.var_dir / "reports",
        tombstone_file=settings.var_dir / "tombstones.jsonl",
    )
    forget_vectors(settings.index_dir)
    return {**erased, "frozen_pools": frozen}


def embedded_texts(row: Mapping[str, Any]) -> list[str]:
    """Return the texts of a profile that searching and coding encode."""
    stated = [row["title"], *row["skills"], *row["majors"]]
    return [bounded(row["summary"]), *stated, *map(clean, stated), *map(fold, stated)]
