"""Worker processes killed, paused or told to stop: of a job nothing is lost, nothing is done twice."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from api.jobs.handler import Outcome
from api.jobs.registry import workers_of
from api.jobs.worker import Pace, Worker, Workers
from data.jobs import Answer, JobQuery, JobRequest, JobState
from data.store.audit import Access, Action
from data.store.job_results import iter_results
from data.store.jobs import read_job, submit_job
from data.store.schema import access_log, job_part

ROOT = Path(__file__).resolve().parents[3]
QUERIES, PART = 60, 3
PACE = {"lease_seconds": 1.5, "beat_seconds": 0.3, "poll_seconds": 0.05, "backoff_seconds": 0}

ECHO = """
import datetime as dt, sys, time
from api.jobs.handler import Outcome
from api.jobs.signals import stopping
from api.jobs.worker import Pace, Worker, Workers
from data.jobs import Answer
from data.store.audit import Access, Action
from data.store.store import Store

class Echo:
    kind = "echo"
    def run(self, work):
        print("part", min(work.queries), flush=True)
        time.sleep(0.05)
        looks = [Access(work.actor, Action.MATCH_PROFILES, 0) for _ in work.queries]
        return Outcome([Answer(each, {"position": each}) for each in work.queries], looks)

pace = Pace(lease_seconds=1.5, beat_seconds=0.3, poll_seconds=0.05, backoff_seconds=0)
store = Store.as_it_is(sys.argv[1])
workers = Workers([Worker(store, [Echo()], key=b"k", retention=dt.timedelta(days=1), pace=pace)])
with stopping(workers):
    print("ready", flush=True)
    workers.start()
    workers.join()
"""

MATCH = """
import sys, time
from pathlib import Path
from api.jobs import registry
from api.jobs.match import MatchHandler
from api.service import Service
from data.settings import Settings
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import EmbeddingModel

class Slow(MatchHandler):
    def run(self, work):
        print("part", min(work.queries), flush=True)
        time.sleep(0.05)
        return super().run(work)

registry.MatchHandler = Slow
model = EmbeddingModel.from_encoder(HashingEncoder())
service = Service.from_settings(Settings(var_dir=Path(sys.argv[1])), model=model)
workers = registry.workers_of(service, threads=1)
workers.start()
workers.join()
"""


class Echo:
    """Answers as the worker processes do."""

    kind = "echo"

    def run(self, work):
        looks = [Access(work.actor, Action.MATCH_PROFILES, 0) for _ in work.queries]
        return Outcome([Answer(each, {"position": each}) for each in work.queries], looks)


@contextmanager
def worker_process(script, place):
    """Run workers in a process of their own."""
    command = [sys.executable, "-c", script, str(place)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for_parts(process, number):
    """Wait until a worker has begun so many parts."""
    begun = 0
    for line in process.stdout:
        begun += line.startswith("part")
        if begun == number:
            return
    raise AssertionError("the worker ended")


def until_done(workers, store, job_id):
    """Work on a job in this process; what the dead and the paused hold is taken once their leases ran out."""
    workers.start()
    end = time.monotonic() + 60
    while not read_job(store, job_id, owner="").state.ended and time.monotonic() < end:
        time.sleep(0.02)
    workers.stop()


def count(store, query):
    with store.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(query)).scalar_one()


class Queue:
    """A job of echoes in a store."""

    def __init__(self, store):
        self.store = store
        self.url = store.engine.url.render_as_string(hide_password=False)
        asked = [JobQuery({}) for _ in range(QUERIES)]
        self.job_id = submit_job(store, JobRequest("echo", "", "甲", asked, {}, part_size=PART)).job.job_id

    @property
    def tokens(self):
        with self.store.read() as connection:
            return set(connection.execute(sa.select(job_part.c.token)).scalars())

    @property
    def leased(self):
        return count(self.store, sa.select(job_part).where(job_part.c.lease_owner.is_not(None)).subquery())

    def finish(self, threads=1):
        day = dt.timedelta(days=1)
        made = [
            Worker(self.store, [Echo()], key=b"k", retention=day, pace=Pace(**PACE)) for _ in range(threads)
        ]
        until_done(Workers(made), self.store, self.job_id)

    def assert_done_once(self):
        done = read_job(self.store, self.job_id, owner="")
        assert (done.state, done.done) == (JobState.DONE, QUERIES)
        assert [each["position"] for each in iter_results(self.store, self.job_id)] == list(range(QUERIES))
        assert count(self.store, access_log) == QUERIES


@pytest.fixture
def queue(store):
    return Queue(store)


def test_a_paused_worker_that_comes_back_late_changes_nothing(queue):
    with worker_process(ECHO, queue.url) as process:
        wait_for_parts(process, 2)
        process.send_signal(signal.SIGSTOP)
        queue.finish()
        queue.assert_done_once()
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert max(queue.tokens) == 2
    queue.assert_done_once()


def test_a_worker_that_is_told_to_stop_ends_well_and_leaves_nothing_leased(queue):
    with worker_process(ECHO, queue.url) as process:
        wait_for_parts(process, 2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert queue.leased == 0
    assert read_job(queue.store, queue.job_id, owner="").done == 2 * PART
    queue.finish(threads=2)
    assert queue.tokens == {1}
    queue.assert_done_once()


def test_two_processes_share_a_job(queue):
    with worker_process(ECHO, queue.url) as first, worker_process(ECHO, queue.url) as second:
        wait_for_parts(first, 1)
        wait_for_parts(second, 1)
        queue.finish()
    assert queue.tokens == {1}
    queue.assert_done_once()


def test_a_killed_match_job_ends_with_the_results_it_would_have_had(matched):
    ids = [*matched.vacancy_ids, "V-unknown"]
    asked = [{"ref": f"r{n}", "vacancy_id": ids[n % len(ids)]} for n in range(QUERIES)]
    job_id = matched.submit(asked, part_size=PART)
    with worker_process(MATCH, matched.served.folder) as process:
        wait_for_parts(process, 4)
        time.sleep(0.06)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    kept = matched.results(job_id)
    assert len(kept) in {3 * PART, 4 * PART}
    assert matched.state(job_id).done == len(kept)
    with matched.store.begin() as connection:
        # The lease of the dead is a minute long; the test has no minute.
        connection.execute(job_part.update().values(lease_until=None))
    until_done(workers_of(matched.service, threads=1), matched.store, job_id)
    done = matched.state(job_id)
    assert (done.state, done.done, done.failed) == (JobState.DONE, QUERIES, QUERIES // 3)
    assert count(matched.store, access_log) == QUERIES - QUERIES // 3
    smooth = matched.submit(asked, part_size=PART)
    matched.work()
    assert matched.results(job_id) == matched.results(smooth)
