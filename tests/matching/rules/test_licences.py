"""Names of licences: whole terms, never pieces of text."""

from __future__ import annotations

import pytest

from matching.rules.licences import is_required_by_law, judge_licence, read_licence


@pytest.mark.parametrize(
    ("asked", "held", "expected"),
    [
        ("低压电工证", "特种作业操作证（低压电工作业）", "pass"),
        ("特种作业操作证(低压电工作业)", "低压电工", "pass"),
        ("电工证", "特种作业操作证（高压电工作业）", "pass"),
        ("低压电工证", "高压电工证", "fail"),
        ("高压焊工证", "焊工证", "unknown"),  # contained in the name, and another licence
        ("焊工证", "高压焊工证", "unknown"),
        ("焊工证", "熔化焊接与热切割作业", "pass"),
        ("电工证", "焊工证", "fail"),
        ("电工证", "弱电工证", "unknown"),
        ("叉车证", "特种设备安全管理和作业人员证（N1叉车司机）", "pass"),
        ("N1", "叉车证", "pass"),
        ("Q2", "Q2起重机司机", "pass"),
        ("Q2", "Q1起重机指挥", "fail"),
        ("Q2", "起重机司机证", "unknown"),
        ("Q2", "会计证", "fail"),
        ("起重机司机", "Q2起重机司机", "pass"),
        ("C1", "机动车驾驶证（A2）", "pass"),
        ("C1驾照", "C1", "pass"),
        ("机动车驾驶证（A2）", "C1", "fail"),
        ("驾驶证", "C1", "pass"),
        ("C1", "驾驶证", "unknown"),
        ("特种作业操作证", "特种作业操作证（低压电工作业）", "pass"),
        ("低压电工证", "特种作业操作证", "unknown"),
        ("英语四级证书", "特种作业操作证", "fail"),
        ("建造师（机电工程）", "建造师执业资格证书", "unknown"),
        ("建造师（机电工程）", "二级建造师（机电）", "unknown"),
        ("建造师（机电工程）", "二级建造师（建筑工程）", "fail"),
        ("建造师", "二级建造师（机电）", "pass"),
        ("一级建造师", "二级建造师", "fail"),
        ("注册安全工程师", "中级注册安全工程师", "pass"),
    ],
)
def test_whether_one_licence_is_the_other(asked, held, expected):
    assert judge_licence(asked, held).value == expected


@pytest.mark.parametrize(
    "name", ["低压电工证", "Q2", "A证", "证", "", "特种作业操作证", "裂解（裂化）工艺作业"]
)
def test_every_licence_is_itself(name):
    assert judge_licence(name, name).value == "pass"


def test_width_case_and_spaces_do_not_matter():
    assert read_licence("ｑ２ 起重机司机") == read_licence("Q2起重机司机")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("特种作业操作证（低压电工作业）", True),
        ("特种设备安全管理和作业人员证（N1叉车司机）", True),
        ("执业药师职业资格证书", True),
        ("道路危险货物运输押运人员从业资格证", True),
        ("q2", True),
        ("环境影响评价工程师职业资格证书", False),  # 水平评价类 in the catalogue of 2021
        ("英语四级证书", False),
        ("计算机二级", False),
    ],
)
def test_what_the_law_requires(name, expected):
    assert is_required_by_law(name) is expected
