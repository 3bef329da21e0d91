"""A table, or a part of one, as received: every cell still text, nothing interpreted yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

__all__ = ["RawTable", "Span"]

Span = Mapping[str, int | str]
"""A place in a text: ``start``, ``end`` and the ``text`` between them."""


@dataclass(frozen=True)
class RawTable:
    """The rows of a table as text, as received."""

    frame: pd.DataFrame
    """Cells as text, empty where nothing stands; the index is the row number in the file."""
    file: str
    """Name of the file, or of the one inside an archive."""
    sha256: str
    """Hash of the file as received; of one of several tables in an archive, its own."""
    sheet: str | None = None
    """Sheet that was read; empty for a format without sheets."""
    refused: tuple[str, ...] = ()
    """不接收的列: columns of the file that were dropped at the door."""
    misaligned: tuple[int, ...] = ()
    """Numbers of rows that have more cells than there are columns."""
    evidence: Mapping[int, Mapping[str, Sequence[Span]]] = field(default_factory=dict)
    """For a row read from a résumé: field to the places of 简历文本 that it was read from."""

    @property
    def first_row(self) -> int:
        """Row number of the first row of data; 2 for a table without any."""
        return int(self.frame.index[0]) if len(self.frame) else 2
