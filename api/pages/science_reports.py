"""Reports that the commands of training left as files: read as they are, and told apart from damaged ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from api.pages.science_records import GateFile
from data.canonical import json_sha256
from data.errors import FileProblem, UnknownName

__all__ = ["Found", "find", "listed"]

_NAME: Final = re.compile(r"[A-Za-z0-9\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff._-]{0,99}")
_MOST_BYTES: Final = 32 * 2**20
_SHOWN: Final = 50
T = TypeVar("T", bound=BaseModel)


class Found(NamedTuple, Generic[T]):
    """A file, with what stands in it."""

    name: str
    """Its name in the address."""
    report: T | None
    """The report; None where the file is none or was changed."""


def listed(folder: Path, pattern: str, kind: type[T]) -> list[Found[T]]:
    """Return the reports in a folder, the newest first.

    Parameters
    ----------
    folder
        Where they lie; it need not be there.
    pattern
        Which files, such as ``*/drift.json``: the first part of the path is the name.
    kind
        What they hold.

    Returns
    -------
    list of Found
        At most 50; files that cannot be read come last.
    """
    paths = {_name(folder, path): path for path in folder.glob(pattern) if path.is_file()}
    recent = sorted(paths, key=lambda name: paths[name].stat().st_mtime, reverse=True)
    found = [Found(name, _read(paths[name], kind)) for name in recent[:_SHOWN] if _NAME.fullmatch(name)]
    return sorted(found, key=lambda each: getattr(each.report, "made", ""), reverse=True)


def find(folder: Path, pattern: str, kind: type[T], name: str) -> T:
    """Return one report.

    Parameters
    ----------
    folder
        Where reports lie.
    pattern
        Which files, as for :func:`listed`.
    kind
        What it holds.
    name
        Its name in the address.

    Raises
    ------
    UnknownName
        ``report_unknown``: there is no such file.
    FileProblem
        ``report_unreadable``: it is no report, or was changed.
    """
    path = folder / pattern.replace("*", name)
    if not _NAME.fullmatch(name) or not path.is_file():
        raise UnknownName("report_unknown", f"没有名为 {name[:40]} 的报告", hint="在“模型”页查看现有的报告")
    report = _read(path, kind)
    if report is None:
        raise FileProblem("report_unreadable", f"{path.name} 不是报告，或已被改动", hint="重新运行后再看")
    return report


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).parts[0].removesuffix(".json")


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        content = json.loads(path.read_text(encoding="utf-8"))
        sound = _SOUND.get(kind)
        return kind.model_validate(content) if sound is None or sound(content) else None
    except (OSError, ValueError, ValidationError, AttributeError, RecursionError):
        return None


def _is_sealed(content: Mapping[str, Any]) -> bool:
    """Return whether a report of the gate is what was written."""
    return json_sha256({name: value for name, value in content.items() if name != "sha256"}) == content.get(
        "sha256"
    )


_SOUND: Final[Mapping[type[BaseModel], Callable[[Mapping[str, Any]], bool]]] = {GateFile: _is_sealed}
