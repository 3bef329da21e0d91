"""Match jobs answer each query as a single request does, and one that is wrong by itself."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from api.jobs.answers import nature_of
from api.jobs.match import MatchHandler, MatchJobQuery, MatchJobRequest
from api.jobs.worker import Pace
from data.errors import InputError
from data.pseudonyms import read_key
from data.store.audit import read_accesses
from data.store.schema import access_log, job_item

CRANE = {"vacancy": {"title": "岸桥司机", "skills": ["岸桥"]}}
NEVER = Pace(attempts=2, backoff_seconds=0)


def looks(matched, profile_id):
    return read_accesses(matched.store, profile_id, key=read_key(matched.served.folder))


def test_a_list_is_that_of_a_single_request_in_short(shared):
    vacancy_id = shared.vacancy_ids[0]
    (answer,) = shared.answered([{"ref": "r1", "vacancy_id": vacancy_id}], k=3)
    single = shared.service.matcher.match_vacancy(vacancy_id, k=3)
    assert (answer["position"], answer["ref"], answer["status"], answer["error"]) == (0, "r1", "ok", None)
    assert answer["query"]["id"] == vacancy_id
    assert [each["id"] for each in answer["results"]] == [each.id for each in single.results]
    for short, whole in zip(answer["results"], single.results, strict=True):
        assert (short["rank"], short["score"]) == (whole.rank, whole.score)
        assert sum(short["contributions"].values()) == pytest.approx(whole.score_forward, abs=0.01)
        assert short["missing_skills"] == [each.skill for each in whole.missing]
    assert (answer["allowed"], answer["as_of"]) == (single.allowed, single.as_of.isoformat())
    assert answer["nature"] == nature_of(synthetic=single.synthetic)


def test_both_directions_stored_and_in_full_go_in_one_job(shared):
    vacancy_id, person = shared.vacancy_ids[0], "PERSON03"
    queries = [
        {"vacancy_id": vacancy_id},
        {"profile_id": person},
        CRANE,
        {"profile": {"title": "岸桥司机", "skills": ["岸桥"]}},
    ]
    answers = shared.answered(queries, k=2, rank_by="mutual", weights={"skills": 1.0})
    directions = [each["direction"] for each in answers]
    assert directions == ["profiles", "vacancies", "profiles", "vacancies"]
    assert [each["query"]["id"] for each in answers] == [vacancy_id, person, "", ""]
    assert all(each["results"] for each in answers)
    scores = [each["score"] for each in answers[0]["results"]]
    assert scores == [each["score_mutual"] for each in answers[0]["results"]]


def test_a_query_that_is_wrong_takes_no_other_with_it(shared):
    queries = [
        {"vacancy_id": "V0"},
        CRANE,
        {"profile_id": "P0"},
        {"vacancy": {"title": "限男性"}, "ref": "x"},
    ]
    job_id = shared.submit(queries)
    shared.work()
    answers = shared.results(job_id)
    assert [each["status"] for each in answers] == ["failed", "ok", "failed", "failed"]
    codes = [each["error"] and each["error"]["code"] for each in answers]
    assert codes == ["vacancy_unknown", None, "profile_unknown", "title_missing"]
    assert answers[3]["ref"] == "x"
    done = shared.state(job_id)
    assert (done.state.value, done.done, done.failed) == ("done", 4, 3)


def test_what_breaks_the_matcher_is_told_apart_at_the_second_attempt(shared, monkeypatch):
    class Broken:
        def __init__(self, matcher):
            self._matcher = matcher

        def seen_by(self, _owner):
            return self

        def match_vacancy(self, vacancy, **options):
            if vacancy == "V-broken":
                raise ZeroDivisionError("13912345678")
            return self._matcher.match_vacancy(vacancy, **options)

    refreshed = []
    broken = Broken(shared.service.matcher)
    monkeypatch.setattr(
        "api.jobs.registry.MatchHandler", lambda *_: MatchHandler(lambda: broken, lambda: refreshed.append(1))
    )
    monkeypatch.setattr("api.jobs.worker.Pace", lambda: NEVER)
    good, bad = shared.answered([{"vacancy_id": shared.vacancy_ids[0]}, {"vacancy_id": "V-broken"}])
    assert good["status"] == "ok"
    assert bad["error"]["code"] == "query_failed"
    assert refreshed == [1]


def test_contacts_and_demands_that_may_not_be_made_are_never_kept(shared):
    text = "要求男性，35岁以下，电话13912345678，负责集装箱岸桥操作"
    job_id = shared.submit([{"vacancy": {"title": "岸桥司机", "duties": text}}])
    asked = sa.select(job_item.c.query).where(job_item.c.job_id == job_id)
    with shared.store.read() as connection:
        kept = str(connection.execute(asked).scalar_one())
    assert "13912345678" not in kept
    assert "岸桥操作" in kept
    shared.work()
    (answer,) = shared.results(job_id)
    assert {each["rule"] for each in answer["findings"]} >= {"sex", "age"}
    with shared.store.read() as connection:
        assert connection.execute(asked).scalars().all() == [None]


def test_every_person_shown_and_asked_for_is_noted_once_for_who_asked(matched):
    matched.answered([{"vacancy_id": matched.vacancy_ids[0]}, CRANE, {"profile_id": "PERSON03"}], k=20)
    (first, *rest) = looks(matched, "PERSON05")
    assert (first["actor"], first["action"], first["vacancy_id"]) == (
        "甲", "match.profiles", matched.vacancy_ids[0],
    )  # fmt: skip
    assert [each["vacancy_id"] for each in rest] == [None]
    assert [each["action"] for each in looks(matched, "PERSON03")] == [
        "match.profiles", "match.profiles", "match.vacancies",
    ]  # fmt: skip
    with matched.store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(access_log)).scalar_one() == 3


def test_somebody_erased_while_the_pools_still_know_them_is_shown_by_no_answer(matched):
    job_id = matched.submit([CRANE], k=20)
    matched.served.erase("PERSON05")
    assert matched.service.matcher.profiles.position("PERSON05") is not None
    matched.work()
    workers_wait = matched.state(job_id)
    if not workers_wait.state.ended:
        # The part waits a moment before its second attempt.
        with matched.store.begin() as connection:
            connection.execute(sa.text("UPDATE job_part SET not_before = NULL"))
        matched.work()
    (answer,) = matched.results(job_id)
    ids = {each["id"] for each in answer["results"]}
    assert ids
    assert "PERSON05" not in ids


def test_a_request_names_each_query_in_one_way():
    for query in ({}, {"ref": "a"}, {"vacancy_id": "V1", "profile_id": "P1"}, {"vacancy_id": "V1", **CRANE}):
        with pytest.raises(ValidationError, match="须且只须给出一个"):
            MatchJobQuery(**query)
    assert MatchJobQuery(**CRANE).for_vacancy
    assert not MatchJobQuery(profile_id="P1").for_vacancy


def test_a_job_has_a_size_that_can_be_done():
    queries = [{"vacancy_id": "V1"}] * 1001
    with pytest.raises(ValidationError, match="共要 200200 个结果，一个任务至多 200000 个"):
        MatchJobRequest(queries=queries, k=200)
    assert len(MatchJobRequest(queries=queries, k=199).queries) == 1001
    with pytest.raises(ValidationError):
        MatchJobRequest(queries=[{"vacancy_id": "V1"}] * 10_001, k=1)
    with pytest.raises(ValidationError):
        MatchJobRequest(queries=[])


@pytest.mark.parametrize("weights", [{"no_such": 1.0}, {"skills": -1.0}, {"skills": 0.0}])
def test_weights_that_no_query_could_use_are_refused_at_once(weights):
    with pytest.raises(InputError):
        MatchJobRequest(queries=[{"vacancy_id": "V1"}], weights=weights).payload()
