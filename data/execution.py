"""Where a partitioned function runs: in this process, on processes of this machine, or on a cluster.

A partitioned function is a plain function of something shared and one part. Where it runs never shows in
what it returns: parts are cut by the data and not by the workers, results come in the order of the parts,
and a part is a function of nothing but itself and what is shared.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import pickle  # nosec B403
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from data.errors import InputError, WorkersLost
from data.settings import Settings

__all__ = ["Executor", "InProcess", "LocalPool", "ahead", "batched", "executor_of"]

_MOST = 4
"""Processes that are started where the settings leave the number open."""

S_contra = TypeVar("S_contra", contravariant=True)
S = TypeVar("S")
P = TypeVar("P")
R = TypeVar("R")


class Executor(Protocol):
    """Runs a function over parts."""

    @property
    def workers(self) -> int:
        """Number of parts that are worked on at a time."""

    @property
    def distributed(self) -> bool:
        """Whether parts leave this machine: then even work that keeps all its cores busy is better sent."""

    def map(self, function: Callable[[S, P], R], parts: Iterable[P], *, shared: S) -> Iterator[R]:
        """Run a function for every part.

        Parameters
        ----------
        function
            A function of a module, called with what is shared and a part. It may run more than once for a
            part and must change nothing outside.
        parts
            Taken a few ahead of the results; each can be pickled.
        shared
            Sent to a worker once.

        Yields
        ------
        object
            The results, in the order of the parts.

        Raises
        ------
        WorkersLost
            The processes that should do the work ended, again and again.
        """


class InProcess:
    """Runs every part where it is asked for, when its result is."""

    workers = 1
    distributed = False

    def map(self, function: Callable[[S, P], R], parts: Iterable[P], *, shared: S) -> Iterator[R]:
        """Run a function for every part; see :meth:`Executor.map`."""
        return (function(shared, part) for part in parts)


class LocalPool:
    """Runs parts in processes of this machine, which are started when a second part comes.

    Parameters
    ----------
    workers
        Number of processes, from 2.
    """

    distributed = False

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def map(self, function: Callable[[S, P], R], parts: Iterable[P], *, shared: S) -> Iterator[R]:
        """Run a function for every part; a single one in this process. See :meth:`Executor.map`."""
        rest = iter(parts)
        first = list(itertools.islice(rest, 2))
        if len(first) < 2:
            yield from (function(shared, part) for part in first)
            return
        with tempfile.TemporaryDirectory() as folder:
            kept = Path(folder) / "shared"
            kept.write_bytes(pickle.dumps((function, shared), pickle.HIGHEST_PROTOCOL))
            pool = self._started()

            def submit(part: P) -> Future[R]:
                return pool.submit(_call, str(kept), part)

            try:
                for future in ahead(submit, itertools.chain(first, rest), count=self.workers + 1):
                    yield future.result()
            except BrokenProcessPool as error:
                self.close()
                raise _lost() from error

    def close(self) -> None:
        """End the processes; the next parts start new ones."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Spawned, not forked: threads of the libraries in this process do not survive a fork.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.workers, mp_context=context)
        return self._pool


@contextmanager
def executor_of(settings: Settings) -> Iterator[Executor]:
    """Give the executor that the settings name, and end what was started for it.

    Parameters
    ----------
    settings
        ``dask`` and ``processes`` are used.

    Yields
    ------
    Executor
        The cluster where one is named, else processes of this machine, else this process.

    Raises
    ------
    InputError
        Dask is not installed here, the cluster is not there, or its workers have other code.
    """
    if settings.dask:
        try:
            from data.cluster import connected  # noqa: PLC0415 - Dask is an extra
        except ImportError:
            raise InputError(
                "scale_missing",
                "设置了 YINGCAI_DASK，但没有安装 Dask",
                hint="运行 pip install 'yingcai[scale]'，或清空 YINGCAI_DASK 在本机处理",
            ) from None
        with connected(settings.dask) as cluster:
            yield cluster
        return
    count = settings.processes or min(os.cpu_count() or 1, _MOST)
    if count < 2:
        yield InProcess()
        return
    pool = LocalPool(count)
    try:
        yield pool
    finally:
        pool.close()


def batched(items: Iterable[P], size: int) -> Iterator[list[P]]:
    """Cut items into parts of one size, the last one smaller; nothing gives no part.

    Examples
    --------
    >>> list(batched("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    rest = iter(items)
    while part := list(itertools.islice(rest, size)):
        yield part


def ahead(submit: Callable[[P], R], parts: Iterable[P], *, count: int) -> Iterator[R]:
    """Submit parts a few ahead of whoever takes the results, however many there are."""
    waiting: deque[R] = deque()
    for part in parts:
        waiting.append(submit(part))
        if len(waiting) > count:
            yield waiting.popleft()
    yield from waiting


def _call(kept: str, part: Any) -> Any:
    """Run a part in a process of a pool."""
    function, shared = _shared(kept)
    return function(shared, part)


@lru_cache(maxsize=2)
def _shared(kept: str) -> Any:
    # Written by the process that started this one.
    return pickle.loads(Path(kept).read_bytes())  # noqa: S301 # nosec B301


def _lost() -> WorkersLost:
    return WorkersLost(
        "workers_lost",
        "处理数据的进程意外结束，通常是内存不足",
        hint="请减少 YINGCAI_PROCESSES 或增加内存后重试；已写入的部分不会丢失，会接着做",
    )
