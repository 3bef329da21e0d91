"""The HTTP application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool

from api import pages
from api.problems import add_problem_handlers
from api.routes import catalogues, feedback, forecasts, health, matches
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
        try:
            yield
        finally:
            await run_in_threadpool(made.refresher.stop)

    app = FastAPI(
        title="yingcai",
        version=version("yingcai"),
        summary="人才需求目录、急需紧缺人才目录、人岗匹配与紧缺预测",
        lifespan=lifespan,
        docs_url=None,  # its page loads scripts from other hosts
        redoc_url=None,
    )
    add_problem_handlers(app)
    for module in (health, matches, feedback, catalogues, forecasts):
        app.include_router(module.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    return app
