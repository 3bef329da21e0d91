"""The current catalogues."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from api.dependencies import Caller, ServiceDependency
from api.problems import problem_responses
from data.catalogue.entries import CatalogueKind, published
from data.editions import read_current_edition

router = APIRouter(prefix="/v1/catalogues", tags=["目录"])


class CatalogueOut(BaseModel):
    """A catalogue with all its entries."""

    region: str = Field(description="区域", examples=["yingkou"])
    kind: CatalogueKind = Field(description="demand 为人才需求目录，shortage 为急需紧缺人才目录")
    edition: str = Field(description="版次", examples=["2026Q4"])
    version: str | None = Field(description="版本号；2027.1 为发布，.0-rc 为草案", examples=["2026Q4.1"])
    status: str = Field(description="状态：草案（未发布）、已发布、到期参考 …", examples=["已发布"])
    as_of: str = Field(description="数据截止日", examples=["2026-10-31"])
    method_version: str = Field(description="方法版本", examples=["1.0"])
    snapshot: str = Field(description="数据快照", examples=["2026-10-31#sha256:0123abcd"])
    synthetic: bool = Field(description="true 表示含合成数据")
    document: dict[str, Any] = Field(description="题名、说明与参数")
    entries: list[dict[str, Any]] = Field(description="条目，字段见目录数据字典")


@router.get("/{kind}/current", summary="现行目录", responses=problem_responses(401, 404, 422, 503))
def read_current(
    service: ServiceDependency,
    _: Caller,
    kind: Annotated[CatalogueKind, Path(description="demand 或 shortage")],
) -> CatalogueOut:
    """Return the newest published edition of this kind; where none is published, the newest draft."""
    current = read_current_edition(service.store, service.region, kind)
    catalogue = published(current.catalogue).model_dump(mode="json")
    entries = catalogue.pop("entries")
    fields = {name: catalogue[name] for name in CatalogueOut.model_fields if name in catalogue}
    known = {"region": service.region.name, "version": current.status.version}
    return CatalogueOut(
        **{**fields, **known, "status": current.status.label, "document": catalogue, "entries": entries}
    )
