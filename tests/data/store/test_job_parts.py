"""Parts of jobs: each is leased to one worker at a time and written once, whoever dies or sleeps."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from data.jobs import Answer, JobQuery, JobRequest, JobState
from data.store.audit import Access, Action
from data.store.job_parts import claim_part, extend_lease, fail_job, finish_part, hand_back
from data.store.job_results import iter_results
from data.store.jobs import cancel_job, read_job, submit_job
from data.store.schema import access_log, job_item

NOW = dt.datetime(2026, 3, 1, 8, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def submit(store, queries=5, *, at=NOW, kind="match", size=2):
    asked = [JobQuery({"n": n}) for n in range(queries)]
    return submit_job(store, JobRequest(kind, "", "甲", asked, {"k": 3}, part_size=size), now=at).job.job_id


def take(store, worker="w1", *, at=NOW, kinds=("match",)):
    return claim_part(store, worker, kinds=kinds, lease=10 * SECOND, now=at)


def answers(claim, mark="a"):
    return [Answer(each, {"position": each, "mark": mark}) for each in claim.queries]


def results(store, job_id):
    return [(each["position"], each["mark"]) for each in iter_results(store, job_id)]


def state(store, job_id):
    return read_job(store, job_id, owner="")


def test_a_part_comes_with_all_that_is_needed_to_do_it(store):
    job_id = submit(store)
    claim = take(store)
    assert (claim.kind, claim.actor, claim.payload) == ("match", "甲", {"k": 3})
    assert claim.queries == {0: JobQuery({"n": 0}), 1: JobQuery({"n": 1})}
    assert (claim.lease.job_id, claim.lease.token, claim.lease.attempts) == (job_id, 1, 1)
    assert (state(store, job_id).state, state(store, job_id).started_at) == (JobState.RUNNING, NOW)


def test_parts_written_one_after_another_finish_the_job(store):
    job_id = submit(store)
    for number in range(1, 4):
        claim = take(store, at=NOW + number * SECOND)
        failed = Answer(min(claim.queries), {"position": min(claim.queries), "mark": "x"}, failed=True)
        assert finish_part(store, claim.lease, [failed, *answers(claim)[1:]], now=NOW + number * SECOND)
    done = state(store, job_id)
    assert (done.state, done.done, done.failed) == (JobState.DONE, 5, 3)
    assert (done.progressed_at, done.finished_at) == (NOW + 3 * SECOND, NOW + 3 * SECOND)
    assert results(store, job_id) == [(0, "x"), (1, "a"), (2, "x"), (3, "a"), (4, "x")]
    assert take(store) is None
    with store.read() as connection:
        assert set(connection.execute(sa.select(job_item.c.query)).scalars()) == {None}


def test_a_short_job_does_not_wait_for_a_long_one(store):
    long, short = submit(store, 10), submit(store, 2, at=NOW + SECOND)
    order = [take(store, f"w{number}").lease.job_id for number in range(3)]
    assert order == [long, short, long]


def test_a_worker_takes_only_what_it_can_do(store):
    submit(store, kind="export")
    assert take(store) is None
    assert take(store, kinds=["match", "export"]).kind == "export"


def test_a_lease_holds_until_it_runs_out(store):
    submit(store, 2)
    first = take(store)
    assert take(store, "w2", at=NOW + 10 * SECOND) is None
    assert extend_lease(store, first.lease, until=NOW + 20 * SECOND)
    assert take(store, "w2", at=NOW + 11 * SECOND) is None
    second = take(store, "w2", at=NOW + 21 * SECOND)
    assert (second.lease.token, second.lease.attempts) == (2, 2)
    assert second.queries == first.queries


def test_who_lost_the_lease_can_write_nothing_any_more(store):
    job_id = submit(store, 2)
    late = take(store)
    again = take(store, "w2", at=NOW + 11 * SECOND)
    assert not extend_lease(store, late.lease, until=NOW + 60 * SECOND)
    assert not finish_part(store, late.lease, answers(late, "late"))
    hand_back(store, late.lease, counted=True)
    assert not fail_job(store, late.lease, "x", "x")
    assert take(store, "w3", at=NOW + 12 * SECOND) is None
    assert finish_part(store, again.lease, answers(again, "again"))
    assert not finish_part(store, late.lease, answers(late, "late"))
    assert results(store, job_id) == [(0, "again"), (1, "again")]
    assert state(store, job_id).done == 2


def test_a_part_written_twice_by_its_holder_counts_once(store):
    job_id = submit(store, 4)
    claim = take(store)
    assert finish_part(store, claim.lease, answers(claim))
    assert not finish_part(store, claim.lease, answers(claim, "second"))
    assert state(store, job_id).done == 2
    assert results(store, job_id) == [(0, "a"), (1, "a")]


def test_a_part_handed_back_is_free_at_once_and_takes_no_harm(store):
    submit(store, 2)
    hand_back(store, take(store).lease, counted=False)
    again = take(store, "w2")
    assert (again.lease.token, again.lease.attempts) == (2, 1)
    hand_back(store, again.lease, counted=True, not_before=NOW + 5 * SECOND)
    assert take(store, at=NOW + 4 * SECOND) is None
    third = take(store, at=NOW + 5 * SECOND)
    assert (third.lease.token, third.lease.attempts) == (3, 2)


def test_a_job_given_up_keeps_what_was_answered(store):
    job_id = submit(store)
    first, second = take(store), take(store, "w2")
    finish_part(store, first.lease, answers(first))
    assert fail_job(store, second.lease, "job_poisoned", "做不完", now=NOW)
    given_up = state(store, job_id)
    assert (given_up.state, given_up.error_code, given_up.error_message) == (
        JobState.FAILED,
        "job_poisoned",
        "做不完",
    )
    assert results(store, job_id) == [(0, "a"), (1, "a")]
    assert take(store) is None
    assert not finish_part(store, second.lease, answers(second))


def test_of_a_cancelled_job_nothing_more_is_written(store):
    job_id = submit(store)
    claim = take(store)
    cancel_job(store, job_id, owner="")
    assert not extend_lease(store, claim.lease, until=NOW + 60 * SECOND)
    assert not finish_part(store, claim.lease, answers(claim))
    assert list(iter_results(store, job_id)) == []
    assert state(store, job_id).done == 0


def test_looks_at_people_are_noted_with_the_part_or_not_at_all(store):
    submit(store, 2)
    late = take(store)
    again = take(store, "w2", at=NOW + 11 * SECOND)
    look = [Access("甲", Action.MATCH_PROFILES, 1, vacancy_id="V1", shown=["P1"])]
    assert not finish_part(store, late.lease, answers(late), looks=look, key=b"k")
    assert finish_part(store, again.lease, answers(again), looks=look, key=b"k")
    # Somebody who is not in the store cannot be shown: the part is not written, and neither is the look.
    submit(store, 2)
    claim = take(store)
    with pytest.raises(sa.exc.IntegrityError):
        shown = [Answer(each, {}, people=["P9"]) for each in claim.queries]
        finish_part(store, claim.lease, shown, looks=look, key=b"k")
    with store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(access_log)).scalar_one() == 1
    assert finish_part(store, claim.lease, answers(claim))


def test_workers_side_by_side_do_every_part_once(store):
    job_ids = [submit(store, 20, size=1) for _ in range(2)]

    def work(worker):
        done = []
        while claim := take(store, worker):
            assert finish_part(store, claim.lease, answers(claim, worker))
            done.append(claim.lease.part_id)
        return done

    with ThreadPoolExecutor(4) as pool:
        parts = [part for done in pool.map(work, ["w1", "w2", "w3", "w4"]) for part in done]
    assert len(parts) == len(set(parts)) == 40
    for job_id in job_ids:
        assert state(store, job_id).state is JobState.DONE
        assert [position for position, _ in results(store, job_id)] == list(range(20))
