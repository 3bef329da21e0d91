"""Saved searches over HTTP: kept, changed, run, and what came or went."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi.testclient import TestClient

from api.access.principal import Principal, PrincipalKind
from api.app import create_app
from api.dependencies import requires
from api.jobs.registry import workers_of
from api.jobs.searches import submit_searches
from data.permissions import Scope
from data.store.rights import object_to_matching
from data.store.usage import read_usage

PATH = "/v1/searches"
AUTHORISED = requires(Scope.SEARCHES_READ).dependency
SCOPES = frozenset({Scope.SEARCHES_READ, Scope.SEARCHES_WRITE, Scope.MATCHES_READ})
CRANE = {"name": "岸桥司机", "profiles": {"vacancy": {"title": "岸桥司机", "skills": ["岸桥"]}, "k": 20}}


def agency(agency_id, scopes=SCOPES, **more):
    return Principal(agency_id, PrincipalKind.AGENCY, scopes, agency_id=agency_id, **more)


class Office:
    """A service of its own with one client whose caller can be another one."""

    def __init__(self, served):
        self.served = served
        self.service = served.service
        self.app = create_app(served.settings, service=served.service)
        self.client = TestClient(self.app)
        self.acting_as(agency("ag_a"))

    def acting_as(self, principal):
        self.app.dependency_overrides[AUTHORISED] = lambda: principal
        return self.client

    def save(self, body=CRANE):
        answer = self.client.post(PATH, json=body)
        assert answer.status_code == 201, answer.text
        return answer.headers["location"]

    def run(self, address):
        return self.client.post(f"{address}/run")

    def news(self, address, since=0):
        told = self.client.get(f"{address}/news", params={"since": since}).json()
        return [each["id"] for each in told["new"]], [each["id"] for each in told["gone"]]

    def work(self):
        workers = workers_of(self.service, threads=1)
        workers.start(until_idle=True)
        workers.join()


@pytest.fixture
def office(serve):
    made = Office(serve(worker_threads=0))
    with made.client:
        yield made


def test_a_search_is_kept_read_changed_as_it_was_last_seen_and_deleted(office):
    headers = {"Idempotency-Key": "a1"}
    first, again = (office.client.post(PATH, json=CRANE, headers=headers) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert again.headers["idempotent-replayed"] == "true"
    address = first.headers["location"]
    assert again.headers["location"] == address
    listed = office.client.get(PATH).json()
    assert (listed["total"], listed["searches"][0]["search_id"]) == (1, first.json()["search_id"])
    seen = office.client.get(address)
    assert office.client.get(address, headers={"If-None-Match": seen.headers["etag"]}).status_code == 304
    renamed = CRANE | {"name": "新名"}
    assert office.client.put(address, json=renamed).status_code == 428
    stale = office.client.put(address, json=renamed, headers={"If-Match": '"x"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "content_changed")
    changed = office.client.put(address, json=renamed, headers={"If-Match": seen.headers["etag"]})
    assert (changed.status_code, changed.json()["name"]) == (200, "新名")
    assert office.client.delete(address).status_code == 204
    assert office.client.get(address).json()["code"] == "search_unknown"


def test_what_cannot_be_searched_for_is_not_saved(office):
    both = CRANE | {"vacancies": {"profile_id": "PERSON00"}}
    assert office.client.post(PATH, json=both).status_code == 422
    unknown = {"name": "a", "vacancies": {"profile_id": "P0"}}
    assert office.client.post(PATH, json=unknown).json()["code"] == "profile_unknown"
    weights = {"name": "a", "profiles": CRANE["profiles"] | {"weights": {"没有": 1}}}
    assert office.client.post(PATH, json=weights).json()["code"] == "weight_unknown"
    assert office.client.get(PATH).json()["total"] == 0


def test_a_person_given_in_full_is_kept_without_contacts_and_excluded_attributes(office):
    person = {
        "title": "岸桥司机",
        "summary": "男，35岁，汉族。电话13800001234。操作岸桥八年。",
        "skills": ["岸桥"],
    }
    kept = office.client.get(office.save({"name": "王某 13800001234", "vacancies": {"profile": person}}))
    assert "操作岸桥八年" in kept.json()["vacancies"]["profile"]["summary"]
    assert not any(part in kept.text for part in ("13800001234", "汉族", "35岁"))
    days = dt.datetime.fromisoformat(kept.json()["expires_at"]) - dt.datetime.fromisoformat(
        kept.json()["changed_at"]
    )
    assert days == dt.timedelta(days=90)


def test_another_agency_finds_nothing_of_it_on_any_route(office):
    address = office.save()
    office.run(address)
    for caller in (agency("ag_b"), Principal("甲", PrincipalKind.OFFICE_KEY, SCOPES, key_id="k")):
        client = office.acting_as(caller)
        assert client.get(PATH).json() == {"total": 0, "searches": [], "cursor": None}
        for target in (address, f"{PATH}/S0"):
            answers = [
                client.get(target),
                client.put(target, json=CRANE, headers={"If-Match": "*"}),
                client.delete(target),
                client.post(f"{target}/run"),
                client.get(f"{target}/news"),
            ]
            for answer in answers:
                told = answer.json()
                assert (answer.status_code, told["code"]) == (404, "search_unknown")
                assert told["detail"] == "没有这个编号的检索"
    assert office.acting_as(agency("ag_a")).get(address).json()["run"] == 1


def test_a_run_finds_what_a_match_finds_and_costs_as_much(office):
    office.acting_as(agency("ag_a", daily_quota=13))
    address = office.save()
    ran = office.run(address).json()
    asked = {**CRANE["profiles"], "vacancy": {**CRANE["profiles"]["vacancy"]}}
    match = office.client.post("/v1/matches/profiles", json=asked).json()
    assert ran["match"]["results"] == match["results"]
    assert ran["new"] == [each["id"] for each in match["results"]]
    refused = office.run(address)
    assert (refused.status_code, refused.json()["code"]) == (429, "quota_exceeded")
    (used,) = read_usage(office.service.store, "agency:ag_a", since=dt.date(2020, 1, 1))
    assert used.matches == 1


def test_hard_rules_hold_and_a_search_needs_the_right_to_match(office):
    strict = {"vacancy": {"title": "岸桥司机", "licences": ["没有人有的证"], "education": "博士"}, "k": 20}
    ran = office.run(office.save({"name": "博士", "profiles": strict})).json()
    direct = office.client.post("/v1/matches/profiles", json=strict).json()
    assert ran["match"]["excluded"] == direct["excluded"]
    address = office.save()
    office.acting_as(agency("ag_a", SCOPES - {Scope.MATCHES_READ}))
    assert office.run(address).json()["code"] == "scope_missing"


def test_the_pass_keeps_news_and_whoever_objects_or_is_erased_leaves_them_at_once(office):
    address = office.save()
    before = office.run(address).json()
    office.served.bring_people(["NEW001", "NEW002", "NEW003"])
    office.service.refresher.refresh()
    assert submit_searches(office.service.store, actor="甲") == {"ag_a": 1}
    assert submit_searches(office.service.store, actor="甲") == {}  # the first pass has not ended
    office.work()
    new, gone = office.news(address, since=before["run"])
    assert new == ["NEW001", "NEW002", "NEW003"] or set(new) == {"NEW001", "NEW002", "NEW003"}
    assert gone == []
    object_to_matching(office.service.store, "NEW001", objects=True, now=dt.datetime.now(dt.UTC))
    office.served.erase("NEW002")  # no pool was loaded anew since
    assert office.news(address, since=before["run"]) == (["NEW003"], [])
    office.service.refresher.refresh()
    office.run(address)
    assert office.news(address, since=2) == ([], [])  # that they left is nobody's news
