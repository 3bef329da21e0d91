"""``yingcai catalogue simulate`` and ``what-if``."""

from __future__ import annotations

import pytest

from api.commands import simulate as commands
from data.catalogue.simulation import simulate


@pytest.fixture
def small(monkeypatch):
    """A study of forty occupations, so that the command answers at once."""
    monkeypatch.setattr(commands, "simulate", lambda **given: simulate(occupations=40, **given))


def test_the_study_is_shown_in_words_and_as_json(run, small):
    done = run("catalogue", "simulate", "--draws", "1", "--seed", "3")
    assert done.code == 0
    assert "本方法" in done.out
    assert "德国型" in done.out
    assert "不是营口的证据" in done.out
    study = run("catalogue", "simulate", "--draws", "1", "--seed", "3", "--json").json
    assert (study["draws"], study["seed"], len(study["methods"])) == (1, 3, 6)


@pytest.fixture
def cell(run, filled):
    entries = run("catalogue", "show", "shortage", "--json").json["entries"]
    rated = [entry for entry in entries if entry["S"] is not None and not entry["members"]]
    return max(rated, key=lambda entry: entry["S"])


def what_if(run, cell, *more):
    industry = ("--industry", cell["key_industry"]) if cell["key_industry"] else ()
    nature = ("--synthetic",) if cell["synthetic"] else ()
    return run("catalogue", "what-if", "--occupation", cell["occ_code"], *industry, *nature, *more)


def test_more_seekers_ease_a_cell(run, cell):
    done = what_if(run, cell, "--supply", "+200", "--json")
    assert done.code == 0
    assert done.json["after"]["S"] < done.json["before"]["S"]
    shown = what_if(run, cell, "--supply", "+200")
    assert "设想" in shown.out
    assert "增加合格人才" in shown.out


def test_better_pay_is_answered_with_a_range(run, cell):
    done = what_if(run, cell, "--pay", "+10%")
    assert done.code == 0
    assert "计入作用大小的不确定性" in done.out


def test_an_occupation_that_is_not_there_is_named(run, cell):
    done = run("catalogue", "what-if", "--occupation", "9-99-99-99", "--supply", "5")
    assert done.code != 0
    assert "9-99-99-99" in done.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "须且只须给出一种设想"),
        (("--supply", "5", "--pay", "5%"), "须且只须给出一种设想"),
        (("--supply", "多"), "不是数字"),
    ],
)
def test_what_is_asked_must_be_one_thing(run, filled, options, said):
    done = run("catalogue", "what-if", "--occupation", "6-15-05-01", *options)
    assert done.code != 0
    assert said in done.err
