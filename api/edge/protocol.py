"""How long a connection may take to ask, how many may wait, how large a head may be.

uvicorn bounds none of these before it has read the head of a request: clients that send a byte now and then
("slowloris") would hold connections for ever.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["EdgeProtocol"]

_TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)


class EdgeProtocol(HttpToolsProtocol):
    """A connection that is closed unless it sends a whole head in time.

    Where more connections wait than may, the one that has waited longest goes: a client that asks at once is
    answered while thousands of others hold connections without asking.
    """

    head_seconds: ClassVar[float] = 10
    """From the connection, or the first byte of a further request, to the end of the head."""
    head_bytes: ClassVar[int] = 65_536
    """Largest head, with what comes in the same read."""
    most_waiting: ClassVar[int] = 512
    """Connections of this process that may be without a whole head at one time."""
    _waiting: ClassVar[dict[EdgeProtocol, None]] = {}

    _timer: asyncio.TimerHandle | None = None
    _head_read: int = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._waited()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes of a head, then let uvicorn read it."""
        if self._timer is None and (self.cycle is None or self.cycle.response_complete):
            self._wait()
        if self._timer is not None:
            self._head_read += min(len(data), self.head_bytes + 1)
            if self._head_read > self.head_bytes and b"\r\n\r\n" not in data[: self.head_bytes]:
                self.transport.write(_TOO_LARGE)
                self.transport.close()
                return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Stop waiting: the head is whole."""
        self._waited()
        super().on_headers_complete()

    def _wait(self) -> None:
        self._head_read = 0
        self._timer = self.loop.call_later(self.head_seconds, self.give_up)
        self._waiting[self] = None
        if len(self._waiting) > self.most_waiting:
            next(iter(self._waiting)).give_up()

    def _waited(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._waiting.pop(self, None)

    def give_up(self) -> None:
        """Close a connection that waits."""
        self._waited()
        self.transport.abort()
