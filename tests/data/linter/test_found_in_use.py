"""Wordings that employers used and an earlier version of the linter let pass, and what looks like them."""

from __future__ import annotations

import pytest

from data.linter.scan import lint, scan


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("河南人除外", "residence"),
        ("东北人勿投", "residence"),
        ("老乡优先", "residence"),
        ("三年内不生育", "marriage"),
        ("无孕期计划", "marriage"),
        ("已有小孩者优先", "marriage"),
        ("No pregnant women", "marriage"),
        ("Must be single", "marriage"),
        ("No Muslims", "religion"),
        ("Han only", "ethnicity"),
        ("不招少数民族", "ethnicity"),
        ("HIV阴性", "carrier"),
        ("80后90后", "age"),
        ("1990年以后出生", "age"),
        ("♀优先", "sex"),
        ("Female not accepted.", "sex"),
        ("帅哥美女", "sex"),
    ],
)
def test_a_demand_is_found_and_taken_out(text, rule):
    assert {finding.rule for finding in lint(text)} == {rule}
    assert lint(scan(f"质量检验，{text}，操作设备").kept) == ()
    assert "质量检验" in scan(f"质量检验，{text}，操作设备").kept


@pytest.mark.parametrize(
    "text",
    [
        "生育保险", "美女直播间运营", "中介除外", "新人勿扰", "本人勿投", "小孩教育", "艾滋病防治宣传",
        "备孕产品销售", "1990年以后出生率研究", "男工装设计",
    ],
)  # fmt: skip
def test_what_looks_alike_stays(text):
    assert scan(text) == (text, ())


def test_the_work_stays_where_only_the_sex_goes():
    assert scan("招聘男工5名").kept == "招聘工5名"
