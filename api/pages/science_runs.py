"""Training runs, read from the tracking database as it lies on disk: MLflow itself is never started here."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlsplit

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from data.settings import Settings
from data.store.moments import BEIJING

__all__ = ["Run", "Runs", "read_runs"]

_STATES: Final = {"FINISHED": "完成", "FAILED": "失败", "RUNNING": "进行中", "KILLED": "已中止"}
_TONES: Final = {"FINISHED": "good", "FAILED": "bad", "KILLED": "bad"}
_FIGURES: Final = 6
_NEWEST: Final = sa.text(
    "SELECT r.run_uuid, r.name, e.name AS experiment, r.status, r.start_time, r.end_time FROM runs r "
    "JOIN experiments e ON e.experiment_id = r.experiment_id WHERE r.lifecycle_stage = 'active' "
    "ORDER BY r.start_time DESC, r.run_uuid LIMIT :limit"
)
_METRICS: Final = sa.text(
    "SELECT run_uuid, key, value FROM latest_metrics WHERE is_nan = 0 AND run_uuid IN :ids ORDER BY key"
).bindparams(sa.bindparam("ids", expanding=True))


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


def read_runs(settings: Settings, *, limit: int) -> Runs:
    """Return the newest runs.

    Parameters
    ----------
    settings
        Where runs are kept.
    limit
        At most so many.
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
            return Runs(_newest(connection, limit), "", elsewhere=False, broken=False)
    except SQLAlchemyError:
        return Runs((), "", elsewhere=False, broken=True)
    finally:
        engine.dispose()


def _newest(connection: sa.Connection, limit: int) -> tuple[Run, ...]:
    rows = connection.execute(_NEWEST, {"limit": limit}).mappings().all()
    figures: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in connection.execute(_METRICS, {"ids": [each["run_uuid"] for each in rows]}).mappings():
        figures[row["run_uuid"]].append((row["key"].replace("_at_", "@"), f"{row['value']:.4g}"))
    return tuple(_run(row, figures[row["run_uuid"]]) for row in rows)


def _run(row: Mapping[Any, Any], figures: list[tuple[str, str]]) -> Run:
    began, ended = row["start_time"], row["end_time"]
    return Run(
        run_id=row["run_uuid"],
        name=row["name"] or row["run_uuid"][:12],
        experiment=row["experiment"],
        state=_STATES.get(row["status"], row["status"]),
        tone=_TONES.get(row["status"], "warn"),
        started="" if began is None else f"{dt.datetime.fromtimestamp(began / 1000, BEIJING):%Y-%m-%d %H:%M}",
        minutes="" if began is None or ended is None else f"{(ended - began) / 60_000:.1f}",
        figures=tuple(figures[:_FIGURES]),
        more=max(0, len(figures) - _FIGURES),
    )


def _address(uri: str) -> str:
    """Return an address that people may be sent to: of a server, without a name and password in it."""
    parts = urlsplit(uri)
    return uri if parts.scheme in {"http", "https"} and "@" not in parts.netloc else ""
