"""The form that a file comes in: read after the caller is known, and to disk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Annotated, Any, BinaryIO, Final

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, Json, ValidationError
from starlette.datastructures import UploadFile

from api.access.principal import Principal, require_scope
from api.dependencies import requires_any
from api.edge.plain import is_plain_json
from api.problems import UNUSABLE
from data.permissions import Scope
from data.sources.columns import TableKind

__all__ = ["FORM", "BatchForm", "BatchFormDependency", "Writer", "check_kinds", "kinds_of"]

_FIELD_BYTES: Final = 100_000
_SCOPES: Final = {TableKind.POSTING: Scope.POSTINGS_WRITE, TableKind.PROFILE: Scope.PROFILES_WRITE}

Writer = Annotated[Principal, requires_any(*_SCOPES.values())]
"""Whoever may hand in postings, profiles or both."""

FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "xlsx、xls、csv、tsv、json、jsonl、parquet、网页表格、"
                            "docx 或 pdf 简历，或其 gz、zip 压缩文件",
                        },
                        "kind": {
                            "type": "string",
                            "enum": [kind.value for kind in TableKind],
                            "description": "posting 招聘信息，profile 人才档案；不写按列名判断",
                            "example": "posting",
                        },
                        "mapping": {
                            "type": "string",
                            "maxLength": _FIELD_BYTES,
                            "description": "列对应（JSON 对象：文件的列 → 字段，null 为不用）",
                            "example": '{"岗位": "title", "备注": null}',
                        },
                    },
                },
                "encoding": {"mapping": {"contentType": "text/plain"}, "kind": {"contentType": "text/plain"}},
            }
        },
    }
}
"""The form in OpenAPI; the framework would read it before it knew who sends it."""


class _Fields(BaseModel):
    """The fields beside the file."""

    model_config = ConfigDict(extra="forbid")

    kind: TableKind | None = None
    mapping: Json[dict[str, str | None]] | None = Field(default=None, max_length=1000)


@dataclass(frozen=True)
class BatchForm:
    """What came in the form."""

    file: BinaryIO
    """The content."""
    file_name: str
    """What the caller calls it."""
    kind: TableKind | None
    """What the caller says that the rows are."""
    mapping: dict[str, str | None] | None
    """What the caller says that the columns mean."""


async def _received(request: Request, _: Writer) -> AsyncIterator[BatchForm]:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise _refused("content-type", "应为 multipart/form-data，文件放在 file 一项")
    async with request.form(max_files=1, max_fields=2, max_part_size=_FIELD_BYTES) as form:
        given = dict(form)
        file = given.pop("file", None)
        if not isinstance(file, UploadFile):
            raise _refused("file", "缺少文件")
        fields = _fields(given)
        yield BatchForm(file.file, file.filename or "", fields.kind, fields.mapping)


BatchFormDependency = Annotated[BatchForm, Depends(_received)]
"""The form; 422 where it is not the one described."""


def kinds_of(caller: Principal, kind: TableKind | None) -> tuple[TableKind, ...]:
    """Return what the rows of a caller's file may be.

    Raises
    ------
    Forbidden
        ``scope_missing``: the caller may not hand in what it says the rows are.
    """
    if kind is not None:
        require_scope(caller, _SCOPES[kind])
        return (kind,)
    return tuple(each for each, scope in _SCOPES.items() if scope in caller.scopes)


def check_kinds(caller: Principal, kinds: Iterable[TableKind]) -> None:
    """Refuse a caller who may not hand in rows of some kinds what was said of such rows.

    Raises
    ------
    Forbidden
        ``scope_missing``.
    """
    for kind in kinds:
        require_scope(caller, _SCOPES[kind])


def _fields(given: dict[str, Any]) -> _Fields:
    mapping = given.get("mapping")
    if isinstance(mapping, str) and not is_plain_json(mapping.encode(errors="surrogatepass")):
        raise _refused("mapping", "内容里有 NaN、无穷大、半个字符或空字符（NUL）", kind=UNUSABLE)
    try:
        return _Fields.model_validate(given)
    except ValidationError as error:
        told = error.errors(include_input=False)
        if {each["loc"][0] for each in told} == {"mapping"}:
            # The form describes a text; what the text holds is beyond its description.
            form = "应为 JSON 对象：文件中的列名对应字段名，不用的列对应 null"
            raise _refused("mapping", form, kind=UNUSABLE) from error
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in told]) from error


def _refused(field: str, message: str, *, kind: str = "value_error") -> RequestValidationError:
    return RequestValidationError(
        [{"type": kind, "loc": ("body", field), "msg": message, "ctx": {"error": message}}]
    )
