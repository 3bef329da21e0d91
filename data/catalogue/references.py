"""What a cell is measured against, frozen for three years from the first full year.

All occupations of a city may be tight at once, so the yardstick must not move with them. A city writes the
values of its first full edition to a file and passes it to every later edition; another file is another
basis, and the first edition on it is marked as a break. Without a file the values come from the edition's
own data, which its notes say.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from data.errors import FileProblem, InputError
from data.records import Record

__all__ = ["FROZEN_YEARS", "References", "freeze", "read_references", "write_references"]

FROZEN_YEARS = 3
"""How long reference values stay."""


class References(Record):
    """Reference values that an index is measured against; empty where the data told nothing."""

    version: str | None = None
    """Name of the frozen basis; empty while the values are the edition's own."""
    synthetic: bool = False
    """True when they rest on generated data."""
    based_on_start: dt.date
    """First day of the period they rest on."""
    based_on_end: dt.date
    """Last day of the period they rest on."""
    valid_until: dt.date | None = None
    """Last day on which they may be used; empty while not frozen."""
    theta0: float | None = Field(default=None, gt=0)
    """θ₀: places per active seeker."""
    fill90: float | None = Field(default=None, gt=0, lt=1)
    """F̄: share filled within ninety days."""
    median_days: float | None = Field(default=None, ge=0)
    """Median days to filled of the city."""
    median_days_by_group: dict[str, float] = Field(default_factory=dict)
    """The same by major group of occupation, where enough spells tell."""
    applicants: float | None = Field(default=None, gt=0)
    """Ā: suitable applicants per vacancy."""
    hard_share: float | None = Field(default=None, ge=0, le=1)
    """h̄: share that reports 招聘困难."""
    pay_growth_sd: float | None = Field(default=None, gt=0)
    """Standard deviation of twelve-month growth of log pay between cells, net of chance."""


def freeze(references: References, *, version: str) -> References:
    """Give the values of an edition a name and a term.

    Parameters
    ----------
    references
        What an edition was computed with, from ``Catalogue.references``.
    version
        Name of the basis, such as ``2027``.

    Returns
    -------
    Record
        Valid for three years after the period that it rests on.

    Raises
    ------
    InputError
        When a value that every index needs is missing: the year was not a full one.
    """
    lacking = [name for name in ("theta0", "fill90", "median_days") if getattr(references, name) is None]
    if not version or lacking:
        given = "、".join(lacking) or "基准名称为空"
        raise InputError(
            "not_a_full_year", f"参照值不全，不能冻结：{given}", hint="取第一个数据完整的年度版本再冻结"
        )
    end = references.based_on_end
    day = 28 if (end.month, end.day) == (2, 29) else end.day
    valid_until = dt.date(end.year + FROZEN_YEARS, end.month, day)
    return references.model_copy(update={"version": version, "valid_until": valid_until})


def write_references(references: References, path: Path) -> None:
    """Write frozen values as YAML.

    Parameters
    ----------
    references
        What :func:`freeze` returned.
    path
        File to write.
    """
    text = yaml.safe_dump(references.model_dump(mode="json"), allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


def read_references(path: Path) -> References:
    """Read frozen values.

    Parameters
    ----------
    path
        File that :func:`write_references` wrote; JSON is YAML too.

    Returns
    -------
    Record
        The values.

    Raises
    ------
    FileProblem
        When the file is not there, not YAML or holds something else.
    """
    try:
        found = References.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise FileProblem(
            "references_unreadable", f"参照值文件 {path.name} 读不出：{error.strerror}", hint="检查路径"
        ) from error
    except (yaml.YAMLError, ValidationError) as error:
        raise FileProblem(
            "references_invalid",
            f"参照值文件 {path.name} 的内容不合要求",
            hint="该文件由 write_references 写出，不要手工改名或增删字段",
        ) from error
    if found.version is None or found.valid_until is None:
        raise FileProblem(
            "references_not_frozen", f"参照值文件 {path.name} 没有基准名称或有效期", hint="先用 freeze 冻结"
        )
    return found
