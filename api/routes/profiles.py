"""Talent profiles, pseudonymous."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/v1/profiles", tags=["人才档案"])
