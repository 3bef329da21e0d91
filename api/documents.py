"""Documents of editions as they leave the office, read once: what was kept never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from data.catalogue.entries import AnyCatalogue, Entry, published
from data.errors import UnknownName
from data.releases.changes import DiffReport
from data.releases.comparison import compare_releases
from data.releases.documents import catalogue_of
from data.releases.matching import entry_key
from data.releases.registry import Release
from data.shelves import Place
from data.store.documents import read_edition_row
from data.store.store import Store

__all__ = ["Document", "Documents"]

_KEPT = 16


@dataclass(frozen=True)
class Document:
    """A catalogue as it leaves the office."""

    catalogue: AnyCatalogue
    """The catalogue, its confidential sources left out."""

    @cached_property
    def rated(self) -> int:
        """How many entries have a shortage index."""
        return sum(getattr(entry, "S", None) is not None for entry in self.catalogue.entries)

    @cached_property
    def all_synthetic(self) -> bool:
        """Whether every entry rests on generated data."""
        return all(entry.synthetic for entry in self.catalogue.entries)

    @cached_property
    def by_key(self) -> Mapping[str, Entry]:
        """The entries by what stays the same of their identifiers from edition to edition."""
        return {entry_key(entry): entry for entry in self.catalogue.entries}


class Documents:
    """Reads documents and keeps those that were asked for last.

    Parameters
    ----------
    store
        The store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read = lru_cache(maxsize=_KEPT)(self._document)
        self._reports: dict[tuple[int, int], DiffReport] = {}

    def read(self, edition_id: int) -> Document:
        """Return a document by its number in the store.

        Raises
        ------
        UnknownName
            ``catalogue_unknown``: there is none of that number.
        """
        return self._read(edition_id)

    def compared(
        self, before: tuple[Release, str], after: tuple[Release, str], *, snapshots: Place
    ) -> DiffReport:
        """Tell what became of every entry from one document to another; computed once for each pair.

        Parameters
        ----------
        before, after
            Release and version of the earlier and the later document.
        snapshots
            Folder of all snapshots.
        """
        pair = (_number(*before), _number(*after))
        report = self._reports.get(pair)
        if report is None:
            report = compare_releases(self._store, before, after, snapshots=snapshots)
            if len(self._reports) >= _KEPT:
                self._reports.clear()
            self._reports[pair] = report
        return report

    def _document(self, edition_id: int) -> Document:
        found = read_edition_row(self._store, edition_id)
        if found is None:
            raise UnknownName(
                "catalogue_unknown",
                f"没有编号为 {edition_id} 的目录",
                hint="用 yingcai edition list 查看版次",
            )
        return Document(published(catalogue_of({**found["document"], "entries": found["entries"]})))


def _number(release: Release, version: str) -> int:
    return next(each.edition_id for each in release.versions if each.version == version)
