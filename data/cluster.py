"""A Dask cluster as the place where partitioned functions run; the only module that knows Dask."""

from __future__ import annotations

import hashlib
import itertools
import pickle  # nosec B403
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import dask.config
from distributed import Client, KilledWorker
from distributed import TimeoutError as NotYet

from data.errors import InputError, WorkersLost
from data.execution import ahead

__all__ = ["Cluster", "code_sha256", "connected"]

_PATIENCE = 10.0
"""How long to wait for the scheduler to answer, in seconds."""

_LARGEST_PART = "1GB"
_ROUNDS_WITHOUT = 3
"""How often in a row to find no worker before giving up: one that is started again has half a minute."""

_PACKAGES = ("data", "matching", "training")
"""Whose functions run on workers."""

S = TypeVar("S")
P = TypeVar("P")
R = TypeVar("R")


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Connect to a cluster, and let it go at the end.

    Parameters
    ----------
    address
        Of the scheduler, such as ``tcp://10.0.0.1:8786``.

    Yields
    ------
    Cluster
        With at least one worker, all of which have the code of this process.

    Raises
    ------
    InputError
        No scheduler answers there, it has no workers, or one of them has other code.
    """
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, RuntimeError, TimeoutError, TypeError, ValueError) as error:  # also TLS set up wrongly
        raise InputError(
            "cluster_unreachable",
            f"连接不上 Dask 调度器 {address}：{error}",
            hint="检查地址与证书设置，在该机器上运行 dask scheduler；或清空 YINGCAI_DASK 在本机处理",
        ) from error
    # What a part needs travels with it, so that another worker can do it again: nothing to warn of.
    with client, dask.config.set({"distributed.admin.large-graph-warning-threshold": _LARGEST_PART}):
        _check_workers(client, address)
        yield Cluster(client)


class Cluster:
    """Runs parts on the workers of a Dask cluster.

    A part whose worker is lost runs again on another one: its input stays with the scheduler until its result
    has arrived here.

    Parameters
    ----------
    client
        Connected to the scheduler.
    """

    distributed = True

    def __init__(self, client: Client) -> None:
        self._client = client

    @property
    def workers(self) -> int:
        """Number of parts that are worked on at a time: the threads of all workers now."""
        return max(1, len(self._client.ncores()))  # type: ignore[no-untyped-call]

    def map(self, function: Callable[[S, P], R], parts: Iterable[P], *, shared: S) -> Iterator[R]:
        """Run a function for every part, a single one in this process; see :meth:`Executor.map`."""
        rest = iter(parts)
        first = list(itertools.islice(rest, 2))
        if len(first) < 2:
            yield from (function(shared, part) for part in first)
            return
        # A task and not scattered data: what is shared can be made again when its workers are gone.
        kept = self._client.submit(_loaded, _packed(shared), pure=False)

        def submit(part: P) -> Any:
            return self._client.submit(_run, function, kept, _packed(part), pure=False)

        try:
            for future in ahead(submit, itertools.chain(first, rest), count=2 * self.workers):
                yield self._result(future)
        except KilledWorker as error:
            raise _lost(f"集群中处理同一部分的进程多次意外结束，通常是内存不足：{error}") from error

    def _result(self, future: Any) -> Any:
        """Wait for a result as long as there is somebody to bring it."""
        without = 0
        while not future.done():
            with suppress(NotYet):
                return future.result(timeout=_PATIENCE)
            without = 0 if self._client.ncores() else without + 1  # type: ignore[no-untyped-call]
            if without > _ROUNDS_WITHOUT:
                raise _lost("集群中已没有工作进程")
        return future.result()


@cache
def code_sha256() -> str:
    """Return a hash of the code whose functions run on workers."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parent.parent
    for package in _PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _check_workers(client: Client, address: str) -> None:
    """Refuse a cluster that cannot give the results of this process."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except NotYet:
        raise InputError(
            "cluster_empty",
            f"Dask 调度器 {address} 没有工作进程",
            hint=f"在每台机器上运行 dask worker {address}",
        ) from None
    own = code_sha256()
    others = sorted(
        name for name, theirs in client.run(_worker_code, on_error="return").items() if theirs != own
    )
    if others:
        raise InputError(
            "cluster_code",
            f"{len(others)} 个工作进程的程序与本机不同，结果会不一致：{'、'.join(others[:5])}",
            hint="在每台机器上安装同一版本的 yingcai 后重启 dask worker",
        )


def _lost(message: str) -> WorkersLost:
    return WorkersLost(
        "workers_lost",
        message,
        hint="检查各机器上的 dask worker（内存见 --memory-limit）后重试；已写入的部分不会丢失，会接着做",
    )


def _worker_code() -> str:
    """Return the hash of a worker's code; empty where it has none."""
    return code_sha256()


def _packed(value: Any) -> bytes:
    """Pickle here: Dask walks through containers that it is given to look for its own objects."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def _loaded(packed: bytes) -> Any:
    # Written by the process that submitted it.
    return pickle.loads(packed)  # noqa: S301 # nosec B301


def _run(function: Callable[[Any, Any], Any], shared: Any, part: bytes) -> Any:
    return function(shared, _loaded(part))
