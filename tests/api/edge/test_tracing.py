"""Spans that tell of requests and of nobody."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from api.edge.application import edge_layers
from api.edge.tracing import Traced, tracer_to
from data.settings import Settings

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def traced(make_app):
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    app = make_app()
    app.layers = [*app.layers, lambda inner: Traced(inner, tracer=provider.get_tracer("test"))]

    def ask(path, **headers):
        with TestClient(app, raise_server_exceptions=False) as client:
            client.get(path, headers={"X-Request-Id": "order-2026-1", **headers})
        (span,) = exporter.get_finished_spans()
        return span

    return ask


def test_a_span_holds_method_template_status_and_id_and_no_more(traced):
    span = traced("/v1/things/13800001234?name=x")
    assert span.name == "GET /v1/things/{name}"
    assert dict(span.attributes) == {
        "http.request.method": "GET",
        "http.route": "/v1/things/{name}",
        "http.response.status_code": 200,
        "yingcai.request_id": "order-2026-1",
    }


def test_a_failure_shows_without_its_words(traced):
    span = traced("/v1/things/broken")
    assert not span.status.is_ok
    assert "13800001234" not in span.to_json()


def test_a_span_belongs_to_the_trace_of_the_caller(traced):
    assert f"{traced('/v1/things/a', traceparent=PARENT).context.trace_id:032x}" == PARENT.split("-")[1]


def test_traces_are_made_only_where_a_collector_is_named(monkeypatch):
    plain = len(edge_layers(Settings()))
    asked = []
    monkeypatch.setattr("api.edge.tracing.tracer_to", asked.append)
    assert len(edge_layers(Settings(otel_endpoint="http://127.0.0.1:4318"))) == plain + 1
    assert asked == ["http://127.0.0.1:4318"]


def test_spans_go_to_the_collector(monkeypatch):
    exporter, asked = InMemorySpanExporter(), []
    monkeypatch.setattr(
        "api.edge.tracing.OTLPSpanExporter", lambda *, endpoint: asked.append(endpoint) or exporter
    )
    tracer = tracer_to("http://127.0.0.1:4318/")
    with tracer.start_as_current_span("x") as span:
        assert span.resource.attributes["service.name"] == "yingcai"
    tracer.span_processor.force_flush()
    assert asked == ["http://127.0.0.1:4318/v1/traces"]
    assert [each.name for each in exporter.get_finished_spans()] == ["x"]
