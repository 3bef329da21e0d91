"""Exact vector search within an allowed set, where it runs, and how an index lives on disk."""

from __future__ import annotations

from matching.index.engine import CellEngine, ExactEngine, ServerEngine, open_engine
from matching.index.flat import FlatIndex
from matching.index.hits import Hits
from matching.index.protocol import Engine, VectorIndex
from matching.index.segments import SegmentedIndex
from matching.index.snapshot import Snapshot, read_snapshot, write_snapshot

__all__ = [
    "CellEngine",
    "Engine",
    "ExactEngine",
    "FlatIndex",
    "Hits",
    "SegmentedIndex",
    "ServerEngine",
    "Snapshot",
    "VectorIndex",
    "open_engine",
    "read_snapshot",
    "write_snapshot",
]
