"""``yingcai match``."""

from __future__ import annotations

import pytest


@pytest.fixture
def ids(service):
    return {
        "person": service.matcher.profiles.rows[0]["id"],
        "vacancy": service.matcher.vacancies.rows[0]["id"],
    }


@pytest.mark.parametrize(("command", "direction"), [("person", "vacancies"), ("vacancy", "profiles")])
def test_a_match_as_json_is_what_the_service_answers(run, filled, ids, service, command, direction):
    done = run("match", command, ids[command], "-k", "3", "--json")
    assert done.code == 0
    assert done.json["direction"] == direction
    match = service.matcher.match_profile if command == "person" else service.matcher.match_vacancy
    assert done.json == match(ids[command], k=3).model_dump(mode="json")


@pytest.mark.parametrize("command", ["person", "vacancy"])
def test_a_match_is_explained_in_words(run, filled, ids, command):
    body = run("match", command, ids[command], "--json").json
    done = run("match", command, ids[command])
    assert f"硬性条件允许 {body['allowed']}" in done.out
    for result in body["results"]:
        assert result["id"] in done.out
    best = max(body["results"][0]["categories"], key=lambda part: part["contribution"])
    assert best["sentence"] in done.out
    assert "［合成数据］" in done.out


def test_nobody_left_is_said(run, filled, ids, monkeypatch):
    from matching.matcher import Matcher

    match = Matcher.match_profile
    monkeypatch.setattr(
        Matcher,
        "match_profile",
        lambda self, *a, **o: match(self, *a, **o).model_copy(update={"results": ()}),
    )
    assert "没有符合硬性条件者" in run("match", "person", ids["person"]).out


@pytest.mark.parametrize(("command", "code"), [("person", "profile_unknown"), ("vacancy", "vacancy_unknown")])
def test_an_unknown_id_is_one_line(run, filled, command, code):
    done = run("match", command, "nobody", "--json")
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1].startswith(f"失败 [{code}] 没有编号为 nobody 的")


@pytest.mark.parametrize("k", ["0", "201", "x"])
def test_k_outside_its_bounds_is_wrong_usage(run, filled, ids, k):
    assert run("match", "person", ids["person"], "-k", k).code == 2
