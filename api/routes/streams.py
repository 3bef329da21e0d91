"""Snapshots and changes, for analysts."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/v1", tags=["数据流"])
