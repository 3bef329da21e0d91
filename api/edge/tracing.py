"""Traces of requests by OpenTelemetry, where a collector is configured (extra ``otel``).

A span holds the method, the template of the route, the status and the id of the request, and no more: the
library's own instrumentation would send paths, queries, addresses and the words of exceptions.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.edge.observation import route_of

__all__ = ["Traced", "tracer_to"]

_SERVER_ERROR: Final = 500
_PROPAGATOR: Final = TraceContextTextMapPropagator()


class Traced:
    """Makes a span of every request, under the caller's trace where it names one (W3C Trace Context).

    Parameters
    ----------
    app
        The application.
    tracer
        Makes the spans.
    """

    def __init__(self, app: ASGIApp, *, tracer: Tracer) -> None:
        self._app = app
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        parent = _PROPAGATOR.extract(dict(Headers(scope=scope)))
        start = partial(
            self._tracer.start_as_current_span, record_exception=False, set_status_on_exception=False
        )
        with start(scope["method"], context=parent, kind=SpanKind.SERVER) as span:

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= _SERVER_ERROR:
                        span.set_status(Status(StatusCode.ERROR))
                await send(message)

            try:
                await self._app(scope, receive, noted)
            finally:
                route = route_of(scope)
                span.update_name(f"{scope['method']} {route}")
                span.set_attribute("http.request.method", scope["method"])
                span.set_attribute("http.route", route)
                span.set_attribute("yingcai.request_id", scope.get("state", {}).get("request_id", ""))


def tracer_to(endpoint: str) -> Tracer:
    """Return what sends spans to a collector in the background.

    Parameters
    ----------
    endpoint
        Address of the collector, such as ``http://127.0.0.1:4318``; spans go to ``/v1/traces`` there.
    """
    provider = TracerProvider(resource=Resource({SERVICE_NAME: "yingcai"}))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider.get_tracer("yingcai")
