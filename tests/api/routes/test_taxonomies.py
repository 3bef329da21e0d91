"""Codes over HTTP."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from data.permissions import Scope
from data.reference import occupations
from data.reference.tables import TAXONOMY_VERSION
from data.store.keys import create_key

KINDS = ["occupations", "industries", "majors", "skills", "places"]


@pytest.fixture(scope="module")
def reader(bare_service):
    with TestClient(create_app(bare_service.settings, service=bare_service)) as made:
        made.headers["X-API-Key"] = bare_service.settings.bootstrap_key.get_secret_value()
        yield made


def codes(client, path, **params):
    answer = client.get(f"/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return [term["code"] for term in answer.json()["terms"]]


def test_what_is_typed_finds_codes_the_closest_first_and_says_why(reader):
    body = reader.get("/v1/occupations", params={"q": "电焊", "limit": 2}).json()
    assert (body["taxonomy_version"], body["total"], body["cursor"]) == (TAXONOMY_VERSION, 2, None)
    assert body["terms"][0] == {
        "code": "6-18-02-04",
        "name": "焊工",
        "level": "细类",
        "path": [
            {"code": "6", "name": "生产制造及有关人员"},
            {"code": "6-18", "name": "机械制造基础加工人员"},
            {"code": "6-18-02", "name": "机械热加工人员"},
        ],
        "match": {"closeness": "exact", "matched": "alias", "text": "电焊"},
    }


@pytest.mark.parametrize(
    ("path", "q", "code"),
    [
        ("occupations", "61802", "6-18-02"),
        ("industries", "镁冶炼", "3217"),
        ("majors", "AI", "080717"),
        ("skills", "fcc", "S0002"),
        ("places", "鲅鱼圈", "210804"),
    ],
)
def test_every_classification_is_searched(reader, path, q, code):
    assert codes(reader, path, q=q)[0] == code


@pytest.mark.parametrize("path", KINDS)
def test_without_a_text_the_pages_hold_every_code_once_in_order(reader, path):
    seen, cursor = [], None
    for _ in range(100):
        body = reader.get(f"/v1/{path}", params={"limit": 200} | ({"cursor": cursor} if cursor else {}))
        body = body.json()
        seen += [term["code"] for term in body["terms"]]
        assert all(term["match"] is None for term in body["terms"])
        cursor = body["cursor"]
        if cursor is None:
            break
    assert len(seen) == body["total"] > 1000
    assert seen == sorted(set(seen))


def test_pages_of_a_search_go_on_where_they_ended_and_for_that_search_only(reader):
    whole = codes(reader, "occupations", q="工程技术人员", limit=20)
    first = reader.get("/v1/occupations", params={"q": "工程技术人员", "limit": 8}).json()
    rest = codes(reader, "occupations", q="工程技术人员", limit=12, cursor=first["cursor"])
    assert [term["code"] for term in first["terms"]] + rest == whole
    other = reader.get("/v1/occupations", params={"q": "工程", "cursor": first["cursor"]})
    assert (other.status_code, other.json()["code"]) == (400, "cursor_invalid")
    other = reader.get("/v1/skills", params={"q": "工程技术人员", "cursor": first["cursor"]})
    assert other.status_code == 400


def test_a_level_narrows_and_an_unknown_one_is_refused_with_those_there_are(reader):
    body = reader.get("/v1/occupations", params={"level": "大类"}).json()
    assert body["total"] == 8
    assert {term["level"] for term in body["terms"]} == {"大类"}
    assert codes(reader, "industries", q="制造", level="门类") == ["C"]
    answer = reader.get("/v1/places", params={"level": "乡级"})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error == {"field": "query.level", "message": "没有“乡级”；可用：省级、县级、地级"}


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 201}, {"q": "工" * 61}, {"query": "焊工"}])
def test_a_parameter_that_is_not_described_is_refused(reader, params):
    assert reader.get("/v1/occupations", params=params).status_code == 422


def test_nothing_found_is_an_empty_list(reader):
    assert codes(reader, "skills", q="查无此能力") == []


def test_an_occupation_comes_with_what_belongs_to_it(reader):
    body = reader.get("/v1/occupations/6-18-02-04").json()
    assert (body["name"], body["level"], body["children"]) == ("焊工", "细类", [])
    assert {"电焊工", "氩弧焊工"} <= set(body["aliases"])
    assert {"code": "460107", "name": "材料成型及控制技术"} in body["majors"]
    assert (body["digital"], body["green"]) == (False, False)

    group = reader.get("/v1/occupations/6-18-02").json()
    assert {"code": "6-18-02-04", "name": "焊工"} in group["children"]
    assert reader.get("/v1/occupations/6").json()["path"] == []
    assert reader.get("/v1/occupations/焊工").json()["code"] == "6-18-02-04"


def test_digital_and_green_occupations_say_so(reader):
    table = occupations()
    for name in ("digital", "green"):
        code = table.loc[table[name] == "1", "code"].iloc[0]
        assert reader.get(f"/v1/occupations/{code}").json()[name] is True


@pytest.mark.parametrize(("code", "near"), [("6-18-02-99", "6-18-02-0"), ("焊工机器人", "焊工")])
def test_an_unknown_code_is_not_found_and_the_nearest_are_named(reader, code, near):
    answer = reader.get(f"/v1/occupations/{code}")
    assert (answer.status_code, answer.json()["code"]) == (404, "code_unknown")
    assert near in answer.json()["hint"]


@pytest.mark.parametrize("path", ["skills?q=镁", "occupations/6-18-02-04"])
def test_what_a_caller_has_already_is_not_sent_again(reader, path):
    first = reader.get(f"/v1/{path}")
    again = reader.get(f"/v1/{path}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_codes_need_their_own_scope(own_service):
    key = create_key(own_service.store, "无权程序", scopes=frozenset(Scope) - {Scope.TAXONOMY_READ})
    with TestClient(create_app(own_service.settings, service=own_service)) as client:
        client.headers["X-API-Key"] = key
        for path in [*KINDS, "occupations/6"]:
            answer = client.get(f"/v1/{path}")
            assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
