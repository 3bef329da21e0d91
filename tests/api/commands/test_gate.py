"""``yingcai gate``: freeze, judge and show, on small sets and without model weights."""

from __future__ import annotations

import json

import pytest

from api.commands import gate
from matching.bundle import PACKAGED, read_bundle, write_bundle
from matching.learned import write_curves
from training.gate import Scorecard
from training.gate.report import read_report

SMALL = ("--limit", 50, "--vacancies", 12, "--people", 20, "--postings-limit", 10)


@pytest.fixture
def frozen(run, var):
    """Freeze small sets in the default place."""
    return run("gate", "freeze", *SMALL, "--json").json


@pytest.fixture
def bundle(var, tmp_path, learned_curves):
    """Write a bundle with a ranker of its own and no encoder."""
    write_curves(tmp_path / "ranker.json", learned_curves)
    parts = {"ranker.json": tmp_path / "ranker.json"}
    return write_bundle(var / "bundles", parts, name="plain", card="# 模型卡\n")


@pytest.fixture
def measured(monkeypatch, hashing_model):
    """Put scorecards made by hand in the place of the measuring, which has tests of its own."""
    import pandas as pd

    asked = []

    def build(candidate, champion, sets, *, audit_of, memory, watch):
        asked.append((candidate, champion, sets, audit_of))
        watch("评测", 1, 1)
        rows = [("职名对照 MAP", "overall", "全部", f"q{at}", 0.5) for at in range(80)]
        rows += [("职名对照 MAP", "language", ("zh", "en", "ru")[at % 3], f"q{at}", 0.5) for at in range(80)]
        quality = pd.DataFrame(rows, columns=["metric", "dimension", "slice", "query", "value"])
        fair, fast = {"impact/性别": 0.99, "swap/人才档案": 0.0}, {"p50": 10.0, "p95": 20.0}
        worse = quality.assign(value=quality["value"] - build.loss)
        return Scorecard(candidate.name, worse, fair, fast), Scorecard(champion.name, quality, fair, fast)

    build.loss, build.asked = 0.0, asked
    monkeypatch.setattr("training.gate.scorecards.build_scorecards", build)
    monkeypatch.setattr(gate, "build_model", lambda settings, **_: hashing_model)
    return build


def test_sets_are_frozen_once(run, frozen, var):
    assert frozen["folder"] == str(var / "gate" / "sets")
    assert frozen["queries"]["中文找英文"] == 50
    again = run("gate", "freeze", *SMALL)
    assert again.err.startswith("失败 [sets_exist]")
    other = run("gate", "freeze", *SMALL, "--out", var / "other")
    assert f"校验值 {frozen['sha256']}" in other.out, "the same arguments draw the same sets"
    assert "专业→职业" in other.out


def test_title_sets_and_postings_of_ones_own_are_frozen_too(run, var, tmp_path):
    folder = tmp_path / "titles" / "english"
    folder.mkdir(parents=True)
    (folder / "queries").write_text("q_id\tjobtitle\n1\tcook\n2\twelder\n", encoding="utf-8")
    (folder / "corpus_elements").write_text("c_id\tjobtitle\n7\tchef\n8\tsolderer\n", encoding="utf-8")
    (folder / "qrels.tsv").write_text("1\t0\t7\t1\n2\t0\t8\t1\n", encoding="utf-8")
    table = tmp_path / "postings.csv"
    duties = "负责设备的日常巡检与维护，记录运行参数，处理一般故障。" * 5
    table.write_text(
        "title,description\n" + "".join(f"钳工{at},第{at}班。{duties}\n" for at in range(12)),
        encoding="utf-8",
    )
    counts = run("gate", "freeze", *SMALL, "--titles", folder.parent, "--postings", table, "--json").json
    assert counts["queries"]["english"] == 2
    assert counts["queries"]["名称→描述"] == 10
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "[file_missing]" in run("gate", "freeze", "--titles", empty, "--out", var / "x").err


def test_an_equal_bundle_passes_and_its_report_is_kept(run, frozen, bundle, measured, var):
    outcome = run("gate", "judge", bundle.bundle_id)
    assert outcome.code == 0, outcome.err
    assert f"准入通过：{bundle.bundle_id} 对 {PACKAGED}" in outcome.out
    assert "查询太少、合并判断的分组 3 个" in outcome.out
    path = var / "gate" / f"{bundle.bundle_id}.json"
    report = read_report(path)
    assert report.passed
    assert report.candidate_sha256 == bundle.manifest_sha256
    assert report.sets_sha256 == frozen["sha256"]
    ((candidate, champion, sets, audit),) = measured.asked
    assert (candidate.name, champion.name) == (bundle.bundle_id, PACKAGED)
    assert sets.manifest.sha256 == frozen["sha256"]
    assert (audit.people, audit.vacancies) == (80, 110)
    assert run("gate", "show", path).code == 0
    assert run("gate", "show", path, "--json").json["passed"] is True


def test_a_worse_bundle_is_refused_with_its_reasons(run, frozen, bundle, measured, tmp_path):
    measured.loss = 0.2
    out = tmp_path / "report.json"
    outcome = run("gate", "judge", bundle.folder, "--champion", bundle.bundle_id, "--out", out)
    assert outcome.code == 3
    assert "准入不通过" in outcome.out
    assert "[worse] 职名对照 MAP（总体：全部）候选更差：差 -0.2000" in outcome.out
    assert run("gate", "show", out).code == 3
    document = json.loads(out.read_text("utf-8"))
    assert document["champion"]["name"] == bundle.bundle_id


def test_policy_and_claims_come_from_the_command(run, frozen, bundle, measured):
    words = (
        "--claim",
        "职名对照 MAP|language=zh",
        "--min-queries",
        20,
        "--report-undecided",
        "--margin",
        0.5,
    )
    found = run("gate", "judge", bundle.bundle_id, *words, "--json")
    assert found.code == 3
    policy = found.json["policy"]
    assert (policy["min_queries"], policy["undecided"], policy["margin"]) == (20, "report", 0.5)
    assert policy["claims"] == [{"metric": "职名对照 MAP", "dimension": "language", "slice": "zh"}]
    assert [one["code"] for one in found.json["verdict"]["reasons"]] == ["not_better"]
    assert "[claim_unreadable]" in run("gate", "judge", bundle.bundle_id, "--claim", "a|mood=b").err


def test_without_frozen_sets_the_next_step_is_named(run, var, bundle, measured):
    outcome = run("gate", "judge", bundle.bundle_id)
    assert outcome.code == 1
    assert outcome.err.startswith("失败 [sets_missing]")
    assert "yingcai gate freeze" in outcome.err


def test_many_slices_are_cut_in_print_only(run, frozen, bundle, measured, monkeypatch):
    monkeypatch.setattr(gate, "_SHOWN", 1)
    assert "其余 1 组见报告" in run("gate", "judge", bundle.bundle_id).out
    assert read_bundle(bundle.folder) == bundle
