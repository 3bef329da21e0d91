"""An encoder that remembers: unchanged text is never encoded twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

import numpy as np

from data.errors import ModelError
from data.execution import Executor, InProcess, batched
from data.store.store import Store
from data.store.vectors import read_vectors, write_vectors
from matching.encoder.protocol import Encoder, Vectors, quiet

__all__ = ["CachedEncoder", "SentEncoder", "encode_new", "sent_vectors"]

_CHUNK = 4096


class CachedEncoder:
    """Wraps an encoder with the store's vectors, keyed by the encoder's name and a hash of the text.

    Sent to another process it is a :class:`SentEncoder`: the store stays here.

    Parameters
    ----------
    encoder
        Encodes what is not known yet.
    store
        Keeps the vectors.
    executor
        Where texts are encoded if it is distributed: the encoder keeps every core of this machine busy by
        itself. Here when left out.
    """

    def __init__(self, encoder: Encoder, store: Store, executor: Executor | None = None) -> None:
        self._encoder = encoder
        self._store = store
        self._executor = executor or InProcess()

    def __reduce__(self) -> tuple[type[SentEncoder], tuple[str, int]]:
        """Send the name."""
        return SentEncoder, (self.name, self.dimension)

    @property
    def name(self) -> str:
        """The wrapped encoder's name."""
        return self._encoder.name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._encoder.dimension

    def on(self, executor: Executor) -> CachedEncoder:
        """Return the same encoder and memory, with texts encoded by an executor."""
        return CachedEncoder(self._encoder, self._store, executor)

    def encode(self, texts: Sequence[str], *, progress: Callable[[int, int], None] = quiet) -> Vectors:
        """Encode texts; every distinct text that is new is encoded once and kept chunk by chunk.

        A text's vector may differ in its last digits with the others of its chunk. Chunks are cut by the
        texts alone, so that it does not differ with the executor.

        Parameters
        ----------
        texts
            Texts in any language.
        progress
            Called with the number of new texts that are encoded and their total.

        Returns
        -------
        ndarray of float32
            Unit vectors of shape ``(len(texts), dimension)``.

        Raises
        ------
        ModelError
            A worker has no such model.
        """
        hashes = [hashlib.sha256(text.encode()).digest() for text in texts]
        known = read_vectors(self._store, self.name, list(dict.fromkeys(hashes)))
        new = {key: text for key, text in zip(hashes, texts, strict=True) if key not in known}
        # Sorted, so that each chunk holds texts of one length and an interrupted run keeps most of its work.
        keys = sorted(new, key=lambda key: len(new[key]))
        done = 0

        def step(within: int, _total: int) -> None:
            progress(done + within, len(keys))

        chunks = list(batched(keys, _CHUNK))
        if self._executor.distributed:
            parts = ([new[key] for key in chunk] for chunk in chunks)
            found = self._executor.map(encode_new, parts, shared=(self.name, self._encoder))
        else:
            found = (self._encoder.encode([new[key] for key in chunk], progress=step) for chunk in chunks)
        for chunk, vectors in zip(chunks, found, strict=True):
            write_vectors(self._store, self.name, chunk, vectors)
            known.update(zip(chunk, vectors, strict=True))
            done += len(chunk)
            progress(done, len(keys))
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return np.stack([known[key] for key in hashes])


class _Sent(NamedTuple):
    """Vectors that came with a part."""

    places: Mapping[str, int]
    vectors: Vectors


_SENT: ContextVar[_Sent | None] = ContextVar("sent_vectors", default=None)


@contextmanager
def sent_vectors(texts: Sequence[str], vectors: Vectors) -> Iterator[None]:
    """Let every :class:`SentEncoder` know the vectors that came with a part of work.

    Parameters
    ----------
    texts
        The texts that the part needs.
    vectors
        A row for each.
    """
    token = _SENT.set(_Sent({text: row for row, text in enumerate(texts)}, vectors))
    try:
        yield
    finally:
        _SENT.reset(token)


class SentEncoder:
    """Stands for an encoder in another process: it knows the vectors that came along, and encodes nothing.

    Parameters
    ----------
    name, dimension
        Of the encoder.
    """

    def __init__(self, name: str, dimension: int) -> None:
        self.name = name
        self.dimension = dimension

    def encode(self, texts: Sequence[str], *, progress: Callable[[int, int], None] = quiet) -> Vectors:
        """Return the vectors of texts.

        Raises
        ------
        KeyError
            A text's vector did not come along.
        """
        progress(len(texts), len(texts))
        sent = _SENT.get()
        if not texts or sent is None:
            if texts:
                raise KeyError(texts[0])
            return np.empty((0, self.dimension), np.float32)
        return sent.vectors[[sent.places[text] for text in texts]]


_loaded: dict[str, Encoder] = {}
"""The encoder of a worker: the first that came under a name stays loaded."""


def encode_new(shared: tuple[str, Encoder], texts: list[str]) -> Vectors:
    """Encode texts on a worker.

    Parameters
    ----------
    shared
        Name of the encoder where the work was cut up, and the encoder; of a model on disk its folder is sent.
    texts
        One chunk.

    Returns
    -------
    ndarray of float32
        Shape ``(len(texts), dimension)``.

    Raises
    ------
    ModelError
        The worker has no such model at the same place, or another one.
    """
    name, sent = shared
    encoder = _loaded.setdefault(name, sent)
    if encoder.name != name:
        del _loaded[name]
        raise ModelError(
            "worker_model",
            f"工作进程上的编码模型是 {encoder.name}，需要的是 {name}",
            hint="在每台机器的同一位置（YINGCAI_CACHE_DIR）放同一个模型：运行 yingcai model build",
        )
    return encoder.encode(texts)
