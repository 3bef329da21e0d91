"""Build a published edition again from its snapshot and compare it byte for byte."""

from __future__ import annotations

from dataclasses import dataclass

from data.catalogue.entries import AnyCatalogue
from data.errors import RefusedError
from data.releases.documents import Difference, canonical, first_difference, sha256_of
from data.releases.errata import apply_errata
from data.releases.methods import METHODS, Methods, method_of
from data.releases.registry import Release, read_document
from data.releases.snapshot import Inputs, read_snapshot
from data.releases.states import EditionState
from data.shelves import Place, Shelf
from data.store.store import Store

__all__ = ["Rebuilt", "inputs_of", "rebuild"]


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild gave."""

    version: str
    """Version that was rebuilt."""
    expected_sha256: str
    """Hash recorded when it was kept."""
    found_sha256: str
    """Hash of what was rebuilt."""
    size: int
    """Bytes of what was rebuilt."""
    difference: Difference | None
    """First field in which it differs from what is kept; empty when every byte is the same."""

    @property
    def is_identical(self) -> bool:
        """Whether every byte is the same, also as recorded."""
        return self.difference is None and self.expected_sha256 == self.found_sha256


def inputs_of(release: Release, snapshots: Place) -> Inputs:
    """Read the data of a release.

    Raises
    ------
    RefusedError
        No snapshot was kept.
    FileProblem
        The snapshot is missing or was altered.
    """
    if release.snapshot_folder is None:
        raise RefusedError(
            "no_snapshot",
            f"版次 {release.release_id} 编制时没有保留快照",
            hint="用 yingcai catalogue build 重新编制一版",
        )
    recorded = release.evidence[EditionState.FROZEN]["manifest_sha256"]
    return read_snapshot(Shelf.of(snapshots).fetch(release.snapshot_folder), manifest_sha256=recorded)


def rebuild(
    store: Store,
    release: Release,
    *,
    snapshots: Place,
    version: str | None = None,
    methods: Methods = METHODS,
) -> Rebuilt:
    """Run the recorded method with the recorded seed on the frozen data, and compare.

    Parameters
    ----------
    store
        The store.
    release
        The release.
    snapshots
        Folder of all snapshots.
    version
        Version to rebuild, errata up to it applied; the newest when left out.
    methods
        Methods by version.

    Returns
    -------
    Rebuilt
        Whether every byte is the same, and else the first difference.

    Raises
    ------
    RefusedError
        No snapshot was kept, or the recorded version of the method is not present.
    FileProblem
        The snapshot is missing or was altered.
    UnknownName
        The release has no such version.
    """
    wanted = version or release.latest.version
    kept = canonical(read_document(store, release, wanted))
    method = method_of(release.evidence[EditionState.COMPUTED]["method_version"], methods)
    made = method(inputs_of(release, snapshots), release.kind, release.name, release.seed)
    content = canonical(_with_errata(made, release, wanted))
    (recorded,) = (each.document_sha256 for each in release.versions if each.version == wanted)
    return Rebuilt(wanted, recorded, sha256_of(content), len(content), first_difference(kept, content))


def _with_errata(catalogue: AnyCatalogue, release: Release, version: str) -> AnyCatalogue:
    last = [record.version for record in release.versions].index(version)
    for record in release.versions[: last + 1]:
        catalogue = apply_errata(catalogue, record.errata)
    return catalogue
