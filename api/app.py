"""The HTTP application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool

from api import pages
from api.access.limits import RateHeaders, RateLimits
from api.edge import POLICY, Application, edge_layers, operation_id
from api.jobs.registry import workers_of
from api.privacy import unmask
from api.privacy.trail import AuditTrail
from api.problems import add_problem_handlers
from api.routes import (
    audit,
    batches,
    bulletins,
    catalogues,
    consents,
    feedback,
    forecasts,
    health,
    indicators,
    jobs,
    matches,
    oauth,
    objections,
    people,
    postings,
    profiles,
    searches,
    sessions,
    streams,
    taxonomies,
    usage,
    vacancies,
)
from api.service import Service
from data.settings import Settings

__all__ = ["create_app"]


def create_app(settings: Settings, *, service: Service | None = None) -> FastAPI:
    """Make the application.

    Parameters
    ----------
    settings
        Where the database and the model are.
    service
        A service that is loaded already; otherwise it is loaded when the application starts.

    Returns
    -------
    FastAPI
        With the API under ``/v1``, pages under ``/`` and the description of both at ``/openapi.json``.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        made = service
        if made is None:
            made = await run_in_threadpool(Service.from_settings, settings)
        app.state.service = made
        made.refresher.start(settings.refresh_seconds)
        workers = workers_of(made, threads=settings.worker_threads)
        workers.start()
        try:
            yield
        finally:
            await run_in_threadpool(workers.stop)
            await run_in_threadpool(made.refresher.stop)

    app = Application(
        title="yingcai",
        version=version("yingcai"),
        summary="人才需求目录、急需紧缺人才目录、人岗匹配与紧缺预测",
        description=POLICY,
        generate_unique_id_function=operation_id,
        lifespan=lifespan,
        docs_url=None,  # its page loads scripts from other hosts
        redoc_url=None,
    )
    app.layers = edge_layers(settings)
    app.state.limits = RateLimits.from_settings(settings)
    app.add_middleware(RateHeaders)
    app.add_middleware(AuditTrail)
    add_problem_handlers(app)
    app.state.problem_page = pages.problem_page
    for module in (
        audit,
        health,
        oauth,
        sessions,
        usage,
        people,
        postings,
        vacancies,
        profiles,
        consents,
        batches,
        matches,
        jobs,
        searches,
        feedback,
        catalogues,
        objections,
        bulletins,
        forecasts,
        indicators,
        taxonomies,
        streams,
    ):
        app.include_router(module.router)
    app.include_router(people.office_router)
    app.include_router(unmask.router)
    if settings.oidc_issuer:
        from api.access.oidc import add_oidc  # noqa: PLC0415 - its libraries are an extra

        add_oidc(app, settings)
    app.include_router(pages.router)
    app.mount("/static/vendor", StaticFiles(packages=[("django_htmx", "static/django_htmx")]), name="vendor")
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    return app
