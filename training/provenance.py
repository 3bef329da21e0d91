"""Where a result comes from: the code, the packages and the machine."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from data.records import Record

__all__ = ["PACKAGES", "UNKNOWN", "Provenance", "content_sha256", "read_provenance"]

UNKNOWN = "unknown"
"""The commit of code that is not a checkout."""

PACKAGES = (
    "yingcai",
    "torch",
    "sentence-transformers",
    "transformers",
    "peft",
    "scikit-learn",
    "numpy",
    "pandas",
    "mlflow",
)
"""Packages whose versions a result depends on."""

_CHUNK = 1 << 20
_PATIENCE = 30


class Provenance(Record):
    """What a result was made with."""

    commit: str
    """Commit of the code, 40 hexadecimal digits; ``unknown`` outside a checkout."""
    dirty: bool
    """Whether files that the commit knows were changed since."""
    packages: dict[str, str]
    """Versions of the packages in :data:`PACKAGES` that are installed."""
    machine: str
    """Processor, system and Python."""


def read_provenance(folder: Path | None = None) -> Provenance:
    """Look where the running code comes from.

    Parameters
    ----------
    folder
        Folder of the checkout; the one this module lies in when left out.

    Returns
    -------
    Provenance
        With the commit ``unknown`` where there is no git or no checkout.
    """
    place = folder or Path(__file__).resolve().parents[1]
    commit = _git(place, "rev-parse", "HEAD")
    changed = _git(place, "status", "--porcelain", "--untracked-files=no")
    return Provenance(
        commit=commit or UNKNOWN,
        dirty=bool(changed),
        packages={name: found for name in PACKAGES if (found := _version(name))},
        machine=f"{platform.machine()} {platform.system()} Python {platform.python_version()}",
    )


def content_sha256(paths: Sequence[Path]) -> str:
    """Hash files by their content, whatever they are called and wherever they lie.

    Parameters
    ----------
    paths
        Files, in an order that matters.

    Returns
    -------
    str
        64 hexadecimal digits; for one file its own SHA-256.

    Raises
    ------
    OSError
        A file cannot be read.
    """
    digests = [_file_sha256(path) for path in paths]
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _file_sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _git(folder: Path, *arguments: str) -> str:
    """Ask git about a folder; nothing where it cannot answer."""
    try:
        found = subprocess.run(  # nosec B603 B607 # noqa: S603 - fixed words, no shell
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - git where the system has it
            capture_output=True,
            text=True,
            check=True,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return found.stdout.strip()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
