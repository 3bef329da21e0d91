"""Codes open once, requests have a clock, who objects is in no pool, and all of it goes with the person."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from data.errors import InputError, UnknownName
from data.store.erasure import erase_person
from data.store.profiles import read_profiles
from data.store.rights import (
    RequestKind,
    RequestStatus,
    answer_request,
    close_access,
    due_day,
    issue_code,
    list_requests,
    make_request,
    object_to_matching,
    objects_to_matching,
    open_access,
    person_of,
)
from data.store.schema.access import matching_objection, person_request, person_token
from data.store.version import store_version

NOW = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def people(store, write_people):
    """Return a store with P1 and P2."""
    write_people(store)
    return store


def test_a_code_opens_once_however_it_is_written_and_the_session_ends(people):
    code = issue_code(people, "P1", by="甲", now=NOW)
    secret = open_access(people, code.lower().replace("-", " "), now=NOW + HOUR)
    assert person_of(people, secret, now=NOW + HOUR) == "P1"
    assert person_of(people, secret, now=NOW + 2 * HOUR) is None
    assert open_access(people, code, now=NOW + HOUR) is None
    assert person_of(people, code, now=NOW) is None


def test_a_code_too_old_replaced_or_of_nobody_opens_nothing(people):
    first = issue_code(people, "P1", by="甲", now=NOW)
    second = issue_code(people, "P1", by="甲", now=NOW)
    assert open_access(people, first, now=NOW) is None
    assert open_access(people, "2222-2222-2222-2222", now=NOW) is None
    assert open_access(people, second, now=NOW + dt.timedelta(days=3)) is None
    with pytest.raises(UnknownName) as caught:
        issue_code(people, "P9", by="甲", now=NOW)
    assert caught.value.code == "profile_unknown"


def test_nothing_kept_opens_anything_and_leaving_ends_all(people):
    code = issue_code(people, "P1", by="甲", now=NOW)
    secret = open_access(people, code, now=NOW)
    issue_code(people, "P1", by="甲", now=NOW)
    with people.read() as connection:
        kept = str(connection.execute(sa.select(person_token)).all())
    assert secret not in kept
    assert code not in kept
    assert close_access(people, "P1") == 2
    assert person_of(people, secret, now=NOW) is None


def test_fifteen_working_days_leave_out_weekends():
    assert due_day(dt.date(2026, 11, 20)) == dt.date(2026, 12, 11)  # Friday: three weeks on
    assert due_day(dt.date(2026, 11, 21)) == dt.date(2026, 12, 11)  # Saturday: as if asked on Friday


def test_a_request_is_answered_once_and_overdue_until_then(people):
    made = make_request(people, "P1", RequestKind.CORRECT, " 年限应为 8 年 ", now=NOW)
    assert list_requests(people, profile_id="P1", status=RequestStatus.OPEN) == [made]
    assert (made.text, made.due_on, made.is_overdue(dt.date(2026, 12, 11))) == (
        "年限应为 8 年",
        dt.date(2026, 12, 11),
        False,
    )
    assert made.is_overdue(dt.date(2026, 12, 12))
    done = answer_request(people, made.request_id, RequestStatus.DONE, "已更正", by="乙", now=NOW + HOUR)
    assert (done.answer, done.answered_by, done.answered_at) == ("已更正", "乙", NOW + HOUR)
    assert not done.is_overdue(dt.date(2027, 1, 1))
    assert list_requests(people, status=RequestStatus.OPEN) == list_requests(people, profile_id="P2") == []
    for number, status, text, code in (
        (made.request_id, RequestStatus.DONE, "又", "request_answered"),
        ("R0", RequestStatus.DONE, "又", "request_unknown"),
        (made.request_id, RequestStatus.OPEN, "又", "answer_missing"),
        (made.request_id, RequestStatus.REFUSED, " ", "answer_missing"),
    ):
        with pytest.raises(InputError) as caught:
            answer_request(people, number, status, text, by="乙", now=NOW)
        assert caught.value.code == code


def test_requests_without_words_of_nobody_or_without_end_are_refused(people):
    for profile_id, text, code in (
        ("P1", " ", "request_text"),
        ("P1", "字" * 2001, "request_text"),
        ("P9", "字", "profile_unknown"),
    ):
        with pytest.raises(InputError) as caught:
            make_request(people, profile_id, RequestKind.DISPUTE, text, now=NOW)
        assert caught.value.code == code
    for _ in range(20):
        make_request(people, "P1", RequestKind.DISPUTE, "字", now=NOW)
    with pytest.raises(InputError) as caught:
        make_request(people, "P1", RequestKind.DISPUTE, "字", now=NOW)
    assert caught.value.code == "requests_too_many"


def test_whoever_objects_is_in_no_pool_and_whoever_serves_can_see_it(people):
    before = store_version(people)
    object_to_matching(people, "P1", objects=True, now=NOW)
    object_to_matching(people, "P1", objects=True, now=NOW)
    assert read_profiles(people)["profile_id"].tolist() == ["P2"]
    assert objects_to_matching(people, "P1")
    assert store_version(people) != before
    object_to_matching(people, "P1", objects=False, now=NOW)
    assert read_profiles(people)["profile_id"].tolist() == ["P1", "P2"]
    with pytest.raises(UnknownName):
        object_to_matching(people, "P9", objects=True, now=NOW)


def test_reading_a_file_again_brings_nobody_back_who_objects(people, write_people):
    object_to_matching(people, "P1", objects=True, now=NOW)
    write_people(people, sha="c" * 64, version="2", summary="另写")
    assert read_profiles(people)["profile_id"].tolist() == ["P2"]


def test_all_of_it_goes_with_the_person(people, tmp_path):
    issue_code(people, "P1", by="甲", now=NOW)
    make_request(people, "P1", RequestKind.ERASE, "请删除", now=NOW)
    object_to_matching(people, "P1", objects=True, now=NOW)
    erase_person(
        people,
        "P1",
        key=b"k" * 32,
        actor="甲",
        reason="本人要求",
        texts_of=lambda row: [],
        reports=tmp_path,
        tombstone_file=tmp_path / "t.jsonl",
    )
    with people.read() as connection:
        for table in (person_token, person_request, matching_objection):
            assert connection.execute(sa.select(table)).all() == []
