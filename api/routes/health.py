"""Tell whether the process is alive, whether it can answer, and how it has been doing."""

from __future__ import annotations

import datetime as dt
import shutil

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.dependencies import ServiceDependency
from api.edge.metrics import CONTENT_TYPE, read_metrics, set_serving
from api.problems import problem_responses
from api.service import Service
from data.errors import StoreError

router = APIRouter(tags=["运行状态"])


class Health(BaseModel):
    """The process answers."""

    status: str = Field(description="恒为 ok", examples=["ok"])


class Readiness(BaseModel):
    """The service can match."""

    status: str = Field(description="恒为 ready", examples=["ready"])
    region: str = Field(description="服务的区域", examples=["营口市"])
    vacancies: int = Field(description="可匹配的在招需求数", examples=[412])
    profiles: int = Field(description="可匹配的人才档案数", examples=[1600])
    as_of: str = Field(description="匹配所依据的日期", examples=["2026-10-31"])
    model_version: str = Field(
        description="编码模型与设置，以及排序模型",
        examples=["multilingual-e5-small-q4@cd1caf18/bf16/128+additive-2"],
    )
    bundle_id: str | None = Field(
        description="正在使用的模型包；空为随产品的缺省模型", examples=["behaviour-3f2a91c07be4"]
    )
    index_version: str = Field(description="检索所用的向量版本", examples=["3f2a9c1d+2"])
    store_version: str = Field(
        description="所读数据库的版本；数据有变即不同", examples=["4/2026-11-21 08:00:00/6/12/0"]
    )
    refreshed_at: dt.datetime = Field(
        description="最近一次确认与数据库一致的时间（UTC）", examples=["2026-11-21T08:00:00Z"]
    )
    refresh_failure: str | None = Field(
        description="最近一次刷新失败的原因代码；空为未失败，失败时仍以旧数据、旧模型包应答",
        examples=["store_unreachable"],
    )
    vectors: str = Field(
        description="检索向量的方式：exact 本机逐条，cells 本机分格（近似），milvus 由 Milvus 检索，"
        "milvus_waiting 已设 Milvus 但尚未写完或连不上，此时由本机检索",
        examples=["exact"],
    )
    garbage: float = Field(description="索引中已失效与追加部分的占比，0—1；过大时自动重建", examples=[0.05])
    free_mb: int = Field(description="数据目录所在磁盘的剩余空间，MB", examples=[51200])
    degraded: bool = Field(
        description="最近一次需要编码模型的请求未能用上它：只比较了字面与事实，硬性条件照常", examples=[False]
    )


@router.get("/healthz", summary="进程是否存活")
def read_health() -> Health:
    """Answer at once, whatever the state of store and model."""
    return Health(status="ok")


@router.get("/readyz", summary="服务是否就绪", responses=problem_responses(503))
def read_readiness(service: ServiceDependency) -> Readiness:
    """Check database, schema and disk, and say what the service holds."""
    _check_store(service)
    free = _check_disk(service)
    serving = service.refresher.serving
    matcher = serving.matcher
    return Readiness(
        status="ready",
        region=service.region.name_zh,
        vacancies=len(matcher.vacancies),
        profiles=len(matcher.profiles),
        as_of=matcher.as_of.isoformat(),
        model_version=matcher.model_version,
        bundle_id=serving.basis.champion,
        index_version=matcher.index_version,
        store_version=serving.store_version,
        refreshed_at=serving.refreshed_at,
        refresh_failure=serving.failure,
        vectors=service.engine.state,
        garbage=round(matcher.garbage, 4),
        degraded=service.encoder.degraded,
        free_mb=free,
    )


@router.get("/metrics", summary="Prometheus 指标", include_in_schema=False)
def read_numbers(request: Request) -> Response:
    """Return the metrics; a service that is starting has those of its requests only."""
    service: Service | None = getattr(request.app.state, "service", None)
    if service is not None:
        serving = service.refresher.serving
        set_serving(
            profiles=len(serving.matcher.profiles),
            vacancies=len(serving.matcher.vacancies),
            refreshed=serving.refreshed_at.timestamp(),
            failing=serving.failure is not None,
            degraded=service.encoder.degraded,
        )
    return Response(read_metrics(), media_type=CONTENT_TYPE)


def _check_store(service: Service) -> None:
    """Refuse to be ready without a database, or with one of another version than this program's."""
    try:
        revision, newest = service.store.revision, service.store.revisions()[0]
    except sa.exc.SQLAlchemyError as error:
        raise StoreError(
            "store_unreachable", "数据库连不上", hint="检查数据库服务；恢复后自动继续"
        ) from error
    if revision != newest:
        raise StoreError(
            "store_outdated",
            f"数据库结构版本 {revision or '（空库）'}，本程序需要 {newest}",
            hint="运行 yingcai db upgrade，或换用相应版本的程序",
        )


def _check_disk(service: Service) -> int:
    """Return the free space of the data folder in MB; too little keeps the service from being ready."""
    free, least = shutil.disk_usage(service.settings.var_dir).free // 10**6, service.settings.min_free_mb
    if free < least:
        raise StoreError(
            "disk_full", f"数据目录所在磁盘只剩 {free} MB，少于 {least} MB", hint="清理或扩容磁盘"
        )
    return free
