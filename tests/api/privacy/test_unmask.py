"""An agency learns who somebody is only as far as the person agreed, and every attempt is noted."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from data.permissions import Scope
from data.pseudonyms import read_key
from data.store.agencies import add_agency
from data.store.audit import AuditQuery, read_audit
from data.store.consents import record_consent, withdraw_consent
from data.store.identities import Identity, write_identity
from data.store.keys import create_key

ME = "PERSON03"
NOW = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)
FIRST, LAST = dt.date(2020, 1, 1), dt.date(2099, 1, 1)


@pytest.fixture
def served(serve):
    """Return a service with two agencies, one of which a person agreed to."""
    made = serve()
    app = create_app(made.settings, service=made.service)
    scopes = frozenset({Scope.PROFILES_UNMASK})
    made.keys = {"office": create_key(made.store, "办公", scopes=scopes)}
    for name in ("甲机构", "乙机构"):
        agency = add_agency(
            made.store, name, licence_number=name, licence_from=FIRST, licence_to=LAST, contact="办公室",
            actor="甲",
        )  # fmt: skip
        made.keys[name] = create_key(made.store, name, agency_id=agency.agency_id, scopes=scopes)
    made.consent = record_consent(
        made.store, ME, agency="甲机构", purpose="推荐面试", valid_from=FIRST, valid_to=LAST, recorded_by="甲"
    )
    write_identity(
        made.store, ME, Identity("欧阳镁", "13912345678"), key=read_key(made.folder), by="甲", now=NOW
    )
    with TestClient(app) as client:
        made.http = client
        yield made


def asked(served, who, purpose="推荐面试", profile_id=ME):
    headers = {"X-API-Key": served.keys[who]}
    path = f"/v1/profiles/{profile_id}/unmask"
    return served.http.post(path, json={"purpose": purpose}, headers=headers)


def noted(served):
    entries = read_audit(served.store, AuditQuery(subject=ME), key=read_key(served.folder))
    return [(each.actor, each.action, each.purpose, each.outcome) for each in entries]


def test_who_was_agreed_to_learns_who_it_is_and_that_is_noted(served):
    answer = asked(served, "甲机构", " 推荐面试 ")
    assert answer.json() == {
        "profile_id": ME, "name": "欧阳镁", "contact": "13912345678", "purpose": "推荐面试",
    }  # fmt: skip
    assert answer.headers["cache-control"] == "no-store"
    assert noted(served) == [("甲机构", "person.unmask", "推荐面试", "done")]


@pytest.mark.parametrize(
    ("who", "purpose", "code"),
    [
        ("乙机构", "推荐面试", "consent_missing"),
        ("甲机构", "别的目的", "consent_missing"),
        ("office", "推荐面试", "agency_only"),
    ],
)
def test_nobody_else_does_nor_for_another_purpose_and_the_attempt_is_noted(served, who, purpose, code):
    answer = asked(served, who, purpose)
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    actor = "办公" if who == "office" else who
    assert noted(served) == [(actor, "request.change", "", "refused")]


def test_a_consent_that_was_withdrawn_allows_nothing(served):
    withdraw_consent(served.store, served.consent, by="甲")
    assert asked(served, "甲机构").json()["code"] == "consent_missing"


def test_somebody_unknown_and_somebody_who_agreed_to_nobody_are_answered_alike(served):
    unknown, silent = (asked(served, "甲机构", profile_id=each).json() for each in ("NOBODY", "PERSON04"))
    for each in (unknown, silent):
        del each["instance"], each["request_id"]
    assert unknown == silent


def test_where_no_identity_is_held_the_way_leads_to_the_office(served):
    record_consent(
        served.store, "PERSON05", agency="甲机构", purpose="推荐面试", valid_from=FIRST, valid_to=LAST,
        recorded_by="甲",
    )  # fmt: skip
    answer = asked(served, "甲机构", profile_id="PERSON05")
    assert (answer.status_code, answer.json()["code"]) == (404, "identity_not_held")
