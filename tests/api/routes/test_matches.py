"""Matches over HTTP, both ways."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from data.store.schema import unmet_search
from matching.matcher import Matcher

PROFILE = {
    "title": "岸桥司机",
    "skills": ["岸桥", "集装箱"],
    "education": "本科",
    "experience_years": 6,
    "place_code": "210804",
}
VACANCY = {
    "title": "岸桥司机",
    "duties": "负责集装箱岸桥的操作。",
    "skills": ["岸桥"],
    "place_code": "210804",
}
BOTH_WAYS = pytest.mark.parametrize(
    ("path", "kind", "content"),
    [("/v1/matches/vacancies", "profile", PROFILE), ("/v1/matches/profiles", "vacancy", VACANCY)],
)


@pytest.fixture(scope="module")
def stored(service):
    return {
        "profile": service.matcher.profiles.rows[0]["id"],
        "vacancy": service.matcher.vacancies.rows[0]["id"],
    }


@BOTH_WAYS
def test_a_stored_item_is_matched_by_its_id(client, stored, path, kind, content):
    answer = client.post(path, json={f"{kind}_id": stored[kind], "k": 3})
    assert answer.status_code == 200
    body = answer.json()
    assert body["direction"] == path.rsplit("/", 1)[1]
    assert body["query"]["id"] == stored[kind]
    assert [result["rank"] for result in body["results"]] == [1, 2, 3]
    assert body["allowed"] <= body["pool"]
    assert body["synthetic"] is True
    assert all(result["synthetic"] for result in body["results"])


@BOTH_WAYS
def test_content_given_in_full_is_matched_without_being_stored(client, service, path, kind, content):
    pools = service.matcher.profiles, service.matcher.vacancies
    sizes = [len(pool) for pool in pools]
    body = client.post(path, json={kind: content}).json()
    assert "岸桥" in body["query"]["title"]
    assert "司机" in body["results"][0]["item"]["title"]
    assert len(body["results"]) == 10
    assert [len(pool) for pool in pools] == sizes


@BOTH_WAYS
def test_contributions_add_up_to_the_score_and_scores_fall(client, stored, path, kind, content):
    results = client.post(path, json={f"{kind}_id": stored[kind], "k": 20}).json()["results"]
    for result in results:
        parts = result["categories"]
        assert sum(part["contribution"] for part in parts) == pytest.approx(result["score"], abs=1e-3)
        assert sum(part["weight_applied"] for part in parts) == pytest.approx(1, abs=1e-5)
        assert all(part["sentence"] for part in parts)
        assert {rule["verdict"] for rule in result["must_have"]} <= {"pass", "unknown"}
    scores = [result["score"] for result in results]
    assert scores == sorted(scores, reverse=True)


@BOTH_WAYS
def test_weights_of_the_request_decide_the_score(client, path, kind, content):
    body = client.post(path, json={kind: content, "weights": {"title": 1}, "k": 2}).json()
    weights = {part["name"]: part["weight_applied"] for part in body["results"][0]["categories"]}
    assert weights["title"] == 1
    assert sum(weights.values()) == 1


def test_the_weight_of_credentials_stays_capped(client):
    body = client.post(
        "/v1/matches/vacancies", json={"profile": PROFILE, "weights": {"title": 1, "major": 99}}
    ).json()
    weights = {part["name"]: part["weight_applied"] for part in body["results"][0]["categories"]}
    assert weights["major"] == pytest.approx(0.10)


@pytest.mark.parametrize("weights", [{"sex": 1}, {"title": -1}, {"title": 0}])
def test_weights_that_make_no_sense_are_refused(client, weights):
    answer = client.post("/v1/matches/vacancies", json={"profile": PROFILE, "weights": weights})
    assert answer.status_code == 400
    assert answer.json()["code"].startswith("weight")


@BOTH_WAYS
@pytest.mark.parametrize(("k", "status"), [(0, 422), (1, 200), (200, 200), (201, 422), (-1, 422)])
def test_k_goes_from_1_to_200(client, path, kind, content, k, status):
    answer = client.post(path, json={kind: content, "k": k})
    assert answer.status_code == status
    if status == 200:
        assert len(answer.json()["results"]) <= k
    else:
        assert answer.json()["errors"][0]["field"] == "body.k"


@BOTH_WAYS
def test_an_unknown_id_is_not_found(client, path, kind, content):
    answer = client.post(path, json={f"{kind}_id": "nobody"})
    assert (answer.status_code, answer.json()["code"]) == (404, f"{kind}_unknown")
    assert "nobody" in answer.json()["detail"]


@BOTH_WAYS
def test_exactly_one_of_id_and_content_must_be_given(client, path, kind, content):
    for body in ({}, {f"{kind}_id": "x", kind: content}):
        answer = client.post(path, json=body)
        assert answer.status_code == 422
        assert f"{kind}_id" in answer.json()["errors"][0]["message"]


@BOTH_WAYS
@pytest.mark.parametrize("name", ["sex", "age", "name", "phone"])
def test_a_field_that_is_not_declared_is_refused(client, path, kind, content, name):
    answer = client.post(path, json={kind: content | {name: "x"}})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": f"body.{kind}.{name}", "message": "没有这个字段"}]


def test_a_profile_in_a_result_is_pseudonymous(client, stored):
    body = client.post("/v1/matches/profiles", json={"vacancy_id": stored["vacancy"], "k": 200}).json()
    assert body["results"]
    for result in body["results"]:
        assert set(result["item"]) == {
            "id", "place", "title", "skills", "majors", "education", "skill_level", "experience_years",
            "engagement", "time_share", "months", "available_on", "active_on", "occupation_code", "synthetic",
        }  # fmt: skip
        assert result["id"].startswith("P")


def test_an_excluded_clause_of_an_inline_vacancy_is_not_applied(client):
    plain = client.post("/v1/matches/profiles", json={"vacancy": VACANCY}).json()
    demanding = VACANCY | {
        "title": "岸桥司机（限男性）",
        "duties": VACANCY["duties"] + "限35岁以下男性；本地户口优先。",
        "skills": ["岸桥", "限男性"],
    }
    found = client.post("/v1/matches/profiles", json={"vacancy": demanding}).json()
    assert found["query"]["title"] == "岸桥司机"
    assert found["query"]["skills"] == ["岸桥"]
    assert [(each["field"], each["rule"]) for each in found["findings"]] == [
        ("title", "sex"),
        ("duties", "age"),
        ("duties", "sex"),
        ("duties", "residence"),
        ("skills", "sex"),
    ]
    assert all(each["law"] for each in found["findings"])
    assert plain["findings"] == []
    assert [(r["id"], r["score"]) for r in found["results"]] == [
        (r["id"], r["score"]) for r in plain["results"]
    ]


def test_an_excluded_attribute_of_an_inline_profile_is_not_used(client):
    plain = client.post("/v1/matches/vacancies", json={"profile": PROFILE | {"summary": "开过岸桥。"}}).json()
    told = PROFILE | {"summary": "开过岸桥。男，35岁；汉族，已婚。", "title": "岸桥司机（男）"}
    found = client.post("/v1/matches/vacancies", json={"profile": told}).json()
    assert [(r["id"], r["score"]) for r in found["results"]] == [
        (r["id"], r["score"]) for r in plain["results"]
    ]


def test_hard_rules_hold_over_http(client):
    body = client.post(
        "/v1/matches/profiles", json={"vacancy": VACANCY | {"education": "博士"}, "k": 200}
    ).json()
    assert body["excluded"]["education"] > 0
    assert {result["item"]["education"] for result in body["results"]} <= {"博士", None}


def test_nothing_to_match_gives_an_empty_list(empty_client):
    answer = empty_client.post("/v1/matches/profiles", json={"vacancy": VACANCY})
    assert answer.status_code == 200
    assert (answer.json()["pool"], answer.json()["results"]) == (0, [])


NOBODY = {"licences": ["航天员资格证"], "education": "博士", "languages": ["is"], "salary_high": 1}
"""Requirements that nobody meets."""
PEOPLE_WANTED = pytest.mark.parametrize("path", ["/v1/matches/profiles", "/v1/matches/relaxations"])


def counted(service):
    with service.store.read() as connection:
        rows = connection.execute(sa.select(unmet_search)).mappings().all()
    return Counter(
        {(row["occupation_code"], row["place_code"], row["synthetic"]): row["count"] for row in rows}
    )


@PEOPLE_WANTED
def test_a_vacancy_given_in_full_that_finds_nobody_is_counted_without_its_text(client, service, path):
    before = counted(service)
    client.post(path, json={"vacancy": VACANCY})
    assert counted(service) == before
    answer = client.post(path, json={"vacancy": VACANCY | NOBODY}).json()
    assert (answer["allowed"], answer["pool"] > 0) == (0, True)
    assert counted(service) - before == {(answer["query"]["occupation_code"] or "", "210804", True): 1}


@PEOPLE_WANTED
def test_a_stored_vacancy_that_finds_nobody_is_counted_by_its_occupation_and_place(
    client, service, stored, monkeypatch, path
):
    before = counted(service)
    assert client.post(path, json={"vacancy_id": stored["vacancy"]}).json()["allowed"]
    assert counted(service) == before
    pool = service.matcher.vacancies
    row = pool.rows[pool.position(stored["vacancy"])]
    for name, value in {"education": "博士", "languages": ("is",), "salary_high": 1.0}.items():
        monkeypatch.setitem(row, name, value)
    assert client.post(path, json={"vacancy_id": stored["vacancy"]}).json()["allowed"] == 0
    assert row["place_code"]
    expected = (row["occupation_code"] or "", row["place_code"], True)
    assert counted(service) - before == {expected: 1}


def test_a_person_who_finds_no_vacancy_is_no_unmet_need(client, service, stored, monkeypatch):
    before = counted(service)
    find = Matcher.match_profile

    def find_nothing(*asked, **options):
        return find(*asked, **options).model_copy(update={"allowed": 0, "results": ()})

    monkeypatch.setattr(Matcher, "match_profile", find_nothing)
    for person in ({"profile": PROFILE}, {"profile_id": stored["profile"]}):
        answer = client.post("/v1/matches/vacancies", json=person).json()
        assert (answer["allowed"], answer["pool"] > 0) == (0, True)
    assert counted(service) == before


@PEOPLE_WANTED
def test_where_there_are_no_people_at_all_no_need_is_unmet(empty_client, empty_service, path):
    assert empty_client.post(path, json={"vacancy": VACANCY | NOBODY}).json()["pool"] == 0
    assert counted(empty_service) == Counter()


def test_a_list_can_be_sorted_by_the_other_side_and_by_both(client, stored):
    for rank_by in ("forward", "reverse", "mutual"):
        body = client.post(
            "/v1/matches/profiles", json={"vacancy_id": stored["vacancy"], "rank_by": rank_by}
        ).json()
        assert body["rank_by"] == rank_by
        scores = [each[f"score_{rank_by}"] for each in body["results"]]
        assert scores == [each["score"] for each in body["results"]] == sorted(scores, reverse=True)
    answer = client.post("/v1/matches/profiles", json={"vacancy_id": stored["vacancy"], "rank_by": "luck"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body.rank_by")


def test_a_pair_takes_stored_and_given_items_in_any_mixture(client, stored):
    sides = {
        "vacancy": ({"vacancy_id": stored["vacancy"]}, {"vacancy": VACANCY}),
        "profile": ({"profile_id": stored["profile"]}, {"profile": PROFILE}),
    }
    for vacancy in sides["vacancy"]:
        for profile in sides["profile"]:
            result = client.post("/v1/matches/pairs", json=vacancy | profile).json()
            assert result["rank"] is None
            assert 0 <= result["score_mutual"] <= 100
            assert result["id"] == profile.get("profile_id", "")
    listed = client.post("/v1/matches/profiles", json={"vacancy_id": stored["vacancy"], "k": 200}).json()[
        "results"
    ]
    for each in listed[::40]:
        pair = client.post(
            "/v1/matches/pairs", json={"vacancy_id": stored["vacancy"], "profile_id": each["id"]}
        ).json()
        assert pair["score"] == pytest.approx(each["score"], abs=1e-3)


@pytest.mark.parametrize("body", [{}, {"vacancy": VACANCY}, {"profile": PROFILE}])
def test_a_pair_has_two_sides(client, body):
    answer = client.post("/v1/matches/pairs", json=body)
    assert answer.status_code == 422
    assert "须且只须给出一个" in answer.json()["errors"][0]["message"]


def test_relaxations_bring_the_people_that_they_promise(client):
    strict = VACANCY | {"education": "博士"}
    advice = client.post("/v1/matches/relaxations", json={"vacancy": strict, "limit": 3, "near": 4}).json()
    assert 1 <= len(advice["relaxations"]) <= 3
    assert len(advice["near_miss"]) <= 4
    for each in advice["relaxations"]:
        changed = strict
        for change in each["changes"]:
            changed = changed | change["values"]
        found = client.post("/v1/matches/profiles", json={"vacancy": changed, "k": 1}).json()
        assert found["allowed"] == each["allowed"] == advice["allowed"] + each["added"]
        assert each["sentence"]


@pytest.mark.parametrize(("field", "value"), [("limit", 0), ("limit", 51), ("near", -1), ("near", 51)])
def test_limits_of_advice_are_checked(client, field, value):
    answer = client.post("/v1/matches/relaxations", json={"vacancy": VACANCY, field: value})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, f"body.{field}")
