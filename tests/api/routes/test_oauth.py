"""Tokens: who gets one, and when it stops opening anything."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from fastapi.testclient import TestClient

from api.access.signing import SigningKeys
from api.access.tokens import issue_token
from api.app import create_app
from data.permissions import Scope
from data.store.agencies import add_agency, renew_agency, resume_agency, suspend_agency
from data.store.keys import create_key, list_keys, revoke_key, rotate_key
from data.store.moments import beijing_day

NOW = dt.datetime.now(dt.UTC)
TODAY = beijing_day(NOW)
DAY = dt.timedelta(days=1)
GRANT = {"grant_type": "client_credentials"}
OPEN = "/v1/usage"


@pytest.fixture
def store(own_service):
    return own_service.store


@pytest.fixture
def client(own_service):
    with TestClient(create_app(own_service.settings, service=own_service)) as made:
        yield made


def agency(store, name="示例机构", **changes):
    given = {"licence_from": TODAY - DAY, "licence_to": TODAY, "contact": "客服部", "actor": "甲"}
    return add_agency(store, name, licence_number="N1", **given | changes)


def number(key):
    return key.split("_")[1]


def body(key, **changes):
    return GRANT | {"client_id": number(key), "client_secret": key} | changes


def ask(client, key, **changes):
    return client.post("/v1/oauth/token", data=body(key, **changes))


def token(client, key, **changes):
    return ask(client, key, **changes).json()["access_token"]


def bearer(given):
    return {"Authorization": f"Bearer {given}"}


def use(client, given, path=OPEN):
    answer = client.get(path, headers=bearer(given))
    return answer.status_code, answer.json().get("code", "")


def test_a_client_gets_a_short_lived_token_for_its_key(client, store):
    key = create_key(store, "招聘网站", agency_id=agency(store).agency_id, scopes=[Scope.MATCHES_READ])
    answer = ask(client, key)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 900, "matches:read")
    assert use(client, told["access_token"]) == (200, "")
    assert client.get(OPEN, headers=bearer(told["access_token"])).json()["caller"] == "示例机构"
    assert key not in told["access_token"]
    assert list_keys(store)[0]["last_used_at"] is not None


def test_the_header_serves_as_well_as_the_body_but_not_both(client, store):
    key = create_key(store, "统计程序")
    assert client.post("/v1/oauth/token", data=GRANT, auth=(number(key), key)).status_code == 200
    both = client.post("/v1/oauth/token", data=body(key), auth=(number(key), key))
    assert (both.status_code, both.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !!!", "Basic //8=", "Bearer x", "Digest a", "Basic Og==", "\xe9 \xe9"]
)
def test_a_header_that_cannot_be_read_is_refused_with_a_challenge(client, header):
    answer = client.post("/v1/oauth/token", data=GRANT, headers={"Authorization": header.encode("latin-1")})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": "' OR 1=1 --"}, 401, "invalid_client"),
        ({"client_secret": "' OR 1=1 --"}, 401, "invalid_client"),
        ({"client_id": "密钥"}, 401, "invalid_client"),
        ({"client_secret": "密钥"}, 401, "invalid_client"),
        ({"scope": "matches:read access:manage"}, 400, "invalid_scope"),
        ({"scope": "moon:read"}, 400, "invalid_scope"),
    ],
)
def test_whatever_else_is_refused_as_the_standard_says(client, store, changes, status, error):
    answer = ask(client, create_key(store, "统计程序"), **changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["error_description"].isascii()


def test_a_very_long_secret_is_malformed(client, store):
    answer = ask(client, create_key(store, "统计程序"), client_secret="a" * 10_000)
    assert (answer.status_code, answer.json()["code"]) == (422, "request_malformed")


def test_the_number_of_another_agency_opens_nothing_with_ones_own_key(client, store):
    mine = create_key(store, "甲", agency_id=agency(store, "甲机构").agency_id)
    theirs = create_key(store, "乙", agency_id=agency(store, "乙机构").agency_id)
    answer = ask(client, mine, client_id=number(theirs))
    assert (answer.status_code, answer.json()["code"]) == (401, "client_unknown")


def test_fewer_scopes_can_be_asked_for_and_no_more_are_granted(client, store):
    key = create_key(store, "统计程序")
    narrow = token(client, key, scope="forecasts:read")
    assert use(client, narrow, "/v1/forecasts")[0] == 404
    assert use(client, narrow, "/v1/catalogues/demand/current") == (403, "scope_missing")


def test_a_revoked_key_takes_its_tokens_with_it_at_once(client, store):
    key = create_key(store, "统计程序")
    given = token(client, key)
    assert use(client, given) == (200, "")
    revoke_key(store, number(key))
    assert use(client, given) == use(client, given) == (401, "token_revoked")
    assert ask(client, key).json()["error"] == "invalid_client"


def test_a_token_of_a_key_that_was_rotated_ends_with_the_key(client, store):
    key = create_key(store, "统计程序")
    given = token(client, key)
    new = rotate_key(store, number(key), overlap=dt.timedelta(0), now=dt.datetime.now(dt.UTC))
    assert use(client, given) == (401, "token_revoked")
    assert client.get(OPEN, headers={"X-API-Key": key}).json()["code"] == "key_expired"
    assert use(client, token(client, new)) == (200, "")


def test_a_suspended_agency_is_shut_out_at_once_and_let_in_again(client, store):
    owner = agency(store).agency_id
    key = create_key(store, "招聘网站", agency_id=owner)
    given = token(client, key)
    suspend_agency(store, owner, actor="甲")
    assert use(client, given) == (403, "agency_suspended")
    assert client.get(OPEN, headers={"X-API-Key": key}).json()["code"] == "agency_suspended"
    assert ask(client, key).json()["code"] == "agency_suspended"
    resume_agency(store, owner, actor="甲")
    assert use(client, given) == (200, "")


def test_an_agency_without_a_valid_licence_is_shut_out_with_the_day_named(client, store):
    owner = agency(store, licence_from=TODAY - 9 * DAY, licence_to=TODAY - DAY).agency_id
    key = create_key(store, "招聘网站", agency_id=owner)
    answer = client.get(OPEN, headers={"X-API-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (403, "agency_licence_expired")
    assert str(TODAY - DAY) in answer.json()["detail"]
    refused = ask(client, key)
    assert (refused.status_code, refused.json()["code"]) == (401, "agency_licence_expired")
    renew_agency(store, owner, licence_from=TODAY + DAY, licence_to=TODAY + 9 * DAY, actor="甲")
    assert client.get(OPEN, headers={"X-API-Key": key}).json()["code"] == "agency_licence_not_yet_valid"
    renew_agency(store, owner, licence_from=TODAY, licence_to=TODAY + 9 * DAY, actor="甲")
    assert client.get(OPEN, headers={"X-API-Key": key}).status_code == 200


def test_an_expired_key_is_told_apart(client, store):
    key = create_key(store, "统计程序", expires_at=dt.datetime.now(dt.UTC))
    answer = client.get(OPEN, headers={"X-API-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (401, "key_expired")
    assert ask(client, key).json()["code"] == "key_expired"


def test_a_token_of_this_installation_for_a_key_that_is_not_there_opens_nothing(client, own_service):
    keys = SigningKeys(own_service.settings.token_keys_dir)
    stray = issue_token(keys, "0" * 12, set(Scope), now=dt.datetime.now(dt.UTC), seconds=900)
    assert use(client, stray) == (401, "token_revoked")
    old = issue_token(keys, "0" * 12, set(Scope), now=NOW - DAY, seconds=900)
    assert use(client, old) == (401, "token_expired")


def test_a_token_allows_no_more_than_its_key_allows_now(client, own_service, store):
    key = create_key(store, "统计程序", scopes=[Scope.FORECASTS_READ])
    keys = SigningKeys(own_service.settings.token_keys_dir)
    wide = issue_token(keys, number(key), set(Scope), now=dt.datetime.now(dt.UTC), seconds=900)
    assert use(client, wide, "/v1/catalogues/demand/current") == (403, "scope_missing")


@pytest.mark.parametrize("given", ["Bearer", "Bearer ", "Bearer x y", "Token abc", "Basic YTpi", "bearer é"])
def test_an_authorization_that_is_no_token_is_refused(client, given):
    answer = client.get(OPEN, headers={"Authorization": given.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.json()["code"] in {"token_invalid", "key_missing_or_invalid"}
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_key_and_token_together_are_ambiguous(client, store):
    key = create_key(store, "统计程序")
    answer = client.get(OPEN, headers=bearer(token(client, key)) | {"X-API-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (401, "credentials_ambiguous")


def test_too_many_requests_for_tokens_from_one_address_have_to_wait(own_service, store):
    settings = own_service.settings.model_copy(update={"rate_logins": "2/hour"})
    key = create_key(store, "统计程序")
    with TestClient(create_app(settings, service=own_service)) as client:
        answers = [ask(client, key) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["code"] == "rate_exceeded"
    assert int(answers[2].headers["retry-after"]) >= 1


def test_tokens_are_told_to_last_as_long_as_the_setting_says(own_service, store):
    settings = own_service.settings.model_copy(update={"token_seconds": 60})
    with TestClient(
        create_app(settings, service=dataclasses.replace(own_service, settings=settings))
    ) as client:
        assert ask(client, create_key(store, "统计程序")).json()["expires_in"] == 60
