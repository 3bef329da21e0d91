"""The cookie of a session, and the proof that a request with it was meant (CSRF).

The cookie is HttpOnly, SameSite=Lax and bound to this host by its ``__Host-`` prefix. A request that changes
something must also carry the token of its session, in ``X-CSRF-Token`` or in a field of a form, and where
the browser says from which site it comes, that must be this one (OWASP: synchroniser token, origin checked
besides).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request, Response

from api.access.errors import Forbidden

__all__ = [
    "COOKIE",
    "FORM_TOKEN",
    "check_csrf",
    "check_origin",
    "clear_cookie",
    "cookie_of",
    "csrf_token",
    "is_secure",
    "set_cookie",
]

COOKIE: Final = "__Host-yingcai"
"""Name of the cookie wherever it is Secure."""
FORM_TOKEN: Final = "form_csrf_token"  # noqa: S105 - a name
"""Where the state of a request holds the token that came in a form, once the form was read."""
_PLAIN_COOKIE: Final = "yingcai"
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITES: Final = frozenset({"same-origin", "none"})


def is_secure(request: Request, *, always: bool) -> bool:
    """Return whether a cookie is Secure: always, except for a browser at http on this very machine.

    Parameters
    ----------
    request
        The request.
    always
        True for no exception.
    """
    return always or request.scope["scheme"] == "https" or _host(request) not in _LOOPBACK


def cookie_of(request: Request, *, secure: bool) -> str | None:
    """Return what the session's cookie holds; None without one."""
    return request.cookies.get(COOKIE if secure else _PLAIN_COOKIE)


def set_cookie(response: Response, secret: str, *, secure: bool) -> None:
    """Hand a session to the browser; the cookie ends with the browser, the session may end sooner."""
    name = COOKIE if secure else _PLAIN_COOKIE
    response.set_cookie(name, secret, path="/", secure=secure, httponly=True, samesite="lax")
    response.headers["Cache-Control"] = "no-store"


def clear_cookie(response: Response, *, secure: bool) -> None:
    """Take the session back from the browser."""
    name = COOKIE if secure else _PLAIN_COOKIE
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")
    response.headers["Cache-Control"] = "no-store"


def csrf_token(secret: str) -> str:
    """Return the token of a session: whoever cannot read the cookie cannot compute it.

    Parameters
    ----------
    secret
        What the cookie holds.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    return hmac.new(secret.encode(), b"yingcai csrf", hashlib.sha256).hexdigest()


def check_csrf(request: Request, secret: str, *, public_url: str) -> None:
    """Refuse a request that changes something and that another site may have made the browser send.

    Parameters
    ----------
    request
        The request; one that only reads passes.
    secret
        What the session's cookie holds.
    public_url
        Address that browsers use; empty takes it from the request.

    Raises
    ------
    Forbidden
        ``csrf_refused``.
    """
    if request.method in _SAFE_METHODS:
        return
    check_origin(request, public_url=public_url)
    given = str(request.headers.get("x-csrf-token") or getattr(request.state, FORM_TOKEN, ""))
    if not hmac.compare_digest(given.encode(), csrf_token(secret).encode()):
        raise _refused()


def check_origin(request: Request, *, public_url: str) -> None:
    """Refuse a request that the browser says comes from another site; programs say nothing and pass.

    Raises
    ------
    Forbidden
        ``csrf_refused``.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site not in _OWN_SITES:
        raise _refused()
    if origin is not None and not _is_own(origin, request, public_url):
        raise _refused()


def _host(request: Request) -> str:
    """Return the host that the browser asked, without its port; empty for one that cannot be read."""
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


def _is_own(origin: str, request: Request, public_url: str) -> bool:
    """Compare whole origins with an address that is configured, else the host that the browser asked."""
    if public_url:
        return origin.lower() == public_url.lower()
    try:
        given = urlsplit(origin)
    except ValueError:
        return False
    return (
        given.scheme in {"http", "https"} and given.netloc.lower() == request.headers.get("host", "").lower()
    )


def _refused() -> Forbidden:
    return Forbidden(
        "csrf_refused", "请求不像是从本系统页面发出的", hint="从本系统页面操作；程序请带 X-CSRF-Token 请求头"
    )
