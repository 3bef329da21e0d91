"""A Dask cluster as the place where partitioned functions run; the only module that knows Dask."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from data.errors import InputError, WorkersLost
from data.execution import ahead

__all__ = ["Cluster", "code_sha256", "connected"]

_PATIENCE = "10s"
"""How long to wait for the scheduler to answer."""

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
        Dask is not installed here, no scheduler answers there, it has no workers, or one has other code.
    """
    try:
        from distributed import Client
    except ImportError:
        raise InputError(
            "scale_missing",
            "设置了 YINGCAI_DASK，但没有安装 Dask",
            hint="运行 pip install 'yingcai[scale]'，或清空 YINGCAI_DASK 在本机处理",
        ) from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(
            "cluster_unreachable",
            f"连接不上 Dask 调度器 {address}：{error}",
            hint="检查地址，在该机器上运行 dask scheduler；或清空 YINGCAI_DASK 在本机处理",
        ) from error
    with client:
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

    def __init__(self, client: Any) -> None:
        self._client = client

    @property
    def workers(self) -> int:
        """Number of parts that are worked on at a time: the threads of all workers now."""
        threads = self._client.nthreads()
        return max(1, sum(threads.values()))

    def map(self, function: Callable[[S, P], R], parts: Iterable[P], *, shared: S) -> Iterator[R]:
        """Run a function for every part; see :meth:`data.execution.Executor.map`."""
        from distributed import KilledWorker

        # A task and not scattered data: what is shared can be made again when the workers that had it are gone.
        kept = self._client.submit(_loaded, _packed(shared), pure=False)

        def submit(part: P) -> Any:
            return self._client.submit(_run, function, kept, _packed(part), pure=False)

        try:
            for future in ahead(submit, parts, count=2 * self.workers):
                yield future.result()
        except KilledWorker as error:
            raise WorkersLost(
                "workers_lost",
                f"集群中处理同一部分的进程多次意外结束，通常是内存不足：{error}",
                hint="请给每个 dask worker 更多内存（--memory-limit）后重试；已写入的部分不会丢失，会接着做",
            ) from error


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


def _check_workers(client: Any, address: str) -> None:
    """Refuse a cluster that cannot give the results of this process."""
    from distributed import TimeoutError as NoWorkers

    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except NoWorkers:
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


def _worker_code() -> str:
    """Return the hash of a worker's code; empty where it has none."""
    return code_sha256()


def _packed(value: Any) -> bytes:
    """Pickle here: Dask walks through containers that it is given to look for its own objects."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def _loaded(packed: bytes) -> Any:
    return pickle.loads(packed)  # noqa: S301 - written by the process that submitted it


def _run(function: Callable[[Any, Any], Any], shared: Any, part: bytes) -> Any:
    return function(shared, _loaded(part))
