"""Saved searches."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/v1/searches", tags=["保存的检索"])
