"""What the catalogues say of a major's name: its classes, categories and levels, the same across levels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.reference import majors

__all__ = ["MajorTraits", "traits_of"]

_UNDERGRADUATE = "普通本科"
_CATEGORIES = 20
"""Vocational codes number the same categories from 61 (中职), 41 (高职) and 21 (职业本科)."""


class MajorTraits(NamedTuple):
    """Classes, categories and levels of several names, one row each, of zeros and ones."""

    classes: NDArray[np.float32]
    categories: NDArray[np.float32]
    levels: NDArray[np.float32]


def traits_of(names: Sequence[str]) -> MajorTraits:
    """Return the traits of majors' names.

    Parameters
    ----------
    names
        Names; one that no catalogue has gets rows of zeros.

    Returns
    -------
    MajorTraits
        Columns are the same for every call.
    """
    marks = [_marked(kind, names) for kind in range(3)]
    return MajorTraits(*marks)


def _marked(kind: int, names: Sequence[str]) -> NDArray[np.float32]:
    columns, known = _known(kind)
    marked = np.zeros((len(names), len(columns)), np.float32)
    for row, name in enumerate(names):
        marked[row, [columns[value] for value in known.get(name, ())]] = 1.0
    return marked


@cache
def _known(kind: int) -> tuple[dict[str, int], dict[str, set[str]]]:
    """Return the column of every value of a trait, and the values of every name."""
    table = majors()
    values = (
        table["class_name"],
        [_category(code, level) for code, level in zip(table["code"], table["level"], strict=True)],
        table["level"],
    )[kind]
    known: dict[str, set[str]] = {}
    for name, value in zip(table["name"], values, strict=True):
        known.setdefault(name, set()).add(value)
    return {value: i for i, value in enumerate(sorted(set(values)))}, known


def _category(code: str, level: str) -> str:
    """Return the category (门类, 专业大类) of a code; vocational levels share theirs."""
    return f"本{code[:2]}" if level == _UNDERGRADUATE else f"职{int(code[:2]) % _CATEGORIES}"
