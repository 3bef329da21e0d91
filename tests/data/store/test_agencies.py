"""Agencies and their licences."""

from __future__ import annotations

import datetime as dt

import pytest

from data.errors import InputError, UnknownName
from data.store.agencies import (
    AgencyStatus,
    Standing,
    add_agency,
    list_agencies,
    read_agency,
    renew_agency,
    resume_agency,
    suspend_agency,
)
from data.store.history import read_changes

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


def add(store, name="示例机构", **changes):
    given = {
        "licence_number": "210800220001",
        "licence_from": FIRST,
        "licence_to": LAST,
        "contact": "客服部 0417-0000000",
        "actor": "甲",
    }
    return add_agency(store, name, **given | changes)


def test_an_agency_is_kept_as_it_was_registered(store):
    made = add(store, " 示例机构 ", daily_quota=100)
    assert read_agency(store, made.agency_id) == made
    assert (made.name, made.status, made.daily_quota) == ("示例机构", AgencyStatus.ACTIVE, 100)
    assert list_agencies(store) == [made]


def test_a_licence_holds_from_its_first_to_its_last_day(sqlite_store):
    made, day = add(sqlite_store), dt.timedelta(days=1)
    assert [made.standing(on) for on in (FIRST - day, FIRST, LAST, LAST + day)] == [
        Standing.LICENCE_NOT_YET_VALID,
        Standing.GOOD,
        Standing.GOOD,
        Standing.LICENCE_EXPIRED,
    ]


def test_an_agency_is_suspended_resumed_and_renewed_and_all_of_it_is_noted(store):
    agency_id = add(store).agency_id
    assert suspend_agency(store, agency_id, actor="乙").standing(FIRST) is Standing.SUSPENDED
    assert resume_agency(store, agency_id, actor="乙").standing(FIRST) is Standing.GOOD
    later = dt.date(2029, 12, 31)
    changed = renew_agency(
        store, agency_id, licence_from=FIRST, licence_to=later, actor="丙", licence_number="N2"
    )
    assert (changed.licence_to, changed.licence_number) == (later, "N2")
    unchanged = renew_agency(store, agency_id, licence_from=FIRST, licence_to=LAST, actor="丙")
    assert unchanged.licence_number == "N2"
    noted = read_changes(store, table_name="agency", row_key=agency_id)
    assert [(each["kind"], each["actor"]) for each in noted] == [
        ("added", "甲"),
        ("suspended", "乙"),
        ("resumed", "乙"),
        ("renewed", "丙"),
        ("renewed", "丙"),
    ]
    assert noted[1]["fields"] == {"status": ["active", "suspended"]}


def test_what_cannot_be_an_agency_is_refused(sqlite_store):
    for changes, code in (
        ({"name": " "}, "agency_blank"),
        ({"licence_number": ""}, "agency_blank"),
        ({"contact": " "}, "agency_blank"),
        ({"name": "长" * 121}, "agency_text_too_long"),
        ({"licence_number": "1" * 65}, "agency_text_too_long"),
        ({"licence_to": FIRST - dt.timedelta(days=1)}, "licence_period"),
        ({"daily_quota": 0}, "quota_out_of_range"),
    ):
        with pytest.raises(InputError) as caught:
            add(sqlite_store, **changes)
        assert caught.value.code == code
    assert list_agencies(sqlite_store) == []


def test_no_two_agencies_share_a_name(store):
    add(store)
    with pytest.raises(InputError, match="已有"):
        add(store)
    assert len(list_agencies(store)) == 1


def test_an_agency_that_is_not_there(store):
    for call in (read_agency, lambda *each: suspend_agency(*each, actor="甲")):
        with pytest.raises(UnknownName, match="ag_none"):
            call(store, "ag_none")
