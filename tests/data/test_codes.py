"""Keys of texts and codes by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.codes import CodingKind, alias_key, code_names, resolve_code
from data.errors import UnknownName


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        (CodingKind.OCCUPATION, "焊工", "急聘 焊工"),
        (CodingKind.INDUSTRY, "互联网/电子商务", " 互联网 、电子商务 "),
        (CodingKind.INDUSTRY, "软件服务丨咨询", "软件服务｜咨询"),
        (CodingKind.MAJOR, "机械类", "机械类相关专业"),
        (CodingKind.SKILL, "autocad", "ＡｕｔｏCAD"),
    ],
)
def test_spellings_of_one_text_share_a_key(kind, left, right):
    assert alias_key(kind, left) == alias_key(kind, right)


@given(st.sampled_from(CodingKind), st.text(max_size=30))
def test_a_key_of_any_text_is_a_string_without_ends(kind, text):
    key = alias_key(kind, text)
    assert key == key.strip()


def test_a_major_that_is_only_an_ending_keeps_it():
    assert alias_key(CodingKind.MAJOR, "专业") == "专业"


def test_a_code_and_an_exact_name_are_both_understood():
    assert resolve_code(CodingKind.OCCUPATION, " 6-18-02-04 ") == "6-18-02-04"
    assert resolve_code(CodingKind.OCCUPATION, "焊工") == "6-18-02-04"
    assert resolve_code(CodingKind.INDUSTRY, "镁冶炼") == "3217"
    assert resolve_code(CodingKind.MAJOR, "G0811") == "G0811"


def test_a_name_of_several_codes_asks_for_the_code():
    with pytest.raises(UnknownName, match="代码的名称") as caught:
        resolve_code(CodingKind.MAJOR, "护理")
    assert caught.value.code == "code_ambiguous"


@pytest.mark.parametrize(
    ("kind", "given_text", "near"),
    [
        (CodingKind.OCCUPATION, "焊", "焊工"),
        (CodingKind.OCCUPATION, "6-18-02-99", "6-18"),
        (CodingKind.INDUSTRY, "镁冶", "镁冶炼"),
        (CodingKind.SKILL, "氩弧", "氩弧焊"),
    ],
)
def test_an_unknown_code_is_refused_with_the_nearest(kind, given_text, near):
    with pytest.raises(UnknownName) as caught:
        resolve_code(kind, given_text)
    assert given_text in caught.value.message
    assert near in caught.value.hint


def test_an_empty_text_is_no_code():
    with pytest.raises(UnknownName):
        resolve_code(CodingKind.OCCUPATION, " ")


@pytest.mark.parametrize("kind", list(CodingKind))
def test_every_code_has_a_name(kind):
    assert all(code and name for code, name in code_names(kind).items())
