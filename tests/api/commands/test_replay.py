"""``yingcai match … --record`` and ``yingcai replay``."""

from __future__ import annotations

import getpass
import re

import pytest


@pytest.fixture
def recorded(run, filled, service):
    """Record a list of three people for a vacancy; return its id and the list as shown."""
    vacancy = service.matcher.vacancies.rows[0]["id"]
    done = run("match", "vacancy", vacancy, "-k", "3", "--record", "--json")
    assert done.code == 0
    return re.search(r"名单 (L\w+)", done.err)[1], done.json


def test_a_recorded_list_is_listed_and_comes_out_the_same(run, recorded):
    list_id, body = recorded
    listed = run("replay", "list", "--json").json
    assert [each["list_id"] for each in listed] == [list_id]
    assert listed[0]["actor"] == f"cli:{getpass.getuser()}"
    assert "profile_id" not in listed[0]
    assert list_id in run("replay", "list").out
    done = run("replay", "run", list_id, "--json")
    assert done.code == 0
    assert done.json["identical"] is True
    assert done.json["largest_change"] == 0.0
    assert [item["item_id"] for item in done.json["items"]] == [each["id"] for each in body["results"]]
    told = run("replay", "run", list_id).out
    assert "与当时一致" in told
    assert "［合成数据］" in told


def test_a_list_for_a_person_with_weights_comes_out_the_same(run, filled, service):
    person = service.matcher.profiles.rows[0]["id"]
    done = run("match", "person", person, "--record", "--weight", "skills=2", "--rank-by", "mutual", "--json")
    list_id = re.search(r"名单 (L\w+)", done.err)[1]
    assert run("replay", "run", list_id, "--json").json["identical"] is True


def test_without_record_nothing_is_kept(run, filled, service):
    run("match", "person", service.matcher.profiles.rows[0]["id"])
    assert "还没有留存的名单" in run("replay", "list").out
    assert not (filled / "snapshots" / "pools").exists()


def test_an_erased_person_is_gone_from_the_list_and_its_data(run, recorded, filled):
    list_id, body = recorded
    first = body["results"][0]["id"]
    done = run("person", "erase", first, "--reason", "本人要求", "--by", "甲", "--json")
    assert (done.json["shortlists"], done.json["frozen_pools"]) == (1, 1)
    told = run("replay", "run", list_id)
    assert told.code == 0
    assert "1 人此后已依要求删除" in told.out
    assert "已删除" in told.out
    assert first not in told.out
    assert not [path for path in filled.rglob("*") if path.is_file() and first.encode() in path.read_bytes()]


def test_a_person_reads_on_which_recorded_lists_they_stand(run, recorded, tmp_path):
    list_id, body = recorded
    out = tmp_path / "own.json"
    assert run("person", "export", body["results"][1]["id"], "--out", out).code == 0
    assert list_id in out.read_text("utf-8")
    assert '"rank": 2' in out.read_text("utf-8")


def test_a_list_that_does_not_come_out_the_same_ends_with_three(run, recorded, monkeypatch):
    from matching.ranker import AdditiveRanker

    score = AdditiveRanker.score
    monkeypatch.setattr(AdditiveRanker, "score", lambda self, *a, **o: score(self, *a, **o) / 2)
    done = run("replay", "run", recorded[0])
    assert done.code == 3
    assert "与当时不一致" in done.out
    assert "score_forward" in done.out


def test_old_lists_are_pruned_with_their_data(run, recorded, filled):
    assert run("replay", "prune", "--before", "2020-01-01", "--json").json == {"lists": 0, "pools": 0}
    assert "名单 1 份" in run("replay", "prune", "--before", "2999-01-01").out
    assert not list((filled / "snapshots" / "pools").iterdir())
    assert run("replay", "run", recorded[0]).line.startswith("失败 [shortlist_unknown]")
    assert run("replay", "prune", "--before", "昨天").line.startswith("失败 [day_unreadable]")
