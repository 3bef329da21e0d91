"""A worker takes parts of jobs, one after another, until it is told to stop.

Killed at any moment it loses at most the part it was at: nothing of it was written, and another worker takes
it once the lease has run out. A database that is locked or gone is waited for.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.jobs.handler import Abandoned, Handler, Outcome, Work
from data.errors import YingcaiError
from data.normalise.contacts import mask_contacts
from data.store.audit import Circumstance, under
from data.store.job_parts import Claim, Lease, claim_part, extend_lease, fail_job, finish_part, hand_back
from data.store.jobs import purge_jobs
from data.store.store import Store

__all__ = ["Pace", "Worker", "Workers"]

_log = structlog.get_logger()

_PURGE_SECONDS = 600.0
_WRITE_TRIES = 6
_JOIN_SECONDS = 0.5
_TROUBLE = (OperationalError, InterfaceError, PoolTimeout)
"""What a database raises that is locked, restarting or out of reach: no fault of the part that met it."""


@dataclass(frozen=True)
class Pace:
    """How long things take."""

    lease_seconds: float = 60
    """How long a part stays with a worker that is not heard of."""
    beat_seconds: float = 15
    """How often a worker says that it is still at it; well below the lease."""
    poll_seconds: float = 1
    """How often an idle worker looks for work."""
    backoff_seconds: float = 2
    """How long a part waits after its first failure; twice as long after each further one."""
    attempts: int = 5
    """How often a part is begun before its job is given up."""


class Worker:
    """Does parts of jobs.

    Parameters
    ----------
    store
        The store with the queue.
    handlers
        One for each kind of job that it can do.
    key
        The key of the pseudonyms, for the looks at people that answers are.
    retention
        How long jobs are kept after the last that happened to them.
    pace
        How long things take.
    """

    def __init__(
        self,
        store: Store,
        handlers: Sequence[Handler],
        *,
        key: bytes,
        retention: dt.timedelta,
        pace: Pace | None = None,
    ) -> None:
        self.name = f"{socket.gethostname()[:80]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.taken = 0
        self._store = store
        self._handlers: Mapping[str, Handler] = {each.kind: each for each in handlers}
        self._key = key
        self._retention = retention
        self._pace = pace or Pace()
        self._stopped, self._hurried = threading.Event(), threading.Event()
        self._purged = 0.0

    def run(self, *, until_idle: bool = False) -> None:
        """Work until :meth:`stop`, or only until nothing can be taken."""
        while not self._stopped.is_set():
            if self.step():
                self.taken += 1
            elif until_idle:
                break
            else:
                self._stopped.wait(self._pace.poll_seconds)

    def stop(self, *, hurry: bool = False) -> None:
        """End after the part at hand; in a hurry it is handed back unfinished instead."""
        if hurry:
            self._hurried.set()
        self._stopped.set()

    def step(self) -> bool:
        """Take one part and do it; False when there is none, or the database cannot be asked."""
        try:
            self._purge()
            claim = claim_part(
                self._store,
                self.name,
                kinds=self._handlers,
                lease=dt.timedelta(seconds=self._pace.lease_seconds),
            )
            if claim is not None:
                self._do(claim)
        except SQLAlchemyError as error:
            _note_failure("queue_unreachable", error)
            return False
        return claim is not None

    def _do(self, claim: Claim) -> None:
        if claim.lease.attempts > self._pace.attempts:
            told = f"有一部分接连 {self._pace.attempts} 次没有做完（处理进程中断），任务停止"
            fail_job(self._store, claim.lease, "job_poisoned", told)
            return
        with _Heart(self._store, claim.lease, self._pace) as heart:
            try:
                outcome = self._handlers[claim.kind].run(self._work(claim, heart))
                self._write(claim, outcome, heart)
            except Abandoned:
                # Where the lease is lost this changes nothing; a worker in a hurry frees the part for others.
                hand_back(self._store, claim.lease, counted=False)
            except Exception as error:  # noqa: BLE001 - whatever fails in a part, the worker lives on
                self._put_off(claim.lease, error)

    def _work(self, claim: Claim, heart: _Heart) -> Work:
        def go_on() -> None:
            if heart.lost or self._hurried.is_set():
                raise Abandoned

        return Work(claim.owner, claim.actor, claim.payload, claim.queries, claim.lease.attempts, go_on)

    def _write(self, claim: Claim, outcome: Outcome, heart: _Heart) -> None:
        """Write a part, waiting for a database that is locked or gone; nothing is written twice."""
        for tried in range(1, _WRITE_TRIES + 1):
            try:
                with under(Circumstance(agency_id=claim.owner or None)):
                    finish_part(self._store, claim.lease, outcome.answers, looks=outcome.looks, key=self._key)
            except _TROUBLE as error:
                if tried == _WRITE_TRIES or heart.lost:
                    raise
                _note_failure("part_not_written", error)
                time.sleep(min(self._pace.poll_seconds * 2**tried, self._pace.lease_seconds / 2))
            else:
                return

    def _put_off(self, lease: Lease, error: Exception) -> None:
        """Let a part that failed wait for another attempt, or give its job up after the last one."""
        _note_failure("part_failed", error, job=lease.job_id, attempt=lease.attempts)
        counted = not isinstance(error, _TROUBLE)
        if counted and lease.attempts >= self._pace.attempts:
            code = error.code if isinstance(error, YingcaiError) else "internal_error"
            reason = mask_contacts(error.message) if isinstance(error, YingcaiError) else "处理时出错"
            fail_job(self._store, lease, code, f"{reason}（试了 {lease.attempts} 次）")
            return
        pause = dt.timedelta(seconds=self._pace.backoff_seconds * 2 ** (lease.attempts - 1))
        hand_back(self._store, lease, counted=counted, not_before=dt.datetime.now(dt.UTC) + pause)

    def _purge(self) -> None:
        """Delete what has expired, now and then."""
        if self._purged and time.monotonic() - self._purged < _PURGE_SECONDS:
            return
        purge_jobs(self._store, before=dt.datetime.now(dt.UTC) - self._retention)
        self._purged = time.monotonic()


class Workers:
    """Workers in threads of this process.

    Parameters
    ----------
    workers
        One for each thread; none is a service that leaves the work to ``yingcai worker``.
    """

    def __init__(self, workers: Sequence[Worker]) -> None:
        self._workers = tuple(workers)
        self._threads: list[threading.Thread] = []

    @property
    def taken(self) -> int:
        """Parts that were taken so far."""
        return sum(worker.taken for worker in self._workers)

    def start(self, *, until_idle: bool = False) -> None:
        """Begin to work, until :meth:`stop` or only until nothing can be taken."""
        self._threads = [
            threading.Thread(
                target=worker.run, kwargs={"until_idle": until_idle}, name=f"worker-{number}", daemon=True
            )
            for number, worker in enumerate(self._workers)
        ]
        for thread in self._threads:
            thread.start()

    def ask_to_stop(self, *, hurry: bool = False) -> None:
        """Let every worker end after the part at hand, or hand it back at once in a hurry."""
        for worker in self._workers:
            worker.stop(hurry=hurry)

    def stop(self) -> None:
        """End every worker after the part at hand, and wait for it."""
        self.ask_to_stop()
        self.join()

    def join(self) -> None:
        """Wait until every worker has ended."""
        for thread in self._threads:
            # A signal given to another thread does not wake a main thread that waits without end.
            while thread.is_alive():
                thread.join(_JOIN_SECONDS)
        self._threads = []


class _Heart:
    """Extends a lease while a part is done, in a thread of its own."""

    def __init__(self, store: Store, lease: Lease, pace: Pace) -> None:
        self._store, self._lease, self._pace = store, lease, pace
        self._ended, self._lost = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    @property
    def lost(self) -> bool:
        """Whether the part is somebody else's by now, or its job ended."""
        return self._lost.is_set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._ended.wait(self._pace.beat_seconds):
            until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self._pace.lease_seconds)
            try:
                if not extend_lease(self._store, self._lease, until=until):
                    self._lost.set()
                    return
            except SQLAlchemyError as error:
                # The next beat tries again; should the lease run out, the token keeps the results apart.
                _note_failure("heartbeat_failed", error)


def _note_failure(event: str, error: Exception, **more: object) -> None:
    """Write to the log what failed, without what could tell of a person: a statement names its values."""
    told = mask_contacts(error.message) if isinstance(error, YingcaiError) else ""
    _log.error(event, error=type(error).__name__, told=told, **more)
