"""Every request has an id."""

from __future__ import annotations

import re

import pytest

OWN = re.compile("[0-9a-f]{32}")


def test_a_well_formed_id_comes_back(echo):
    assert echo.get("/v1/things/a", headers={"X-Request-Id": "order-2026.11_7"}).headers["x-request-id"] == (
        "order-2026.11_7"
    )


@pytest.mark.parametrize(
    "given",
    [
        "short",
        "a" * 65,
        "with space1",
        "a\tb\tc\td\te",
        "<script>1",
        "13800001234",
        "编号一二三四五六".encode(),
    ],
)
def test_an_id_unfit_for_the_log_is_replaced(echo, given):
    assert OWN.fullmatch(echo.get("/v1/things/a", headers={"X-Request-Id": given}).headers["x-request-id"])


def test_two_ids_are_none(echo):
    headers = [("X-Request-Id", "order-2026-1"), ("X-Request-Id", "order-2026-2")]
    assert OWN.fullmatch(echo.get("/v1/things/a", headers=headers).headers["x-request-id"])


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/v1/things/broken", 500)])
def test_a_problem_names_the_request(echo, path, status):
    answer = echo.get(path, headers={"X-Request-Id": "order-2026-1"})
    assert answer.status_code == status
    assert answer.json()["request_id"] == answer.headers["x-request-id"] == "order-2026-1"
