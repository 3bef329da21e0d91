import pytest

from data.errors import FileProblem
from data.sources.markup import read_html_tables


def test_cells_that_span_places_stand_in_each_of_them():
    page = """<table>
      <tr><td rowspan=2>甲</td><td colspan="2">任职条件</td></tr>
      <tr><td>学历</td><td>专业</td></tr>
      <tr><td>乙<td>本科<br>以上<td>a&amp;b</tr>
    </table>"""
    assert read_html_tables(page) == [
        [["甲", "任职条件", "任职条件"], ["甲", "学历", "专业"], ["乙", "本科\n以上", "a&b"]]
    ]


def test_a_span_that_hangs_below_the_last_cell_is_filled():
    page = "<table><tr><td>a<td>b<td rowspan=3>c</tr><tr><td>d</tr><tr></tr></table>"
    assert read_html_tables(page) == [[["a", "b", "c"], ["d", "", "c"], ["", "", "c"]]]


def test_tables_inside_tables_come_as_their_own():
    page = "<table><tr><td>外<table><tr><td>内</table></td></tr></table>"
    assert read_html_tables(page) == [[["外"]], [["内"]]]


def test_broken_markup_is_survived():
    assert read_html_tables("<td>x</td></table><br>") == []
    assert read_html_tables("<table><td colspan=0 rowspan=x>x<th>y") == [[["x", "y"]]]
    assert read_html_tables("") == []
    assert read_html_tables("<table></table>") == []


def test_sections_that_office_writes_around_conditions_are_skipped():
    page = "<table><tr><td><![if !supportEmptyParas]>甲<![endif]><![strange]>乙</td></tr><![cut"
    assert read_html_tables(page)[0][0][0].startswith("甲乙")


def test_spans_that_would_fill_a_huge_table_are_refused(monkeypatch):
    monkeypatch.setattr("data.sources.markup.MOST_CELLS", 50)
    with pytest.raises(FileProblem) as caught:
        read_html_tables("<table>" + "<tr><td colspan=20>x</tr>" * 3, "a.xls")
    assert caught.value.code == "file_too_large"
