"""``yingcai vacancy``."""

from __future__ import annotations

import pytest


@pytest.fixture
def merged(run, filled):
    """Return a vacancy of the city that was merged from several postings."""
    return run("vacancy", "list", "--merged", "--limit", 1, "--json").json[0]


def test_the_list_shows_what_was_merged(run, merged):
    assert merged["postings"] > 1
    shown = run("vacancy", "list", "--merged", "--limit", 3)
    assert shown.code == 0
    assert merged["vacancy_id"] in shown.out
    assert "列出 3 条" in shown.out
    ghosts = run("vacancy", "list", "--flag", "ghost", "--json").json
    assert all("ghost" in row["flags"] for row in ghosts)
    assert run("vacancy", "list", "--employer", "没有这家单位", "--json").json == []


def test_every_flagged_and_merged_vacancy_can_be_explained_in_words(run, merged):
    flagged = run("vacancy", "list", "--flag", "ghost", "--limit", 1, "--json").json
    for row in [merged, *flagged]:
        shown = run("vacancy", "explain", row["vacancy_id"])
        assert shown.code == 0
        assert f"由 {row['postings']} 条招聘信息合并" in shown.out
        assert "None" not in shown.out
    assert "与 " in run("vacancy", "explain", merged["vacancy_id"]).out


def test_a_split_shows_in_the_explanation_and_can_be_undone(run, merged):
    before = run("vacancy", "explain", merged["vacancy_id"], "--json").json
    left, right = (member["posting_id"] for member in before["members"][:2])
    assert "已拆分" in run("vacancy", "split", left, right, "--by", "王某", "--note", "两个车间").out
    shown = run("vacancy", "explain", merged["vacancy_id"]).out
    assert "不同需求（王某" in shown
    assert run("vacancy", "undo", left, right, "--by", "王某", "--json").json["decision"] == "undone"
    assert run("vacancy", "join", left, right, "--by", "王某", "--json").json["decision"] == "joined"
    after = run("vacancy", "explain", merged["vacancy_id"], "--json").json
    assert after["members"] == before["members"]


def test_a_refused_decision_is_one_line(run, filled):
    failed = run("vacancy", "join", "a", "b", "--by", "王某")
    assert failed.code == 1
    assert failed.line.startswith("失败 [posting_unknown]")


def test_the_rate_is_reported_source_by_source(run, filled):
    (row,) = run("vacancy", "rate", "--json").json
    assert 0 < row["rate"] < 1
    assert f"{row['rate']:.1%}" in run("vacancy", "rate").out
