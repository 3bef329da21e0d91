import pytest

from data.normalise.divisions import ANYWHERE, Gazetteer, common_division, is_within, level_of
from data.reference.tables import division_names, read_reference


def test_the_table_holds_yingkou_whole():
    names = division_names()
    assert names["210800"] == "营口市"
    counties = [name for code, name in names.items() if code.startswith("2108") and code != "210800"]
    assert sorted(counties) == sorted(["站前区", "西市区", "鲅鱼圈区", "老边区", "盖州市", "大石桥市"])


def test_every_division_lies_in_its_parent():
    table = read_reference("divisions")
    assert table["code"].is_unique
    assert set(table["level"]) == {"province", "city", "county"}
    inner = table[table["parent"] != ""]
    assert set(inner["parent"]) <= set(table["code"])
    assert all(is_within(code, parent) for code, parent in zip(inner["code"], inner["parent"], strict=True))


def test_every_alias_names_a_division():
    aliases = read_reference("place_aliases")
    assert set(aliases["code"]) <= set(division_names())
    assert not aliases.duplicated(["code", "alias"]).any()


@pytest.mark.parametrize(("code", "level"), [("210000", 0), ("210800", 1), ("210804", 2)])
def test_the_level_shows_in_the_digits(code, level):
    assert level_of(code) == level


def test_a_county_lies_in_its_city_and_everything_lies_anywhere():
    assert is_within("210804", "210800")
    assert is_within("210804", "210000")
    assert not is_within("210800", "210804")
    assert is_within("110000", ANYWHERE)


@pytest.mark.parametrize(
    ("codes", "common"),
    [
        (["210804"], "210804"),
        (["210804", "210881"], "210800"),
        (["210804", "210102"], "210000"),
        (["429004", "429005"], "420000"),  # no city between these counties and their province
        (["210804", "110000"], None),
        ([], None),
    ],
)
def test_the_common_division_is_the_smallest_that_holds_all(codes, common):
    assert common_division(codes) == common


def test_the_longest_name_wins_so_that_one_city_is_not_found_in_another():
    mentions = Gazetteer.from_package().mentions("马鞍山")
    assert [name.code for mention in mentions for name in mention.names] == ["340500"]
