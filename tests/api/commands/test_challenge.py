from __future__ import annotations

from pathlib import Path

import pytest

import data.synthetic
from data.store.profiles import read_profiles
from data.store.store import Store

EXAMPLE = Path(data.synthetic.__file__).parent / "examples/challenge.yaml"
pytestmark = pytest.mark.usefixtures("filled")


@pytest.fixture
def flexible(filled):
    """Return two people of the city who work in a flexible form."""
    store = Store.from_url(f"sqlite:///{filled / 'yingcai.db'}")
    people = read_profiles(store)
    store.engine.dispose()
    some = people[people["engagement"].map(lambda forms: "全职" not in forms)]
    return some["profile_id"].tolist()[:2]


@pytest.fixture
def easy(tmp_path):
    """Write a challenge that takes what many people of the city have."""
    path = tmp_path / "易.yaml"
    text = EXAMPLE.read_text(encoding="utf-8").replace("level: 明示", "level: 相近")
    path.write_text(text, encoding="utf-8")
    return path


def test_teams_are_found_and_labelled(run, easy):
    found = run("challenge", "match", easy, "--json", "-k", 2).json
    assert found["synthetic"]
    assert 0 < found["allowed"] < found["pool"]
    for team in found["teams"]:
        assert team["members"]
        assert all(rule["verdict"] != "fail" for member in team["members"] for rule in member["must_have"])
    shown = run("challenge", "match", easy).out
    assert "【合成数据，仅供演示】TZ-2026-示例01" in shown
    assert "被排除：" in shown
    assert "方案 1" in shown or "没有能组成的团队" in shown


def test_a_team_that_applies_is_judged_by_its_ids(run, flexible):
    given = [part for each in flexible for part in ("--team", each)]
    outcome = run("challenge", "match", EXAMPLE, *given, "--json").json
    team = outcome["team"]
    judged = {each["profile_id"] for each in (*team["members"], *team["excluded"])}
    assert judged == set(flexible)
    shown = run("challenge", "match", EXAMPLE, *given).out
    assert "申报团队" in shown
    assert all(each in shown for each in flexible)


def test_a_challenge_that_nobody_can_take_says_so(run, tmp_path):
    path = tmp_path / "难.yaml"
    text = EXAMPLE.read_text(encoding="utf-8").split("skills:")[0]
    path.write_text(text + "skills: [{name: 引力波探测}]\n", encoding="utf-8")
    shown = run("challenge", "match", path).out
    assert "没有人具备的能力：引力波探测" in shown
    assert "没有能组成的团队" in shown


def test_faults_end_in_one_line(run, tmp_path):
    path = tmp_path / "坏.yaml"
    path.write_text("title: 1", encoding="utf-8")
    outcome = run("challenge", "match", path)
    assert outcome.code == 1
    assert "challenge_invalid" in outcome.line
    assert "profile_unknown" in run("challenge", "match", EXAMPLE, "--team", "没有").line
