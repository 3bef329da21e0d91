"""Which postings of one employer are one need, and what the evidence says."""

from __future__ import annotations

import datetime as dt

import pytest

from data.vacancies.comparison import Relation, compare, contradict

DUTIES = "负责电熔镁砂的生产工艺制定、配料与炉况调整，组织质量改进，编写操作规程并培训班组人员。"
NOTHING = {"duties": "", "skills": ()}
PAYLESS = {"salary_low": None, "salary_high": None}
REWORDED = DUTIES.replace("负责", "承担").replace("组织", "开展")
OTHER = "从事港口岸桥的日常操作、点检与交接班，服从现场调度安排，做好设备保养和安全记录工作。"
TAGS = {"duties": "", "skills": ("焊接", "切割", "打磨")}


@pytest.mark.parametrize(
    ("change", "relation"),
    [
        ({}, Relation.FULL),
        ({"posted_on": dt.date(2026, 3, 9)}, Relation.TEMPORAL),
        ({"duties": REWORDED}, Relation.SEMANTIC),
        ({"title": "镁砂工艺员", "duties": REWORDED.replace("承担", "负责")}, Relation.SEMANTIC),
        (NOTHING, Relation.PARTIAL),
        (PAYLESS, Relation.PARTIAL),
        ({"place_code": "210800", "place_raw": "营口市"}, Relation.PARTIAL),
        ({"place_code": None, "place_raw": ""}, Relation.PARTIAL),
        ({"duties": DUTIES + OTHER * 2}, Relation.PARTIAL),
        ({"salary_low": 6500.0}, Relation.FULL),
        ({"education": "大专", "experience_low": 3.0}, Relation.FULL),
    ],
)
def test_one_need(advert, change, relation):
    found = compare(advert(), advert(**change))
    assert found.relation is relation
    assert 0 < found.score <= 1
    assert not contradict(advert(), advert(**change))


@pytest.mark.parametrize(
    "change",
    [
        {"place_code": "210804"},
        {"place_code": None, "place_raw": "", **NOTHING, "salary_low": 7000.0},
        {"salary_low": 12000.0, "salary_high": 20000.0},
        {"salary_low": 20000.0, "salary_high": 20000.0},
        {"headcount": 3},
        {"duties": OTHER},
        {"title": "港口镁砂调度", "duties": OTHER},
        {"title": "高级镁砂工程师", "duties": DUTIES + "精益求精"},
        {"title": "镁砂工艺工程", "place_code": None},
    ],
)
def test_different_needs(advert, change):
    found = compare(advert(), advert(**change))
    assert found.relation is None
    assert found.evidence["compared_with"] == "p0"


@pytest.mark.parametrize(
    ("left", "right", "one"),
    [
        ({}, {}, True),
        ({"education": "大专"}, {"education": "本科"}, True),
        ({"education": "大专"}, {"education": "本科", **PAYLESS}, False),
        ({"education": "大专"}, {"education": "本科", "salary_low": 6500.0, "headcount": None}, True),
        (
            {"education": "大专", "experience_low": 1.0},
            {"education": "本科", "experience_low": 3.0, "salary_low": 6500.0, "headcount": None},
            False,
        ),
        ({}, {"salary_low": 8000.0, "salary_high": 13000.0, "headcount": None}, False),
        ({"salary_high": 10000.0}, {"salary_low": 8500.0, "salary_high": 12500.0}, True),
        ({"salary_low": 6000.0, "salary_high": 6000.0}, {"salary_low": 6500.0, "salary_high": 6500.0}, True),
    ],
)
def test_where_no_text_speaks_pay_and_what_is_asked_must(advert, left, right, one):
    found = compare(advert(**NOTHING, **left), advert(**NOTHING, **right))
    assert (found.relation is not None) is one


def test_a_source_that_leaves_out_the_number_of_salaries_says_the_same(advert):
    # 6,000 to 9,000 yuan, once with sixteen salaries a year: 8,000 to 12,000 a month
    spread = {"salary_low": 8000.0, "salary_high": 12000.0, "salary_months": 16.0}
    assert compare(advert(), advert(**spread)).evidence["pay"]["result"] == "same"
    assert compare(advert(salary_low=8000.0, salary_high=12000.0), advert(**spread)).relation is not None


def test_skills_confirm_only_when_pay_does_not(advert):
    other = TAGS | {"skills": ("会计", "出纳")}
    assert compare(advert(**TAGS), advert(**other)).relation is Relation.SEMANTIC
    assert compare(advert(**TAGS), advert(**other, salary_low=6500.0)).relation is None


def test_one_list_of_skills_bears_two_wordings_of_a_title(advert):
    wording = {"title": "镁砂生产工艺工程师"}
    assert compare(advert(**TAGS), advert(**TAGS, **wording)).relation is Relation.SEMANTIC
    fewer = {"duties": "", "skills": ("焊接",)}
    assert compare(advert(**fewer), advert(**fewer, **wording)).relation is None


def test_one_text_bears_two_titles_of_one_grade(advert):
    assert compare(advert(), advert(title="工艺技术岗")).relation is Relation.SEMANTIC
    assert compare(advert(), advert(title="高级工艺")).relation is Relation.SEMANTIC
    assert compare(advert(), advert(title="高级工艺", duties=REWORDED)).relation is None
    assert compare(advert(), advert(title="工艺技术岗", duties=OTHER)).relation is None
    some = {"salary_low": 7500.0, "salary_high": 12000.0}
    assert compare(advert(), advert(title="工艺技术岗", **some)).relation is None


def test_like_texts_bear_like_titles(advert):
    like = (
        DUTIES.replace("负责", "承担").replace("组织", "开展").replace("编写", "起草").replace("培训", "教导")
    )
    assert compare(advert(), advert(title="镁砂工艺师", duties=like)).relation is Relation.SEMANTIC
    asked = {"title": "镁砂工艺师", "duties": like, "education": "本科"}
    assert compare(advert(education="大专"), advert(**asked)).evidence["education"] == "different"


def test_zones_of_one_city_are_different_places(advert):
    def at(raw):
        return advert(place_code="210800", place_raw=raw)

    assert compare(at("营口市高新区"), at("营口市经开区")).evidence["place"] == "different"
    assert compare(at("营口市高新区"), at("营口市")).evidence["place"] == "within"
    assert compare(at("营口市高新区"), advert()).evidence["place"] == "different"


def test_silence_is_no_contradiction(advert):
    silent = compare(advert(), advert(title="镁砂操作", **NOTHING))
    assert silent.relation is None
    assert silent.silent
    assert not compare(advert(), advert(duties=OTHER)).silent


def test_the_evidence_names_every_test(advert):
    evidence = compare(advert(), advert(posting_id="p1", posted_on=dt.date(2026, 3, 4))).evidence
    assert evidence == {
        "compared_with": "p0",
        "employer": "name",
        "title": "same",
        "title_similarity": 1.0,
        "place": "same",
        "pay": {"low": [6000.0, 6000.0], "high": [9000.0, 9000.0], "result": "same"},
        "headcount": "same",
        "closed": "both_unstated",
        "education": "both_unstated",
        "experience": "both_unstated",
        "days_apart": 3,
        "text": {"method": "duties", "similarity": 1.0},
    }


def test_one_need_is_not_filled_twice(advert):
    day = dt.date(2026, 4, 1)
    first = advert(closed_on=day)
    later = day + dt.timedelta(days=15)
    assert compare(first, advert(closed_on=day + dt.timedelta(days=14))).relation is not None
    assert compare(first, advert(closed_on=later)).relation is None
    assert compare(first, advert(closed_on=later)).evidence["closed"] == "different"
    assert compare(first, advert(closed_on=None)).relation is not None
    assert compare(first, advert(posted_on=later, closed_on=later)).evidence["closed"] == "later"


def test_by_what_the_employer_is_one(advert):
    coded = {"credit_code": "91210800MA0000000X"}
    agency = {"employer_is_agency": True, "end_employer": "示例镁业有限公司"}
    assert compare(advert(**coded), advert(**coded)).evidence["employer"] == "credit_code"
    assert compare(advert(), advert(**agency)).evidence["employer"] == "named_by_agency"


def test_equal_texts_rank_before_equal_titles(advert):
    text = compare(advert(), advert(title="工艺技术岗"))
    title = compare(advert(), advert(duties=REWORDED, headcount=None))
    nothing = compare(advert(), advert(duties=OTHER))
    assert text.rank > nothing.rank
    assert title.rank > nothing.rank
