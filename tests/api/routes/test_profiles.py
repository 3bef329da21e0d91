"""Profiles through the API: pseudonymous, each agency its own, gone for good when erased."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from data.store.audit import read_accesses
from data.store.idempotency import KEPT
from data.store.rights import object_to_matching
from data.store.schema import idempotent_request, profile, raw_row

PROFILE = {
    "title": "岸桥司机",
    "summary": "本人张伟，男，电话13800001234，岸桥操作八年",
    "skills": ["岸桥操作"],
    "experience_years": 8,
    "willing_codes": ["210804", "210881"],
    "pay_floor": 6000,
}


def create(client, **changes):
    answer = client.post("/v1/profiles", json=PROFILE | changes)
    assert answer.status_code == 201, answer.text
    return answer


def created_id(client, **changes):
    return create(client, **changes).json()["profile"]["profile_id"]


def code(answer):
    return answer.status_code, answer.json()["code"]


def listed(client, **query):
    found = client.get("/v1/profiles", params=query).json()
    assert found["total"] == len(found["profiles"])
    return {each["profile_id"] for each in found["profiles"]}


def test_a_profile_is_kept_without_what_the_person_is_called_or_is(any_desk):
    answer = create(any_desk.first, reference="T-7")
    made = answer.json()["profile"]
    for told in ("张伟", "男", "13800001234"):
        assert told not in answer.text
    assert made["summary"].endswith("岸桥操作八年")
    assert (made["experience_years"], made["pay_floor"]) == (8, 6000)
    assert made["willing_codes"] == ["210804", "210881"]
    assert made["occupation_code"]
    assert answer.json()["problems"] == []
    with any_desk.store.read() as connection:
        (kept,) = connection.execute(sa.select(raw_row.c.content)).scalars()
    assert "13800001234" not in str(kept)
    read = any_desk.first.get(answer.headers["location"])
    assert (read.json(), read.headers["etag"]) == (made, answer.headers["etag"])
    changed = any_desk.first.put(
        answer.headers["location"],
        json=PROFILE | {"title": "门机司机"},
        headers={"If-Match": read.headers["etag"]},
    )
    assert changed.json()["profile"]["title"] == "门机司机"
    assert changed.json()["profile"]["reference"] == "T-7"


def test_two_people_of_one_description_are_two(desk):
    assert created_id(desk.first) != created_id(desk.first)


def test_another_agencys_profile_is_as_unknown_as_none(any_desk):
    shared, own, others = (created_id(each) for each in (any_desk.office, any_desk.first, any_desk.second))
    assert listed(any_desk.first) == {shared, own}
    assert listed(any_desk.office) == {shared, own, others}
    assert listed(any_desk.first, q="司机", place_code="210800") == set()
    for path in (f"/v1/profiles/{others}", "/v1/profiles/pr_never"):
        assert code(any_desk.first.get(path)) == (404, "profile_unknown")
        assert code(any_desk.first.delete(path)) == (404, "profile_unknown")
        put = any_desk.first.put(path, json=PROFILE, headers={"If-Match": "*"})
        assert code(put) == (404, "profile_unknown")
    assert code(any_desk.first.delete(f"/v1/profiles/{shared}")) == (403, "record_of_other")


def test_who_wants_no_matching_is_shown_to_whoever_keeps_the_profile_with_a_mark(any_desk):
    shared, own = created_id(any_desk.office), created_id(any_desk.first)
    for each in (shared, own):
        object_to_matching(any_desk.store, each, objects=True, now=dt.datetime.now(dt.UTC))
    assert listed(any_desk.first) == {own}
    assert code(any_desk.first.get(f"/v1/profiles/{shared}")) == (404, "profile_unknown")
    assert any_desk.first.get(f"/v1/profiles/{own}").json()["objects_to_matching"] is True
    assert listed(any_desk.office) == {shared, own}


def test_everybody_who_is_shown_is_noted(desk):
    ids = [created_id(desk.office), created_id(desk.office)]
    listed(desk.first)
    desk.first.get(f"/v1/profiles/{ids[0]}")
    for profile_id, looks in zip(ids, (2, 1), strict=True):
        noted = read_accesses(desk.store, profile_id, key=desk.service.pseudonym_key)
        assert [each["actor"] for each in noted].count(desk.names[0]) == looks


def test_an_erased_person_is_gone_everywhere_and_does_not_come_back(any_desk):
    answer = create(any_desk.first, reference="T-7")
    path = answer.headers["location"]
    stale = any_desk.first.delete(path, headers={"If-Match": '"old"'})
    assert code(stale) == (412, "content_changed")
    assert any_desk.first.delete(path, params={"reason": "本人要求"}).status_code == 204
    assert code(any_desk.first.get(path)) == (404, "profile_unknown")
    with any_desk.store.read() as connection:
        assert connection.execute(sa.select(profile)).all() == []
        assert set(map(str, connection.execute(sa.select(raw_row.c.content)).scalars())) == {"{}"}
    again = any_desk.first.post("/v1/profiles", json=PROFILE | {"reference": "T-7"})
    assert code(again) == (409, "profile_erased")
    create(any_desk.second, reference="T-7")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"willing_codes": ["999999"]}, 422),
        ({"reference": "138-0000-1234"}, 400),
        ({"age": 30}, 422),
        ({"experience_years": 61}, 422),
        ({"title": "张伟" * 100}, 422),
    ],
)
def test_what_cannot_be_a_profile_is_refused(desk, changes, status):
    assert desk.first.post("/v1/profiles", json=PROFILE | changes).status_code == status


def test_a_request_sent_again_with_its_key_makes_one_person_and_a_crash_leaves_both_or_neither(
    any_desk, monkeypatch
):
    headers = {"Idempotency-Key": "k-1"}
    monkeypatch.setattr("api.idempotency.keep_request", lambda *_, **__: 1 / 0)
    broken = any_desk.first.post("/v1/profiles", json=PROFILE, headers=headers)
    assert broken.status_code == 500
    assert listed(any_desk.office) == set()
    monkeypatch.undo()
    first = any_desk.first.post("/v1/profiles", json=PROFILE, headers=headers)
    again = any_desk.first.post("/v1/profiles", json=PROFILE, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert len(listed(any_desk.office)) == 1
    other = any_desk.first.post("/v1/profiles", json=PROFILE | {"title": "焊工"}, headers=headers)
    assert code(other) == (409, "idempotency_key_reused")
    elsewhere = any_desk.first.post(
        "/v1/postings", json={"title": "焊工", "employer": "示例"}, headers=headers
    )
    assert code(elsewhere) == (409, "idempotency_key_reused")
    assert any_desk.second.post("/v1/profiles", json=PROFILE, headers=headers).status_code == 201
    with any_desk.store.begin() as connection:
        kept = connection.execute(sa.select(idempotent_request)).mappings().all()
        assert all("岸桥" not in str(dict(row)) for row in kept)
        connection.execute(
            idempotent_request.update().values(
                created_at=dt.datetime.now(dt.UTC) - KEPT - dt.timedelta(seconds=1)
            )
        )
    later = any_desk.first.post("/v1/profiles", json=PROFILE, headers=headers)
    assert "idempotent-replayed" not in later.headers
    assert len(listed(any_desk.office)) == 3
    any_desk.first.delete(later.headers["location"])
    with any_desk.store.read() as connection:
        left = connection.execute(sa.select(idempotent_request.c.resource_id)).scalars().all()
    assert later.json()["profile"]["profile_id"] not in left
