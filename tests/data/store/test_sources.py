"""An agency is told of the vacancies and postings behind an entry that are the office's or its own."""

from __future__ import annotations

import datetime as dt

import pytest

from data.owners import MIXED
from data.store.schema import batch, posting, vacancy
from data.store.sources import entries_for

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
LISTS = {name: [] for name in ("skills", "majors", "licences", "languages", "engagement")}
POSTING = LISTS | {
    "batch_id": 1, "row": 2, "source": "s", "source_row": 2, "employer": "甲", "employer_key": "甲",
    "employer_is_agency": False, "industry_raw": "", "place_raw": "", "duties": "", "outcome": "未知",
    "synthetic": True, "title": "焊工",
}  # fmt: skip
OWNERS = {"office": "", "first": "ag_1", "second": "ag_2", "mixed": MIXED}
IDS = [*OWNERS, "gone"]
ENTRY = {"entry_id": "E1", "obs_status": {}, "vacancy_ids": IDS, "posting_ids": IDS}


@pytest.fixture
def connection(store):
    """Return a connection to a store with a posting and a vacancy of every owner."""
    with store.begin() as connection:
        file = {"kind": "posting", "file_name": "f", "file_sha256": "a", "parser_version": "1"}
        connection.execute(batch.insert().values(batch_id=1, status="done", started_at=NOW, **file))
        for each, owner in OWNERS.items():
            connection.execute(posting.insert().values(**POSTING, posting_id=each, owner=owner))
            connection.execute(
                vacancy.insert().values(
                    vacancy_id=each, posting_id=each, owner=owner, outcome="未知", synthetic=True
                )
            )
        yield connection


@pytest.mark.parametrize(
    ("owner", "told"),
    [("", IDS), ("ag_1", ["office", "first"]), ("ag_2", ["office", "second"]), ("ag_3", ["office"])],
)
def test_the_office_is_told_all_and_an_agency_what_it_may_see(connection, owner, told):
    (shown,) = entries_for(connection, [ENTRY], owner)
    assert shown == ENTRY | {"vacancy_ids": told, "posting_ids": told}


@pytest.mark.parametrize("owner", ["", "ag_1"])
def test_of_a_suppressed_count_nobody_is_told_the_sources(connection, owner):
    suppressed = ENTRY | {"obs_status": {"heads": "c"}}
    shown = entries_for(connection, [suppressed, ENTRY], owner)
    assert (shown[0]["vacancy_ids"], shown[0]["posting_ids"]) == ([], [])
    assert shown[1]["posting_ids"]
    assert suppressed["posting_ids"] == IDS


def test_no_entries_are_none(connection):
    assert entries_for(connection, [], "ag_1") == []
