"""``yingcai searches``."""

from __future__ import annotations

import datetime as dt

import pytest

import api.cli
from api.commands import searches
from data.settings import Settings
from data.store.searches import Direction, SearchDraft, add_search
from data.store.store import Store


@pytest.fixture
def kept(var):
    """Keep two searches of an agency and one of the office."""
    if all(each.name != "searches" for each in api.cli.app.registered_groups):
        api.cli.app.add_typer(searches.app, name="searches")
    store = Store.from_url(Settings(var_dir=var).store_url)
    draft = SearchDraft("镁砂", Direction.PROFILES, {"vacancy": {"title": "热工工程师"}})
    now = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    for owner in ("ag_a", "ag_a", ""):
        add_search(store, owner, draft, actor="甲", now=now, keep=lambda _connection, _made: None)
    store.engine.dispose()


def test_a_pass_is_handed_in_once_for_each_owner_until_it_has_ended(run, kept):
    assert run("searches", "run", "--json").json == [
        {"owner": "", "searches": 1}, {"owner": "ag_a", "searches": 2},
    ]  # fmt: skip
    assert "共 0 个" in run("searches", "run").out
