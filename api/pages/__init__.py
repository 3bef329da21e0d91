"""Pages rendered on the server: they work without JavaScript and ask nothing of other hosts."""

from fastapi import APIRouter

from api.pages import catalogue, editions, entries, forecasts
from api.pages.frame import STATIC

__all__ = ["STATIC", "router"]

router = APIRouter()
for module in (forecasts, entries, editions, catalogue):
    router.include_router(module.router)
