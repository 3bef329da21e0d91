import datetime as dt

import pytest

from data.catalogue.lists.bulletin import bulletin
from data.errors import UnknownName


def table_of(document, name):
    return next(table for table in document.tables if table.name == name)


def keyed(table):
    return {row[0]: row[1:] for row in table.rows}


def test_eight_tables_and_what_is_missing_is_said(make_market, some_needs, some_persons):
    document = bulletin(make_market(some_needs, some_persons))
    assert [table.name for table in document.tables] == [
        "供求总量", "产业", "行业", "单位性质", "职业", "缺口前十", "富余前十", "求职者构成",
    ]  # fmt: skip
    assert table_of(document, "单位性质").rows == ()
    assert "暂不评价" in table_of(document, "单位性质").note
    assert any("单位性质" in note for note in document.notes)


def test_an_industry_has_its_own_totals_and_ratio(make_market, some_needs, some_persons):
    document = bulletin(make_market(some_needs, some_persons), industry="镁材料深加工")
    totals = keyed(table_of(document, "供求总量"))
    # eight needs of ten places by four employers, 32 seekers
    assert totals["有效岗位（条）"] == (8,)
    assert totals["用人单位（家）"] == (4,)
    assert totals["需求人数"] == (80,)
    assert totals["求职人数"] == (30,)
    assert totals["求人倍率"] == (2.67,)
    assert totals["其中近三个月新开（条）"] == (8,)
    assert document.title == "营口市镁材料深加工供求简报"
    with pytest.raises(UnknownName):
        bulletin(make_market(some_needs, some_persons), industry="养殖")


def test_sectors_and_divisions_agree(make_market, some_needs, build):
    need, _, _ = build
    market = make_market(
        [
            *(need(name) for name in "甲乙丙"),
            *(need(name, industry_code="43") for name in "甲乙丙"),
            *(need(name, industry_code="01") for name in "甲乙丙"),
            *(need(name, industry_code="64") for name in "甲乙丙"),
            *(need(name, industry_code=None) for name in "甲乙丙"),
        ]
    )
    document = bulletin(market)
    sectors, divisions = keyed(table_of(document, "产业")), keyed(table_of(document, "行业"))
    assert sectors["第二产业"] == (30, 20.0)
    assert sectors["第三产业"] == (60, 40.0)
    assert sectors["第一产业"] == (30, 20.0)
    assert sectors["未识别"] == (30, 20.0)
    assert sectors["合计"] == divisions["合计"] == (150, 100.0)
    assert divisions["非金属矿物制品业"] == (30, 20.0)


def test_gaps_are_ranked_both_ways_without_hidden_ones(make_market, build):
    need, person, _ = build
    market = make_market(
        [
            *(need(name, heads=20.0) for name in "甲乙丙"),
            *(need(name, code="6-18-02-04", heads=2.0) for name in "甲乙丙"),
            need("丁", code="2-02-32-01", heads=500.0),
        ],
        [*(person() for _ in range(10)), *(person(code="6-18-02-04") for _ in range(40))],
    )
    document = bulletin(market)
    short, plenty = table_of(document, "缺口前十").rows, table_of(document, "富余前十").rows
    assert "2-02-32-01" not in {row[0] for row in (*short, *plenty)}
    # the one employer's hidden count takes a further one of the shown totals with it
    assert {row[0] for row in (*short, *plenty)} <= {"6-15-05-01", "6-18-02-04"}
    assert all(row[4] > 0 for row in short)
    assert all(row[4] < 0 for row in plenty)


def test_shortage_and_surplus_have_their_numbers(make_market, build):
    need, person, _ = build
    market = make_market(
        [*(need(name, heads=20.0) for name in "甲乙丙"),
         *(need(name, code="6-18-02-04", heads=2.0) for name in "甲乙丙")],
        [*(person() for _ in range(10)), *(person(code="6-18-02-04") for _ in range(40))],
    )  # fmt: skip
    document = bulletin(market)
    (short,), (plenty,) = table_of(document, "缺口前十").rows, table_of(document, "富余前十").rows
    assert (short[0], short[2:]) == ("6-15-05-01", (60, 10, 50, 6.0))
    assert (plenty[0], plenty[2:]) == ("6-18-02-04", (5, 40, -35, 0.12))
    assert keyed(table_of(document, "职业"))["合计"] == (65, 50, 1.3)


def test_a_total_hidden_in_one_table_is_hidden_in_all(make_market, build):
    need, person, _ = build
    document = bulletin(make_market([need("甲"), need("乙")], [person() for _ in range(3)]))
    assert keyed(table_of(document, "供求总量"))["需求人数"] == ("c",)
    assert keyed(table_of(document, "供求总量"))["求职人数"] == ("c",)
    assert keyed(table_of(document, "供求总量"))["有效岗位（条）"] == ("c",)
    for name in ("产业", "行业", "职业", "求职者构成"):
        assert table_of(document, name).rows[-1][-2:] != (20, 100.0)
        assert "c" in table_of(document, name).rows[-1]


def test_seekers_are_told_by_education_and_level(make_market, some_needs, build):
    _, person, _ = build
    persons = [
        *(person() for _ in range(10)),
        *(person(education=None, skill_level="高级工") for _ in range(15)),
    ]
    rows = table_of(bulletin(make_market(some_needs, persons)), "求职者构成").rows
    assert ("学历", "大专", 10) in rows
    assert ("学历", "未写明", 15) in rows
    assert ("技能等级", "高级工", 15) in rows
    assert rows[-1] == ("合计", "合计", 25)


def test_occupations_not_coded_stand_apart(make_market, build):
    need, _, _ = build
    rows = keyed(table_of(bulletin(make_market([need(n, code=None) for n in "甲乙丙"])), "职业"))
    assert rows["未识别"] == (30, 0, "x")


def test_long_lists_of_divisions_are_cut_and_say_so(make_market, build):
    need, _, _ = build
    market = make_market([need(n, industry_code=str(code)) for code in range(13, 33) for n in "甲乙丙"])
    table = table_of(bulletin(market), "行业")
    assert len(table.rows) == 16
    assert table.note == "只列前15个"


def test_an_empty_market_gives_zeros(make_market):
    totals = keyed(table_of(bulletin(make_market()), "供求总量"))
    assert totals["需求人数"] == (0,)
    assert totals["求人倍率"] == ("x",)


def test_openings_of_this_quarter_and_the_one_before(make_market, build):
    need, _, _ = build
    market = make_market([need(n, opened_on=dt.date(2026, 8, 1)) for n in "甲乙丙"] + [need("丁")])
    totals = keyed(table_of(bulletin(market), "供求总量"))
    assert (totals["其中近三个月新开（条）"], totals["此前三个月新开（条）"]) == ((1,), (3,))
