"""Where the vectors of a service are searched: exactly in this process, in cells, or by a Milvus server."""

from __future__ import annotations

import logging
import threading
from typing import Final

from data.errors import InputError, StoreError
from data.settings import Settings
from matching.encoder.protocol import Vectors
from matching.index.cells import LEAST_ROWS, CellIndex
from matching.index.protocol import Codes, Engine, VectorIndex, VectorServer
from matching.index.segments import SegmentedIndex
from matching.index.served import LEAST_ALLOWED, ServedIndex

__all__ = ["CellEngine", "ExactEngine", "ServerEngine", "open_engine"]

_log = logging.getLogger(__name__)

EXACT: Final = "exact"


def open_engine(settings: Settings) -> Engine:
    """Return the engine that the settings name.

    Parameters
    ----------
    settings
        ``vectors``, ``vectors_token`` and ``vectors_approximate`` are used.

    Returns
    -------
    Engine
        No server is asked for anything yet.

    Raises
    ------
    InputError
        A Milvus server is named and its client is not installed here.
    """
    if not settings.vectors:
        return CellEngine() if settings.vectors_approximate else ExactEngine()
    try:
        from matching.index.milvus import MilvusServer  # noqa: PLC0415 - the client is an extra
    except ImportError:
        raise InputError(
            "milvus_missing",
            "设置了 YINGCAI_VECTORS，但没有安装 Milvus 的客户端",
            hint="运行 pip install 'yingcai[milvus]'，或清空 YINGCAI_VECTORS 在本机检索",
        ) from None
    token = settings.vectors_token.get_secret_value()
    return ServerEngine(MilvusServer(settings.vectors, token=token, approximate=settings.vectors_approximate))


class ExactEngine:
    """Searches exactly in this process."""

    state = EXACT

    def index(self, side: str, vectors: Vectors, codes: Codes) -> VectorIndex:  # noqa: ARG002
        """Index rows; see :meth:`Engine.index`."""
        return SegmentedIndex.from_vectors(vectors)

    def forget(self) -> None:
        """Hold nothing outside this process; see :meth:`Engine.forget`."""


class CellEngine:
    """Searches in cells where there are many rows; exactly until the cells are made, in a thread."""

    def __init__(self, *, least: int = LEAST_ROWS) -> None:
        self._least = least
        self._bases: dict[str, CellIndex] = {}

    @property
    def state(self) -> str:
        """``cells`` once a side is searched in them; see :attr:`Engine.state`."""
        return "cells" if any(base.ready for base in self._bases.values()) else EXACT

    def index(self, side: str, vectors: Vectors, codes: Codes) -> VectorIndex:  # noqa: ARG002
        """Index rows; see :meth:`Engine.index`."""
        base = CellIndex(vectors, least=self._least)
        self._bases[side] = base
        threading.Thread(target=base.prepare, name="vectors", daemon=True).start()
        return SegmentedIndex.from_base(base)

    def forget(self) -> None:
        """Hold nothing outside this process; see :meth:`Engine.forget`."""


class ServerEngine:
    """Has a server search; in this process until the rows are there, and whenever it fails.

    Parameters
    ----------
    server
        The server.
    least
        Rows from which a side goes to the server, and allowed rows from which it is asked.
    """

    def __init__(self, server: VectorServer, *, least: int = LEAST_ALLOWED) -> None:
        self._server = server
        self._least = least
        self._bases: dict[str, ServedIndex] = {}

    @property
    def state(self) -> str:
        """``milvus``, ``milvus_waiting`` where it is not asked yet or failed; see :attr:`Engine.state`."""
        bases = self._bases.values()
        if not bases:
            return EXACT
        return "milvus" if all(base.ready for base in bases) else "milvus_waiting"

    def index(self, side: str, vectors: Vectors, codes: Codes) -> VectorIndex:
        """Index rows and have them brought to the server in a thread; see :meth:`Engine.index`."""
        before = self._bases.pop(side, None)
        if before is not None:
            before.close()
        if len(vectors) < self._least:
            return SegmentedIndex.from_vectors(vectors)
        base = ServedIndex(vectors, codes, server=self._server, side=side, least=self._least)
        self._bases[side] = base
        threading.Thread(target=base.open, name="vectors", daemon=True).start()
        return SegmentedIndex.from_base(base)

    def forget(self) -> None:
        """Drop what is on the server, or log why not: newer rows replace it. See :meth:`Engine.forget`."""
        for base in self._bases.values():
            base.close()
        try:
            self._server.forget()
        except StoreError as error:
            _log.warning("the vectors stay on the server until newer ones are written: %s", error.message)
