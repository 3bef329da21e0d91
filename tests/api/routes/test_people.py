"""What people do for themselves over HTTP, and what the office does with it."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from api.app import create_app
from api.routes import people
from data.permissions import Scope
from data.store.agencies import add_agency
from data.store.consents import has_consent, record_consent
from data.store.keys import create_key
from data.store.rights import issue_code

NOW = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 20)
ME = "PERSON03"


@pytest.fixture
def served(serve):
    """Return a service with people, its routes for people, and one of them with a session."""
    made = serve()
    app = create_app(made.settings, service=made.service)
    if all(route.path != "/v1/people/me" for route in iter_route_contexts(app.routes)):
        app.include_router(people.router)
        app.include_router(people.office_router)
    with TestClient(app) as client:
        code = issue_code(made.store, ME, by="甲", now=dt.datetime.now(dt.UTC))
        opened = client.post("/v1/people/sessions", json={"code": code})
        assert opened.status_code == 201
        assert opened.headers["cache-control"] == "no-store"
        client.headers["X-Person-Token"] = opened.json()["token"]
        made.http, made.code = client, code
        yield made


def office(served):
    key = create_key(served.store, "经办", scopes=frozenset({Scope.PROFILES_WRITE, Scope.MATCHES_READ}))
    return {"X-API-Key": key}


def test_without_a_session_nothing_is_shown_and_a_code_is_good_once(served):
    again = served.http.post("/v1/people/sessions", json={"code": served.code})
    assert (again.status_code, again.json()["code"]) == (401, "code_invalid")
    for headers in ({"X-Person-Token": ""}, {"X-Person-Token": "x" * 43}):
        answer = served.http.get("/v1/people/me", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "person_token_invalid")
    assert served.http.delete("/v1/people/sessions").json() == {"closed": 1}
    assert served.http.get("/v1/people/me").status_code == 401


def test_a_person_sees_everything_held_and_who_looked(served):
    vacancy = {"vacancy": {"title": "岸桥司机"}, "k": 200}
    served.http.post("/v1/matches/profiles", json=vacancy, headers=office(served))
    held = served.http.get("/v1/people/me").json()
    assert held["profile"]["profile_id"] == ME
    assert held["raw_rows"]
    assert held["objects_to_matching"] is False
    looks = [(each["actor"], each["action"]) for each in held["accesses"]]
    assert looks == [("经办", "match.profiles"), ("person", "person.read")]


def test_everything_can_be_taken_along_to_read_and_for_programs(served):
    served.http.post("/v1/people/me/requests", json={"kind": "dispute", "text": "<b>不对</b>"})
    whole = served.http.get("/v1/people/me/export")
    assert whole.headers["content-disposition"] == 'attachment; filename="me.json"'
    assert whole.json()["requests"][0]["text"] == "<b>不对</b>"
    page = served.http.get("/v1/people/me/export", params={"format": "html"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "&lt;b&gt;不对&lt;/b&gt;" in page.text
    assert "<b>" not in page.text
    assert "谁在何时看过本人" in page.text


def test_a_request_has_a_day_by_which_the_office_answers_it_once(served):
    asked = served.http.post("/v1/people/me/requests", json={"kind": "correct", "text": "年限应为 8 年"})
    number = asked.json()["request_id"]
    assert (asked.status_code, asked.json()["status"], asked.json()["overdue"]) == (201, "open", False)
    staff = office(served)
    (listed,) = served.http.get("/v1/requests", headers=staff, params={"status": "open"}).json()
    assert (listed["request_id"], listed["profile_id"]) == (number, ME)
    assert served.http.get("/v1/requests", headers=staff, params={"overdue": True}).json() == []
    answer = {"status": "done", "answer": "已更正"}
    assert served.http.post(f"/v1/requests/{number}/answer", json=answer, headers=staff).status_code == 200
    again = served.http.post(f"/v1/requests/{number}/answer", json=answer, headers=staff)
    assert (again.status_code, again.json()["code"]) == (400, "request_answered")
    assert served.http.get("/v1/people/me/requests").json()[0]["answer"] == "已更正"


def test_no_agency_handles_what_people_ask_for(served):
    agency = add_agency(
        served.store, "示例机构", licence_number="L1", licence_from=DAY, licence_to=dt.date(2099, 1, 1),
        contact="办公室", actor="甲",
    )  # fmt: skip
    key = create_key(
        served.store, "示例机构", agency_id=agency.agency_id, scopes=frozenset({Scope.PROFILES_WRITE})
    )
    answer = served.http.get("/v1/requests", headers={"X-API-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (403, "office_only")


def test_a_consent_is_withdrawn_by_its_person_only(served):
    given = {"agency": "乙", "purpose": "推荐", "valid_from": DAY, "valid_to": DAY, "recorded_by": "甲"}
    mine = record_consent(served.store, ME, **given)
    other = record_consent(served.store, "PERSON04", **given)
    assert served.http.delete(f"/v1/people/me/consents/{other}").status_code == 404
    assert served.http.delete(f"/v1/people/me/consents/{mine}").status_code == 204
    assert not has_consent(served.store, ME, "乙", "推荐", DAY)
    assert has_consent(served.store, "PERSON04", "乙", "推荐", DAY)


def test_whoever_objects_is_found_on_no_path_as_soon_as_it_is_answered(served):
    staff = office(served)

    def found():
        asked = {"vacancy": {"title": "岸桥司机"}, "k": 200, "near": 50}
        answer = served.http.post("/v1/matches/profiles", json=asked, headers=staff).json()
        return {each["id"] for each in [*answer["results"], *answer["near_miss"]]}

    def status(path, body):
        return served.http.post(path, json=body, headers=staff).status_code

    assert ME in found()
    for unclear in (1, "true"):
        assert served.http.put("/v1/people/me/matching", json={"objects": unclear}).status_code == 422
    objected = served.http.put("/v1/people/me/matching", json={"objects": True})
    assert objected.json() == {"objects": True, "in_pool": False}
    assert ME not in found()
    assert status("/v1/matches/vacancies", {"profile_id": ME}) == 404
    assert status("/v1/matches/pairs", {"profile_id": ME, "vacancy": {"title": "岸桥司机"}}) == 404
    assert served.http.get("/v1/people/me").json()["objects_to_matching"] is True
    back = served.http.put("/v1/people/me/matching", json={"objects": False})
    assert back.json() == {"objects": False, "in_pool": True}
    assert ME in found()


def test_an_objection_that_does_not_hold_yet_is_not_said_to(served, monkeypatch):
    monkeypatch.setattr(type(served.service.refresher), "refresh", lambda self: False)
    answer = served.http.put("/v1/people/me/matching", json={"objects": True})
    assert (answer.status_code, answer.json()["code"]) == (503, "objection_pending")
