"""Bulletins between the editions: quarterly counts by key industry, with pay and changes, never stars."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Final, Self

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from api.access.principal import Principal
from api.conditional import IfNoneMatch, conditional_answer, conditional_responses, etag_of, is_known
from api.dependencies import ServiceDependency, requires
from api.paging import PageQuery, page_of
from api.selection import check_values
from data.catalogue.lists.documents import ListDocument, document_bytes
from data.permissions import Scope
from data.store.bulletins import BulletinHeader, list_bulletins, read_bulletin

router = APIRouter(prefix="/v1/bulletins", tags=["通报"])

Reader = Annotated[Principal, requires(Scope.BULLETINS_READ)]
Number = Annotated[int, Path(ge=1, lt=2**31, description="通报编号", examples=[1])]
_READ: Final = conditional_responses(401, 403, 404, 422, 429, 503)
_WHOLE: Final = "全市"


class BulletinQuery(PageQuery):
    """Which bulletins."""

    quarter: str | None = Field(
        default=None, pattern=r"^20\d{2}Q[1-4]$", description="只看这一季的", examples=["2026Q3"]
    )
    industry: str | None = Field(
        default=None,
        max_length=64,
        description=f"只看这一重点产业的；{_WHOLE} 为不分产业的",
        examples=["镁材料深加工"],
    )


class BulletinOut(BaseModel):
    """What a bulletin is of."""

    bulletin_id: int = Field(description="通报编号", examples=[1])
    quarter: str = Field(description="季度", examples=["2026Q3"])
    industry: str | None = Field(description="重点产业；空为全市", examples=["镁材料深加工"])
    as_of: dt.date = Field(description="数据截止日，即季末", examples=["2026-09-30"])
    method: str = Field(description="方法版本", examples=["bulletin/1"])
    snapshot: str = Field(description="所计需求的快照", examples=["2026-09-30#sha256:0123abcd"])
    synthetic: bool = Field(description="true 表示含合成数据", examples=[True])
    sha256: str = Field(description="全文的校验值", examples=["0123abcd"])
    created_at: dt.datetime = Field(description="编制时间（UTC）", examples=["2026-10-09T02:00:00Z"])
    files: dict[str, str] = Field(
        description="各种文件的地址", examples=[{"csv": "/v1/bulletins/1/files/csv"}]
    )

    @classmethod
    def of(cls, header: BulletinHeader) -> Self:
        """Return a header with the addresses of its files."""
        address = f"{router.prefix}/{header.bulletin_id}/files"
        files = {form.value: f"{address}/{form.value}" for form in BulletinForm}
        named = header.model_dump() | {"industry": header.industry or None}
        return cls(**named, files=files)


class BulletinPageOut(BaseModel):
    """Some of them."""

    region: str = Field(description="区域", examples=["yingkou"])
    total: int = Field(description="符合条件的份数", examples=[9])
    bulletins: list[BulletinOut] = Field(description="近者在前；同一季同一产业只列最后编制的一份")
    cursor: str | None = Field(description="下一页从此处读起；空为没有更多", examples=[None])


class BulletinDocumentOut(BulletinOut):
    """A bulletin with its tables."""

    document: ListDocument = Field(description="题名、各表与说明；c 为保密（不是零），x 为缺或暂不评价")


class BulletinForm(StrEnum):
    """How a bulletin is written to a file."""

    CSV = "csv"
    """All tables below one another."""
    XLSX = "xlsx"
    """A sheet for each table."""

    @property
    def media_type(self) -> str:
        """The type of the content."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    BulletinForm.CSV: "text/csv; charset=utf-8",
    BulletinForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get(
    "",
    summary="通报",
    responses=conditional_responses(400, 401, 403, 422, 429, 503),
    response_model=BulletinPageOut,
)
def list_all_bulletins(
    service: ServiceDependency,
    _: Reader,
    query: Annotated[BulletinQuery, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return the bulletins in force, the newest quarter first."""
    industry = query.industry
    if industry is not None:
        check_values("industry", [industry], [_WHOLE, *service.region.key_industries])
        industry = "" if industry == _WHOLE else industry
    region = service.region.name
    found = list_bulletins(service.store, region, quarter=query.quarter, industry=industry)
    listed = ["bulletins", region, query.quarter, industry, [each.bulletin_id for each in found]]
    page = page_of(found, query, key=service.pseudonym_key, of=listed)
    body = BulletinPageOut(
        region=region,
        total=page.total,
        bulletins=[BulletinOut.of(each) for each in page.items],
        cursor=page.cursor,
    )
    return conditional_answer(body, if_none_match)


@router.get("/{bulletin_id}", summary="一份通报", responses=_READ, response_model=BulletinDocumentOut)
def read_one_bulletin(
    service: ServiceDependency, _: Reader, bulletin_id: Number, if_none_match: IfNoneMatch = None
) -> Response:
    """Return a bulletin with its tables; one that was built anew since is kept and can still be read."""
    header, content = read_bulletin(service.store, service.region.name, bulletin_id)
    plain = BulletinOut.of(header).model_dump()
    body = BulletinDocumentOut(**plain, document=ListDocument.model_validate(content))
    return conditional_answer(body, if_none_match)


@router.get(
    "/{bulletin_id}/files/{form}",
    summary="通报的文件",
    response_class=Response,
    responses=_READ
    | {
        200: {
            "description": "CSV 或工作簿；同一份通报的字节相同",
            "content": {
                form.media_type.split(";", 1)[0]: {"schema": {"type": "string"}} for form in BulletinForm
            },
        }
    },
)
def read_bulletin_file(
    service: ServiceDependency,
    _: Reader,
    bulletin_id: Number,
    form: Annotated[BulletinForm, Path(description="csv 或 xlsx", examples=["csv"])],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return a bulletin as a file."""
    _header, content = read_bulletin(service.store, service.region.name, bulletin_id)
    written = document_bytes(ListDocument.model_validate(content), form.value)
    etag = etag_of(written)
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    if is_known(etag, if_none_match):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="bulletin-{bulletin_id}.{form.value}"'
    return Response(written, media_type=form.media_type, headers=headers)
