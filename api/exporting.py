"""Everything that the office publishes of an edition, put together from the store, written to one folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from data.catalogue.artefacts import Market, Signature, Standing, export_edition
from data.editions import status_of
from data.releases.changes import DiffReport
from data.releases.comparison import compare_releases
from data.releases.decision import SignedEvidence
from data.releases.judgements import Judgements
from data.releases.rebuild import inputs_of
from data.releases.registry import Release, list_releases, read_document
from data.releases.states import EditionState
from data.shelves import Place
from data.store.store import Store

__all__ = ["Chosen", "write_artefacts"]

Chosen = tuple[Release, str]
"""A release and the version meant."""


def write_artefacts(
    store: Store,
    chosen: Chosen,
    out: Path,
    *,
    snapshots: Place,
    previous: Chosen | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[Path]:
    """Write an edition, with that of the other kind that was built together with it.

    Parameters
    ----------
    store
        The store.
    chosen
        The edition.
    out
        Folder to write to: a new or an empty one.
    snapshots
        Folder of the data that editions rest on.
    previous
        The edition to compare it with; None for nothing on changes.
    progress
        Told what is written next.

    Returns
    -------
    list of Path
        The files, as :func:`data.catalogue.artefacts.export_edition` says, which also says what it raises.
    """
    after = _paired(store, chosen)
    before = [] if previous is None else _paired(store, previous)
    return export_edition(
        [read_document(store, *each) for each in after],
        out,
        market=_market(after, snapshots),
        previous=[read_document(store, *each) for each in before],
        changes=_changes(store, before, after, snapshots),
        standing=_standing(store, after),
        progress=progress,
    )


def _paired(store: Store, chosen: Chosen) -> list[Chosen]:
    """Add the catalogue of the other kind that was built together with one, where there is one."""
    release = chosen[0]
    snapshot = read_document(store, *chosen).snapshot
    for other in list_releases(store, release.region):
        same = (other.name, other.candidate) == (release.name, release.candidate)
        if other.kind is not release.kind and same and read_document(store, other).snapshot == snapshot:
            return [chosen, (other, other.latest.version)]
    return [chosen]


def _market(chosen: Sequence[Chosen], snapshots: Place) -> Market | None:
    """Read the data behind an edition; None where none were kept."""
    release = chosen[0][0]
    if release.snapshot_folder is None:
        return None
    inputs = inputs_of(release, snapshots)
    given = Judgements.from_extras(inputs.extras)
    return Market(
        inputs.vacancies, inputs.profiles, release.seed, given.references, given.survey, given.previous
    )


def _changes(
    store: Store, before: Sequence[Chosen], after: Sequence[Chosen], snapshots: Place
) -> list[DiffReport]:
    return [
        compare_releases(store, old, new, snapshots=snapshots)
        for new in after
        for old in before
        if old[0].kind is new[0].kind
    ]


def _signature(signed: SignedEvidence) -> Signature:
    return Signature(signed.number, signed.signed_on, signed.valid_from, signed.valid_to)


def _standing(store: Store, chosen: Sequence[Chosen]) -> Standing:
    release, version = chosen[0]
    number = next(record.edition_id for record in release.versions if record.version == version)
    signed = release.evidence.get(EditionState.SIGNED)
    signature = None if signed is None else _signature(SignedEvidence.model_validate(signed))
    return Standing(status_of(store, number).label, signature)
