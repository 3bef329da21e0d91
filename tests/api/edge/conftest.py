"""An application that answers with what it is given, behind the edge."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from contextlib import contextmanager

import pytest
import uvicorn
from fastapi import Request
from fastapi.testclient import TestClient

from api.edge import Application, edge_layers
from api.problems import add_problem_handlers
from data.settings import Settings


def echo_app(settings=None):
    app = Application(title="回声")
    app.layers = edge_layers(settings or Settings(max_body_mb=1))
    add_problem_handlers(app)

    @app.post("/v1/echo")
    async def echo(request: Request):
        return {"bytes": len(await request.body())}

    @app.post("/v1/json")
    async def read(value: dict):
        return value

    @app.get("/v1/things/{name}")
    def thing(name: str):
        if name == "broken":
            raise RuntimeError("13800001234 broke")
        return {"name": name}

    @app.get("/slow")
    async def slow():
        await asyncio.sleep(1)
        return {}

    return app


@pytest.fixture
def make_app():
    """Return what makes the application."""
    return echo_app


@pytest.fixture
def echo():
    """Return a client of the application, which takes bodies of up to 1 MB."""
    with TestClient(echo_app(), raise_server_exceptions=False) as client:
        yield client


class Served:
    """An application on a port of this machine, in a thread."""

    def __init__(self, app, **options):
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
        self.port = self.listening.getsockname()[1]
        self.server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, access_log=False, ws="none", server_header=False, **options)
        )
        self.thread = threading.Thread(target=self.server.run, args=([self.listening],))

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)


@contextmanager
def listening(app, **options):
    made = Served(app, **options)
    made.thread.start()
    while not made.server.started:
        time.sleep(0.01)
    try:
        yield made
    finally:
        made.server.should_exit = True
        made.thread.join()
        made.listening.close()


@pytest.fixture
def serving():
    """Return what serves an application on a port."""
    return listening
