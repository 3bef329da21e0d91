"""Logs of a service: one JSON object a line on the error stream, ours and those of the libraries alike."""

from __future__ import annotations

import logging
import sys
from typing import Any, Final, TextIO

import structlog

from data.normalise.contacts import masked

__all__ = ["configure_logs"]

_OURS: Final = ("request_id", "timestamp")


def configure_logs(stream: TextIO | None = None) -> None:
    """Write logs as JSON, with the id of the request they are about.

    Parameters
    ----------
    stream
        Where to; the error stream by default.
    """
    target = stream or sys.stderr
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _without_contacts,
    ]
    render = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(target),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(logging.INFO)


def _without_contacts(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Hide what could tell of a person; ids of requests and times may look like phone numbers."""
    kept = {name: event[name] for name in _OURS if name in event}
    return masked(event) | kept
