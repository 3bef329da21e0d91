"""``yingcai bundle``: nothing serves that did not pass, and everything that served is on record."""

from __future__ import annotations

import hashlib
import sqlite3

import pandas as pd
import pytest

from data.errors import StoreError
from matching.learned import write_curves
from training.gate import Policy, Scorecard, judge
from training.gate.report import gate_report, write_report
from training.provenance import read_provenance


@pytest.fixture
def made(run, tmp_path, learned_curves):
    """Return a function that makes a bundle by the command and returns its id."""
    write_curves(tmp_path / "ranker.json", learned_curves)
    (tmp_path / "card.md").write_text("# 说明卡\n\n从反馈学得。", encoding="utf-8")
    (tmp_path / "report.json").write_text("{}", encoding="utf-8")

    def make(name="behaviour", *more):
        options = ("--ranker", tmp_path / "ranker.json", "--card", tmp_path / "card.md", "--json", *more)
        done = run("bundle", "create", name, *options)
        assert done.code == 0, done.err
        return done.json["bundle_id"]

    return make


@pytest.fixture
def gate(tmp_path, var):
    """Return a function that writes a report of the gate, which passes unless values fell."""

    def write(candidate, champion="packaged", *, change=0.0, sha256=None):
        cards = []
        for name, shift in ((candidate, change), (champion, 0.0)):
            rows = [("zh MAP", "overall", "全部", str(query), 0.5 + shift) for query in range(120)]
            quality = pd.DataFrame(rows, columns=["metric", "dimension", "slice", "query", "value"])
            fair = {"impact/性别": 0.99, "swap/人才档案": 0.0}
            cards.append(Scorecard(name, quality, fair, {"p50": 9.0, "p95": 12.0}))
        manifest = var / "bundles" / candidate / "manifest.json"
        report = gate_report(
            *cards,
            judge(*cards, Policy(draws=200)),
            Policy(draws=200),
            sets_sha256="5" * 64,
            candidate_sha256=sha256 or hashlib.sha256(manifest.read_bytes()).hexdigest(),
            provenance=read_provenance(),
            made_at="2026-11-21T08:00:00+00:00",
        )
        path = tmp_path / f"gate-{candidate}.json"
        write_report(report, path)
        return path

    return write


def test_a_bundle_is_made_listed_shown_and_verified(run, made, tmp_path):
    bundle_id = made(
        "behaviour", "--metric", "ndcg@10=0.51", "--commit", "abc1", "--report", tmp_path / "report.json"
    )
    listed = run("bundle", "list").out
    assert f"● packaged  随产品的缺省模型\n  {bundle_id}" in listed
    assert "排序模型  ndcg@10 0.51" in listed
    shown = run("bundle", "show", bundle_id)
    assert "从反馈学得" in shown.out
    assert "代码 abc1" in shown.out
    assert "report.json" in shown.out
    assert run("bundle", "show", bundle_id, "--json").json["card"].startswith("# 说明卡")
    verified = run("bundle", "verify", bundle_id)
    assert "3 个文件与清单相符，可以使用：hashing/256+behaviour-1@" in verified.out
    assert run("bundle", "verify", bundle_id, "--json").json["usable"] is True


def test_a_bundle_made_in_words_says_where_it_lies(run, made, tmp_path, var):
    done = run(
        "bundle", "create", "told", "--ranker", tmp_path / "ranker.json", "--card", tmp_path / "card.md"
    )
    assert "已组成 told-" in done.out
    assert str(var / "bundles") in done.out.replace("\n", "")


def test_a_metric_that_is_no_number_is_one_line(run, made, tmp_path):
    done = run("bundle", "create", "x", "--card", tmp_path / "card.md", "--metric", "ndcg=viel")
    assert (done.code, done.line.startswith("失败 [metric_unreadable]")) == (1, True)


def test_a_damaged_bundle_is_listed_as_unusable_and_refused(run, made, var):
    bundle_id = made()
    card = var / "bundles" / bundle_id / "card.md"
    card.chmod(0o644)
    card.write_text("另一张", encoding="utf-8")
    assert f"{bundle_id}  不可用：" in run("bundle", "list").out
    for command in (("verify", bundle_id), ("promote", bundle_id, "--by", "甲", "--override", "试")):
        done = run("bundle", *command)
        assert (done.code, "[bundle_damaged]" in done.line) == (1, True)


def test_what_passed_the_gate_is_promoted_and_rolled_back_step_by_step(run, made, gate):
    first, second = made("first"), made("second")
    done = run("bundle", "promote", first, "--gate", gate(first), "--by", "张三")
    assert done.code == 0, done.err
    assert f"已启用 {first}（此前 packaged），第 1 条记录" in done.out
    assert "约 30 秒内换用，不中断请求" in done.out
    done = run("bundle", "promote", second, "--gate", gate(second, first), "--by", "张三", "--json")
    assert done.json["bundle_from"] == first
    assert done.json["evidence"]["gate"]["passed"] is True
    assert f"● {second}" in run("bundle", "list").out
    assert (
        f"已退回 {first}（此前 {second}）"
        in run("bundle", "rollback", "--by", "李四", "--reason", "变慢").out
    )
    assert "已退回 packaged" in run("bundle", "rollback", "--by", "李四").out
    done = run("bundle", "rollback", "--by", "李四")
    assert (done.code, "[nothing_to_roll_back]" in done.line) == (1, True)
    told = run("bundle", "history").out
    assert "张三  启用" in told
    assert "准入通过（报告 " in told
    assert "理由：变慢" in told
    assert "理由：未写" in told
    assert "共 4 条，校验链完整" in told
    assert len(run("bundle", "history", "--json").json) == 4


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"change": -0.2}, "gate_not_passed"),
        ({"champion": "other-0123456789ab"}, "gate_against_another_champion"),
        ({"sha256": "0" * 64}, "gate_of_another_bundle"),
    ],
)
def test_a_report_that_does_not_speak_for_this_change_is_refused_unless_overridden(
    run, made, gate, changes, code
):
    bundle_id = made()
    path = gate(bundle_id, **changes)
    done = run("bundle", "promote", bundle_id, "--gate", path, "--by", "张三")
    assert (done.code, f"[{code}]" in done.err) == (1, True)
    assert "没有更换过" in run("bundle", "history").out
    done = run("bundle", "promote", bundle_id, "--gate", path, "--by", "张三", "--override", "领导批准试用")
    assert done.code == 0
    assert "未经准入，理由：领导批准试用" in run("bundle", "history").out


def test_a_report_of_another_bundle_is_refused(run, made, gate):
    first, second = made("first"), made("second")
    done = run("bundle", "promote", second, "--gate", gate(first), "--by", "张三")
    assert "[gate_of_another_bundle]" in done.line


def test_without_a_report_and_without_a_reason_nothing_is_promoted(run, made):
    bundle_id = made()
    for override in ("", "  "):
        done = run("bundle", "promote", bundle_id, "--by", "张三", "--override", override)
        assert (done.code, "[gate_missing]" in done.line) == (1, True)
    assert run(
        "bundle", "promote", bundle_id, "--by", "张三", "--override", "试", YINGCAI_REFRESH_SECONDS="0"
    ).out


def test_a_bundle_that_is_not_here_is_unknown_and_a_champion_that_is_gone_is_listed(run, made, var):
    done = run("bundle", "show", "nothing-0123456789ab")
    assert (done.code, "[bundle_unknown]" in done.line) == (1, True)
    bundle_id = made()
    run("bundle", "promote", bundle_id, "--by", "张三", "--override", "试")
    (var / "bundles" / bundle_id).rename(var / "aside")
    assert f"● {bundle_id}  不可用：应在使用，但本机没有它" in run("bundle", "list").out
    assert [row["usable"] for row in run("bundle", "list", "--json").json] == [True, False]
    assert run("bundle", "rollback", "--by", "张三").code == 0


def test_a_ledger_that_was_tampered_with_is_shown_and_refused(run, made, var):
    run("bundle", "promote", made(), "--by", "张三", "--override", "试")
    with sqlite3.connect(var / "yingcai.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE promotion SET actor = '李四'")
    database.close()
    done = run("bundle", "history")
    assert (done.code, "[ledger_broken]" in done.line) == (1, True)
    assert "李四" in done.out
    assert run("bundle", "history", "--json").code == 1


def test_the_registry_follows_the_ledger_and_a_registry_out_of_reach_stops_nothing(run, made, monkeypatch):
    moved, registered = [], []
    monkeypatch.setattr("training.tracking.move_champion", lambda uri, bundle: moved.append((uri, bundle)))
    monkeypatch.setattr(
        "training.tracking.register_bundle", lambda uri, folder, **told: registered.append(told)
    )
    uri = {"YINGCAI_MLFLOW_URI": "http://127.0.0.1:1"}
    bundle_id = run_id = made("named", "--run", "r1")
    run("bundle", "promote", bundle_id, "--by", "张三", "--override", "试", **uri)
    run("bundle", "rollback", "--by", "张三", **uri)
    assert [bundle for _, bundle in moved] == [bundle_id, None]
    assert registered == [{"bundle_id": run_id, "run_id": "r1"}]

    def fails(*_, **__):
        raise StoreError("tracking_unreachable", "连不上训练记录")

    monkeypatch.setattr("training.tracking.move_champion", fails)
    monkeypatch.setattr("training.tracking.register_bundle", fails)
    other = made("other", "--run", "r2")
    done = run("bundle", "promote", other, "--by", "张三", "--override", "试", **uri)
    assert done.code == 0
    assert "别名没有随之移动" in done.err
