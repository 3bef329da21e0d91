import datetime as dt

import pytest
import typst
from pypdf import PdfReader

from data.catalogue.artefacts.reports import Report, Section, Sheet
from data.catalogue.artefacts.typeset import typeset_report
from data.errors import RefusedError

MARKUP = "#panic() *不是* $标记$ = 标题"


def report_of(*rows):
    sheet = Sheet("表", ("名", "数"), rows)
    return Report("甲", "", ("快照",), dt.date(2026, 1, 2), (Section("一", (MARKUP,), (sheet,)),))


def test_text_of_the_data_is_never_markup(tmp_path):
    typeset_report(report_of((MARKUP, "1")), tmp_path / "a.pdf", pictures=tmp_path)
    reader = PdfReader(tmp_path / "a.pdf")
    assert reader.pages[0].extract_text().replace(" ", "").count("#panic()*不是*$标记$") == 2
    assert str(reader.metadata.creation_date.date()) == "2026-01-02"


def test_the_head_of_a_table_stands_on_each_of_its_pages(tmp_path):
    rows = tuple((f"职业{place}", str(place)) for place in range(120))
    typeset_report(report_of(*rows), tmp_path / "a.pdf", pictures=tmp_path)
    pages = [page.extract_text() for page in PdfReader(tmp_path / "a.pdf").pages]
    assert len(pages) > 1
    assert all("名" in page and "数" in page for page in pages)
    assert "合成数据" not in "".join(pages)


def test_without_the_font_nothing_is_printed(tmp_path, monkeypatch):
    monkeypatch.setattr(typst, "Fonts", lambda **_: type("None", (), {"families": lambda _: []})())
    with pytest.raises(RefusedError, match="Noto Serif CJK SC"):
        typeset_report(report_of(), tmp_path / "a.pdf", pictures=tmp_path)
    assert not (tmp_path / "a.pdf").exists()
