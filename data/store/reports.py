"""Error reports of files: beside each other in one folder, or each a set of its own on object storage."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from data.shelves import Place, Shelf

__all__ = ["remove_reports", "reported"]


@contextmanager
def reported(reports: Place, file_sha256: str, name: str) -> Iterator[Path]:
    """Lend the path to write the report of a file to; it is kept when the block ends.

    Parameters
    ----------
    reports
        Where reports are. On object storage none stays on this machine, for a report quotes cells and has to
        be found when a person is erased.
    file_sha256
        Hash of the file, by which :func:`remove_reports` finds its reports.
    name
        What the report is called. It may name a person, so it is no part of a name on object storage.

    Yields
    ------
    Path
        In a folder that is there.
    """
    shelf = Shelf.of(reports)
    with shelf.workroom() as folder:
        yield folder / name
        told = hashlib.sha256(name.encode()).hexdigest()[:8]
        shelf.publish(f"{file_sha256[:16]}-{told}", folder)


def remove_reports(reports: Place, files: Collection[tuple[str, str | None]]) -> int:
    """Delete the reports of some files for good.

    Parameters
    ----------
    reports
        Where reports are.
    files
        Hash of each file and the name of its report, where one is known.

    Returns
    -------
    int
        Number of reports that were there, on this machine or on object storage.
    """
    shelf = Shelf.of(reports)
    found: set[Path] = set()
    for sha256, named in files:
        found.update(shelf.folder.glob(f"*{sha256[:8]}*"))
        if named:
            found.update(shelf.folder.glob(f"{Path(named).stem}.*"))
    for path in found:
        path.unlink(missing_ok=True)
    if shelf.storage is None:
        return len(found)
    hashes = {sha256[:16] for sha256, _ in files}
    gone = [name for name in shelf.names() if name.split("-")[0] in hashes]
    for name in gone:
        shelf.remove(name)
    return len(found) + len(gone)
