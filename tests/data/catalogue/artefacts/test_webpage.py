import datetime as dt
from html.parser import HTMLParser

from data.catalogue.artefacts.reports import Picture, Report, Section, Sheet
from data.catalogue.artefacts.webpage import write_page


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def tags_of(path):
    parser = Tags()
    parser.feed(path.read_text("utf-8"))
    return parser.found


REPORT = Report(
    "甲<乙", "合成数据", ("快照",), dt.date(2026, 1, 1),
    (Section("一", ("<script>x</script>",), (Sheet("表", ("名", "数"), (("焊工", "5"),)),),
             (Picture("图.svg", "图", "五个焊工。", "图.csv"),)),),
)  # fmt: skip


def test_a_page_needs_nothing_but_itself(tmp_path):
    (tmp_path / "图.svg").write_text("<svg/>", "utf-8")
    write_page(REPORT, tmp_path / "页.html", pictures=tmp_path)
    tags = tags_of(tmp_path / "页.html")
    names = [tag for tag, _ in tags]
    assert "script" not in names
    assert "link" not in names
    (image,) = [attrs for tag, attrs in tags if tag == "img"]
    assert image["src"].startswith("data:image/svg+xml;base64,")
    assert image["alt"] == "五个焊工。"


def test_tables_have_headers_for_those_who_listen(tmp_path):
    (tmp_path / "图.svg").write_text("<svg/>", "utf-8")
    write_page(REPORT, tmp_path / "页.html", pictures=tmp_path)
    scopes = [attrs.get("scope") for tag, attrs in tags_of(tmp_path / "页.html") if tag == "th"]
    assert scopes == ["col", "col", "row"]
    text = (tmp_path / "页.html").read_text("utf-8")
    assert "甲&lt;乙" in text
    assert 'lang="zh-CN"' in text
