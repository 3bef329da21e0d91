"""What a run leaves besides weights: the hash of its data, its memory, its machine."""

from __future__ import annotations

import hashlib
import json
import resource
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import torch

__all__ = ["data_hash", "machine", "peak_memory", "read_record", "write_record"]


_SHAPING = ("anchor", "positive", "source", "concept", "split", "language", "group", "negatives")
"""Columns that decide what is trained on, and in which batches."""


def data_hash(pairs: pd.DataFrame) -> str:
    """Return a hash of pairs: equal for equal rows in equal order, whatever the index."""
    digest = hashlib.sha256()
    columns = [name for name in _SHAPING if name in pairs]
    for row in zip(*(pairs[name] for name in columns), strict=True):
        plain = [value if isinstance(value, str) else list(value) for value in row]
        digest.update(json.dumps(plain, ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()


def machine() -> dict[str, Any]:
    """Return what computed: the device and the threads, which speed and last bits depend on."""
    return {
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
        "threads": torch.get_num_threads(),
    }


def peak_memory() -> int:
    """Return the largest resident memory of this process so far, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def write_record(record: dict[str, Any], path: Path) -> None:
    """Write a record as JSON, in one rename."""
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", "utf-8")
    unfinished.replace(path)


def read_record(path: Path) -> dict[str, Any]:
    """Read a record; an empty dict where there is none or it was not written to its end."""
    try:
        record: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return record
