import pytest

from data.catalogue.requirements import commonest_education, education_text, named_by_several


@pytest.mark.parametrize(
    ("education", "level", "text"),
    [
        ("本科", None, "本科或同等技能等级"),
        ("大专", "高级工", "大专或高级工"),
        ("不限", None, "不限"),
        ("不限", "高级工", "高级工或同等学历"),
        (None, "技师", "技师或同等学历"),
        (None, None, None),
    ],
)
def test_schooling_is_always_open_to_an_equal_skill_level(education, level, text):
    assert education_text(education, level) == text


def test_the_commonest_schooling_is_the_lower_of_equals():
    assert commonest_education(["本科", "大专", None, "本科", "大专", "硕士"]) == "大专或同等技能等级"
    assert commonest_education([None]) is None


def test_a_core_skill_is_named_by_two_employers():
    named = [("焊接", "读图"), ("读图",), ("焊接",), ("焊接",), ("读图", "编程")]
    employers = ["甲", "甲", "甲", "乙", "丙"]
    # 读图: 甲, 丙; 焊接: 甲, 乙; 编程: 丙 alone
    assert named_by_several(named, employers, k=8) == ("焊接", "读图")
    assert named_by_several(named, employers, k=1) == ("焊接",)
    assert named_by_several([], [], k=8) == ()
