"""Frozen pools on disk: one folder for each content, of Parquet, safetensors and JSON only.

::

    pools/
        9c1f…64 digits…/          named after what it held when it was frozen
            manifest.json         every file with its size and SHA-256, and how many were erased since
            arrays-3f2a91c0.safetensors
            profiles-07be41d2.parquet
            terms-a1b2c3d4.json
            vacancies-55e0aa10.parquet

A file is named after its content and the manifest is replaced in one step, so a reader sees the pools before
or after an erasure and never a mixture.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays

from data.errors import IndexDamaged
from data.shelves import Place, Shelf
from matching.replay.traces import without_person

__all__ = ["Content", "erase_frozen", "prune_frozen", "read_content", "write_content"]

_FORMAT = 1
"""Raised whenever pools are frozen differently."""
_MANIFEST = "manifest.json"
_UNFINISHED = ".unfinished-"
_SHORT = 8
SIDES = ("vacancies", "profiles")


@dataclass(frozen=True)
class Content:
    """Both pools taken apart."""

    rows: Mapping[str, Sequence[dict[str, Any]]]
    """Rows of each side by position, dead ones included, as the store reads them."""
    arrays: Mapping[str, NDArray[Any]]
    """Vectors, spaces and lexical indexes by name."""
    terms: Mapping[str, Any]
    """Skills, majors, occupations and n-grams in the order of their arrays; how often skills are stated."""
    details: Mapping[str, Any]
    """The day, the versions and other facts, as JSON has them."""
    erased: int = 0
    """People erased since."""


def write_content(content: Content, folder: Place) -> str:
    """Write pools under the hash of what they hold; content that is there already is not written again.

    Parameters
    ----------
    content
        Both pools.
    folder
        Folder of all frozen pools.

    Returns
    -------
    str
        SHA-256 of files and details: equal content has an equal one.
    """
    files = _encoded(content)
    facts = json.dumps(
        {"files": {name: _digest(data) for name, data in files.items()}, "details": content.details},
        ensure_ascii=False,
        sort_keys=True,
    )
    sha256 = _digest(facts.encode())
    shelf = Shelf.of(folder)
    if shelf.storage is not None and shelf.holds(sha256):
        return sha256
    with shelf.workroom() as room:
        target = room / sha256
        if (target / _MANIFEST).is_file():
            return sha256
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=room))
        _put(unfinished, files, content)
        if target.exists():
            shutil.rmtree(target)
        unfinished.rename(target)
        shelf.publish(sha256, target)
    return sha256


def read_content(folder: Place, sha256: str) -> Content:
    """Read pools, every byte compared with the manifest.

    Parameters
    ----------
    folder
        Folder of all frozen pools.
    sha256
        What :func:`write_content` returned.

    Returns
    -------
    Content
        As it was written, less those who were erased since.

    Raises
    ------
    IndexDamaged
        ``pools_missing`` where they are not there, ``pools_damaged`` where they are not what was written.
    """
    with Shelf.of(folder).lent(sha256) as place:
        return _content_of(place)


def _content_of(place: Path) -> Content:
    try:
        manifest = json.loads((place / _MANIFEST).read_text("utf-8"))
    except FileNotFoundError as error:
        raise IndexDamaged(
            "pools_missing",
            f"没有冻结的数据 {place.name[:12]}…（{place}）",
            hint="冻结的数据可能已按期清理；从备份放回该目录后重试",
        ) from error
    except ValueError as error:
        raise _damaged(place / _MANIFEST) from error
    found = {}
    for name, told in manifest["files"].items():
        path = place / told["file"]
        data = path.read_bytes() if path.is_file() else b""
        if _digest(data) != told["sha256"]:
            raise _damaged(path)
        found[name] = data
    return Content(
        rows={side: _rows_of(found[f"{side}.parquet"]) for side in SIDES},
        arrays=load_arrays(found["arrays.safetensors"]),
        terms=json.loads(found["terms.json"]),
        details=manifest["details"],
        erased=manifest["erased"],
    )


def erase_frozen(folder: Place, profile_id: str) -> int:
    """Take a person out of every frozen pool: row, vectors, and every term that only this person stated.

    Parameters
    ----------
    folder
        Folder of all frozen pools; it need not be there.
    profile_id
        Whom to erase.

    Returns
    -------
    int
        Pools in which the person was. What is left of them answers for everybody else as before.
    """
    shelf, found = Shelf.of(folder), 0
    for name in _names(shelf):
        with shelf.lent(name) as place:
            if not profile_id or not _holds(place, profile_id):
                continue
            content = without_person(_content_of(place), profile_id)
            content = replace(content, erased=content.erased + 1)
            _put(place, _encoded(content), content)
            shelf.publish(name, place)
            found += 1
    return found


def prune_frozen(folder: Place, kept: Collection[str]) -> int:
    """Remove the frozen pools that no recorded list needs any more; return how many."""
    shelf = Shelf.of(folder)
    gone = [name for name in _names(shelf) if name not in kept]
    for name in gone:
        shelf.remove(name)
    return len(gone)


def _names(shelf: Shelf) -> list[str]:
    """Return the names of the frozen pools; what a crash left unfinished is removed."""
    for path in shelf.folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(path)
    if shelf.storage is not None:
        return list(shelf.names())
    return [name for name in shelf.names() if (shelf.folder / name / _MANIFEST).is_file()]


def _holds(place: Path, profile_id: str) -> bool:
    """Tell whether a person is in a pool, or what a broken-off erasure left of the person."""
    manifest = json.loads((place / _MANIFEST).read_text("utf-8"))
    listed = {told["file"] for told in manifest["files"].values()}
    _sweep(place, {*listed, _MANIFEST})
    ids = pq.read_table(place / manifest["files"]["profiles.parquet"]["file"], columns=["profile_id"])
    return profile_id in ids.column("profile_id").to_pylist()


def _put(place: Path, files: Mapping[str, bytes], content: Content) -> None:
    """Write files, then name them in the manifest, then remove what it no longer names."""
    named = {}
    for name, data in files.items():
        sha256 = _digest(data)
        stem, _, end = name.partition(".")
        file = f"{stem}-{sha256[:_SHORT]}.{end}"
        (place / file).write_bytes(data)
        named[name] = {"file": file, "bytes": len(data), "sha256": sha256}
    manifest = {
        "format": _FORMAT,
        "erased": content.erased,
        "files": named,
        "details": dict(content.details),
    }
    fresh = place / f"{_MANIFEST}.part"
    fresh.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")
    fresh.replace(place / _MANIFEST)
    _sweep(place, {_MANIFEST, *(str(told["file"]) for told in named.values())})


def _sweep(place: Path, kept: Collection[str]) -> None:
    for path in place.iterdir():
        if path.name not in kept:
            path.unlink()


def _encoded(content: Content) -> dict[str, bytes]:
    """Return the bytes of every file."""
    arrays = {name: np.ascontiguousarray(array) for name, array in sorted(content.arrays.items())}
    files = {
        "arrays.safetensors": save_arrays(arrays),
        "terms.json": json.dumps(content.terms, ensure_ascii=False).encode(),
    }
    for side in SIDES:
        files[f"{side}.parquet"] = _table_of(content.rows[side])
    return files


def _table_of(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return rows as Parquet; columns that hold lists or objects become JSON texts."""
    names = list(rows[0]) if rows else ["vacancy_id", "profile_id"]
    columns: dict[str, pa.Array] = {}
    nested = []
    for name in names:
        values = [row[name] for row in rows]
        if any(isinstance(value, (tuple, list, dict)) for value in values):
            nested.append(name)
            values = [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
        columns[name] = pa.array(values)
    table = pa.table(columns).replace_schema_metadata({"nested": json.dumps(nested)})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _rows_of(data: bytes) -> list[dict[str, Any]]:
    """Read what :func:`_table_of` wrote; lists become tuples, as the store reads them."""
    table = pq.read_table(pa.BufferReader(data))
    nested = json.loads(table.schema.metadata[b"nested"])
    rows: list[dict[str, Any]] = table.to_pylist()
    for row in rows:
        for name in nested:
            value = None if row[name] is None else json.loads(row[name])
            row[name] = tuple(value) if isinstance(value, list) else value
    return rows


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _damaged(path: Path) -> IndexDamaged:
    return IndexDamaged(
        "pools_damaged", f"冻结的数据 {path} 与写入时不同", hint="从备份放回该目录后重试；不能据此复现名单"
    )
