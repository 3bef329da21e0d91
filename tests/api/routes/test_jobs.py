"""Match jobs over HTTP: handed in once, watched, fetched by their owner, cancelled."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import secrets

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from python_calamine import CalamineWorkbook

from api.access.principal import BOOTSTRAP, Principal, PrincipalKind
from api.app import create_app
from api.dependencies import requires
from api.jobs.registry import handlers_of, workers_of
from api.jobs.worker import Pace, Worker
from api.service import Service
from data.permissions import Scope
from data.pseudonyms import read_key
from data.settings import Settings
from data.store.audit import AuditQuery, read_accesses, read_audit

PATH = "/v1/match-jobs"
CRANE = {"vacancy": {"title": "岸桥司机", "skills": ["岸桥"]}}
AUTHORISED = requires(Scope.JOBS_READ).dependency
READS, WRITES = frozenset({Scope.JOBS_READ}), frozenset({Scope.JOBS_WRITE})


class Office:
    """A client whose caller can be another one, and the workers behind it."""

    def __init__(self, service):
        self.service = service
        self.app = create_app(service.settings, service=service)
        self.client = TestClient(self.app)
        self.client.headers["X-API-Key"] = "key"

    def acting_as(self, principal):
        self.app.dependency_overrides[AUTHORISED] = lambda: principal
        return self.client

    def submit(self, *queries, headers=None, **options):
        body = {"queries": queries or [CRANE]} | options
        return self.client.post(PATH, json=body, headers=headers)

    def work(self):
        workers = workers_of(self.service, threads=1)
        workers.start(until_idle=True)
        workers.join()

    def done(self, *queries, **options):
        job = self.submit(*queries, **options).json()
        self.work()
        return job


def agency(agency_id, name=None, scopes=READS | WRITES):
    return Principal(name or agency_id, PrincipalKind.AGENCY, scopes, agency_id=agency_id)


@pytest.fixture(scope="module")
def service(filled_once, hashing_model):
    """Return a service that the tests share: each acts as an agency of its own."""
    settings = Settings(var_dir=filled_once, bootstrap_key=SecretStr("key"), worker_threads=0)
    made = Service.from_settings(settings, model=hashing_model)
    yield made
    made.store.engine.dispose()


@pytest.fixture
def office(service):
    made = Office(service)
    made.acting_as(agency(f"A{secrets.token_hex(4)}"))
    with made.client:
        yield made
    made.work()


def lines(answer):
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_job_is_taken_watched_and_fetched(office):
    vacancy_id = min(office.service.matcher.vacancies.ids)
    taken = office.submit({"ref": "a", "vacancy_id": vacancy_id}, CRANE, {"profile_id": "P0"}, k=3)
    assert taken.status_code == 202
    job = taken.json()
    assert taken.headers["location"] == f"{PATH}/{job['job_id']}"
    assert (job["state"], job["total"], job["done"], job["k"]) == ("queued", 3, 0, 3)
    assert (job["queries_per_second"], job["seconds_left"], job["expires_at"]) == (None, None, None)
    office.work()
    seen = office.client.get(taken.headers["location"]).json()
    assert (seen["state"], seen["done"], seen["failed"], seen["error"]) == ("done", 3, 1, None)
    assert seen["seconds_left"] is None
    kept = dt.datetime.fromisoformat(seen["expires_at"]) - dt.datetime.fromisoformat(seen["finished_at"])
    assert kept == dt.timedelta(days=30)
    found = office.client.get(seen["results"])
    assert found.headers["content-type"] == "application/x-ndjson; charset=utf-8"
    assert found.headers["content-disposition"] == f'attachment; filename="match-job-{job["job_id"]}.ndjson"'
    first, second, third = lines(found)
    assert (first["ref"], first["query"]["id"], len(first["results"])) == ("a", vacancy_id, 3)
    assert second["nature"] == "真实数据"
    assert third["error"]["code"] == "profile_unknown"


def test_the_time_left_follows_from_the_parts_done(office):
    job = office.submit(*[{"profile_id": "P0"}] * 120, k=1).json()
    key, day = office.service.pseudonym_key, dt.timedelta(days=1)
    assert Worker(office.service.store, handlers_of(office.service), key=key, retention=day).step()
    seen = office.client.get(f"{PATH}/{job['job_id']}").json()
    assert (seen["state"], seen["done"], seen["failed"]) == ("running", 50, 50)
    assert seen["seconds_left"] == pytest.approx(70 / seen["queries_per_second"], abs=0.2)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_results_come_as_tables_with_their_label(office, form, tmp_path):
    job = office.done(CRANE, k=2)
    answer = office.client.get(job["results"], params={"format": form})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    else:
        path = tmp_path / "a.xlsx"
        path.write_bytes(answer.content)
        head, *cells = CalamineWorkbook.from_path(path).get_sheet_by_name("结果").to_python()
        rows = [dict(zip(head, row, strict=True)) for row in cells]
    assert [float(row["位次"]) for row in rows] == [1, 2]
    assert {row["数据性质"] for row in rows} == {"真实数据"}
    assert all(re.fullmatch(r"PERSON\d\d", row["编号"]) for row in rows)


def test_the_same_request_is_taken_once(office):
    headers = {"Idempotency-Key": "batch-1"}
    first, again = office.submit(CRANE, headers=headers), office.submit(CRANE, headers=headers)
    assert first.json() == again.json()
    assert ("idempotent-replayed" in first.headers, again.headers["idempotent-replayed"]) == (False, "true")
    other = office.submit(CRANE, headers=headers, k=3)
    assert (other.status_code, other.json()["code"]) == (400, "idempotency_key_reused")
    assert len(office.client.get(PATH).json()["jobs"]) == 1
    for bad in ("", "x" * 256, "a b"):
        assert office.submit(CRANE, headers={"Idempotency-Key": bad}).status_code == 422


def test_a_job_of_another_agency_is_not_there(office):
    office.acting_as(agency("A1"))
    job = office.done(CRANE)
    for stranger in (agency("A2"), BOOTSTRAP):
        client = office.acting_as(stranger)
        answers = [
            client.get(f"{PATH}/{job['job_id']}"),
            client.get(job["results"]),
            client.get(job["results"], params={"partial": True, "format": "xlsx"}),
            client.post(f"{PATH}/{job['job_id']}/cancel"),
        ]
        assert [each.status_code for each in answers] == [404] * 4
        assert {each.json()["code"] for each in answers} == {"job_unknown"}
        assert client.get(PATH).json() == {"jobs": [], "cursor": None}
        assert client.get(PATH, params={"cursor": job["job_id"]}).json()["code"] == "cursor_invalid"
        taken = office.submit(CRANE, headers={"Idempotency-Key": "k"})
        assert taken.json()["job_id"] != job["job_id"]
    assert office.acting_as(agency("A1")).get(job["results"]).status_code == 200


def test_who_else_of_the_agency_fetches_people_is_noted(office):
    def looks():
        key = read_key(office.service.settings.var_dir)
        return [
            (each["actor"], each["action"])
            for each in read_accesses(office.service.store, "PERSON05", key=key)
            if each["actor"] in {"甲", "乙"}
        ]

    office.acting_as(agency("A3", "甲"))
    job = office.done(CRANE, k=20)
    key = office.service.pseudonym_key
    (noted,) = read_audit(office.service.store, AuditQuery(actor="甲"), key=key)
    assert (noted.agency_id, noted.action, noted.results) == ("A3", "match.profiles", 12)
    office.client.get(job["results"])
    assert looks() == [("甲", "match.profiles")]
    office.acting_as(agency("A3", "乙")).get(job["results"])
    assert looks() == [("甲", "match.profiles"), ("乙", "export.matches")]


def test_a_cancelled_job_gives_what_there_is_only_when_asked_for(office):
    job = office.submit(CRANE).json()
    early = office.client.get(job["results"])
    assert (early.status_code, early.json()["code"]) == (409, "job_not_done")
    gone = office.client.post(f"{PATH}/{job['job_id']}/cancel")
    assert (gone.status_code, gone.json()["state"]) == (200, "cancelled")
    office.work()
    assert office.client.get(job["results"]).status_code == 409
    rest = office.client.get(job["results"], params={"partial": True})
    assert (rest.status_code, rest.text) == (200, "")
    assert office.client.post(f"{PATH}/{job['job_id']}/cancel").json() == gone.json()


def test_pages_are_turned_by_the_cursor(office):
    made = [office.submit(CRANE).json()["job_id"] for _ in range(5)]
    seen, cursor = [], None
    for _ in range(3):
        page = office.client.get(PATH, params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [each["job_id"] for each in page["jobs"]]
        cursor = page["cursor"]
    assert (seen, cursor) == (made[::-1], None)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"queries": []}, "body.queries"),
        ({"queries": [{}]}, "body.queries.0"),
        ({"queries": [{"vacancy_id": "V1", "profile_id": "P1"}]}, "body.queries.0"),
        ({"queries": [{"vacancy_id": "V1", "name": "张三"}]}, "body.queries.0.name"),
        ({"queries": [CRANE], "k": 201}, "body.k"),
        ({"queries": [{"vacancy_id": "V1"}] * 1001, "k": 200}, "body"),
        ({"queries": [CRANE], "rank_by": "luck"}, "body.rank_by"),
        ({"queries": "all"}, "body.queries"),
    ],
)
def test_a_malformed_request_is_refused_by_its_field(office, body, told):
    answer = office.client.post(PATH, json=body)
    assert answer.status_code == 422
    assert told in [each["field"] for each in answer.json()["errors"]]


def test_weights_that_cannot_be_used_make_no_job(office):
    answer = office.submit(CRANE, weights={"luck": 1})
    assert answer.status_code == 400
    assert office.client.get(PATH).json()["jobs"] == []


def test_a_job_that_was_given_up_says_why(office, monkeypatch):
    monkeypatch.setattr("api.jobs.match.MatchHandler.run", lambda *_: 1 / 0)
    once = Pace(attempts=1)
    monkeypatch.setattr("api.jobs.worker.Pace", lambda: once)
    job = office.done(CRANE)
    seen = office.client.get(f"{PATH}/{job['job_id']}").json()
    assert seen["state"] == "failed"
    assert seen["error"] == {"code": "internal_error", "message": "处理时出错（试了 1 次）"}


def test_every_field_and_answer_is_described(office):
    schema = office.app.openapi()
    for name in ("JobOut", "JobPageOut", "MatchJobRequest", "MatchJobQuery"):
        fields = schema["components"]["schemas"][name]["properties"]
        assert all("description" in each for each in fields.values()), name
    results = schema["paths"][PATH + "/{job_id}/results"]["get"]["responses"]
    assert "text/csv" in results["200"]["content"]
    assert {"401", "403", "404", "409", "429"} <= set(results)
    for method, path in (("post", PATH), ("get", PATH), ("post", PATH + "/{job_id}/cancel")):
        assert schema["paths"][path][method]["security"]
