"""What comes back: an answer with its tag, or an error with its code."""

from __future__ import annotations

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Self

import httpx

from data.errors import YingcaiError

__all__ = ["Answer", "RemoteError", "retry_after"]


class Answer(dict[str, Any]):
    """The content of an answer, with what its headers say of it.

    Parameters
    ----------
    content
        The fields of the answer.
    etag
        Its tag; empty where it has none.
    replayed
        True where an earlier request with the same ``Idempotency-Key`` made what is answered.
    """

    def __init__(self, content: Mapping[str, Any], *, etag: str = "", replayed: bool = False) -> None:
        super().__init__(content)
        self.etag = etag
        self.replayed = replayed

    @classmethod
    def of(cls, response: httpx.Response) -> Self:
        """Return what a response that has been read says; a body of nothing has no fields."""
        return cls(
            response.json() if response.content else {},
            etag=response.headers.get("ETag", ""),
            replayed=response.headers.get("Idempotent-Replayed") == "true",
        )


class RemoteError(YingcaiError):
    """The service refused a request, or could not be reached.

    Parameters
    ----------
    status
        HTTP status; 0 where no answer came, or only a part of one.
    problem
        The problem document; empty where the answer was none.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(
            str(problem.get("code", "http_error")),
            str(problem.get("detail", f"服务以状态 {status} 作答")),
            hint=str(problem.get("hint", "")),
        )
        self.status = status
        self.detail = self.message
        self.request_id = str(problem.get("request_id", ""))
        self.fields: list[dict[str, str]] = list(problem.get("errors", []))

    @classmethod
    def of(cls, response: httpx.Response) -> Self:
        """Return what a response that has been read complains of; RFC 6749 has no problem documents."""
        try:
            told = response.json()
        except ValueError:
            told = {}
        if not isinstance(told, dict):
            told = {}
        if told and "detail" not in told:
            told["detail"] = told.get("message", "")
        return cls(response.status_code, told)

    @classmethod
    def unreachable(cls, error: Exception) -> Self:
        """Return that no answer came."""
        detail = f"连不上服务：{type(error).__name__}"
        return cls(0, {"code": "unreachable", "detail": detail, "hint": "检查地址与网络"})

    @classmethod
    def interrupted(cls, path: str) -> Self:
        """Return that an answer ended before its end."""
        return cls(0, {"code": "interrupted", "detail": f"{path} 没有传完", "hint": "重新取一次"})


def retry_after(text: str) -> float | None:
    """Return the seconds that a Retry-After header names, as number or date; None without one."""
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0)
    except ValueError:
        return None
