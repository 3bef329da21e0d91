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
        ("小伙子优先", "sex"),
        ("年轻人优先", "age"),
        ("退休人员勿扰", "age"),
        ("穆斯林勿扰", "religion"),
        ("回民除外", "ethnicity"),
        ("带娃者勿扰", "marriage"),
        ("本地户口", "residence"),
        ("清华大学毕业优先", "school_tier"),
        ("仅限北京大学毕业生", "school_tier"),
        ("沈阳工业大学毕业", "school_tier"),
        ("职业学院毕业生勿扰", "school_tier"),
        ("毕业院校为985", "school_tier"),
        ("Only graduates of Tsinghua University", "school_tier"),
        ("Graduates from top universities only", "school_tier"),
        ("только выпускники МГУ", "school_tier"),
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
        "备孕产品销售", "1990年以后出生率研究", "男工装设计", "大学英语教师", "大学生创业指导",
        "对接沈阳工业大学", "维护与中国科学院大学的项目合作", "应届大学毕业生优先", "师范院校毕业优先",
        "退休返聘优先", "退休人员服务", "妈妈班课程", "年轻有活力的团队", "电气学院教师",
        "Graduate thesis support", "College of Engineering liaison",
    ],
)  # fmt: skip
def test_what_looks_alike_stays(text):
    assert scan(text) == (text, ())


def test_the_work_stays_where_only_the_sex_goes():
    assert scan("招聘男工5名").kept == "招聘工5名"


@pytest.mark.parametrize(
    ("text", "rule", "kept"),
    [
        ("不要东北人", "residence", ""),
        ("会焊接，不招河南人", "residence", "会焊接"),
        ("谢绝鲅鱼圈人", "residence", ""),
        ("不接受外地人", "residence", ""),
        ("适合宝妈", "marriage", ""),
        ("时间灵活，适合宝妈的工作", "marriage", "时间灵活"),
        ("只招男工，女勿扰", "sex", ""),
        ("仅限女工，会缝纫", "sex", "会缝纫"),
        ("女工优先", "sex", ""),
        ("招男工5名", "sex", "招工5名"),
        ("只招女焊工", "sex", "焊工"),
    ],
)
def test_a_demand_of_origin_family_or_sex_is_found_and_leaves_no_stray_word(text, rule, kept):
    found = scan(text)
    assert {finding.rule for finding in found.findings} == {rule}
    assert found.kept == kept


@pytest.mark.parametrize(
    "text",
    [
        "宝妈客户群运营",
        "适合宝妈人群的产品推广",
        "男工宿舍管理",
        "不要求本地人",
        "东北人参销售",
        "不要中国人民银行流水",
        "在河南人民医院工作",
        "工作地点学院路12号",
        "male connector",
        "女工艺品设计师",
        "适合妈妈们使用的产品",
    ],
)
def test_words_of_work_that_only_sound_like_such_a_demand_stay(text):
    assert scan(text) == (text, ())
