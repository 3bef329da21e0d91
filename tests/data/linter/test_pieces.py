import pytest

from data.linter.pieces import SEPARATOR, between_brackets, rebuilt


def _clauses(text):
    return [part.strip() for part in SEPARATOR.split(text)[0::2] if part.strip()]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("1、点检；2、驾照", ["点检", "驾照"]),
        ("会计（女）", ["会计", "女"]),
        ("female only, under 35. Good English", ["female only", "under 35", "Good English"]),
        ("本科 两年 经验", ["本科", "两年", "经验"]),
        ("性别： 女", ["性别： 女"]),
        ("（under 35）", ["under 35"]),
        ("Java 8", ["Java 8"]),
        ("点检/维修", ["点检", "维修"]),
    ],
)
def test_a_text_is_cut_where_a_reader_pauses(text, clauses):
    assert _clauses(text) == clauses


@pytest.mark.parametrize(
    ("text", "gone", "left"),
    [
        ("甲，乙，丙", {1}, "甲，丙"),
        ("甲；乙，丙", {1}, "甲；丙"),
        ("甲（乙）", {1}, "甲"),
        ("甲（乙，丙）", {2}, "甲（乙）"),
        ("甲（乙，丙）", {1}, "甲（丙）"),
        ("1、甲；2、乙；3、丙", {2}, "1、甲；3、丙"),
        ("甲\n乙\n丙", {1}, "甲\n丙"),
        ("甲，乙", {0, 1}, ""),
    ],
)
def test_what_is_left_is_joined_with_one_mark(text, gone, left):
    parts = SEPARATOR.split(text)
    clauses = parts[0::2]
    kept = ["" if i in gone else clause for i, clause in enumerate(clauses)]
    assert rebuilt(clauses, parts[1::2], kept) == left


def test_a_clause_alone_between_brackets_is_told_apart():
    parts = SEPARATOR.split("会计（女）限")
    assert [between_brackets(i, parts[1::2]) for i in range(3)] == [False, True, False]
