"""Coding majors."""

from __future__ import annotations

import pytest

from data.codes import CodingKind, code_names
from data.reference import graduate_majors, major_aliases, majors
from matching.coding import CodeMethod, MajorCoder


@pytest.mark.parametrize(
    ("text", "code", "method"),
    [
        ("化工类", "0813", "alias"),
        ("机械相关专业", "0802", "exact"),
        ("过控", "080206", "alias"),
        ("计算机科学与技术", "080901", "exact"),
        ("机械设计制造及其自动化专业", "080202", "exact"),
        ("机械设计制造与其自动化", "080202", "ratio"),
        ("控制科学与工程", "G0811", "exact"),
        ("控制理论与控制工程", "G0811", "alias"),
        ("材料类", "0804", "exact"),
        ("不限", None, "none"),
        ("", None, "none"),
    ],
)
def test_names_short_forms_and_classes_are_coded(coders, text, code, method):
    found = coders.major.code([text])[0]
    assert (found.code, found.method.value) == (code, method)


def test_a_name_on_several_levels_stands_for_all_of_them(coders):
    found = coders.major.code(["会计"])[0]
    same = coders.major.same_name("520201")
    assert found.code is not None
    assert same[0] == "520201"
    assert {code_names(CodingKind.MAJOR)[code] for code in same} == {"护理"}
    assert len(same) >= 3


def test_an_unknown_major_is_reviewed_or_coded_to_a_class(coders):
    found = coders.major.code(["量子灵修学", "哈"])
    assert all(entry.method in (CodeMethod.REVIEW, CodeMethod.EMBEDDING) for entry in found)
    assert all(entry.code is None or entry.level == "专业类" for entry in found)
    assert len(found[0].suggestions) == 5


def test_a_decision_wins(hashing_model):
    coder = MajorCoder.from_reference(hashing_model, decisions={"过控": "0813", "哈哈": None})
    assert [entry.code for entry in coder.code(["过控专业", "哈哈"])] == ["0813", None]


def test_spellings_that_are_equally_near_are_no_slip(coders):
    # 中医 + one letter is as near to several names
    assert coders.major.code(["轮机工程技木"])[0].method in (
        CodeMethod.RATIO,
        CodeMethod.REVIEW,
        CodeMethod.EMBEDDING,
    )


def test_tables_name_codes_that_exist():
    codes = set(code_names(CodingKind.MAJOR))
    assert set(major_aliases()["code"]) <= codes
    assert major_aliases()["alias"].is_unique
    # 研究生教育学科专业目录（2022 年）: 14 门类, 117 一级学科, 67 专业学位
    assert graduate_majors()["level"].value_counts().to_dict() == {
        "学术学位一级学科": 117,
        "专业学位类别": 67,
        "门类": 14,
    }
    assert len(majors()) == 2189


@pytest.mark.model
def test_the_error_of_classes_is_as_stated(model):
    # Recorded 2026-11: 29 % coded to a class, 7.4 % of those wrong; the rest is reviewed.
    stated = MajorCoder.from_reference(model).expected_error["专业类"]
    assert stated["error"] < 0.12
    assert stated["share"] > 0.2
