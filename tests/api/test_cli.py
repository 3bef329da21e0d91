"""The command as a whole: help, failures, exit codes."""

from __future__ import annotations

import re

import pytest

import api.cli
from api.cli import main
from data.settings import current_settings

COMMANDS = [
    ("model",), ("model", "build"), ("model", "show"), ("ingest",), ("catalogue",), ("catalogue", "build"),
    ("catalogue", "show"), ("catalogue", "export"), ("match",), ("match", "person"), ("match", "vacancy"),
    ("forecast",), ("forecast", "run"), ("forecast", "series"), ("forecast", "backtest"),
    ("forecast", "shortage"),
    ("forecast", "scenario"), ("forecast", "targets"), ("forecast", "supply"), ("forecast", "report"),
    ("forecast", "flows"), ("forecast", "figures"), ("forecast", "employers"), ("agency",), ("agency", "add"),
    ("user",), ("user", "add"), ("worker",), ("rank",), ("bulletin",), ("bulletin", "build"),
    ("searches",), ("searches", "run"),
    ("key",), ("key", "create"), ("key", "list"), ("key", "revoke"), ("serve",),
    ("demo",),
]  # fmt: skip


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("YINGCAI_VAR_DIR", str(tmp_path))

    def runs(*arguments, **environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        current_settings.cache_clear()
        monkeypatch.setattr("sys.argv", ["yingcai", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        current_settings.cache_clear()
        return stop.value.code or 0, *capsys.readouterr()

    return runs


def test_the_help_lists_every_command(run):
    code, out, _ = run("--help")
    assert code == 0
    for command in {command[0] for command in COMMANDS}:
        assert re.search(rf"^  {command} ", out, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_and_its_options_in_chinese(run, command):
    code, out, _ = run(*command, "--help")
    assert code == 0
    text = re.sub(r"\s+", " ", out)
    assert len(re.findall("[一-龥]", text.split("Options")[0])) >= 4
    options = re.findall(r"^  (-[^\n]*(?:\n {4,}[^\n]*)*)", out, re.MULTILINE)
    assert all(re.search("[一-龥]", option) for option in options if "--help" not in option), out


def fails_with(error):
    def fails():
        raise error

    return fails


def test_an_unexpected_error_is_one_line_without_its_later_lines(run, monkeypatch):
    monkeypatch.setattr(api.cli, "app", fails_with(RuntimeError("first line\nSELECT name, phone")))
    code, out, err = run("forecast", "run")
    assert (code, out) == (1, "")
    (line,) = err.splitlines()
    assert line.startswith("失败 [internal_error] RuntimeError: first line")
    assert "SELECT" not in line
    assert "YINGCAI_DEBUG=1" in line


def test_an_unexpected_error_is_raised_when_debugging(monkeypatch):
    monkeypatch.setenv("YINGCAI_DEBUG", "1")
    monkeypatch.setattr(api.cli, "app", fails_with(RuntimeError("boom")))
    current_settings.cache_clear()
    with pytest.raises(RuntimeError, match="boom"):
        main()
    current_settings.cache_clear()


def test_a_file_that_may_not_be_written_is_named_in_one_line(run, monkeypatch):
    monkeypatch.setattr(api.cli, "app", fails_with(PermissionError(13, "Permission denied", "run.tsv")))
    code, _, err = run("rank")
    assert code == 1
    (line,) = err.splitlines()
    assert line.startswith("失败 [file_inaccessible]")
    assert "run.tsv" in line


def test_an_interruption_says_that_nothing_is_lost(run, monkeypatch):
    monkeypatch.setattr(
        "api.commands.forecast.make_forecast", lambda *_, **__: fails_with(KeyboardInterrupt())()
    )
    code, _, err = run("forecast", "run")
    assert code == 130
    assert err.splitlines()[-1] == "已中断；已写入的内容保留，重新运行即可继续"


def test_a_setting_that_cannot_be_read_is_named_in_one_line(run):
    code, _, err = run("key", "list", YINGCAI_MAX_UPLOAD_MB="许多")
    assert code == 1
    (line,) = err.splitlines()
    assert line.startswith("失败 [settings_invalid]")
    assert "YINGCAI_MAX_UPLOAD_MB" in line
    assert "许多" in line


@pytest.mark.parametrize(
    "arguments", [("forecast", "run", "--horizon", "0"), ("match", "person"), ("nothing",)]
)
def test_wrong_usage_is_exit_2(run, arguments):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err
