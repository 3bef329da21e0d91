"""The edge: what every request passes before a route sees it, and every answer on its way out."""

from __future__ import annotations

from api.edge.application import Application, edge_layers
from api.edge.deprecation import deprecated_route
from api.edge.description import POLICY, operation_id
from api.edge.metrics import CONTENT_TYPE, read_metrics
from api.edge.protocol import EdgeProtocol

__all__ = [
    "CONTENT_TYPE",
    "POLICY",
    "Application",
    "EdgeProtocol",
    "deprecated_route",
    "edge_layers",
    "operation_id",
    "read_metrics",
]
