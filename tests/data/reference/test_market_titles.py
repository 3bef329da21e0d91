"""The table of market titles: codes exist, levels agree, no title twice, and what is known comes out."""

import csv
import unicodedata
from importlib.resources import files

import pytest

from data.reference import market_titles, occupations, title_pairs
from data.vacancies import normalise_title


@pytest.fixture(scope="module")
def table():
    return market_titles()


@pytest.fixture(scope="module")
def code_of(table):
    return dict(zip(table["title"], table["occupation_code"], strict=True))


def test_columns_are_as_documented(table):
    assert list(table.columns) == ["title", "occupation_code", "level", "note"]


def test_the_table_is_broad(table):
    assert len(table) >= 900
    assert table["occupation_code"].nunique() >= 600


def test_every_code_is_an_occupation_or_its_group_and_the_level_says_which(table):
    levels = occupations().set_index("code")["level"]
    assert set(table["occupation_code"]) <= set(levels.index)
    assert (table["occupation_code"].map(levels) == table["level"]).all()
    assert set(table["level"]) == {"细类", "小类"}


def test_no_title_stands_twice(table):
    folded = table["title"].map(lambda title: unicodedata.normalize("NFKC", title).lower())
    assert folded[folded.duplicated()].tolist() == []


def test_titles_that_normalise_alike_have_one_code(table):
    codes = table.groupby(table["title"].map(normalise_title))["occupation_code"].nunique()
    assert codes[codes > 1].index.tolist() == []


def test_a_group_code_gives_its_reason(table):
    groups = table[table["level"] == "小类"]
    assert groups.loc[groups["note"] == "", "title"].tolist() == []


def test_a_title_that_is_an_occupation_keeps_its_code(table):
    detailed = occupations().query("level == '细类'")
    exact = dict(zip(detailed["name"], detailed["code"], strict=True))
    named = table[table["title"].isin(exact)]
    assert len(named) > 100
    assert named.loc[named["title"].map(exact) != named["occupation_code"], "title"].tolist() == []


def test_cells_hold_no_stray_blanks():
    with files("data.reference").joinpath("market_titles.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert [cell for cell in cells if cell != cell.strip()] == []


def test_most_titles_of_the_bilingual_list_are_coded(code_of):
    titles = title_pairs()["title_zh"]
    assert titles.isin(code_of.keys()).mean() > 0.85


@pytest.mark.parametrize(
    "title", ["工程师", "技术员", "储备干部", "结构工程师", "工艺工程师", "研发工程师", "其他"]
)
def test_a_title_that_tells_no_occupation_is_left_out(code_of, title):
    assert title not in code_of


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("浮选工", "6-16-01-15"),
        ("电熔镁砂工", "6-15-06-02"),
        ("压砖工", "6-15-06-01"),
        ("催化裂化操作工", "6-10-01-02"),
        ("化工总控工", "6-11-01-03"),
        ("岸桥司机", "6-30-05-01"),
        ("叉车司机", "6-30-05-01"),
        ("集卡司机", "4-02-02-02"),
        ("理货员", "4-02-06-02"),
        ("报关员", "2-06-07-12"),
        ("数控车工", "6-18-01-01"),
        ("加工中心操作工", "6-18-01-07"),
        ("电焊工", "6-18-02-04"),
        ("机修钳工", "6-31-01-02"),
        ("维修电工", "6-31-01-03"),
        ("热工工程师", "2-02-05-07"),
        ("耐火材料工程师", "2-02-05-05"),
        ("设备工程师", "2-02-07-04"),
        ("安全员", "6-31-06-00"),
        ("EHS工程师", "2-02-27-06"),
        ("QA", "2-02-29-03"),
        ("QC", "6-31-03-05"),
        ("化验员", "6-31-03-01"),
        ("药物研发", "2-02-32-00"),
        ("医药代表", "2-06-07-07"),
        ("光伏运维", "6-28-01-10"),
        ("锂电工艺工程师", "2-02-11-01"),
        ("污水处理工", "4-09-07-01"),
        ("环评工程师", "2-02-27-03"),
        ("Java开发工程师", "2-02-10-03"),
        ("前端开发工程师", "2-02-10-03"),
        ("软件测试工程师", "4-04-05-02"),
        ("运维工程师", "2-02-10-08"),
        ("数据分析师", "2-02-30-09"),
        ("算法工程师", "2-02-38-01"),
        ("会计", "2-06-03-00"),
        ("销售代表", "4-01-02-01"),
        ("普工", "6-99-00"),
    ],
)
def test_titles_that_matter_here_have_the_expected_occupation(code_of, title, code):
    assert code_of[title] == code
