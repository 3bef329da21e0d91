"""The frozen sets: queries that candidate and champion are both judged on, kept as files with hashes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from data.errors import FileProblem
from data.records import Record
from data.regions import Region, read_region
from training.fairness.doors import Door, Sample
from training.provenance import content_sha256

__all__ = ["LABELS", "FrozenSets", "Kind", "SetsManifest", "read_sets", "write_sets"]

LABELS = ("industry", "language", "education", "region")
"""Columns of the queries that name their slices; several labels are joined by ``|``, ``""`` is none."""

MANIFEST = "manifest.json"

_TABLES: dict[str, tuple[str, ...]] = {
    "queries": ("set", "family", "kind", "query", "text", *LABELS),
    "corpus": ("set", "item", "text"),
    "judgements": ("set", "query", "item", "gain"),
    "postings": (),
    "profiles": (),
    "industries": ("posting", "industry"),
}


class Kind(StrEnum):
    """How a set is asked; the value names it in files."""

    TITLES = "titles"
    """Titles look for titles that mean the same: mean average precision."""
    POSTINGS = "postings"
    """Titles look for their own descriptions: reciprocal rank."""
    MAJORS = "majors"
    """Majors, left out of learning in turn, look for their occupations: reciprocal rank."""
    VACANCIES = "vacancies"
    """Vacancies look for people: nDCG of the first ten."""
    PEOPLE = "people"
    """People look for vacancies: nDCG of the first ten."""

    @property
    def metric(self) -> str:
        """Name of the metric of ``training.evaluate`` that judges it."""
        return {Kind.TITLES: "MAP", Kind.POSTINGS: "MRR", Kind.MAJORS: "MRR"}.get(self, "nDCG@10")


class SetsManifest(Record):
    """What the frozen sets are."""

    format: int = 1
    """Version of this layout."""
    region: str
    """Name of the region pack by which the city is read."""
    today: dt.date
    """Day on which the city is matched."""
    seed: int
    """Seed of everything that was drawn."""
    sources: tuple[str, ...]
    """Where the queries come from, in Chinese."""
    files: dict[str, str]
    """SHA-256 of every file."""
    sha256: str = ""
    """SHA-256 of all of the above: the identity of the sets."""

    def sealed(self) -> SetsManifest:
        """Return the manifest with its own hash."""
        content = self.model_copy(update={"sha256": ""}).model_dump(mode="json")
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return self.model_copy(update={"sha256": hashlib.sha256(text.encode()).hexdigest()})


@dataclass(frozen=True)
class FrozenSets:
    """Queries with their slices, what is right for them, and a city to match.

    Parameters
    ----------
    tables
        ``queries``, ``corpus``, ``judgements`` (gains above 0), ``postings`` and ``profiles`` (cells of the
        office's templates) and ``industries`` (of the postings).
    manifest
        What they are.
    """

    tables: Mapping[str, pd.DataFrame]
    manifest: SetsManifest

    def sample(self, region: Region | None = None) -> Sample:
        """Return the city; read by the region that the manifest names where none is given."""
        named = self.tables["industries"]
        return Sample(
            self.tables["postings"],
            self.tables["profiles"],
            dict(zip(named["posting"], named["industry"], strict=True)),
            Door(region or read_region(self.manifest.region), self.manifest.today),
        )


def write_sets(sets: FrozenSets, folder: Path) -> SetsManifest:
    """Write the sets as Parquet with a manifest.

    Parameters
    ----------
    sets
        The sets.
    folder
        A folder that does not hold frozen sets yet: sets are never changed.

    Returns
    -------
    SetsManifest
        With the hashes of the files.

    Raises
    ------
    FileProblem
        The folder holds frozen sets already.
    """
    if (folder / MANIFEST).exists():
        raise FileProblem("sets_exist", f"{folder} 已有冻结的评测集，不能覆盖", hint="换一个文件夹")
    folder.mkdir(parents=True, exist_ok=True)
    hashes = {}
    for name in _TABLES:
        path = folder / f"{name}.parquet"
        sets.tables[name].to_parquet(path, index=False)
        hashes[path.name] = content_sha256([path])
    manifest = sets.manifest.model_copy(update={"files": hashes}).sealed()
    text = json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return manifest


def read_sets(folder: Path) -> FrozenSets:
    """Read frozen sets and check that they are what was written.

    Parameters
    ----------
    folder
        Folder that :func:`write_sets` filled.

    Returns
    -------
    FrozenSets
        The sets.

    Raises
    ------
    FileProblem
        A file is missing, was changed, or lacks a column.
    """
    try:
        manifest = SetsManifest.model_validate_json((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise FileProblem(
            "sets_missing", f"{folder} 里没有冻结的评测集", hint="先运行 yingcai gate freeze"
        ) from error
    except (ValidationError, UnicodeDecodeError) as error:
        raise _changed(folder, MANIFEST) from error
    if manifest.sealed() != manifest or set(manifest.files) != {f"{name}.parquet" for name in _TABLES}:
        raise _changed(folder, MANIFEST)
    for name, digest in manifest.files.items():
        path = folder / name
        if not path.is_file() or content_sha256([path]) != digest:
            raise _changed(folder, name)
    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in _TABLES}
    for name, columns in _TABLES.items():
        if not set(columns) <= set(tables[name].columns):
            raise _changed(folder, f"{name}.parquet")
    return FrozenSets(tables, manifest)


def _changed(folder: Path, name: str) -> FileProblem:
    return FileProblem(
        "sets_changed", f"{folder} 里的 {name} 缺失或与冻结时不同", hint="重新运行 yingcai gate freeze"
    )
