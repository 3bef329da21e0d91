"""What every command shares: settings, progress, JSON, one clear line on failure."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from data.regions import Region, read_region
from data.settings import Settings, current_settings
from data.store.reviews import read_aliases
from data.store.store import Store
from matching.coding import Coders, OccupationCoder
from matching.encoder.model import EmbeddingModel, build_model

__all__ = [
    "JsonOption",
    "RegionOption",
    "Session",
    "Steps",
    "fail",
    "note",
    "progress_bar",
    "say",
    "show_json",
]

_WIDTH = None if sys.stdout.isatty() else 150
"""A file or pipe has no width of its own: tables get enough room not to be folded."""

_out = Console(highlight=False, width=_WIDTH)
_err = Console(stderr=True, highlight=False)

JsonOption = Annotated[bool, typer.Option("--json", help="以 JSON 输出结果 / print JSON")]
"""``--json`` of every command that reports."""

RegionOption = Annotated[
    str | None, typer.Option("--region", help="区域包名称（如 yingkou）或 .yaml 路径；缺省取 YINGCAI_REGION")
]
"""``--region`` of every command that works for one region."""


class Session:
    """Settings, store, region and model of one command, each made at first use."""

    def __init__(self, *, region: str | None = None, settings: Settings | None = None) -> None:
        self.settings: Settings = settings or current_settings()
        self._region = region

    @cached_property
    def region(self) -> Region:
        """The region pack."""
        return read_region(self._region or self.settings.region)

    @cached_property
    def store(self) -> Store:
        """The database, upgraded."""
        return Store.from_settings(self.settings)

    @cached_property
    def model(self) -> EmbeddingModel:
        """The embedding model with the store as its memory."""
        return build_model(self.settings, report=note).with_store(self.store)

    @cached_property
    def coder(self) -> OccupationCoder:
        """The occupation coder, with the decisions of people."""
        return self.coders.occupation

    @cached_property
    def coders(self) -> Coders:
        """The coders of all kinds, with the decisions of people."""
        return Coders.from_reference(self.model, aliases=read_aliases(self.store))


class Steps:
    """A progress display that switches bars when the work switches steps."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, Any] = {}

    def step(self, name: str, done: int, total: int) -> None:
        """Show how far a step is; a new name finishes the bars before it."""
        if name not in self._tasks:
            for task in self._tasks.values():
                self._progress.update(task, completed=self._progress.tasks[task].total)
            self._tasks[name] = self._progress.add_task(name, total=total or None)
        self._progress.update(self._tasks[name], completed=done, total=total or None)

    def bar(self, name: str) -> Any:
        """Return a callback for functions that report only done and total."""
        return lambda done, total: self.step(name, done, total)


@contextmanager
def progress_bar() -> Iterator[Steps]:
    """Show progress on the terminal's error stream while the block runs; a file or pipe gets none."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=_err, disable=not _err.is_terminal) as progress:
        yield Steps(progress)


def say(message: Any = "") -> None:
    """Write to standard output: text or a rich table."""
    _out.print(message, markup=False, soft_wrap=True)


def note(message: str) -> None:
    """Write a remark to the error stream."""
    _err.print(message, markup=False, style="dim")


def show_json(value: Mapping[str, Any] | list[Any]) -> None:
    """Write JSON to standard output, for programs."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def fail(message: str) -> None:
    """Write one line about a failure to the error stream."""
    _err.print(message, markup=False, style="bold red", soft_wrap=True)
