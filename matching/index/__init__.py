"""Exact vector search within an allowed set, and how an index lives on disk."""

from __future__ import annotations

from matching.index.flat import FlatIndex
from matching.index.hits import Hits
from matching.index.segments import SegmentedIndex
from matching.index.snapshot import Snapshot, read_snapshot, write_snapshot

__all__ = ["FlatIndex", "Hits", "SegmentedIndex", "Snapshot", "read_snapshot", "write_snapshot"]
