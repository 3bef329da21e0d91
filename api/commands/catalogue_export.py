"""``yingcai catalogue export``: everything that the office publishes of an edition, into one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.edition_inputs import release_at
from api.console import JsonOption, RegionOption, Session, progress_bar, say, show_json
from api.exporting import Chosen, write_artefacts
from data.catalogue.entries import CatalogueKind
from data.errors import UnknownName
from data.releases.registry import list_releases
from data.store.documents import current_edition

__all__ = ["export_command"]


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
    chosen = _current(session) if edition is None else release_at(store, edition)
    before = None if previous is None else release_at(store, previous)
    with progress_bar() as steps:
        paths = write_artefacts(
            store,
            chosen,
            out,
            snapshots=session.settings.snapshots_dir,
            previous=before,
            progress=lambda name: steps.step(name, 0, 0),
        )
    if as_json:
        show_json([str(path) for path in paths])
    else:
        for path in paths:
            say(path)


def _current(session: Session) -> Chosen:
    """Find the editions to be shown; when those of the two kinds differ, that of the shortage catalogue."""
    name = session.region.name
    found = current_edition(session.store, name, CatalogueKind.SHORTAGE)
    releases = list_releases(session.store, name, kind=CatalogueKind.SHORTAGE)
    for release in releases:
        for record in release.versions:
            if found is not None and record.edition_id == found["edition_id"]:
                return release, record.version
    raise UnknownName(
        "catalogue_not_built",
        f"{session.region.name_zh}还没有{CatalogueKind.SHORTAGE.title}",
        hint="运行 yingcai catalogue build",
    )
