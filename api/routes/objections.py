"""Objections to editions."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/v1/objections", tags=["异议"])
