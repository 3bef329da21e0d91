"""Text that a spreadsheet would read as a formula."""

from __future__ import annotations

from typing import TypeVar

__all__ = ["guarded"]

C = TypeVar("C")
# A spreadsheet reads text that begins like this as a formula, also from CSV.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guarded(cell: C) -> C | str:
    """Return a cell as it may stand in a CSV file: text that looks like a formula gets an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_STARTS) else cell
