"""Packs of a small fair whose right answers are obvious."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from data.catalogue.lists.documents import write_document
from matching.allocation.documents import pack_document
from matching.allocation.fairs import Fair
from matching.allocation.packs import build_pack, reason_of
from matching.allocation.shortlists import Shortlists
from matching.rules import Verdict

DAY = dt.date(2026, 12, 5)
LISTS = Shortlists.from_lists(
    {
        "V1": [("A", 90.0), ("B", 89.0), ("C", 60.0)],
        "V2": [("A", 85.0), ("B", 84.0)],
        "V3": [("A", 80.0), ("C", 50.0)],
        "V4": [],
    },
    ["A", "B", "C", "D"],
)
VACANCIES = {
    name: {
        "id": name, "employer": employer, "title": f"岗位{name}", "heads": 2.0, "salary_low": low,
        "salary_high": high, "place_code": "210882", "experience_low": None, "synthetic": False,
    }
    for name, employer, low, high in (
        ("V1", "甲厂", 6000.0, 9000.0), ("V2", "甲厂", 6000.0, None), ("V3", "乙厂[一]", None, 9000.0),
        ("V4", "丙厂", 7000.0, 7000.0),
    )
}  # fmt: skip
PROFILES = {
    name: {"id": name, "experience_years": years, "summary": f"{name}的经历", "synthetic": False}
    for name, years in (("A", 1.0), ("B", None), ("C", 9.0), ("D", 0.0))
}


def pack(event=None, vacancies=VACANCIES, **options):
    chosen = event or fair()
    return build_pack(
        chosen, LISTS, vacancies=vacancies, profiles=PROFILES, as_of=DAY,
        reason=lambda vacancy, person: f"{vacancy}{person}", **options,
    )  # fmt: skip


def fair(**narrowed):
    return Fair(name="秋季招聘会", held_on=DAY, place="人才市场", **narrowed)


def candidates(made):
    return {
        job.vacancy_id: [person.profile_id for person in job.candidates]
        for booth in made.employers
        for job in booth.vacancies
    }


def test_every_employer_gets_its_vacancies_with_whom_to_expect():
    made = pack(balance=0)
    assert [booth.employer for booth in made.employers] == ["丙厂", "乙厂[一]", "甲厂"]
    assert candidates(made) == {"V1": ["A", "B", "C"], "V2": ["A", "B"], "V3": ["A", "C"], "V4": []}
    first = made.employers[2].vacancies[0]
    assert (first.title, first.heads, first.pay, first.place) == ("岗位V1", 2, "6000—9000元/月", "大石桥市")
    person = first.candidates[0]
    assert (person.score, person.exposure, person.reason) == (90.0, 3, "V1A")
    pays = {job.vacancy_id: job.pay for booth in made.employers for job in booth.vacancies}
    assert pays["V2"] == "6000元/月起"
    assert pays["V3"] == "至多9000元/月"
    assert pays["V4"] == "7000元/月"
    assert not made.synthetic


def test_the_lists_are_balanced():
    made = pack(k=1)
    assert made.balance.after.congestion < made.balance.before.congestion
    assert sorted(person for people in candidates(made).values() for person in people) == ["A", "A", "B"]


def test_a_route_goes_to_each_employer_once_best_fit_first():
    routes = {route.profile_id: route.stops for route in pack(balance=0).routes}
    assert [(stop.employer, stop.vacancy_id) for stop in routes["A"]] == [("甲厂", "V1"), ("乙厂[一]", "V3")]
    assert [stop.score for stop in routes["A"]] == [90.0, 80.0]
    assert "D" not in routes
    assert [len(route.stops) for route in pack(fair(booths=1)).routes] == [1, 1, 1]


def test_a_route_tells_where_the_person_is_expected():
    stops = {route.profile_id: route.stops for route in pack(k=1, balance=0).routes}["A"]
    assert all(stop.expected for stop in stops)
    spread = {route.profile_id: route.stops for route in pack(k=1).routes}
    assert [stop.expected for route in spread.values() for stop in route].count(False) >= 1


def test_seats_go_where_fewest_are_invited():
    # A serves three vacancies; then C, B: V1 to V3 have one each, and B (84, 89) scores above C (50, 60)
    assert {route.profile_id for route in pack(fair(seats=1)).routes} == {"A"}
    two = pack(fair(seats=2))
    assert {route.profile_id for route in two.routes} == {"A", "B"}
    assert two.turned_away == 1
    assert pack(fair(seats=50)).turned_away == 0


def test_a_graduate_fair_leaves_the_experienced_out():
    assert {route.profile_id for route in pack(fair(graduates=True)).routes} == {"A", "B"}


def test_generated_data_are_labelled_on_every_sheet(tmp_path):
    vacancies = {name: row | {"synthetic": name == "V1"} for name, row in VACANCIES.items()}
    document = pack_document(pack(vacancies=vacancies))
    assert document.synthetic
    assert document.title.startswith("【合成数据，仅供演示】秋季招聘会")
    assert [table.name for table in document.tables] == [
        "汇总", "01 丙厂", "02 乙厂 一", "03 甲厂", "求职路线", "均衡前后",
    ]  # fmt: skip
    assert [table.note for table in document.tables[1:4]] == ["", "乙厂[一]", ""]
    write_document(document, tmp_path / "资料.xlsx")
    plain = pack_document(pack())
    assert "合成" not in plain.model_dump_json()


def test_a_pack_holds_no_text_of_a_person():
    assert "经历" not in pack().model_dump_json().replace("未体现", "")


def test_an_unstated_number_of_places_and_unstated_pay_are_said_to_be_so():
    silent = {
        name: row | {"heads": None, "salary_low": None, "salary_high": None, "place_code": None}
        for name, row in VACANCIES.items()
    }
    document = pack_document(pack(vacancies=silent))
    booth = document.tables[3].rows[0]
    assert booth[2:5] == ("x", "未写明", "未写明")
    assert document.tables[0].rows[0][3] == "x"
    empty = document.tables[1].rows[0]
    assert empty[6] == "没有符合硬性条件且受邀的人"


def result(**changed):
    made = {
        "categories": [
            SimpleNamespace(name="skills", label="能力", score=0.8, contribution=22.0),
            SimpleNamespace(name="title", label="岗位名称", score=1.0, contribution=20.0),
            SimpleNamespace(name="pay", label="薪酬", score=0.9, contribution=3.0),
            SimpleNamespace(name="major", label="专业", score=None, contribution=30.0),
        ],
        "must_have": [
            SimpleNamespace(label="学历", verdict=Verdict.PASS),
            SimpleNamespace(label="资格证书", verdict=Verdict.UNKNOWN),
        ],
        "missing": [SimpleNamespace(skill=skill) for skill in ("浮选", "点检", "气割", "钎焊")],
    }
    return SimpleNamespace(**(made | changed))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {},
            "最相符：能力80分、岗位名称100分；硬性条件通过1项，待核实：资格证书；未体现：浮选、点检、气割。",
        ),
        ({"missing": [], "must_have": []}, "最相符：能力80分、岗位名称100分；硬性条件通过0项。"),
        ({"categories": [], "missing": [], "must_have": []}, "硬性条件通过0项。"),
    ],
)
def test_the_reason_is_one_sentence_of_figures_and_the_vacancys_own_words(changed, sentence):
    assert reason_of(result(**changed)) == sentence


def test_the_reason_of_a_real_match_repeats_nothing_of_the_person(matcher):
    found = matcher.match_vacancy("V1", k=1).results[0]
    sentence = reason_of(found)
    assert sentence.startswith("最相符：")
    assert "五年" not in sentence
