"""Build, keep and read editions of the catalogues."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import cast

from data.catalogue.entries import (
    METHOD_VERSION,
    AnyCatalogue,
    Catalogue,
    CatalogueKind,
    DemandEntry,
    ShortageEntry,
)
from data.demand import latest_day, read_demand, read_supply
from data.errors import InputError, UnknownName
from data.execution import Executor
from data.regions import Region
from data.releases.documents import catalogue_of
from data.releases.judgements import Judgements
from data.releases.methods import compute
from data.releases.registry import Keeping, list_releases, open_release, read_document, status_label
from data.releases.snapshot import Inputs, freeze, write_snapshot
from data.releases.states import EditionState
from data.releases.versions import checked_name
from data.shelves import Place
from data.store.documents import current_edition, current_edition_id, newest_edition, release_of
from data.store.moments import beijing_today
from data.store.store import Store

__all__ = [
    "AnyCatalogue",
    "CurrentEdition",
    "EditionStatus",
    "build_editions",
    "current_number",
    "read_current_edition",
    "read_edition",
    "status_of",
]

_SEED = 0


@dataclass(frozen=True)
class EditionStatus:
    """Where an edition stands, and how it is labelled for readers."""

    version: str | None
    """Version number; empty for a catalogue outside of any release."""
    state: EditionState
    """Where it stands; a catalogue outside of any release is a draft."""
    label: str
    """Its label, such as 草案（未发布） or 已发布."""
    valid_from: dt.date | None
    """First day of validity; empty until signed."""
    valid_to: dt.date | None
    """Last day of validity; empty until signed."""


@dataclass(frozen=True)
class CurrentEdition:
    """The catalogue to show, and where it stands."""

    catalogue: AnyCatalogue
    """The catalogue."""
    status: EditionStatus
    """Where it stands."""


def build_editions(
    store: Store,
    region: Region,
    *,
    as_of: dt.date | None = None,
    edition: str | None = None,
    snapshots: Place | None = None,
    judgements: Judgements | None = None,
    executor: Executor | None = None,
) -> tuple[Catalogue[DemandEntry], Catalogue[ShortageEntry]]:
    """Build both catalogues of a region from the store and keep them as new candidates (草案).

    When the newest editions were built from the same data by the same method, they are returned as they
    are: a rebuild would give the same figures.

    Parameters
    ----------
    store
        The store.
    region
        The region.
    as_of
        Day on which the data stand; the last day of the region's data when left out.
    edition
        版次; year and quarter of ``as_of`` when left out.
    snapshots
        Folder in which the data are kept, so that the editions can be rebuilt; nothing is kept when left
        out.
    judgements
        Reference values, ratings, votes and survey shares; none when left out. Unless it names one, the
        edition before is the newest one published on earlier data.
    executor
        Where cells are resampled; this process when left out. The editions are the same wherever it is.

    Returns
    -------
    tuple
        人才需求目录 and 急需紧缺人才目录.

    Raises
    ------
    RefusedError
        The region has no dated vacancies and no day was given.
    InputError
        The day lies in the future, or no version number can be made of the name.
    """
    vacancies, profiles = read_demand(store, region), read_supply(store, region)
    now = dt.datetime.now(dt.UTC)
    if as_of is not None and as_of > now.date():
        raise InputError("as_of_in_future", f"数据截止日 {as_of} 晚于今天", hint="取今天或更早的一天")
    day = as_of or latest_day(vacancies, today=now.date())
    name = checked_name(edition or f"{day.year}Q{(day.month + 2) // 3}")
    further = _with_previous(store, region, judgements or Judgements(), day)
    inputs = freeze(vacancies, profiles, region=region, as_of=day, extras=further.extras)
    built = [_same(store, region, kind, inputs, name, kept=snapshots is not None) for kind in CatalogueKind]
    if None in built:
        keeping = _keep(inputs, snapshots)
        built = [compute(inputs, kind, name, _SEED, executor=executor) for kind in CatalogueKind]
        for catalogue in built:
            open_release(store, region.name, cast("AnyCatalogue", catalogue), keeping=keeping, now=now)
    demand, shortage = built
    return cast("Catalogue[DemandEntry]", demand), cast("Catalogue[ShortageEntry]", shortage)


def read_edition(store: Store, region: Region, kind: CatalogueKind) -> AnyCatalogue:
    """Read the catalogue of a region that is to be shown; see :func:`read_current_edition`.

    Raises
    ------
    UnknownName
        None was built yet.
    """
    return read_current_edition(store, region, kind).catalogue


def read_current_edition(
    store: Store, region: Region, kind: CatalogueKind, *, on: dt.date | None = None
) -> CurrentEdition:
    """Read the catalogue of a region that is to be shown, and where it stands.

    Parameters
    ----------
    store
        The store.
    region
        The region.
    kind
        Which of the two products.
    on
        Day of reading; today when left out.

    Returns
    -------
    CurrentEdition
        The newest published edition with its errata; without any, the newest draft.

    Raises
    ------
    UnknownName
        None was built yet.
    """
    found = current_edition(store, region.name, kind)
    if found is None:
        raise _not_built(region, kind)
    catalogue = catalogue_of({**found["document"], "entries": found["entries"]})
    return CurrentEdition(catalogue, status_of(store, found["edition_id"], on=on))


def current_number(store: Store, region: Region, kind: CatalogueKind) -> int:
    """Return the number of the document that is to be shown; see :func:`read_current_edition`.

    Raises
    ------
    UnknownName
        ``catalogue_not_built``: none was built yet.
    """
    number = current_edition_id(store, region.name, kind)
    if number is None:
        raise _not_built(region, kind)
    return number


def _not_built(region: Region, kind: CatalogueKind) -> UnknownName:
    return UnknownName(
        "catalogue_not_built", f"{region.name_zh}还没有{kind.title}", hint="运行 yingcai catalogue build"
    )


def status_of(store: Store, edition_id: int, *, on: dt.date | None = None) -> EditionStatus:
    """Tell where a kept catalogue stands.

    Parameters
    ----------
    store
        The store.
    edition_id
        Number of the catalogue in the store.
    on
        Day of reading; today when left out.
    """
    release = release_of(store, edition_id) or {}
    state = EditionState(release.get("state", EditionState.DRAFT.value))
    valid_to = release.get("valid_to")
    label = status_label(state, valid_to, on=on or beijing_today())
    return EditionStatus(release.get("version"), state, label, release.get("valid_from"), valid_to)


def _with_previous(store: Store, region: Region, judgements: Judgements, day: dt.date) -> Judgements:
    """Add the shortage edition published last on data that stood earlier."""
    if judgements.previous is not None:
        return judgements
    published = [
        release
        for release in list_releases(store, region.name, kind=CatalogueKind.SHORTAGE)
        if EditionState.PUBLISHED in release.evidence
        and not release.state.is_out
        and release.history[0].taken_on < day
    ]
    if not published:
        return judgements
    last = max(published, key=lambda release: (release.history[0].taken_on, release.release_id))
    return replace(judgements, previous=read_document(store, last))


def _same(
    store: Store, region: Region, kind: CatalogueKind, inputs: Inputs, name: str, *, kept: bool
) -> AnyCatalogue | None:
    """Return the newest edition if it is what a build would give, and can be rebuilt where that is asked."""
    found = newest_edition(store, region.name, kind)
    if found is None or found["method_version"] != METHOD_VERSION:
        return None
    release = release_of(store, found["edition_id"])
    if release is None or (kept and release["snapshot_folder"] is None) or _is_changed(release):
        return None
    same = (found["edition"], found["as_of"], found["snapshot"]) == (name, inputs.as_of, inputs.snapshot)
    return catalogue_of({**found["document"], "entries": found["entries"]}) if same else None


def _is_changed(release: dict[str, object]) -> bool:
    """Whether the newest document is no longer what the method gave, or is out of the way."""
    state = EditionState(str(release["state"]))
    return state.is_out or state is EditionState.CORRECTED


def _keep(inputs: Inputs, snapshots: Place | None) -> Keeping:
    if snapshots is None:
        return Keeping(seed=_SEED)
    return Keeping(inputs.folder, write_snapshot(inputs, snapshots), _SEED)
