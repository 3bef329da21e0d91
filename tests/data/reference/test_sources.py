"""SOURCES.md has a section for every table, and every count it names is the table's own."""

import re
from importlib.resources import files

import pytest

from data.reference import read_reference

FOLDER = files("data.reference")
TEXT = FOLDER.joinpath("SOURCES.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n\n(.*?)(?=\n## |\Z)", TEXT, flags=re.MULTILINE | re.DOTALL))
TABLES = sorted(file.name.removesuffix(".csv") for file in FOLDER.iterdir() if file.name.endswith(".csv"))

# Numbers that are stated of something else than the table: the minor groups that the publication counts.
OF_SOMETHING_ELSE = {"occupations": {449}}


def counts_of(name):
    """Return what can be counted in a table: rows, different values of a column, rows of one value."""
    table = read_reference(name)
    found = {len(table)}
    for column in table.columns:
        found |= {table[column].nunique(), *table[column].value_counts().tolist()}
    return found


def test_every_table_says_where_it_comes_from():
    assert set(SECTIONS) <= set(TABLES)
    assert sorted(set(TABLES) - set(SECTIONS)) == []


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_every_count_that_is_named_is_the_tables_own(name):
    """A count is a number before a measure word, or one in the brackets of 本科、中职 …."""
    text = SECTIONS[name]
    stated = re.findall(r"(?<![\d.GB/T-])([\d,]+) ?(?:个|对|组|条|项|门类|大类|中类|小类)(?!月)", text)
    stated += re.findall(r"(?:中职|高职专科|职业本科) ([\d,]+)", text)
    numbers = {int(number.replace(",", "")) for number in stated}
    assert numbers - OF_SOMETHING_ELSE.get(name, set()) <= counts_of(name)


@pytest.mark.parametrize(
    ("name", "column", "statement"),
    [
        ("occupations", "level", "{大类} 大类、{中类} 中类、{小类} 小类、{细类} 个职业"),
        ("industries", "level", "{门类} 门类、{大类} 大类、{中类} 中类、{小类} 小类"),
        ("majors", "level", "{普通本科} 个"),
        ("majors", "level", "中职 {中等职业教育}、高职专科 {高等职业教育专科}、职业本科 {高等职业教育本科}"),
        ("divisions", "level", "{province} 个省级、{city} 个地级、{county} 个县级"),
    ],
)
def test_the_official_totals_are_stated_as_the_tables_have_them(name, column, statement):
    counts = read_reference(name)[column].value_counts().to_dict()
    told = re.sub(r"\s+", "", SECTIONS[name]).replace("个大类", "大类").replace("个中类", "中类")
    told = told.replace("个小类", "小类").replace("（细类）", "")
    expected = statement.format_map({level: f"{n:,}" for level, n in counts.items()})
    assert expected.replace(" ", "") in told


@pytest.mark.parametrize(
    ("name", "statement"),
    [("titles_zh_en", "{rows} 对"), ("titles_trades", "{rows} 组")],
)
def test_the_number_of_rows_is_stated_as_the_table_has_it(name, statement):
    assert statement.format(rows=f"{len(read_reference(name)):,}") in SECTIONS[name]


def test_the_marks_of_digital_and_green_occupations_are_counted():
    table = read_reference("occupations")
    for mark, column in (("S", "digital"), ("L", "green")):
        assert f"（{mark}，{(table[column] == '1').sum()} 个）" in SECTIONS["occupations"]
