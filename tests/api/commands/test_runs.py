"""``yingcai runs`` on the default tracking store."""

from __future__ import annotations

import pytest

from training.runs import RunFacts, server_command
from training.tracking import log_run, register_bundle, tracking_uri

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text("a,b\n")
    return path


@pytest.fixture
def run_id(var, data):
    from training.provenance import content_sha256

    facts = RunFacts(
        command="yingcai train encoder --config e.toml",
        config="seed = 7\n",
        data_sha256=content_sha256([data]),
        card="# 模型卡：示例\n",
    )
    return log_run(
        tracking_uri(var), "编码器", "示例", parameters={"rank": 16}, metrics={"zh MAP": 0.5612}, facts=facts
    )


def test_without_runs_it_says_so(run):
    assert run("runs", "list").out == "还没有运行\n"
    assert run("runs", "bundles").out == "还没有登记模型包\n"
    assert run("runs", "list", "--json").json == []


def test_runs_are_listed_and_shown(run, run_id):
    assert run_id[:12] in run("runs", "list").out
    (row,) = run("runs", "list", "--experiment", "编码器", "--json").json
    assert (row["run_id"], row["zh MAP"], row["rank"]) == (run_id, 0.5612, "16")
    assert run("runs", "list", "--experiment", "别的", "--json").json == []
    shown = run("runs", "show", run_id[:8]).out
    for text in ("示例（编码器）FINISHED", "0.5612", "seed = 7", "# 模型卡：示例", "yingcai train encoder"):
        assert text in shown
    assert run("runs", "show", run_id, "--json").json["config.toml"] == "seed = 7\n"


def test_an_unknown_run_is_one_line(run):
    outcome = run("runs", "show", "0123")
    assert outcome.code == 1
    assert outcome.err.startswith("失败 [run_unknown]")


def test_a_run_is_compared_with_what_is_here(run, run_id, data, monkeypatch):
    from training.provenance import read_provenance

    clean = read_provenance().model_copy(update={"dirty": False})
    made = run("runs", "check", run_id, "--data", data, "--json").json
    assert made["command"] == "yingcai train encoder --config e.toml"
    assert made["config"] == "seed = 7\n"
    assert not any(line.startswith("数据不同") for line in made["differences"])
    data.write_text("c,d\n")
    monkeypatch.setattr(
        "training.provenance.read_provenance", lambda: clean.model_copy(update={"commit": "f" * 40})
    )
    outcome = run("runs", "check", run_id, "--data", data)
    assert outcome.code == 3
    assert "不同：代码版本不同" in outcome.out
    assert "不同：数据不同" in outcome.out


def test_the_same_code_and_data_are_said_to_be_the_same(run, var, data, monkeypatch):
    from training.provenance import Provenance

    here = Provenance(commit="a" * 40, dirty=False, packages={}, machine="x")
    made = log_run(tracking_uri(var), "e", "r", parameters={}, metrics={}, provenance=here)
    monkeypatch.setattr("training.provenance.read_provenance", lambda: here)
    outcome = run("runs", "check", made)
    assert outcome.code == 0
    assert "代码与所给数据都与运行时相同" in outcome.out
    assert "命令：未记录" in outcome.out
    assert "数据未比较" in outcome.err


def test_bundles_are_listed_with_their_aliases(run, var, run_id, tmp_path):
    folder = tmp_path / "bundle"
    folder.mkdir()
    (folder / "manifest.json").write_text("{}")
    register_bundle(tracking_uri(var), folder, bundle_id="b1", run_id=run_id)
    assert "b1" in run("runs", "bundles").out
    (row,) = run("runs", "bundles", "--json").json
    assert (row["bundle_id"], row["version"], row["run_id"]) == ("b1", 1, run_id)


def test_the_pages_are_served_by_mlflow_itself(run, var, monkeypatch):
    started = []
    monkeypatch.setattr("api.commands.runs.subprocess.call", lambda words: started.append(words) or 0)
    assert run("runs", "ui", "--port", "5001").out == "打开 http://127.0.0.1:5001\n"
    assert started == [server_command(tracking_uri(var), host="127.0.0.1", port=5001)]
    monkeypatch.setattr("api.commands.runs.subprocess.call", lambda words: 2)
    assert run("runs", "ui").code == 2
    away = run("runs", "ui", YINGCAI_MLFLOW_URI="http://mlflow:5000")
    assert "tracking_is_remote" in away.err
