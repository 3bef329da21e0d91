"""What every operation has in common, put into the OpenAPI document once: problems, headers, links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from fastapi.routing import APIRoute

from api.edge.deprecation import EXTENSION
from api.edge.identity import HEADER
from api.edge.limits import EDGE_STATUSES
from api.edge.links import add_links
from api.problems import problem_responses, problem_schemas

__all__ = ["POLICY", "complete", "operation_id"]

POLICY: Final = """\
**版本**：地址以 `/v1` 开头的是第一版。同一版内只增不改：可能增加路由、可选参数、回答中的字段与可选值，\
调用方应忽略不认识的字段；已有的路由、字段、错误代码（`code`）含义不变。不能兼容的改动另开 `/v2`。

**停用**：要停用的路由在本说明中标为 deprecated，并自停用之日起在每个回答里带 `Deprecation`（RFC 9745）、\
`Sunset`（RFC 8594，最早的下线时间，距停用之日不少于 180 天）与 `Link`（替代的地址）。

**语言**：错误说明为中文；`Accept-Language: en` 得英文。程序应按 `code` 判断，不按文字。

**编号**：每个回答都有 `X-Request-Id`，报错时请一并提供。"""
"""What holds for all routes, for whoever reads the description."""

_HEADERS: Final[dict[str, dict[str, Any]]] = {
    "RequestId": {
        "description": "请求编号：调用方所给的（8—64 个字母、数字、. _ -），否则由服务生成",
        "required": True,
        "schema": {"type": "string"},
    },
    "ContentLanguage": {
        "description": "说明文字的语言：zh-CN 或 en",
        "required": True,
        "schema": {"type": "string", "enum": ["zh-CN", "en"]},
    },
    "RetryAfter": {
        "description": "多少秒后可以再试",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
    "Deprecation": {
        "description": "自何时起停用（RFC 9745）：@ 加 Unix 秒",
        "required": True,
        "schema": {"type": "string", "pattern": "^@[0-9]+$"},
    },
    "Sunset": {
        "description": "最早何时下线（RFC 8594）",
        "required": True,
        "schema": {"type": "string"},
    },
    "Successor": {
        "description": "替代的地址，rel=successor-version",
        "required": True,
        "schema": {"type": "string"},
    },
}
_TOO_MANY: Final = "429"


def operation_id(route: APIRoute) -> str:
    """Return what a route is called in the description, and so in generated clients: its function's name."""
    return route.name


def complete(document: dict[str, Any]) -> None:
    """Add what holds for every operation to the description that FastAPI made.

    Parameters
    ----------
    document
        An OpenAPI document, which is changed: problem documents and headers become components, answers of
        the edge are added to each operation, and answers name the operations that their ids lead to.
    """
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(problem_schemas())
    components["headers"] = {name: _HEADERS[name] for name in ("RequestId", "ContentLanguage", "RetryAfter")}
    problems: dict[str, dict[str, Any]] = {}
    at_the_edge = _of(EDGE_STATUSES)
    for operation in _operations(document):
        answers = at_the_edge | operation["responses"]
        for status, answer in answers.items():
            named = f"Problem{status}"
            if answer == _of([int(status)])[status]:
                problems[named] = answer | {"headers": _of_problem(status)}
                answers[status] = {"$ref": f"#/components/responses/{named}"}
            else:
                answers[status] = answer | {"headers": _of_answer(operation) | answer.get("headers", {})}
        operation["responses"] = dict(sorted(answers.items()))
    components["responses"] = dict(sorted(problems.items()))
    add_links(document)


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        yield from item.values()


def _of(statuses: Iterable[int]) -> dict[str, dict[str, Any]]:
    return {str(status): part for status, part in problem_responses(*statuses).items()}


def _of_problem(status: str) -> dict[str, Any]:
    names = {HEADER: "RequestId", "Content-Language": "ContentLanguage"}
    return _references(names | ({"Retry-After": "RetryAfter"} if status == _TOO_MANY else {}))


def _of_answer(operation: dict[str, Any]) -> dict[str, Any]:
    told = _references({HEADER: "RequestId"})
    if EXTENSION in operation:
        told |= {"Deprecation": _HEADERS["Deprecation"], "Sunset": _HEADERS["Sunset"]}
        told["Link"] = _HEADERS["Successor"]
    return told


def _references(names: dict[str, str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{header}"} for name, header in names.items()}
