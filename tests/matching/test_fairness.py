"""What may not count moves no score: through the forms that people and employers fill in."""

from __future__ import annotations

import pytest

from api.requests import ProfileIn, VacancyIn
from data.normalise.persons import without_person

PERSON = {"title": "镁砂工艺工程师", "skills": ("电熔镁砂",), "summary": "五年电熔镁砂生产。做过浮选试验。"}
VACANCY = {"title": "镁砂工艺工程师", "skills": ("电熔镁砂",), "duties": "负责电熔镁砂工艺与浮选指标。"}
SELVES = [
    "我叫王秀兰，女，28岁",
    "男，汉族，55岁，已退休",
    "维吾尔族，农村户口，已婚已育",
    "毕业于清华大学",
    "某职业学院毕业，第一学历大专",
    "基督徒",
    "肢体残疾三级，乙肝病毒携带者",
    "2019年至2021年因生育在家",
    "Female, 28 years old, married",
    "женщина, 55 лет",
]
DEMANDS = [
    "限男性，35岁以下，985优先",
    "仅招女性",
    "清华大学毕业优先",
    "本地户口优先，限汉族",
    "已婚已育优先",
    "无残疾，无乙肝",
    "简历请附近照",
    "Male only, under 35",
    "только мужчины до 35 лет",
]


def told(matches):
    return [
        (result.id, result.rank, result.score_forward, result.score_reverse, result.score_mutual)
        for result in matches.results
    ]


@pytest.mark.parametrize("self_described", SELVES)
def test_what_a_person_is_moves_no_score_wherever_it_is_written(matcher, self_described):
    plain = told(matcher.match_profile(ProfileIn(**PERSON).to_record()))
    assert plain
    for change in (
        {"summary": f"{self_described}。{PERSON['summary']}"},
        {"summary": f"五年电熔镁砂生产。{self_described}。做过浮选试验。"},
        {"title": f"镁砂工艺工程师（{self_described}）"},
        {"skills": (*PERSON["skills"], *self_described.replace(", ", "，").split("，"))},
    ):
        record = ProfileIn(**{**PERSON, **change}).to_record()
        assert told(matcher.match_profile(record)) == plain


@pytest.mark.parametrize("demand", DEMANDS)
def test_what_a_posting_may_not_demand_moves_nobody_and_is_named(matcher, demand):
    plain = matcher.match_vacancy(VacancyIn(**VACANCY).to_record())
    assert plain.findings == ()
    for change in (
        {"duties": f"{VACANCY['duties']}{demand}。"},
        {"title": f"镁砂工艺工程师（{demand}）"},
        {"skills": (*VACANCY["skills"], *demand.replace(", ", "，").split("，"))},
    ):
        asked = matcher.match_vacancy(VacancyIn(**{**VACANCY, **change}).to_record())
        assert told(asked) == told(plain)
        assert asked.findings


def test_a_person_who_teaches_at_a_school_or_works_for_women_still_says_so():
    for text in (
        "女装设计",
        "老年护理",
        "幼儿教育",
        "学院路门店店长",
        "大学英语教师",
        "妇产科护士",
        "男科医师",
    ):
        assert ProfileIn(title=text, skills=(text,)).to_record().title == text
        assert without_person(f"做过{text}") == f"做过{text}"


@pytest.mark.model
def test_the_packaged_model_sees_the_same_text_before_and_after(model):
    work = "五年电熔镁砂生产。做过浮选试验。"
    told = [f"{words}。{work}" for words in SELVES]
    raw = model.embed([work, *told])
    cleaned = model.embed([work, *(without_person(text) for text in told)])
    assert ((raw[1:] @ raw[0]) < 0.995).any()
    assert ((cleaned[1:] @ cleaned[0]) > 1 - 1e-5).all()
