"""Why a caller is turned away: not known, not allowed, or too often."""

from __future__ import annotations

from collections.abc import Mapping

from data.errors import YingcaiError

__all__ = ["AccessError", "Forbidden", "TooMany", "Unauthenticated"]


class AccessError(YingcaiError):
    """A caller is turned away.

    Parameters
    ----------
    code
        Stable identifier for programs.
    message
        What failed, in Chinese.
    hint
        What to do next, in Chinese.
    headers
        Headers that the answer must carry.
    """

    status: int = 403
    """HTTP status of the answer."""

    def __init__(
        self, code: str, message: str, *, hint: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code, message, hint=hint)
        self.headers: dict[str, str] = dict(headers or {})


class Unauthenticated(AccessError):
    """Nobody is known to ask: a key, token or session is missing or useless."""

    status = 401


class Forbidden(AccessError):
    """The caller is known and may not do this."""

    status = 403


class TooMany(AccessError):
    """The caller asks too often; the headers say when to come back."""

    status = 429

    def __init__(self, code: str, message: str, *, hint: str = "", retry_after: int) -> None:
        super().__init__(code, message, hint=hint, headers={"Retry-After": str(max(retry_after, 1))})
