"""Let few matches be computed at once: bound by the interpreter, more would only hold one another up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

__all__ = ["in_turn"]

_AT_ONCE: Final = 2
"""One works on Python objects while the other searches vectors, which needs no interpreter."""

_turns = threading.BoundedSemaphore(_AT_ONCE)
_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


def in_turn(work: Callable[_Given, _Result]) -> Callable[_Given, _Result]:
    """Return work that waits until fewer than two others are at it; it must not call work that waits.

    With 16 clients of one process this halved the 99th percentile at the same throughput
    (``tests/benchmarks/service_load.py``); what needs no match, such as ``/readyz``, has fewer rivals.
    """

    @wraps(work)
    def waiting(*args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
        with _turns:
            return work(*args, **kwargs)

    return waiting
