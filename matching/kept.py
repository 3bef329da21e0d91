"""The vectors of both pools on disk: memory-mapped at the next start, made anew where texts changed."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.errors import IndexDamaged
from matching.encoder.language import LanguageCorrection
from matching.encoder.model import Across, EmbeddingModel
from matching.index import Snapshot, read_snapshot, write_snapshot
from matching.meaning import FieldSpace, FieldVectors, MeaningSpace, bounded
from matching.terms import TermSpace, under

__all__ = [
    "Kept",
    "forget_vectors",
    "keep_vectors",
    "open_vectors",
    "pack_space",
    "profiles_file",
    "unpack_space",
]

_log = logging.getLogger(__name__)

_FORMAT = 1
"""Raised whenever vectors are made differently."""
_SIDES = ("vacancies", "profiles")


class Kept(NamedTuple):
    """What an earlier start left behind."""

    version: str
    space: MeaningSpace
    occupations: TermSpace
    vectors: Mapping[str, FieldVectors]
    """Of each side, memory-mapped."""
    rows: Mapping[str, Mapping[bytes, int]]
    """Of each side the row of every fingerprint."""

    def known(self, side: str, rows: Sequence[Mapping[str, Any]]) -> NDArray[np.int64]:
        """Return the kept row of each item, -1 for one that is new or has changed."""
        table = self.rows[side]
        return np.array([table.get(fingerprint(row), -1) for row in rows], dtype=np.int64)


def fingerprint(row: Mapping[str, Any]) -> bytes:
    """Return a hash of an item's id and of the texts that its vectors are made from."""
    texts = (row["id"], row["title"], bounded(row["text"]), *row["skills"], "", *row["majors"])
    return hashlib.blake2b("\x1f".join(texts).encode(), digest_size=16).digest()


def keep_vectors(
    folder: Path,
    model: EmbeddingModel,
    *,
    space: MeaningSpace,
    occupations: TermSpace,
    sides: Mapping[str, tuple[Sequence[Mapping[str, Any]], FieldVectors]],
) -> str | None:
    """Write the vectors of both sides as the current version.

    Parameters
    ----------
    folder
        Folder of all versions.
    model
        The embedding model.
    space, occupations
        What the vectors are compared in.
    sides
        Rows and vectors of ``vacancies`` and ``profiles``.

    Returns
    -------
    str or None
        The version; None where they cannot be written, as on a full disk: those in memory serve, and the
        next start makes them anew.
    """
    arrays, details = pack_space(space, occupations)
    for side, (rows, vectors) in sides.items():
        prints = np.frombuffer(b"".join(fingerprint(row) for row in rows), np.uint8)
        arrays[f"{side}.fingerprints"] = prints.reshape(-1, 16)
        arrays[f"{side}.title"] = vectors.title.astype(np.float16, copy=False)
        arrays[f"{side}.duties"] = vectors.duties.astype(np.float16, copy=False)
        arrays[f"{side}.joined"] = np.ascontiguousarray(vectors.joined)
    details |= {"format": _FORMAT, "model": model.encoder.name}
    ids = [row["id"] for rows, _ in sides.values() for row in rows]
    try:
        return write_snapshot(folder, arrays=arrays, ids=ids, details=details)
    except OSError as error:
        _log.warning("the vectors could not be kept and serve from memory: %s", error.strerror)
        return None


def open_vectors(folder: Path, model: EmbeddingModel) -> Kept | None:
    """Open what was kept.

    Parameters
    ----------
    folder
        Folder of all versions.
    model
        The embedding model.

    Returns
    -------
    Kept or None
        None where nothing was kept, or another model or an older way of making vectors made it, or the
        files are damaged: they are then made anew from the store.
    """
    try:
        snapshot = read_snapshot(folder)
    except FileNotFoundError:
        return None
    except IndexDamaged as error:
        _log.warning("the kept vectors are damaged and are made anew: %s", error)
        return None
    details = snapshot.details
    if (details.get("format"), details.get("model")) != (_FORMAT, model.encoder.name):
        return None
    return _kept(snapshot)


def profiles_file(folder: Path, version: str, count: int) -> Path | None:
    """Return the file with the vectors by which profiles are searched, one row a position.

    Parameters
    ----------
    folder
        Folder of all versions.
    version
        Version of the index that serves.
    count
        Positions that it has.

    Returns
    -------
    Path or None
        None where what serves is not on disk as it is: kept in memory only, or grown since.
    """
    path = folder.resolve() / version / "profiles.joined.npy"
    try:
        stored = np.load(path, mmap_mode="r", allow_pickle=False)
    except OSError:
        return None
    return path if len(stored) == count else None


def forget_vectors(folder: Path) -> None:
    """Remove every kept version, for a person whose data are erased; the next start makes them anew."""
    shutil.rmtree(folder, ignore_errors=True)


def pack_space(space: MeaningSpace, occupations: TermSpace) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Take a space apart into arrays by name and details as JSON has them."""
    arrays: dict[str, NDArray[Any]] = {}
    terms = {"skills": space.skills, "majors": space.majors, "occupations": occupations}
    for name, each in terms.items():
        arrays |= {f"{name}.{key}": array for key, array in each.to_arrays().items()}
    for name, field in (("title", space.title), ("duties", space.duties)):
        arrays |= {f"{name}.{key}": array for key, array in field.correction.to_arrays().items()}
    details = {
        "terms": {name: each.terms for name, each in terms.items()},
        "lows": {"title": dict(space.title.lows), "duties": dict(space.duties.lows)},
        "across": space.title.across._asdict(),
    }
    return arrays, details


def unpack_space(
    arrays: Mapping[str, NDArray[Any]], details: Mapping[str, Any]
) -> tuple[MeaningSpace, TermSpace]:
    """Return the space and the occupations that :func:`pack_space` took apart."""
    fields = {
        name: FieldSpace(
            LanguageCorrection.from_arrays(under(arrays, name)),
            details["lows"][name],
            Across(**details["across"]),
        )
        for name in ("title", "duties")
    }
    terms = {
        name: TermSpace.from_arrays(known, under(arrays, name)) for name, known in details["terms"].items()
    }
    space = MeaningSpace(fields["title"], fields["duties"], terms["skills"], terms["majors"])
    return space, terms["occupations"]


def _kept(snapshot: Snapshot) -> Kept:
    arrays, details = snapshot.arrays, snapshot.details
    space, occupations = unpack_space(arrays, details)
    sides = {side: under(arrays, side) for side in _SIDES}
    return Kept(
        version=snapshot.version,
        space=space,
        occupations=occupations,
        vectors={
            side: FieldVectors(own["title"], own["duties"], own["joined"]) for side, own in sides.items()
        },
        rows={
            side: {bytes(each): row for row, each in enumerate(np.asarray(own["fingerprints"]))}
            for side, own in sides.items()
        },
    )
