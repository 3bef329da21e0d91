"""``yingcai train pairs``."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from api.commands.train_pairs import run as command
from api.console import Session
from data.codes import CodingKind
from data.errors import InputError
from data.settings import Settings
from data.store.reviews import decide_review
from data.store.store import Store
from training.pairs import build as build_module
from training.pairs import check_leakage

POSTINGS = (
    "岗位编号,岗位名称,用人单位,能力要求,岗位职责,专业要求,数据性质\n"
    "a1,岸桥司机,示例港口有限公司,岸桥；装卸；点检,负责集装箱岸桥的装卸操作和船边作业；负责班前检查与设备交接班记录；遵守规程,,\n"
    "a2,会计,示例耐材有限公司,记账；报税；出纳,负责记账,会计学、财务管理,\n"
)


@pytest.fixture
def made(var, tmp_path, monkeypatch, capsys):
    """Return a function that runs the command into a folder and returns that, the streams and the failure."""
    monkeypatch.setattr(build_module, "esco_pairs", lambda: iter(()))
    monkeypatch.setattr(
        "api.commands.train_pairs.Session",
        lambda *, region: Session(region=region, settings=Settings(var_dir=var)),
    )
    app = typer.Typer()
    app.command()(command)

    def runs(*options):
        capsys.readouterr()
        done = CliRunner().invoke(app, [str(each) for each in (*options, "--out", tmp_path / "out")])
        return tmp_path / "out", done

    return runs


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "postings.csv"
    path.write_text(POSTINGS, "utf-8")
    return path


def test_public_pairs_are_written_with_their_report(made):
    out, done = made("--public-only")
    assert done.exit_code == 0, done.exception
    pairs = pd.read_parquet(out / "pairs.parquet")
    report = json.loads((out / "report.json").read_text("utf-8"))
    assert len(pairs) == report["pairs"] > 10_000
    assert check_leakage(pairs).clean
    assert report["config"]["seed"] == 0
    assert report["inputs"] == {}
    assert not list(out.glob("*.part"))


def test_the_same_options_give_the_same_file_and_another_seed_another(made):
    reports = []
    for options in (("--seed", 1), ("--seed", 1), ("--seed", 2)):
        out, _ = made("--public-only", *options)
        reports.append(json.loads((out / "report.json").read_text("utf-8"))["sha256"])
    assert reports[0] == reports[1] != reports[2]


def test_a_file_of_postings_is_read_as_ingest_does_and_not_kept(made, file, tmp_path, var):
    declared = tmp_path / "declared.csv"
    declared.write_text("posting_id,major\na1,港口机械\n", "utf-8")
    out, done = made(
        "--postings", file, "--declared", declared, "--source", "title_skills", "--source", "declared_major"
    )
    assert done.exit_code == 0, done.exception
    pairs = pd.read_parquet(out / "pairs.parquet").set_index("anchor")
    assert pairs.loc["会计", "positive"] == "记账、报税、出纳"
    assert set(pairs.loc["岸桥司机", "positive"]) == {"岸桥、装卸、点检", "港口机械"}
    report = json.loads((out / "report.json").read_text("utf-8"))
    assert set(report["inputs"]) == {"postings.csv", "declared.csv"}


def test_what_people_decided_takes_part(made, var):
    store = Store.from_url(Settings(var_dir=var).store_url)
    decide_review(store, kind=CodingKind.SKILL, text="裂化", code="S0002", decided_by="王某")
    store.engine.dispose()
    out, done = made("--source", "decision")
    assert done.exit_code == 0, done.exception
    assert pd.read_parquet(out / "pairs.parquet")["anchor"].tolist() == ["裂化"]


def test_generated_postings_are_used_only_where_there_are_no_real_ones(made, tmp_path):
    path = tmp_path / "mixed.csv"
    path.write_text(POSTINGS.replace("财务管理,\n", "财务管理,合成数据\n"), "utf-8")
    out, done = made("--postings", path, "--source", "title_skills")
    assert done.exit_code == 0, done.exception
    assert pd.read_parquet(out / "pairs.parquet")["anchor"].tolist() == ["岸桥司机"]


def test_titles_and_a_held_out_test_come_from_files(made, tmp_path):
    titles = tmp_path / "pairs_de.tsv"
    titles.write_text("i\to/1\tKoch\tKöchin\ni\to/2\tArzt\tÄrztin\n", "utf-8")
    folder = tmp_path / "validation"
    folder.mkdir()
    (folder / "queries").write_text("q_id\tjobtitle\n1\tkoch\n", "utf-8")
    options = ("--public-only", "--titles", titles, "--hold-out", folder, "--source", "esco")
    out, done = made(*options)
    assert done.exit_code == 0, done.exception
    assert pd.read_parquet(out / "pairs.parquet")["anchor"].tolist() == ["Arzt"]
    assert json.loads((out / "report.json").read_text("utf-8"))["overlapping"] == {"esco": 1}
    out, done = made(*options, "--keep-overlap")
    assert len(pd.read_parquet(out / "pairs.parquet")) == 2


def test_a_limit_holds(made):
    out, done = made("--public-only", "--source", "major_occupation", "--limit", "major_occupation=40")
    assert done.exit_code == 0, done.exception
    assert json.loads((out / "report.json").read_text("utf-8"))["collected"] == 40


def test_noise_is_reported_where_it_is_asked_for(made):
    out, done = made("--public-only", "--source", "translation", "--noise")
    assert done.exit_code == 0, done.exception
    noise = json.loads((out / "report.json").read_text("utf-8"))["noise"]
    assert noise["by_source"][0]["source"] == "translation"
    assert 0 < noise["by_source"][0]["beyond_k"] <= 1


def test_a_report_can_be_shown_as_json(made, monkeypatch):
    shown = []
    monkeypatch.setattr("api.commands.train_pairs.show_json", shown.append)
    made("--public-only", "--source", "alias", "--json")
    assert shown[0]["leakage"]["clean"] is True


def test_tables_are_in_chinese(made, monkeypatch, tmp_path):
    said = []
    monkeypatch.setattr("api.commands.train_pairs.say", said.append)
    made("--public-only", "--source", "alias", "--source", "translation")
    heads = [[str(column.header) for column in table.columns] for table in said[:2]]
    assert heads == [["来源", "训练", "开发", "测试"], ["语言", "训练", "开发", "测试"]]
    assert list(said[0].columns[0].cells) == ["能力、专业、行业的别名", "中外文名称"]
    assert any("划分之间无泄漏" in str(line) for line in said)


def test_the_sources_can_be_listed(made, monkeypatch):
    said = []
    monkeypatch.setattr("api.commands.train_pairs.say", said.append)
    out, done = made("--list-sources")
    assert done.exit_code == 0
    assert "esco\tESCO 同一职业的名称" in said
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--source", "nothing"), "source_unknown"),
        (("--limit", "esco"), "limit_invalid"),
        (("--limit", "nothing=3"), "source_unknown"),
        (("--public-only", "--declared", "x.csv"), "options_conflict"),
    ],
)
def test_options_that_cannot_be_are_refused(made, options, code):
    out, done = made(*options)
    assert isinstance(done.exception, InputError)
    assert done.exception.code == code
    assert not out.exists()


def test_the_time_of_the_test_is_told(made, tmp_path, monkeypatch):
    rows = "".join(f"b{i},岗位{i},示例{i}有限公司,技能{i}；焊接；装配,2026-{i:02}-01\n" for i in range(1, 10))
    path = tmp_path / "dated.csv"
    path.write_text("岗位编号,岗位名称,用人单位,能力要求,发布日期\n" + rows, "utf-8")
    said = []
    monkeypatch.setattr("api.commands.train_pairs.say", said.append)
    out, done = made("--postings", path, "--source", "title_skills", "--test-months", 2)
    assert done.exit_code == 0, done.exception
    assert "有日期者自 2026-08-01 起为测试集" in said
    pairs = pd.read_parquet(out / "pairs.parquet")
    assert np.array_equal(pairs["split"] == "test", pairs["on"] >= pd.Timestamp("2026-08-01"))
