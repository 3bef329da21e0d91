"""The desk of an agency: all of its pages together."""

from fastapi import APIRouter

from api.pages import agency_home, agency_jobs, agency_match, agency_results, agency_shortlists

__all__ = ["inside"]

inside = APIRouter()
for module in (agency_home, agency_match, agency_results, agency_jobs, agency_shortlists):
    inside.include_router(module.inside)
