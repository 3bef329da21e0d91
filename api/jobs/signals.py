"""How a process with workers is told to stop."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from api.jobs.worker import Workers

__all__ = ["stopping"]


@contextmanager
def stopping(workers: Workers) -> Iterator[None]:
    """Let the first SIGTERM or Ctrl-C end workers after the part at hand, and the second one at once.

    Parameters
    ----------
    workers
        Whom to tell; only the main thread of a process may ask for this.
    """
    told = []

    def stop(_number: int, _frame: object) -> None:
        told.append(True)
        workers.ask_to_stop(hurry=len(told) > 1)

    before = {each: signal.signal(each, stop) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
