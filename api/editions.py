"""Which editions a caller may read, and how an address names one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from api.service import Service
from data.catalogue.entries import CatalogueKind
from data.errors import UnknownName
from data.releases.registry import Release, list_releases
from data.releases.states import EditionState

__all__ = ["EditionDocument", "check_readable", "readable_editions", "select_edition"]

_SHOWN = 12


class EditionDocument(NamedTuple):
    """One document of an edition."""

    release: Release
    """The edition."""
    version: str
    """Version of the document."""

    @property
    def edition_id(self) -> int:
        """Number of the document in the store."""
        return next(each.edition_id for each in self.release.versions if each.version == self.version)


def readable_editions(service: Service, kind: CatalogueKind, *, office: bool) -> tuple[Release, ...]:
    """Return the editions of a catalogue that a caller may read, the newest first.

    The office reads all but those withdrawn or rejected. Others read what was put before the public, from
    the consultation on, and where no edition is in force the draft that stands for the current one.

    Parameters
    ----------
    service
        The service.
    kind
        Which catalogue.
    office
        Whether the office asks.

    Returns
    -------
    tuple of Release
        Empty when none was built.
    """
    found = [
        release
        for release in list_releases(service.store, service.region.name, kind=kind)
        if not release.state.is_out
    ]
    if office:
        return tuple(found)
    current = {_current(found)} if found else set()
    return tuple(release for release in found if _was_public(release) or release.release_id in current)


def check_readable(service: Service, release_id: int, *, office: bool) -> None:
    """Refuse an edition that a caller may not read as one that there is not.

    Parameters
    ----------
    service
        The service.
    release_id
        Number of the edition.
    office
        Whether the office asks.

    Raises
    ------
    UnknownName
        ``edition_unknown``.
    """
    kinds = [readable_editions(service, kind, office=office) for kind in CatalogueKind]
    if release_id not in {each.release_id for editions in kinds for each in editions}:
        raise UnknownName("edition_unknown", f"没有版次“{release_id}”", hint="版次编号见目录的各版次")


def select_edition(editions: Sequence[Release], address: str) -> EditionDocument:
    """Return the document that an address names.

    Parameters
    ----------
    editions
        The editions that the caller may read.
    address
        Number of an edition, which means its newest document, or number, ``@`` and version: ``3@2027.1``.

    Raises
    ------
    UnknownName
        ``edition_unknown`` or ``version_unknown``, with what there is.
    """
    number, _, version = address.partition("@")
    release = next((each for each in editions if str(each.release_id) == number), None)
    if release is None:
        known = "、".join(f"{each.release_id}（{each.latest.version}）" for each in editions[:_SHOWN])
        raise UnknownName("edition_unknown", f"没有版次“{number}”", hint=f"可读的版次：{known or '无'}")
    versions = [record.version for record in release.versions]
    if version and version not in versions:
        raise UnknownName(
            "version_unknown",
            f"版次 {number} 没有版本“{version}”",
            hint=f"现有版本：{'、'.join(versions)}",
        )
    return EditionDocument(release, version or release.latest.version)


def _was_public(release: Release) -> bool:
    return EditionState.CONSULTATION in release.evidence or EditionState.PUBLISHED in release.evidence


def _current(found: Sequence[Release]) -> int:
    """Return the number of the edition that is shown as the current one."""
    in_force = [release for release in found if release.state.is_public]
    if in_force:
        return max(release.release_id for release in in_force)
    return max(found, key=lambda release: release.latest.edition_id).release_id
