import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import CellError
from data.normalise.divisions import level_of
from data.normalise.place import parse_place, parse_places
from data.reference.tables import division_names, read_reference


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("大连·高新园区", "210200"),
        ("辽宁省大连沙河口区", "210204"),
        ("上海-徐汇区", "310104"),
        ("上海 浦东新区", "310115"),
        ("鲅鱼圈", "210804"),
        ("营口经开区", "210804"),
        ("鲅鱼圈熊岳镇", "210804"),
        ("营口·大石桥", "210882"),
        ("大石桥南楼", "210882"),
        ("辽宁（营口）沿海产业基地", "210803"),
        ("马鞍山", "340500"),
        ("鞍山", "210300"),
        ("西市区", "210803"),
        ("北京-朝阳区", "110105"),
        ("沈阳和平区", "210102"),
        ("和平区·沈阳", "210102"),
        ("朝阳", "211300"),
        ("吉林", "220000"),
        ("吉林市", "220200"),
        ("恩施", "422800"),
        ("新宾县", "210422"),
        ("红河州", "532500"),
        ("苏州·张家港", "320582"),
        ("合肥-滨湖新区", "340100"),
        ("瀋陽市", "210100"),
        ("辽宁省,营口市,鲅鱼圈区", "210804"),
        ("香港-沙田区", "810000"),
        ("广东省中山东区", "442000"),
    ],
)
def test_the_finest_division_is_found(text, code):
    assert parse_place(text) == code


@pytest.mark.parametrize("text", ["", "无", ".", "全国", "异地招聘", "远程办公", "不限", "全国各地"])
def test_no_particular_place_is_none(text):
    assert parse_place(text) is None


@pytest.mark.parametrize("text", ["朝阳区", "和平区", "永安镇"])
def test_a_name_that_several_cities_have_needs_its_city(text):
    with pytest.raises(CellError) as caught:
        parse_place(text)
    assert caught.value.code in {"place_ambiguous", "place_unknown"}


def test_the_region_decides_what_an_ambiguous_name_means():
    assert parse_place("和平区", region_codes=("210100",)) == "210102"
    assert parse_place("朝阳区", region_codes=("110000",)) == "110105"
    assert parse_place("永安镇", region_codes=("210800",)) == "210882"
    with pytest.raises(CellError, match="几个城市"):
        parse_place("和平区", region_codes=("210800",))


def test_several_places_give_the_division_that_holds_them():
    assert parse_place("沈阳市和平区、沈河区") == "210100"
    assert parse_place("沈阳、大连") == "210000"
    with pytest.raises(CellError) as caught:
        parse_place("北京/上海")
    assert caught.value.code == "place_several"


@pytest.mark.parametrize(
    "text",
    ["天河路490号1201房", "上海路8号", "某街道中心大厦", "某街道河南工业区8号", "火星", "新加坡", "营" * 201],
)
def test_an_address_without_a_city_is_unknown(text):
    with pytest.raises(CellError) as caught:
        parse_place(text)
    assert caught.value.code == "place_unknown"


def test_a_person_may_name_several_places():
    assert parse_places("营口、大连；上海-徐汇区") == ("210800", "210200", "310104")
    assert parse_places("不限") == ("100000",)
    assert parse_places("") == ()
    with pytest.raises(CellError):
        parse_places("火星")


def test_every_official_name_with_its_parents_is_read_back():
    table = read_reference("divisions")
    names, parents = division_names(), dict(zip(table["code"], table["parent"], strict=True))
    for code in table["code"]:
        chain, outer = names[code], parents[code]
        while outer:
            chain, outer = names[outer] + chain, parents[outer]
        assert parse_place(chain) == code


@settings(deadline=None)
@given(st.text() | st.text(alphabet="营口市鲅鱼圈区辽宁省沈阳和平上海朝阳县路、-·/ (大石桥)", max_size=16))
def test_no_text_crashes_the_parser(text):
    try:
        code = parse_place(text, region_codes=("210800",))
    except CellError as error:
        assert error.code.startswith("place_")
        return
    assert code is None or (code in division_names() and level_of(code) in {0, 1, 2})


_DIVISIONS = read_reference("divisions")
_CITIES = [
    code for code, level in zip(_DIVISIONS["code"], _DIVISIONS["level"], strict=True) if level == "city"
]
_COUNTIES = [
    (code, parent)
    for code, level, parent in zip(_DIVISIONS["code"], _DIVISIONS["level"], _DIVISIONS["parent"], strict=True)
    if level == "county" and parent in division_names()
]


@given(st.sampled_from(_CITIES), st.sampled_from(["{}", "{}·", "[{}]", "{}（市区）"]))
def test_every_city_is_read_back_from_its_name(code, form):
    assert parse_place(form.format(division_names()[code])) == code


@given(st.sampled_from(_COUNTIES))
def test_every_county_is_read_back_from_its_city_and_name_and_from_its_code(pair):
    code, parent = pair
    assert parse_place(division_names()[parent] + division_names()[code]) == code
    assert parse_place(code) == code
