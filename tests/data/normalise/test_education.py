import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import CellError
from data.normalise.education import parse_education, parse_qualification, parse_skill_level
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
        ("初中及以下", Education.ANY),
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


def test_a_very_long_cell_is_refused():
    with pytest.raises(CellError):
        parse_education("户籍" * 50_000)


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


_ASKED = [level for level in Education if level is not Education.ANY]


@given(
    st.sampled_from([level for level in _ASKED if level is not Education.SECONDARY]),
    st.sampled_from(["{}", "{}及以上", "全日制{}", "统招{}以上学历", "{}或同等技能等级", "硕士优先，{}"]),
)
def test_a_level_is_read_back_from_any_wording(level, form):
    assert parse_education(form.format(level.value)) is level


@given(st.lists(st.sampled_from(_ASKED), min_size=1, max_size=4))
def test_of_several_levels_the_lowest_is_asked_for_and_the_highest_is_held(levels):
    text = "、".join(levels)
    assert parse_education(text) is min(levels, key=lambda level: level.rank)
    assert parse_education(text, highest=True) is max(levels, key=lambda level: level.rank)


@given(st.sampled_from(list(SkillLevel)), st.sampled_from(["{}", "{}及以上", "电工{}"]))
def test_a_skill_level_is_read_back(level, form):
    assert parse_skill_level(form.format(level.value)) is level


@pytest.mark.parametrize(
    ("text", "education", "level"),
    [
        ("大专或高级工", "大专", "高级工"),
        ("中专/高级工及以上", "高中/中专", "高级工"),
        ("本科（或技师）", "本科", "技师"),
        ("高级工及以上", None, "高级工"),
        ("大专及以上，高级工优先", "大专", None),
        ("本科或同等技能等级", "本科", None),
        ("高级工班", "大专", None),
        ("预备技师班", "本科", None),
        ("学历不限，持技师证", "不限", "技师"),
        ("", None, None),
    ],
)
def test_an_education_may_have_a_skill_level_beside_it(text, education, level):
    found = parse_qualification(text)
    assert (found.education, found.skill_level) == (education, level)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("высшее", "本科"),
        ("среднее специальное", "高中/中专"),
        ("магистр", "硕士"),
        ("high school", "高中/中专"),
        ("PhD", "博士"),
    ],
)
def test_other_languages_are_read(text, level):
    assert parse_education(text) == level


def test_a_professional_title_is_neither():
    with pytest.raises(CellError) as caught:
        parse_qualification("高级工程师")
    assert caught.value.code == "education_unreadable"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("不要求本科", Education.ANY),
        ("无需学历", Education.ANY),
        ("大专以下", Education.ANY),
        ("本科以下勿扰", Education.BACHELOR),
        ("大专（退役军人可放宽至高中）", Education.COLLEGE),
        ("本科及以上，特别优秀者可放宽至大专", Education.BACHELOR),
    ],
)
def test_what_is_no_lower_end_is_no_demand(text, level):
    assert parse_education(text) is level
