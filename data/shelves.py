"""Shelves: folders of named sets of files, here alone or with their originals on object storage."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from data.errors import InputError
from data.storage import Storage

__all__ = ["Place", "Shelf"]

_COMING = ".coming-"


@dataclass(frozen=True)
class Shelf:
    """One folder for each set.

    Where there is object storage, a set of that name there is the original, and the folder a copy that is
    fetched when it is first asked for; where there is none, the folder is all there is.
    """

    folder: Path
    """Folder of the folders."""
    kind: str = ""
    """What the sets are called on the object storage."""
    url: str = field(default="", repr=False)
    """The object storage; empty for none."""

    @classmethod
    def of(cls, place: Place) -> Shelf:
        """Return a folder as a shelf that has it alone."""
        return place if isinstance(place, Shelf) else cls(place)

    @cached_property
    def storage(self) -> Storage | None:
        """The object storage; None where the folder is all there is."""
        return Storage(self.url) if self.url else None

    def names(self) -> tuple[str, ...]:
        """Return the names of all originals in order."""
        return self.storage.names(self.kind) if self.storage else self.here()

    def here(self) -> tuple[str, ...]:
        """Return the names of the folders on this machine in order."""
        if not self.folder.is_dir():
            return ()
        return tuple(sorted(path.name for path in self.folder.iterdir() if not path.name.startswith(".")))

    def holds(self, name: str) -> bool:
        """Tell whether there is an original of a set."""
        if self.storage is None:
            return (self.folder / name).is_dir()
        return self.storage.files(self.kind, name) is not None

    def files(self, name: str) -> tuple[str, ...]:
        """Return the names of the files of an original; empty where there is none."""
        if self.storage is not None:
            return tuple(self.storage.files(self.kind, name) or ())
        place = self.folder / name
        return tuple(
            sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file())
        )

    def fetch(self, name: str) -> Path:
        """Return the folder of a set that never changes, copied from the object storage where it is not here.

        Parameters
        ----------
        name
            The name.

        Returns
        -------
        Path
            Nothing lies there where the set is in neither place.
        """
        target = self.folder / name
        if self.storage is None or target.exists():
            return target
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._coming(self.folder) as beside:
            if self.storage.fetch(self.kind, name, beside):
                beside.chmod(0o755)
                try:
                    beside.rename(target)
                except OSError:
                    if not target.is_dir():  # somebody else was quicker otherwise, with the same bytes
                        raise
        return target

    @contextmanager
    def lent(self, name: str) -> Iterator[Path]:
        """Lend the folder of a set that may change or must not stay: a copy is gone when the block ends."""
        if self.storage is None:
            yield self.folder / name
            return
        with self._coming(None) as beside:
            place = beside / name
            place.mkdir()
            if not self.storage.fetch(self.kind, name, place):
                place.rmdir()
            yield place

    @contextmanager
    def workroom(self) -> Iterator[Path]:
        """Lend a folder to make sets in: the shelf's own, or one that is gone when the block ends."""
        if self.storage is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            yield self.folder
            return
        with self._coming(None) as beside:
            yield beside

    def publish(self, name: str, folder: Path | None = None) -> None:
        """Make what lies in a folder the original of a set; without object storage it is that already.

        Parameters
        ----------
        name
            The name of the set.
        folder
            Where it lies; its own folder when left out.
        """
        if self.storage is None:
            return
        place = folder or self.folder / name
        files = {path.relative_to(place).as_posix(): path for path in place.rglob("*") if path.is_file()}
        self.storage.publish(self.kind, name, files)

    def remove(self, name: str) -> None:
        """Remove a set from both places."""
        if self.storage is not None:
            self.storage.remove(self.kind, name)
        self.forget(name)

    def forget(self, name: str) -> None:
        """Remove the folder of a set from this machine."""
        if not name or Path(name).name != name:
            raise InputError("storage_name", f"{name[:80]!r} 不能作名称", hint="检查名称")
        shutil.rmtree(self.folder / name, ignore_errors=True)

    @contextmanager
    def _coming(self, parent: Path | None) -> Iterator[Path]:
        beside = Path(tempfile.mkdtemp(prefix=_COMING, dir=parent))
        try:
            yield beside
        finally:
            shutil.rmtree(beside, ignore_errors=True)


Place = Path | Shelf
"""Where sets of files are: a folder of this machine, or a shelf."""
