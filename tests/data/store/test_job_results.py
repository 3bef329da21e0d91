"""Answers of jobs: read in order, and without anybody who was erased."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from data.jobs import Answer, JobQuery, JobRequest
from data.store import job_results
from data.store.erasure import erase_again, erase_person
from data.store.holdings import read_holdings
from data.store.job_parts import claim_part, finish_part
from data.store.job_results import iter_results, people_of_job
from data.store.jobs import submit_job
from data.store.schema import job_item, job_person

KEY = b"k" * 32


def texts_of(row):
    return [row["title"], row["summary"]]


def result(position, *people):
    listed = [{"id": each, "rank": rank, "item": {"title": "焊工"}} for rank, each in enumerate(people, 1)]
    return Answer(
        position,
        {"position": position, "ref": f"r{position}", "query": {"id": f"V{position}"}, "results": listed},
        people,
    )


def begin(store, asked, size=10):
    submitted = submit_job(store, JobRequest("match", "", "甲", asked, {}, part_size=size))
    return submitted.job.job_id, claim_part(store, "w", kinds=["match"], lease=dt.timedelta(minutes=1))


@pytest.fixture
def erase(store, tmp_path):
    def erases(profile_id):
        return erase_person(
            store,
            profile_id,
            key=KEY,
            actor="甲",
            reason="本人要求",
            texts_of=texts_of,
            reports=tmp_path,
            tombstone_file=tmp_path / "t.jsonl",
        )

    return erases


def test_answers_come_in_order_however_many_are_read_at_once(store, monkeypatch):
    monkeypatch.setattr(job_results, "_READ_AT_ONCE", 3)
    job_id, claim = begin(store, [JobQuery({"n": n}) for n in range(8)])
    finish_part(store, claim.lease, [result(position) for position in reversed(range(8))])
    assert [each["position"] for each in iter_results(store, job_id)] == list(range(8))
    assert list(iter_results(store, "J0")) == []


def test_the_people_of_a_job_are_those_shown(store, write_people):
    write_people(store)
    job_id, claim = begin(store, [JobQuery({}), JobQuery({})])
    finish_part(store, claim.lease, [result(0, "P2", "P1"), result(1, "P2")])
    assert people_of_job(store, job_id) == ["P1", "P2"]
    assert people_of_job(store, "J0") == []


def test_a_person_can_read_where_jobs_show_them(store, write_people):
    write_people(store)
    job_id, claim = begin(store, [JobQuery({}), JobQuery({"profile_id": "P1"}, "P1"), JobQuery({})])
    finish_part(store, claim.lease, [result(0, "P2", "P1"), result(1), result(2, "P2")])
    shown, asked = read_holdings(store, "P1", key=KEY, texts_of=texts_of)["jobs"]
    assert (shown["job_id"], shown["position"], shown["actor"], shown["rank"]) == (job_id, 0, "甲", 2)
    assert shown["query"] == {"id": "V0"}
    assert (asked["position"], asked["query"], asked["rank"], asked["score"]) == (1, None, None, None)


def test_of_a_person_who_is_erased_only_the_rank_stays(store, erase, write_people):
    write_people(store)
    job_id, claim = begin(store, [JobQuery({}), JobQuery({"profile_id": "P1"}, "P1"), JobQuery({})])
    finish_part(store, claim.lease, [result(0, "P1", "P2"), result(1), result(2, "P2")])
    before = list(iter_results(store, job_id))
    assert erase("P1")["job_queries"] == 2
    shown, asked, other = iter_results(store, job_id)
    assert shown["results"] == [{"id": None, "rank": 1}, before[0]["results"][1]]
    assert (asked["ref"], asked["status"], asked["results"]) == ("r1", "failed", [])
    assert asked["error"]["code"] == "profile_erased"
    assert other == before[2]
    assert people_of_job(store, job_id) == ["P2"]
    assert "P1" not in json.dumps(list(iter_results(store, job_id)))


def test_what_is_still_to_be_asked_of_an_erased_person_becomes_an_error(store, erase, write_people):
    write_people(store)
    submit_job(store, JobRequest("match", "", "甲", [JobQuery({"ref": "r", "profile_id": "P1"}, "P1")], {}))
    assert erase("P1")["job_queries"] == 1
    claim = claim_part(store, "w", kinds=["match"], lease=dt.timedelta(minutes=1))
    assert claim.queries[0].profile_id is None
    assert claim.queries[0].query["error"]["code"] == "profile_erased"
    assert claim.queries[0].query["ref"] == "r"


def test_a_part_that_shows_somebody_erased_meanwhile_is_not_written(store, erase, write_people):
    write_people(store)
    job_id, claim = begin(store, [JobQuery({})])
    erase("P1")
    with pytest.raises(sa.exc.IntegrityError):
        finish_part(store, claim.lease, [result(0, "P1")])
    assert list(iter_results(store, job_id)) == []
    assert finish_part(store, claim.lease, [result(0, "P2")])


def test_whom_a_backup_brought_back_leaves_the_jobs_again(store, erase, write_people):
    write_people(store)
    erase("P1")
    write_people(store, sha="d" * 64)
    job_id, claim = begin(store, [JobQuery({})])
    finish_part(store, claim.lease, [result(0, "P1", "P2")])
    assert erase_again(store, key=KEY, texts_of=texts_of) == 1
    with store.read() as connection:
        assert set(connection.execute(sa.select(job_person.c.profile_id)).scalars()) == {"P2"}
        assert "P1" not in json.dumps(connection.execute(sa.select(job_item.c.result)).scalar_one())
    assert people_of_job(store, job_id) == ["P2"]
