"""What must not happen when the machine fails: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from api.app import create_app
from api.client import Client, RemoteError
from data.store.schema import feedback_event
from data.store.store import Store

ROOT = Path(__file__).resolve().parents[2]
UNAVAILABLE = {"store_unreachable", "audit_failed"}
"""What a request that the database failed is told: its own work could not be kept, or the trail of it."""
SERVE = """
import socket, sys
from pathlib import Path
import uvicorn
from api.app import create_app
from api.commands.serve import server_options
from api.service import Service
from data.settings import Settings
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import EmbeddingModel
from pydantic import SecretStr

settings = Settings(
    var_dir=Path(sys.argv[1]), bootstrap_key=SecretStr("drill"), rate_writes="100000/minute", worker_threads=0
)
service = Service.from_settings(settings, model=EmbeddingModel.from_encoder(HashingEncoder()))
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
server = uvicorn.Server(uvicorn.Config(create_app(settings, service=service), **server_options()))
server.run([listening])
"""


@contextmanager
def served(folder):
    """Serve a folder in a process of its own; give the process and the address."""
    command = [sys.executable, "-c", SERVE, str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process, f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


def event(vacancy_id, number):
    return {
        "event_id": f"drill-{number:05}",
        "kind": "shown",
        "side": "employer",
        "vacancy_id": vacancy_id,
        "profile_id": "PERSON00",
        "position": number + 1,
        "propensity": 1.0,
        "model_version": "additive-1",
        "happened_at": "2026-03-01T09:30:00+08:00",
    }


def kept(folder):
    store = Store.as_it_is(f"sqlite:///{folder / 'yingcai.db'}")
    with store.read() as connection:
        ids = list(connection.execute(sa.select(feedback_event.c.event_id)).scalars())
    store.engine.dispose()
    return ids


def send_until_gone(url, vacancy_id, acknowledged):
    """Send feedback, one event a request, and note what the service said it kept."""
    with Client(url, key="drill", retries=0) as client:
        for number in range(100_000):
            try:
                answer = client.send_feedback([event(vacancy_id, number)])
            except RemoteError:
                return
            if answer["recorded"] == 1:
                acknowledged.append(number)


@pytest.fixture
def town(serve):
    """Return a service with two vacancies and twelve people, on a store of the test's own."""
    return serve()


@pytest.fixture
def vacancy_id(town):
    """Return a vacancy that feedback can be about."""
    return town.service.matcher.vacancies.ids[0]


def test_feedback_acknowledged_before_a_kill_is_there_after_it_and_sent_again_counts_once(town, vacancy_id):
    acknowledged = []
    with served(town.folder) as (process, url):
        sending = threading.Thread(target=send_until_gone, args=(url, vacancy_id, acknowledged))
        sending.start()
        while len(acknowledged) < 20 and sending.is_alive():
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        sending.join()
    assert len(acknowledged) >= 20
    sent = [event(vacancy_id, number) for number in acknowledged]
    assert {each["event_id"] for each in sent} <= set(kept(town.folder))
    with served(town.folder) as (process, url), Client(url, key="drill") as client:
        again = client.send_feedback(sent)
        assert (again["recorded"], again["known"]) == (0, len(sent))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) in {0, -signal.SIGTERM}
    ids = kept(town.folder)
    assert len(ids) == len(set(ids)) <= len(acknowledged) + 1


@pytest.fixture
def asked(town):
    """Return a client of it; a server error comes back as its answer."""
    app = create_app(town.settings, service=town.service)
    with TestClient(app, raise_server_exceptions=False) as client:
        client.headers["X-API-Key"] = "key"
        yield client


def test_while_the_database_is_gone_requests_are_refused_and_once_it_is_back_they_are_answered(
    town, asked, vacancy_id
):
    first, second = event(vacancy_id, 1), event(vacancy_id, 2)
    assert asked.post("/v1/feedback", json={"events": [first]}).json()["recorded"] == 1
    town.store.engine.dispose()
    town.service.store.engine.dispose()
    path = town.folder / "yingcai.db"
    aside = path.rename(path.with_suffix(".aside"))
    path.mkdir()
    with capture_logs() as lines:
        gone = asked.post("/v1/feedback", json={"events": [second]})
    assert gone.status_code == 503
    assert gone.json()["code"] in UNAVAILABLE
    assert asked.get("/healthz").status_code == 200
    assert "PERSON00" not in str(lines)
    path.rmdir()
    aside.rename(path)
    back = asked.post("/v1/feedback", json={"events": [first, second]}).json()
    assert (back["known"], back["recorded"]) == (1, 1)


def test_while_the_disk_is_full_what_is_there_serves_on_and_nothing_is_acknowledged(town, asked, vacancy_id):
    engine = town.service.store.engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    engine.dispose()

    @sa.event.listens_for(engine, "connect")
    def _without_space(connection, _):
        # SQLite then says "database or disk is full", as it does on a disk without space.
        connection.execute(f"PRAGMA max_page_count={pages}")

    events = [event(vacancy_id, number) for number in range(200)]
    refused = asked.post("/v1/feedback", json={"events": events})
    assert refused.status_code == 503
    assert refused.json()["code"] in UNAVAILABLE
    assert asked.get("/readyz").status_code == 200
    assert kept(town.folder) == []


def test_an_index_folder_without_space_leaves_the_matcher_of_before_serving(town, asked, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    query = {"vacancy": {"title": "岸桥司机"}, "k": 5}
    before = asked.post("/v1/matches/profiles", json=query).json()
    town.bring_people([f"NEW{i:02}" for i in range(20)])
    monkeypatch.setattr("matching.index.snapshot.write_snapshot", full)
    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    town.refresher.refresh()
    after = asked.post("/v1/matches/profiles", json=query)
    assert (after.status_code, asked.get("/readyz").status_code) == (200, 200)
    assert len(after.json()["results"]) == len(before["results"]) == 5
