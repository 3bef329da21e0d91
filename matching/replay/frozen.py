"""Freeze the pools that a matcher searches, and thaw them into the same pools."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from data.reference.tables import TAXONOMY_VERSION
from data.shelves import Place
from matching.kept import pack_space, unpack_space
from matching.loading import Loaded
from matching.matcher import Matcher
from matching.pairs import Background
from matching.pool import PROFILE_TEXT, VACANCY_TEXT, Pool, complete_row
from matching.replay.files import SIDES, Content, read_content, write_content
from matching.skills import SkillLexicon
from matching.terms import under

__all__ = ["Thawed", "freeze_pools", "thaw_pools"]

_DERIVED = ("id", "text", "written", "title_script", "text_script")
"""What :func:`matching.pool.complete_row` adds to a row, and adds again."""
_TEXTS = {"vacancies": ("vacancy_id", VACANCY_TEXT), "profiles": ("profile_id", PROFILE_TEXT)}


class Thawed(NamedTuple):
    """Pools as they were frozen."""

    loaded: Loaded
    """The pools with all that they share."""
    taxonomy_version: str
    """Editions of the code tables in force then."""
    model_version: str
    """Encoder and ranker in use then."""
    erased: int
    """People erased since."""


def freeze_pools(matcher: Matcher, folder: Place) -> str:
    """Write the exact pools of a matcher once, under the hash of their content.

    Everything an answer rests on but the ranker is written: rows as the store read them, vectors, the fitted
    space, lexical indexes and what is dead, so that pools that were refreshed bit by bit come back as they
    were and not as a new loading would make them.

    Parameters
    ----------
    matcher
        Whose pools.
    folder
        Folder of all frozen pools.

    Returns
    -------
    str
        SHA-256 that :func:`thaw_pools` asks for.
    """
    loaded = matcher.loaded
    pools = {"vacancies": loaded.vacancies, "profiles": loaded.profiles}
    arrays, packed = pack_space(loaded.space, loaded.background.occupations)
    for side, pool in pools.items():
        arrays |= {f"{side}.{name}": array for name, array in pool.to_arrays().items()}
    lexicon = loaded.background.lexicon
    content = Content(
        rows={side: [_bare(row) for row in pool.rows] for side, pool in pools.items()},
        arrays=arrays,
        terms={
            "terms": packed["terms"],
            "frequencies": lexicon.frequencies,
            **{f"{side}.vocabulary": pool.lexical.vocabulary for side, pool in pools.items()},
        },
        details={
            "lows": packed["lows"],
            "across": packed["across"],
            "documents": lexicon.documents,
            "as_of": loaded.background.as_of.isoformat(),
            "index_version": loaded.index_version,
            "model_version": matcher.model_version,
            "taxonomy_version": TAXONOMY_VERSION,
        },
    )
    return write_content(content, folder)


def thaw_pools(folder: Place, sha256: str) -> Thawed:
    """Return the pools that were frozen under a hash.

    Parameters
    ----------
    folder
        Folder of all frozen pools.
    sha256
        What :func:`freeze_pools` returned.

    Returns
    -------
    Thawed
        Searching them gives the same bits as before, for everybody who was not erased since.

    Raises
    ------
    IndexDamaged
        They are not there, or not what was written.
    """
    content = read_content(folder, sha256)
    details = content.details
    space, occupations = unpack_space(content.arrays, {**details, "terms": content.terms["terms"]})
    pools = {
        side: Pool.from_arrays(
            [_completed(row, side) for row in content.rows[side]],
            under(content.arrays, side),
            content.terms[f"{side}.vocabulary"],
            vacancies=side == "vacancies",
        )
        for side in SIDES
    }
    background = Background(
        lexicon=SkillLexicon(dict(content.terms["frequencies"]), details["documents"]),
        skills=space.skills,
        occupations=occupations,
        as_of=dt.date.fromisoformat(details["as_of"]),
    )
    loaded = Loaded(pools["vacancies"], pools["profiles"], space, background, details["index_version"])
    return Thawed(loaded, details["taxonomy_version"], details["model_version"], content.erased)


def _bare(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _DERIVED}


def _completed(row: dict[str, Any], side: str) -> dict[str, Any]:
    id_column, text_column = _TEXTS[side]
    return complete_row(row, item_id=row[id_column], text_column=text_column)
