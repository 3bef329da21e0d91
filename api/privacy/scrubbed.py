"""Errors that were not foreseen, as they may be logged: what kind and where, nothing of what was given."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Final, Self

__all__ = ["ScrubbedError"]

_ROOT: Final = Path(__file__).resolve().parents[2]
_DEEPEST: Final = 12
_CAUSES: Final = 5


class ScrubbedError(Exception):
    """Stands for an error whose own words may quote a person: texts of libraries quote what they were given.

    Parameters
    ----------
    told
        Kinds and places, see :meth:`of`.
    """

    def __init__(self, told: str) -> None:
        super().__init__(told)

    @classmethod
    def of(cls, error: BaseException) -> Self:
        """Return what may be told of an error and of what caused it.

        Parameters
        ----------
        error
            The error; its message, notes and arguments are left out.

        Returns
        -------
        ScrubbedError
            Kind, file, line and function of the innermost dozen places in our own code, the innermost last,
            for the error and for the few that led to it.
        """
        told: list[str] = []
        found: BaseException | None = error
        while found is not None and len(told) < _CAUSES:
            told.append(f"{type(found).__name__} at {_places(found)}")
            found = found.__cause__ or found.__context__
        return cls(", because of ".join(told))


def _places(error: BaseException) -> str:
    """Return where an error arose, in our own code where it passed through any."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _is_ours(Path(frame.filename))]
    shown = (own or frames)[-_DEEPEST:]
    return " > ".join(f"{_short(Path(frame.filename))}:{frame.lineno} {frame.name}" for frame in shown) or "?"


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(_ROOT) and "site-packages" not in path.parts


def _short(path: Path) -> str:
    return path.relative_to(_ROOT).as_posix() if _is_ours(path) else "/".join(path.parts[-2:])
