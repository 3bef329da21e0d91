"""``yingcai train encoder`` and ``yingcai train distil``, on a tiny model with random weights."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from api.commands import train_encoder
from data.errors import FileProblem, InputError, YingcaiError
from data.reference import title_pairs
from data.settings import current_settings

_place = Path(__file__).parents[2] / "training/encoder/conftest.py"
_spec = importlib.util.spec_from_file_location("tiny_encoder", _place)
tiny = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tiny)
tiny_base, trades = tiny.tiny_base, tiny.trades

CONFIG = """
name = "tiny"
batch = 4
rank = 4
precision = "fp32"
learning_rate = 5e-3
"""


@pytest.fixture
def run(var):
    """Run one of the two commands; a failure of the product is raised."""
    app = typer.Typer()
    app.command("encoder")(train_encoder.run)
    app.command("distil")(train_encoder.distil)

    def runs(*arguments):
        current_settings.cache_clear()
        done = CliRunner().invoke(app, [str(argument) for argument in arguments])
        current_settings.cache_clear()
        if isinstance(done.exception, YingcaiError):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.stdout

    return runs


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(CONFIG, "utf-8")
    return path


@pytest.fixture
def pairs(trades, tmp_path):
    path = tmp_path / "pairs.csv"
    trades.to_csv(path, index=False)
    return path


def test_an_adapter_is_trained_from_a_table_and_a_second_run_returns_it(run, config, pairs, tiny_base, var):
    given = ("encoder", "--config", config, "--pairs", pairs, "--base", tiny_base)
    shown = run(*given)
    assert "训练 8 批（titles 16，tree 16），fp32" in shown
    assert "开发集损失 titles" in shown
    record = json.loads(run(*given, "--json"))
    assert record["path"] == str(var / "encoders/tiny/adapter.safetensors")
    assert Path(record["path"]).is_file()
    assert f"{record['seconds']:.0f} 秒" in shown


def test_without_pairs_the_public_tables_are_used_by_the_sources_of_the_mix(run, config, tiny_base, tmp_path):
    config.write_text(CONFIG + "steps = 4\n[mix]\ntranslation = 1\nsibling = 1\n", "utf-8")
    record = json.loads(
        run("encoder", "--config", config, "--base", tiny_base, "--out", tmp_path / "o", "--json")
    )
    assert record["pairs"]["seen"] == {"sibling": 8, "translation": 8}
    assert {"sibling", "translation", "esco"} < record["pairs"]["train"].keys()


def test_titles_of_a_test_are_left_out_of_the_public_pairs(run, config, tiny_base, tmp_path):
    config.write_text(CONFIG + "steps = 1\n[mix]\ntranslation = 1\n", "utf-8")
    pairs = title_pairs()
    held = tmp_path / "test"
    held.mkdir()
    lines = [f"{number}\t{title}" for number, title in enumerate(pairs["title_zh"][:200])]
    for name in ("queries", "corpus_elements"):
        (held / name).write_text("\n".join(["id\ttitle", *lines]) + "\n", "utf-8")
    given = ("encoder", "--config", config, "--base", tiny_base, "--json")
    whole = json.loads(run(*given, "--out", tmp_path / "a"))
    less = json.loads(run(*given, "--exclude", held, "--out", tmp_path / "b"))
    assert less["pairs"]["train"]["translation"] < whole["pairs"]["train"]["translation"]


def test_hard_negatives_are_mined_when_the_settings_ask_for_them(run, config, trades, tiny_base, tmp_path):
    config.write_text(CONFIG + "negatives = 1\n", "utf-8")
    whole = trades.assign(group=trades["concept"], employer="", on="", language="zh-en")
    whole.to_parquet(tmp_path / "pairs.parquet")
    record = json.loads(
        run(
            *("encoder", "--config", config, "--pairs", tmp_path / "pairs.parquet"),
            *("--base", tiny_base, "--out", tmp_path / "o", "--json"),
        )
    )
    assert record["config"]["negatives"] == 1
    assert record["steps"] > 0


def test_whole_models_tell_their_size(run, config, pairs, tiny_base):
    config.write_text(CONFIG + 'method = "full"\nsteps = 1\n', "utf-8")
    shown = run("encoder", "--config", config, "--pairs", pairs, "--base", tiny_base)
    assert "encoder（0." in shown


def test_files_that_cannot_be_used_are_named(run, config, tiny_base, tmp_path):
    broken = tmp_path / "pairs.parquet"
    broken.write_text("no", "utf-8")
    base = ("--base", tiny_base)
    with pytest.raises(FileProblem, match="没有文件"):
        run("encoder", "--config", config, "--pairs", tmp_path / "none.csv", *base)
    with pytest.raises(FileProblem, match=r"pairs\.parquet"):
        run("encoder", "--config", config, "--pairs", broken, *base)
    with pytest.raises(FileProblem, match="没有文件"):
        run("encoder", "--config", tmp_path / "none.toml", *base)
    with pytest.raises(InputError, match="exclude"):
        run("encoder", "--config", config, "--pairs", broken, "--exclude", tmp_path, *base)
    with pytest.raises(FileProblem, match="没有文件"):
        run("distil", "--corpus", tmp_path / "none.txt", *base)
    (tmp_path / "gbk.txt").write_bytes("焊工".encode("gbk"))
    with pytest.raises(FileProblem, match="UTF-8"):
        run("distil", "--corpus", tmp_path / "gbk.txt", *base)


def test_a_static_model_is_made_and_compared(run, config, pairs, tiny_base, tmp_path, monkeypatch):
    record = json.loads(run("encoder", "--config", config, "--pairs", pairs, "--base", tiny_base, "--json"))
    folder = tmp_path / "sets" / "chinese"
    folder.mkdir(parents=True)
    (folder / "queries").write_text("q_id\tjobtitle\nq1\t焊工\nq2\t司机\n", "utf-8")
    (folder / "corpus_elements").write_text("c_id\tjobtitle\nc1\t电焊工\nc2\t车司\nc3\tcook\n", "utf-8")
    (folder / "qrels.tsv").write_text("q1\t0\tc1\t1\nq2\t0\tc2\t1\n", "utf-8")
    monkeypatch.setenv("YINGCAI_CACHE_DIR", str(tmp_path / "cache"))
    given = (
        "distil",
        "--base",
        tiny_base,
        "--adapter",
        record["path"],
        "--dimension",
        8,
        "--out",
        tmp_path / "s",
    )
    found = json.loads(run(*given, "--titles", folder.parent, "--json"))
    assert found["dimension"] == 8
    assert found["quality"]["chinese"].keys() == {"原模型", "静态"}
    assert found["speed"]["原模型"]["ratio"] == 1.0
    page = run(*given, "--titles", folder)
    assert "保留方差" in page
    assert "| chinese | 静态 | 2 |" in page
    assert (tmp_path / "s/comparison.md").is_file()
    (tmp_path / "corpus.txt").write_text("焊工\n", "utf-8")
    assert "静态模型：3 个词" in run(*given, "--corpus", tmp_path / "corpus.txt")
    with pytest.raises(FileProblem, match="评价集"):
        run(*given, "--titles", tmp_path)
