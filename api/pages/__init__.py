"""Pages rendered on the server: they work without JavaScript and ask nothing of other hosts."""

from fastapi import APIRouter, Depends

from api.pages import (
    accounts,
    accounts_agencies,
    accounts_consents,
    accounts_keys,
    agency,
    audit,
    bulletins,
    catalogue,
    desk_edition,
    desk_editions,
    desk_entry,
    desk_panel,
    desk_publish,
    downloads,
    editions,
    entries,
    forecasts,
    indicators,
    login,
    maps,
    method,
    objections,
    office_home,
    office_jobs,
    plan_readings,
    review_coding,
    review_coding_files,
    review_duplicates,
    review_home,
    review_linter,
    review_objections,
    science,
    typed_records,
    uploads,
    uploads_drafts,
)
from api.pages.frame import STATIC, problem_page
from api.pages.visitor import take_form

__all__ = ["STATIC", "problem_page", "router"]

router = APIRouter()
for module in (
    forecasts,
    entries,
    editions,
    catalogue,
    login,
    bulletins,
    downloads,
    indicators,
    maps,
    method,
    objections,
):
    router.include_router(module.router)
for module in (
    login,
    accounts,
    accounts_agencies,
    accounts_consents,
    accounts_keys,
    agency,
    desk_edition,
    desk_editions,
    office_home,
    office_jobs,
    uploads,
    uploads_drafts,
    review_coding,
    review_coding_files,
    review_duplicates,
    review_home,
    review_linter,
    review_objections,
    desk_entry,
    audit,
    desk_publish,
    science,
    desk_panel,
    plan_readings,
    typed_records,
):
    router.include_router(module.inside, dependencies=[Depends(take_form)])
