"""Tell whether the process is alive and whether it can answer."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import ServiceDependency
from api.problems import problem_responses

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
        description="编码模型与设置", examples=["multilingual-e5-small-q4@cd1caf18/bf16/128"]
    )


@router.get("/healthz", summary="进程是否存活")
def read_health() -> Health:
    """Answer at once, whatever the state of store and model."""
    return Health(status="ok")


@router.get("/readyz", summary="服务是否就绪", responses=problem_responses(503))
def read_readiness(service: ServiceDependency) -> Readiness:
    """Check the database and say what the service holds."""
    with service.store.read() as connection:
        connection.execute(sa.select(1))
    matcher = service.matcher
    return Readiness(
        status="ready",
        region=service.region.name_zh,
        vacancies=len(matcher.vacancies),
        profiles=len(matcher.profiles),
        as_of=matcher.as_of.isoformat(),
        model_version=matcher.model_version,
    )
