"""Consent is for one agency, one purpose and a time, and can be taken back."""

from __future__ import annotations

import datetime as dt

import pytest

from data.errors import InputError, UnknownName
from data.store.consents import has_consent, list_consents, record_consent, withdraw_consent
from data.store.history import read_changes

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 6, 30)


def agree(store, profile_id="P1", **changes):
    given = {"agency": "示例机构", "purpose": "推荐面试", "valid_from": FIRST, "valid_to": LAST}
    return record_consent(store, profile_id, **{**given, "recorded_by": "甲", **changes})


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (("P1", "示例机构", "推荐面试", FIRST), True),
        (("P1", "示例机构", "推荐面试", LAST), True),
        (("P1", "示例机构", "推荐面试", FIRST - dt.timedelta(days=1)), False),
        (("P1", "示例机构", "推荐面试", LAST + dt.timedelta(days=1)), False),
        (("P1", "另一机构", "推荐面试", FIRST), False),
        (("P1", "示例机构", "培训推销", FIRST), False),
        (("P2", "示例机构", "推荐面试", FIRST), False),
    ],
)
def test_a_consent_holds_for_what_was_agreed_and_nothing_else(store, write_people, asked, granted):
    write_people(store)
    agree(store)
    assert has_consent(store, *asked) is granted


def test_a_consent_can_be_withdrawn_and_is_still_listed(store, write_people):
    write_people(store)
    number = agree(store)
    withdraw_consent(store, number, by="乙")
    (row,) = list_consents(store, "P1")
    assert row["withdrawn_at"] is not None
    assert not has_consent(store, "P1", "示例机构", "推荐面试", FIRST)
    withdraw_consent(store, number, by="丙")
    assert list_consents(store, "P1") == [row]
    noted = read_changes(store, table_name="consent", row_key=str(number))
    assert [(each["kind"], each["actor"], each["fields"]) for each in noted] == [
        ("granted", "甲", {}),
        ("withdrawn", "乙", {}),
    ]


def test_what_cannot_be_a_consent_is_refused(store, write_people):
    write_people(store)
    with pytest.raises(InputError, match="早于"):
        agree(store, valid_to=FIRST - dt.timedelta(days=1))
    with pytest.raises(InputError, match="写明"):
        agree(store, agency=" ")
    with pytest.raises(UnknownName, match="P9"):
        agree(store, "P9")
    with pytest.raises(UnknownName, match="42"):
        withdraw_consent(store, 42, by="甲")
    assert list_consents(store, "P1") == []
