"""Keep runs in MLflow: the one module that imports it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

# MLflow decides at import whether to report its use to its makers: nothing leaves this machine.
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"  # noqa: TID251
import mlflow

__all__ = ["log_run", "read_runs", "tracking_uri"]


def tracking_uri(var_dir: Path) -> str:
    """Return the default tracking store, an SQLite file."""
    folder = var_dir / "mlflow"
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{(folder / 'mlflow.db').resolve().as_posix()}"


def log_run(
    uri: str,
    experiment: str,
    name: str,
    *,
    parameters: Mapping[str, str | float],
    metrics: Mapping[str, float],
) -> str:
    """Keep one run and return its id.

    Parameters
    ----------
    uri
        Tracking store, from :func:`tracking_uri` or any MLflow server.
    experiment
        Experiment, made if it is new.
    name
        Name of the run.
    parameters
        What was run.
    metrics
        What came out.
    """
    client = mlflow.MlflowClient(tracking_uri=uri)
    known = client.get_experiment_by_name(experiment)
    experiment_id = known.experiment_id if known else client.create_experiment(experiment)
    run = client.create_run(experiment_id, run_name=name)
    for key, value in parameters.items():
        client.log_param(run.info.run_id, key, value)
    for key, value in metrics.items():
        client.log_metric(run.info.run_id, key, float(value))
    client.set_terminated(run.info.run_id)
    return str(run.info.run_id)


def read_runs(uri: str, experiment: str) -> pd.DataFrame:
    """Return the runs of an experiment, newest first: name, parameters and metrics as columns."""
    client = mlflow.MlflowClient(tracking_uri=uri)
    known = client.get_experiment_by_name(experiment)
    runs = client.search_runs([known.experiment_id]) if known else []
    return pd.DataFrame([{"name": run.info.run_name, **run.data.params, **run.data.metrics} for run in runs])
