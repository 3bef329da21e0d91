"""Consents: what people agreed to."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/v1/consents", tags=["同意"])
