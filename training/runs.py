"""What a run and a registered bundle are, and where both are kept."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from data.records import Record
from data.settings import Settings
from training.provenance import Provenance

__all__ = [
    "Alias",
    "BundleVersion",
    "RunFacts",
    "RunRecord",
    "allowed_name",
    "artefact_folder",
    "files_of_bundle",
    "server_command",
    "store_uri",
    "tracking_uri",
    "without_password",
]

_KEPT_WHOLE = 64_000_000
"""A bundle with more bytes is registered by its manifest, card and ranker alone."""
_REFERENCE = ("manifest.json", "card.md", "ranker.json")
_PASSWORD = re.compile(r"[^/\s]*:[^/\s]*@")
_NOT_IN_NAMES = re.compile(r"[^/\w.\- :]")


class Alias(StrEnum):
    """What a version of the registered model is to the product."""

    CHAMPION = "champion"
    """Serves now."""
    CHALLENGER = "challenger"
    """Was proposed last."""
    ARCHIVED = "archived"
    """Served last; going back leads here."""


class RunFacts(NamedTuple):
    """What a run must know to be made again."""

    command: str = ""
    """The command line that made it."""
    config: str = ""
    """Its configuration, the text of a TOML file."""
    data_sha256: str = ""
    """SHA-256 of the data it learned from."""
    card: str = ""
    """The model card, Markdown in Chinese."""
    inputs: Mapping[str, str] = {}
    """Names and MLflow types of what the model takes, such as ``{"text": "string"}``."""
    outputs: Mapping[str, str] = {}
    """The same of what it gives."""
    files: Sequence[Path] = ()
    """Further files or folders to keep with it."""


class RunRecord(Record):
    """One run as it is kept."""

    run_id: str
    """Identifier."""
    name: str
    """Name of the run."""
    experiment: str
    """Experiment it belongs to."""
    status: str
    """``FINISHED``, ``FAILED`` or ``RUNNING``."""
    started_at: str
    """UTC time, ISO 8601."""
    parameters: dict[str, str]
    """What was run."""
    metrics: dict[str, float]
    """What came out."""
    commit: str
    """Commit of the code, ``unknown`` outside a checkout."""
    dirty: bool
    """Whether the code was changed since that commit."""
    data_sha256: str
    """SHA-256 of the data; ``""`` where none was given."""
    command: str
    """The command line that makes it again."""

    def differences(self, here: Provenance, data_sha256: str | None = None) -> tuple[str, ...]:
        """Say in Chinese what would keep the run from coming out the same.

        Parameters
        ----------
        here
            The code as it is now.
        data_sha256
            The data as it is now; None does not compare it.

        Returns
        -------
        tuple of str
            Empty where nothing is known to differ.
        """
        found = []
        if self.commit != here.commit:
            found.append(f"代码版本不同：运行时 {self.commit[:12]}，现在 {here.commit[:12]}")
        if self.dirty:
            found.append("运行时代码有未提交的改动")
        if here.dirty:
            found.append("现在代码有未提交的改动")
        if data_sha256 is not None and self.data_sha256 != data_sha256:
            found.append(f"数据不同：运行时 {self.data_sha256[:12] or '未记录'}，现在 {data_sha256[:12]}")
        return tuple(found)


class BundleVersion(Record):
    """One version of the registered model."""

    bundle_id: str
    """Identifier of the bundle."""
    version: int
    """Number of the version, from 1."""
    aliases: tuple[Alias, ...]
    """What it is to the product."""
    state: str
    """The last alias it was given, ``""`` for none; unlike an alias, several versions can share it."""
    path: str
    """Folder of the bundle when it was registered."""
    run_id: str
    """Run that keeps its files."""


def tracking_uri(var_dir: Path) -> str:
    """Return the default tracking store, an SQLite file; artefacts lie beside it."""
    folder = var_dir / "mlflow"
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{(folder / 'mlflow.db').resolve().as_posix()}"


def store_uri(settings: Settings) -> str:
    """Return the tracking store of the settings, the default one where they name none."""
    return settings.mlflow_uri or tracking_uri(settings.var_dir)


def server_command(uri: str, *, host: str, port: int) -> list[str]:
    """Return the command line that shows a tracking store in a browser.

    Parameters
    ----------
    uri
        A database, from :func:`tracking_uri`.
    host
        Address to listen on.
    port
        Port to listen on.

    Returns
    -------
    list of str
        Arguments for ``subprocess``; the server serves the artefacts as well.
    """
    folder = artefact_folder(uri)
    place = [] if folder is None else ["--default-artifact-root", folder.resolve().as_uri()]
    words = [sys.executable, "-m", "mlflow", "server", "--host", host, "--port", str(port), "--workers", "1"]
    return [*words, "--backend-store-uri", uri, *place]


def artefact_folder(uri: str) -> Path | None:
    """Return where the artefacts of an SQLite store lie; any other store has a place of its own."""
    prefix = "sqlite:///"
    return Path(uri.removeprefix(prefix)).parent / "artefacts" if uri.startswith(prefix) else None


def files_of_bundle(folder: Path) -> list[Path]:
    """Return the files of a bundle that the registry keeps."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if sum(path.stat().st_size for path in files) <= _KEPT_WHOLE:
        return files
    return [path for path in files if path.name in _REFERENCE and path.parent == folder]


def allowed_name(name: str) -> str:
    """Return a name that MLflow takes."""
    return _NOT_IN_NAMES.sub("_", name.replace("@", "_at_"))


def without_password(text: str) -> str:
    """Return a text with names and passwords taken out of the addresses in it."""
    return _PASSWORD.sub("", text)
