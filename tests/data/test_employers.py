"""Employers under their spellings, agencies, and whom an agency hires for."""

from __future__ import annotations

import pytest

from data.employers import EmployerIndex, employer_key, is_agency, named_employer, similar_employers

CODE, OTHER_CODE = "91210800MA0000000X", "91210800MA0000001X"
AGENCY = "营口示例人力资源服务有限公司"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("营口示例镁业有限公司", "营口示例镁业有限责任公司"),
        ("营口示例镁业有限公司", "营口示例镁业 有限公司（总部）"),
        ("示例科技股份有限公司", "示例科技"),
    ],
)
def test_spellings_of_an_employer_fall_together(left, right):
    assert employer_key(left) == employer_key(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("营口示例镁业一厂", "营口示例镁业二厂"),
        ("示例科技有限公司", "示例科技有限公司营口分公司"),
        ("示例集团", "示例有限公司"),
    ],
)
def test_other_entities_stay_apart(left, right):
    assert employer_key(left) != employer_key(right)


def test_the_credit_code_decides():
    assert employer_key("甲", credit_code=CODE) == employer_key("乙", credit_code=CODE)
    assert employer_key("（合成）") != ""


def test_a_name_stands_for_its_only_code():
    index = EmployerIndex.from_pairs([("示例镁业有限公司", CODE), ("示例镁业", CODE)])
    assert index.resolve("示例镁业") == CODE
    assert index.resolve(CODE) == CODE
    assert index.resolve("别家") == "别家"
    assert index.siblings(["示例镁业"]) == {"示例镁业", CODE}


def test_a_name_with_two_codes_stands_for_neither():
    index = EmployerIndex.from_pairs([("示例镁业", CODE), ("示例镁业", OTHER_CODE)])
    assert index.resolve("示例镁业") == "示例镁业"
    assert index.siblings([CODE]) == {"示例镁业", CODE, OTHER_CODE}


@pytest.mark.parametrize(
    ("name", "agency"),
    [
        ("示例人力资源有限公司", True),
        ("示例劳务派遣公司", True),
        ("鲅鱼圈示例人才派遣有限公司", True),
        ("上海外服（集团）有限公司", True),
        ("示例镁业", False),
        ("示例户外服饰有限公司", False),
    ],
)
def test_agencies_are_told_by_their_names(name, agency):
    assert is_agency(name) is agency


def test_alike_names_are_only_shown():
    found = similar_employers("营口示例镁业科技有限公司", ["营口示范镁业科技有限公司", "大连港务集团"])
    assert [each.name for each in found] == ["营口示范镁业科技有限公司"]
    assert 0.85 <= found[0].similarity < 1


@pytest.mark.parametrize(
    ("title", "duties", "name"),
    [
        ("焊工", "受营口示例镁业有限公司委托招聘。", "营口示例镁业有限公司"),
        ("焊工", "代招：营口示例镁业有限公司（合成），面试合格后签合同。", "营口示例镁业有限公司（合成）"),
        ("焊工", "用人单位：营口示例镁业有限责任公司\n负责焊接", "营口示例镁业有限责任公司"),
        ("焊工", "派驻示例（营口）重工股份有限公司工作", "示例（营口）重工股份有限公司"),
        ("焊工", "我司客户营口示例镁业有限公司，因业务扩大", "营口示例镁业有限公司"),
        ("焊工", "营口示例镁业有限公司诚聘（劳务派遣）", "营口示例镁业有限公司"),
        ("焊工", "为营口示例镁业有限公司代招焊工", "营口示例镁业有限公司"),
        ("营口示例镁业有限公司-焊工", "", "营口示例镁业有限公司"),
        ("焊工（外派营口示例镁业有限公司）", "", "营口示例镁业有限公司"),
        ("焊工", "用 人 单 位 ： 营口 示例 镁业 有限公司", "营口示例镁业有限公司"),
    ],
)
def test_an_agency_names_its_end_employer(title, duties, name):
    assert named_employer(AGENCY, title, duties) == name


@pytest.mark.parametrize(
    ("title", "duties"),
    [
        ("焊工", "本市一家镁业企业委托我公司招聘，入职即签合同。"),
        ("焊工", "我公司为鲅鱼圈某知名镁业有限公司代招。"),
        ("焊工", f"受{AGENCY}委托招聘。"),
        ("焊工", "用人单位：示例人才服务有限公司"),
        ("焊工", "受营口示例镁业有限公司委托。代招：大连示例港务有限公司"),
        ("焊工", "我司客户营口示例镁业有限公司等多家企业"),
        ("焊工", "与营口示例镁业有限公司签订劳动合同"),
        ("焊工", "曾服务过营口示例镁业有限公司"),
        ("焊工", "用人单位：营口有限公司"),
        ("焊工", "外派岗位长期稳定驻场营口示例镁业有限公司"),
        ("焊工", ""),
    ],
)
def test_nobody_is_named(title, duties):
    assert named_employer(AGENCY, title, duties) is None


def test_an_ordinary_employer_is_read_only_where_it_hires_for_others():
    assert named_employer("营口示例科技有限公司", "焊工", "用人单位：大连示例港务有限公司") is None
    assert (
        named_employer("营口示例科技有限公司", "焊工", "兄弟公司代招，代大连示例港务有限公司招聘")
        == "大连示例港务有限公司"
    )


def test_what_an_owners_postings_say_of_employers_is_told_apart_from_what_all_say():
    first, second = "91210800MA0000000X", "91210800MA0000001X"
    index = EmployerIndex.from_owned(
        [("甲厂", first, ""), ("甲厂", second, "ag_1"), ("乙厂", second, "ag_1"), ("乙厂", second, "ag_1")]
    )
    assert index.owners == {"", "ag_1"}
    assert index.resolve("甲厂") == "甲厂"
    assert index.of_owner("").resolve("甲厂") == first
    assert index.of_owner("ag_1").resolve("甲厂") == second
    assert index.of_owner("ag_2").resolve("乙厂") == "乙厂"
    alone = EmployerIndex.from_pairs([("甲厂", first)])
    assert alone.of_owner("ag_1") is alone
    assert alone.owners == set()
