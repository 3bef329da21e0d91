"""Runs and bundles kept in MLflow come back, from SQLite and from a server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.errors import StoreError, UnknownName
from data.settings import Settings
from training.provenance import Provenance
from training.runs import RunFacts, server_command
from training.tracking import (
    Alias,
    log_run,
    move_champion,
    propose_bundle,
    read_aliases,
    read_run,
    read_runs,
    register_bundle,
    run_artefact,
    store_uri,
    tracking_uri,
)

# MLflow's SQL store leaves connections to the garbage collector, and its models use pydantic as of old.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

MADE = Provenance(commit="a" * 40, dirty=False, packages={"numpy": "2.0"}, machine="x86_64 Linux Python 3.11")
FACTS = RunFacts(
    command="yingcai train encoder --config encoder.toml",
    config="seed = 7\n",
    data_sha256="d" * 64,
    card="# 模型卡\n\n用途：示例\n",
    inputs={"text": "string"},
    outputs={"vector": "float"},
)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a real MLflow server on a free port and wait until it answers."""
    folder = tmp_path_factory.mktemp("mlflow-server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = server_command(tracking_uri(folder), host="127.0.0.1", port=port)
    quiet = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "OMP_NUM_THREADS": "1"}
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, env=quiet, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        while not _healthy(url):
            assert process.poll() is None, (folder / "server.log").read_text()
            time.sleep(0.5)
        yield url
    finally:
        process.terminate()
        process.wait(60)


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(params=["sqlite", "server"])
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a tracking store; the server's is shared by all tests of this file."""
    return tracking_uri(tmp_path) if request.param == "sqlite" else request.getfixturevalue("server")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Folder with the files of a small bundle."""
    folder = tmp_path / "bundle"
    (folder / "encoder").mkdir(parents=True)
    (folder / "manifest.json").write_text('{"bundle_id": "b1"}')
    (folder / "card.md").write_text("# 模型卡\n")
    (folder / "encoder" / "config.json").write_text("{}")
    return folder


def test_runs_come_back_newest_first(uri, tmp_path):
    experiment = f"编码器-{tmp_path.name}"
    assert read_runs(uri, experiment).empty
    log_run(uri, experiment, "原样", parameters={"correction": "none"}, metrics={"map": 0.25})
    log_run(uri, experiment, "校正", parameters={"correction": "centre"}, metrics={"map": 0.5})
    runs = read_runs(uri, experiment)
    assert sorted(runs["name"]) == ["原样", "校正"]
    assert runs.set_index("name").loc["校正", "map"] == 0.5
    assert list(runs["started_at"]) == sorted(runs["started_at"], reverse=True)
    assert set(runs["run_id"]) <= set(read_runs(uri, "")["run_id"])


def test_a_run_keeps_all_that_makes_it_again(uri, tmp_path):
    figures = {"zh nDCG@10/产业/生物医药": 0.5, "impact/性别×年龄": 0.97, "nothing": float("nan")}
    extra = tmp_path / "extra"
    extra.mkdir()
    (extra / "fit.json").write_text("{}")
    note = tmp_path / "note.txt"
    note.write_text("见附件", encoding="utf-8")
    facts = FACTS._replace(files=[extra, note])
    run_id = log_run(
        uri, "全记录", "一次", parameters={"lr": 5e-5}, metrics=figures, facts=facts, provenance=MADE
    )
    run = read_run(uri, run_id[:12])
    assert run.run_id == run_id
    assert (run.name, run.status, run.commit, run.dirty) == ("一次", "FINISHED", "a" * 40, False)
    assert (run.command, run.data_sha256) == (FACTS.command, FACTS.data_sha256)
    assert run.parameters == {"lr": "5e-05"}
    assert run.metrics == {"zh nDCG_at_10/产业/生物医药": 0.5, "impact/性别_年龄": 0.97}
    assert run_artefact(uri, run_id, "config.toml") == "seed = 7\n"
    assert run_artefact(uri, run_id, "card.md") == FACTS.card
    assert run_artefact(uri, run_id, "note.txt") == "见附件"
    assert run_artefact(uri, run_id, "fit.json") == "{}"
    assert run_artefact(uri, run_id, "none.txt") == ""
    signature = json.loads(run_artefact(uri, run_id, "signature.json"))
    assert json.loads(signature["inputs"])[0]["name"] == "text"
    assert json.loads(run_artefact(uri, run_id, "provenance.json"))["packages"] == {"numpy": "2.0"}


def test_more_numbers_than_one_request_takes_are_kept(uri):
    figures = {f"m{number}": number / 1000 for number in range(1100)}
    parameters = {f"p{number}": str(number) for number in range(150)}
    run_id = log_run(uri, "很多", "很多", parameters=parameters, metrics=figures, provenance=MADE)
    run = read_run(uri, run_id)
    assert (run.metrics, run.parameters) == (figures, parameters)


def test_what_differs_from_here_is_said(tmp_path):
    uri = tracking_uri(tmp_path)
    run_id = log_run(uri, "e", "r", parameters={}, metrics={}, facts=FACTS, provenance=MADE)
    run = read_run(uri, run_id)
    assert run.differences(MADE, "d" * 64) == ()
    assert run.differences(MADE) == ()
    here = MADE.model_copy(update={"commit": "b" * 40, "dirty": True})
    said = run.differences(here, "e" * 64)
    assert [line[:4] for line in said] == ["代码版本", "现在代码", "数据不同"]
    dirty = run.model_copy(update={"dirty": True, "data_sha256": ""})
    assert "未提交" in dirty.differences(MADE)[0]
    assert "未记录" in dirty.differences(MADE, "e" * 64)[1]


def test_an_unknown_run_is_refused(tmp_path):
    uri = tracking_uri(tmp_path)
    with pytest.raises(UnknownName, match="没有运行"):
        read_run(uri, "0123")
    log_run(uri, "e", "r", parameters={}, metrics={})
    log_run(uri, "e", "s", parameters={}, metrics={})
    with pytest.raises(UnknownName, match="有 2 个运行"):
        read_run(uri, "")


def test_a_failed_run_is_marked(tmp_path):
    uri = tracking_uri(tmp_path)
    facts = FACTS._replace(files=[tmp_path / "absent"])
    with pytest.raises(StoreError) as error:
        log_run(uri, "e", "r", parameters={}, metrics={}, facts=facts, provenance=MADE)
    assert error.value.code == "tracking_failed"
    assert list(read_runs(uri, "e")["status"]) == ["FAILED"]


def test_bundles_are_versions_and_aliases_follow_promotions(uri, bundle):
    name = bundle.parent.name
    one, two = f"{name}-1", f"{name}-2"

    def aliases():
        mine = [version for version in read_aliases(uri) if version.bundle_id in {one, two}]
        return {version.bundle_id: [alias.value for alias in version.aliases] for version in mine}

    run_id = log_run(uri, "模型包", "一", parameters={}, metrics={}, provenance=MADE)
    first = register_bundle(uri, bundle, bundle_id=one, run_id=run_id)
    assert register_bundle(uri, bundle, bundle_id=one, run_id=run_id) == first
    second = register_bundle(uri, bundle, bundle_id=two, run_id=run_id)
    assert second.version == first.version + 1
    assert (first.path, first.run_id, first.state) == (str(bundle), run_id, "")
    assert run_artefact(uri, run_id, "bundle/encoder/config.json") == "{}"
    propose_bundle(uri, one)
    assert aliases() == {one: ["challenger"], two: []}
    move_champion(uri, one)
    assert aliases() == {one: ["champion"], two: []}
    propose_bundle(uri, two)
    move_champion(uri, two)
    assert aliases() == {one: ["archived"], two: ["champion"]}
    move_champion(uri, one)  # back in one step
    assert aliases() == {one: ["champion"], two: ["archived"]}
    move_champion(uri, one)
    assert aliases() == {one: ["champion"], two: ["archived"]}
    move_champion(uri, None)
    assert aliases() == {one: ["archived"], two: []}
    states = {version.bundle_id: version.state for version in read_aliases(uri)}
    assert states[one] == states[two] == Alias.ARCHIVED
    with pytest.raises(UnknownName, match="没有登记"):
        move_champion(uri, "nobody")


def test_a_large_bundle_is_kept_by_reference(bundle, tmp_path, monkeypatch):
    monkeypatch.setattr("training.runs._KEPT_WHOLE", 10)
    uri = tracking_uri(tmp_path)
    run_id = log_run(uri, "e", "r", parameters={}, metrics={})
    register_bundle(uri, bundle, bundle_id="b1", run_id=run_id)
    kept = sorted(path.name for path in (tmp_path / "mlflow" / "artefacts").rglob("bundle/**/*"))
    assert kept == ["card.md", "manifest.json"]


def test_a_server_that_is_away_is_named_without_its_password(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    away = "http://somebody:secret@127.0.0.1:9"
    for call in (
        lambda: log_run(away, "e", "r", parameters={}, metrics={}, provenance=MADE),
        lambda: read_runs(away, "e"),
        lambda: run_artefact(away, "r", "card.md"),
        lambda: register_bundle(away, tmp_path, bundle_id="b", run_id="r"),
    ):
        with pytest.raises(StoreError) as error:
            call()
        assert error.value.code == "tracking_failed"
        assert "secret" not in str(error.value)


def test_the_store_is_the_one_of_the_settings(tmp_path):
    assert store_uri(Settings(var_dir=tmp_path)) == tracking_uri(tmp_path)
    assert store_uri(Settings(var_dir=tmp_path, mlflow_uri="http://mlflow:5000")) == "http://mlflow:5000"
    assert "--default-artifact-root" not in server_command("postgresql://db/m", host="127.0.0.1", port=1)
