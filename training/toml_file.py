"""TOML files that a person writes."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from data.errors import FileProblem

__all__ = ["read_toml"]


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Parameters
    ----------
    path
        The file, in UTF-8.

    Returns
    -------
    dict
        What it holds, not yet checked.

    Raises
    ------
    FileProblem
        The file is missing or no TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise FileProblem("file_missing", f"没有文件 {path}", hint="检查路径") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileProblem("toml_unreadable", f"{path.name} 不是 TOML：{error}", hint="改正后重试") from error
