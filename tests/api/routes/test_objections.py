"""Objections over HTTP: raised by agencies and the office, handled by the office alone."""

from __future__ import annotations

import dataclasses
import shutil

import pytest
from fastapi.testclient import TestClient

from api.access.principal import Principal, PrincipalKind
from api.app import create_app
from api.dependencies import requires
from data.permissions import Role, Scope
from data.releases.registry import list_releases
from data.store.store import Store
from data.store.users import add_user

PATH = "/v1/objections"
AUTHORISED = requires(Scope.OBJECTIONS_READ).dependency
SCOPES = frozenset({Scope.OBJECTIONS_READ, Scope.OBJECTIONS_WRITE})
EDITOR = Principal(
    "user:li.si", PrincipalKind.OFFICE_USER, SCOPES, user_id="li.si", roles=frozenset({Role.EDITOR})
)


def agency(agency_id):
    return Principal(
        f"机构{agency_id}", PrincipalKind.AGENCY, SCOPES, agency_name=f"机构{agency_id}", agency_id=agency_id
    )


class Office:
    """A client whose caller can be another one."""

    def __init__(self, service):
        self.service = service
        self.app = create_app(service.settings, service=service)
        self.client = TestClient(self.app)
        found = list_releases(service.store, service.region.name)
        self.release_id = max(each.release_id for each in found)

    def acting_as(self, principal):
        self.app.dependency_overrides[AUTHORISED] = lambda: principal
        return self.client

    def raised(self, principal, **changes):
        body = {"release_id": self.release_id, "text": "需求人数偏低"} | changes
        return self.acting_as(principal).post(PATH, json=body)


@pytest.fixture(scope="module")
def office(service, tmp_path_factory):
    """Return an office on a copy of the city's store, which the tests of this module share."""
    folder = tmp_path_factory.mktemp("objections")
    with service.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(service.settings.var_dir / "yingcai.db", folder / "yingcai.db")
    settings = service.settings.model_copy(update={"var_dir": folder, "worker_threads": 0})
    store = Store.as_it_is(settings.store_url)
    add_user(
        store, "li.si", name="李四", roles=[Role.EDITOR], password="竖窑旁的海风又吹了整整八年", actor="甲"
    )
    made = Office(dataclasses.replace(service, settings=settings, store=store))
    with made.client:
        yield made
    store.engine.dispose()


def test_an_objection_has_a_receipt_and_a_term_and_is_answered_once(office):
    raised = office.raised(agency("ag_a"), text="需求人数偏低，请打 13800001234", raised_by="冒名者")
    assert raised.status_code == 201
    told = raised.json()
    address = raised.headers["location"]
    assert address == f"{PATH}/{told['receipt']}"
    assert (told["raised_by"], told["state"], told["outcome"]) == ("机构ag_a", "open", None)
    assert told["due_on"] > told["received_on"]
    assert "13800001234" not in raised.text
    client = office.acting_as(EDITOR)
    assigned = client.put(f"{address}/assignee", json={"user_id": "li.si"})
    assert assigned.json()["assigned_to"] == "li.si"
    assert client.put(f"{address}/assignee", json={"user_id": "nobody"}).json()["code"] == "user_unknown"
    answer = {"outcome": "部分采纳", "text": "已补充样本后重算"}
    done = client.post(f"{address}/answer", json=answer)
    assert (done.status_code, done.json()["state"]) == (200, "answered")
    again = client.post(f"{address}/answer", json=answer)
    assert (again.status_code, again.json()["code"]) == (409, "ticket_answered")
    late = client.put(f"{address}/assignee", json={"user_id": "li.si"})
    assert (late.status_code, late.json()["code"]) == (409, "ticket_answered")
    seen = office.acting_as(agency("ag_a")).get(address)
    assert (seen.json()["answer"], seen.json()["assigned_to"]) == ("已补充样本后重算", None)
    etag = seen.headers["etag"]
    assert office.client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_another_agencys_objection_is_unknown_on_every_route_and_the_office_sees_all(office):
    address = office.raised(agency("ag_a")).headers["location"]
    client = office.acting_as(agency("ag_b"))
    assert client.get(PATH).json()["total"] == 0
    for target in (address, f"{PATH}/YY0"):
        answers = [
            client.get(target),
            client.put(f"{target}/assignee", json={"user_id": "li.si"}),
            client.post(f"{target}/answer", json={"outcome": "采纳", "text": "好"}),
        ]
        for answer in answers:
            told = answer.json()
            assert (answer.status_code, told["code"], told["detail"]) == (
                404, "receipt_unknown", "没有这个回执编号的意见",
            )  # fmt: skip
    assert address.endswith(office.acting_as(EDITOR).get(PATH).json()["objections"][0]["receipt"])


def test_an_agency_does_not_handle_even_its_own(office):
    address = office.raised(agency("ag_c")).headers["location"]
    refused = office.client.post(f"{address}/answer", json={"outcome": "采纳", "text": "好"})
    assert (refused.status_code, refused.json()["code"]) == (403, "role_missing")


def test_an_edition_or_entry_that_is_not_there_is_refused_and_nothing_is_kept(office):
    unknown = office.raised(agency("ag_d"), release_id=9999)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "edition_unknown")
    entry = office.raised(agency("ag_d"), entry_id="YK-0")
    assert (entry.status_code, entry.json()["code"]) == (404, "entry_unknown")
    nobody = office.raised(EDITOR)
    assert (nobody.status_code, nobody.json()["code"]) == (400, "ticket_empty")
    assert office.acting_as(agency("ag_d")).get(PATH).json()["total"] == 0


def test_the_list_goes_page_by_page_and_by_state_and_edition(office):
    caller = agency("ag_e")
    receipts = [office.raised(caller).json()["receipt"] for _ in range(3)]
    office.acting_as(EDITOR).post(f"{PATH}/{receipts[0]}/answer", json={"outcome": "采纳", "text": "好"})
    client = office.acting_as(caller)
    page = client.get(PATH, params={"limit": 2}).json()
    assert [each["receipt"] for each in page["objections"]] == receipts[:0:-1]
    rest = client.get(PATH, params={"limit": 2, "cursor": page["cursor"]}).json()
    assert [each["receipt"] for each in rest["objections"]] == receipts[:1]
    assert client.get(PATH, params={"state": "open"}).json()["total"] == 2
    assert client.get(PATH, params={"overdue": True}).json()["total"] == 0
    assert client.get(PATH, params={"release_id": 9999}).json()["total"] == 0


def test_the_same_request_sent_again_raises_one(office):
    client = office.acting_as(agency("ag_f"))
    body, headers = {"release_id": office.release_id, "text": "一"}, {"Idempotency-Key": "k1"}
    first, again = (client.post(PATH, json=body, headers=headers).json() for _ in range(2))
    assert first["receipt"] == again["receipt"]
    assert client.get(PATH).json()["total"] == 1
