"""Pages of a list: a limit, and a signed cursor that goes on where the page before ended.

A cursor states how far a reader came and is signed together with the list it belongs to: it cannot be made
up, nor be used for another list, and there is no depth at which it ends.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from data.canonical import json_sha256
from data.errors import InputError

__all__ = ["KeysetQuery", "Page", "PageQuery", "Place", "cursor_of", "page_of", "place_of"]

T = TypeVar("T")
_PLACE: Final = struct.Struct(">q")
_MAC_BYTES: Final = 16
_PURPOSE: Final = b"yingcai cursor\0"


class PageQuery(BaseModel):
    """Parameters of every list; a parameter that is not described is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(default=20, ge=1, le=200, description="每页条数", examples=[20])
    cursor: str | None = Field(
        default=None,
        min_length=1,
        max_length=64,
        description="上一页给出的 cursor，原样带回；其余条件须与上一页相同。不写从头取",
        examples=[None],
    )


class KeysetQuery(PageQuery):
    """Parameters of a list that is read from the store page by page."""

    cursor: str | None = Field(
        default=None,
        min_length=1,
        max_length=600,
        description="上一页给出的 cursor，原样带回；其余条件须与上一页相同。不写从头取",
        examples=[None],
    )


class Place(NamedTuple):
    """Where the next page of a list goes on that is read from the store page by page."""

    last_id: str
    """Id of the last record of the page before."""
    total: int
    """How many there were on all pages when the first one was read; a page is not to cost a count."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some of a list."""

    items: tuple[T, ...]
    """The items of this page."""
    total: int
    """How many there are on all pages."""
    cursor: str | None
    """Where the next page goes on; None on the last."""


def page_of(
    items: Sequence[T], query: PageQuery, *, key: bytes, of: Any, ranks: Sequence[int] | None = None
) -> Page[T]:
    """Return the page that is asked for.

    Parameters
    ----------
    items
        The whole list in its order.
    query
        How many, and where to go on.
    key
        Secret that signs cursors.
    of
        What the list is: its address, filters and version, as plain values. A cursor serves this list only.
    ranks
        Rising number of each item that it keeps when others come or go; its place when left out.

    Returns
    -------
    Page
        Empty for an empty list.

    Raises
    ------
    InputError
        ``cursor_invalid``: it was not given out for this list.
    """
    places = range(len(items)) if ranks is None else ranks
    listed = json_sha256(of).encode()
    first = 0 if query.cursor is None else bisect_right(places, _read(query.cursor, key, listed))
    last = first + query.limit
    more = last < len(items)
    return Page(
        tuple(items[first:last]), len(items), _signed(places[last - 1], key, listed) if more else None
    )


def place_of(query: KeysetQuery, *, key: bytes, of: Any) -> Place | None:
    """Return where a page goes on; None for the first page.

    Parameters
    ----------
    query
        What is asked for.
    key
        Secret that signs cursors.
    of
        What the list is: its address and filters, as plain values. A cursor serves this list only.

    Raises
    ------
    InputError
        ``cursor_invalid``: it was not given out for this list.
    """
    if query.cursor is None:
        return None
    packed = _opened(query.cursor, key, json_sha256(of).encode())
    return Place(packed[_PLACE.size :].decode(), int(_PLACE.unpack(packed[: _PLACE.size])[0]))


def cursor_of(place: Place, *, key: bytes, of: Any) -> str:
    """Return the cursor of a place in a list; see :func:`place_of`."""
    return _sealed(_PLACE.pack(place.total) + place.last_id.encode(), key, json_sha256(of).encode())


def _signed(place: int, key: bytes, listed: bytes) -> str:
    return _sealed(_PLACE.pack(place), key, listed)


def _read(cursor: str, key: bytes, listed: bytes) -> int:
    """Return the place that a cursor states if it was given out for this list."""
    return int(_PLACE.unpack(_opened(cursor, key, listed))[0])


def _sealed(packed: bytes, key: bytes, listed: bytes) -> str:
    return base64.urlsafe_b64encode(packed + _mac(packed, key, listed)).decode()


def _opened(cursor: str, key: bytes, listed: bytes) -> bytes:
    try:
        token = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        token = b""
    packed, mac = token[:-_MAC_BYTES], token[-_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(packed, key, listed)):
        raise InputError(
            "cursor_invalid",
            "cursor 无效，或不属于这个列表（条件已改，或数据已换版）",
            hint="去掉 cursor 从第一页取起",
        )
    return packed


def _mac(packed: bytes, key: bytes, listed: bytes) -> bytes:
    return hmac.new(key, _PURPOSE + listed + packed, hashlib.sha256).digest()[:_MAC_BYTES]
