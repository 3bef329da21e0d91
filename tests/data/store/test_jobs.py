"""Jobs in the store: handed in once, seen by their owner only, cancelled, expired."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from data.errors import InputError, UnknownName
from data.jobs import Answer, JobQuery, JobRequest, JobState
from data.store import jobs as jobs_module
from data.store.job_parts import claim_part, finish_part
from data.store.jobs import cancel_job, list_jobs, purge_jobs, read_job, submit_job
from data.store.schema import job, job_item, job_part, job_person

NOW = dt.datetime(2026, 3, 1, 8, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def request(queries=5, **changes):
    given = {"kind": "match", "owner": "A1", "actor": "机构甲", "payload": {"k": 3}, "part_size": 2}
    return JobRequest(**(given | {"queries": [JobQuery({"n": n}) for n in range(queries)]} | changes))


def count(store, table):
    with store.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_a_job_is_kept_whole_and_cut_into_parts(store):
    made, repeated = submit_job(store, request(), now=NOW)
    assert not repeated
    assert (made.state, made.total, made.done, made.created_at) == (JobState.QUEUED, 5, 0, NOW)
    assert read_job(store, made.job_id, owner="A1") == made
    # 2 + 2 + 1
    assert (count(store, job_part), count(store, job_item)) == (3, 5)


def test_a_job_of_another_kind_is_as_unknown_as_none(store):
    made = submit_job(store, request(kind="ingest")).job
    for attempt in (read_job, cancel_job):
        with pytest.raises(UnknownName) as refused:
            attempt(store, made.job_id, owner="A1", kind="match")
        assert refused.value.code == "job_unknown"
    with pytest.raises(InputError) as refused:
        list_jobs(store, owner="A1", kind="match", cursor=made.job_id)
    assert refused.value.code == "cursor_invalid"
    assert read_job(store, made.job_id, owner="A1", kind="ingest") == made


def test_what_is_kept_with_a_job_is_kept_with_it_or_not_at_all(store):
    def refuse(connection, job_id):
        assert connection.execute(sa.select(job.c.job_id)).scalar_one() == job_id
        raise InputError("too_much", "不行")

    with pytest.raises(InputError):
        submit_job(store, request(), keep=refuse)
    assert (count(store, job), count(store, job_part), count(store, job_item)) == (0, 0, 0)


@pytest.mark.parametrize("owner", ["A2", "", "A1' OR '1'='1"])
def test_a_job_of_somebody_else_is_as_unknown_as_none(store, owner):
    made = submit_job(store, request()).job
    for attempt in (read_job, cancel_job):
        with pytest.raises(UnknownName) as refused:
            attempt(store, made.job_id, owner=owner)
        assert refused.value.code == "job_unknown"
    assert list_jobs(store, owner=owner, kind="match").jobs == ()
    assert read_job(store, made.job_id, owner="A1").state is JobState.QUEUED


def test_the_same_request_sent_again_makes_no_second_job(store):
    first = submit_job(store, request(idempotency_key="k1"))
    again = submit_job(store, request(idempotency_key="k1"))
    assert (first.repeated, again.repeated) == (False, True)
    assert again.job == first.job
    others = [submit_job(store, request(idempotency_key="k1", owner="A2")), submit_job(store, request())]
    assert not any(each.repeated for each in others)
    assert count(store, job) == 3


@pytest.mark.parametrize("changes", [{"queries": 6}, {"payload": {"k": 4}}, {"kind": "export"}])
def test_a_key_names_one_request_only(store, changes):
    submit_job(store, request(idempotency_key="k1"))
    with pytest.raises(InputError) as refused:
        submit_job(store, request(idempotency_key="k1", **changes))
    assert refused.value.code == "idempotency_key_reused"
    assert count(store, job) == 1


def test_of_the_same_request_sent_twice_at_one_moment_one_makes_the_job(store):
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: submit_job(store, request(idempotency_key="k1")), range(8)))
    assert len({each.job.job_id for each in made}) == 1
    assert sum(not each.repeated for each in made) == 1
    assert (count(store, job), count(store, job_item)) == (1, 5)


def test_one_unfinished_job_too_many_is_refused_and_leaves_nothing(store, monkeypatch):
    monkeypatch.setattr(jobs_module, "MOST_OPEN", 2)
    kept = [submit_job(store, request()).job for _ in range(2)]
    with pytest.raises(InputError) as refused:
        submit_job(store, request())
    assert refused.value.code == "jobs_too_many"
    assert count(store, job_item) == 10
    submit_job(store, request(owner="A2"))
    cancel_job(store, kept[0].job_id, owner="A1")
    assert submit_job(store, request()).job.state is JobState.QUEUED


def test_pages_show_every_job_once_the_newest_first(store):
    # Two were handed in at the same moment.
    moments = [NOW, NOW + MINUTE, NOW + MINUTE, NOW + 2 * MINUTE, NOW + 3 * MINUTE]
    made = [submit_job(store, request(), now=moment).job for moment in moments]
    submit_job(store, request(kind="export"))
    seen, cursor = [], None
    for _ in range(3):
        page = list_jobs(store, owner="A1", kind="match", limit=2, cursor=cursor)
        seen += page.jobs
        cursor = page.cursor
    assert cursor is None
    assert sorted(each.job_id for each in seen) == sorted(each.job_id for each in made)
    assert [each.created_at for each in seen] == sorted(moments, reverse=True)


def test_a_cursor_of_somebody_else_is_refused(store):
    made = submit_job(store, request(owner="A2")).job
    for cursor in (made.job_id, "J0"):
        with pytest.raises(InputError) as refused:
            list_jobs(store, owner="A1", kind="match", cursor=cursor)
        assert refused.value.code == "cursor_invalid"


def test_a_cancelled_job_forgets_what_it_has_not_answered(store):
    made = submit_job(store, request()).job
    claim = claim_part(store, "w", kinds=["match"], lease=MINUTE)
    assert finish_part(store, claim.lease, [Answer(each, {"position": each}) for each in claim.queries])
    cancelled = cancel_job(store, made.job_id, owner="A1", now=NOW)
    assert (cancelled.state, cancelled.done, cancelled.finished_at) == (JobState.CANCELLED, 2, NOW)
    assert claim_part(store, "w", kinds=["match"], lease=MINUTE) is None
    with store.read() as connection:
        assert connection.execute(sa.select(job_item.c.query)).scalars().all() == [None] * 5
    assert cancel_job(store, made.job_id, owner="A1") == cancelled


def test_a_finished_job_cannot_be_cancelled_any_more(store):
    made = submit_job(store, request(queries=1)).job
    claim = claim_part(store, "w", kinds=["match"], lease=MINUTE)
    finish_part(store, claim.lease, [Answer(0, {"position": 0})])
    assert cancel_job(store, made.job_id, owner="A1").state is JobState.DONE


def test_a_job_expires_after_the_last_that_happened_to_it(store):
    old, waiting, running = (submit_job(store, request(), now=NOW).job for _ in range(3))
    cancel_job(store, old.job_id, owner="A1", now=NOW + MINUTE)
    claim = claim_part(store, "w", kinds=["match"], lease=MINUTE)
    finish_part(store, claim.lease, [Answer(each, {}) for each in claim.queries], now=NOW + 2 * MINUTE)
    busy = claim.lease.job_id
    assert purge_jobs(store, before=NOW) == 0
    assert purge_jobs(store, before=NOW + 2 * MINUTE) == 2
    assert [each.job_id for each in list_jobs(store, owner="A1", kind="match").jobs] == [busy]
    assert busy in {waiting.job_id, running.job_id}
    assert purge_jobs(store, before=NOW + 3 * MINUTE) == 1
    assert [count(store, table) for table in (job, job_part, job_item, job_person)] == [0, 0, 0, 0]
