"""``yingcai match``."""

from __future__ import annotations

import pytest

from matching.bundle import Opened
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import EmbeddingModel
from matching.learned import write_curves
from matching.ranker import AdditiveRanker


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


def test_weights_and_sorting_of_the_caller_are_applied(run, filled, ids):
    options = ("--weight", "skills=2", "--weight", "title=1", "--rank-by", "mutual", "--json")
    body = run("match", "vacancy", ids["vacancy"], *options).json
    assert body["rank_by"] == "mutual"
    first = body["results"][0]
    weights = {part["name"]: part["weight_applied"] for part in first["categories"]}
    assert weights["skills"] == pytest.approx(2 / 3, abs=1e-5)
    assert first["score"] == first["score_mutual"]


@pytest.mark.parametrize("weight", ["skills", "skills=much", "=1"])
def test_a_weight_that_cannot_be_read_is_one_line(run, filled, ids, weight):
    done = run("match", "person", ids["person"], "--weight", weight)
    assert done.code == 1
    assert "失败 [weight_" in done.err


def test_who_nearly_passes_is_told_apart(run, filled, service):
    found = next(
        found
        for row in service.matcher.vacancies.rows
        if (found := service.matcher.match_vacancy(row["id"], k=1, near=2)).near_miss
    )
    done = run("match", "vacancy", found.query["id"], "--near", "2")
    assert f"仅差一项 {found.near_miss[0].id}" in done.out


def test_a_pair_is_judged_by_every_rule_and_part(run, filled, ids, service):
    body = run("match", "pair", ids["vacancy"], ids["person"], "--json").json
    assert body == service.matcher.score(ids["vacancy"], ids["person"]).model_dump(mode="json")
    done = run("match", "pair", ids["vacancy"], ids["person"])
    for rule in body["must_have"]:
        assert rule["reason"] in done.out
    assert "［合成数据］" in done.out


@pytest.fixture
def promoted(run, filled, tmp_path, learned_curves):
    """Promote a learned ranker and return its version."""
    write_curves(tmp_path / "ranker.json", learned_curves)
    (tmp_path / "card.md").write_text("# 说明卡", encoding="utf-8")
    options = ("--ranker", tmp_path / "ranker.json", "--card", tmp_path / "card.md", "--json")
    bundle_id = run("bundle", "create", "behaviour", *options).json["bundle_id"]
    assert run("bundle", "promote", bundle_id, "--by", "甲", "--override", "试用").code == 0
    return f"behaviour-1@{learned_curves.digest[:8]}"


def test_matches_are_made_by_the_promoted_bundle_and_say_what_a_curve_gave(run, promoted, ids):
    body = run("match", "vacancy", ids["vacancy"], "-k", "1", "--json").json
    assert body["model_version"].endswith(promoted)
    (best,) = body["results"]
    done = run("match", "vacancy", ids["vacancy"], "-k", "1")
    assert f"按以往结果，成功的概率约 {best['probability']:.0%}" in done.out
    assert "→" in done.out.split("双向")[1]
    assert "（满分" in done.out
    assert "成功的概率" not in run("match", "person", ids["person"], "-k", "1").out


def test_titles_are_coded_by_the_encoder_that_the_bundle_brings(run, filled, ids, monkeypatch):
    other = EmbeddingModel.from_encoder(HashingEncoder(128))
    monkeypatch.setattr("api.commands.match.open_champion", lambda *_, **__: Opened(other, AdditiveRanker()))
    body = run("match", "person", ids["person"], "-k", "1", "--json").json
    assert body["model_version"] == "hashing/128+additive-2"
