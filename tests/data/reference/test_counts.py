"""The code tables have the official numbers of codes, each code once and each below a code that exists."""

from pathlib import Path

import pandas as pd
import pytest

from data.reference import read_reference

TAXONOMY = Path(__file__).resolve().parents[3] / "../shared/taxonomy"


def counts(table, column="level"):
    return read_reference(table)[column].value_counts().to_dict()


def test_occupations_of_2022_are_as_many_as_published():
    """Published: 8 major, 79 medium, 449 minor groups, 1,639 occupations; the official list has 450 minor."""
    assert counts("occupations") == {"大类": 8, "中类": 79, "小类": 450, "细类": 1639}


def test_digital_and_green_occupations_are_as_many_as_published():
    table = read_reference("occupations")
    digital, green = table["digital"] == "1", table["green"] == "1"
    assert (digital.sum(), green.sum(), (digital & green).sum()) == (97, 134, 23)
    assert set(table.loc[digital | green, "level"]) == {"细类"}
    assert set(table["digital"]) == set(table["green"]) == {"0", "1"}


def test_industries_of_2017_are_as_many_as_published():
    """The announcement of 2017 says 1,380 classes, later ones 1,382; the table of the standard has 1,381."""
    assert counts("industries") == {"门类": 20, "大类": 97, "中类": 473, "小类": 1381}


def test_majors_are_as_many_as_published():
    assert counts("majors") == {
        "普通本科": 840, "中等职业教育": 358, "高等职业教育专科": 744, "高等职业教育本科": 247,
    }  # fmt: skip


def test_graduate_disciplines_are_as_many_as_published():
    assert counts("graduate_majors") == {"门类": 14, "学术学位一级学科": 117, "专业学位类别": 67}


def test_divisions_are_as_many_as_listed():
    assert counts("divisions") == {"province": 34, "city": 333, "county": 2845}


def test_liaoning_and_yingkou_are_whole():
    table = read_reference("divisions")
    assert (table["parent"] == "210000").sum() == 14
    assert sorted(table.loc[table["parent"] == "210800", "code"]) == [
        "210802", "210803", "210804", "210811", "210881", "210882",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["occupations", "industries", "majors", "graduate_majors", "divisions"])
def test_no_code_stands_twice_and_none_is_empty(name):
    table = read_reference(name)
    assert table.loc[table["code"].duplicated(), "code"].tolist() == []
    assert (table[["code", "name", "level"]] != "").all(axis=None)


@pytest.mark.parametrize("name", ["occupations", "industries", "graduate_majors", "divisions"])
def test_every_parent_exists_and_only_the_top_level_has_none(name):
    table = read_reference(name)
    assert set(table["parent"]) - {""} <= set(table["code"])
    (top,) = set(table.loc[table["parent"] == "", "level"])
    assert top == table["level"].iloc[0]
    assert (table.loc[table["level"] == top, "parent"] == "").all()


@pytest.mark.parametrize(
    ("name", "above"),
    [
        ("occupations", {"大类": None, "中类": "大类", "小类": "中类", "细类": "小类"}),
        ("industries", {"门类": None, "大类": "门类", "中类": "大类", "小类": "中类"}),
        ("graduate_majors", {"门类": None, "学术学位一级学科": "门类", "专业学位类别": "门类"}),
    ],
)
def test_every_code_hangs_from_the_level_above(name, above):
    table = read_reference(name)
    level_of = dict(zip(table["code"], table["level"], strict=True))
    parents = table["parent"].map(level_of)
    assert (parents.fillna("") == table["level"].map(above).fillna("")).all()


def test_an_occupation_code_begins_with_its_parents():
    table = read_reference("occupations")
    child = table[table["parent"] != ""]
    starts = [
        code.startswith(f"{parent}-") for code, parent in zip(child["code"], child["parent"], strict=True)
    ]
    assert all(starts)
    shapes = {"大类": r"\d", "中类": r"\d-\d\d", "小类": r"\d-\d\d-\d\d", "细类": r"\d-\d\d-\d\d-\d\d"}
    for level, shape in shapes.items():
        assert table.loc[table["level"] == level, "code"].str.fullmatch(shape).all()


def test_an_industry_code_begins_with_its_parents_and_bears_the_letter_of_its_section():
    table = read_reference("industries")
    child = table[table["level"].isin(["中类", "小类"])]
    starts = [code.startswith(parent) for code, parent in zip(child["code"], child["parent"], strict=True)]
    assert all(starts)
    assert (table["level"].map({"门类": 1, "大类": 2, "中类": 3, "小类": 4}) == table["code"].str.len()).all()
    section_of = dict(zip(table["code"], table["section"], strict=True))
    assert (child["parent"].map(section_of) == child["section"]).all()
    groups = table[table["level"] == "大类"]
    assert (groups["parent"] == groups["section"]).all()


def test_a_major_code_begins_with_its_class_and_a_class_has_one_name():
    table = read_reference("majors")
    starts = [code.startswith(above) for code, above in zip(table["code"], table["class_code"], strict=True)]
    assert all(starts)
    assert (table["code"].str.len() == 6).all()
    classes = table[["class_code", "class_name"]].drop_duplicates()
    assert classes.loc[classes["class_code"].duplicated(), "class_code"].tolist() == []


def test_a_division_code_begins_with_its_province_and_lies_in_its_city():
    table = read_reference("divisions")
    child = table[table["parent"] != ""]
    assert (child["code"].str[:2] == child["parent"].str[:2]).all()
    in_city = child[child["parent"].str[2:] != "0000"]
    assert (in_city["code"].str[:4] == in_city["parent"].str[:4]).all()
    assert table.loc[table["level"] == "province", "code"].str.endswith("0000").all()
    assert table.loc[table["level"] == "city", "code"].str.fullmatch(r"\d{4}00").all()


@pytest.mark.parametrize(
    ("name", "column", "codes"),
    [
        ("work_types", "occupation_code", "occupations"),
        ("place_aliases", "code", "divisions"),
        ("major_occupations", "occupation_code", "occupations"),
        ("major_occupations", "major_code", "majors"),
        ("industry_aliases", "code", "industries"),
    ],
)
def test_a_table_points_to_codes_that_exist(name, column, codes):
    assert sorted(set(read_reference(name)[column]) - set(read_reference(codes)["code"])) == []


@pytest.mark.real
@pytest.mark.skipif(not TAXONOMY.is_dir(), reason="../shared/taxonomy 不在，无法核对原表")
@pytest.mark.parametrize(
    ("name", "origin"),
    [
        ("occupations", "occupation_dadian_2022.csv"),
        ("industries", "industry_gbt4754_2017.csv"),
        ("majors", "major_ug_voc.csv"),
        ("graduate_majors", "major_graduate_2022.csv"),
        ("divisions", "admin_divisions_2026.csv"),
    ],
)
def test_codes_and_names_are_those_of_the_source(name, origin):
    table = read_reference(name)
    source = pd.read_csv(TAXONOMY / origin, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    told = dict(zip(source["code"], source["name"], strict=True))
    if name == "divisions":  # the package has no code for Taiwan
        told["710000"] = told.pop("资料暂缺00")
    assert dict(zip(table["code"], table["name"], strict=True)) == told
