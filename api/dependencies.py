"""What routes ask for: the service, and a caller with a key."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import APIKeyHeader

from api.service import Service
from data.store.keys import holder_of

__all__ = ["Caller", "ServiceDependency"]

_header = APIKeyHeader(
    name="X-API-Key", auto_error=False, description="由 yingcai key create 生成的密钥", scheme_name="ApiKey"
)


def _service(request: Request) -> Service:
    service: Service | None = getattr(request.app.state, "service", None)
    if service is None:
        raise HTTPException(503)
    return service


ServiceDependency = Annotated[Service, Depends(_service)]
"""The running service; 503 while it is starting."""


def _caller(service: ServiceDependency, key: Annotated[str | None, Depends(_header)]) -> str:
    given = key or ""
    bootstrap = service.settings.bootstrap_key.get_secret_value()
    if bootstrap and hmac.compare_digest(given.encode(), bootstrap.encode()):
        return "bootstrap"
    holder = holder_of(service.store, given)
    if holder is None:
        raise HTTPException(401, headers={"WWW-Authenticate": "ApiKey"})
    return holder


Caller = Annotated[str, Depends(_caller)]
"""Who holds the key of this request; 401 without a valid key."""
