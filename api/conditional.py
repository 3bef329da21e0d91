"""Conditional requests (RFC 9110 §13): who has the content already is told so, not sent it again."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Any, Final

from fastapi import Header, Response
from pydantic import BaseModel

from api.access.errors import AccessError
from api.problems import problem_responses
from data.errors import StaleError

__all__ = [
    "IfMatch",
    "IfNoneMatch",
    "PreconditionRequired",
    "check_tag",
    "conditional_answer",
    "conditional_responses",
    "etag_of",
    "is_known",
    "required_tag",
    "tag_of",
]

_TAG: Final = re.compile(r'(?:W/)?("[^"]*")')
_STRONG: Final = re.compile(r'(W/)?("[^"]*")')
_DIGITS: Final = 32
_KEPT: Final = "private, no-cache"
"""The caller may keep the answer for itself, and asks whether it still holds before each use."""

IfNoneMatch = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        max_length=1000,
        description="上次回答的 ETag；内容未变时答 304，不再传正文",
        examples=['"0123456789abcdef0123456789abcdef"'],
    ),
]
"""Tags of what the caller has."""

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=1000,
        description="上次读到的 ETag：内容在此期间被改过则答 412，不覆盖；* 为不论内容",
        examples=['"0123456789abcdef0123456789abcdef"'],
    ),
]
"""Tags of what the caller means to change."""


class PreconditionRequired(AccessError):
    """A change that does not say what it is a change of (RFC 6585)."""

    status = 428


def conditional_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declare the tag of the content, 304 and problem documents in a route's OpenAPI."""
    tag = {"ETag": {"description": "内容的标识，内容不变则不变", "schema": {"type": "string"}}}
    return {
        200: {"description": "正文", "headers": tag},
        304: {"description": "内容与 If-None-Match 所给的相同，没有正文", "headers": tag},
        **problem_responses(*statuses),
    }


def etag_of(content: bytes) -> str:
    """Return the strong tag of content: the same bytes, the same tag."""
    return f'"{hashlib.sha256(content).hexdigest()[:_DIGITS]}"'


def is_known(etag: str, if_none_match: str | None) -> bool:
    """Tell whether a caller has the content of a tag already.

    Parameters
    ----------
    etag
        Tag of the content.
    if_none_match
        Header of the request: tags divided by commas, or ``*`` for whatever there is; None without it.

    Returns
    -------
    bool
        By weak comparison, as the header asks for.

    Examples
    --------
    >>> is_known('"a"', 'W/"a", "b"'), is_known('"a"', "*"), is_known('"a"', None)
    (True, True, False)
    """
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or etag in _TAG.findall(if_none_match)


def tag_of(body: BaseModel) -> str:
    """Return the tag of a body."""
    return etag_of(body.model_dump_json().encode())


def required_tag(if_match: str | None) -> str:
    """Return the header that names what is to be changed.

    Raises
    ------
    PreconditionRequired
        ``if_match_missing``: two who change one thing at a time would undo each other's work.
    """
    if if_match is None:
        raise PreconditionRequired(
            "if_match_missing", "没有写明要改的是哪一版内容", hint="先读取，再把 ETag 放入 If-Match 请求头"
        )
    return if_match


def check_tag(body: BaseModel, if_match: str | None) -> None:
    """Refuse to change what is not what the caller last saw; within the transaction that changes it.

    Parameters
    ----------
    body
        What is there now, as the caller would be shown it.
    if_match
        Header of the request; without one everything may be changed.

    Raises
    ------
    StaleError
        ``content_changed``. Tags are compared strongly (RFC 9110 §13.1.1): a weak one matches nothing.
    """
    if if_match is None or if_match.strip() == "*":
        return
    strong = {tag for weak, tag in _STRONG.findall(if_match) if not weak}
    if tag_of(body) not in strong:
        raise StaleError("content_changed", "内容在读取之后已被修改", hint="重新读取，核对后再改")


def conditional_answer(body: BaseModel, if_none_match: str | None) -> Response:
    """Answer with a body and its tag, or with 304 where the caller has it.

    Parameters
    ----------
    body
        What the route found.
    if_none_match
        Header of the request.
    """
    content = body.model_dump_json().encode()
    etag = etag_of(content)
    headers = {"ETag": etag, "Cache-Control": _KEPT}
    if is_known(etag, if_none_match):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)
