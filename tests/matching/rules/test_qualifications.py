"""Education, 技能等级, licences and languages, by pairs whose verdict is obvious."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("wanted", "education", "level", "expected"),
    [
        (None, "大专", None, None),
        ("不限", None, None, "pass"),
        ("本科", "本科", None, "pass"),
        ("本科", "硕士", None, "pass"),
        ("本科", "大专", None, "fail"),
        ("本科", "大专", "高级工", "fail"),
        ("本科", "大专", "技师", "pass"),
        ("大专", "高中/中专", "高级工", "pass"),
        ("高中/中专", "初中", "中级工", "pass"),
        ("初中", "小学", "初级工", "pass"),
        ("小学", None, "初级工", "pass"),
        ("硕士", "本科", "首席技师", "fail"),
        ("博士", "硕士", "首席技师", "fail"),
        ("本科", None, None, "unknown"),
        ("本科", "不限", None, "unknown"),  # a person's education is never 不限
        ("本科", None, "技师", "pass"),
        ("本科", None, "中级工", "unknown"),
    ],
)
def test_education_or_an_equivalent_skill_level(verdict, wanted, education, level, expected):
    asked, offered = {"education": wanted}, {"education": education, "skill_level": level}
    assert verdict("education", asked, offered) == expected


def test_no_skill_level_stands_for_a_master_and_the_reason_says_so(judge):
    _, reason = judge("education", {"education": "硕士"}, {"education": "本科", "skill_level": "首席技师"})
    assert reason == "要求硕士（没有可视同的技能等级），学历为本科、首席技师"


@pytest.mark.parametrize(
    ("wanted", "level", "expected"),
    [
        (None, "技师", None),
        ("高级工", "技师", "pass"),
        ("技师", "高级工", "fail"),
        ("高级工", None, "unknown"),
    ],
)
def test_skill_level(verdict, wanted, level, expected):
    assert verdict("skill_level", {"skill_level": wanted}, {"skill_level": level}) == expected


@pytest.mark.parametrize(
    ("wanted", "held", "expected"),
    [
        ((), (), None),
        (None, ("电工证",), None),
        (("电工证",), (), "unknown"),
        (("电工证",), None, "unknown"),
        (("电工证",), ("低压电工证",), "pass"),
        (("低压电工证",), ("电工证",), "unknown"),
        (("电工证", "焊工证"), ("电工证",), "fail"),
        (("低压电工证", "焊工证"), ("电工证",), "fail"),
        (("低压电工证", "焊工证"), ("焊工证", "低压电工证"), "pass"),
    ],
)
def test_licences(verdict, wanted, held, expected):
    assert verdict("licences", {"licences": wanted}, {"licences": held}) == expected


def test_the_reason_names_the_licence_that_is_missing_and_the_one_that_is_unsure(judge):
    asked = {"licences": ("低压电工证", "焊工证")}
    assert judge("licences", asked, {"licences": ("电工证",)})[1].endswith("未登记焊工证")
    assert "是否即低压电工证待核实" in judge("licences", asked, {"licences": ("电工证", "焊工证")})[1]


@pytest.mark.parametrize(
    ("wanted", "spoken", "expected"),
    [
        ((), (), None),
        (("ru",), ("zh", "ru"), "pass"),
        (("ru", "en"), ("ru",), "fail"),
        (("ru",), (), "unknown"),
        (("zh",), ("en",), "unknown"),  # people list the foreign languages they speak
        (("zh", "ru"), ("en",), "fail"),
    ],
)
def test_languages(verdict, wanted, spoken, expected):
    assert verdict("languages", {"languages": wanted}, {"languages": spoken}) == expected


def test_a_language_is_named_in_chinese(judge):
    assert judge("languages", {"languages": ("ru", "xx")}, {"languages": ("zh",)})[1] == (
        "要求语言：俄语、xx，未登记俄语、xx"
    )
