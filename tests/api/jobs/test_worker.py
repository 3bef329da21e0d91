"""Workers: what fails is tried again, what cannot be done is given up, nothing is left half done."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

import api.jobs.worker as worker_module
from api.jobs.handler import Abandoned, Outcome
from api.jobs.worker import Pace, Worker, Workers
from data.errors import InputError
from data.jobs import Answer, JobQuery, JobRequest, JobState
from data.store.job_parts import claim_part, finish_part
from data.store.job_results import iter_results
from data.store.jobs import cancel_job, read_job, submit_job
from data.store.schema import job, job_part
from data.store.store import Store

PACE = Pace(lease_seconds=20, beat_seconds=0.02, poll_seconds=0.01, backoff_seconds=0, attempts=3)
LOCKED = OperationalError("UPDATE", {}, Exception("database is locked"))


class Echo:
    """Answers each query with its position; ``before`` may fail, wait or look on."""

    kind = "echo"

    def __init__(self, before=lambda work: None):
        self.before = before
        self.parts = []

    def run(self, work):
        self.parts.append(work)
        self.before(work)
        for _ in work.queries:
            work.go_on()
        return Outcome([Answer(each, {"position": each}) for each in work.queries])


def submit(store, queries=4, size=2):
    asked = [JobQuery({"n": n}) for n in range(queries)]
    return submit_job(store, JobRequest("echo", "", "甲", asked, {"k": 1}, part_size=size)).job.job_id


def worker(store, handler, **changes):
    pace = Pace(**(vars(PACE) | changes))
    return Worker(store, [handler], key=b"k", retention=dt.timedelta(days=1), pace=pace)


def state(store, job_id):
    return read_job(store, job_id, owner="")


def positions(store, job_id):
    return [each["position"] for each in iter_results(store, job_id)]


def failing(times, error):
    """Return what fails so many times and then does not."""
    left = iter([error] * times)

    def fail(*_args, **_more):
        for each in left:
            raise each

    return fail


def test_a_worker_does_every_part_of_every_job_and_ends_when_idle(store):
    job_ids, handler = [submit(store), submit(store, 3)], Echo()
    made = worker(store, handler)
    made.run(until_idle=True)
    assert made.taken == 4
    for job_id, queries in zip(job_ids, (4, 3), strict=True):
        assert state(store, job_id).state is JobState.DONE
        assert positions(store, job_id) == list(range(queries))
    assert (handler.parts[0].actor, handler.parts[0].payload, handler.parts[0].attempt) == ("甲", {"k": 1}, 1)


def test_a_part_that_fails_is_tried_again(sqlite_store):
    job_id, handler = submit(sqlite_store, 2), Echo(failing(2, ValueError("汉字 13912345678")))
    worker(sqlite_store, handler).run(until_idle=True)
    assert [each.attempt for each in handler.parts] == [1, 2, 3]
    assert state(sqlite_store, job_id).state is JobState.DONE


def test_after_a_failure_the_part_waits_longer_each_time(sqlite_store):
    submit(sqlite_store, 2)
    made = worker(sqlite_store, Echo(failing(9, ValueError())), backoff_seconds=100)
    before = dt.datetime.now(dt.UTC)
    assert made.step()
    assert not made.step()
    with sqlite_store.read() as connection:
        waits = connection.execute(sa.select(job_part.c.not_before)).scalar_one().replace(tzinfo=dt.UTC)
    assert dt.timedelta(seconds=99) < waits - before < dt.timedelta(seconds=160)


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (ValueError("13912345678"), "internal_error", "处理时出错（试了 3 次）"),
        (
            InputError("k_wrong", "k 不对，电话 13912345678"),
            "k_wrong",
            "k 不对，电话 ［已隐去］（试了 3 次）",
        ),
    ],
)
def test_a_job_whose_part_cannot_be_done_is_given_up_with_the_reason(sqlite_store, error, code, told):
    job_id, handler = submit(sqlite_store), Echo()
    handler.before = lambda work: throw(error) if min(work.queries) == 2 else None
    worker(sqlite_store, handler).run(until_idle=True)
    given_up = state(sqlite_store, job_id)
    assert (given_up.state, given_up.error_code) == (JobState.FAILED, code)
    assert given_up.error_message == told
    assert positions(sqlite_store, job_id) == [0, 1]


def throw(error):
    raise error


def test_a_job_that_kills_its_workers_is_given_up(sqlite_store):
    job_id, handler = submit(sqlite_store, 2), Echo()
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    for number in range(PACE.attempts):
        moment = long_ago + dt.timedelta(minutes=number)
        assert claim_part(sqlite_store, "dead", kinds=["echo"], lease=dt.timedelta(seconds=1), now=moment)
    worker(sqlite_store, handler).run(until_idle=True)
    assert handler.parts == []
    assert state(sqlite_store, job_id).error_code == "job_poisoned"
    assert "接连 3 次" in state(sqlite_store, job_id).error_message


def test_a_database_that_is_locked_for_a_while_is_waited_for(sqlite_store, monkeypatch):
    job_id, handler = submit(sqlite_store), Echo()
    locked = {name: failing(2, LOCKED) for name in ("claim_part", "finish_part", "extend_lease")}
    for name, fail in locked.items():
        real = getattr(worker_module, name)
        monkeypatch.setattr(
            worker_module, name, lambda *a, fail=fail, real=real, **k: fail() or real(*a, **k)
        )
    beaten = threading.Event()
    handler.before = lambda _: beaten.wait(0.15)
    made = worker(sqlite_store, handler)
    assert [made.step(), made.step()] == [False, False]
    made.run(until_idle=True)
    assert state(sqlite_store, job_id).state is JobState.DONE
    # Nothing was computed twice for it.
    assert len(handler.parts) == 2


def test_a_database_that_stays_away_costs_the_part_no_attempt(sqlite_store, monkeypatch):
    job_id, handler = submit(sqlite_store, 2), Echo()
    monkeypatch.setattr(worker_module, "_WRITE_TRIES", 2)
    real = worker_module.finish_part
    fail = failing(8, LOCKED)
    monkeypatch.setattr(worker_module, "finish_part", lambda *a, **k: fail() or real(*a, **k))
    worker(sqlite_store, handler).run(until_idle=True)
    assert [each.attempt for each in handler.parts] == [1] * 5
    assert state(sqlite_store, job_id).state is JobState.DONE


def test_a_part_written_just_before_the_connection_broke_is_not_written_twice(sqlite_store, monkeypatch):
    job_id, real = submit(sqlite_store, 2), worker_module.finish_part

    def written_but_not_told(*args, **more):
        if real(*args, **more):
            raise LOCKED

    monkeypatch.setattr(worker_module, "finish_part", written_but_not_told)
    handler = Echo()
    worker(sqlite_store, handler).run(until_idle=True)
    assert (state(sqlite_store, job_id).state, state(sqlite_store, job_id).done) == (JobState.DONE, 2)
    assert len(handler.parts) == 1


def test_a_worker_that_slept_too_long_changes_nothing(store):
    job_id = submit(store, 2)

    def sleep(_work):
        # While it sleeps the lease runs out, and another worker does the part.
        later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
        claim = claim_part(store, "other", kinds=["echo"], lease=dt.timedelta(hours=2), now=later)
        assert finish_part(store, claim.lease, [Answer(n, {"position": n, "by": "other"}) for n in (0, 1)])

    worker(store, Echo(sleep), beat_seconds=60).run(until_idle=True)
    assert {each["by"] for each in iter_results(store, job_id)} == {"other"}
    assert state(store, job_id).done == 2


def test_a_worker_that_beats_keeps_its_part(sqlite_store):
    job_id, others = submit(sqlite_store, 2), []

    def look_on(_work):
        waited = threading.Event()
        for _ in range(6):
            waited.wait(0.1)
            others.append(claim_part(sqlite_store, "o", kinds=["echo"], lease=dt.timedelta(seconds=9)))

    handler = Echo(look_on)
    worker(sqlite_store, handler, lease_seconds=0.4, beat_seconds=0.05).run(until_idle=True)
    assert others == [None] * 6
    assert len(handler.parts) == 1
    assert state(sqlite_store, job_id).state is JobState.DONE


def test_a_cancelled_job_is_left_at_once(sqlite_store):
    job_id = submit(sqlite_store)

    def cancel(work):
        cancel_job(sqlite_store, job_id, owner="")
        with pytest.raises(Abandoned):
            while True:
                work.go_on()
        raise Abandoned

    handler = Echo(cancel)
    worker(sqlite_store, handler).run(until_idle=True)
    assert len(handler.parts) == 1
    assert positions(sqlite_store, job_id) == []


def test_who_is_told_to_stop_finishes_the_part_at_hand(sqlite_store):
    job_id = submit(sqlite_store)
    handler = Echo(lambda _: made.stop())
    made = worker(sqlite_store, handler)
    made.run()
    assert positions(sqlite_store, job_id) == [0, 1]
    assert state(sqlite_store, job_id).state is JobState.RUNNING


def test_who_is_in_a_hurry_hands_the_part_back(sqlite_store):
    job_id = submit(sqlite_store)
    handler = Echo(lambda _: made.stop(hurry=True))
    made = worker(sqlite_store, handler)
    made.run()
    assert positions(sqlite_store, job_id) == []
    again = Echo()
    worker(sqlite_store, again).run(until_idle=True)
    assert [each.attempt for each in again.parts] == [1, 1]
    assert positions(sqlite_store, job_id) == [0, 1, 2, 3]


def test_several_workers_share_the_parts(store):
    job_ids, handler = [submit(store, 24) for _ in range(2)], Echo()
    workers = Workers([worker(store, handler) for _ in range(3)])
    workers.start(until_idle=True)
    workers.join()
    assert workers.taken == len(handler.parts) == 24
    for job_id in job_ids:
        assert positions(store, job_id) == list(range(24))
        assert state(store, job_id).state is JobState.DONE


def test_workers_that_wait_take_what_comes_and_stop_when_told(sqlite_store):
    workers = Workers([worker(sqlite_store, Echo()) for _ in range(2)])
    workers.start()
    job_id = submit(sqlite_store)
    done = threading.Event()
    while not done.wait(0.01):
        if state(sqlite_store, job_id).state is JobState.DONE:
            done.set()
    workers.stop()
    assert workers.taken == 2
    assert positions(sqlite_store, job_id) == [0, 1, 2, 3]


def test_what_expired_goes_while_workers_work(sqlite_store):
    old = submit(sqlite_store)
    cancel_job(sqlite_store, old, owner="", now=dt.datetime.now(dt.UTC) - dt.timedelta(days=2))
    fresh = submit(sqlite_store)
    worker(sqlite_store, Echo()).run(until_idle=True)
    with sqlite_store.read() as connection:
        assert connection.execute(sa.select(job.c.job_id)).scalars().all() == [fresh]


def test_a_database_that_is_gone_and_comes_back_stops_nobody(tmp_path):
    store = Store.from_url(f"sqlite:///{tmp_path / 'a.db'}")
    job_id, handler = submit(store), Echo()
    made = worker(store, handler)
    store.engine.dispose()
    moved = (tmp_path / "a.db").rename(tmp_path / "b.db")
    assert made.step() is False
    store.engine.dispose()
    for left in tmp_path.glob("a.db*"):
        left.unlink()
    moved.rename(tmp_path / "a.db")
    made.run(until_idle=True)
    assert state(store, job_id).state is JobState.DONE
    store.engine.dispose()


def test_two_workers_never_do_the_same_part(sqlite_store):
    submit(sqlite_store, 30, size=1)
    handlers = [Echo(), Echo()]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda each: worker(sqlite_store, each).run(until_idle=True), handlers))
    seen = [position for each in handlers for work in each.parts for position in work.queries]
    assert sorted(seen) == list(range(30))
