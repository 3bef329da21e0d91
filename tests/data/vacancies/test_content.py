"""How alike two advertisements are in what they say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from data.vacancies.content import Content, Method, compare_content

WORK = "负责电熔镁砂的生产工艺制定。组织质量改进与炉况调整。编写操作规程并培训班组人员"
OTHER = "从事港口岸桥的日常操作、点检与交接班，服从现场调度安排，做好设备保养和安全记录。"


def compare(left, right, left_skills=(), right_skills=()):
    return compare_content(Content(left, left_skills), Content(right, right_skills))


def test_marks_headings_and_benefits_do_not_count():
    found = compare(WORK, f"岗位职责：\n1、{WORK}！\n五险一金，双休，带薪年假")
    assert (found.method, found.score, found.equal) == (Method.DUTIES, 1.0, True)


def test_the_order_of_clauses_does_not_count():
    assert compare(WORK, "。".join(reversed(WORK.split("。")))).equal


def test_other_words_are_less_alike_and_other_work_hardly():
    reworded = WORK.replace("负责", "承担").replace("组织", "开展")
    assert 0.8 < compare(WORK, reworded).score < 1
    assert compare(WORK, OTHER).score < 0.4


def test_a_part_of_a_text_is_an_excerpt():
    found = compare(WORK + OTHER * 2, WORK)
    assert found.method is Method.EXCERPT
    assert found.score > 0.85


def test_a_shorter_text_of_other_work_is_none():
    assert compare(WORK + WORK.replace("镁砂", "硅钢") + WORK, OTHER[:34]).method is Method.DUTIES


def test_skills_stand_in_for_duties():
    found = compare("", "", ("焊接", "切割"), ("切割", "焊接", "打磨"))
    assert (found.method, found.score, found.equal) == (Method.SKILLS, 0.6667, False)
    assert compare("", "", ("C++",), ("c",)).equal


def test_a_few_words_of_duties_count_as_a_skill():
    assert compare("后端开发", WORK).method is Method.ONE_SIDED
    assert compare("后端开发", "", (), ("后端开发",)).equal


def test_silence_is_named():
    assert compare("", "").method is Method.NOTHING
    assert compare(WORK, "").method is Method.ONE_SIDED


def test_a_text_of_nothing_but_benefits_is_still_a_text():
    assert compare("五险一金。双休。包吃住。" * 4, "五险一金。双休。包吃住。" * 4).method is Method.DUTIES


@given(st.text(max_size=120), st.text(max_size=120))
def test_likeness_is_mutual_and_between_0_and_1(left, right):
    there, back = compare(left, right), compare(right, left)
    assert there.score == back.score
    assert there.score is None or 0 <= there.score <= 1
