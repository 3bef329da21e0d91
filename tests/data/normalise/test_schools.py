"""Names of schools in free text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.normalise.schools import SCHOOL, mask_schools


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("毕业于清华大学机械工程专业", "机械工程专业"),
        ("2015年毕业于沈阳大学，焊接技术", "，焊接技术"),
        ("在沈阳工业大学材料学院任讲师", "在院校任讲师"),
        ("东北大学冶金工程硕士", "院校冶金工程硕士"),
        ("哈工大焊接专业硕士", "院校焊接专业硕士"),
        ("上海交通大学博士", "院校博士"),
        ("呼和浩特职业学院", "院校"),
        ("鞍山师范学院", "院校"),
        ("负责营口职业技术学院的实训基地", "负责院校的实训基地"),
        ("Graduated from Tsinghua University, welding", ", welding"),
        ("University of Science and Technology, lecturer", "院校, lecturer"),
        ("окончил МГУ, сварка", ", сварка"),
    ],
)
def test_a_name_goes_and_the_work_and_the_major_stay(text, kept):
    assert mask_schools(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "住在学院路12号",
        "大学英语教学",
        "大学生创业指导",
        "大学本科",
        "电气学院教师",
        "学院派设计",
        "在大学城工作",
        "广西科学院新材料研究",
        "国内外知名大学",
        "职业学院教师",
        "中等职业学校教师",
        "中职专业课教师",
        "高职专任教师",
        "培训学校老师",
        "Head of the college",
        "",
    ],
)
def test_what_names_no_school_stays(text):
    assert mask_schools(text) == text


@pytest.mark.parametrize(
    "school", ["清华大学", "沈阳大学", "营口职业技术学院", "大连理工大学", "辽宁科技学院"]
)
@pytest.mark.parametrize(
    "form", ["{}机械设计硕士", "毕业于{}，机械设计", "{} 机械设计 本科", "在{}讲机械设计"]
)
def test_two_schools_leave_the_same_text(school, form):
    assert mask_schools(form.format(school)) == mask_schools(form.format("北京大学"))


@given(st.text(alphabet="在于大学院校清华北京职业技术毕的a 1，", max_size=24))
def test_masking_again_changes_nothing_but_what_masking_laid_bare(text):
    once = mask_schools(text)
    assert len(once) <= len(text) + len(SCHOOL)
    assert mask_schools(mask_schools(once)) == mask_schools(mask_schools(mask_schools(once)))
