"""Every figure, growth and name of the shipped packs stands on the line it cites, in the text it names."""

import hashlib
import re
from pathlib import Path

import pytest

from data.regions import read_region, region_names

SEEDS = Path(__file__).resolve().parents[3] / "../shared/seeds"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SEEDS.is_dir(), reason="../shared/seeds 不在，无法核对出处"),
]


@pytest.fixture(params=region_names())
def region(request):
    return read_region(request.param)


def line_of(region, document, line, *, more=0):
    """Return a line without blanks, and some that follow it: a name may run over the end of a line.

    The cells of a table's row stay divided by a bar.
    """
    text = (SEEDS / region.document(document).text).read_text(encoding="utf-8")
    return re.sub(r"\s", "", "".join(text.split("\n")[line - 1 : line + more]).replace("\t", "|"))


def stands_in(number, text):
    """Tell whether a number stands in a text as a whole, not inside another one."""
    return re.search(rf"(?<![\d.]){re.escape(number)}(?!\.?\d)", text) is not None


def test_the_texts_are_the_ones_that_were_read(region):
    for document in region.documents:
        assert hashlib.sha256((SEEDS / document.text).read_bytes()).hexdigest() == document.text_sha256


def test_figures_stand_on_the_lines_they_cite(region):
    missing = []
    for indicator in region.plan_indicators:
        for figure in indicator.figures:
            line = line_of(region, indicator.document, figure.line)
            written = re.sub(r"\s", "", figure.written)
            if not (written in line if written else stands_in(str(figure.value), line)):
                missing.append((indicator.name, figure.year, figure.line))
            if figure.about and figure.about not in line:
                missing.append((indicator.name, figure.about, figure.line))
    assert missing == []


def test_growths_stand_on_the_lines_they_cite(region):
    missing = [
        (indicator.name, growth.percent)
        for indicator in region.plan_indicators
        for growth in indicator.growth
        if not stands_in(str(growth.percent), line_of(region, indicator.document, growth.line))
    ]
    assert missing == []


def test_table_rows_carry_the_indicators_name(region):
    rows = [
        (indicator, figure)
        for indicator in region.plan_indicators
        for figure in indicator.figures
        if figure.clause.startswith("表")
    ]
    assert [
        indicator.name
        for indicator, figure in rows
        if not line_of(region, indicator.document, figure.line).startswith(
            indicator.name.replace(" ", "")[:5]
        )
    ] == []
    assert len(rows) == (73 if region.name == "haicheng" else 0)


def test_every_row_of_the_two_tables_is_in_the_pack():
    """Rows that hold a number; the line 科技型企业数量 is all dashes."""
    region = read_region("haicheng")
    text = (SEEDS / region.documents[0].text).read_text(encoding="utf-8").split("\n")
    rows = {n for n in (*range(48, 64), *range(124, 154)) if re.search(r"\t[^\t]*\d", text[n - 1])}
    used = {f.line for i in region.plan_indicators for f in i.figures if f.clause.startswith("表")}
    assert used == rows


def test_categories_and_lists_stand_on_the_lines_they_cite(region):
    missing = [
        name
        for entry, names in [
            *((category, (category.name,)) for category in region.talent_categories),
            *((listed, listed.items) for listed in region.industry_lists),
        ]
        for name in names
        if name not in line_of(region, entry.document, entry.line, more=2)
    ]
    assert missing == []


@pytest.mark.parametrize(("name", "lines"), [("yingkou", (147, 149)), ("haicheng", (165,)), ("haixi", (29,))])
def test_key_industries_are_taken_word_for_word(name, lines):
    region = read_region(name)
    document = next(each for each in region.documents if each.title == region.source.document)
    text = "".join(line_of(region, document.id, line) for line in lines)
    assert [industry for industry in region.key_industries if industry not in text] == []


def test_the_provincial_document_names_eight_categories_and_lists_none():
    region = read_region("liaoning")
    text = (SEEDS / region.documents[0].text).read_text(encoding="utf-8")
    places = [n for n, line in enumerate(text.split("\n"), 1) if "工业八大门类" in line]
    assert places == [61, 89]
    assert all(f"第{n}行" in region.source.note for n in places)
    assert region.source.to_confirm
    assert "农业、服务业" in text.split("\n")[88]
    assert not any(industry in text for industry in ("纺织", "轻工", "建材", "冶金"))
