"""A token is accepted as it was made, and not otherwise."""

from __future__ import annotations

import base64
import datetime as dt
import json

import jwt
import pytest

from api.access.errors import Unauthenticated
from api.access.signing import SigningKeys
from api.access.tokens import issue_token, read_token
from data.permissions import Scope

KEY_ID = "0123456789ab"
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def keys(tmp_path):
    return SigningKeys(tmp_path)


def issue(keys, *, age=0, seconds=900):
    asked = NOW - dt.timedelta(seconds=age)
    return issue_token(keys, KEY_ID, {Scope.MATCHES_READ}, now=asked, seconds=seconds)


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def refused(keys, token):
    with pytest.raises(Unauthenticated) as caught:
        read_token(keys, token)
    assert caught.value.headers == {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    return caught.value.code


def forged(keys, *, secret=None, headers=(), algorithm="HS256", **changes):
    """Return a token with other claims or headers, signed with the right key unless another is given."""
    key = keys.current()
    claims = {name: value for name, value in (claims_of(issue(keys)) | changes).items() if value is not None}
    header = {"kid": key.kid, "typ": "at+jwt"} | dict(headers)
    return jwt.encode(claims, secret or key.secret, algorithm=algorithm, headers=header)


def test_a_token_names_its_key_its_scopes_and_itself(keys):
    token = issue(keys)
    told = read_token(keys, token)
    assert (told.key_id, told.scopes) == (KEY_ID, {Scope.MATCHES_READ})
    assert told.jti != read_token(keys, issue(keys)).jti
    claims = claims_of(token)
    assert claims["exp"] - claims["iat"] == 900
    assert {"iss", "aud", "sub", "client_id", "iat", "exp", "jti", "scope"} == set(claims)
    assert jwt.get_unverified_header(token)["alg"] == "HS256"


def test_an_expired_token_is_told_apart(keys):
    assert refused(keys, issue(keys, age=901)) == "token_expired"


def test_the_key_before_is_accepted_and_the_one_before_that_is_not(keys):
    token = issue(keys)
    keys.rotate()
    assert read_token(keys, token).key_id == KEY_ID
    keys.rotate()
    assert refused(keys, token) == "token_invalid"


def test_an_unsigned_token_is_refused_whatever_it_calls_its_algorithm(keys):
    claims, kid = claims_of(issue(keys)), keys.current().kid
    for algorithm in ("none", "None", "NONE", "nOnE", "", "HS256"):
        header = {"alg": algorithm, "typ": "at+jwt", "kid": kid}
        for signature in ("", "AAAA"):
            assert refused(keys, f"{part(header)}.{part(claims)}.{signature}") == "token_invalid"


def test_another_algorithm_is_refused_even_with_the_right_key(keys):
    with pytest.warns(jwt.warnings.InsecureKeyLengthWarning):
        token = forged(keys, algorithm="HS512")
    assert refused(keys, token) == "token_invalid"


def test_another_key_is_refused_under_every_name(keys, tmp_path):
    foreign = SigningKeys(tmp_path / "foreign")
    assert refused(keys, issue(foreign)) == "token_invalid"
    keys.current()
    assert refused(keys, issue(foreign)) == "token_invalid"
    assert refused(keys, forged(keys, secret=foreign.current().secret)) == "token_invalid"
    for kid in ("../../etc/passwd", "", None, 5, ["x"], "' OR 1=1 --"):
        assert refused(keys, _with_header(keys, {"kid": kid})) == "token_invalid"


def _with_header(keys, changes):
    _, claims, signature = issue(keys).split(".")
    header = {"alg": "HS256", "typ": "at+jwt", "kid": keys.current().kid} | changes
    return f"{part(header)}.{claims}.{signature}"


def test_a_changed_token_is_refused(keys):
    header, _, signature = issue(keys).split(".")
    more = claims_of(issue(keys)) | {"scope": "access:manage"}
    assert refused(keys, f"{header}.{part(more)}.{signature}") == "token_invalid"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody"},
        {"aud": "elsewhere"},
        {"iss": None},
        {"aud": None},
        {"exp": None},
        {"iat": None},
        {"jti": None},
        {"sub": None},
        {"scope": None},
        {"scope": 5},
        {"sub": 5},
        {"iat": int(NOW.timestamp()) + 3600},
    ],
)
def test_a_token_that_is_not_meant_for_us_or_lacks_something_is_refused(keys, changes):
    assert refused(keys, forged(keys, **changes)) == "token_invalid"


def test_a_jwt_of_another_kind_is_refused(keys):
    assert refused(keys, forged(keys, headers={"typ": "JWT"})) == "token_invalid"


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "令牌", "..", "a" * 10_000, "\0.\0.\0", "é.é.é", "{}.{}.{}"]
)
def test_what_is_no_token_is_refused(keys, token):
    keys.current()
    assert refused(keys, token) == "token_invalid"


def test_a_scope_of_another_version_allows_nothing(keys):
    assert read_token(keys, forged(keys, scope="moon:read matches:read")).scopes == {Scope.MATCHES_READ}
