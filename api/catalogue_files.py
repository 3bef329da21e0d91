"""Files of an edition for everybody: made once from its document, and kept until they are asked for again."""

from __future__ import annotations

import shutil
import tempfile
import threading
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from api.editions import EditionDocument
from api.service import Service
from data.catalogue.entries import AnyCatalogue
from data.catalogue.export import export_catalogue
from data.releases.documents import sha256_of

__all__ = ["MEDIA_TYPES", "EditionFile", "edition_files"]

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
"""Type of the content by form."""


_MAKING = threading.Lock()


class EditionFile(NamedTuple):
    """A file of an edition."""

    form: str
    """``xlsx``, ``csv`` or ``json``."""
    path: Path
    """Where it lies."""
    name: str
    """What it is called by whoever downloads it."""
    size: int
    """Bytes."""
    sha256: str
    """Hash of its content."""


def edition_files(service: Service, found: EditionDocument) -> tuple[EditionFile, ...]:
    """Return the files of an edition, made now where they are not there yet.

    Parameters
    ----------
    service
        The service.
    found
        The document; whether the caller may read it is for the caller of this function to check.

    Returns
    -------
    tuple of EditionFile
        Workbook, CSV file and JSON document; the same document gives the same bytes.
    """
    record = next(each for each in found.release.versions if each.version == found.version)
    folder = service.settings.var_dir / "downloads" / f"{record.edition_id}-{record.document_sha256[:16]}"
    catalogue = service.documents.read(record.edition_id).catalogue
    with _MAKING:
        if not folder.is_dir():
            _make(catalogue, folder)
    label = "合成数据-" if catalogue.synthetic else ""
    stem = f"{label}{catalogue.kind.title}-{found.version}"
    paths = {path.suffix.removeprefix("."): path for path in folder.iterdir()}
    return tuple(_file(form, paths[form], f"{stem}.{form}") for form in MEDIA_TYPES)


def _make(catalogue: AnyCatalogue, folder: Path) -> None:
    """Write the files beside and put them in place at once: nobody is handed half of one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix="making-", dir=folder.parent))
    try:
        export_catalogue(_without_sources(catalogue), beside)
        beside.rename(folder)
    except OSError:
        if not folder.is_dir():  # somebody else was quicker otherwise, with the same bytes
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _without_sources(catalogue: AnyCatalogue) -> AnyCatalogue:
    """Leave out the numbers of postings: some were handed in by agencies, and are theirs to see."""
    none = {"vacancy_ids": (), "posting_ids": ()}
    return catalogue.model_copy(
        update={"entries": tuple(entry.model_copy(update=none) for entry in catalogue.entries)}
    )


def _file(form: str, path: Path, name: str) -> EditionFile:
    return EditionFile(form, path, name, *_size_and_hash(path))


@lru_cache(maxsize=256)
def _size_and_hash(path: Path) -> tuple[int, str]:
    """Return what never changes: the folder of a file is named by the document that it is made from."""
    content = path.read_bytes()
    return len(content), sha256_of(content)
