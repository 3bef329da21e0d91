"""The errors of the whole product.

::

    YingcaiError                 code, a Chinese message, what to do next
    ├── InputError               what the caller gave cannot be used
    │   ├── CellError            one cell cannot be read; becomes a CellProblem where a table is read
    │   ├── FileProblem          a file as a whole cannot be read
    │   └── UnknownName          a region, profile, vacancy or code that is not there
    ├── RefusedError             the request is valid, the evidence is too thin to answer
    ├── ConflictError            the request is valid, what is there already does not allow it
    │   └── StaleError           what is to be changed is not what the caller last saw
    ├── ExpiredError             what is asked for is no longer kept
    ├── AccessError              who asks may not (api.access.errors): unknown, forbidden or too often
    ├── ModelError               the embedding model is missing or broken
    └── StoreError               the database cannot be used as it is
        └── IndexDamaged         a snapshot of an index is missing or not what was written

A parser raises :class:`CellError` for one value. Where a table is read it becomes a
:class:`CellProblem`, collected with its row and column while the rest of the table goes through.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = [
    "CellError",
    "CellProblem",
    "ConflictError",
    "ExpiredError",
    "FileProblem",
    "IndexDamaged",
    "InputError",
    "ModelError",
    "RefusedError",
    "StaleError",
    "StoreError",
    "UnknownName",
    "WorkersLost",
    "YingcaiError",
]


class YingcaiError(Exception):
    """Base of every error that the product raises on purpose.

    Parameters
    ----------
    code
        Stable identifier for programs, in lower snake case.
    message
        What failed and what was given, in Chinese.
    hint
        What to do next, in Chinese.
    """

    def __init__(self, code: str, message: str, *, hint: str = "") -> None:
        super().__init__(code, message)  # both, so that a copy can be made of it in another process
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}（{self.hint}）" if self.hint else self.message


class InputError(YingcaiError):
    """What the caller gave cannot be used."""


class CellError(InputError):
    """One value cannot be read; the table reader adds row and column and goes on."""


class FileProblem(InputError):
    """A file as a whole cannot be read; nothing of it was stored."""


class UnknownName(InputError):
    """A name, code or id that the product does not know."""


class RefusedError(YingcaiError):
    """The evidence is too thin for an honest answer."""


class ConflictError(YingcaiError):
    """What is there already does not allow it."""


class StaleError(ConflictError):
    """What is to be changed is not what the caller last saw."""


class ExpiredError(YingcaiError):
    """What is asked for is no longer kept."""


class ModelError(YingcaiError):
    """The embedding model is missing, damaged or cannot be built."""


class WorkersLost(YingcaiError):
    """The processes that should do a piece of work ended; what was written before stays."""


class StoreError(YingcaiError):
    """The database cannot be used as it is."""


class IndexDamaged(StoreError):
    """A snapshot of an index is missing, incomplete or not what was written; the store still has it all."""


class CellProblem(BaseModel):
    """One cell that could not be used, for the row-level error report."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    row: int
    """Row number as the user sees it in the file; the header row is 1."""
    column: str
    """Column name as it stands in the file."""
    value: str
    """The text found there, cut to 80 characters."""
    code: str
    """Stable identifier, such as ``headcount_out_of_range``."""
    message: str
    """What is wrong and what to write instead, in Chinese."""
    fatal: bool
    """True when the row was refused; false when the field was left empty and the row kept."""
