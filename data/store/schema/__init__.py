"""The tables of the store, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from data.store.schema.access import access_log, access_person
from data.store.schema.base import metadata
from data.store.schema.bulletins import bulletin
from data.store.schema.feed import feed_row, feed_state
from data.store.schema.idempotency import idempotent_request
from data.store.schema.identity import agency, api_key, daily_usage, login_delay, office_user, user_session
from data.store.schema.intake import batch, batch_part, column_mapping, posting, profile, raw_row
from data.store.schema.jobs import job, job_item, job_part, job_person
from data.store.schema.learning import feedback_event, promotion
from data.store.schema.lists import flow_report, key_talent_item, unmet_search
from data.store.schema.needs import coding_alias, coding_review, vacancy, vacancy_decision, vacancy_posting
from data.store.schema.outlook import office_figure
from data.store.schema.people import change, consent, tombstone
from data.store.schema.plans import plan_reading
from data.store.schema.releases import edition_release, edition_step, edition_ticket, edition_version
from data.store.schema.results import edition, embedding, entry, entry_posting, forecast_run
from data.store.schema.searched import codes_of, pieces_of
from data.store.schema.searches import saved_search, search_hit
from data.store.schema.self_forecasts import self_forecast
from data.store.schema.shortlists import shortlist, shortlist_item
from data.store.schema.uploads import upload

__all__ = [
    "access_log",
    "access_person",
    "agency",
    "api_key",
    "batch",
    "batch_part",
    "bulletin",
    "change",
    "codes_of",
    "coding_alias",
    "coding_review",
    "column_mapping",
    "consent",
    "daily_usage",
    "edition",
    "edition_release",
    "edition_step",
    "edition_ticket",
    "edition_version",
    "embedding",
    "entry",
    "entry_posting",
    "feed_row",
    "feed_state",
    "feedback_event",
    "flow_report",
    "forecast_run",
    "idempotent_request",
    "job",
    "job_item",
    "job_part",
    "job_person",
    "key_talent_item",
    "login_delay",
    "metadata",
    "office_figure",
    "office_user",
    "pieces_of",
    "plan_reading",
    "posting",
    "profile",
    "promotion",
    "raw_row",
    "saved_search",
    "search_hit",
    "self_forecast",
    "shortlist",
    "shortlist_item",
    "tombstone",
    "unmet_search",
    "upload",
    "user_session",
    "vacancy",
    "vacancy_decision",
    "vacancy_posting",
]
