"""Pages rendered on the server: they work without JavaScript and ask nothing of other hosts."""

from api.pages.catalogue import STATIC, router

__all__ = ["STATIC", "router"]
