"""Every route asked with another agency's key: what one agency keeps, no other learns of or changes.

One agency keeps one thing of every kind, all marked with words that stand nowhere else. Another then asks
every address that the description names, with the first one's numbers and with numbers that nobody has: the
answers must be the same and bear no mark, and at the end the first agency finds everything as it was.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.jobs.registry import workers_of
from api.service import Service
from data.catalogue.entries import CatalogueKind
from data.editions import read_edition
from data.permissions import OFFICE_SCOPES, Scope
from data.releases.registry import Keeping, find_release, open_release, record_step
from data.releases.states import EditionState
from data.settings import Settings
from data.store.agencies import add_agency
from data.store.audit import AuditQuery, read_audit
from data.store.keys import create_key
from data.store.store import Store

MARK = "独门"
NOW = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)
NOWHERE = {
    "/v1/oauth/token", "/v1/session", "/v1/session/password", "/healthz", "/readyz",
}  # fmt: skip
"""Addresses at which a caller names itself, and those that say nothing of anybody."""
POSTING = {
    "reference": "DM-1", "title": f"{MARK}岸桥司机", "employer": f"{MARK}港口有限公司",
    "duties": f"负责{MARK}岸桥操作", "place": "营口市鲅鱼圈区", "headcount": 7, "posted_on": "2026-11-01",
    "skills": ["岸桥操作"],
}  # fmt: skip
PERSON = {
    "reference": "DM-9", "title": f"{MARK}岸桥司机", "summary": f"{MARK}岸桥操作八年", "education": "大专",
    "skills": ["岸桥操作"], "willing_codes": ["210800"],
}  # fmt: skip
FILE = (
    "岗位编号,岗位名称,用人单位,工作地点,需求人数,发布日期\n"
    f"z1,{MARK}门机司机,{MARK}港口有限公司,营口市鲅鱼圈区,2,2026-11-02\n"
)


class Caller:
    """A client with one agency's key."""

    def __init__(self, app, store, name):
        agency = add_agency(
            store, name, licence_number=name, licence_from=dt.date(2020, 1, 1),
            licence_to=dt.date(2099, 1, 1), contact="办公室", actor="甲",
        )  # fmt: skip
        self.name, self.agency_id = name, agency.agency_id
        key = create_key(store, name, agency_id=agency.agency_id, scopes=frozenset(Scope) - OFFICE_SCOPES)
        self._client = TestClient(app, headers={"X-API-Key": key}, raise_server_exceptions=False)

    def ask(self, method, path, **options):
        answer = self._client.request(method, path, **options)
        assert answer.status_code < 500, (method, path, answer.text)
        return answer

    def made(self, path, body, **options):
        answer = self.ask("POST", path, json=body, **options)
        assert answer.status_code in {200, 201, 202}, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def town(service, hashing_model, tmp_path_factory):
    """Return a service of its own with an edition in force, and two agencies, of which one keeps things."""
    settings = Settings(
        var_dir=tmp_path_factory.mktemp("town"),
        refresh_seconds=0,
        worker_threads=0,
        quota_daily=10**6,
        **{f"rate_{each}": "1000000/minute" for each in ("reads", "writes", "matches", "logins")},
    )
    store = Store.from_url(settings.store_url)
    for kind in CatalogueKind:
        publish(store, read_edition(service.store, service.region, kind))
    store.engine.dispose()
    own = Service.from_settings(settings, model=hashing_model)
    app = create_app(settings, service=own)
    with TestClient(app):
        stranger, keeper = Caller(app, own.store, "甲机构"), Caller(app, own.store, f"{MARK}机构")
        position = {each: start_of(stranger, each) for each in ("postings", "vacancies", "profiles")}
        yield SimpleNamespace(
            service=own, app=app, stranger=stranger, keeper=keeper, kept=keep(own, keeper), position=position
        )
    own.store.engine.dispose()


def publish(store, catalogue):
    bare = [each.model_copy(update={"posting_ids": ()}) for each in catalogue.entries[:4]]
    number = open_release(
        store, "yingkou", catalogue.model_copy(update={"entries": tuple(bare)}), keeping=Keeping(), now=NOW
    )
    with store.begin() as connection:
        record_step(
            connection, number, find_release(store, number).history[-1], EditionState.PUBLISHED,
            actor="甲", role="办公室", reason="按程序办理", taken_on=NOW.date(), evidence={}, now=NOW,
        )  # fmt: skip


def start_of(caller, resource):
    """Return the position at which a copy of a resource begins."""
    lines = caller.ask("GET", f"/v1/snapshot/{resource}").text.splitlines()
    return json.loads(lines[0])["position"]


def work(service):
    workers = workers_of(service, threads=1)
    workers.start(until_idle=True)
    workers.join()
    service.refresher.refresh()


def keep(service, keeper):
    """Keep one thing of every kind and return their numbers by the name of the path's parameter."""
    posting = keeper.made("/v1/postings", POSTING)["posting"]["posting_id"]
    profile = keeper.made("/v1/profiles", PERSON)["profile"]["profile_id"]
    service.refresher.refresh()
    (vacancy,) = keeper.ask("GET", "/v1/vacancies?owner=mine").json()["vacancies"]
    consent = {
        "profile_id": profile,
        "purpose": f"{MARK}面试",
        "valid_from": "2026-11-21",
        "valid_to": "2027-11-20",
    }
    search = {"name": f"{MARK}检索", "profiles": {"vacancy_id": vacancy["vacancy_id"], "k": 5}}
    objection = {"release_id": 1, "kind": "意见", "text": f"{MARK}意见"}
    job = {"queries": [{"ref": f"{MARK}-1", "vacancy_id": vacancy["vacancy_id"]}], "k": 3}
    batch = keeper.ask(
        "POST", "/v1/batches", files={"file": (f"{MARK}.csv", FILE.encode())}, data={"kind": "posting"}
    )
    assert batch.status_code == 202, batch.text
    kept = {
        "posting_id": posting,
        "profile_id": profile,
        "vacancy_id": vacancy["vacancy_id"],
        "consent_id": str(keeper.made("/v1/consents", consent)["consent_id"]),
        "search_id": keeper.made("/v1/searches", search)["search_id"],
        "receipt": keeper.made("/v1/objections", objection)["receipt"],
        "job_id": keeper.made("/v1/match-jobs", job)["job_id"],
        "batch_id": batch.json()["batch_id"],
    }
    work(service)
    ran = keeper.ask("POST", f"/v1/searches/{kept['search_id']}/run")
    assert ran.status_code == 200, ran.text
    assert [each["id"] for each in ran.json()["match"]["results"]] == [profile]
    return kept


NOBODYS = {
    "posting_id": "ag_00000000.000000000000000000000000",
    "profile_id": "ag_00000000.000000000000000000000001",
    "vacancy_id": "V0000000000000000",
    "consent_id": "2147480000",
    "search_id": "S0000000000000000",
    "receipt": "YY0000000000000000",
    "job_id": "J0000000000000000",
    "batch_id": "B0000000000000000",
}
"""Numbers that nobody has."""
COMMON = {
    "kind": "shortage", "edition": "2", "before": "2", "after": "2", "code": "6-15-06-01",
    "bulletin_id": "1", "request_id": "R0000000000000000", "form": "csv",
}  # fmt: skip
"""What an address may name besides: nobody's own."""
RESOURCES = ("postings", "vacancies", "profiles", "entries")


def bodies(ids):
    """Return the bodies that name something, by method and address."""
    event = {
        "event_id": "e-1",
        "kind": "shown",
        "side": "employer",
        "vacancy_id": ids["vacancy_id"],
        "profile_id": ids["profile_id"],
        "position": 1,
        "happened_at": "2026-11-20T09:30:00+08:00",
    }
    consent = {
        "profile_id": ids["profile_id"],
        "purpose": "面试",
        "valid_from": "2026-11-21",
        "valid_to": "2027-01-01",
    }
    by_vacancy, by_person = (
        {"vacancy_id": ids["vacancy_id"], "k": 5},
        {"profile_id": ids["profile_id"], "k": 5},
    )
    return {
        ("post", "/v1/matches/profiles"): by_vacancy,
        ("post", "/v1/matches/vacancies"): by_person,
        ("post", "/v1/matches/pairs"): {"vacancy_id": ids["vacancy_id"], "profile_id": ids["profile_id"]},
        ("post", "/v1/matches/relaxations"): {"vacancy_id": ids["vacancy_id"], "limit": 3},
        ("post", "/v1/feedback"): {"events": [event]},
        ("post", "/v1/consents"): consent,
        ("post", "/v1/searches"): {"name": "名", "profiles": by_vacancy},
        ("put", "/v1/searches/{search_id}"): {"name": "名", "vacancies": by_person},
        ("post", "/v1/match-jobs"): {"queries": [{"ref": "1", **by_vacancy}]} | {"k": 5},
        ("post", "/v1/profiles/{profile_id}/unmask"): {"purpose": "面试"},
        ("post", "/v1/postings"): POSTING
        | {"reference": "OWN-1", "title": "叉车司机", "employer": "示例", "duties": ""},
        ("put", "/v1/postings/{posting_id}"): POSTING
        | {"title": "叉车司机", "employer": "示例", "duties": ""},
        ("post", "/v1/profiles"): PERSON | {"reference": "OWN-1", "title": "叉车司机", "summary": ""},
        ("put", "/v1/profiles/{profile_id}"): PERSON | {"title": "叉车司机", "summary": ""},
        ("post", "/v1/objections"): {"release_id": 1, "kind": "意见", "text": "意见"},
        ("put", "/v1/objections/{receipt}/assignee"): {"user_id": "zhang"},
        ("post", "/v1/objections/{receipt}/answer"): {"outcome": "采纳", "text": "已改"},
        ("post", "/v1/requests/{request_id}/answer"): {"outcome": "done", "answer": "已办"},
    }


FORMS = {"/v1/batches", "/v1/batches/preview"}
"""Addresses that take a file."""


def operations(app):
    """Return every operation that is asked with a key, things removed last."""
    found = [
        (method, path)
        for path, item in app.openapi()["paths"].items()
        for method in item
        if path not in NOWHERE and not path.startswith("/v1/people/")
    ]
    return sorted(found, key=lambda each: (each[0] == "delete", each[1], each[0]))


def questions(town, ids):
    """Return every operation as a request that names these numbers."""
    named = {**COMMON, **ids}
    asked = bodies(ids)
    for method, path in operations(town.app):
        options = {"headers": {"If-Match": '"0"'}} if method in {"put", "delete"} else {}
        if path in FORMS and method == "post":
            options["files"] = {"file": ("own.csv", FILE.replace(MARK, "示例").replace("z1", "y1").encode())}
            options["data"] = {"kind": "posting"}
        elif (method, path) in asked:
            options["json"] = asked[method, path]
        for resource in RESOURCES if "{resource}" in path else (None,):
            filled = path.format_map(named | {"resource": resource})
            query = "?since=" + town.position.get(resource, "") if path.startswith("/v1/changes/") else ""
            yield method, path, filled + query, options


def blurred(text, ids):
    """Return an answer without what differs between any two requests, and without the numbers asked for."""
    for number in sorted(ids.values(), key=len, reverse=True):
        text = text.replace(number, "…") if len(number) > 3 else re.sub(rf"\b{number}\b", "…", text)
    text = text.replace("2147480000", "…")
    return re.sub(r'"(request_id|\w+_at|instance)": ?"[^"]*"', "", text)


def test_every_parameter_of_an_address_is_known_to_this_walk(town):
    named = {name for _, path in operations(town.app) for name in re.findall(r"{(\w+)}", path)}
    assert named <= {*NOBODYS, *COMMON, "resource"}


def test_every_body_is_known_to_this_walk(town):
    described = town.app.openapi()["paths"]
    taken = {(m, p) for m, p in operations(town.app) if "requestBody" in described[p][m] and p not in FORMS}
    assert taken == set(bodies(NOBODYS))


def test_the_keeper_finds_what_it_keeps(town):
    for name in NOBODYS:
        paths = [
            path for method, path in operations(town.app) if method == "get" and path.endswith(f"{{{name}}}")
        ]
        for path in paths:
            answer = town.keeper.ask("GET", path.format_map(town.kept))
            assert answer.status_code == 200, (path, answer.text)
    assert MARK in town.keeper.ask("GET", f"/v1/postings/{town.kept['posting_id']}").text


def everything(town):
    """Return all that the keeper reads of its own, as it stands."""
    own = [path for method, path in operations(town.app) if method == "get" and "{" in path]
    own = [path for path in own if set(re.findall(r"{(\w+)}", path)) <= set(NOBODYS)]
    return {path: blurred(town.keeper.ask("GET", path.format_map(town.kept)).text, {}) for path in own}


def test_another_agency_is_answered_as_if_nothing_were_there_and_changes_nothing(town):
    before = everything(town)
    assert len(before) >= len(NOBODYS)
    pairs = zip(questions(town, town.kept), questions(town, NOBODYS), strict=True)
    for (method, path, known, options), (_, _, unknown, other) in pairs:
        answer, reference = (
            town.stranger.ask(method, known, **options),
            town.stranger.ask(method, unknown, **other),
        )
        assert MARK not in answer.text, (method, path)
        private = set(re.findall(r"{(\w+)}", path)) & set(NOBODYS)
        if private:
            assert answer.status_code in {403, 404}, (method, path, answer.status_code, answer.text)
        if private or options.get("json") != other.get("json"):
            assert answer.status_code == reference.status_code, (method, path, answer.text, reference.text)
        if private:
            assert blurred(answer.text, town.kept) == blurred(reference.text, NOBODYS), (method, path)
    assert everything(town) == before


@pytest.mark.parametrize("query", ["owner=all", "owner=mine", f"q={MARK}", "stats=owner", "limit=200"])
@pytest.mark.parametrize("resource", ["postings", "vacancies", "profiles"])
def test_no_list_or_count_of_another_agency_holds_it(town, resource, query):
    mine, theirs = (each.ask("GET", f"/v1/{resource}?{query}") for each in (town.keeper, town.stranger))
    if theirs.status_code == 422:
        assert mine.status_code == 422
        return
    assert MARK not in theirs.text
    assert not any(number in theirs.text for number in town.kept.values() if len(number) > 3)
    if query.startswith("q="):
        assert (len(mine.json()[resource]) > 0, theirs.json()[resource]) == (True, [])


def test_streams_hold_it_for_its_keeper_only(town):
    for resource in ("postings", "vacancies", "profiles"):
        path = f"/v1/changes/{resource}?since={town.position[resource]}"
        whole = town.stranger.ask("GET", f"/v1/snapshot/{resource}").text
        changed = town.stranger.ask("GET", path).text
        for number in (town.kept["posting_id"], town.kept["vacancy_id"], town.kept["profile_id"], MARK):
            assert number not in whole
            assert number not in changed
        assert MARK in town.keeper.ask("GET", f"/v1/snapshot/{resource}").text


def test_matches_are_made_with_ones_own_only(town):
    person = {"profile": {"title": f"{MARK}岸桥司机", "skills": ["岸桥操作"], "willing_codes": ["210800"]}}
    vacancy = {"vacancy": {"title": f"{MARK}岸桥司机", "skills": ["岸桥操作"], "place_code": "210804"}}
    for path, body, number in (("vacancies", person, "vacancy_id"), ("profiles", vacancy, "profile_id")):
        mine, theirs = (each.made(f"/v1/matches/{path}", body) for each in (town.keeper, town.stranger))
        assert town.kept[number] in [each["id"] for each in mine["results"]]
        assert town.kept[number] not in json.dumps(theirs)
        assert theirs["pool"] < mine["pool"]


def test_the_office_sees_the_agencys_records_and_its_own_looks_are_noted(town):
    key = create_key(town.service.store, "工作部门", scopes=frozenset(Scope))
    office = TestClient(town.app, headers={"X-API-Key": key})
    assert MARK in office.get(f"/v1/postings/{town.kept['posting_id']}").text
    assert office.get(f"/v1/profiles/{town.kept['profile_id']}").status_code == 200
    (look,) = read_audit(
        town.service.store,
        AuditQuery(actor="工作部门", subject=town.kept["profile_id"]),
        key=town.service.pseudonym_key,
        limit=10,
    )
    assert (look.agency_id, look.outcome) == (None, "done")
