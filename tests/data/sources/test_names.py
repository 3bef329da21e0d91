"""Names that strangers give to files."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.sources.names import safe_suffix, shown_name


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ("../../etc/cron.d/x.csv", "x.csv"),
        ("C:\\Windows\\evil.csv", "evil.csv"),
        ("/etc/passwd", "passwd"),
        ("招聘\x00.xlsx", "招聘.xlsx"),
        ("表\u202exslx.csv", "表xslx.csv"),
        ("CON.csv", "_CON.csv"),
        ("con", "_con"),
        ('a"\r\nSet-Cookie: x=1.csv', "a_Set-Cookie_ x=1.csv"),
        ("13800000000.xlsx", "［已隐去］.xlsx"),
        ("张三个人简历.DOCX", "简历.docx"),
        ("", "未命名"),
        ("..", "未命名"),
        ("a" * 119 + " " + "b" * 9, "a" * 119),
    ],
)
def test_a_name_is_shown_without_its_tricks(stated, shown):
    assert shown_name(stated) == shown


@given(st.text(max_size=400))
def test_any_name_becomes_a_short_one_without_paths_and_unseen_characters(stated):
    shown = shown_name(stated)
    assert 0 < len(shown.encode()) <= 160
    assert not set(shown) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(each)[0] == "C" for each in shown)
    assert shown_name(shown) == shown or shown.startswith("_")


def test_only_a_plain_ending_is_used():
    assert safe_suffix("表.XLSX") == ".xlsx"
    assert safe_suffix("表.x;y") == safe_suffix("a.csv/..") == safe_suffix("表") == ""
