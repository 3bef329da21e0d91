"""Errors at the edge: RFC 9457 problem documents in Chinese with a stable code."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema
from pydantic_core import PydanticCustomError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import compile_path

from api.access.errors import AccessError
from api.english import FIELD_MESSAGES, MESSAGES, TITLES, prefers_english
from data.errors import (
    ConflictError,
    ExpiredError,
    InputError,
    ModelError,
    RefusedError,
    StaleError,
    StoreError,
    UnknownName,
    WorkersLost,
    YingcaiError,
)
from data.normalise.contacts import mask_contacts, masked

__all__ = [
    "SCHEMAS",
    "UNUSABLE",
    "PageMaker",
    "Problem",
    "ProblemField",
    "add_problem_handlers",
    "contradiction",
    "field_message",
    "problem_answer",
    "problem_responses",
    "problem_schemas",
    "status_of",
]

_log = structlog.get_logger()

SCHEMAS: Final = "#/components/schemas/"
"""Where a description keeps its schemas."""

_STATUS: Final[list[tuple[type[YingcaiError], int]]] = [
    (UnknownName, 404),
    (InputError, 400),
    (StaleError, 412),
    (ConflictError, 409),
    (ExpiredError, 410),
    (RefusedError, 409),
    (StoreError, 503),
    (ModelError, 503),
    (WorkersLost, 503),
]
_TITLES: Final = {
    400: "输入有误",
    401: "未授权",
    403: "不允许",
    404: "没有找到",
    408: "请求超时",
    409: "现有情况不允许",
    410: "已不再保存",
    412: "内容已变",
    413: "请求过大",
    414: "地址过长",
    422: "请求格式有误",
    428: "须写明条件",
    429: "请求过多",
    431: "请求头过大",
    503: "尚未就绪",
}
_HTTP_CODES: Final[dict[int, tuple[str, str]]] = {
    400: ("body_unreadable", "请求体读不出来"),
    401: ("key_missing_or_invalid", "缺少有效的 API 密钥"),
    403: ("not_allowed", "不允许这样做"),
    404: ("not_found", "没有这个地址"),
    405: ("method_not_allowed", "这个地址不支持该方法"),
    413: ("body_too_large", "请求体过大"),
    503: ("not_ready", "服务尚未就绪"),
}


UNUSABLE: Final = "unusable"
"""Type of the error of a parameter that has the form described, but whose value means nothing here."""
_CONTRADICTION: Final = "contradiction"
_MALFORMED: Final = ("request_malformed", "请求内容不符合接口定义")
_MEANINGLESS: Final = {
    _CONTRADICTION: ("request_contradictory", "请求内容各项都合格，合在一起不能成立"),
    UNUSABLE: ("value_unusable", "参数的取值不能用"),
}


def contradiction(reason: str) -> PydanticCustomError:
    """Return what a validator raises where fields, each right by itself, cannot hold together.

    No schema can say so: the code of the answer tells it from a request that has not the form described.

    Parameters
    ----------
    reason
        Which fields, and why, in Chinese.
    """
    return PydanticCustomError(_CONTRADICTION, "{reason}", {"reason": reason})


class ProblemField(BaseModel):
    """One field that is wrong."""

    field: str = Field(description="字段路径", examples=["body.k"])
    message: str = Field(description="问题说明", examples=["应不大于 200"])


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str = Field(description="错误类别的地址", examples=["about:blank"])
    title: str = Field(description="错误类别", examples=["输入有误"])
    status: int = Field(description="HTTP 状态码", examples=[400])
    code: str = Field(description="稳定的错误代码，供程序判断", examples=["k_out_of_range"])
    detail: str = Field(description="哪里出错、给了什么", examples=["返回条数 k=500 超出范围"])
    hint: str = Field(description="下一步怎么做", examples=["取 1 到 200"])
    instance: str = Field(description="请求的路径", examples=["/v1/matches/profiles"])
    request_id: str = Field(
        description="请求编号，与 X-Request-Id 相同；向管理员报错时提供",
        examples=["5f0c9a2e4b7d4c1c9a3e8b6f2d1a7c45"],
    )
    errors: list[ProblemField] = Field(description="逐字段的问题，仅 422 时有内容")


PageMaker = Callable[[Request, Problem, Mapping[str, str]], Response]
"""Makes a page of a problem for a person in a browser: ``app.state.problem_page``, where there is one."""


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declare problem documents in a route's OpenAPI; the form itself stands in ``problem_schemas``."""
    content = {"application/problem+json": {"schema": {"$ref": f"{SCHEMAS}Problem"}}}
    return {status: {"description": _TITLES.get(status, "错误"), "content": content} for status in statuses}


def problem_schemas() -> dict[str, Any]:
    """Return the schemas that ``problem_responses`` refers to, by name."""
    _, made = models_json_schema([(Problem, "serialization")], ref_template=f"{SCHEMAS}{{model}}")
    schemas: dict[str, Any] = made["$defs"]
    return schemas


def status_of(error: YingcaiError) -> int:
    """Return the HTTP status that an error is answered with."""
    if isinstance(error, AccessError):
        return error.status
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def add_problem_handlers(app: FastAPI) -> None:
    """Answer every error of the application with a problem document."""

    @app.exception_handler(AccessError)
    def _turned_away(request: Request, error: AccessError) -> Response:
        return problem_answer(
            request, error.status, error.code, error.message, error.hint, headers=error.headers
        )

    @app.exception_handler(YingcaiError)
    def _ours(request: Request, error: YingcaiError) -> Response:
        return problem_answer(request, status_of(error), error.code, error.message, error.hint)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        code, detail = _HTTP_CODES.get(error.status_code, ("http_error", "请求无法处理"))
        # The framework's only 400 is a body it cannot read: malformed, as what has not the form described.
        status = 422 if error.status_code == 400 else error.status_code
        headers = _allowed(request) if status == 405 else {}
        return problem_answer(
            request,
            status,
            code,
            detail,
            "查看 /openapi.json 中的接口说明",
            headers={**(error.headers or {}), **headers},
        )

    @app.exception_handler(RequestValidationError)
    def _malformed(request: Request, error: RequestValidationError) -> Response:
        english = prefers_english(request.headers.get("accept-language", ""))
        found = _without_echoes(error.errors())
        fields = [
            ProblemField(
                field=".".join(str(part) for part in item["loc"]),
                message=field_message(item, english=english),
            )
            for item in found
        ]
        kinds = {item["type"] for item in found}
        code, detail = _MEANINGLESS.get(kinds.pop(), _MALFORMED) if len(kinds) == 1 else _MALFORMED
        return problem_answer(request, 422, code, detail, "按 errors 逐项修改", errors=fields)

    @app.exception_handler(OperationalError)
    @app.exception_handler(InterfaceError)
    def _store_failed(request: Request, error: DBAPIError) -> Response:
        # What the database says may quote the row: only the kind of failure is noted.
        _log.error("store_failed", error=type(error).__name__, cause=type(error.orig).__name__)
        detail, hint = "数据库此刻不能读写，请求未完成", "稍后重试；若持续，请管理员检查数据库与磁盘"
        return problem_answer(request, 503, "store_unreachable", detail, hint)

    @app.exception_handler(Exception)
    def _unexpected(request: Request, error: Exception) -> Response:
        trace = "".join(traceback.format_exception(error))
        told = {"path": request.url.path, "error": type(error).__name__, "trace": trace}
        _log.error("unexpected_error", **masked(told))
        return problem_answer(
            request, 500, "internal_error", "服务内部出错，请求未完成", "稍后重试；若仍出错，联系管理员"
        )


def _allowed(request: Request) -> dict[str, str]:
    """Return every method that is described for a path; the router names those of one route only."""
    for template, item in request.app.openapi()["paths"].items():
        if compile_path(template)[0].match(request.url.path):
            return {"Allow": ", ".join(sorted(method.upper() for method in item))}
    return {}


def problem_answer(
    request: Request,
    status: int,
    code: str,
    detail: str,
    hint: str,
    *,
    errors: list[ProblemField] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem document as an answer, in English where the caller prefers it; to a page, a page.

    Parameters
    ----------
    request
        What could not be served.
    status
        HTTP status.
    code
        Stable code.
    detail
        What is wrong, in Chinese.
    hint
        What to do next, in Chinese.
    errors
        The fields that are wrong.
    headers
        Further headers of the answer.
    """
    english = prefers_english(request.headers.get("accept-language", ""))
    title = _TITLES.get(status, "请求无法处理" if status < 500 else "服务出错")
    if english:
        title = TITLES.get(status, "The request cannot be served")
        detail, hint = MESSAGES.get(code, (detail, hint))
    problem = Problem(
        type="about:blank",
        title=title,
        status=status,
        code=code,
        detail=mask_contacts(detail),
        hint=hint,
        instance=request.url.path,
        request_id=request.scope.get("state", {}).get("request_id", ""),
        errors=errors or [],
    )
    page: PageMaker | None = getattr(getattr(request.scope.get("app"), "state", None), "problem_page", None)
    if page is not None and _is_page(request):
        return page(request, problem, headers or {})
    language = "en" if english and code in MESSAGES else "zh-CN"
    return JSONResponse(
        problem.model_dump(),
        status_code=status,
        media_type="application/problem+json",
        headers={**(headers or {}), "Content-Language": language, "Vary": "Accept-Language"},
    )


def _is_page(request: Request) -> bool:
    """Return whether a person in a browser asks for a page."""
    accepted = request.headers.get("accept", "")
    api = request.url.path.startswith(("/v1/", "/openapi", "/healthz", "/readyz", "/metrics"))
    return not api and ("text/html" in accepted or "hx-request" in request.headers)


_MESSAGES: Final[dict[str, str]] = {
    "missing": "缺少必填字段",
    "extra_forbidden": "没有这个字段",
    "json_invalid": "不是合法的 JSON",
    "string_type": "应为字符串",
    "string_too_short": "不能为空",
    "string_too_long": "过长，至多 {max_length} 个字符",
    "string_pattern_mismatch": "格式不符，应匹配 {pattern}",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "int_type": "应为整数",
    "float_parsing": "应为数值",
    "float_type": "应为数值",
    "finite_number": "应为有限的数值",
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "enum": "不在可选值之内：{expected}",
    "tuple_type": "应为列表",
    "too_long": "过多，至多 {max_length} 项",
    "too_short": "过少，至少 {min_length} 项",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "date_type": "应为 YYYY-MM-DD 的日期",
    "date_parsing": "应为 YYYY-MM-DD 的日期",
    "date_from_datetime_parsing": "应为 YYYY-MM-DD 的日期",
    "date_from_datetime_inexact": "应为 YYYY-MM-DD 的日期",
    "value_error": "{error}",
    UNUSABLE: "{error}",
    _CONTRADICTION: "{reason}",
}


def _without_echoes(errors: Sequence[Any]) -> list[Any]:
    """Leave out that a list is too short where that is so only because of what is wrong with its items."""
    places = [item["loc"] for item in errors]

    def echoes(item: Any) -> bool:
        own = item["loc"]
        return item["type"] == "too_short" and any(
            len(place) > len(own) and place[: len(own)] == own for place in places
        )

    return [item for item in errors if not echoes(item)]


def field_message(item: Mapping[str, Any], *, english: bool = False) -> str:
    """Return the message of one pydantic error in Chinese, or in English where there is one.

    Parameters
    ----------
    item
        One of the errors that pydantic tells.
    english
        Whether English is preferred.
    """
    kind, context = item["type"], dict(item.get("ctx", {}))
    if "expected" in context:
        context["expected"] = context["expected"].replace(" or ", ", ").replace(", ", "、")
    template = FIELD_MESSAGES.get(kind) if english else None
    template = template or _MESSAGES.get(kind)
    return f"不符合要求（{kind}）" if template is None else template.format_map(context)
