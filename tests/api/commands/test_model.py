"""``yingcai model``."""

from __future__ import annotations

import dataclasses

import pytest


@pytest.fixture
def described(var, hashing_model, monkeypatch):
    model = dataclasses.replace(hashing_model, details={"name": "hashing/256", "dimension": 256})
    monkeypatch.setattr("api.commands.model.build_model", lambda settings, **_: model)


@pytest.mark.parametrize("command", ["build", "show"])
def test_the_model_is_described_in_lines_and_as_json(run, described, command):
    assert run("model", command).out == "name: hashing/256\ndimension: 256\n"
    assert run("model", command, "--json").json == {"name": "hashing/256", "dimension": 256}


def test_verification_checks_the_files_of_the_packaged_model(run, described, monkeypatch):
    checked = []
    monkeypatch.setattr("api.commands.model.verify_model", checked.append)
    assert run("model", "show", "--verify", "--json").json["verified"] is True
    assert len(checked) == 1


def test_a_model_named_by_the_settings_has_no_files_to_verify(run, described):
    done = run("model", "show", "--verify", "--json", YINGCAI_ENCODER="somewhere")
    assert "verified" not in done.json
