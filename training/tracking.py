"""Keep runs and bundles in MLflow: the one module that imports it.

Registered is one model, :data:`REGISTERED`; each of its versions is one bundle. Three aliases say what they
are: ``champion`` serves, ``challenger`` was proposed, ``archived`` served last. Who moved them and why stands
in the store's promotion ledger, which does not depend on MLflow.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pandas as pd

from data.errors import StoreError, UnknownName
from training.provenance import Provenance, read_provenance
from training.runs import (
    Alias,
    BundleVersion,
    RunFacts,
    RunRecord,
    allowed_name,
    artefact_folder,
    files_of_bundle,
    server_command,
    store_uri,
    tracking_uri,
    without_password,
)

# MLflow decides at import whether to report its use to its makers: nothing leaves this machine.
os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true")  # noqa: TID251
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")  # noqa: TID251
os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")  # noqa: TID251
# The pages need no job runners: two processes that poll for ever.
os.environ.setdefault("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false")  # noqa: TID251
import mlflow
from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema

__all__ = [
    "REGISTERED",
    "Alias",
    "BundleVersion",
    "RunFacts",
    "RunRecord",
    "log_run",
    "move_champion",
    "propose_bundle",
    "read_aliases",
    "read_run",
    "read_runs",
    "register_bundle",
    "run_artefact",
    "server_command",
    "store_uri",
    "tracking_uri",
]

REGISTERED = "yingcai-bundle"
"""Name of the registered model."""

_CARD, _CONFIG, _SIGNATURE, _PROVENANCE = "card.md", "config.toml", "signature.json", "provenance.json"
_FACTS = ("commit", "dirty", "data_sha256", "command")
_PREFIX = "yingcai."
_BUNDLE, _PLACE, _STATE = f"{_PREFIX}bundle_id", f"{_PREFIX}path", f"{_PREFIX}state"
_AT_ONCE, _PARAMETERS_AT_ONCE = 500, 100
_LONGEST = 6000


def log_run(
    uri: str,
    experiment: str,
    name: str,
    *,
    parameters: Mapping[str, str | float],
    metrics: Mapping[str, float],
    facts: RunFacts = RunFacts(),  # noqa: B008 - frozen
    provenance: Provenance | None = None,
) -> str:
    """Keep one run and return its id.

    Parameters
    ----------
    uri
        Tracking store, from :func:`store_uri`: a database or any MLflow server.
    experiment
        Experiment, made if it is new.
    name
        Name of the run.
    parameters
        What was run.
    metrics
        What came out, by any names: what MLflow does not allow in them becomes ``_``, ``@`` becomes ``_at_``.
        Numbers that are not finite are left out.
    facts
        What a run needs to be made again.
    provenance
        Code and packages; looked up when left out.

    Returns
    -------
    str
        Identifier of the run.

    Raises
    ------
    StoreError
        The tracking store cannot be reached or refused the run; what was kept of it is marked as failed.
    """
    made = provenance or read_provenance()
    with _reached(uri) as client:
        run_id = str(client.create_run(_experiment(client, uri, experiment), run_name=name).info.run_id)
        try:
            _log(client, run_id, parameters, metrics, facts, made)
        except (MlflowException, OSError):
            with suppress(MlflowException):
                client.set_terminated(run_id, status="FAILED")
            raise
        client.set_terminated(run_id)
    return run_id


def read_runs(uri: str, experiment: str) -> pd.DataFrame:
    """Return the runs of an experiment, newest first: name, parameters and metrics as columns.

    Parameters
    ----------
    uri
        Tracking store.
    experiment
        Its name; ``""`` for all experiments.

    Returns
    -------
    DataFrame
        With ``run_id``, ``experiment``, ``status`` and ``started_at`` as well; empty where there are none.
    """
    records = _records(uri, experiment)
    kept = ("run_id", "name", "experiment", "status", "started_at", "commit")
    return pd.DataFrame(
        [{**one.model_dump(include=set(kept)), **one.parameters, **one.metrics} for one in records]
    )


def read_run(uri: str, run_id: str) -> RunRecord:
    """Return one run.

    Parameters
    ----------
    uri
        Tracking store.
    run_id
        Identifier, or as many of its first characters as tell it apart.

    Returns
    -------
    RunRecord
        The run.

    Raises
    ------
    UnknownName
        No such run, or several.
    """
    found = [one for one in _records(uri, "") if one.run_id.startswith(run_id)]
    if len(found) != 1:
        what = "没有运行" if not found else f"有 {len(found)} 个运行的编号以此开头："
        raise UnknownName("run_unknown", f"{what} {run_id}", hint="用 yingcai runs list 查看编号")
    return found[0]


def run_artefact(uri: str, run_id: str, name: str) -> str:
    """Return a text kept with a run, such as ``config.toml`` or ``card.md``; ``""`` for none."""
    with _reached(uri) as client:
        inside = name.rpartition("/")[0] or None
        if name not in {one.path for one in client.list_artifacts(run_id, inside)}:
            return ""
        with tempfile.TemporaryDirectory() as folder:
            return Path(client.download_artifacts(run_id, name, folder)).read_text(encoding="utf-8")


def register_bundle(uri: str, folder: Path, *, bundle_id: str, run_id: str) -> BundleVersion:
    """Register a bundle as a version, once.

    Parameters
    ----------
    uri
        Tracking store.
    folder
        Folder of the bundle; one larger than 64 MB is kept by its manifest and card, and by this path.
    bundle_id
        Its identifier.
    run_id
        Run that made it; keeps the files.

    Returns
    -------
    BundleVersion
        The version, an earlier one where the bundle is registered already.

    Raises
    ------
    StoreError
        The registry cannot be reached.
    """
    with _reached(uri) as client:
        known = [one for one in _versions(client) if one.bundle_id == bundle_id]
        if known:
            return known[0]
        if not client.search_registered_models(f"name = '{REGISTERED}'"):
            client.create_registered_model(REGISTERED, description="盈才模型包 / bundles of yingcai")
        for path in files_of_bundle(folder):
            inside = path.relative_to(folder).parent.as_posix()
            client.log_artifact(run_id, str(path), "bundle" if inside == "." else f"bundle/{inside}")
        made = client.create_model_version(
            REGISTERED,
            source=f"{client.get_run(run_id).info.artifact_uri}/bundle",
            run_id=run_id,
            tags={_BUNDLE: bundle_id, _PLACE: str(folder)},
        )
        return next(one for one in _versions(client) if one.version == int(made.version))


def propose_bundle(uri: str, bundle_id: str) -> None:
    """Make a registered bundle the challenger; raises UnknownName where it is not registered."""
    with _reached(uri) as client:
        _give(client, _version_of(client, bundle_id), Alias.CHALLENGER)


def move_champion(uri: str, bundle_id: str | None) -> None:
    """Let the aliases follow a promotion or a rollback.

    Parameters
    ----------
    uri
        Tracking store.
    bundle_id
        The bundle that serves now; None for the packaged default, which is no version.

    Raises
    ------
    UnknownName
        The bundle is not registered.
    """
    with _reached(uri) as client:
        wanted = None if bundle_id is None else _version_of(client, bundle_id)
        for alias in set(wanted.aliases if wanted else ()) - {Alias.CHAMPION}:
            client.delete_registered_model_alias(REGISTERED, alias.value)
        for one in _versions(client):
            if Alias.CHAMPION in one.aliases and (wanted is None or one.version != wanted.version):
                client.delete_registered_model_alias(REGISTERED, Alias.CHAMPION.value)
                _give(client, one, Alias.ARCHIVED)
        if wanted is not None:
            _give(client, wanted, Alias.CHAMPION)


def read_aliases(uri: str) -> tuple[BundleVersion, ...]:
    """Return all registered bundles, newest first, with their aliases."""
    with _reached(uri) as client:
        return tuple(_versions(client))


def _log(
    client: mlflow.MlflowClient,
    run_id: str,
    parameters: Mapping[str, str | float],
    metrics: Mapping[str, float],
    facts: RunFacts,
    provenance: Provenance,
) -> None:
    """Write everything a run is to keep."""
    now = int(pd.Timestamp.now("UTC").timestamp() * 1000)
    told = {
        "commit": provenance.commit,
        "dirty": str(provenance.dirty).lower(),
        "data_sha256": facts.data_sha256,
        "command": facts.command,
    }
    tags = [RunTag(f"{_PREFIX}{key}", value) for key, value in told.items()]
    given = [Param(allowed_name(key), str(value)[:_LONGEST]) for key, value in parameters.items()]
    usable = {
        allowed_name(key): float(value) for key, value in metrics.items() if abs(float(value)) < float("inf")
    }
    numbers = [Metric(key, value, now, 0) for key, value in usable.items()]
    client.log_batch(run_id, tags=tags)
    for start in range(0, len(given), _PARAMETERS_AT_ONCE):
        client.log_batch(run_id, params=given[start : start + _PARAMETERS_AT_ONCE])
    for start in range(0, len(numbers), _AT_ONCE):
        client.log_batch(run_id, metrics=numbers[start : start + _AT_ONCE])
    for name, text in _texts(facts, provenance).items():
        client.log_text(run_id, text, name)
    for path in facts.files:
        log = client.log_artifacts if path.is_dir() else client.log_artifact
        log(run_id, str(path))


def _texts(facts: RunFacts, provenance: Provenance) -> dict[str, str]:
    """Return the files that describe a run, by name."""
    texts = {_CARD: facts.card, _CONFIG: facts.config, _PROVENANCE: provenance.model_dump_json(indent=2)}
    if facts.inputs or facts.outputs:
        signature = ModelSignature(inputs=_schema(facts.inputs), outputs=_schema(facts.outputs))
        texts[_SIGNATURE] = json.dumps(signature.to_dict(), ensure_ascii=False, indent=2)
    return {name: text for name, text in texts.items() if text}


def _schema(columns: Mapping[str, str]) -> Schema:
    return Schema([ColSpec(kind, name) for name, kind in columns.items()])


def _records(uri: str, experiment: str) -> list[RunRecord]:
    with _reached(uri) as client:
        names = {
            one.experiment_id: one.name for one in client.search_experiments() if experiment in {"", one.name}
        }
        runs = client.search_runs(list(names), order_by=["attributes.start_time DESC"]) if names else []
    return [_record(run, names[run.info.experiment_id]) for run in runs]


def _record(run: mlflow.entities.Run, experiment: str) -> RunRecord:
    facts = {name: run.data.tags.get(f"{_PREFIX}{name}", "") for name in _FACTS}
    return RunRecord(
        run_id=run.info.run_id,
        name=run.info.run_name,
        experiment=experiment,
        status=run.info.status,
        started_at=pd.Timestamp(run.info.start_time, unit="ms", tz="UTC").isoformat(timespec="seconds"),
        parameters=dict(run.data.params),
        metrics=dict(run.data.metrics),
        commit=facts["commit"] or "unknown",
        dirty=facts["dirty"] == "true",
        data_sha256=facts["data_sha256"],
        command=facts["command"],
    )


def _experiment(client: mlflow.MlflowClient, uri: str, name: str) -> str:
    known = client.get_experiment_by_name(name)
    if known:
        return str(known.experiment_id)
    folder = artefact_folder(uri)
    place = None if folder is None else folder.resolve().as_uri()
    return str(client.create_experiment(name, artifact_location=place))


def _versions(client: mlflow.MlflowClient) -> list[BundleVersion]:
    """Return the versions, newest first."""
    models = client.search_registered_models(f"name = '{REGISTERED}'")
    aliases: dict[int, list[Alias]] = {}
    for alias, number in (models[0].aliases if models else {}).items():
        aliases.setdefault(int(number), []).append(Alias(alias))
    found = client.search_model_versions(f"name = '{REGISTERED}'") if models else []
    versions = [
        BundleVersion(
            bundle_id=one.tags.get(_BUNDLE, ""),
            version=int(one.version),
            aliases=tuple(sorted(aliases.get(int(one.version), []))),
            state=one.tags.get(_STATE, ""),
            path=one.tags.get(_PLACE, ""),
            run_id=one.run_id or "",
        )
        for one in found
    ]
    return sorted(versions, key=lambda one: -one.version)


def _version_of(client: mlflow.MlflowClient, bundle_id: str) -> BundleVersion:
    known = [one for one in _versions(client) if one.bundle_id == bundle_id]
    if not known:
        raise UnknownName(
            "bundle_unregistered", f"模型包 {bundle_id} 没有登记", hint="用 yingcai runs bundles 查看已登记的"
        )
    return known[0]


def _give(client: mlflow.MlflowClient, one: BundleVersion, alias: Alias) -> None:
    client.set_registered_model_alias(REGISTERED, alias.value, str(one.version))
    client.set_model_version_tag(REGISTERED, str(one.version), _STATE, alias.value)


@contextmanager
def _reached(uri: str) -> Iterator[mlflow.MlflowClient]:
    """Yield a client; what MLflow or a disk refuses becomes an error of the product, without passwords."""
    try:
        yield mlflow.MlflowClient(tracking_uri=uri, registry_uri=uri)
    except (MlflowException, OSError) as error:
        what = without_password(f"{uri} 不可用：{(str(error).splitlines() or [''])[0]}")
        raise StoreError(
            "tracking_failed", f"运行登记库 {what}", hint="检查 YINGCAI_MLFLOW_URI 与网络"
        ) from error
