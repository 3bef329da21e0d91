"""``yingcai match relax``."""

from __future__ import annotations

import datetime as dt

import pytest

from matching import advising
from matching.rules import RULES, judge_pair


def fails(vacancy, profile):
    return [rule.name for rule, judged in judge_pair(vacancy, profile) if judged.verdict.value == "fail"]


def read_back(field, value):
    """Return what JSON made a text or a list of."""
    if field == "start_by":
        return dt.date.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


@pytest.fixture
def asked(service):
    """Return a vacancy for which people fail one rule only."""
    people = service.matcher.profiles.rows
    return max(
        service.matcher.vacancies.rows,
        key=lambda row: sum(fails(row, each) == ["education"] for each in people),
    )


def test_every_number_of_the_advice_is_that_of_the_rules_applied_again(run, filled, service, asked):
    people = service.matcher.profiles.rows
    body = run("match", "relax", asked["id"], "--json").json
    assert body["pool"] == len(people)
    assert body["allowed"] == sum(not fails(asked, each) for each in people)
    assert body["relaxations"]
    for relaxation in body["relaxations"]:
        changed = dict(asked)
        for change in relaxation["changes"]:
            changed |= {field: read_back(field, value) for field, value in change["values"].items()}
        assert relaxation["allowed"] == sum(not fails(changed, each) for each in people)
        assert relaxation["added"] == relaxation["allowed"] - body["allowed"] > 0


def test_a_near_miss_fails_exactly_the_rule_it_names(run, filled, service, asked):
    people = {row["id"]: row for row in service.matcher.profiles.rows}
    body = run("match", "relax", asked["id"], "--json", "--near", "3").json
    assert len(body["near_miss"]) <= 3
    for near in body["near_miss"]:
        assert fails(asked, people[near["id"]]) == [near["rule"]]


def test_the_advice_is_told_in_words(run, filled, asked):
    body = run("match", "relax", asked["id"], "--json").json
    done = run("match", "relax", asked["id"])
    assert done.code == 0
    for relaxation in body["relaxations"]:
        assert relaxation["sentence"] in done.out
        assert relaxation["note"] in done.out
    for near in body["near_miss"]:
        assert near["id"] in done.out
    assert {rule.name: rule.label for rule in RULES}[body["binding_rule"]] in done.out
    assert "［合成数据］" in done.out


def test_no_advice_is_said(run, filled, asked, monkeypatch):
    monkeypatch.setattr(advising, "advise", lambda *_, **__: ())
    monkeypatch.setattr(advising, "near_misses", lambda *_, **__: [])
    monkeypatch.setattr(advising, "binding_rule", lambda *_, **__: None)
    done = run("match", "relax", asked["id"])
    assert "放宽用人单位的要求（一项或两项）不会增加人选" in done.out
    assert "排除人数最多" not in done.out


def test_an_unknown_id_is_one_line(run, filled):
    done = run("match", "relax", "nirgends")
    assert done.code == 1
    assert "vacancy_unknown" in done.line
