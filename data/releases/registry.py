"""Releases as they are kept: begin one, read one, and put steps on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from data.catalogue.entries import AnyCatalogue, CatalogueKind
from data.errors import UnknownName
from data.records import Record
from data.releases.chain import ORIGIN, HistoryStep, broken_links, linked
from data.releases.documents import canonical, catalogue_of, header_of, sha256_of
from data.releases.errata import Erratum
from data.releases.gate import SYSTEM
from data.releases.states import EditionState
from data.releases.versions import Version
from data.store.documents import insert_edition, read_edition_row
from data.store.releases import (
    append_step,
    append_version,
    insert_release,
    read_release,
    read_releases,
    read_steps,
    read_versions,
)
from data.store.store import Store

__all__ = [
    "Keeping",
    "Release",
    "VersionRecord",
    "find_release",
    "list_releases",
    "open_release",
    "read_document",
    "record_step",
    "status_label",
    "verify_release",
    "write_version",
]


class VersionRecord(Record):
    """One document of a release."""

    version: str
    """Version number."""
    edition_id: int
    """Number of the document in the store."""
    document_sha256: str
    """Hash of its canonical form."""
    errata: tuple[Erratum, ...]
    """What it corrects in the version before."""


@dataclass(frozen=True)
class Release:
    """A release with its documents and its history."""

    release_id: int
    """Its number."""
    region: str
    """Region pack."""
    kind: CatalogueKind
    """Which product."""
    name: str
    """版次."""
    candidate: int
    """Number of the candidate of that name."""
    snapshot_folder: str | None
    """Folder of its data under the snapshots; empty when none was kept."""
    seed: int
    """Seed of the computation."""
    valid_from: dt.date | None
    """First day of validity; empty until signed."""
    valid_to: dt.date | None
    """Last day of validity; empty until signed."""
    versions: tuple[VersionRecord, ...]
    """Documents, the oldest first."""
    history: tuple[HistoryStep, ...]
    """Steps in order."""
    kept_state: str
    """State as noted beside the history."""

    @property
    def state(self) -> EditionState:
        """Where it stands: the target of the last step."""
        return self.history[-1].target

    @property
    def latest(self) -> VersionRecord:
        """The newest document."""
        return self.versions[-1]

    @property
    def evidence(self) -> dict[EditionState, Mapping[str, Any]]:
        """Evidence of the steps by the state they led to, the last one where there are several."""
        return {step.target: step.evidence for step in self.history}


@dataclass(frozen=True)
class Keeping:
    """How the data of a release are kept."""

    folder: str | None = None
    """Folder under the snapshots; empty when none was kept."""
    manifest_sha256: str | None = None
    """Hash of its manifest."""
    seed: int = 0
    """Seed of the computation."""


def open_release(
    store: Store, region: str, catalogue: AnyCatalogue, *, keeping: Keeping, now: dt.datetime
) -> int:
    """Keep a catalogue that was just computed as a new candidate, up to the state 草案.

    Parameters
    ----------
    store
        The store.
    region
        Name of the region pack.
    catalogue
        The catalogue.
    keeping
        How its data are kept.
    now
        Time of recording, UTC.

    Returns
    -------
    int
        Number of the release. Its first steps are the system's own and bear the day of the data.
    """
    before = read_releases(store, region, kind=catalogue.kind.value)
    candidate = 1 + sum(row["name"] == catalogue.edition for row in before)
    values = {
        "region": region,
        "kind": catalogue.kind.value,
        "name": catalogue.edition,
        "candidate": candidate,
        "state": EditionState.COLLECTING.value,
        "snapshot_folder": keeping.folder,
        "seed": keeping.seed,
    }
    document_sha256 = sha256_of(canonical(catalogue))
    shown: dict[EditionState, dict[str, Any]] = {
        EditionState.COLLECTING: {},
        EditionState.FROZEN: {
            "note": "",
            "snapshot": catalogue.snapshot,
            "manifest_sha256": keeping.manifest_sha256,
        },
        EditionState.COMPUTED: {
            "note": "",
            "method_version": catalogue.method_version,
            "document_sha256": document_sha256,
        },
        EditionState.DRAFT: {"note": ""},
    }
    with store.begin() as connection:
        release_id = insert_release(connection, values)
        version = Version(catalogue.edition, candidate=candidate)
        write_version(connection, release_id, region, catalogue, version=str(version), position=1)
        last: HistoryStep | None = None
        for state, evidence in shown.items():
            last = record_step(
                connection,
                release_id,
                last,
                state,
                actor=SYSTEM,
                role="编制",
                reason="yingcai catalogue build",
                taken_on=catalogue.as_of,
                evidence=evidence,
                now=now,
            )
    return release_id


def write_version(
    connection: sa.Connection,
    release_id: int,
    region: str,
    catalogue: AnyCatalogue,
    *,
    version: str,
    position: int,
    errata: tuple[Erratum, ...] = (),
) -> None:
    """Keep a catalogue as the next document of a release."""
    header, entries = header_of(region, catalogue)
    edition_id = insert_edition(connection, header, [(entry, entry["posting_ids"]) for entry in entries])
    append_version(
        connection,
        {
            "release_id": release_id,
            "version": version,
            "position": position,
            "edition_id": edition_id,
            "document_sha256": sha256_of(canonical(catalogue)),
            "errata": [erratum.model_dump(mode="json") for erratum in errata],
        },
    )


def record_step(
    connection: sa.Connection,
    release_id: int,
    last: HistoryStep | None,
    target: EditionState,
    *,
    actor: str,
    role: str,
    reason: str,
    taken_on: dt.date,
    evidence: Mapping[str, Any],
    now: dt.datetime,
) -> HistoryStep:
    """Put a step on record that was found to be permitted, hashed onto the one before."""
    step = linked(
        HistoryStep(
            release_id=release_id,
            seq=1 if last is None else last.seq + 1,
            source="" if last is None else last.target.value,
            target=target,
            actor=actor,
            role=role,
            reason=reason,
            taken_on=taken_on,
            recorded_at=now,
            evidence=dict(evidence),
            previous_sha256=ORIGIN if last is None else last.sha256,
        )
    )
    append_step(connection, step.model_dump() | {"target": target.value})
    return step


def find_release(store: Store, release_id: int) -> Release:
    """Read one release.

    Raises
    ------
    UnknownName
        There is none of that number.
    """
    row = read_release(store, release_id)
    if row is None:
        raise UnknownName(
            "edition_unknown", f"没有编号为 {release_id} 的版次", hint="用 yingcai edition list 查看编号"
        )
    return _release(store, row)


def list_releases(store: Store, region: str, *, kind: CatalogueKind | None = None) -> tuple[Release, ...]:
    """Read the releases of a region, the newest first; empty when nothing was built."""
    rows = read_releases(store, region, kind=None if kind is None else kind.value)
    return tuple(_release(store, row) for row in rows)


def read_document(store: Store, release: Release, version: str | None = None) -> AnyCatalogue:
    """Read a document of a release as it is kept.

    Parameters
    ----------
    store
        The store.
    release
        The release.
    version
        Version number; the newest when left out.

    Raises
    ------
    UnknownName
        The release has no such version.
    """
    numbers = {record.version: record.edition_id for record in release.versions}
    wanted = version or release.latest.version
    found = read_edition_row(store, numbers[wanted]) if wanted in numbers else None
    if found is None:
        raise UnknownName(
            "version_unknown",
            f"版次 {release.release_id} 没有版本 {wanted}",
            hint=f"现有版本：{'、'.join(numbers)}",
        )
    return catalogue_of({**found["document"], "entries": found["entries"]})


def verify_release(store: Store, release: Release) -> list[str]:
    """List what does not hold in a release: its history, its documents; empty when all is well."""
    found = broken_links(release.history)
    if release.kept_state != release.state.value:
        found.append(f"记录的状态“{release.kept_state}”与最后一步“{release.state.value}”不一致")
    for record in release.versions:
        if sha256_of(canonical(read_document(store, release, record.version))) != record.document_sha256:
            found.append(f"版本 {record.version} 的内容与校验值不符")
    computed = release.evidence.get(EditionState.COMPUTED, {}).get("document_sha256")
    if computed != release.versions[0].document_sha256:
        found.append("第一份文件与“测算”一步记录的校验值不符")
    corrected = {
        step.evidence["version"]: step.evidence["document_sha256"]
        for step in release.history
        if step.target is EditionState.CORRECTED
    }
    kept = {record.version: record.document_sha256 for record in release.versions if record.errata}
    return found if kept == corrected else [*found, "勘误版本与“勘误”步骤的记录不一致"]


def status_label(state: EditionState | None, valid_to: dt.date | None, *, on: dt.date) -> str:
    """Return how an edition is labelled for readers.

    Parameters
    ----------
    state
        Its state; None for a catalogue outside of any release.
    valid_to
        Last day of validity.
    on
        Day of reading.

    Examples
    --------
    >>> import datetime as dt
    >>> status_label(EditionState.PUBLISHED, dt.date(2027, 12, 31), on=dt.date(2028, 1, 1))
    '到期参考'
    """
    if state is not None and state.is_public:
        return "到期参考" if valid_to is not None and on > valid_to else state.chinese
    ended = (EditionState.SUPERSEDED, EditionState.ARCHIVED, EditionState.WITHDRAWN, EditionState.REJECTED)
    return state.chinese if state in ended else "草案（未发布）"


def _release(store: Store, row: Mapping[str, Any]) -> Release:
    release_id = int(row["release_id"])
    versions = [
        VersionRecord.model_validate({name: each[name] for name in VersionRecord.model_fields})
        for each in read_versions(store, release_id)
    ]
    steps = [
        HistoryStep.model_validate({name: each[name] for name in HistoryStep.model_fields})
        for each in read_steps(store, release_id)
    ]
    return Release(
        release_id=release_id,
        region=row["region"],
        kind=CatalogueKind(row["kind"]),
        name=row["name"],
        candidate=row["candidate"],
        snapshot_folder=row["snapshot_folder"],
        seed=row["seed"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        versions=tuple(versions),
        history=tuple(steps),
        kept_state=row["state"],
    )
