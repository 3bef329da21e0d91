"""Feedback over HTTP: every event judged by itself."""

from __future__ import annotations

import pytest

from data.store.batches import begin_batch
from data.store.feedback import read_events
from data.store.keys import create_key
from data.store.schema import posting, profile, raw_row, vacancy

EVENT = {
    "event_id": "e1",
    "kind": "shown",
    "side": "employer",
    "vacancy_id": "v0",
    "profile_id": "P1",
    "happened_at": "2026-03-01T09:30:00+08:00",
    "position": 1,
}
TEXTS = ("title", "summary")
LISTS = ("skills", "majors", "licences", "languages", "engagement")


@pytest.fixture
def client(empty_client, empty_service):
    """Return a client on a store with one generated person and one vacancy."""
    store = empty_service.store
    batch_id = begin_batch(store, "posting", "a.csv", "a" * 64, "1")
    common = {"batch_id": batch_id, **{name: [] for name in LISTS}}
    need = {"source": "t", "source_row": 2, "title": "焊工", "employer": "甲", "employer_key": "甲"}
    need |= {"industry_raw": "", "place_raw": "", "duties": "", "outcome": "未知", "synthetic": True}
    with store.begin() as connection:
        rows = [{"batch_id": batch_id, "row": row, "content": {}} for row in (2, 3)]
        connection.execute(raw_row.insert(), rows)
        connection.execute(
            posting.insert().values(**common, **need, posting_id="p0", row=2, employer_is_agency=False)
        )
        connection.execute(
            vacancy.insert().values(vacancy_id="v0", posting_id="p0", outcome="未知", synthetic=True)
        )
        person = {"profile_id": "P1", "row": 3, "willing_codes": [], "synthetic": True}
        connection.execute(profile.insert().values(**common, **person, **dict.fromkeys(TEXTS, "焊工")))
    return empty_client


def send(client, *events, **more):
    return client.post("/v1/feedback", json={"events": list(events)}, **more)


def test_events_are_recorded_for_the_holder_of_the_key(client, empty_service):
    key = create_key(empty_service.store, "示例机构")
    answer = send(client, EVENT, headers={"X-API-Key": key})
    assert answer.status_code == 200
    assert answer.json() == {
        "recorded": 1,
        "known": 0,
        "refused": 0,
        "results": [{"event_id": "e1", "status": "recorded", "code": "", "message": ""}],
    }
    (event,) = read_events(empty_service.store).to_dict("records")
    assert (event["actor"], event["kind"], event["position"]) == ("示例机构", "shown", 1)
    assert event["synthetic"] is True


def test_without_a_key_nothing_is_recorded(client, empty_service):
    answer = send(client, EVENT, headers={"X-API-Key": "yc_no_key"})
    assert (answer.status_code, answer.json()["code"]) == (401, "key_missing_or_invalid")
    assert len(read_events(empty_service.store)) == 0


def test_each_event_has_its_own_answer_in_the_order_sent(client, empty_service):
    sent = [
        EVENT,
        EVENT | {"event_id": "e2", "position": 0},
        EVENT | {"event_id": "e3", "profile_id": "P9"},
        {"kind": "shown"},
        "shown",
        EVENT | {"event_id": 7},
        EVENT | {"event_id": "13812345678 张", "kind": "liked"},
        EVENT | {"event_id": "e4", "kind": "opened", "happened_at": "2026-02-28T09:30:00+08:00"},
        EVENT,
        EVENT | {"position": 2},
    ]
    body = send(client, *sent).json()
    assert [(each["status"], each["code"]) for each in body["results"]] == [
        ("recorded", ""),
        ("refused", "event_invalid"),
        ("refused", "profile_unknown"),
        ("refused", "event_invalid"),
        ("refused", "event_invalid"),
        ("refused", "event_invalid"),
        ("refused", "event_invalid"),
        ("refused", "event_before_shown"),
        ("known", ""),
        ("refused", "event_id_taken"),
    ]
    assert [each["event_id"] for each in body["results"][:4]] == ["e1", "e2", "e3", ""]
    assert "position 应不小于 1" in body["results"][1]["message"]
    assert "138" not in str(body)
    assert (body["recorded"], body["known"], body["refused"]) == (1, 1, 8)
    assert read_events(empty_service.store)["event_id"].tolist() == ["e1"]


def test_sending_a_batch_again_is_answered_and_changes_nothing(client, empty_service):
    first = send(client, EVENT).json()
    again = send(client, EVENT).json()
    assert (first["recorded"], again["recorded"], again["known"]) == (1, 0, 1)
    assert len(read_events(empty_service.store)) == 1


def test_what_a_note_may_not_say_is_told(client, empty_service):
    no = EVENT | {"event_id": "n", "kind": "declined", "reason": "pay", "note": "限35岁以下，电话13812345678"}
    (result,) = send(client, no).json()["results"]
    assert result["status"] == "recorded"
    assert "35岁以下" in result["message"]
    (kept,) = read_events(empty_service.store)["note"]
    assert "35" not in kept
    assert "138" not in kept


@pytest.mark.parametrize("body", [{}, {"events": []}, {"events": [EVENT] * 1001}, {"events": EVENT}, [EVENT]])
def test_what_is_no_batch_is_a_problem_document(client, empty_service, body):
    answer = client.post("/v1/feedback", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "request_malformed"
    assert len(read_events(empty_service.store)) == 0


def test_the_description_shows_every_field_of_an_event(empty_client):
    described = empty_client.get("/openapi.json").json()
    fields = described["components"]["schemas"]["FeedbackEvent"]["properties"]
    assert set(EVENT) < set(fields)
    assert all("description" in field for field in fields.values())
    assert described["paths"]["/v1/feedback"]["post"]["summary"]
