"""Which kinds of jobs this program can do, and workers for them beside a service."""

from __future__ import annotations

import datetime as dt

from api.jobs.audit_check import AuditCheckHandler
from api.jobs.build import BuildHandler
from api.jobs.demo import DemoHandler
from api.jobs.export import ExportHandler
from api.jobs.handler import Handler
from api.jobs.ingest import IngestHandler
from api.jobs.match import MatchHandler
from api.jobs.recode import RecodeHandler
from api.jobs.searches import SearchHandler
from api.jobs.worker import Pace, Worker, Workers
from api.service import Service

__all__ = ["handlers_of", "workers_of"]


def handlers_of(service: Service) -> list[Handler]:
    """Return the handler of every kind of job; they share what the service has loaded."""
    return [
        MatchHandler(lambda: service.matcher, service.refresher.refresh),
        IngestHandler(service),
        RecodeHandler(service),
        SearchHandler(service.store, lambda: service.matcher, key=service.pseudonym_key),
        BuildHandler(service),
        DemoHandler(service),
        AuditCheckHandler(service),
        ExportHandler(service),
    ]


def workers_of(service: Service, *, threads: int, pace: Pace | None = None) -> Workers:
    """Return workers on the store of a service.

    Parameters
    ----------
    service
        The service; it keeps what the workers match with up to date.
    threads
        How many; 0 for none.
    pace
        How long things take.

    Returns
    -------
    Workers
        Not yet at work.
    """
    return Workers(
        [
            Worker(
                service.store,
                handlers_of(service),
                key=service.pseudonym_key,
                retention=dt.timedelta(days=service.settings.job_retention_days),
                pace=pace,
            )
            for _ in range(threads)
        ]
    )
