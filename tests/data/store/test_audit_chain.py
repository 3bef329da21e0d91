"""The audit is one chain, whoever appends; what was done to it shows, and anchors show the rest."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest
import sqlalchemy as sa

from data.errors import InputError
from data.store.audit import (
    Access,
    AccessOutcome,
    Action,
    AuditQuery,
    Circumstance,
    read_accesses,
    read_audit,
    record_access,
    under,
    write_access,
)
from data.store.audit_chain import audit_anchor, parse_anchors, verify_audit
from data.store.schema import metadata

KEY = b"k" * 32
NOTE = """
import sys
from data.store.audit import Access, Action, record_access
from data.store.store import Store
store = Store.as_it_is(sys.argv[1])
for number in range(int(sys.argv[3])):
    look = Access(actor=sys.argv[2], action=Action.MATCH_PROFILES, results=1, shown=[f"P{number}"])
    record_access(store, look, key=b"k" * 32)
"""


def look(store, actor="甲", **changes):
    given = {"actor": actor, "action": Action.MATCH_PROFILES, "results": 1, "shown": ["P1"]}
    record_access(store, Access(**given | changes), key=KEY)


def altered(store, *statements):
    """Alter the audit as somebody would who may do anything in the database."""
    with store.begin() as connection:
        for table in ("access_log", "access_person"):
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            else:
                for event in ("update", "delete"):
                    connection.execute(sa.text(f"DROP TRIGGER {table}_no_{event}"))
        for statement in statements:
            connection.execute(sa.text(statement))


def test_an_audit_that_nobody_touched_is_sound_and_an_empty_one_too(store):
    assert verify_audit(store).faults == ()
    for actor in "甲乙丙":
        look(store, actor)
    seen = []
    report = verify_audit(store, progress=lambda done, total: seen.append((done, total)))
    assert (report.entries, report.faults, seen) == (3, (), [(3, 3)])
    assert report.head == audit_anchor(store).sha256


@pytest.mark.parametrize(
    ("statements", "faults"),
    [
        (["UPDATE access_log SET actor = '丁' WHERE access_id = 2"], ["第 2 条的内容被改动过"]),
        (["UPDATE access_log SET purpose = '别的' WHERE access_id = 3"], ["第 3 条的内容被改动过"]),
        (["DELETE FROM access_person WHERE access_id = 2"], ["第 2 条的内容被改动过"]),
        (["INSERT INTO access_person VALUES (1, 'f')"], ["第 1 条的内容被改动过"]),
        (
            ["DELETE FROM access_person WHERE access_id = 2", "DELETE FROM access_log WHERE access_id = 2"],
            ["第 2 条的编号是 3，有记录缺失", "第 3 条与上一条的校验值不相接"],
        ),
        (
            [
                "UPDATE access_log SET actor = '丙' WHERE access_id = 2",
                "UPDATE access_log SET actor = '乙' WHERE access_id = 3",
            ],
            ["第 2 条的内容被改动过", "第 3 条的内容被改动过"],
        ),
        (
            [
                "INSERT INTO access_log (access_id, at, actor, action, results, index_version, model_version,"
                " previous_sha256, sha256) SELECT 5, at, '混入', action, 0, '', '', sha256, 'f'"
                " FROM access_log WHERE access_id = 4"
            ],
            ["第 5 条的内容被改动过"],
        ),
    ],
    ids=["changed", "purpose", "person removed", "person added", "removed", "reordered", "inserted"],
)
def test_whatever_was_done_to_an_entry_shows_and_says_which(store, statements, faults):
    for actor in "甲乙丙丁":
        look(store, actor)
    altered(store, *statements)
    assert list(verify_audit(store).faults) == faults


def test_an_entry_cut_off_at_the_end_shows_against_an_anchor_only(store):
    early = audit_anchor(store)
    look(store)
    look(store)
    late = audit_anchor(store)
    assert verify_audit(store, anchors=[late, early]).faults == ()
    altered(
        store,
        "DELETE FROM access_person WHERE access_id = 2",
        "DELETE FROM access_log WHERE access_id = 2",
    )
    assert verify_audit(store, anchors=[early]).faults == ()
    (fault,) = verify_audit(store, anchors=[early, late]).faults
    assert "锚点指向第 2 条，记录中已没有这一条" in fault
    look(store, "别人")
    (fault,) = verify_audit(store, anchors=[late]).faults
    assert fault.startswith("第 2 条与")
    assert "锚点不符" in fault


def test_anchors_survive_being_written_down_and_anything_else_is_refused(store):
    look(store)
    kept = audit_anchor(store)
    assert parse_anchors(kept.model_dump_json() + "\n\n") == [kept]
    for text in ("{}", "[]", "第一条"):
        with pytest.raises(InputError) as caught:
            parse_anchors(f"{kept.model_dump_json()}\n{text}\n")
        assert caught.value.code == "anchor_invalid"
        assert "第 2 行" in caught.value.message


def test_two_processes_that_append_at_once_make_one_chain(store):
    url = store.engine.url.render_as_string(hide_password=False)
    each = 40
    command = [sys.executable, "-c", NOTE, url]
    processes = [subprocess.Popen([*command, actor, str(each)]) for actor in "甲乙"]
    assert [process.wait() for process in processes] == [0, 0]
    report = verify_audit(store)
    assert (report.entries, report.faults) == (2 * each, ())
    actors = [entry.actor for entry in read_audit(store, AuditQuery(), key=KEY, limit=1000)]
    assert {actor: actors.count(actor) for actor in "甲乙"} == {"甲": each, "乙": each}


def test_what_fails_after_an_entry_takes_the_entry_with_it_and_leaves_no_gap(store):
    look(store)
    with pytest.raises(RuntimeError), store.begin() as connection:
        write_access(connection, Access(actor="甲", action=Action.ERASE_PERSON, results=1), key=KEY)
        raise RuntimeError
    look(store)
    assert verify_audit(store).entries == 2
    assert verify_audit(store).faults == ()


def test_entries_are_found_by_who_what_whom_when_and_request(store):
    with under(Circumstance(request_id="r1", agency_id="A1")):
        look(store, "甲", profile_id="P7", shown=(), purpose="推荐面试")
    look(store, "乙", vacancy_id="V1", shown=["P8"], outcome=AccessOutcome.REFUSED)
    look(store, "乙", action=Action.REQUEST_CHANGE, shown=(), resource_id="J1")

    def numbers(**wanted):
        return [entry.number for entry in read_audit(store, AuditQuery(**wanted), key=KEY)]

    assert numbers() == [3, 2, 1]
    assert numbers(actor="乙") == [3, 2]
    assert numbers(agency_id="A1") == numbers(request_id="r1") == numbers(subject="P7") == [1]
    assert numbers(subject="V1") == numbers(subject="P8") == [2]
    assert numbers(subject="J1") == numbers(action="request.change") == [3]
    now = dt.datetime.now(dt.UTC)
    assert numbers(since=now - dt.timedelta(hours=1)) == [3, 2, 1]
    assert numbers(since=now + dt.timedelta(hours=1)) == []
    assert [e.number for e in read_audit(store, AuditQuery(), key=KEY, before=3, limit=1)] == [2]
    first = read_audit(store, AuditQuery(subject="P7"), key=KEY)[0]
    assert (first.purpose, first.request_id, first.outcome) == ("推荐面试", "r1", "done")
    told = read_accesses(store, "P7", key=KEY)[0]
    assert (told["purpose"], told["outcome"], told["vacancy_id"]) == ("推荐面试", "done", None)


def test_what_was_noted_before_there_was_a_chain_is_put_on_it(store):
    with store.begin() as connection:
        there = sa.MetaData()
        there.reflect(connection)
        there.drop_all(connection)
    store.upgrade("0012")
    old = sa.MetaData()
    old.reflect(store.engine, only=["access_log", "access_person"])
    log, people = old.tables["access_log"], old.tables["access_person"]
    row = {"at": dt.datetime(2026, 3, 1, 8, 30, 0, 250, tzinfo=dt.UTC), "actor": "甲", "action": "match.pair"}
    row |= {"results": 1, "index_version": "", "model_version": "m", "subject": "V1"}
    with store.begin() as connection:
        connection.execute(log.insert(), [row | {"access_id": number} for number in (1, 2, 5, 9)])
        connection.execute(
            people.insert(), [{"access_id": 9, "person_sha256": each} for each in ("b" * 64, "a" * 64)]
        )
    store.upgrade()
    look(store)
    report = verify_audit(store)
    assert (report.entries, report.faults) == (5, ())
    fourth = read_audit(store, AuditQuery(), key=KEY)[1]
    assert (fourth.number, fourth.people, fourth.outcome) == (4, ("a" * 64, "b" * 64), "done")
    for statement in ("UPDATE access_log SET actor = ''", "DELETE FROM access_person"):
        with pytest.raises(sa.exc.DatabaseError, match="append-only"), store.begin() as connection:
            connection.execute(sa.text(statement))
    assert metadata.tables["access_log"].c.keys() == [
        column["name"] for column in sa.inspect(store.engine).get_columns("access_log")
    ]
