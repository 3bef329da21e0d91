"""``yingcai catalogue export``: everything that the office publishes of an edition, into one folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from api.commands.edition_inputs import release_at
from api.console import JsonOption, RegionOption, Session, progress_bar, say, show_json
from data.catalogue.artefacts import Market, Signature, Standing, export_edition
from data.catalogue.entries import CatalogueKind
from data.editions import status_of
from data.errors import UnknownName
from data.releases.changes import DiffReport
from data.releases.comparison import compare_releases
from data.releases.decision import SignedEvidence
from data.releases.judgements import Judgements
from data.releases.rebuild import inputs_of
from data.releases.registry import Release, list_releases, read_document
from data.releases.states import EditionState
from data.store.documents import current_edition
from data.store.store import Store

__all__ = ["export_command"]

Chosen = tuple[Release, str]
"""A release and the version meant."""


def export_command(
    edition: Annotated[
        str | None, typer.Argument(metavar="[ID[@版本]]", help="版次编号，见 edition list；缺省为现行版次")
    ] = None,
    *,
    out: Annotated[Path, typer.Option(help="输出目录，须是新的或空的")],
    previous: Annotated[str | None, typer.Option(metavar="ID[@版本]", help="用来比较的上版")] = None,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """导出一个版次的全部发布件：通知、目录（PDF、HTML、XLSX、CSV、JSON）、方法与质量说明、图表、元数据。"""
    session = Session(region=region)
    store = session.store
    chosen = _current(session) if edition is None else _pair(store, release_at(store, edition))
    before = () if previous is None else _pair(store, release_at(store, previous))
    with progress_bar() as steps:
        paths = export_edition(
            [read_document(store, *each) for each in chosen],
            out,
            market=_market(chosen, session.settings.snapshots_dir),
            previous=[read_document(store, *each) for each in before],
            changes=_changes(store, before, chosen, session.settings.snapshots_dir),
            standing=_standing(store, chosen),
            progress=lambda name: steps.step(name, 0, 0),
        )
    if as_json:
        show_json([str(path) for path in paths])
    else:
        for path in paths:
            say(path)


def _current(session: Session) -> list[Chosen]:
    """Find the editions to be shown; when those of the two kinds differ, that of the shortage catalogue."""
    name = session.region.name
    found = current_edition(session.store, name, CatalogueKind.SHORTAGE)
    releases = list_releases(session.store, name, kind=CatalogueKind.SHORTAGE)
    for release in releases:
        for record in release.versions:
            if found is not None and record.edition_id == found["edition_id"]:
                return _pair(session.store, (release, record.version))
    raise UnknownName(
        "catalogue_not_built",
        f"{session.region.name_zh}还没有{CatalogueKind.SHORTAGE.title}",
        hint="运行 yingcai catalogue build",
    )


def _pair(store: Store, chosen: Chosen) -> list[Chosen]:
    """Add the catalogue of the other kind that was built together with one, where there is one."""
    release = chosen[0]
    snapshot = read_document(store, *chosen).snapshot
    for other in list_releases(store, release.region):
        same = (other.name, other.candidate) == (release.name, release.candidate)
        if other.kind is not release.kind and same and read_document(store, other).snapshot == snapshot:
            return [chosen, (other, other.latest.version)]
    return [chosen]


def _market(chosen: Sequence[Chosen], snapshots: Path) -> Market | None:
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
    store: Store, before: Sequence[Chosen], after: Sequence[Chosen], snapshots: Path
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
