"""Vectors on a Milvus server; the only module that knows its client.

Every snapshot of a side is a collection of its own, named after side and content, which never changes once
it is filled. A new one is filled, loaded and counted before the side's alias moves to it in one step, and
the older ones are dropped after that. Only what Milvus 2.3 offers is used.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any, Final

import numpy as np
from grpc import RpcError
from numpy.typing import NDArray
from pymilvus import DataType, MilvusClient, MilvusException

from data.errors import StoreError
from matching.encoder.protocol import Vectors
from matching.index.hits import Hits
from matching.index.protocol import Codes

__all__ = ["MilvusServer"]

_log = logging.getLogger(__name__)

_PREFIX: Final = "yingcai"
_POSITION, _VECTOR = "position", "vector"
_INSERTED = 5_000
"""Rows sent at a time: at 384 numbers 8 MB, where a message may have 64."""

_ASKING, _BUILDING = 5.0, 1800.0
"""Seconds to wait for the answer to a search, and for one step of making a collection."""

_UNDER_WAY = 1800
"""Seconds during which a collection that is not complete counts as being filled by another process."""

_PROBES = 32


class MilvusServer:
    """A Milvus server, standalone or a cluster.

    Parameters
    ----------
    address
        Such as ``http://10.0.0.1:19530``; the name of a database may follow after ``/``.
    token
        ``user:password`` or an API key; empty where the server asks for none.
    approximate
        Whether the server searches in cells (IVF) and may miss rows; otherwise it reads every row.
    """

    most = 16_384
    """Most hits that one search may ask for."""

    def __init__(self, address: str, *, token: str = "", approximate: bool = False) -> None:
        self.address = address
        self.approximate = approximate
        self._token = token

    def version_of(self, vectors: Vectors, codes: Codes) -> str:
        """Return a name for what a collection holds: equal content has an equal version."""
        digest = hashlib.blake2b(repr((vectors.shape, self.approximate)).encode(), digest_size=8)
        digest.update(np.ascontiguousarray(vectors).data)
        for name in sorted(codes):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(codes[name]).data)
        return digest.hexdigest()

    def attach(self, side: str, version: str, vectors: Vectors) -> str | None:
        """Return the collection of a version that is loaded and whole; None if there is none."""
        count = len(_whole_rows(vectors))
        with self._telling("查找向量"):
            for name in self._collections(side):
                if self._version(name) == version and self._whole(name, count):
                    return name
        return None

    def publish(self, side: str, version: str, vectors: Vectors, codes: Codes) -> str:
        """Make a version the current one of its side, filling a collection unless a whole one is there.

        Parameters
        ----------
        side
            Whose vectors they are: lower-case letters.
        version
            As of :meth:`version_of`.
        vectors
            The rows; one that is no numbers is left out, as no search finds it.
        codes
            What the server can filter by.

        Returns
        -------
        str
            The collection.

        Raises
        ------
        StoreError
            The server does not answer, refuses, or holds something else than was sent; or another process
            is filling a collection of this version. The alias is then where it was.
        """
        name = self.attach(side, version, vectors)
        with self._telling("写入向量"):
            if name is None:
                self._refuse_second(side, version)
                name = f"{_PREFIX}_{side}_{version}_{int(time.time()):08x}{secrets.token_hex(2)}"
                self._fill(name, vectors, codes)
            self._point(side, name)
            for other in self._collections(side):
                if other != name and _made_at(other) <= _made_at(name):
                    self._client.drop_collection(other)
        return name

    def search(self, collection: str, query: Vectors, limit: int, where: str) -> Hits:
        """Return the best rows that pass an expression.

        Parameters
        ----------
        collection
            What :meth:`publish` or :meth:`attach` returned.
        query
            Shape ``(dimension,)``, finite.
        limit
            Number of hits, at most :attr:`most`.
        where
            A boolean expression of Milvus over the columns; empty lets everything through.

        Returns
        -------
        Hits
            Of a server that is not approximate, every row that is missing has at most the last score.

        Raises
        ------
        StoreError
            The server does not answer or refuses, as when the collection was replaced by a newer one.
        """
        settings = {"metric_type": "IP", "params": {"nprobe": _PROBES} if self.approximate else {}}
        with self._telling("检索"):
            found = self._client.search(
                collection, data=[query], limit=limit, filter=where, search_params=settings, timeout=_ASKING
            )[0]
        return Hits(
            np.array([hit[_POSITION] if _POSITION in hit else hit["id"] for hit in found], np.int64),
            np.array([hit["distance"] for hit in found], np.float32),
        )

    def forget(self) -> None:
        """Drop every collection with its alias."""
        with self._telling("删除向量"):
            for name in self._collections(""):
                with suppress(MilvusException):
                    self._client.drop_alias(name.rsplit("_", 2)[0])
                self._client.drop_collection(name)

    @cached_property
    def _client(self) -> Any:
        # Whatever fails is told by the errors of this module.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
        return MilvusClient(uri=self.address, token=self._token, timeout=_ASKING)

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        try:
            yield
        except (MilvusException, RpcError, OSError) as error:
            raise StoreError(
                "milvus_failed",
                f"Milvus {self.address} {what}失败：{str(error)[:200]}",
                hint="检查服务与网络；在此期间本机检索照常，结果相同",
            ) from error

    def _collections(self, side: str) -> list[str]:
        start = f"{_PREFIX}_{side}_" if side else f"{_PREFIX}_"
        return sorted(name for name in self._client.list_collections() if name.startswith(start))

    @staticmethod
    def _version(name: str) -> str:
        return name.split("_")[-2]

    def _whole(self, name: str, count: int) -> bool:
        """Tell whether a collection is loaded and holds so many rows."""
        state = self._client.get_load_state(name)["state"]
        if getattr(state, "name", str(state)) != "Loaded":
            return False
        counted = self._client.query(
            name, filter="", output_fields=["count(*)"], consistency_level="Strong", timeout=_BUILDING
        )
        return int(counted[0]["count(*)"]) == count

    def _refuse_second(self, side: str, version: str) -> None:
        recent = time.time() - _UNDER_WAY
        for name in self._collections(side):
            if self._version(name) == version and _made_at(name) > recent:
                raise StoreError(
                    "milvus_filling", f"另一个进程正在向 Milvus 写入 {name}", hint="写完后自动接上，无需处理"
                )

    def _fill(self, name: str, vectors: Vectors, codes: Codes) -> None:
        """Fill, load and count a collection; drop it again where that fails."""
        started, whole = time.monotonic(), _whole_rows(vectors)
        try:
            self._create(name, vectors.shape[1], codes)
            for start in range(0, len(whole), _INSERTED):
                self._client.insert(
                    name, _entities(vectors, codes, whole[start : start + _INSERTED]), timeout=_BUILDING
                )
            self._client.flush(name, timeout=_BUILDING)
            index = self._client.prepare_index_params()
            kind, settings = ("IVF_FLAT", {"nlist": _cells(len(whole))}) if self.approximate else ("FLAT", {})
            index.add_index(_VECTOR, index_type=kind, metric_type="IP", params=settings)
            self._client.create_index(name, index, timeout=_BUILDING)
            self._client.load_collection(name, timeout=_BUILDING)
            self._check(name, len(whole))
        except BaseException:
            self._drop(name)
            raise
        _log.info("%d rows are on %s after %.0f s", len(whole), self.address, time.monotonic() - started)

    def _check(self, name: str, count: int) -> None:
        """Refuse a collection that does not hold what was sent."""
        if not self._whole(name, count):
            raise StoreError("milvus_incomplete", f"写入 Milvus 的 {name} 条数不符", hint="稍后自动重试")

    def _create(self, name: str, dimension: int, codes: Codes) -> None:
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field(_POSITION, DataType.INT64, is_primary=True)
        schema.add_field(_VECTOR, DataType.FLOAT_VECTOR, dim=dimension)
        for column in codes:
            schema.add_field(column, DataType.INT32)
        # A collection is never changed once it is loaded: whoever searches need not wait for what is new.
        self._client.create_collection(name, schema=schema, consistency_level="Eventually", timeout=_BUILDING)

    def _point(self, side: str, name: str) -> None:
        """Move the alias of a side to a collection, in one step."""
        alias = f"{_PREFIX}_{side}"
        # Whether there is one is not asked: Milvus 2.3 answers that for its default database only.
        try:
            self._client.alter_alias(name, alias)
        except MilvusException:
            self._client.create_alias(name, alias)

    def _drop(self, name: str) -> None:
        try:
            self._client.drop_collection(name)
        except (MilvusException, RpcError) as error:
            _log.warning("%s stays on %s: %s", name, self.address, str(error)[:200])


def _made_at(name: str) -> int:
    """Return when a collection was begun, in seconds."""
    return int(name.rsplit("_", 1)[1][:8], 16)


def _whole_rows(vectors: Vectors) -> NDArray[np.int64]:
    """Return the rows that are numbers; a block at a time, for they may lie in a file."""
    blocks = range(0, len(vectors), _INSERTED)
    parts = [
        start + np.flatnonzero(np.isfinite(vectors[start : start + _INSERTED]).all(axis=1))
        for start in blocks
    ]
    return np.concatenate([np.empty(0, np.int64), *parts])


def _cells(count: int) -> int:
    return max(1, int(4 * count**0.5))


def _entities(vectors: Vectors, codes: Codes, positions: NDArray[np.int64]) -> list[dict[str, Any]]:
    columns = {name: values[positions].tolist() for name, values in codes.items()}
    return [
        {_POSITION: position, _VECTOR: vectors[position]}
        | {name: values[row] for name, values in columns.items()}
        for row, position in enumerate(positions.tolist())
    ]
