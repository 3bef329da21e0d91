"""What browsers are told."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from data.settings import Settings


@pytest.mark.parametrize("path", ["/v1/things/a", "/nowhere", "/v1/things/broken", "/openapi.json"])
def test_every_answer_has_the_headers(echo, path):
    headers = echo.get(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers


def test_only_answers_of_the_api_are_kept_by_no_cache(echo):
    assert echo.get("/v1/things/a").headers["cache-control"] == "no-store"
    assert "cache-control" not in echo.get("/openapi.json").headers


def test_browsers_are_held_to_https_where_the_service_is_reached_by_it(make_app):
    with TestClient(make_app(Settings(public_url="https://rc.example.gov.cn"))) as client:
        assert client.get("/openapi.json").headers["strict-transport-security"] == "max-age=31536000"
