"""Every error is a problem document in Chinese."""

from __future__ import annotations

import re

import pytest
import structlog
from fastapi.testclient import TestClient

from api.app import create_app
from api.english import FIELD_MESSAGES, MESSAGES, TITLES
from api.problems import Problem
from data.errors import FileProblem, ModelError, RefusedError, StoreError, UnknownName, YingcaiError

CHINESE = re.compile("[一-龥]")
PERSON = {"title": "焊工"}


def assert_problem(answer, status, code):
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = Problem.model_validate_json(answer.text)
    assert (problem.status, problem.code) == (status, code)
    assert CHINESE.search(problem.title)
    assert CHINESE.search(problem.detail)
    assert CHINESE.search(problem.hint)
    assert all(CHINESE.search(error.message) for error in problem.errors)
    return problem


@pytest.mark.parametrize("path", ["/nowhere", "/v1/nowhere", "/static/nowhere.css", "/v1/catalogues"])
def test_an_unknown_path(client, path):
    assert assert_problem(client.get(path), 404, "not_found").instance == path


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/matches/profiles"), ("DELETE", "/v1/forecasts"), ("POST", "/")]
)
def test_a_wrong_method_names_the_right_one(client, method, path):
    answer = client.request(method, path)
    assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"]


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b"null", b"\xff\xfe", b'{"k": 1,}'])
def test_malformed_json(client, body):
    answer = client.post("/v1/matches/profiles", content=body, headers={"content-type": "application/json"})
    problem = assert_problem(answer, 422, "request_malformed")
    assert problem.errors


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"title": ""}, "body.profile.title", "不能为空"),
        ({"title": "长" * 121}, "body.profile.title", "过长，至多 120 个字符"),
        ({"title": 5}, "body.profile.title", "应为字符串"),
        ({"title": None}, "body.profile.title", "应为字符串"),
        ({"education": "大学"}, "body.profile.education", "不在可选值之内：'不限'"),
        ({"experience_years": "许多"}, "body.profile.experience_years", "应为数值"),
        ({"experience_years": -1}, "body.profile.experience_years", "应不小于 0"),
        ({"experience_years": 61}, "body.profile.experience_years", "应不大于 60"),
        ({"place_code": "营口"}, "body.profile.place_code", "格式不符"),
        ({"available_on": "明天"}, "body.profile.available_on", "应为 YYYY-MM-DD 的日期"),
        ({"available_on": "2026-02-30"}, "body.profile.available_on", "应为 YYYY-MM-DD 的日期"),
        ({"skills": "焊接"}, "body.profile.skills", "应为列表"),
        ({"skills": ["焊接"] * 61}, "body.profile.skills", "过多，至多 60 项"),
        ({"engagement": []}, "body.profile.engagement", "过少，至少 1 项"),
    ],
)
def test_each_wrong_field_is_named_with_what_to_write(client, change, field, message):
    answer = client.post("/v1/matches/vacancies", json={"profile": PERSON | change})
    problem = assert_problem(answer, 422, "request_malformed")
    assert problem.errors[0].field == field
    assert problem.errors[0].message.startswith(message)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"k": "许多"}, "应为整数"),
        ({"k": 1.5}, "应为整数"),
        ({"profile": "焊工"}, "应为对象"),
        ({"weights": [1]}, "应为对象"),
        ({"weights": {"title": "重"}}, "应为数值"),
    ],
)
def test_a_wrong_type_is_named_in_chinese(client, body, message):
    problem = assert_problem(
        client.post("/v1/matches/vacancies", json={"profile": PERSON} | body), 422, "request_malformed"
    )
    assert problem.errors[0].message == message


def test_a_missing_field_is_named(client):
    answer = client.post("/v1/matches/vacancies", json={"profile": {}})
    problem = assert_problem(answer, 422, "request_malformed")
    assert [(error.field, error.message) for error in problem.errors] == [
        ("body.profile.title", "缺少必填字段")
    ]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnknownName("x_unknown", "没有这个", hint="换一个"), 404),
        (FileProblem("file_empty", "文件是空的", hint="换一个"), 400),
        (RefusedError("too_thin", "样本太少", hint="再等等"), 409),
        (StoreError("store_old", "数据库太旧", hint="先升级"), 503),
        (ModelError("model_missing", "缺少模型", hint="先构建"), 503),
        (YingcaiError("other", "别的错误", hint="联系管理员"), 500),
    ],
)
def test_the_products_own_errors_keep_their_code_and_hint(empty_service, error, status):
    app = create_app(empty_service.settings, service=empty_service)

    @app.get("/fails")
    def fails() -> None:
        raise error

    with TestClient(app, raise_server_exceptions=False) as client:
        problem = assert_problem(client.get("/fails"), status, error.code)
    assert (problem.detail, problem.hint) == (error.message, error.hint)


def test_an_unexpected_error_shows_no_trace_and_no_secret(empty_service):
    app = create_app(empty_service.settings, service=empty_service)

    @app.get("/fails")
    def fails() -> None:
        raise RuntimeError("secret of the machine")

    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/fails")
    assert_problem(answer, 500, "internal_error")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_no_personal_data_reaches_an_answer_or_the_log(empty_service):
    app = create_app(empty_service.settings, service=empty_service)

    @app.get("/fails/{kind}")
    def fails(kind: str) -> None:
        if kind == "ours":
            raise UnknownName("profile_unknown", "没有档案13800001234", hint="核对编号")
        raise RuntimeError("电话13800001234")

    with structlog.testing.capture_logs() as logs, TestClient(app, raise_server_exceptions=False) as client:
        answers = [client.get(f"/fails/{kind}") for kind in ("ours", "13800001234")]
    assert all("没有档案［已隐去］" in answer.json()["detail"] for answer in answers[:1])
    (entry,) = [entry for entry in logs if entry["event"] == "unexpected_error"]
    assert "RuntimeError" in entry["trace"]
    assert "13800001234" not in str(logs)
    assert "13800001234" not in answers[0].text


@pytest.mark.parametrize(
    ("language", "english"),
    [
        ("en", True),
        ("en-GB,en;q=0.9,zh;q=0.1", True),
        ("zh-CN,zh;q=0.9,en;q=0.8", False),
        ("en;q=0.5, zh;q=0.5", False),
        ("en;q=0", False),
        ("en;q=many", False),
        ("en;q=9", False),
        ("en;v=1", False),
        ("fr, de", False),
        ("*", False),
        ("", False),
        (", ;;=,en", True),
        ("zh," * 10_000 + "en", False),
    ],
)
def test_english_is_for_those_who_prefer_it(client, language, english):
    answer = client.get("/v1/nowhere", headers={"Accept-Language": language})
    problem = Problem.model_validate_json(answer.text)
    assert (problem.title == "Not found") is english
    assert (CHINESE.search(problem.detail) is None) is english
    assert answer.headers["content-language"] == ("en" if english else "zh-CN")
    assert answer.headers["vary"] == "Accept-Language"
    assert problem.code == "not_found"


def test_fields_are_told_in_english_too(client):
    body = {"profile": {"title": "", "experience_years": 61, "education": "大学", "more": 1}}
    answer = client.post("/v1/matches/vacancies", json=body, headers={"Accept-Language": "en"})
    messages = {error["field"].rpartition(".")[2]: error["message"] for error in answer.json()["errors"]}
    assert messages["title"] == "must not be empty"
    assert messages["experience_years"].startswith("must not be more than 60")
    assert messages["more"] == "no such field"
    assert messages["education"].startswith("must be one of")


def test_what_has_no_english_keeps_its_chinese_text_and_its_code(client, monkeypatch):
    monkeypatch.delitem(MESSAGES, "profile_unknown")
    answer = client.post(
        "/v1/matches/vacancies", json={"profile_id": "nobody"}, headers={"Accept-Language": "en"}
    )
    problem = Problem.model_validate_json(answer.text)
    assert (problem.title, problem.code) == ("Not found", "profile_unknown")
    assert CHINESE.search(problem.detail)
    assert answer.headers["content-language"] == "zh-CN"


def test_every_text_for_the_english_is_english():
    pairs = [text for pair in MESSAGES.values() for text in pair]
    texts = [*TITLES.values(), *pairs, *FIELD_MESSAGES.values()]
    # Chinese stands in it only as an example of what to write.
    assert all(re.match(r"[A-Za-z]", text) and len(re.findall(r"[A-Za-z]+", text)) >= 2 for text in texts)
