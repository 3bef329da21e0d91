"""Checks of the audit: the whole chain is recomputed in the background, however long it has become."""

from __future__ import annotations

from typing import Final

from api.jobs.handler import Outcome, Work
from api.service import Service
from data.jobs import Answer, Job, JobQuery, JobRequest, JobState
from data.owners import OFFICE
from data.store.audit_chain import AuditReport, parse_anchors, verify_audit
from data.store.job_results import iter_results
from data.store.jobs import list_jobs, submit_job

__all__ = ["AUDIT_CHECK", "AuditCheckHandler", "last_check", "report_of", "submit_check"]

AUDIT_CHECK: Final = "audit-check"
"""The kind of these jobs."""


class AuditCheckHandler:
    """Recomputes the audit's chain and holds it against the anchors that were given.

    Parameters
    ----------
    service
        The running service.
    """

    kind = AUDIT_CHECK

    def __init__(self, service: Service) -> None:
        self._service = service

    def run(self, work: Work) -> Outcome:
        """Verify the audit as it is now."""
        report = verify_audit(
            self._service.store,
            anchors=parse_anchors(str(work.payload.get("anchors", ""))),
            progress=lambda _done, _total: work.go_on(),
        )
        position = next(iter(work.queries))
        found = {"position": position, "report": report.model_dump(mode="json"), "results": []}
        return Outcome([Answer(position, found)])


def submit_check(service: Service, *, actor: str, anchors: str = "") -> Job:
    """Have the audit checked; a check that has not ended is not begun a second time.

    Parameters
    ----------
    service
        The service.
    actor
        Who wants it.
    anchors
        Anchors kept elsewhere, one a line as ``yingcai audit anchor`` writes them.

    Raises
    ------
    InputError
        ``anchor_invalid``: a line that is no anchor.
    """
    parse_anchors(anchors)
    last = last_check(service)
    if last is not None and not last.state.ended:
        return last
    request = JobRequest(AUDIT_CHECK, OFFICE, actor, [JobQuery({})], {"anchors": anchors})
    return submit_job(service.store, request).job


def last_check(service: Service) -> Job | None:
    """Return the newest check; None where there is none or its time to be kept is over."""
    jobs = list_jobs(service.store, owner=OFFICE, kind=AUDIT_CHECK, limit=1).jobs
    return jobs[0] if jobs else None


def report_of(service: Service, job: Job | None) -> AuditReport | None:
    """Return what a check found; None for one that has not done its work."""
    if job is None or job.state is not JobState.DONE:
        return None
    return AuditReport.model_validate(next(iter_results(service.store, job.job_id))["report"])
