"""Recoding jobs: what people decided of texts reaches the records that are in the store already."""

from __future__ import annotations

from typing import Any, Final

from api.jobs.handler import Outcome, Work
from api.service import Service
from data.errors import ConflictError
from data.jobs import Answer, Job, JobQuery, JobRequest, JobState
from data.owners import OFFICE
from data.store.job_results import iter_results
from data.store.jobs import list_jobs, submit_job
from data.store.reviews import read_aliases
from matching.coding.recode import apply_decisions

__all__ = ["RECODE", "RecodeHandler", "last_recoding", "recoded_by", "submit_recoding"]

RECODE: Final = "recode"
"""The kind of these jobs."""


class RecodeHandler:
    """Codes anew what holds a decided text; done again it changes nothing more.

    Parameters
    ----------
    service
        The running service.
    """

    kind = RECODE

    def __init__(self, service: Service) -> None:
        self._service = service

    def run(self, work: Work) -> Outcome:
        """Apply the decisions as they are now."""
        service = self._service
        decided = service.refresher.serving.basis._replace(aliases=read_aliases(service.store))
        done = apply_decisions(
            service.store,
            service.kept_coders.of(decided),
            actor=work.actor,
            progress=lambda _name, _done, _total: work.go_on(),
        )
        position = next(iter(work.queries))
        return Outcome([Answer(position, {"position": position, "recoded": done._asdict(), "results": []})])


def last_recoding(service: Service) -> Job | None:
    """Return the newest of these jobs; None where there is none or its time to be kept is over."""
    jobs = list_jobs(service.store, owner=OFFICE, kind=RECODE, limit=1).jobs
    return jobs[0] if jobs else None


def recoded_by(service: Service, job: Job | None) -> dict[str, Any] | None:
    """Return how many records a job saw and changed; None for one that has not done its work."""
    if job is None or job.state is not JobState.DONE:
        return None
    found: dict[str, Any] = next(iter_results(service.store, job.job_id))["recoded"]
    return found


def submit_recoding(service: Service, *, actor: str) -> Job:
    """Hand in a job that applies all decisions.

    Parameters
    ----------
    service
        The running service.
    actor
        Who hands it in.

    Raises
    ------
    ConflictError
        ``recoding_runs``: one is under way; it takes the decisions that were there when it began.
    """
    last = last_recoding(service)
    if last is not None and not last.state.ended:
        raise ConflictError("recoding_runs", "上一次应用还没有完成", hint="完成后再应用新的决定")
    request = JobRequest(RECODE, OFFICE, actor, [JobQuery({})], payload={})
    return submit_job(service.store, request).job
