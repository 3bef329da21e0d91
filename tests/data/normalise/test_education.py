import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import CellError
from data.normalise.education import parse_education, parse_skill_level
from data.records import Education, SkillLevel


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("本科", Education.BACHELOR),
        ("统招本科", Education.BACHELOR),
        ("大专及以上", Education.COLLEGE),
        ("大学专科", Education.COLLEGE),
        ("高职", Education.COLLEGE),
        ("职高", Education.SECONDARY),
        ("中专／高中", Education.SECONDARY),
        ("初中及以下", Education.JUNIOR),
        ("小学", Education.PRIMARY),
        ("硕士研究生", Education.MASTER),
        ("博士研究生", Education.DOCTOR),
        ("PhD", Education.DOCTOR),
        ("学历不限", Education.ANY),
        ("3个月,本科", Education.BACHELOR),
    ],
)
def test_usual_notations_are_read(text, level):
    assert parse_education(text) is level


def test_an_employer_asks_for_the_lowest_level_named_and_a_person_holds_the_highest():
    assert parse_education("本科/硕士") is Education.BACHELOR
    assert parse_education("本科/硕士", highest=True) is Education.MASTER


def test_what_is_merely_preferred_is_not_demanded():
    assert parse_education("硕士优先，大专及以上") is Education.COLLEGE
    assert parse_education("大专（本科优先）") is Education.COLLEGE
    assert parse_education("博士优先") is None


@pytest.mark.parametrize("text", ["", "无", "-"])
def test_an_empty_cell_states_nothing(text):
    assert parse_education(text) is None
    assert parse_skill_level(text) is None


@pytest.mark.parametrize("text", ["3-5年", "在校生", "其他", "双一流", "本科" * 60])
def test_text_that_is_no_education_is_refused(text):
    with pytest.raises(CellError) as caught:
        parse_education(text)
    assert caught.value.code == "education_unreadable"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("三级/高级工", SkillLevel.SENIOR),
        ("五级", SkillLevel.JUNIOR),
        ("国家职业资格二级", SkillLevel.TECHNICIAN),
        ("高级技师", SkillLevel.SENIOR_TECHNICIAN),
        ("1级", SkillLevel.SENIOR_TECHNICIAN),
        ("特级技师", SkillLevel.SPECIAL_TECHNICIAN),
        ("首席技师", SkillLevel.CHIEF_TECHNICIAN),
        ("学徒工", SkillLevel.APPRENTICE),
        ("中级", SkillLevel.INTERMEDIATE),
        ("技师、高级技师", SkillLevel.TECHNICIAN),
    ],
)
def test_skill_levels_are_read_from_either_system(text, level):
    assert parse_skill_level(text) is level


def test_no_demand_on_the_skill_level_is_none():
    assert parse_skill_level("不限") is None


@pytest.mark.parametrize("text", ["中级职称", "高级工程师"])
def test_a_professional_title_is_no_skill_level(text):
    with pytest.raises(CellError) as caught:
        parse_skill_level(text)
    assert caught.value.code == "skill_level_unreadable"


def test_a_very_long_cell_is_refused_at_once():
    began = time.process_time()
    with pytest.raises(CellError):
        parse_education("户籍" * 50_000)
    assert time.process_time() - began < 2


@given(st.sampled_from(Education))
def test_a_level_by_its_own_name_is_read_back(level):
    assert parse_education(f"{level.value}") is level


@given(st.sampled_from(SkillLevel))
def test_a_skill_level_by_its_own_name_is_read_back(level):
    assert parse_skill_level(level.value, highest=True) is level


@settings(deadline=None)
@given(st.text())
def test_no_text_crashes_the_parsers(text):
    for parse in (parse_education, parse_skill_level):
        try:
            parse(text)
        except CellError as error:
            assert error.hint
