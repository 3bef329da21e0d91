"""A replica of a PostgreSQL database that answers what reads much, and never with less than the primary knew.

A streaming replica lags behind. Whoever is sent to it waits until it has replayed all that the primary had
written when they asked, so that nobody misses what they, or anybody else, wrote before. Where that takes too
long, or the replica is away, the primary answers.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any, Final

import sqlalchemy as sa

__all__ = ["Replica"]

_log = logging.getLogger(__name__)

_CONNECT_SECONDS: Final = 3
_LOOK_SECONDS: Final = 0.02
_REST_SECONDS: Final = 30.0

_WRITTEN: Final = "SELECT system_identifier::text, pg_current_wal_lsn()::text FROM pg_control_system()"
_REPLAYED: Final = """
SELECT system_identifier::text AS cluster, pg_is_in_recovery() AS follows,
    COALESCE(pg_last_wal_replay_lsn() >= CAST(%(written)s AS pg_lsn), false) AS is_level,
    EXTRACT(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) AS lag
FROM pg_control_system()
"""


class Replica:
    """A streaming replica by its URL.

    Parameters
    ----------
    url
        SQLAlchemy URL.
    wait
        How long a reader waits for the replica to draw level, in seconds.
    rest
        How long the replica is left alone after it was not to be had, in seconds.
    """

    def __init__(self, url: str, *, wait: float, rest: float = _REST_SECONDS) -> None:
        self._engine = sa.create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"connect_timeout": _CONNECT_SECONDS},
        )
        self._wait = wait
        self._rest = rest
        self._lock = threading.Lock()
        self._again_at = 0.0
        self._serves = True

    def connect(self, primary: sa.Engine) -> sa.Connection | None:
        """Return a connection to the replica, level with the primary; None where that is not to be had.

        Parameters
        ----------
        primary
            The database that the replica follows.
        """
        if time.monotonic() < self._again_at:
            return None
        with primary.connect() as connection:
            cluster, written = connection.exec_driver_sql(_WRITTEN).one()
        try:
            found = self._engine.connect()
        except sa.exc.DBAPIError as error:
            self.leave(str(error.orig).strip())
            return None
        problem = self._problem(found, cluster, written)
        if problem:
            found.close()
            self.leave(problem)
            return None
        self._note(serves=True, told="只读副本已跟上主库，读取恢复走副本")
        return found

    def leave(self, problem: str) -> None:
        """Let the primary answer for a while, and say why in the log when that begins."""
        self._again_at = time.monotonic() + self._rest
        self._note(serves=False, told=f"只读副本不可用，改读主库：{problem}")

    def dispose(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _problem(self, connection: sa.Connection, cluster: str, written: str) -> str:
        """Wait for the replica to draw level; return why it does not, empty once it is."""
        until = time.monotonic() + self._wait
        try:
            while True:
                state: Any = connection.exec_driver_sql(_REPLAYED, {"written": written}).one()
                connection.rollback()
                if not state.follows or state.cluster != cluster:
                    return "该地址不是主库的流复制副本，请检查 YINGCAI_DATABASE_READ_URL"
                if state.is_level:
                    return ""
                if time.monotonic() >= until:
                    lag = "未知" if state.lag is None else f"{state.lag:.1f} 秒"
                    return f"等了 {self._wait:g} 秒仍落后（最近重放的事务距今 {lag}）"
                time.sleep(_LOOK_SECONDS)
        except sa.exc.DBAPIError as error:
            return str(error.orig).strip()

    def _note(self, *, serves: bool, told: str) -> None:
        """Say once that the replica came or went."""
        with self._lock:
            changed, self._serves = self._serves != serves, serves
        if changed:
            _log.log(logging.INFO if serves else logging.WARNING, told)
