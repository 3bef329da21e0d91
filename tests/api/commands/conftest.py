"""The command as a person runs it, on a folder of its own and without model weights."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import api.console
from api.cli import main
from api.service import Service
from data.settings import current_settings
from matching.encoder.model import EmbeddingModel


class Outcome(NamedTuple):
    """What a run of the command left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, all of it, as JSON."""
        return json.loads(self.out)

    @property
    def line(self) -> str:
        """The one line on the error stream."""
        (line,) = self.err.splitlines()
        return line


Run = Callable[..., Outcome]


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hashing_model: EmbeddingModel) -> Path:
    """Point the settings at a folder of the test and put the hashing model in the model's place."""
    folder = tmp_path / "var"
    for name in ("ENCODER", "DATABASE_URL", "REGION", "DEBUG"):
        monkeypatch.delenv(f"YINGCAI_{name}", raising=False)
    monkeypatch.setenv("YINGCAI_VAR_DIR", str(folder))
    for module in ("api.console", "api.commands.rank", "api.commands.model", "api.service"):
        monkeypatch.setattr(f"{module}.build_model", lambda settings, **_: hashing_model)
    return folder


@pytest.fixture
def run(var: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command and return its exit code and both streams."""
    stores = []
    from_url = api.console.Store.from_url
    monkeypatch.setattr("api.console.Store.from_url", lambda url: stores.append(from_url(url)) or stores[-1])

    def runs(*arguments: object, **environment: str) -> Outcome:
        current_settings.cache_clear()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["yingcai", *map(str, arguments)])
            for name, value in environment.items():
                patch.setenv(name, value)
            capsys.readouterr()
            try:
                main()
                code = 0
            except SystemExit as stop:
                code = stop.code if isinstance(stop.code, int) else 1
            finally:
                current_settings.cache_clear()
                while stores:
                    stores.pop().engine.dispose()
        return Outcome(code, *capsys.readouterr())

    return runs


@pytest.fixture
def filled(var: Path, service: Service) -> Path:
    """Copy the city's store into the folder of the test."""
    var.mkdir(parents=True)
    with service.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(service.settings.var_dir / "yingcai.db", var / "yingcai.db")
    return var
