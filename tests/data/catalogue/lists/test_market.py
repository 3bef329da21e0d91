import datetime as dt

import pytest

from data.catalogue.lists.market import (
    OUTSIDE,
    UNPLACED,
    category_of,
    district_of,
    with_industry,
)
from data.catalogue.sections import OTHER_SECTION
from data.errors import UnknownName


def test_categories_follow_the_major_group():
    assert [category_of(code) for code in ("2-02-01-01", "6-15-05-01", "4-01-01-01", None, float("nan"))] == [
        "专业技术", "技能", "其他或未定", "其他或未定", "其他或未定",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "name"), [("210882", "大石桥市"), ("210800", UNPLACED), ("110101", OUTSIDE), (None, OUTSIDE)]
)
def test_a_place_lies_in_its_district(region, code, name):
    assert district_of(code, region) == name


def test_only_current_needs_of_employers_themselves_count(make_market, build):
    need, person, _ = build
    market = make_market(
        [need("甲"), need("代招", employer_is_agency=True), need("乙", opened_on=dt.date(2025, 1, 1),
                                                                 closed_on=dt.date(2025, 2, 1))],
        [person(), person(active_on=dt.date(2026, 1, 1)), person(active_on=dt.date(2027, 1, 1))],
    )  # fmt: skip
    assert market.needs["employer"].tolist() == ["甲"]
    assert market.needs["industry_code"].tolist() == ["3089"]
    assert market.agency_needs == 1
    assert market.seekers["profile_id"].tolist() == ["P000"]


def test_generated_data_count_only_where_there_are_no_real_ones(make_market, build):
    need, person, _ = build
    mixed = make_market([need("甲"), need("乙", synthetic=True)], [person(), person(synthetic=True)])
    assert (mixed.synthetic, len(mixed.needs), len(mixed.seekers)) == (False, 1, 1)
    generated = make_market([need("乙", synthetic=True)], [person(), person(synthetic=True)])
    assert (generated.synthetic, len(generated.needs), len(generated.seekers)) == (True, 1, 1)


def test_a_person_is_divided_among_the_industries_that_ask(make_market, build):
    need, person, _ = build
    market = make_market(
        [need("甲"), need("乙"), need("丙"), need("丁", industry="新能源"), need("戊", industry=None)],
        [person(), person(code="6-18-02-04"), person(code=None)],
    )
    parts = market.seekers.set_index(["profile_id", "section"])["weight"].to_dict()
    # three of the five needs are of magnesia, one of new energy, one of none
    assert parts == pytest.approx(
        {("P000", "镁材料深加工"): 0.6, ("P000", "新能源"): 0.2, ("P000", OTHER_SECTION): 0.2,
         ("P001", OTHER_SECTION): 1, ("P002", OTHER_SECTION): 1}
    )  # fmt: skip
    assert with_industry(market.seekers[["profile_id", "occupation_code"]].head(0), market.needs).empty


def test_a_part_is_one_industry_and_an_unknown_one_is_refused(make_market, some_needs, some_persons):
    market = make_market(some_needs, some_persons)
    part = market.within("石化与精细化工")
    assert part.needs["employer"].tolist() == ["戊"]
    assert len(part.seekers) == 2
    with pytest.raises(UnknownName, match="重点产业“养殖”"):
        market.within("养殖")


def test_nothing_makes_an_empty_market(make_market):
    market = make_market()
    assert (len(market.needs), len(market.seekers), market.synthetic) == (0, 0, False)
