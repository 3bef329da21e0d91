"""Build both pools from what the store reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.records import ENDED
from data.reference import occupation_names
from matching.encoder.model import EmbeddingModel
from matching.encoder.protocol import quiet
from matching.index import Engine
from matching.kept import Kept, keep_vectors, open_vectors
from matching.meaning import FieldVectors, MeaningSpace
from matching.pairs import Background
from matching.pool import PROFILE_TEXT, VACANCY_TEXT, Pool, frame_rows, is_public
from matching.skills import SkillLexicon
from matching.terms import TermSpace

__all__ = ["Loaded", "load_pools", "open_vacancies", "reload_pools", "still_ahead"]


_Sides = Mapping[str, list[dict[str, Any]]]


class Loaded(NamedTuple):
    """Both pools with what they share, whole or as one owner sees them."""

    vacancies: Pool
    profiles: Pool
    space: MeaningSpace
    background: Background
    index_version: str
    owner: str | None = None
    """Who sees them; None for the whole pools."""


def load_pools(
    vacancies: pd.DataFrame,
    profiles: pd.DataFrame,
    model: EmbeddingModel,
    *,
    as_of: dt.date,
    folder: Path | None = None,
    engine: Engine | None = None,
    progress: Callable[[int, int], None] = quiet,
) -> Loaded:
    """Build both pools; closed and expired vacancies stay out.

    Everything that is measured on the pools and shared by all who search them — the space, the rarity of
    skills, the n-grams — is measured on what everybody may see: an agency's rows leave no trace in the
    scores of others.

    Parameters
    ----------
    vacancies, profiles
        Frames as the store reads them.
    model
        The embedding model.
    as_of
        Day the matches are made for.
    folder
        Where the vectors are kept between starts; None keeps them in memory only.
    engine
        Searches the vectors; None searches them exactly in this process.
    progress
        Called with the number of texts encoded and their total, field after field.

    Returns
    -------
    Loaded
        The pools, the space they are compared in and the skills they use.
    """
    offered = open_vacancies(vacancies, as_of)
    rows = {
        "vacancies": _ordered(frame_rows(offered, id_column="vacancy_id", text_column=VACANCY_TEXT)),
        "profiles": _ordered(frame_rows(profiles, id_column="profile_id", text_column=PROFILE_TEXT)),
    }
    lexicon = SkillLexicon.from_lists(
        row["skills"] for side in rows.values() for row in side if is_public(row)
    )
    kept = None if folder is None else open_vectors(folder, model)
    vectored = _fitted(rows, model, progress) if kept is None else _reused(kept, rows, model)
    if folder is not None and vectored.version is None:
        version = keep_vectors(
            folder,
            model,
            space=vectored.space,
            occupations=vectored.occupations,
            sides={side: (rows[side], vectored.vectors[side]) for side in rows},
        )
        vectored = vectored._replace(version=version)
    pools = {
        side: Pool.from_rows(rows[side], vectored.vectors[side], vacancies=side == "vacancies", engine=engine)
        for side in rows
    }
    background = Background(
        lexicon=lexicon, skills=vectored.space.skills, occupations=vectored.occupations, as_of=as_of
    )
    return Loaded(
        pools["vacancies"], pools["profiles"], vectored.space, background, vectored.version or "memory"
    )


def reload_pools(
    loaded: Loaded, vacancies: pd.DataFrame, profiles: pd.DataFrame, model: EmbeddingModel
) -> Loaded:
    """Bring loaded pools up to the frames of today without touching what did not change.

    Parameters
    ----------
    loaded
        Pools that go on serving as they are.
    vacancies, profiles
        Frames as the store reads them now.
    model
        The embedding model.

    Returns
    -------
    Loaded
        The same object where nothing changed.
    """
    offered = open_vacancies(vacancies, loaded.background.as_of)
    changes = (
        _changes(loaded.vacancies, frame_rows(offered, id_column="vacancy_id", text_column=VACANCY_TEXT)),
        _changes(loaded.profiles, frame_rows(profiles, id_column="profile_id", text_column=PROFILE_TEXT)),
    )
    if not any(new or gone for new, gone in changes):
        return loaded
    space = loaded.space.extended([row for new, _ in changes for row in new], model)
    pools = [
        pool.updated(new, space.encode(new, model), removed=gone)
        for pool, (new, gone) in zip((loaded.vacancies, loaded.profiles), changes, strict=True)
    ]
    base, _, number = loaded.index_version.partition("+")
    return Loaded(
        pools[0],
        pools[1],
        space,
        replace(loaded.background, skills=space.skills),
        f"{base}+{int(number or 0) + 1}",
    )


def _changes(pool: Pool, rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], set[str]]:
    """Return the rows that are new or differ, and the members that are gone."""
    new = []
    for row in rows:
        position = pool.position(row["id"])
        if position is None or pool.rows[position] != row:
            new.append(row)
    return new, set(pool.ids) - {row["id"] for row in rows}


class _Vectored(NamedTuple):
    space: MeaningSpace
    occupations: TermSpace
    vectors: Mapping[str, FieldVectors]
    version: str | None
    """None for vectors that are not on disk as they are."""


def _fitted(rows: _Sides, model: EmbeddingModel, progress: Callable[[int, int], None]) -> _Vectored:
    """Fit the space on what everybody may see of both sides, and encode them whole."""
    public = {side: [row for row in rows[side] if is_public(row)] for side in rows}
    space, vacancies, profiles = MeaningSpace.fit(
        public["vacancies"], public["profiles"], model, progress=progress
    )
    occupations = TermSpace.from_terms(occupation_names().values(), model, progress=progress)
    vectors = {"vacancies": vacancies, "profiles": profiles}
    if any(len(public[side]) < len(rows[side]) for side in rows):
        own = {side: [row for row in rows[side] if not is_public(row)] for side in rows}
        space = space.extended([*own["vacancies"], *own["profiles"]], model)
        vectors = {
            side: _merged(vectors[side], _places(rows[side]), space.encode(own[side], model)) for side in rows
        }
    return _Vectored(space, occupations, vectors, None)


def _places(rows: list[dict[str, Any]]) -> NDArray[np.int64]:
    """Return the number of each row among those that everybody may see; -1 for the others."""
    public = np.array([is_public(row) for row in rows], dtype=bool)
    places: NDArray[np.int64] = np.where(public, np.cumsum(public) - 1, -1)
    return places


def _reused(kept: Kept, rows: _Sides, model: EmbeddingModel) -> _Vectored:
    """Take the kept vectors and encode only what is new or has changed, in the space that was kept."""
    known = {side: kept.known(side, rows[side]) for side in rows}
    if all(np.array_equal(places, np.arange(len(kept.rows[side]))) for side, places in known.items()):
        return _Vectored(kept.space, kept.occupations, kept.vectors, kept.version)
    new = {
        side: [row for row, place in zip(rows[side], known[side], strict=True) if place < 0] for side in rows
    }
    space = kept.space.extended([*new["vacancies"], *new["profiles"]], model)
    vectors = {
        side: _merged(kept.vectors[side], known[side], space.encode(new[side], model)) for side in rows
    }
    return _Vectored(space, kept.occupations, vectors, None)


def _merged(old: FieldVectors, known: NDArray[np.int64], new: FieldVectors) -> FieldVectors:
    fields = []
    for before, added in zip(old, new, strict=True):
        rows = np.empty((len(known), before.shape[1]), before.dtype)
        rows[known >= 0] = before[known[known >= 0]]
        rows[known < 0] = added
        fields.append(rows)
    return FieldVectors(*fields)


def _ordered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put together what hard rules allow together: a search reads runs of rows faster than scattered ones."""
    return sorted(rows, key=lambda row: (row["place_code"] or "", row["occupation_code"] or "", row["id"]))


def open_vacancies(vacancies: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the vacancies that can be filled on a day; a start that has passed becomes any time."""
    offered = vacancies[_is_open(vacancies, as_of)]
    return offered.assign(start_by=offered["start_by"].map(lambda day: still_ahead(day, as_of)))


def still_ahead(start_by: dt.date | None, as_of: dt.date) -> dt.date | None:
    """Return the day, or None once it has passed: who is still sought after it is wanted at any time."""
    return start_by if start_by is not None and start_by >= as_of else None


def _is_open(vacancies: pd.DataFrame, as_of: dt.date) -> NDArray[np.bool_]:
    ended = vacancies["outcome"].isin(ENDED).to_numpy()
    closed = np.array([day is not None and day <= as_of for day in vacancies["closed_on"]], dtype=bool)
    expired = np.array([day is not None and day < as_of for day in vacancies["valid_until"]], dtype=bool)
    still_open: NDArray[np.bool_] = ~(ended | closed | expired)
    return still_open
