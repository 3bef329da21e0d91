"""Batches: files handed in, and what became of their rows."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/v1/batches", tags=["文件"])
