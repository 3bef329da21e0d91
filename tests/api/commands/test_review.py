"""``yingcai review``."""

from __future__ import annotations

import pandas as pd
import pytest

from data.settings import Settings
from data.store.reviews import write_reviews
from data.store.store import Store

CASE = {
    "kind": "occupation",
    "text": "看火师傅",
    "count": 7,
    "suggestions": [{"code": "6-15-06-02", "name": "耐火材料烧成工", "score": 0.6}],
}


@pytest.fixture
def queued(var):
    store = Store.from_url(Settings(var_dir=var).store_url)
    write_reviews(store, [CASE, CASE | {"kind": "skill", "text": "灵修", "count": 9, "suggestions": []}])
    store.engine.dispose()


def test_an_empty_store_has_nothing_to_review(run):
    assert "没有待定的文本" in run("review", "list").out
    assert "还没有决定" in run("review", "aliases").out


def test_the_queue_is_listed_most_frequent_first_or_by_kind(run, queued):
    assert [row["text"] for row in run("review", "list", "--json").json] == ["灵修", "看火师傅"]
    assert [row["text"] for row in run("review", "list", "--kind", "occupation", "--json").json] == [
        "看火师傅"
    ]
    assert "耐火材料烧成工" in run("review", "list").out


def test_a_decision_wins_the_next_time(run, queued):
    done = run("review", "decide", "occupation", "看火师傅", "耐火材料烧成工", "--by", "王工", "--json")
    assert done.json["code"] == "6-15-06-02"
    (result,) = run("code", "title", "看火师傅", "--json").json["results"]
    assert (result["code"], result["method"]) == ("6-15-06-02", "decision")
    assert "6-15-06-02" in run("review", "decide", "occupation", "看火师傅", "6-15-06-02", "--by", "王工").out
    (alias,) = run("review", "aliases", "--json").json
    assert alias["decided_by"] == "王工"
    assert "王工" in run("review", "aliases").out
    assert [row["kind"] for row in run("review", "list", "--json").json] == ["skill"]


def test_an_unknown_code_is_refused_with_the_nearest(run, queued):
    done = run("review", "decide", "occupation", "看火师傅", "烧成", "--by", "王工")
    assert done.code == 1
    assert "code_unknown" in done.line
    assert "耐火材料烧成工" in done.line


def test_a_dismissed_text_means_nothing_from_then_on(run, queued):
    assert run("review", "dismiss", "skill", "灵修", "--by", "王工", "--json").json["code"] is None
    assert "不编码" in run("review", "dismiss", "skill", "灵修", "--by", "王工").out
    assert "不编码" in run("review", "aliases", "--kind", "skill").out


def test_a_workbook_goes_out_and_comes_back_filled(run, queued, tmp_path):
    path = tmp_path / "待定.xlsx"
    assert run("review", "export", path, "--json").json["rows"] == 2
    assert "2 条" in run("review", "export", path, "--limit", 5).out
    frame = pd.read_excel(path, engine="calamine").astype({"决定": object})
    frame.loc[frame["原文"] == "看火师傅", "决定"] = "建议1"
    frame.loc[frame["原文"] == "灵修", "决定"] = "没有这个"
    filled = tmp_path / "填好.xlsx"
    frame.to_excel(filled, index=False, engine="xlsxwriter")
    done = run("review", "import", filled, "--by", "王工", "--json")
    assert done.json["decided"] == 1
    assert [problem["code"] for problem in done.json["problems"]] == ["code_unknown"]
    again = run("review", "import", filled, "--by", "王工")
    assert "1 行无法识别" in again.out
    assert "没有这个" in again.out


def test_decisions_are_applied_to_what_is_stored(run, var):
    assert run("review", "apply", "--json").json == {
        "postings_seen": 0,
        "postings_changed": 0,
        "profiles_seen": 0,
        "profiles_changed": 0,
    }
    assert "更新 0 条" in run("review", "apply").out
