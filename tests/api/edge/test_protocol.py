"""Clients that hold connections without asking."""

from __future__ import annotations

import time

import httpx
import pytest

from api.edge import EdgeProtocol

ASK = b"GET /v1/things/a HTTP/1.1\r\nhost: x\r\n\r\n"


@pytest.fixture
def protocol(monkeypatch):
    monkeypatch.setattr(EdgeProtocol, "head_seconds", 0.3)
    monkeypatch.setattr(EdgeProtocol, "most_waiting", 20)
    return EdgeProtocol


@pytest.fixture
def served(make_app, serving, protocol):
    with serving(make_app(), http=protocol, timeout_keep_alive=1) as made:
        yield made


def ended(connection):
    """Return what comes until the other side closes."""
    got = b""
    try:
        while piece := connection.recv(65_536):
            got += piece
    except ConnectionResetError:
        pass
    return got


def test_who_says_nothing_is_cut_off(served):
    with served.connect() as connection:
        assert ended(connection) == b""


def test_who_sends_a_byte_now_and_then_is_cut_off(served):
    with served.connect() as connection, pytest.raises(OSError):
        for byte in ASK * 3:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)


def test_further_requests_on_one_connection_are_answered(served):
    with httpx.Client() as client:
        for _ in range(5):
            assert client.get(f"{served.url}/v1/things/a").status_code == 200
            time.sleep(0.1)


def test_a_slow_answer_is_no_slow_head(served):
    assert httpx.get(f"{served.url}/slow").status_code == 200


def test_while_hundreds_hold_connections_another_is_answered(served, monkeypatch):
    monkeypatch.setattr(EdgeProtocol, "head_seconds", 60)
    held = [served.connect() for _ in range(200)]
    try:
        for _ in range(5):
            assert httpx.get(f"{served.url}/v1/things/a", timeout=10).status_code == 200
    finally:
        for each in held:
            each.close()


def test_an_endless_head_is_refused(served):
    with served.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nx: " + b"x" * 70_000)
        assert ended(connection).startswith(b"HTTP/1.1 431 ")


def test_what_is_no_http_is_refused(served):
    with served.connect() as connection:
        connection.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        assert ended(connection).startswith(b"HTTP/1.1 400 ")


def test_a_service_told_to_stop_answers_what_it_was_asked(make_app, serving):
    with serving(make_app(), http=EdgeProtocol) as served, served.connect() as connection:
        connection.sendall(ASK.replace(b"/v1/things/a", b"/slow"))
        time.sleep(0.2)
        served.server.should_exit = True
        assert ended(connection).startswith(b"HTTP/1.1 200 ")
