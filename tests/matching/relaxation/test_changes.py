"""What an employer could change, by vacancies whose answer is obvious."""

from __future__ import annotations

import datetime as dt

import pytest

from data.records import Engagement
from matching.relaxation.changes import _FORMS, possible_changes


def sentences(vacancy, **options):
    return [change.sentence for change in possible_changes(vacancy, **options)]


def test_a_vacancy_that_requires_nothing_has_nothing_to_relax():
    assert possible_changes({}) == []
    assert possible_changes({"education": "不限", "licences": (), "months": (), "languages": None}) == []


@pytest.mark.parametrize(
    ("vacancy", "expected"),
    [
        ({"education": "本科"}, ["学历要求由本科放宽为大专", "学历要求由本科放宽为高中/中专"]),
        ({"education": "小学"}, ["学历要求由小学放宽为不限"]),
        ({"skill_level": "技师"}, ["技能等级要求由技师放宽为高级工", "技能等级要求由技师放宽为中级工"]),
        ({"skill_level": "学徒工"}, ["不再要求技能等级学徒工"]),
        ({"languages": ("ru", "en")}, ["不再要求俄语", "不再要求英语"]),
        ({"licences": ("计算机二级", "低压电工证")}, ["不再要求持有计算机二级"]),
        ({"months": (6, 7)}, ["不限定在岗月份，由双方商定"]),
        ({"time_share": 0.5}, ["投入时间要求由50%降到40%", "投入时间要求由50%降到20%"]),
        ({"time_share": 0.1}, []),
        (
            {"start_by": dt.date(2026, 3, 1)},
            [
                "到岗期限由2026-03-01推迟到2026-03-31",
                "到岗期限由2026-03-01推迟到2026-04-30",
                "到岗期限由2026-03-01推迟到2026-05-30",
            ],
        ),
    ],
)
def test_each_requirement_goes_down_by_steps(vacancy, expected):
    assert sentences(vacancy) == expected


def test_the_smallest_step_of_a_kind_is_marked_and_costs_least():
    for vacancy in ({"education": "博士"}, {"skill_level": "高级技师"}, {"time_share": 1.0}):
        first, *others = possible_changes(vacancy)
        assert first.step
        assert not any(change.step for change in others)
        assert all(change.cost > first.cost for change in others)


def test_a_licence_that_the_law_may_require_is_never_dropped():
    legal = ("特种作业操作证（低压电工作业）", "N1叉车", "执业药师", "机动车驾驶证（A2）", "海船船员适任证书")
    assert possible_changes({"licences": legal}) == []


def test_pay_goes_up_to_round_sums_by_half_at_most():
    found = possible_changes({"salary_high": 8000.0}, floors=(7000.0, 8801.0, 8850.0, 12000.0, 12001.0))
    assert [change.values for change in found] == [{"salary_high": 8900.0}, {"salary_high": 12000.0}]
    assert [change.cost for change in found] == [0.95, 2.5]
    assert all("用工成本上升" in change.note for change in found)


def test_pay_that_is_open_at_the_top_is_not_raised():
    assert possible_changes({"salary_low": 5000.0, "salary_high": None}, floors=(6000.0,)) == []


def test_only_forms_that_somebody_accepts_are_proposed():
    found = possible_changes({"engagement": ("全职",)}, forms=("项目合作", "全职", "退休返聘"))
    assert [change.values["engagement"] for change in found] == [("全职", "退休返聘"), ("全职", "项目合作")]
    assert found[1].sentence == "增加引才方式“项目合作”（不要求到岗地居住）"
    assert found[0].note == "只看引才方式，不看年龄"
    assert possible_changes({"engagement": ()}, forms=("全职",)) == []


def test_every_form_of_engagement_has_a_cost():
    assert set(_FORMS) == set(Engagement)


def test_lower_education_says_which_skill_level_stands_for_it():
    first, second = possible_changes({"education": "初中"})
    assert first.note == "初级工视同达到，技能劳动者也能入围"
    assert second.note == "不再以学历把人挡在门外"
