"""Pages rendered on the server: they work without JavaScript and ask nothing of other hosts."""

from fastapi import APIRouter

from api.pages import forecasts
from api.pages.catalogue import STATIC
from api.pages.catalogue import router as catalogue_router

__all__ = ["STATIC", "router"]

router = APIRouter()
router.include_router(forecasts.router)
router.include_router(catalogue_router)
