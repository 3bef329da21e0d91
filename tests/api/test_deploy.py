"""The examples of operation name what the program has: commands, settings, addresses."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest
import typer
import yaml

from api.cli import app
from data.settings import Settings

FOLDER = Path(__file__).resolve().parents[2] / "api/deploy"
UNITS = sorted(FOLDER.glob("*.service"))
TIMERS = sorted(FOLDER.glob("*.timer"))
PROBES = {"/healthz", "/readyz"}
KUBERNETES = FOLDER / "container/kubernetes.yaml"


def takes(words):
    """Tell whether the command has these subcommands and every one of these options."""
    context, command = None, typer.main.get_command(app)
    while words and hasattr(command, "get_command"):
        command, words = command.get_command(context, words[0]), words[1:]
        if command is None:
            return False
    known = {option for each in command.params for option in each.opts}
    return all(word in known for word in words if word.startswith("--"))


def unknown_settings(names):
    known = {f"YINGCAI_{name.upper()}" for name in Settings.model_fields}
    return {name for name in names if name.startswith("YINGCAI_")} - known


def read_unit(path):
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(path, encoding="utf-8")
    return unit


def items():
    return yaml.safe_load(KUBERNETES.read_text(encoding="utf-8"))["items"]


def containers(value):
    """Return every container anywhere in a description."""
    if isinstance(value, list):
        return [found for each in value for found in containers(each)]
    if not isinstance(value, dict):
        return []
    inner = [found for each in value.values() for found in containers(each)]
    return [*value.get("containers", []), *inner] if "containers" in value else inner


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_runs_a_command_that_there_is_as_nobody_important(path):
    service = read_unit(path)["Service"]
    program, *words = service["ExecStart"].split()
    assert program.endswith("/yingcai")
    assert takes(words)
    assert service["User"] == "yingcai"
    assert service["NoNewPrivileges"] == "true"
    assert service["ProtectSystem"] == "strict"


@pytest.mark.parametrize("path", TIMERS, ids=lambda path: path.stem)
def test_a_timer_has_its_unit_and_catches_up(path):
    assert path.with_suffix(".service") in UNITS
    assert read_unit(path)["Timer"]["Persistent"] == "true"


def test_every_setting_of_the_environment_is_one():
    text = (FOLDER / "environment.example").read_text(encoding="utf-8")
    names = re.findall(r"^([A-Z_]+)=", text, re.MULTILINE)
    assert "YINGCAI_VAR_DIR" in names
    assert unknown_settings(names) == set()


def test_the_cluster_runs_commands_and_asks_addresses_that_there_are():
    found = items()
    assert {"Deployment", "Service", "CronJob"} <= {each["kind"] for each in found}
    (settings,) = (each["data"] for each in found if each["kind"] == "ConfigMap")
    assert unknown_settings(settings) == set()
    assert all(isinstance(value, str) for value in settings.values())
    for each in containers(found):
        assert each["args"][0] == "yingcai"
        assert takes(each["args"][1:]), each["args"]
        probes = [probe["httpGet"]["path"] for name, probe in each.items() if name.endswith("Probe")]
        assert set(probes) <= PROBES
        assert each["securityContext"]["allowPrivilegeEscalation"] is False


def test_the_image_copies_what_there_is_and_starts_a_command_that_there_is():
    text = (FOLDER / "container/Containerfile").read_text(encoding="utf-8")
    copied = [name for line in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE) for name in line.split()]
    assert {"data", "matching", "training", "api"} <= set(copied)
    assert all((FOLDER.parents[1] / name).exists() for name in copied)
    assert unknown_settings(re.findall(r"YINGCAI_[A-Z_]+", text)) == set()
    (start,) = re.findall(r"^CMD (.+)$", text, re.MULTILINE)
    program, *words = yaml.safe_load(start)
    assert program == "yingcai"
    assert takes(words)


@pytest.mark.parametrize("name", ["container/Containerfile", "container/kubernetes.yaml"])
def test_what_was_not_run_here_says_so_first(name):
    assert (FOLDER / name).read_text(encoding="utf-8").startswith("# 未在此运行")
