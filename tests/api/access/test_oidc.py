"""Logging in with a provider: the provider of these tests lives in this file and asks no network."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr

import api
from api.access.cookies import COOKIE
from api.access.oidc import add_oidc
from api.app import create_app
from data.errors import InputError
from data.permissions import Role
from data.settings import Settings
from data.store.users import list_users, lock_user

ISSUER, CLIENT, OWN = "https://idp.example.gov.cn", "yingcai", "https://rc.example.gov.cn"
CALLBACK = "/v1/session/oidc/callback"


class Provider:
    """A provider that has already asked its user, and can be told to misbehave."""

    def __init__(self):
        self.key = self.published = RSAKey.generate_key(2048, {"kid": "k1"})
        self.claims = {"sub": "u-17", "name": "李四", "roles": ["talent-editors", "canteen"]}
        self.asked, self.broken = {}, False
        self.algorithm = "RS256"
        self.app = FastAPI()
        self.app.get("/.well-known/openid-configuration")(self.describe)
        self.app.get("/jwks")(lambda: {"keys": [self.published.as_dict(private=False)]})
        self.app.post("/token")(self.give)

    def describe(self):
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/jwks",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def agree(self, location):
        """Play the browser at the provider: return what it sends back."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        return {"code": "c-1", "state": self.asked["state"]}

    async def give(self, request: Request):
        form = dict((await request.form()).items())
        if self.broken:
            raise httpx2.ConnectError("gone")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        basic = base64.b64decode(request.headers["authorization"].split()[1]).decode()
        assert challenge.rstrip(b"=").decode() == self.asked["code_challenge"]
        assert (form["code"], basic) == ("c-1", f"{CLIENT}:secret")
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": self.asked["nonce"]}
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        header = {"alg": self.algorithm, "kid": "k1"}
        token = jwt.encode(header, claims, self.key, algorithms=[self.algorithm])
        return {"access_token": "a", "token_type": "Bearer", "id_token": token}


@pytest.fixture
def provider():
    return Provider()


@pytest.fixture
def service(own_service):
    changed = {
        "public_url": OWN,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SecretStr("secret"),
        "oidc_roles": {"talent-editors": Role.EDITOR, "talent-approvers": Role.APPROVER},
    }
    settings = own_service.settings.model_copy(update=changed)
    # create_app reads the issuer: the tests add the routes themselves, with a way to the provider.
    return dataclasses.replace(own_service, settings=settings)


@pytest.fixture
def app(service, provider):
    app = create_app(service.settings, service=service)
    settings = service.settings.model_copy(update={"oidc_issuer": ISSUER})
    add_oidc(app, settings, transport=httpx2.ASGITransport(app=provider.app))
    with TestClient(app):
        app.state.service = dataclasses.replace(service, settings=settings)
        yield app


@pytest.fixture
def browser(app):
    return TestClient(app, base_url=OWN, follow_redirects=False)


def begin(browser, provider):
    answer = browser.get("/v1/session/oidc/login")
    assert answer.status_code == 302
    return provider.agree(answer.headers["location"])


def log_in(browser, provider):
    return browser.get(CALLBACK, params=begin(browser, provider))


def failed(answer):
    assert "set-cookie" not in answer.headers or COOKIE not in answer.headers["set-cookie"]
    return answer.status_code, answer.json()["code"]


def test_the_browser_is_sent_with_state_nonce_and_a_code_challenge(browser, provider):
    begin(browser, provider)
    asked = provider.asked
    assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == (
        "code",
        CLIENT,
        "S256",
    )
    assert asked["redirect_uri"] == f"{OWN}{CALLBACK}"
    assert asked["state"] and asked["nonce"] and asked["code_challenge"]


def test_whoever_the_provider_names_has_a_session_with_the_roles_it_gives(browser, provider, service):
    answer = log_in(browser, provider)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    told = browser.get("/v1/session").json()
    assert (told["name"], told["roles"]) == ("李四", ["editor"])
    provider.claims["roles"] = "talent-approvers"
    log_in(browser, provider)
    assert browser.get("/v1/session").json()["roles"] == ["approver"]
    (user,) = list_users(service.store)
    assert user.user_id.startswith("oidc-")
    assert "u-17" not in user.user_id


@pytest.mark.parametrize("roles", [[], ["canteen"], None, 5, [["talent-editors"]], {"talent-editors": 1}])
def test_without_a_role_here_nobody_gets_in(browser, provider, service, roles):
    provider.claims["roles"] = roles
    assert failed(log_in(browser, provider)) == (403, "oidc_no_role")
    assert list_users(service.store) == []


def test_an_account_that_is_locked_here_stays_locked(browser, provider, service):
    log_in(browser, provider)
    (user,) = list_users(service.store)
    lock_user(service.store, user.user_id, actor="甲")
    assert failed(log_in(browser, provider)) == (401, "login_failed")


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"iss": "https://evil.example"},
        {"aud": "somebody"},
        {"exp": 1_000_000_000},
        {"sub": None},
        {"nonce": None},
    ],
)
def test_a_token_that_is_not_for_this_login_is_refused(browser, provider, claims):
    provider.claims |= claims
    assert failed(log_in(browser, provider)) == (401, "oidc_failed")


def test_a_token_that_another_key_signed_is_refused(browser, provider):
    provider.key = RSAKey.generate_key(2048, {"kid": "k1"})
    assert failed(log_in(browser, provider)) == (401, "oidc_failed")


def test_a_token_signed_with_the_public_key_as_a_shared_secret_is_refused(browser, provider):
    public = json.dumps(provider.published.as_dict(private=False)).encode()
    provider.key, provider.algorithm = OctKey.import_key(public, {"kid": "k1"}), "HS256"
    assert failed(log_in(browser, provider)) == (401, "oidc_failed")


def test_an_answer_that_nobody_here_asked_for_is_refused(browser, provider, app):
    sent = begin(browser, provider)
    assert failed(browser.get(CALLBACK, params=sent | {"state": "another"})) == (401, "oidc_failed")
    victim = TestClient(app, base_url=OWN, follow_redirects=False)
    assert failed(victim.get(CALLBACK, params=sent)) == (401, "oidc_failed")
    assert failed(victim.get(CALLBACK)) == (401, "oidc_failed")


def test_an_answer_cannot_be_used_twice(browser, provider):
    sent = begin(browser, provider)
    assert browser.get(CALLBACK, params=sent).status_code == 303
    assert failed(browser.get(CALLBACK, params=sent)) == (401, "oidc_failed")


def test_a_provider_that_refuses_or_is_gone_is_told_without_a_trace(browser, provider):
    sent = begin(browser, provider)
    refusal = {"error": "access_denied", "state": sent["state"]}
    assert failed(browser.get(CALLBACK, params=refusal)) == (401, "oidc_failed")
    provider.broken = True
    assert failed(log_in(browser, provider)) == (401, "oidc_failed")


def test_a_provider_that_cannot_be_reached_at_all_is_told_too(service):
    def gone(_):
        raise httpx2.ConnectError("gone")

    app = create_app(service.settings, service=service)
    settings = service.settings.model_copy(update={"oidc_issuer": ISSUER})
    add_oidc(app, settings, transport=httpx2.MockTransport(gone))
    with TestClient(app, base_url=OWN) as browser:
        assert failed(browser.get("/v1/session/oidc/login")) == (401, "oidc_failed")


def test_settings_that_are_incomplete_are_refused_at_the_start(own_service):
    settings = own_service.settings.model_copy(update={"oidc_issuer": ISSUER})
    with pytest.raises(InputError) as caught:
        create_app(settings, service=own_service)
    assert caught.value.code == "oidc_incomplete"


def test_where_no_provider_is_configured_nothing_of_it_is_loaded(own_service):
    with TestClient(create_app(own_service.settings, service=own_service)) as client:
        assert client.get("/v1/session/oidc/login").status_code == 404
    assert Settings().oidc_issuer == ""
    sources = {path: path.read_text("utf-8") for path in Path(api.__file__).parent.rglob("*.py")}
    doors = [
        path.name
        for path, text in sources.items()
        if re.search(r"^(from|import) (authlib|joserfc)", text, re.MULTILINE)
    ]
    assert doors == ["oidc.py"]
    early = re.compile(r"^from api\.access(\.oidc)? import .*oidc", re.MULTILINE)
    assert not any(early.search(text) for text in sources.values())
