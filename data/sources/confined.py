"""Do something with a stranger's file in a process of its own, with little memory, time and nothing to lose.

A file may be made to fill the memory of whoever reads it, or to keep it busy for ever. The process that does
the reading has a limit for both; when it dies, nobody else does. What it answers comes back as JSON: nothing
that it says is ever run.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final

from data.errors import FileProblem, InputError
from data.sources.faults import corrupt, too_wide

__all__ = ["Bounds", "confined"]

_log = logging.getLogger(__name__)

_POLL_SECONDS: Final = 0.2
_NICE: Final = 10
_PRELOADED: Final = ["data.preview", "data.sources.spool"]
_MEGABYTE: Final = 1 << 20


@dataclass(frozen=True)
class Bounds:
    """What a reading may take."""

    memory_mb: int
    """Memory of the process, the libraries included."""
    seconds: float
    """Time from its start to its answer."""


def confined(
    function: Callable[..., Any],
    *args: Any,
    name: str,
    bounds: Bounds,
    go_on: Callable[[], object] = lambda: None,
) -> Any:
    """Call a function in a process of its own.

    Parameters
    ----------
    function
        A function of a module; what it returns can be written as JSON.
    *args
        Its arguments.
    name
        What the file is called, for messages.
    bounds
        What it may take.
    go_on
        Called while waiting; what it raises ends the process.

    Returns
    -------
    Any
        What the function returned, as JSON tells it.

    Raises
    ------
    InputError
        What the function raised; a ``FileProblem`` ``file_too_large`` where the memory did not do,
        ``file_too_slow`` where the time did not, and ``file_corrupt`` where a reader met what it did not
        expect.
    """
    context = multiprocessing.get_context("forkserver")
    # The server that the processes are forked from has one thread, and has loaded what they need.
    context.set_forkserver_preload(_PRELOADED)
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(theirs, bounds, function, args), daemon=True)
    process.start()
    theirs.close()
    try:
        answer = _answer(ours, name, bounds, go_on)
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()
    if "value" in answer:
        return answer["value"]
    kind = FileProblem if answer["whole"] else InputError
    raise kind(answer["code"], answer["message"], hint=answer["hint"])


def _answer(ours: Connection, name: str, bounds: Bounds, go_on: Callable[[], object]) -> dict[str, Any]:
    end = time.monotonic() + bounds.seconds
    while not ours.poll(_POLL_SECONDS):
        go_on()
        if time.monotonic() > end:
            raise FileProblem(
                "file_too_slow",
                f"“{name}”在 {bounds.seconds:g} 秒内没有读完",
                hint="请检查文件是否正常，拆分后再传，或另存为 csv",
            )
    try:
        answer: dict[str, Any] = json.loads(ours.recv_bytes())
    except (EOFError, OSError) as error:
        # It ended without a word: killed for its memory, or a library gave up on the whole process.
        raise too_wide(name) from error
    if "failed" in answer:
        _log.error("a file could not be read: %s", answer["failed"])
        return _told(corrupt(name))
    return answer


def _told(error: InputError) -> dict[str, Any]:
    whole = isinstance(error, FileProblem)
    return {"whole": whole, "code": error.code, "message": error.message, "hint": error.hint}


def _run(pipe: Connection, bounds: Bounds, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """Be the process: call the function within the bounds and tell what came of it."""
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (bounds.memory_mb * _MEGABYTE,) * 2)
    seconds = int(bounds.seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    answer: dict[str, Any]
    try:
        answer = {"value": function(*args)}
    except InputError as error:
        answer = _told(error)
    except MemoryError:
        return
    except Exception as error:  # noqa: BLE001 - whatever a reader meets in a file, the file is at fault
        answer = {"failed": type(error).__name__}
    pipe.send_bytes(json.dumps(answer).encode())
