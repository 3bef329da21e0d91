"""Snapshots: the exact data an edition was computed from, in files whose bytes depend on nothing else."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.catalogue.frames import OPTIONAL_COLUMNS, PROFILE_COLUMNS, VACANCY_COLUMNS
from data.catalogue.sections import CatalogueRegion
from data.demand import snapshot_of
from data.errors import FileProblem, StoreError
from data.records import Record
from data.reference import division_names
from data.releases.documents import sha256_of
from data.shelves import Place, Shelf

__all__ = ["FrozenRegion", "Inputs", "freeze", "read_snapshot", "write_snapshot"]

_FORMAT = 1
_FURTHER_COLUMNS = (*OPTIONAL_COLUMNS, "source")
_MANIFEST = "manifest.json"
_FRAMES = ("vacancies", "profiles")


class FrozenRegion(Record):
    """What a catalogue needs to know of a region, as it was on the day."""

    name_zh: str
    """Name in print."""
    entry_prefix: str
    """First part of entry identifiers."""
    key_industries: tuple[str, ...]
    """The key industries in printing order."""


@dataclass(frozen=True, eq=False)
class Inputs:
    """Everything that a method is run on."""

    region: FrozenRegion
    """The region as it was."""
    as_of: dt.date
    """Day on which the data stand."""
    vacancies: pd.DataFrame
    """Vacancies with the columns of ``data.catalogue.frames``; ``source`` where it is known."""
    profiles: pd.DataFrame
    """Profiles with the columns of ``data.catalogue.frames``; numbered anew, nobody's identifier is kept."""
    place_names: dict[str, str]
    """Names of the divisions that the vacancies lie in."""
    extras: dict[str, Any]
    """Further inputs by name, such as the edition before; JSON values."""

    @cached_property
    def snapshot(self) -> str:
        """Identifier of the data: the day and a hash over every cell."""
        return snapshot_of(self.vacancies, self.profiles, _as_frame(_rest_of(self)), as_of=self.as_of)

    @property
    def folder(self) -> str:
        """Name of the folder that holds them."""
        return f"{self.region.entry_prefix}-{self.as_of}-{self.snapshot.rsplit(':', 1)[1]}"

    @property
    def sources(self) -> dict[str, int]:
        """Number of vacancies by source; empty where sources are not known."""
        if "source" not in self.vacancies.columns:
            return {}
        counts = self.vacancies["source"].value_counts().sort_index()
        return {str(name): int(count) for name, count in counts.items()}


def freeze(
    vacancies: pd.DataFrame,
    profiles: pd.DataFrame,
    *,
    region: CatalogueRegion,
    as_of: dt.date,
    extras: Mapping[str, Any] | None = None,
) -> Inputs:
    """Take from two tables what a method may use, in a fixed order.

    Parameters
    ----------
    vacancies, profiles
        Tables with at least the columns of ``data.catalogue.frames``; they are not changed.
    region
        The region.
    as_of
        Day on which the data stand.
    extras
        Further inputs, as JSON values.

    Returns
    -------
    Inputs
        Rows in order of their key. Profiles are numbered in that order: no rule looks at who they are, and
        a person who is erased later leaves nothing behind in a snapshot.
    """
    kept = [name for name in (*VACANCY_COLUMNS, *_FURTHER_COLUMNS) if name in vacancies.columns]
    needs = _ordered(vacancies[kept], "vacancy_id")
    people = _ordered(profiles[[name for name in PROFILE_COLUMNS if name in profiles.columns]], "profile_id")
    if "profile_id" in people.columns:
        people["profile_id"] = pd.Series([f"t{place:08d}" for place in range(len(people))], dtype=object)
    codes = {code for code in needs.get("place_code", ()) if isinstance(code, str)}
    names = {code: name for code, name in sorted(division_names().items()) if code in codes}
    frozen = FrozenRegion(
        name_zh=region.name_zh, entry_prefix=region.entry_prefix, key_industries=tuple(region.key_industries)
    )
    # Values go through the file format, so that a method sees the same from memory as from a file.
    frames = [_frame_of(_table_of(frame)) for frame in (needs, people)]
    further = json.loads(json.dumps(dict(extras or {}), sort_keys=True))
    return Inputs(frozen, as_of, frames[0], frames[1], names, further)


def write_snapshot(inputs: Inputs, folder: Place) -> str:
    """Write the data and a manifest into a folder of their own.

    Parameters
    ----------
    inputs
        The data.
    folder
        Folder of all snapshots; made when absent. The snapshot's own is ``inputs.folder`` within.

    Returns
    -------
    str
        SHA-256 of the manifest, which holds those of the files. The same data give the same bytes; a
        snapshot that is there already, perhaps written with other libraries, is left as it is.

    Raises
    ------
    StoreError
        A folder of that name holds other data already.
    """
    shelf = Shelf.of(folder)
    target = shelf.fetch(inputs.folder)
    if (target / _MANIFEST).exists():
        sha256 = _kept(target, inputs.snapshot)
        if not shelf.holds(inputs.folder):  # an upload was broken off
            shelf.publish(inputs.folder)
        return sha256
    files = {f"{name}.parquet": _parquet(getattr(inputs, name)) for name in _FRAMES}
    files["inputs.json"] = _json_bytes(_rest_of(inputs))
    manifest = {
        "format": _FORMAT,
        "snapshot": inputs.snapshot,
        "rows": {name: len(getattr(inputs, name)) for name in _FRAMES},
        "sources": inputs.sources,
        "libraries": {"numpy": np.__version__, "pandas": pd.__version__, "pyarrow": pa.__version__},
        "files": {
            name: {"sha256": sha256_of(content), "bytes": len(content)} for name, content in files.items()
        },
    }
    content = _json_bytes(manifest)
    target.mkdir(parents=True, exist_ok=True)
    # The manifest comes last: a folder without one was left half-written.
    for name, written in {**files, _MANIFEST: content}.items():
        (target / name).write_bytes(written)
    shelf.publish(inputs.folder)
    return sha256_of(content)


def _kept(target: Path, snapshot: str) -> str:
    """Return the hash of the manifest of a snapshot that is there already, if it holds these data."""
    try:
        if read_snapshot(target).snapshot == snapshot:
            return sha256_of(_read(target / _MANIFEST))
    except FileProblem as error:
        raise _occupied(target) from error
    raise _occupied(target)


def _occupied(target: Path) -> StoreError:
    return StoreError(
        "snapshot_differs",
        f"快照 {target.name} 已存在，内容不同或已损坏",
        hint="移走该文件夹后重新编制",
    )


def read_snapshot(folder: Path, *, manifest_sha256: str | None = None) -> Inputs:
    """Read a snapshot back and check every file against the manifest.

    Parameters
    ----------
    folder
        The snapshot's own folder.
    manifest_sha256
        What the manifest's hash has to be; not checked when left out.

    Returns
    -------
    Inputs
        The same values as were written.

    Raises
    ------
    FileProblem
        A file is missing or was altered.
    """
    manifest = _read(folder / _MANIFEST)
    if manifest_sha256 is not None and sha256_of(manifest) != manifest_sha256:
        raise _altered(folder, _MANIFEST)
    files = _files_of(folder, manifest)
    contents = {name: _read(folder / name) for name in files}
    for name, content in contents.items():
        if sha256_of(content) != files[name]["sha256"]:
            raise _altered(folder, name)
    rest = json.loads(contents["inputs.json"])
    frames = [_frame_of(pq.read_table(pa.BufferReader(contents[f"{name}.parquet"]))) for name in _FRAMES]
    return Inputs(
        FrozenRegion.model_validate(rest["region"]),
        dt.date.fromisoformat(rest["as_of"]),
        frames[0],
        frames[1],
        rest["place_names"],
        rest["extras"],
    )


def _files_of(folder: Path, manifest: bytes) -> dict[str, dict[str, Any]]:
    try:
        files: dict[str, dict[str, Any]] = json.loads(manifest)["files"]
    except (ValueError, KeyError, TypeError) as error:
        raise _altered(folder, _MANIFEST) from error
    return files


def _altered(folder: Path, name: str) -> FileProblem:
    return FileProblem(
        "snapshot_altered",
        f"快照 {folder.name} 的 {name} 与记录的校验值不符",
        hint="用归档的快照替换后重试",
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileProblem(
            "snapshot_missing", f"快照 {path.parent.name} 缺少 {path.name}", hint="用归档的快照补齐后重试"
        ) from error


def _ordered(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    if key not in frame.columns:
        return frame.reset_index(drop=True)
    return frame.sort_values(key, kind="stable").reset_index(drop=True)


def _rest_of(inputs: Inputs) -> dict[str, Any]:
    """Return what is not a table."""
    return {
        "region": inputs.region.model_dump(mode="json"),
        "as_of": inputs.as_of.isoformat(),
        "place_names": inputs.place_names,
        "extras": inputs.extras,
    }


def _as_frame(rest: Mapping[str, Any]) -> pd.DataFrame:
    return pd.DataFrame({"rest": [json.dumps(rest, ensure_ascii=False, sort_keys=True)]})


def _json_bytes(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _table_of(frame: pd.DataFrame) -> pa.Table:
    return pa.table({str(name): _array_of(frame[name]) for name in frame.columns})


def _array_of(column: pd.Series[Any]) -> pa.Array:
    if pd.api.types.is_float_dtype(column.dtype):
        return pa.array(column.to_numpy(dtype=np.float64), pa.float64())
    return pa.array([_plain(value) for value in column])


def _plain(value: Any) -> Any:
    """Return a value that the format knows: tuples and lists of texts, None for anything missing."""
    if isinstance(value, tuple | list):
        return [item if isinstance(item, str) else json.dumps(item, sort_keys=True) for item in value]
    if isinstance(value, pd.Timestamp):
        return None if pd.isna(value) else value.date()
    missing = value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value))
    return None if missing else value


def _frame_of(table: pa.Table) -> pd.DataFrame:
    return pd.DataFrame({name: _series_of(table.column(name)) for name in table.column_names})


def _series_of(column: pa.ChunkedArray) -> pd.Series[Any]:
    if pa.types.is_floating(column.type):
        return pd.Series(column.to_numpy().astype(np.float64))
    values = [tuple(value) if isinstance(value, list) else value for value in column.to_pylist()]
    return pd.Series(values, dtype=object)


def _parquet(frame: pd.DataFrame) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(_table_of(frame), sink, compression="zstd", store_schema=False)
    return bytes(sink.getvalue())
