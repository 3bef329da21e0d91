"""What a job says of itself."""

from __future__ import annotations

import datetime as dt

import pytest

from data.jobs import Job, JobState

START = dt.datetime(2026, 3, 1, 8, 0, tzinfo=dt.UTC)


def job(**changes):
    row = {
        "job_id": "J1", "kind": "match", "owner": "", "actor": "甲", "state": "running", "payload": {},
        "total": 100, "done": 40, "failed": 0, "created_at": START, "started_at": START,
        "progressed_at": START + dt.timedelta(seconds=20), "finished_at": None, "error_code": None,
        "error_message": None,
    }  # fmt: skip
    return Job(**(row | changes))


def test_what_is_left_follows_from_the_speed_observed():
    # 40 queries in 20 seconds: 2 a second, 60 more take 30 seconds.
    assert job().queries_per_second == 2
    assert job().seconds_left == 30


@pytest.mark.parametrize(
    "changes", [{"started_at": None}, {"progressed_at": None}, {"done": 0}, {"progressed_at": START}]
)
def test_without_progress_no_time_is_named(changes):
    assert job(**changes).queries_per_second is None
    assert job(**changes).seconds_left is None


def test_of_a_job_that_ended_nothing_is_left():
    assert job(state="cancelled").seconds_left is None
    assert [state for state in JobState if not state.ended] == [JobState.QUEUED, JobState.RUNNING]
    assert len({state.chinese for state in JobState}) == len(JobState)


def test_a_moment_without_a_zone_is_utc():
    assert job(created_at=START.replace(tzinfo=None)).created_at == START
