"""What a caller used, what is left of it, and where it ends."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from data.permissions import Scope
from data.store.agencies import add_agency
from data.store.keys import create_key, verify_key
from data.store.moments import beijing_today

TODAY = beijing_today()
PERSON = {"profile": {"title": "焊工"}}


@pytest.fixture
def serve(own_service):
    def start(**settings):
        changed = own_service.settings.model_copy(update=settings)
        return TestClient(create_app(changed, service=own_service))

    return start


@pytest.fixture
def key(own_service):
    return agency_key(own_service.store)


def agency_key(store, name="示例机构", quota=25):
    made = add_agency(
        store,
        name,
        licence_number="N1",
        licence_from=TODAY - dt.timedelta(days=1),
        licence_to=TODAY + dt.timedelta(days=1),
        contact="客服部",
        actor="甲",
        daily_quota=quota,
    )
    return create_key(store, "招聘网站", agency_id=made.agency_id)


def match(client, key):
    return client.post("/v1/matches/vacancies", json=PERSON, headers={"X-API-Key": key})


def usage(client, key, **params):
    return client.get("/v1/usage", params=params, headers={"X-API-Key": key}).json()


def test_matches_weigh_heavier_and_the_quota_ends_the_day(serve, key):
    with serve() as client:
        assert [match(client, key).status_code for _ in range(2)] == [200, 200]
        told = usage(client, key)
        assert (told["caller"], told["quota"], told["remaining"]) == ("示例机构", 25, 4)
        (day,) = told["days"]
        assert (day["reads"], day["matches"], day["units"]) == (1, 2, 21)
        refused = match(client, key)
        assert (refused.status_code, refused.json()["code"]) == (429, "quota_exceeded")
        assert 1 <= int(refused.headers["retry-after"]) <= 86_401
        assert usage(client, key)["remaining"] == 3
    with serve() as restarted:
        assert match(restarted, key).status_code == 429
        assert dt.datetime.fromisoformat(told["resets_at"]).utcoffset() == dt.timedelta(hours=8)


def test_all_keys_of_an_agency_share_its_quota_and_others_are_unharmed(serve, key, own_service):
    store = own_service.store
    other = agency_key(store, "另一机构")
    with serve() as client:
        owner = client.get("/v1/usage", headers={"X-API-Key": key}).json()
        second = create_key(store, "第二把", agency_id=_agency_of(store, key))
        for each in (key, second):
            assert match(client, each).status_code == 200
        assert match(client, second).status_code == 429
        assert match(client, other).status_code == 200
        assert usage(client, other)["caller"] == "另一机构" != owner["caller"]


def _agency_of(store, key):
    return verify_key(store, key).agency.agency_id


def test_the_office_has_no_quota(serve, own_service):
    own = create_key(own_service.store, "统计程序")
    with serve(quota_daily=1) as client:
        assert match(client, own).status_code == 200
        told = usage(client, own)
    assert (told["quota"], told["remaining"], told["days"][0]["units"]) == (None, None, 11)


def test_an_agency_without_a_quota_of_its_own_has_that_of_the_settings(serve, own_service):
    plain = agency_key(own_service.store, quota=None)
    with serve() as client:
        assert usage(client, plain)["quota"] == 50_000


def test_rates_are_told_with_every_answer_and_end_in_429(serve, key):
    with serve(rate_matches="2/hour") as client:
        answers = [match(client, key) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert [answer.headers["ratelimit-policy"] for answer in answers] == ['"matches";q=2;w=3600'] * 3
        assert [answer.headers["ratelimit"].split(";")[1] for answer in answers] == ["r=1", "r=0", "r=0"]
        assert answers[2].json()["code"] == "rate_exceeded"
        assert answers[2].headers["content-type"] == "application/problem+json"
        assert int(answers[2].headers["retry-after"]) >= 1
        assert usage(client, key)["days"][0]["matches"] == 2
        wrong = client.get("/v1/usage", params={"days": 0}, headers={"X-API-Key": key})
        assert wrong.status_code == 422
        assert wrong.headers["ratelimit-policy"].startswith('"reads"')


def test_writing_has_a_rate_of_its_own(serve, own_service):
    writer = create_key(own_service.store, "反馈程序", scopes=[Scope.FEEDBACK_WRITE])
    with serve() as client:
        answer = client.post("/v1/feedback", json={"events": []}, headers={"X-API-Key": writer})
        assert answer.headers["ratelimit-policy"] == '"writes";q=120;w=60'


def test_the_key_of_the_settings_is_neither_limited_nor_counted(serve, own_service):
    bootstrap = own_service.settings.bootstrap_key.get_secret_value()
    with serve(rate_reads="1/hour") as client:
        told = [usage(client, bootstrap) for _ in range(3)]
    assert told[2] == told[0] | {"resets_at": told[2]["resets_at"]}
    assert (told[0]["caller"], told[0]["days"]) == ("bootstrap", [])


def test_a_match_job_counts_every_query_and_is_refused_whole_where_they_do_not_fit(serve, own_service):
    key = agency_key(own_service.store, "批量机构", 35)
    own = create_key(
        own_service.store,
        "批量",
        agency_id=verify_key(own_service.store, key).agency.agency_id,
        scopes=[Scope.JOBS_WRITE, Scope.JOBS_READ],
    )
    with serve(worker_threads=0) as client:

        def submit(count, name):
            body = {"queries": [PERSON] * count}
            headers = {"X-API-Key": own, "Idempotency-Key": name}
            return client.post("/v1/match-jobs", json=body, headers=headers)

        refused = submit(4, "a")
        assert (refused.status_code, refused.json()["code"]) == (429, "quota_exceeded")
        assert usage(client, key)["remaining"] == 24  # the refused request itself, and this look
        assert submit(2, "b").status_code == 202
        listed = client.get("/v1/match-jobs", headers={"X-API-Key": own}).json()
        assert [each["total"] for each in listed["jobs"]] == [2]
