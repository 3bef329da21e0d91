"""One line and one count a request, about nobody."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog
from structlog.testing import capture_logs

from api.edge import read_metrics
from api.edge.logs import configure_logs
from api.edge.observation import route_of


def test_a_request_leaves_one_line_without_path_query_or_address(echo):
    with capture_logs() as lines:
        echo.get("/v1/things/13800001234?name=王小明")
    (line,) = [line for line in lines if line["event"] == "request"]
    assert line.pop("milliseconds") >= 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "route": "/v1/things/{name}",
        "status": 200,
        "bytes": len(b'{"name":"13800001234"}'),
    }


@pytest.mark.parametrize(
    ("method", "path", "count"),
    [
        ("GET", "/v1/things/a", 'method="GET",route="/v1/things/{name}",status="2xx"'),
        ("GET", "/v1/things/broken", 'method="GET",route="/v1/things/{name}",status="5xx"'),
        ("BREW", "/nowhere/13800001234", 'method="other",route="unmatched",status="4xx"'),
    ],
)
def test_a_request_is_counted_by_method_template_and_class(echo, method, path, count):
    echo.request(method, path)
    assert f"yingcai_requests_total{{{count}}}" in read_metrics().decode()
    assert "yingcai_requests_in_flight 0.0" in read_metrics().decode()


def test_what_is_mounted_counts_as_one():
    assert route_of({"root_path": "/static", "endpoint": object()}) == "/static"


@pytest.fixture
def logged():
    root, level = list(logging.getLogger().handlers), logging.getLogger().level
    stream = io.StringIO()
    configure_logs(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()
    logging.getLogger().handlers = root
    logging.getLogger().setLevel(level)


def test_logs_are_json_with_the_id_of_the_request_and_without_contacts(echo, logged):
    echo.get("/v1/things/broken", headers={"X-Request-Id": "order-2026-1"})
    structlog.get_logger().warning("wrote", told="电话 13800001234")
    logging.getLogger("uvicorn.error").error("from a library: %s", "13800001234")
    lines = logged()
    assert {line["event"] for line in lines} >= {"unexpected_error", "request", "wrote"}
    about = [line for line in lines if line["event"] in {"unexpected_error", "request"}]
    assert {line["request_id"] for line in about} == {"order-2026-1"}
    assert all(line["timestamp"] and line["level"] for line in lines)
    assert "13800001234" not in json.dumps(lines)
