from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from data.errors import InputError, UnknownName
from matching.teams import find_teams, judge_team, people_rows

AS_OF = dt.date(2026, 10, 31)


@pytest.fixture
def people(make_person):
    return [
        make_person("P1", "电熔镁砂", "浮选", summary="电熔镁砂结晶控制，提高一级品率。"),
        make_person("P2", "电熔镁砂", "PLC"),
        make_person("P3", "PLC"),
        make_person("P4", "PLC", "浮选", engagement=("全职",)),
        make_person("P5", "PLC", "浮选", "电熔镁砂", available_on=dt.date(2027, 3, 1)),
        make_person("P6", "记账", synthetic=False),
        make_person("P7", "机器视觉", engagement=("项目合作",), available_on=None),
    ]


def ids(team):
    return {member.profile_id for member in team.members}


def test_the_smallest_team_that_fits_best_comes_first(people, make_challenge, hashing_model):
    found = find_teams(make_challenge("电熔镁砂", "浮选", "PLC"), people, hashing_model, as_of=AS_OF)
    assert [ids(team) for team in found.teams] in ([{"P1", "P2"}, {"P1", "P3"}], [{"P1", "P3"}, {"P1", "P2"}])
    assert found.teams[0].fit >= found.teams[1].fit
    assert (found.pool, found.allowed, found.nobody) == (7, 5, ())
    assert found.excluded == {"engagement": 1, "start": 1}
    assert found.synthetic


def test_each_member_has_a_role_with_evidence(people, make_challenge, hashing_model):
    challenge = make_challenge("电熔镁砂", "浮选", "PLC")
    (team, _) = find_teams(challenge, people, hashing_model, as_of=AS_OF, k=2).teams
    roles = {member.profile_id: {each.skill for each in member.brings} for member in team.members}
    assert roles["P1"] == {"电熔镁砂", "浮选"}
    assert {skill for skills in roles.values() for skill in skills} == {"电熔镁砂", "浮选", "PLC"}
    first = next(member for member in team.members if member.profile_id == "P1")
    assert "浮选" in first.alone
    assert first.brings[0].evidence.text == "电熔镁砂"
    assert all(rule.verdict != "fail" for rule in first.must_have)
    assert team.eligible
    assert "3 项能力中的 3 项" in team.sentence


def test_nobody_whom_a_rule_excludes_is_in_a_team(people, make_challenge, hashing_model):
    """P4 takes full-time work only and P5 comes after the deadline, though both would be better."""
    found = find_teams(make_challenge("PLC", "浮选"), people, hashing_model, as_of=AS_OF, k=9)
    assert found.teams
    assert not any(ids(team) & {"P4", "P5"} for team in found.teams)


def test_a_skill_that_nobody_has_is_said_and_the_rest_is_covered(people, make_challenge, hashing_model):
    found = find_teams(make_challenge("浮选", "核磁共振"), people, hashing_model, as_of=AS_OF, k=1)
    (team,) = found.teams
    assert found.nobody == ("核磁共振",)
    assert ids(team) == {"P1"}
    (lacking,) = team.uncovered
    assert (lacking.skill, lacking.found, lacking.anywhere) == ("核磁共振", 0, 0)
    assert "没有人具备" in lacking.sentence


def test_a_skill_that_too_few_have_says_how_many_there_are(people, make_challenge, hashing_model):
    asked = make_challenge({"name": "浮选", "people": 3})
    (team,) = find_teams(asked, people, hashing_model, as_of=AS_OF, k=1).teams
    (lacking,) = team.uncovered
    assert (lacking.needed, lacking.found, lacking.anywhere) == (3, 1, 1)
    assert "需 3 人具备，队中 1 人" in lacking.sentence


def test_without_anybody_there_is_no_team(make_challenge, hashing_model):
    found = find_teams(make_challenge("浮选"), [], hashing_model, as_of=AS_OF)
    assert (found.teams, found.nobody, found.pool, found.synthetic) == ((), ("浮选",), 0, False)


def test_an_unknown_availability_is_shown_and_excludes_nobody(people, make_challenge, hashing_model):
    (team,) = find_teams(make_challenge("机器视觉"), people, hashing_model, as_of=AS_OF).teams
    (member,) = team.members
    assert [rule.name for rule in member.must_have if rule.verdict == "unknown"][-1] == "start"


def test_a_team_that_applies_together_is_judged_as_a_whole(people, make_challenge, hashing_model):
    challenge = make_challenge("电熔镁砂", "浮选", "PLC", "机器视觉")
    team = judge_team(challenge, ["P1", "P4", "P6", "P1"], people, hashing_model, as_of=AS_OF)
    assert ids(team) == {"P1", "P6"}
    assert [(each.profile_id, [rule.name for rule in each.failed]) for each in team.excluded] == [
        ("P4", ["engagement"])
    ]
    assert [(each.skill, each.found, each.anywhere) for each in team.uncovered] == [
        ("PLC", 0, 2),
        ("机器视觉", 0, 1),
    ]
    assert not team.eligible
    assert "未计入：P4" in team.sentence
    assert "队中 0 人，符合硬性条件的人中共 2 人" in team.uncovered[0].sentence


def test_a_team_of_excluded_people_has_no_members(people, make_challenge, hashing_model):
    team = judge_team(make_challenge("PLC"), ["P4"], people, hashing_model, as_of=AS_OF)
    assert (team.members, team.fit, team.eligible, team.synthetic) == ((), 0.0, False, False)


def test_faults_are_told(people, make_challenge, hashing_model):
    with pytest.raises(UnknownName, match="P99"):
        judge_team(make_challenge("PLC"), ["P99"], people, hashing_model, as_of=AS_OF)
    with pytest.raises(InputError, match="最多 1 人"):
        judge_team(make_challenge("PLC", max_members=1), ["P1", "P2"], people, hashing_model, as_of=AS_OF)
    with pytest.raises(InputError) as caught:
        find_teams(make_challenge("PLC"), people, hashing_model, as_of=dt.date(2027, 1, 1))
    assert caught.value.code == "challenge_over"


def test_rows_of_a_frame_have_none_where_nothing_is_stated(make_person):
    frame = pd.DataFrame([make_person("P1", "PLC"), make_person("P2", experience_years=None)])
    rows = people_rows(frame)
    assert (rows[1]["experience_years"], rows[0]["skills"], rows[1]["skill_level"]) == (None, ("PLC",), None)
