"""``yingcai survey``."""

from __future__ import annotations

import datetime as dt

import pytest

FORM = """表号: 调1
表名: 缺工调查表
制定机关: 示例局
批准文号: 统〔2026〕1号
有效期起: 2020-01-01
有效期止: {until}
指标:
  - {{代码: A01, 名称: 缺工人数}}
  - {{代码: B01, 名称: 行业, 类型: 分类}}
"""


@pytest.fixture
def describe(tmp_path):
    def describes(until=dt.date(2999, 1, 1)):
        path = tmp_path / "form.yaml"
        path.write_text(FORM.format(until=until), encoding="utf-8")
        return path

    return describes


@pytest.fixture
def returns(tmp_path):
    path = tmp_path / "returns.csv"
    rows = ["u1,2026Q1,10,化工", "u2,2026Q1,11,化工", "u3,2026Q1,12,化工", "u4,2026Q1,5,港口"]
    path.write_text("单位编码,填报期,A01,B01\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_returns_go_in_and_only_totals_come_out(run, var, describe, returns):
    assert "已登记 调1 缺工调查表" in run("survey", "form", describe()).out
    assert run("survey", "form", describe(), "--json").json["items"][0]["code"] == "A01"
    assert run("survey", "upload", "调1", returns).out.strip() == "表 调1 收到 4 份报送，其中更新 0 份"
    assert run("survey", "upload", "调1", returns, "--json").json["replaced"] == 4
    assert run("survey", "totals", "调1", "A01").out.strip() == "2026Q1  38（4 家单位）"
    told = run("survey", "totals", "调1", "A01", "--by", "B01").out
    assert "港口  不公布（不足 3 家单位）" in told
    rows = run("survey", "totals", "调1", "A01", "--by", "B01", "--period", "2026Q1", "--json").json
    assert [row["total"] for row in rows] == [None, None]
    assert (var / "survey.db").is_file()
    assert not (var / "yingcai.db").exists()


def test_a_form_that_expired_or_was_never_approved_takes_nothing(run, describe, returns):
    assert run("survey", "upload", "调1", returns).line.startswith("失败 [form_unknown]")
    run("survey", "form", describe(until=dt.date(2020, 12, 31)))
    assert run("survey", "upload", "调1", returns).line.startswith("失败 [form_expired]")
    assert run("survey", "totals", "调1", "A01").line.startswith("失败 [returns_unknown]")


def test_a_form_without_approval_is_not_registered(run, describe):
    path = describe()
    path.write_text(path.read_text("utf-8").replace("批准文号: 统〔2026〕1号\n", ""), encoding="utf-8")
    done = run("survey", "form", path)
    assert done.line.startswith("失败 [form_unreadable]")
    assert "批准文号" in done.line


def test_one_database_for_both_stops_every_command(run, var):
    done = run("key", "list", YINGCAI_SURVEY_URL=f"sqlite:///{var / 'yingcai.db'}")
    assert (done.code, done.out) == (1, "")
    assert done.line.startswith("失败 [settings_invalid]")
    assert "YINGCAI_SURVEY_URL" in done.line
