"""Postings, as they were received."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/v1/postings", tags=["招聘信息"])
