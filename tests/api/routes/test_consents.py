"""Consents through the API: an agency has to do with what names it, of people it sees."""

from __future__ import annotations

import pytest

from data.store.history import read_changes

CONSENT = {"purpose": "推荐面试", "valid_from": "2026-11-01", "valid_to": "2099-01-01"}


def person(client):
    return client.post("/v1/profiles", json={"title": "岸桥司机"}).json()["profile"]["profile_id"]


def agree(client, profile_id, **changes):
    return client.post("/v1/consents", json=CONSENT | {"profile_id": profile_id} | changes)


def code(answer):
    return answer.status_code, answer.json()["code"]


def numbers(client, **query):
    return [each["consent_id"] for each in client.get("/v1/consents", params=query).json()["consents"]]


@pytest.fixture
def people(any_desk):
    """Return people of the office, of the first and of the second agency."""
    return [person(each) for each in (any_desk.office, any_desk.first, any_desk.second)]


def test_a_consent_is_recorded_read_and_withdrawn_and_stays_on_record(any_desk, people):
    answer = agree(any_desk.first, people[0])
    made = answer.json()
    assert answer.status_code == 201
    assert (made["agency"], made["recorded_by"], made["withdrawn_at"]) == (
        any_desk.names[0],
        any_desk.names[0],
        None,
    )
    path = answer.headers["location"]
    read = any_desk.first.get(path)
    assert (read.json(), read.headers["etag"]) == (made, answer.headers["etag"])
    ended = any_desk.first.delete(path)
    assert ended.status_code == 200
    assert ended.json()["withdrawn_at"]
    assert any_desk.first.delete(path).json() == any_desk.first.get(path).json() == ended.json()
    changes = read_changes(any_desk.store, table_name="consent", row_key=str(made["consent_id"]))
    assert [each["kind"] for each in changes] == ["granted", "withdrawn"]


def test_an_agency_sees_and_records_what_names_it_of_people_it_sees(any_desk, people):
    shared, own, others = people
    assert code(agree(any_desk.first, others)) == (404, "profile_unknown")
    assert code(agree(any_desk.first, "pr_never")) == (404, "profile_unknown")
    refused = agree(any_desk.first, shared, agency=any_desk.names[1])
    assert code(refused) == (403, "consent_of_other")
    assert code(agree(any_desk.office, shared)) == (400, "consent_blank")
    first = agree(any_desk.first, shared).json()["consent_id"]
    second = agree(any_desk.office, shared, agency=any_desk.names[1]).json()["consent_id"]
    third = agree(any_desk.first, own).json()["consent_id"]
    assert numbers(any_desk.office) == [first, second, third]
    assert numbers(any_desk.first) == [first, third]
    assert numbers(any_desk.second) == [second]
    assert numbers(any_desk.first, agency=any_desk.names[1]) == []
    assert numbers(any_desk.office, profile_id=own) == [third]
    for method in ("get", "delete"):
        theirs = getattr(any_desk.first, method)(f"/v1/consents/{second}")
        never = getattr(any_desk.first, method)("/v1/consents/999")
        assert code(theirs) == code(never) == (404, "consent_unknown")
    any_desk.first.delete(f"/v1/consents/{first}")
    assert numbers(any_desk.office, holds=True) == [second, third]
    assert numbers(any_desk.office, holds=False) == [first]


def test_pages_of_consents_follow_one_another(any_desk, people):
    made = [agree(any_desk.first, people[0], purpose=f"目的{n}").json()["consent_id"] for n in range(3)]
    first = any_desk.first.get("/v1/consents", params={"limit": 2}).json()
    assert [each["consent_id"] for each in first["consents"]] == made[:2]
    assert numbers(any_desk.first, limit=2, cursor=first["cursor"]) == made[2:]


def test_a_consent_sent_again_with_its_key_is_one(any_desk, people):
    any_desk.first.headers["Idempotency-Key"] = "c-1"
    first, again = agree(any_desk.first, people[0]), agree(any_desk.first, people[0])
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert len(numbers(any_desk.office)) == 1


@pytest.mark.parametrize(
    "changes",
    [{"valid_to": "2026-10-31"}, {"purpose": " "}, {"valid_from": 0}, {"extra": 1}],
)
def test_what_cannot_be_a_consent_is_refused(desk, changes):
    assert agree(desk.first, "P1", **changes).status_code == 422
