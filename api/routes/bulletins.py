"""Bulletins between editions."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/v1/bulletins", tags=["通报"])
