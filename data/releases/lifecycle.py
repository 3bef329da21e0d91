"""Take an edition one step further, correct it, or take it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from data.catalogue.entries import AnyCatalogue, ShortageEntry
from data.errors import InputError, RefusedError
from data.releases.chain import HistoryStep
from data.releases.departments import read_departments
from data.releases.documents import canonical, sha256_of
from data.releases.errata import CORRECTION_WORKDAYS, Erratum, apply_errata
from data.releases.evidence import GateFacts
from data.releases.gate import SYSTEM, checked_step
from data.releases.registry import (
    Release,
    find_release,
    list_releases,
    read_document,
    record_step,
    write_version,
)
from data.releases.states import EditionState
from data.releases.versions import Version, parse_version
from data.releases.workdays import work_calendar
from data.store.moments import beijing_day
from data.store.releases import append_version, set_validity
from data.store.store import Store
from data.store.tickets import read_tickets

__all__ = ["Deed", "advance", "check_deed", "correct", "facts_of"]


@dataclass(frozen=True)
class Deed:
    """Who takes a step, as what, why and when."""

    actor: str
    """办理人."""
    role: str
    """角色."""
    reason: str
    """理由."""
    on: dt.date
    """办理日."""
    now: dt.datetime
    """Time of recording, UTC."""


def advance(
    store: Store, release_id: int, target: EditionState, deed: Deed, *, evidence: Mapping[str, Any]
) -> HistoryStep:
    """Take one step.

    Parameters
    ----------
    store
        The store.
    release_id
        The release.
    target
        State to go to.
    deed
        Who, as what, why and when.
    evidence
        What the step has to show; see ``data.releases.gate.evidence_fields``.

    Returns
    -------
    HistoryStep
        The step on record. Publishing gives the edition its version number and marks the one in force
        until then as 已被替代.

    Raises
    ------
    RefusedError
        The step is not permitted now, or something is missing.
    InputError
        The evidence cannot be read, or role or reason is missing.
    UnknownName
        There is no such release.
    StoreError
        Somebody else took a step at the same time.
    """
    if target is EditionState.CORRECTED:
        raise RefusedError(
            "correct_by_erratum", "勘误须写明条目、栏目与原值、新值", hint="用 yingcai edition correct"
        )
    release = find_release(store, release_id)
    shown = _checked(store, release, target, deed, evidence, read_document(store, release))
    others = _others(store, release)
    with store.begin() as connection:
        step = _record(connection, release, target, deed, shown)
        if target is EditionState.SIGNED:
            days = (dt.date.fromisoformat(shown[name]) for name in ("valid_from", "valid_to"))
            set_validity(connection, release_id, *days)
        if target is EditionState.PUBLISHED:
            _publish(connection, release, others, deed)
    return step


def correct(store: Store, release_id: int, errata: Sequence[Erratum], deed: Deed) -> Version:
    """Correct fields of a published edition.

    Parameters
    ----------
    store
        The store.
    release_id
        The release.
    errata
        What to put right, at least one.
    deed
        Who, as what, why and when.

    Returns
    -------
    Version
        The version with the erratum. The version before stays readable under its own number. A correction
        that comes later than five working days after the mistake was found is made all the same, and says
        that it is late.

    Raises
    ------
    RefusedError
        The edition is not published, the actor published it, or a correction does not hold.
    InputError
        There is nothing to correct, or a value does not fit.
    UnknownName
        The release, an entry or a field does not exist.
    """
    release = find_release(store, release_id)
    if not errata:
        raise InputError("no_errata", "没有给出勘误内容", hint="写明条目、栏目、原值、新值与理由")
    catalogue = read_document(store, release)
    version = parse_version(release.latest.version).corrected
    due_on = work_calendar().add(min(erratum.found_on for erratum in errata), CORRECTION_WORKDAYS)
    corrected = apply_errata(catalogue, errata)
    evidence = {
        "version": str(version),
        "errata": [erratum.model_dump(mode="json") for erratum in errata],
        "due_on": due_on,
        "late": deed.on > due_on,
        "document_sha256": sha256_of(canonical(corrected)),
    }
    shown = _checked(store, release, EditionState.CORRECTED, deed, evidence, catalogue)
    with store.begin() as connection:
        _record(connection, release, EditionState.CORRECTED, deed, shown)
        write_version(
            connection,
            release_id,
            release.region,
            corrected,
            version=str(version),
            position=len(release.versions) + 1,
            errata=tuple(errata),
        )
    return version


def _checked(
    store: Store,
    release: Release,
    target: EditionState,
    deed: Deed,
    evidence: Mapping[str, Any],
    catalogue: AnyCatalogue,
) -> dict[str, Any]:
    check_deed(target, deed)
    return checked_step(
        release.history,
        target,
        actor=deed.actor,
        evidence=evidence,
        facts=facts_of(store, release, catalogue, on=deed.on),
        today=beijing_day(deed.now),
    )


def check_deed(target: EditionState, deed: Deed) -> None:
    """Refuse a step into a state whose role or reason is not stated.

    Raises
    ------
    InputError
        ``deed_incomplete``.
    """
    for name, option, value in (("角色", "--role", deed.role), ("理由", "--reason", deed.reason)):
        if not value.strip():
            raise InputError(
                "deed_incomplete", f"“{target.chinese}”没有写明{name}", hint=f"补上{name}（{option}）"
            )


def facts_of(store: Store, release: Release, catalogue: AnyCatalogue, *, on: dt.date) -> GateFacts:
    """Gather what the next step of a release is judged by.

    Parameters
    ----------
    store
        The store.
    release
        The release.
    catalogue
        Its document.
    on
        Day of the step.
    """
    tickets = read_tickets(store, release_ids=[release.release_id])
    entries = catalogue.entries
    return GateFacts(
        on=on,
        sections=tuple(dict.fromkeys(entry.section for entry in entries)),
        stars={
            entry.entry_id: entry.star
            for entry in entries
            if isinstance(entry, ShortageEntry) and entry.star is not None
        },
        carries_policy=any(getattr(entry, "policy_tags", ()) for entry in entries),
        departments=read_departments(),
        calendar=work_calendar(),
        open_tickets=tuple(row["ticket_id"] for row in tickets if row["outcome"] is None),
        earlier=release.evidence,
    )


def _record(
    connection: sa.Connection, release: Release, target: EditionState, deed: Deed, shown: Mapping[str, Any]
) -> HistoryStep:
    return record_step(
        connection,
        release.release_id,
        release.history[-1],
        target,
        actor=deed.actor.strip(),
        role=deed.role.strip(),
        reason=deed.reason.strip(),
        taken_on=deed.on,
        evidence=shown,
        now=deed.now,
    )


def _others(store: Store, release: Release) -> tuple[Release, ...]:
    """Read the other releases of the same product and region."""
    every = list_releases(store, release.region, kind=release.kind)
    return tuple(each for each in every if each.release_id != release.release_id)


def _publish(connection: sa.Connection, release: Release, others: Sequence[Release], deed: Deed) -> None:
    """Give the edition its number, and mark those in force until now as replaced."""
    issued = [
        parse_version(record.version).issue
        for each in others
        if each.name == release.name
        for record in each.versions
    ]
    version = str(Version(release.name, issue=max(issued, default=0) + 1))
    latest = release.latest
    append_version(
        connection,
        {
            "release_id": release.release_id,
            "version": version,
            "position": len(release.versions) + 1,
            "edition_id": latest.edition_id,
            "document_sha256": latest.document_sha256,
            "errata": [],
        },
    )
    by_system = Deed(SYSTEM, "发布", f"由{deed.actor}发布 {version}", deed.on, deed.now)
    for other in others:
        if other.state.is_public:
            _record(connection, other, EditionState.SUPERSEDED, by_system, {"note": "", "by": version})
