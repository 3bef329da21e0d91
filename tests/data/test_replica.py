"""What reads much is answered by a streaming replica, never with less than the primary knew."""

from __future__ import annotations

import logging
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from data.replica import Replica
from data.settings import Settings
from data.store.schema import column_mapping
from data.store.store import Store

MAIN = "postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
NOW = sa.func.now()
LOGGER = "data.replica"


class Cluster(NamedTuple):
    """A PostgreSQL server with a standby."""

    primary: str
    """URL of the server."""
    standby: str
    """URL of what follows it."""


def binaries() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest where there are several."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_basebackup"))
    return found[-1].parent if found else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Start a server and a streaming replica of it; the server's programs refuse to be run by root."""
    programs = binaries()
    if programs is None:
        pytest.skip("the programs of a PostgreSQL server are not in /usr/lib/postgresql")
    with tempfile.TemporaryDirectory(prefix="yingcai-replica-", ignore_cleanup_errors=True) as name:
        folder, run_by = Path(name), []
        if os.geteuid() == 0:
            try:
                account = pwd.getpwnam("postgres")
            except KeyError:
                pytest.skip("run by root, and there is no account named postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
            run_by = ["runuser", "-u", "postgres", "--"]

        def run(program: str, *options: str) -> None:
            with (folder / "out").open("a") as out:
                command = [*run_by, str(programs / program), *options]
                subprocess.run(command, check=True, stdout=out, stderr=out, cwd=folder, timeout=120)

        def start(data: str, port: int) -> None:
            options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
            run("pg_ctl", "-D", data, "-w", "-l", f"{data}/log", "-o", f"{options} -c fsync=off", "start")

        first, second = str(folder / "primary"), str(folder / "standby")
        ports = free_port(), free_port()
        run("initdb", "-D", first, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        try:
            start(first, ports[0])
            there = ("-h", "127.0.0.1", "-p", str(ports[0]), "-U", "postgres")
            run("pg_basebackup", *there, "-D", second, "-R", "-X", "stream", "-c", "fast", "-N")
            start(second, ports[1])
            Store.from_url(MAIN.format(port=ports[0])).engine.dispose()
            yield Cluster(*(MAIN.format(port=port) for port in ports))
        finally:
            for data in (second, first):
                if Path(data, "postmaster.pid").exists():
                    run("pg_ctl", "-D", data, "-m", "immediate", "stop")
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def followed(cluster):
    """Return a store that a replica follows."""
    made = Store.as_it_is(cluster.primary)
    made.replica = Replica(cluster.standby, wait=20, rest=0)
    yield made
    made.replica.dispose()
    made.engine.dispose()


@pytest.fixture
def standby(cluster):
    """Return a connection to the standby, which replays again at the end."""
    engine = sa.create_engine(cluster.standby, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        yield connection
        connection.exec_driver_sql("SELECT pg_wal_replay_resume()")


def write(store, header):
    row = {"kind": "posting", "header_sha256": header, "columns": {}, "confirmed_by": "甲"}
    with store.begin() as connection:
        connection.execute(column_mapping.insert().values(**row, confirmed_at=NOW))


def read(store, header, *, much=True):
    """Return whether a standby answered, and whether it knew the row."""
    here = sa.select(sa.func.count()).where(column_mapping.c.header_sha256 == header)
    with store.read(much=much) as connection:
        follows = connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one()
        return follows, connection.execute(here).scalar_one() == 1


@pytest.mark.postgres
def test_the_replica_answers_and_misses_nothing_that_was_written_before(followed):
    for number in range(25):
        write(followed, f"a{number}")
        assert read(followed, f"a{number}") == (True, True)
    assert read(followed, "a0", much=False) == (False, True)


@pytest.mark.postgres
def test_the_primary_answers_while_the_replica_lags_and_the_log_says_so_once(
    followed, standby, caplog, cluster
):
    caplog.set_level(logging.INFO, LOGGER)
    followed.replica.dispose()
    followed.replica = Replica(cluster.standby, wait=0.05, rest=0)
    standby.exec_driver_sql("SELECT pg_wal_replay_pause()")
    write(followed, "b")
    assert read(followed, "b") == (False, True)
    assert read(followed, "b") == (False, True)
    (told,) = caplog.messages
    assert "改读主库" in told
    assert "仍落后" in told
    followed.replica.dispose()
    standby.exec_driver_sql("SELECT pg_wal_replay_resume()")
    followed.replica._wait = 20
    assert read(followed, "b") == (True, True)
    assert caplog.messages[1:] == ["只读副本已跟上主库，读取恢复走副本"]


@pytest.mark.postgres
def test_a_replica_that_breaks_off_is_left_alone_for_a_while(followed, cluster):
    followed.replica.dispose()
    followed.replica = Replica(cluster.standby, wait=20, rest=3600)
    with pytest.raises(sa.exc.OperationalError), followed.read(much=True) as connection:
        connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    write(followed, "c")
    assert read(followed, "c") == (False, True)


@pytest.mark.postgres
def test_nothing_can_be_written_through_the_replica(followed):
    with pytest.raises(sa.exc.InternalError, match="read-only"), followed.read(much=True) as connection:
        connection.execute(column_mapping.delete())


@pytest.mark.postgres
def test_an_address_that_is_no_replica_is_not_read(lend_postgres, caplog):
    with lend_postgres() as url:
        store = Store.as_it_is(url)
        away = MAIN.format(port=free_port())
        for address, reason in ((url, "不是主库的流复制副本"), (away, "改读主库")):
            caplog.clear()
            store.replica = Replica(address, wait=5)
            write(store, reason)
            assert read(store, reason) == (False, True)
            assert reason in caplog.text
            store.replica.dispose()
        store.engine.dispose()


def test_a_store_has_a_replica_where_the_settings_name_one(tmp_path, monkeypatch):
    plain = Settings(var_dir=tmp_path)
    assert Store.from_settings(plain).replica is None
    monkeypatch.setattr(Store, "from_url", Store.as_it_is)
    url = MAIN.format(port=5432)
    there = Settings(var_dir=tmp_path, database_url=url, database_read_url=url, database_read_wait=0)
    assert isinstance(Store.from_settings(there).replica, Replica)
    with pytest.raises(ValidationError, match="database_read_url"):
        Settings(var_dir=tmp_path, database_read_url=url)


def test_a_store_without_a_replica_answers_itself(sqlite_store):
    with sqlite_store.read(much=True) as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(column_mapping)).scalar_one() == 0
