"""An application whose outermost layers also see the answers to unexpected errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from api.edge.deprecation import DeprecationHeaders
from api.edge.description import complete
from api.edge.identity import RequestIdentity
from api.edge.limits import RequestLimits
from api.edge.observation import Observed
from api.edge.security import SecurityHeaders
from data.settings import Settings

__all__ = ["Application", "Layer", "edge_layers"]

Layer = Callable[[ASGIApp], ASGIApp]
"""Puts an application into another one."""


class Application(FastAPI):
    """FastAPI with layers outside its own: ``add_middleware`` stays inside the one that answers 500."""

    layers: Sequence[Layer] = ()
    """The layers, the outermost first."""

    def build_middleware_stack(self) -> ASGIApp:
        """Return the application inside its layers."""
        made = super().build_middleware_stack()
        for layer in reversed(self.layers):
            made = layer(made)
        return made

    def openapi(self) -> dict[str, Any]:
        """Return the description, with what holds for every operation."""
        if self.openapi_schema is None:
            complete(super().openapi())
        return super().openapi()


def edge_layers(settings: Settings) -> list[Layer]:
    """Return what every request passes: its id, headers of the answer, log and metrics, limits.

    Parameters
    ----------
    settings
        How the service was started.

    Returns
    -------
    list of Layer
        The outermost first.
    """
    https = settings.public_url.startswith("https://")
    layers: list[Layer] = [
        RequestIdentity,
        partial(SecurityHeaders, https=https),
        DeprecationHeaders,
        Observed,
        partial(
            RequestLimits,
            body_bytes=settings.max_body_mb * 10**6,
            uploads={
                "/v1/batches": settings.upload_bytes,
                "/v1/batches/preview": settings.preview_bytes,
                "/office/uploads": settings.upload_bytes,
            },
        ),
    ]
    if settings.otel_endpoint:
        from api.edge import tracing  # noqa: PLC0415 - its libraries are an extra

        layers.insert(1, partial(tracing.Traced, tracer=tracing.tracer_to(settings.otel_endpoint)))
    return layers
