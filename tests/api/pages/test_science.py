"""Models by their pages: what serves, what was decided and measured, and what is said where nothing is."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3

import pandas as pd

from data.store.promotions import PromotionAction, record_promotion
from training.drift import DriftReport
from training.drift.line import DriftLine, Group, Kind, Period, Verdict
from training.fairness.results import ImpactReport, RatioLine, SwapLine, SwapReport, Versions
from training.gate import Policy, Scorecard, judge
from training.gate.report import gate_report, write_report
from training.provenance import Provenance
from training.tracking import log_run, tracking_uri

HOSTILE = "<script>alert(1)</script>"
CANDIDATE = "behaviour-27fb82c41e72"
PAGES = ("", "/ledger", "/runs", "/gates/x", "/drift/x", "/fairness/x")
MADE_BY = Provenance(commit="0" * 40, dirty=False, packages={}, machine="x")


def write_gate(folder, candidate=CANDIDATE, *, change=0.01):
    """Write a report of the gate as its command does."""
    cards = []
    for name, shift in ((candidate, change), ("packaged", 0.0)):
        rows = [
            (metric, dimension, group, str(query), 0.5 + 0.3 * (query % 7) / 7 + shift * (query % 3))
            for metric in ("zh MAP", "zh nDCG@10")
            for dimension, group in (("overall", "全部"), ("industry", "镁质材料"), ("industry", "港口物流"))
            for query in range(120)
        ]
        quality = pd.DataFrame(rows, columns=["metric", "dimension", "slice", "query", "value"])
        fair = {"impact/性别": 0.99, "swap/人才档案": 0.0}
        cards.append(Scorecard(name, quality, fair, {"p50": 9.0, "p95": 12.0}))
    policy = Policy(draws=200)
    report = gate_report(
        *cards,
        judge(*cards, policy),
        policy,
        sets_sha256="5" * 64,
        candidate_sha256="7" * 64,
        provenance=MADE_BY,
        made_at="2026-11-21T08:00:00+00:00",
    )
    write_report(report, folder / "gate" / f"{candidate}.json")
    return report


def write_drift(folder, label=HOSTILE):
    """Write a report of drift as its command does."""
    line = DriftLine(
        name="occupation", label=label, group=Group.INPUT, kind=Kind.CATEGORY, rows=(310, 290),
        employers=(38, 36), distance=0.21, psi=0.3, effect=0.27, chance=0.11, p_value=0.001, q_value=0.004,
        before=None, after=None, moves=(), verdict=Verdict.DRIFT, reason="超出随机波动，且 PSI 达到 0.25",
    )  # fmt: skip
    report = DriftReport(
        region="yingkou", before=Period(first_on=dt.date(2026, 9, 1), last_on=dt.date(2026, 9, 30)),
        after=Period(first_on=dt.date(2026, 10, 1), last_on=dt.date(2026, 10, 31)), verdict=Verdict.DRIFT,
        reasons=("职业构成超出随机波动",), lines=(line,), vacancies=(310, 290), people=400, permutations=999,
        seed=2026, method="1", model_version="hashing+1", taxonomy_version="2022", data_sha256="9" * 64,
        synthetic=True,
    )  # fmt: skip
    path = folder / "drift" / "2026-10" / "drift.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(report.model_dump(mode="json"), ensure_ascii=False), encoding="utf-8")


def write_fairness(folder):
    """Write audits of fairness as their commands do."""
    versions = Versions(method="1", model_version="hashing+1", taxonomy_version="2022", seed=7)
    ratio = RatioLine(
        split="性别", industry="", groups=2, vacancies=110, ratio=0.97, low=0.93, high=1.0, lowest="女",
        highest="男", bar=0.8, rated=True, passed=True,
    )  # fmt: skip
    few = ratio.model_copy(update={"industry": "镁质材料", "rated": False})
    impact = ImpactReport(
        design="equal", lines=(ratio, few), people=80, copies=640, texts=80, shortlist=10, skipped=0,
        versions=versions, unrated=1, gated=True, passed=True,
    )  # fmt: skip
    swap = SwapLine(
        attribute="年龄", place="summary", cases=12, traces=0, refused=0, max_change=0.2, mean_change=0.1,
        rank_changes=3, worst="35岁以下", gated=True, passed=False,
    )  # fmt: skip
    swaps = SwapReport(
        side="profile", lines=(swap,), items=12, pool=100, rematched=12, bar=0.001, versions=versions,
        synthetic=True, passed=False,
    )  # fmt: skip
    (folder / "fairness").mkdir()
    for name, report in (("impact", impact), ("swaps", swaps)):
        document = {"made_at": "2026-11-21T08:00:00+00:00", "reports": [report.model_dump(mode="json")]}
        (folder / "fairness" / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")


def promote(store, reason="没有评测集，先试用"):
    """Put a bundle in service that is not on this machine."""
    record_promotion(
        store,
        actor="赵数",
        action=PromotionAction.PROMOTE,
        bundle_id=CANDIDATE,
        evidence={"override": reason},
    )


def test_only_data_scientists_see_models(browser):
    assert browser.get("/science").url.path == "/login"
    for who in ("editor", "admin", "agent"):
        browser.log_in(who)
        assert {browser.get(f"/science{page}").status_code for page in PAGES} == {403}


def test_what_is_not_there_is_said_with_the_command_that_makes_it(browser):
    browser.log_in("scientist")
    shown = browser.get("/science")
    assert shown.status_code == 200
    assert "随产品的缺省模型" in shown.text
    for command in ("gate judge", "bundle promote", "train ranker", "drift --from", "fairness swaps"):
        assert f"yingcai {command}" in shown.text
    assert "没有更换过模型" in browser.get("/science/ledger").text
    for page in ("/gates/x", "/drift/x", "/fairness/x", "/gates/..%2Fx", "/drift/.hidden"):
        assert browser.get(f"/science{page}").status_code == 404


def test_what_serves_is_told_with_who_and_why(browser, desk_service):
    promote(desk_service.store, reason=HOSTILE)
    browser.log_in("scientist")
    shown = browser.get("/science").text
    assert CANDIDATE in shown
    assert "赵数" in shown
    assert "不在本机" in shown
    assert "未经准入，理由：&lt;script&gt;" in shown
    assert "校验链完整" in browser.get("/science/ledger").text


def test_a_ledger_that_was_altered_is_not_passed_over(browser, desk_service):
    promote(desk_service.store)
    file = desk_service.settings.var_dir / "yingcai.db"
    desk_service.store.engine.dispose()
    with sqlite3.connect(file) as connection:
        named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'promotion'"
        for (trigger,) in connection.execute(named).fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("UPDATE promotion SET actor = 'x'")
    browser.log_in("scientist")
    for page in ("", "/ledger"):
        shown = browser.get(f"/science{page}").text
        assert "校验链不完整" in shown
        assert "校验链完整" not in shown


def test_a_decision_of_the_gate_is_shown_rule_by_rule(browser, desk_service):
    folder = desk_service.settings.var_dir
    good = write_gate(folder)
    bad = write_gate(folder, "worse-000000000000", change=-0.2)
    assert (good.passed, bad.passed) == (True, False)
    browser.log_in("scientist")
    listed = browser.get("/science").text
    assert CANDIDATE in listed
    shown = browser.get(f"/science/gates/{CANDIDATE}").text
    assert shown.count("<svg") == len(good.verdict.comparisons)
    assert "产业：镁质材料" in shown
    assert "没有声明" in shown
    refused = browser.get("/science/gates/worse-000000000000").text
    for reason in bad.verdict.reasons:
        assert reason.message in refused


def test_a_report_that_was_changed_is_not_believed(browser, desk_service):
    folder = desk_service.settings.var_dir
    write_gate(folder, change=-0.2)
    path = folder / "gate" / f"{CANDIDATE}.json"
    path.write_text(path.read_text("utf-8").replace('"passed": false', '"passed": true'), "utf-8")
    (folder / "drift" / "empty").mkdir(parents=True)
    (folder / "drift" / "empty" / "drift.json").write_text("[]", "utf-8")
    (folder / "fairness").mkdir()
    (folder / "fairness" / "none.json").write_text("{", "utf-8")
    browser.log_in("scientist")
    shown = browser.get("/science").text
    assert "不可信" in shown
    assert shown.count("读不了") == 2
    for page in (f"/gates/{CANDIDATE}", "/drift/empty", "/fairness/none"):
        assert browser.get(f"/science{page}").status_code == 400


def test_drift_and_fairness_are_shown_and_labelled(browser, desk_service):
    folder = desk_service.settings.var_dir
    write_drift(folder)
    write_fairness(folder)
    browser.log_in("scientist")
    drift = browser.get("/science/drift/2026-10").text
    assert "合成数据" in drift
    assert "<script>alert" not in drift
    assert "0.27" in drift
    impact = browser.get("/science/fairness/impact").text
    assert "X 暂不评价" in impact
    assert "合成数据" in impact
    assert "不通过" in browser.get("/science/fairness/swaps").text


def test_runs_are_read_without_mlflow(browser, desk_service):
    uri = tracking_uri(desk_service.settings.var_dir)
    log_run(uri, "ranker", HOSTILE, parameters={"k": "10"}, metrics={"ndcg": 0.512345}, provenance=MADE_BY)
    browser.log_in("scientist")
    for page in ("", "/runs"):
        shown = browser.get(f"/science{page}").text
        assert "ndcg 0.5123" in shown
        assert "<script>alert" not in shown
    (desk_service.settings.var_dir / "mlflow" / "mlflow.db").write_bytes(b"no database" * 500)
    assert "读不了训练登记库" in browser.get("/science/runs").text


def test_runs_kept_elsewhere_are_linked_without_a_password(browser, desk_service):
    browser.log_in("scientist")
    desk_service.settings.__dict__["mlflow_uri"] = "http://mlflow.intranet:5000"
    assert 'href="http://mlflow.intranet:5000"' in browser.get("/science/runs").text
    for secret in ("http://a:geheim@mlflow.intranet", "postgresql://a:geheim@db/mlflow"):
        desk_service.settings.__dict__["mlflow_uri"] = secret
        shown = browser.get("/science/runs").text
        assert "geheim" not in shown
        assert "登记在另一处" in shown
