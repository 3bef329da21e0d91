from collections import Counter
from pathlib import Path

from data.normalise.parsers_page import parsers_page, write_parsers_page
from data.normalise.readings import ParserName

PAGE = Path(__file__).resolve().parents[3] / "data/normalise/PARSERS.md"


def test_the_committed_page_is_up_to_date():
    how = 'python -c "from data.normalise.parsers_page import write_parsers_page as write; write()"'
    assert PAGE.read_text(encoding="utf-8") == parsers_page(), f"重新生成：{how}"


def test_every_parser_has_at_least_fifteen_rows():
    counts = Counter()
    name = None
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            name = line.rsplit("`", 2)[1]
        elif name and line.startswith("| ") and not line.startswith("| 输入"):
            counts[name] += 1
    assert set(counts) == {each.value for each in ParserName}
    assert min(counts.values()) >= 15


def test_the_page_is_written_beside_the_module(monkeypatch, tmp_path):
    monkeypatch.setattr("data.normalise.parsers_page.__file__", str(tmp_path / "parsers_page.py"))
    assert write_parsers_page() == tmp_path / "PARSERS.md"
    assert (tmp_path / "PARSERS.md").read_text(encoding="utf-8") == parsers_page()
