"""Vacancies: needs counted once."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/v1/vacancies", tags=["需求"])
