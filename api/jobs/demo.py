"""The synthetic city, to try the product with: generated in the background and handed in like any file."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path
from typing import Final

from api.jobs.build import submit_once
from api.jobs.handler import Outcome, Work
from api.jobs.ingest import submit_upload
from api.service import Service
from api.uploads import keep_file, remove_upload
from data.errors import ConflictError, YingcaiError
from data.jobs import Answer, Job, Submitted
from data.owners import OFFICE
from data.sources.columns import TableKind
from data.store.overview import read_overview
from data.store.store import Store
from data.synthetic import generate_city, write_city
from data.uploads import NewUpload

__all__ = ["DEMO", "DEMO_FILES", "DemoHandler", "submit_demo", "write_demo_city"]

DEMO: Final = "demo"
"""The kind of these jobs."""

DEMO_FILES: Final = (("postings.csv", TableKind.POSTING), ("profiles.csv", TableKind.PROFILE))
"""Files of the city, and what they hold."""

_NAMES: Final = {TableKind.POSTING: "合成招聘信息.csv", TableKind.PROFILE: "合成人才档案.csv"}
_PROFILES: Final = 3600
"""Profiles of the demonstration: about one seeker for every open place."""


class DemoHandler:
    """Generates the city and hands its two files in.

    Parameters
    ----------
    service
        The running service.
    """

    kind = DEMO

    def __init__(self, service: Service) -> None:
        self._service = service

    def run(self, work: Work) -> Outcome:
        """Hand the files in; those that an earlier attempt handed in are not handed in again."""
        uploads = []
        with tempfile.TemporaryDirectory(prefix="yingcai-") as folder:
            write_demo_city(Path(folder))
            for name, kind in DEMO_FILES:
                work.go_on()
                uploads.append(self._hand_in(Path(folder) / name, kind, work))
        position = next(iter(work.queries))
        return Outcome([Answer(position, {"position": position, "uploads": uploads, "results": []})])

    def _hand_in(self, path: Path, kind: TableKind, work: Work) -> str:
        settings = self._service.settings
        with path.open("rb") as file:
            received = keep_file(settings, file, _NAMES[kind])
        new = NewUpload(
            upload_id=received.upload_id,
            owner=OFFICE,
            actor=work.actor,
            file_name=received.name,
            size=received.size,
            sha256=received.sha256,
            kinds=(kind,),
            mapping=None,
        )
        try:
            made: Submitted = submit_upload(
                self._service.store, new, key=f"demo:{work.payload['key']}:{kind.value}"
            )
        except YingcaiError:
            remove_upload(settings, received.upload_id)
            raise
        if made.repeated:
            remove_upload(settings, received.upload_id)
        return str(made.job.payload["upload_id"])


def submit_demo(store: Store, *, actor: str) -> Job:
    """Have the synthetic city brought into an empty store; where that is under way already, return its job.

    Parameters
    ----------
    store
        The store.
    actor
        Who asks for it.

    Raises
    ------
    ConflictError
        ``store_not_empty``: there are postings or profiles already, and nobody could take them apart again.
    """

    def check() -> None:
        if not read_overview(store).is_empty:
            raise ConflictError(
                "store_not_empty",
                "库中已有数据，不再导入合成数据",
                hint="合成数据只用于空库试用，避免与真实数据混在一起",
            )

    return submit_once(store, DEMO, actor=actor, payload={"key": secrets.token_hex(8)}, check=check)


def write_demo_city(folder: Path) -> None:
    """Write the city of the demonstration to a folder, with the truth behind it; it is always the same."""
    write_city(generate_city(profiles=_PROFILES), folder)
