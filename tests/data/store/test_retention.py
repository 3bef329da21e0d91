"""What was kept long enough is counted, then deleted; the audit and people's profiles are not."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from data.jobs import JobQuery, JobRequest
from data.store.audit import Access, Action, record_access
from data.store.audit_chain import verify_audit
from data.store.jobs import submit_job
from data.store.profiles import read_profiles
from data.store.retention import RETENTION, apply_retention, due_records
from data.store.rights import RequestKind, RequestStatus, answer_request, issue_code, make_request
from data.store.schema import daily_usage, login_delay, shortlist, shortlist_item

NOW = dt.datetime(2030, 6, 15, 12, 0, tzinfo=dt.UTC)


def ago(days):
    return NOW - dt.timedelta(days=days)


def counts(found):
    return {due.rule.kind: due.records for due in found if due.records}


def fill(store, *, days):
    """Put one record of every kind into a store with P1 and P2, so many days old."""
    moment = ago(days)
    issue_code(store, "P1", by="甲", now=moment)
    made = make_request(store, "P1", RequestKind.DISPUTE, "不对", now=moment)
    answer_request(store, made.request_id, RequestStatus.REFUSED, "无误", by="甲", now=moment)
    request = JobRequest(
        kind="match", owner="o", actor="甲", queries=[JobQuery({"title": "焊工"})], payload={}, part_size=5
    )
    submit_job(store, request, now=moment)
    listed = {
        "list_id": f"L{days}", "issued_at": moment, "actor": "甲", "direction": "profiles", "k": 1,
        "rank_by": "mutual", "as_of": moment.date(), "pool": 1, "allowed": 1, "excluded": {},
        "bundle_id": "b",
        "model_version": "", "index_version": "", "taxonomy_version": "", "data_sha256": "d",
        "degraded": False, "synthetic": True,
    }  # fmt: skip
    usage = {"reads": 1, "writes": 0, "matches": 0, "units": 1, "caller": "甲"}
    delay = {"subject_sha256": f"{days:064}", "failures": 1, "failed_at": moment}
    with store.begin() as connection:
        connection.execute(shortlist.insert(), listed)
        connection.execute(shortlist_item.insert(), {"list_id": f"L{days}", "rank": 1, "profile_id": "P1"})
        connection.execute(daily_usage.insert(), usage | {"day": moment.date()})
        connection.execute(login_delay.insert(), delay)


def test_nothing_is_due_in_an_empty_store_and_every_rule_says_why(store):
    assert counts(due_records(store, now=NOW)) == {}
    assert all(rule.basis and rule.label for rule in RETENTION)
    kept = {rule.kind: rule.days for rule in RETENTION}
    assert kept["usage"] >= kept["person_requests"] >= 3 * 365
    assert kept["shortlists"] >= 2 * 365


def test_what_is_old_is_counted_and_deleted_and_what_is_not_stays(store, write_people):
    write_people(store)
    record_access(store, Access(actor="甲", action=Action.MATCH_PAIR, results=1, shown=["P1"]), key=b"k" * 32)
    fill(store, days=4000)
    fill(store, days=1)
    once = {"person_tokens", "login_delays", "jobs", "shortlists", "person_requests", "usage"}
    expected = dict.fromkeys(once, 1) | {"profiles": 2}
    expected["person_tokens"] = 0  # the code of yesterday took the place of the old one
    expected = {kind: count for kind, count in expected.items() if count}
    assert counts(due_records(store, now=NOW)) == expected
    assert counts(apply_retention(store, now=NOW)) == expected
    assert counts(due_records(store, now=NOW)) == {"profiles": 2}
    with store.read() as connection:
        assert connection.execute(sa.select(shortlist.c.list_id)).scalars().all() == ["L1"]
    assert len(read_profiles(store)) == 2
    assert verify_audit(store).entries == 1


def test_a_code_goes_as_soon_as_its_time_is_over(store, write_people):
    write_people(store)
    issue_code(store, "P1", by="甲", now=ago(3.5))
    issue_code(store, "P2", by="甲", now=ago(2.5))
    assert counts(apply_retention(store, now=NOW))["person_tokens"] == 1
