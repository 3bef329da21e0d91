"""``yingcai retention``."""

from __future__ import annotations

import datetime as dt

import pytest

import api.cli
from api.commands import retention
from data.settings import Settings
from data.store.schema import login_delay
from data.store.store import Store


@pytest.fixture
def old(var):
    """Return a store with one count of failed log-ins that is long over."""
    if all(each.name != "retention" for each in api.cli.app.registered_groups):
        api.cli.app.add_typer(retention.app, name="retention")
    store = Store.from_url(Settings(var_dir=var).store_url)
    row = {"subject_sha256": "a" * 64, "failures": 1, "failed_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}
    with store.begin() as connection:
        connection.execute(login_delay.insert(), row)
    yield store
    store.engine.dispose()


def test_what_is_due_is_shown_before_it_is_deleted_and_the_run_is_noted(run, old):
    def delays(*options):
        rows = run("retention", "run", "--json", *options).json
        return next((row["count"], row["done"]) for row in rows if row["kind"] == "login_delays")

    shown = run("retention", "run", "--dry-run").out
    assert "登录失败的计数" in shown
    assert "待征询 0" in shown
    assert delays("--dry-run") == (1, "due")
    assert delays() == (1, "deleted")
    assert delays() == (0, "deleted")
    with old.read() as connection:
        noted = connection.exec_driver_sql("SELECT results FROM access_log WHERE action = 'retention.run'")
        assert [row[0] for row in noted] == [1, 0]
