"""Exports: what the office publishes of an edition, written in the background to a folder of its own."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

from api.exporting import write_artefacts
from api.jobs.answers import error_of
from api.jobs.handler import Outcome, Work
from api.service import Service
from data.errors import InputError, RefusedError
from data.jobs import Answer, Job, JobQuery, JobRequest
from data.owners import OFFICE
from data.releases.registry import Release, find_release
from data.settings import Settings
from data.store.jobs import list_jobs, submit_job

__all__ = ["EXPORT", "ExportHandler", "export_folder", "files_in", "last_export", "submit_export"]

EXPORT: Final = "edition-export"
"""The kind of these jobs."""
_LOOKED_THROUGH: Final = 100


class ExportHandler:
    """Writes the artefacts of an edition, as ``yingcai catalogue export`` does.

    Parameters
    ----------
    service
        The running service.
    """

    kind = EXPORT

    def __init__(self, service: Service) -> None:
        self._service = service

    def run(self, work: Work) -> Outcome:
        """Write them; what an earlier attempt finished stays, what it left unfinished is not seen."""
        store, settings = self._service.store, self._service.settings
        position = next(iter(work.queries))
        told = {"position": position, "results": []}
        release = find_release(store, int(work.payload["release_id"]))
        before = work.payload.get("previous")
        previous = None if before is None else find_release(store, int(before))
        try:
            _write(self._service, release, previous, work)
        except (InputError, RefusedError) as error:
            return Outcome([Answer(position, {**told, "error": error_of(error).model_dump()}, failed=True)])
        files = len(files_in(export_folder(settings, release)))
        return Outcome([Answer(position, {**told, "files": files})])


def export_folder(settings: Settings, release: Release) -> Path:
    """Return where the artefacts of an edition lie as it stands now; every step and version has its own."""
    return settings.exports.fetch(f"{release.release_id}-{release.history[-1].sha256[:16]}")


def files_in(folder: Path) -> list[Path]:
    """Return the files of an export in the order of their names; none where there is no export."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def submit_export(service: Service, release: Release, previous: Release | None, *, actor: str) -> Job:
    """Have the artefacts of an edition written; where that is under way already, return its job.

    Parameters
    ----------
    service
        The service.
    release
        The edition, in its newest version.
    previous
        The one to compare it with; None for the first.
    actor
        Who asks for it.
    """
    known = last_export(service, release)
    if known is not None and not known.state.ended:
        return known
    payload = {"release_id": release.release_id, "step": release.history[-1].sha256}
    if previous is not None:
        payload["previous"] = previous.release_id
    return submit_job(service.store, JobRequest(EXPORT, OFFICE, actor, [JobQuery({})], payload)).job


def last_export(service: Service, release: Release) -> Job | None:
    """Return the newest export of an edition as it stands now; None where there is none."""
    jobs = list_jobs(service.store, owner=OFFICE, kind=EXPORT, limit=_LOOKED_THROUGH).jobs
    wanted = release.history[-1].sha256
    return next((each for each in jobs if each.payload.get("step") == wanted), None)


def _write(service: Service, release: Release, previous: Release | None, work: Work) -> None:
    folder = export_folder(service.settings, release)
    if folder.is_dir():
        if not service.settings.exports.holds(folder.name):  # an upload was broken off
            service.settings.exports.publish(folder.name)
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=folder.parent))
    try:
        write_artefacts(
            service.store,
            (release, release.latest.version),
            unfinished,
            snapshots=service.settings.snapshots_dir,
            previous=None if previous is None else (previous, previous.latest.version),
            progress=lambda _: work.go_on(),
        )
        unfinished.replace(folder)
        service.settings.exports.publish(folder.name)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
