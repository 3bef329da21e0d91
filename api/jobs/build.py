"""Catalogue jobs: both catalogues of the region are built in the background."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from api.jobs.answers import error_of
from api.jobs.handler import Outcome, Work
from api.service import Service
from data.editions import build_editions
from data.errors import InputError, RefusedError
from data.execution import executor_of
from data.jobs import Answer, Job, JobQuery, JobRequest
from data.owners import OFFICE
from data.store.jobs import list_jobs, submit_job
from data.store.store import Store

__all__ = ["CATALOGUE", "BuildHandler", "submit_build", "submit_once"]

CATALOGUE: Final = "catalogue"
"""The kind of these jobs."""


class BuildHandler:
    """Builds both catalogues, as ``yingcai catalogue build`` does.

    Built twice from the same data they are the same editions: a job that is begun again changes nothing.

    Parameters
    ----------
    service
        The running service.
    """

    kind = CATALOGUE

    def __init__(self, service: Service) -> None:
        self._service = service

    def run(self, work: Work) -> Outcome:
        """Build the catalogues, or say what the data lack."""
        service, position = self._service, next(iter(work.queries))
        told = {"position": position, "results": []}
        work.go_on()
        try:
            with executor_of(service.settings) as executor:
                built = build_editions(
                    service.store,
                    service.region,
                    snapshots=service.settings.snapshots_dir,
                    executor=executor,
                )
        except (InputError, RefusedError) as error:
            return Outcome([Answer(position, {**told, "error": error_of(error).model_dump()}, failed=True)])
        heads = [
            {"kind": each.kind.value, "edition": each.edition, "entries": len(each.entries)} for each in built
        ]
        return Outcome([Answer(position, {**told, "built": heads})])


def submit_build(store: Store, *, actor: str) -> Job:
    """Have the catalogues built; where that is under way already, return its job.

    Parameters
    ----------
    store
        The store.
    actor
        Who asks for it.
    """
    return submit_once(store, CATALOGUE, actor=actor)


def submit_once(
    store: Store,
    kind: str,
    *,
    actor: str,
    payload: Mapping[str, str] | None = None,
    check: Callable[[], None] = lambda: None,
) -> Job:
    """Hand in a job of the office that needs no more than its kind; return one that is open instead of it.

    Parameters
    ----------
    store
        The store.
    kind
        What is to be done.
    actor
        Who asks for it.
    payload
        Options of the job; none when left out.
    check
        Called where none is open; what it raises is why there can be none.
    """
    for each in list_jobs(store, owner=OFFICE, kind=kind, limit=20).jobs:
        if not each.state.ended:
            return each
    check()
    return submit_job(store, JobRequest(kind, OFFICE, actor, [JobQuery({})], dict(payload or {}))).job
