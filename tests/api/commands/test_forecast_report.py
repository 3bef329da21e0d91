"""``yingcai forecast report`` as a person runs it."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import typer
from typer.testing import CliRunner

from api.commands import forecast_report
from data.errors import InputError, UnknownName
from data.settings import Settings, current_settings
from data.store.documents import write_forecast
from data.store.store import Store


@pytest.fixture
def run(var):
    app = typer.Typer()
    app.callback()(lambda: None)
    forecast_report.register(app)

    def runs(*arguments):
        current_settings.cache_clear()
        done = CliRunner().invoke(app, ["report", *map(str, arguments)])
        current_settings.cache_clear()
        return done

    return runs


@pytest.fixture
def kept(var, forecast_document):
    """Keep a run in the store of the test."""
    store = Store.from_url(Settings(var_dir=var).store_url)
    header = {"region": "yingkou", "as_of": dt.date(2026, 10, 31), "method": "m/1", "synthetic": True}
    write_forecast(store, {**header, "document": forecast_document})
    store.engine.dispose()


def test_the_newest_run_is_written_with_its_back_test(run, kept, tmp_path):
    done = run(tmp_path / "out")
    assert done.exit_code == 0
    assert {"预测报告.pdf", "预测回测报告.pdf", "预测.xlsx"} <= {
        path.name for path in (tmp_path / "out").iterdir()
    }
    assert done.stdout.splitlines()[-1].endswith("manifest.json")


def test_the_files_can_be_listed_for_programs(run, kept, tmp_path):
    done = run(tmp_path / "out", "--json")
    assert json.loads(done.stdout)[-1] == str(tmp_path / "out" / "manifest.json")


def test_a_folder_that_holds_something_is_left_alone(run, kept, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "甲.txt").write_text("甲", "utf-8")
    assert isinstance(run(tmp_path / "out").exception, InputError)


def test_without_a_run_nothing_is_written(run, var, tmp_path):
    done = run(tmp_path / "out")
    assert isinstance(done.exception, UnknownName)
    assert not (tmp_path / "out").exists()
