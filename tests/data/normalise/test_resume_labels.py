import pytest

from data.normalise.resume_labels import Section, field_of, is_private, section_of
from data.sources.columns import PROFILE_COLUMNS


@pytest.mark.parametrize(
    ("line", "section"),
    [
        ("工作经历", Section.WORK),
        ("二、【工 作 经 历】", Section.WORK),
        ("■ 教育背景：", Section.EDUCATION),
        ("WORK EXPERIENCE", Section.WORK),
        ("Навыки:", Section.SKILL),
        ("自我评价", Section.SELF),
        ("References", Section.PRIVATE),
        ("负责工作经历的整理", None),
        ("工作经历" * 30, None),
        ("", None),
    ],
)
def test_a_heading_opens_its_section(line, section):
    assert section_of(line) == section


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("求职意向", "title"),
        ("期望薪资", "pay_floor"),
        ("最高学历", "education"),
        ("现居地", "place"),
        ("Expected salary", "pay_floor"),
        ("Желаемая должность", "title"),
        ("Город", "place"),
        ("自我评价", None),
        ("姓名", None),
        ("毕业院校", None),
        ("职责", None),
        ("", None),
    ],
)
def test_a_label_stands_before_its_field(label, field):
    assert field_of(label) == field


_PRIVATE = """姓_名 性别 出生年月 民族 籍贯 婚姻状况 政治面貌 联系电话 E-mail 现住址 毕业院校 身份证号
Name Date_of_Birth Marital_status Nationality ФИО Дата_рождения Телефон"""


@pytest.mark.parametrize("label", _PRIVATE.split())
def test_a_private_label_is_known(label):
    assert is_private(label.replace("_", " "))
    assert field_of(label.replace("_", " ")) is None


def test_headings_of_the_template_are_labels_of_their_fields():
    left_out = {"profile_id", "summary", "active_on", "synthetic"}
    for column in PROFILE_COLUMNS:
        assert field_of(column.heading) == (None if column.name in left_out else column.name)
        assert not is_private(column.heading)


def test_a_sentence_that_mentions_a_private_word_is_no_label():
    assert not is_private("负责接听客户电话并登记联系方式和需求")
