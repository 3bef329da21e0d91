"""``yingcai bulletin``."""

from __future__ import annotations

import datetime as dt

import pytest

import api.cli
from api.commands import bulletin
from data.settings import Settings
from data.store.bulletins import write_bulletin
from data.store.store import Store


@pytest.fixture
def kept(var):
    """Keep one bulletin."""
    if all(each.name != "bulletin" for each in api.cli.app.registered_groups):
        api.cli.app.add_typer(bulletin.app, name="bulletin")
    store = Store.from_url(Settings(var_dir=var).store_url)
    table = {"name": "本季概况", "columns": ["指标", "本季"], "rows": [["新增岗位（条）", 6]]}
    document = {"title": "通报", "as_of": "2026-09-30", "synthetic": False, "tables": [table]}
    content = {
        "region": "yingkou", "quarter": "2026Q3", "industry": None, "as_of": "2026-09-30",
        "method": "bulletin/1", "snapshot": "2026-09-30#sha256:0", "synthetic": False, "document": document,
    }  # fmt: skip
    made = write_bulletin(store, content, now=dt.datetime(2026, 10, 9, tzinfo=dt.UTC))
    store.engine.dispose()
    return made.bulletin_id


def test_bulletins_are_listed_and_written_to_files(run, kept, tmp_path):
    (listed,) = run("bulletin", "list", "--json").json
    assert (listed["bulletin_id"], listed["quarter"]) == (kept, "2026Q3")
    assert "全市" in run("bulletin", "list").out
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    for path in (first, second):
        assert run("bulletin", "export", kept, path).code == 0
    assert first.read_bytes() == second.read_bytes()
    assert "新增岗位（条）,6" in first.read_text(encoding="utf-8-sig")


def test_a_store_without_vacancies_has_no_bulletin_and_says_why(run, kept):
    failed = run("bulletin", "build", "--quarter", "2026年第三季度")
    assert failed.code == 1
    assert "no_dated_vacancies" in failed.line
