import xml.etree.ElementTree as ET

from data.catalogue.lists.map_svg import map_svg
from data.catalogue.lists.talent_map import MapCell, TalentMap, talent_map

SVG = "{http://www.w3.org/2000/svg}"


def cell(need, supply, *, district="甲县", industry="合计", hidden=False):
    return MapCell(
        industry=industry, category=industry if industry == "合计" else "技能", district=district, need=need,
        need_hidden=hidden, supply=supply, supply_hidden=hidden,
    )  # fmt: skip


def drawing(*cells, districts=("甲县",)):
    return TalentMap(region="示例市", as_of="2026-12-31", synthetic=False, districts=districts, cells=cells)


def fills(text):
    return [each.get("fill") for each in ET.fromstring(text).iter(f"{SVG}rect") if each.get("rx")]


def test_every_district_is_a_tile_with_its_name_and_numbers(make_market, some_needs, some_persons, region):
    text = map_svg(talent_map(make_market(some_needs, some_persons)))
    assert len(fills(text)) == len(region.districts)
    assert all(place.name in text for place in region.districts)
    assert "不表示地理位置" in text
    assert "镁材料深加工·技能 40" in text


def test_colours_follow_the_ratio_and_hidden_counts_have_none():
    colours = [fills(map_svg(drawing(cell(*pair))))[0] for pair in ((12, 10), (10, 10), (5, 10))]
    assert len(set(colours)) == 3
    hidden = fills(map_svg(drawing(cell(None, None, hidden=True))))[0]
    assert hidden not in colours
    assert hidden == fills(map_svg(drawing()))[0] == fills(map_svg(drawing(cell(5, 0))))[0]


def test_hidden_and_few_are_words_and_names_are_escaped():
    text = map_svg(drawing(cell(None, None, hidden=True, district="<甲>"), districts=("<甲>",)))
    assert "需求 保密　供给 保密" in text
    assert "&lt;甲&gt;" in text
    assert "需求 &lt;5　供给 0" in map_svg(drawing(cell(None, 0)))


def test_a_region_without_districts_has_no_tiles():
    assert fills(map_svg(drawing(districts=()))) == []
