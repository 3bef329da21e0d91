"""What all pages share: the templates, the head and the way around."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

from fastapi import Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from api.service import Service

__all__ = ["STATIC", "Link", "render"]

STATIC: Final = Path(__file__).parent / "static"
"""Style sheets."""


class Link(NamedTuple):
    """Where one can go."""

    address: str
    """Path on this host."""
    label: str
    """Its name in Chinese."""


_PUBLIC: Final = (
    Link("/catalogues/shortage", "急需紧缺人才目录"),
    Link("/catalogues/demand", "人才需求目录"),
    Link("/forecasts", "需求预测"),
)
_templates = Jinja2Templates(directory=Path(__file__).parent / "templates")


def render(
    request: Request,
    service: Service,
    template: str,
    title: str,
    *,
    status: int = 200,
    **shown: Any,
) -> HTMLResponse:
    """Render a page with what all of them share.

    Parameters
    ----------
    request
        What is asked for.
    service
        The service.
    template
        Name of the template, which extends ``base.html``.
    title
        Title of the page, which is its first heading as well.
    status
        HTTP status.
    **shown
        What the template shows.
    """
    shared = {
        "region": service.region,
        "title": title,
        "here": request.url.path,
        "navigation": _PUBLIC,
    }
    return _templates.TemplateResponse(request, template, {**shared, **shown}, status_code=status)
