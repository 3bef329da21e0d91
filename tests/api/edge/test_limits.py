"""Requests that are too large or too slow."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from starlette.exceptions import HTTPException

from api.edge.limits import RequestLimits
from api.problems import Problem

MB = 10**6


def refused(answer, status, code):
    problem = Problem.model_validate_json(answer.text)
    return (answer.status_code, problem.status, problem.code) == (status, status, code)


def chunks(size, piece=65_536):
    for start in range(0, size, piece):
        yield b"x" * min(piece, size - start)


def test_a_body_up_to_the_limit_is_taken_whole_or_in_chunks(echo):
    assert echo.post("/v1/echo", content=b"x" * MB).json() == {"bytes": MB}
    assert echo.post("/v1/echo", content=chunks(MB)).json() == {"bytes": MB}


@pytest.mark.parametrize("path", ["/v1/echo", "/v1/json", "/nowhere"])
def test_a_body_with_a_length_beyond_it_is_refused(echo, path):
    answer = echo.post(path, content=b"x" * (MB + 1))
    assert refused(answer, 413, "body_too_large")
    assert "1 MB" in answer.json()["detail"]
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("path", ["/v1/echo", "/v1/json"])
def test_so_is_one_in_chunks_without_a_length(echo, path):
    assert refused(echo.post(path, content=chunks(MB + 1)), 413, "body_too_large")


def test_over_a_socket_fifty_megabytes_are_refused_with_an_answer(make_app, serving):
    with serving(make_app()) as served:
        for content in (b"x" * 50 * MB, chunks(50 * MB)):
            assert refused(httpx.post(f"{served.url}/v1/echo", content=content), 413, "body_too_large")


@pytest.mark.parametrize("length", ["-1", "1e3", "x", "²"])
def test_a_length_that_is_no_number_is_refused(echo, length):
    headers = {"content-length": length.encode()}
    assert refused(echo.post("/v1/echo", headers=headers), 400, "length_invalid")


def test_a_length_that_lies_low_does_not_help(echo):
    assert refused(
        echo.post("/v1/echo", content=chunks(2 * MB), headers={"content-length": "5"}), 413, "body_too_large"
    )


def test_a_long_address_is_refused(echo):
    assert refused(echo.get("/v1/things/" + "长" * 3000), 414, "url_too_long")
    assert refused(echo.get("/v1/things/a?q=" + "x" * 9000), 414, "url_too_long")


def test_many_or_long_headers_are_refused(echo):
    assert refused(
        echo.get("/v1/things/a", headers={f"x-{i}": "1" for i in range(101)}), 431, "headers_too_large"
    )
    assert refused(echo.get("/v1/things/a", headers={"x-long": "x" * 40_000}), 431, "headers_too_large")


def test_a_refusal_is_in_english_for_who_prefers_it(echo):
    answer = echo.post("/v1/echo", content=b"x" * (MB + 1), headers={"accept-language": "en"})
    assert answer.json()["detail"] == "The body of the request is too large"


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"a": ' + b"9" * 100_000 + b"}",
        b"\x00" * 1000,
        '{"\u202e": "x"'.encode(),
    ],
    ids=["brackets", "nesting", "digits", "nul", "cut-off"],
)
def test_json_that_no_route_can_take_is_refused_with_a_problem(echo, body):
    answer = echo.post("/v1/json", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert Problem.model_validate_json(answer.text).code in {"body_unreadable", "request_malformed"}


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "1e999", '"\\ud800"', '"a\\u0000b"'])
@pytest.mark.parametrize("size", [0, 200_000])
def test_json_that_nothing_behind_could_keep_is_refused(echo, value, size):
    body = '{"b": "' + "长" * size + '", "a": [' + value + "]}"
    answer = echo.post("/v1/json", content=body.encode(), headers={"content-type": "application/json"})
    assert refused(answer, 422, "text_not_plain")


@pytest.mark.parametrize("path", ["/v1/things/a%00b", "/v1/things/a?q=%00"])
def test_so_is_nul_in_an_address(echo, path):
    assert refused(echo.get(path), 422, "text_not_plain")


@pytest.mark.parametrize("value", ["1e200", '"NaN"', '"\\ud83d\\ude00"', '"\\\\ud800"', '"\\\\u0000"'])
def test_what_only_looks_like_it_is_taken(echo, value):
    body = '{"a": ' + value + "}"
    answer = echo.post("/v1/json", content=body.encode(), headers={"content-type": "application/json"})
    assert answer.json() == json.loads(body)


def answer_of(app, receive):
    """Return what an application sends."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": [],
        "server": ("x", 1),
    }
    asyncio.run(app(scope | {"scheme": "http", "root_path": ""}, receive, send))
    return sent


def test_a_body_that_does_not_come_is_given_up():
    async def reads(scope, receive, send):
        await receive()

    async def never():
        await asyncio.Event().wait()

    start, body = answer_of(RequestLimits(reads, body_bytes=10, body_seconds=0.01), never)
    assert start["status"] == 408
    assert Problem.model_validate_json(body["body"]).code == "body_too_slow"


def test_a_body_cut_off_once_the_answer_has_begun_ends_the_answer():
    async def streams(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await receive()

    async def large():
        return {"type": "http.request", "body": b"x" * 20, "more_body": False}

    with pytest.raises(HTTPException) as ended:
        answer_of(RequestLimits(streams, body_bytes=10), large)
    assert ended.value.status_code == 413
