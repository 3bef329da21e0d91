"""What must not happen when the machine fails: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from api.app import create_app
from api.client import Client, RemoteError
from api.service import Service
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


YINGCAI = "from api.cli import main; main()"
WITH_SMALL_DISK = """
set -e
mount -t tmpfs -o size=16k tmpfs "$1"
shift
exec "$@"
"""
"""Runs a command that finds a file system of four pages in a folder; nobody else sees it."""


def small_disk(folder):
    """Return what makes a command see a disk in a folder that is full at once."""
    unshare = shutil.which("unshare")
    private = [unshare, "--map-root-user", "--mount", "sh", "-c", WITH_SMALL_DISK, "sh", str(folder)]
    if unshare is None or subprocess.run([*private, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a file system of his own")
    return private


@contextmanager
def served(folder, *, url="", within=()):
    """Serve a folder in a process of its own; give the process and the address."""
    command = [*within, sys.executable, "-c", SERVE, str(folder)]
    there = os.environ | {"YINGCAI_DATABASE_URL": url}
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=there
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


def kept(url):
    store = Store.as_it_is(url)
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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request):
    """Return where the service keeps its data: on SQLite its own folder, on PostgreSQL a database."""
    if request.param == "sqlite":
        yield ""
        return
    with request.getfixturevalue("lend_postgres")() as url:
        yield url


def test_feedback_acknowledged_before_a_kill_is_there_after_it_and_sent_again_counts_once(
    serve, database_url
):
    town = serve(database_url=database_url)
    vacancy_id = town.service.matcher.vacancies.ids[0]
    acknowledged = []
    with served(town.folder, url=database_url) as (process, url):
        sending = threading.Thread(target=send_until_gone, args=(url, vacancy_id, acknowledged))
        sending.start()
        while len(acknowledged) < 20 and sending.is_alive():
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        sending.join()
    assert len(acknowledged) >= 20
    sent = [event(vacancy_id, number) for number in acknowledged]
    assert {each["event_id"] for each in sent} <= set(kept(town.settings.store_url))
    with served(town.folder, url=database_url) as (process, url), Client(url, key="drill") as client:
        again = client.send_feedback(sent)
        assert (again["recorded"], again["known"]) == (0, len(sent))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) in {0, -signal.SIGTERM}
    ids = kept(town.settings.store_url)
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


class Line:
    """A TCP line to the database that can be cut, as a network or a server that fails cuts it."""

    def __init__(self, host, port):
        self.target, self.port = (host, port), 0
        self.ends, self.listening = [], None

    def mend(self):
        self.listening = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listening,), daemon=True).start()

    def cut(self):
        for end in [self.listening, *self.ends]:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.ends.clear()

    def _accept(self, listening):
        with suppress(OSError):
            while True:
                near, far = listening.accept()[0], socket.create_connection(self.target)
                self.ends += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source, target):
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


@pytest.fixture
def line(lend_postgres):
    """Return a line to a PostgreSQL database, and the address of the database at its near end."""
    with lend_postgres() as url:
        there = sa.make_url(url)
        made = Line(there.host or "127.0.0.1", there.port or 5432)
        made.mend()
        near = there.set(host="127.0.0.1", port=made.port).render_as_string(hide_password=False)
        yield made, url, near
        made.cut()


@pytest.mark.postgres
def test_a_line_to_the_database_that_is_cut_and_mended_loses_and_repeats_nothing(line, serve):
    line, url, near = line
    town = serve(database_url=near)
    vacancy_id = town.service.matcher.vacancies.ids[0]
    first, second, third = (event(vacancy_id, number) for number in range(3))
    query = {"vacancy": {"title": "岸桥司机"}, "k": 5}
    app = create_app(town.settings, service=town.service)
    with TestClient(app, raise_server_exceptions=False) as asked:
        asked.headers["X-API-Key"] = "key"
        assert asked.post("/v1/feedback", json={"events": [first]}).json()["recorded"] == 1
        before = asked.post("/v1/matches/profiles", json=query).json()["results"]
        line.cut()
        gone = asked.post("/v1/feedback", json={"events": [second]})
        assert (gone.status_code, gone.json()["code"] in UNAVAILABLE) == (503, True)
        # A look at people that cannot be noted is not answered either.
        assert asked.post("/v1/matches/profiles", json=query).status_code == 503
        assert asked.get("/readyz").json()["code"] == "store_unreachable"
        assert asked.get("/healthz").status_code == 200
        assert kept(url) == [first["event_id"]]
        line.mend()
        # What was answered with an error is sent again, and so is what was acknowledged.
        answers = [
            asked.post("/v1/feedback", json={"events": [first, second, third]}).json() for _ in range(2)
        ]
        assert [(each["known"], each["recorded"]) for each in answers] == [(1, 2), (3, 0)]
        assert asked.get("/readyz").status_code == 200
        assert asked.post("/v1/matches/profiles", json=query).json()["results"] == before
    assert sorted(kept(url)) == [each["event_id"] for each in (first, second, third)]


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
    assert kept(town.settings.store_url) == []


QUERY = {"vacancy": {"title": "岸桥司机"}, "k": 5}


def found(client):
    """Return whom the service proposes."""
    answer = client.post("/v1/matches/profiles", json=QUERY)
    assert answer.status_code == 200
    return [each["id"] for each in answer.json()["results"]]


def test_an_index_folder_without_space_leaves_the_matcher_of_before_serving(town, asked, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    before = found(asked)
    town.bring_people([f"NEW{i:02}" for i in range(20)])
    monkeypatch.setattr("matching.kept.write_snapshot", full)
    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    town.refresher.refresh()
    assert len(found(asked)) == len(before) == 5
    assert asked.get("/readyz").status_code == 200


def test_a_service_that_starts_on_a_full_disk_of_artefacts_answers_as_ever(town, asked):
    before = found(asked)
    folder = town.settings.index_dir
    shutil.rmtree(folder)
    folder.mkdir()
    with served(town.folder, within=small_disk(folder)) as (process, url):
        headers = {"X-API-Key": "drill"}
        with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
            assert found(client) == before
            assert client.get("/readyz").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) in {0, -signal.SIGTERM}
    assert list(folder.iterdir()) == []


def test_a_backup_onto_a_full_disk_ends_in_one_line_and_leaves_nothing(town):
    folder = town.folder / "backups"
    folder.mkdir()
    listing = ["sh", "-c", '"$@"; code=$?; ls -A "$YINGCAI_VAR_DIR/backups"; exit $code', "sh"]
    command = [*small_disk(folder), *listing, sys.executable, "-c", YINGCAI, "db", "backup"]
    there = os.environ | {"YINGCAI_VAR_DIR": str(town.folder), "YINGCAI_DATABASE_URL": ""}
    done = subprocess.run(command, cwd=ROOT, env=there, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith("失败 [disk_full]")


def test_vectors_that_were_altered_on_the_disk_are_not_served(town, asked, caplog):
    before = found(asked)
    large = max(town.settings.index_dir.rglob("*"), key=lambda path: path.stat().st_size)
    content = bytearray(large.read_bytes())
    content[len(content) // 2] ^= 0xFF
    large.chmod(0o600)
    large.write_bytes(content)
    again = Service.from_settings(town.settings, model=town.service.refresher.serving.matcher.model)
    with TestClient(create_app(town.settings, service=again)) as client:
        client.headers["X-API-Key"] = "key"
        assert found(client) == before
    again.store.engine.dispose()
    assert "damaged" in caplog.text
