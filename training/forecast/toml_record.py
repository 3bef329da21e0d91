"""Records that a person writes as TOML, read with every fault named."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from data.errors import InputError
from data.records import Record
from data.regions.faults import describe_faults
from training.toml_file import read_toml

__all__ = ["read_toml_record"]

R = TypeVar("R", bound=Record)


def read_toml_record(path: Path, kind: type[R]) -> R:
    """Read one record.

    Parameters
    ----------
    path
        A TOML file.
    kind
        The record; an unknown key is an error.

    Returns
    -------
    Record
        Checked.

    Raises
    ------
    FileProblem
        The file is missing or no TOML.
    InputError
        A key is unknown or missing, or a value out of its range; all of them are named.
    """
    given = read_toml(path)
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        message = f"{path.name} 有误：{describe_faults(error)}"
        raise InputError("toml_invalid", message, hint="各项见文档与自带示例") from error
