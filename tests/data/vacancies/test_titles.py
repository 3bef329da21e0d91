"""What titles share, and what tells two posts apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.vacancies.titles import compare_titles, need_title, normalise_title, same_grade


@pytest.mark.parametrize(
    "title",
    [
        "急聘 焊工",
        "焊工（双休+五险一金）",
        "焊工 6000-9000元/月",
        "焊工8k-10k",
        "高薪诚聘焊工+包吃住",
        "焊工-鲅鱼圈",
        "营口焊工",
        "焊工（底薪4000+提成）",
        "焊工 招5人",
        "焊工人员",
    ],
)
def test_decoration_is_no_part_of_a_post(title):
    assert need_title(title, "210804").key == "焊工"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("C++开发工程师", "C开发工程师"),
        ("高级焊工", "焊工"),
        ("教师（一）", "教师（二）"),
        ("客服（夜班）", "客服（白班）"),
        ("焊工（大连）", "焊工（营口）"),
        ("招聘专员", "专员"),
    ],
)
def test_what_tells_posts_apart_stays(left, right):
    assert need_title(left, "210800").key != need_title(right, "210800").key


def test_a_finer_place_in_the_title_is_the_place():
    assert need_title("焊工（鲅鱼圈区）", "210800") == ("焊工", "210804", "")
    assert need_title("广安岳池驻点运维", "511600").place_code == "511621"


def test_a_zone_beyond_the_divisions_is_kept_as_a_quarter():
    assert need_title("焊工", "340100", "合肥-经开区").quarter == "经开区"
    assert need_title("焊工", "340104", "合肥-蜀山区").quarter == ""
    assert need_title("焊工", None, "无").quarter == ""


def test_a_town_beside_a_stated_workplace_is_where_it_was_advertised():
    left = need_title("管培生 工作地点：南京（合肥）", "320106")
    right = need_title("管培生 工作地点：南京（铜陵）", "320106")
    assert left == right


def test_a_title_of_nothing_but_advertising_keeps_itself():
    assert normalise_title("急聘") == "急聘"
    assert need_title("急聘", None).key == "急聘"
    assert need_title("！！", None).key == "！！"


def test_normalised_titles_keep_the_plus_of_a_name():
    assert normalise_title("C++工程师+双休") == "c++工程师"
    assert normalise_title("教师（一）") == "教师(一)"


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        ("焊工", "焊工", True),
        ("系统软件高级工程师", "高级系统软件工程师", True),
        ("客服专员", "客服文", False),
        ("java工程师", "php工程师", False),
        ("高中语文教师", "高中数学教师", False),
    ],
)
def test_titles_agree_word_for_word(left, right, alike):
    assert (compare_titles(left, right) == 1) is alike


def test_a_field_or_a_foreign_word_rules_one_need_out():
    assert compare_titles("java工程师", "php工程师") == 0
    assert compare_titles("高中语文教师", "高中数学教师") == 0
    assert 0 < compare_titles("it运维", "系统运维") < 1


def test_grades_are_told_apart():
    assert same_grade("高级工程师", "工程师高级")
    assert not same_grade("采购主管", "采购")


@given(st.text(max_size=20), st.sampled_from([None, "210800", "210804", "110000"]))
def test_any_title_has_a_key_and_keeps_its_place_or_makes_it_finer(title, place):
    found = need_title(title or "焊工", place)
    assert found.key
    assert (found.place_code is None) == (place is None)
    assert compare_titles(found.key, found.key) == 1
