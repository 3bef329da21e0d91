"""The edge: what every request passes before a route sees it, and every answer on its way out."""

from __future__ import annotations

from api.edge.application import Application, edge_layers
from api.edge.metrics import CONTENT_TYPE, read_metrics
from api.edge.protocol import EdgeProtocol

__all__ = ["CONTENT_TYPE", "Application", "EdgeProtocol", "edge_layers", "read_metrics"]
