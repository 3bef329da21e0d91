"""A report comes back as it was written, and not otherwise."""

from __future__ import annotations

import json

import pytest

from data.errors import FileProblem
from training.gate import Policy, judge
from training.gate.report import gate_report, read_report, write_report
from training.provenance import read_provenance


@pytest.fixture
def made(card):
    def report(**parts):
        candidate, champion = card(**parts), card("现用")
        policy = Policy(draws=300)
        return gate_report(
            candidate,
            champion,
            judge(candidate, champion, policy),
            policy,
            sets_sha256="5" * 64,
            candidate_sha256="",
            provenance=read_provenance(),
            made_at="2026-11-21T08:00:00+00:00",
        )

    return report


def test_a_report_comes_back(made, tmp_path):
    path = tmp_path / "new" / "gate.json"
    digest = write_report(made(), path)
    report = read_report(path)
    assert report == made()
    assert report.passed
    assert report.lines() == ["准入通过：候选 对 现用"]
    assert json.loads(path.read_text("utf-8"))["sha256"] == digest
    assert report.candidate.figures["zh MAP"] == pytest.approx(report.champion.figures["zh MAP"])
    assert "zh MAP/industry/生物医药" in report.candidate.figures
    assert report.candidate.latency_ms == {"p50": 20.0, "p95": 40.0}


def test_a_refusal_is_written_with_its_reasons(made, tmp_path):
    nan = {"impact/性别": float("nan"), "impact/性别×年龄": 0.97, "swap/人才档案": 0.0, "moved/人才档案": 0.0}
    write_report(made(change=-0.1, fairness=nan), tmp_path / "gate.json")
    report = read_report(tmp_path / "gate.json")
    assert not report.passed
    assert report.candidate.fairness["impact/性别"] is None
    assert "fairness/impact/性别" not in report.candidate.figures
    first, *reasons = report.lines()
    assert first.endswith(f"{len(reasons)} 条原因")
    assert any(line.startswith("[worse] ") for line in reasons)


def test_a_changed_report_is_refused(made, tmp_path):
    path = tmp_path / "gate.json"
    write_report(made(change=-0.1), path)
    text = path.read_text("utf-8")
    path.write_text(text.replace('"passed": false', '"passed": true'), "utf-8")
    with pytest.raises(FileProblem, match="校验值不符") as error:
        read_report(path)
    assert error.value.code == "report_changed"


def test_a_report_that_contradicts_itself_is_refused(made, tmp_path):
    path = tmp_path / "gate.json"
    write_report(made(change=-0.1).model_copy(update={"passed": True}), path)
    with pytest.raises(FileProblem, match="相矛盾"):
        read_report(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sha256": "1"}', "不是 JSON"])
def test_what_is_no_report_is_refused(tmp_path, text):
    path = tmp_path / "gate.json"
    path.write_text(text, "utf-8")
    with pytest.raises(FileProblem) as error:
        read_report(path)
    assert error.value.code == "report_unreadable"


def test_a_missing_report_is_refused(tmp_path):
    with pytest.raises(FileProblem, match="没有准入报告"):
        read_report(tmp_path / "gate.json")
