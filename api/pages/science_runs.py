"""Training runs, read from the tracking database as it lies on disk: MLflow itself is never started here."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlsplit

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from data.settings import Settings
from data.store.moments import BEIJING

__all__ = ["STATES", "Asked", "Run", "Runs", "read_runs"]

STATES: Final[Mapping[str, str]] = {
    "FINISHED": "完成",
    "FAILED": "失败",
    "RUNNING": "进行中",
    "KILLED": "已中止",
}
"""How a run stands, in Chinese, by MLflow's word for it."""

_TONES: Final = {"FINISHED": "good", "FAILED": "bad", "KILLED": "bad"}
_FIGURES: Final = 6
_RUN: Final = sa.table("runs", *map(sa.column, ("run_uuid", "name", "status", "start_time", "end_time")))
_KEPT: Final = sa.literal_column("runs.lifecycle_stage") == "active"
_EXPERIMENT: Final = sa.table("experiments", sa.column("experiment_id"), sa.column("name"))
_METRIC: Final = sa.table("latest_metrics", *map(sa.column, ("run_uuid", "key", "value", "is_nan")))
_RUNS: Final = _RUN.join(_EXPERIMENT, _EXPERIMENT.c.experiment_id == sa.literal_column("runs.experiment_id"))


@dataclass(frozen=True)
class Asked:
    """Which runs, and in which order."""

    experiment: str = ""
    """Only those of an experiment; empty for all."""
    state: str = ""
    """Only those that stand so, in MLflow's word; empty for all."""
    figure: str = ""
    """Only those with this figure, the highest first; empty for all, the newest first."""


_ALL: Final = Asked()


class Run(NamedTuple):
    """One run."""

    run_id: str
    """Identifier."""
    name: str
    """What it is called."""
    experiment: str
    """Experiment it belongs to."""
    state: str
    """How it ended, in Chinese."""
    tone: str
    """The badge's colour."""
    started: str
    """When it began, in the time of China."""
    minutes: str
    """How long it took; empty where it has not ended."""
    figures: tuple[tuple[str, str], ...]
    """Some of its figures by name."""
    more: int
    """Figures that are not among them."""


class Runs(NamedTuple):
    """The newest runs, or why there are none to show."""

    runs: tuple[Run, ...]
    """The newest first."""
    address: str
    """MLflow's own pages; empty where none are configured."""
    elsewhere: bool
    """Whether another server or database keeps the runs, which is not read here."""
    broken: bool
    """Whether the database on this machine cannot be read."""
    experiments: tuple[str, ...] = ()
    """Experiments that have runs."""
    figures: tuple[str, ...] = ()
    """Names of figures that any run has."""


def read_runs(settings: Settings, *, limit: int, asked: Asked = _ALL) -> Runs:
    """Return the newest runs, or those that rank highest by a figure.

    Parameters
    ----------
    settings
        Where runs are kept.
    limit
        At most so many.
    asked
        Which of them, and in which order.
    """
    uri = settings.mlflow_uri
    if uri and not uri.startswith("sqlite:///"):
        return Runs((), _address(uri), elsewhere=True, broken=False)
    path = Path(uri.removeprefix("sqlite:///")) if uri else settings.var_dir / "mlflow" / "mlflow.db"
    if not path.is_file():
        return Runs((), "", elsewhere=False, broken=False)
    engine = sa.create_engine(f"sqlite:///file:{quote(str(path.resolve()))}?mode=ro&uri=true")
    try:
        with engine.connect() as connection:
            return _read(connection, limit, asked)
    except SQLAlchemyError:
        return Runs((), "", elsewhere=False, broken=True)
    finally:
        engine.dispose()


def _read(connection: sa.Connection, limit: int, asked: Asked) -> Runs:
    rows = connection.execute(_chosen(asked).limit(limit)).mappings().all()
    figures: dict[str, list[tuple[str, str]]] = defaultdict(list)
    query = sa.select(_METRIC.c.run_uuid, _METRIC.c.key, _METRIC.c.value)
    of_these = _METRIC.c.run_uuid.in_([each["run_uuid"] for each in rows])
    # The figure that runs are ordered by stands first in its row.
    order = (_METRIC.c.key != asked.figure, _METRIC.c.key)
    for row in connection.execute(query.where(of_these, _METRIC.c.is_nan == 0).order_by(*order)).mappings():
        figures[row["run_uuid"]].append((_shown(row["key"]), f"{row['value']:.4g}"))
    experiments = sa.select(_EXPERIMENT.c.name).select_from(_RUNS).where(_KEPT).distinct()
    keys = sa.select(_METRIC.c.key).where(_METRIC.c.is_nan == 0).distinct()
    return Runs(
        tuple(_run(row, figures[row["run_uuid"]]) for row in rows),
        "",
        elsewhere=False,
        broken=False,
        experiments=tuple(connection.execute(experiments.order_by(_EXPERIMENT.c.name)).scalars()),
        figures=tuple(connection.execute(keys.order_by(_METRIC.c.key)).scalars()),
    )


def _chosen(asked: Asked) -> sa.Select[Any]:
    """Return the query of the runs that are asked for, in their order."""
    query = sa.select(*_RUN.c, _EXPERIMENT.c.name.label("experiment")).select_from(_RUNS).where(_KEPT)
    if asked.experiment:
        query = query.where(_EXPERIMENT.c.name == asked.experiment)
    if asked.state:
        query = query.where(_RUN.c.status == asked.state)
    newest = (_RUN.c.start_time.desc(), _RUN.c.run_uuid)
    if not asked.figure:
        return query.order_by(*newest)
    has = (_METRIC.c.run_uuid == _RUN.c.run_uuid) & (_METRIC.c.key == asked.figure) & (_METRIC.c.is_nan == 0)
    return query.join(_METRIC, has).order_by(_METRIC.c.value.desc(), *newest)


def _run(row: Mapping[Any, Any], figures: list[tuple[str, str]]) -> Run:
    began, ended = row["start_time"], row["end_time"]
    return Run(
        run_id=row["run_uuid"],
        name=row["name"] or row["run_uuid"][:12],
        experiment=row["experiment"],
        state=STATES.get(row["status"], row["status"]),
        tone=_TONES.get(row["status"], "warn"),
        started="" if began is None else f"{dt.datetime.fromtimestamp(began / 1000, BEIJING):%Y-%m-%d %H:%M}",
        minutes="" if began is None or ended is None else f"{(ended - began) / 60_000:.1f}",
        figures=tuple(figures[:_FIGURES]),
        more=max(0, len(figures) - _FIGURES),
    )


def _shown(key: str) -> str:
    """Return the name of a figure as it was before MLflow's rules for names."""
    return key.replace("_at_", "@")


def _address(uri: str) -> str:
    """Return an address that people may be sent to: of a server, without a name and password in it."""
    parts = urlsplit(uri)
    return uri if parts.scheme in {"http", "https"} and "@" not in parts.netloc else ""
