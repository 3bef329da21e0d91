from data.catalogue.lists.documents import HIDDEN
from data.catalogue.lists.map_svg import map_svg
from data.catalogue.lists.talent_map import map_document, talent_map


def cells_of(drawn):
    return {(c.industry, c.category, c.district): c for c in drawn.cells}


def test_need_and_supply_stand_by_industry_category_and_district(make_market, some_needs, some_persons):
    drawn = talent_map(make_market(some_needs, some_persons))
    cell = cells_of(drawn)["镁材料深加工", "技能", "大石桥市"]
    assert (cell.need, cell.need_hidden, cell.supply) == (40, False, 20)
    assert drawn.districts[:2] == ("站前区", "西市区")
    assert drawn.total_of("站前区") is None


def test_one_employer_and_two_people_do_not_show(make_market, some_needs, some_persons):
    cell = cells_of(talent_map(make_market(some_needs, some_persons)))["石化与精细化工", "专业技术", "老边区"]
    assert (cell.need, cell.need_hidden) == (None, True)
    assert (cell.supply, cell.supply_hidden) == (None, True)


def test_what_is_hidden_cannot_be_worked_out_from_totals(make_market, some_needs, some_persons):
    cells = cells_of(talent_map(make_market(some_needs, some_persons)))
    # the hidden industry is the only one of its district: both totals are hidden, and one more of each
    hidden_districts = [c.district for (i, _, _), c in cells.items() if i == "合计" and c.need_hidden]
    hidden_industries = [c.industry for (_, _, d), c in cells.items() if d == "合计" and c.need_hidden]
    assert "老边区" in hidden_districts
    assert "石化与精细化工" in hidden_industries
    assert len(hidden_districts) > 1
    assert len(hidden_industries) > 1


def test_the_table_says_hidden_few_and_ratio_apart(make_market, some_needs, some_persons, build):
    need, _, _ = build
    few = [need(name, code="4-01-01-01", heads=0.6, place="210803") for name in "己庚辛"]
    drawn = talent_map(make_market(some_needs, some_persons))
    rows = {row[:3]: row[3:] for row in map_document(drawn).tables[0].rows}
    assert rows["镁材料深加工", "技能", "大石桥市"] == (40, 20, 2.0)
    assert rows["石化与精细化工", "专业技术", "老边区"][0] == HIDDEN
    drawn = talent_map(make_market([*some_needs[:-1], *few], some_persons))
    rows = {row[:3]: row[3:] for row in map_document(drawn).tables[0].rows}
    assert rows["镁材料深加工", "其他或未定", "西市区"] == ("<5", 0, "x")


def test_generated_data_are_labelled_in_table_and_drawing(make_market, some_needs, some_persons):
    drawn = talent_map(
        make_market(
            [row | {"synthetic": True} for row in some_needs],
            [row | {"synthetic": True} for row in some_persons],
        )
    )
    assert map_document(drawn).title.startswith("【合成数据")
    assert "【合成数据" in map_svg(drawn)


def test_an_empty_market_gives_an_empty_map(make_market):
    drawn = talent_map(make_market())
    assert drawn.cells == ()
    assert "需求 0　供给 0" in map_svg(drawn)
