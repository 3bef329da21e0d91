"""Who looked at whom is noted, told to the person, and cannot be altered."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from data.errors import StoreError
from data.store import audit
from data.store.audit import (
    Access,
    Action,
    AuditQuery,
    read_accesses,
    read_audit,
    record_access,
    record_crowd,
)
from data.store.audit_chain import verify_audit
from data.store.schema import access_log, access_person

KEY = b"k" * 32


def look(**changes):
    given = {"actor": "示例机构", "action": Action.MATCH_PROFILES, "results": 2, "vacancy_id": "V1"}
    return Access(**given | changes)


def counted(store, table):
    with store.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_everyone_shown_can_be_told_who_looked_and_for_what(store):
    record_access(store, look(shown=["P1", "P2"], index_version="i7", model_version="m"), key=KEY)
    record_access(store, look(shown=["P2"], vacancy_id=None, actor="cli:甲"), key=KEY)
    first, second = read_accesses(store, "P2", key=KEY)
    assert (first["actor"], first["action"], first["vacancy_id"]) == ("示例机构", "match.profiles", "V1")
    assert (first["results"], first["index_version"], first["model_version"]) == (2, "i7", "m")
    assert (second["actor"], second["vacancy_id"]) == ("cli:甲", None)
    assert len(read_accesses(store, "P1", key=KEY)) == 1
    assert read_accesses(store, "P9", key=KEY) == []


def test_the_person_asked_for_is_told_too_and_no_hash_passes_for_a_vacancy(store):
    record_access(
        store, look(action=Action.EXPORT_PERSON, vacancy_id=None, profile_id="P1", results=1), key=KEY
    )
    record_access(store, look(action=Action.MATCH_PAIR, profile_id="P1", results=1), key=KEY)
    whole, pair = read_accesses(store, "P1", key=KEY)
    assert (whole["action"], whole["vacancy_id"]) == ("export.person", None)
    assert (pair["action"], pair["vacancy_id"]) == ("match.pair", "V1")


def test_nothing_kept_says_who_was_seen_without_the_key(store):
    record_access(store, look(shown=["P000001"], vacancy_id=None, profile_id="P000002"), key=KEY)
    with store.read() as connection:
        kept = str(connection.execute(sa.select(access_log)).all())
        kept += str(connection.execute(sa.select(access_person)).all())
    assert "P00000" not in kept
    assert read_accesses(store, "P000001", key=b"x" * 32) == []


def test_a_look_at_many_is_noted_in_several_entries_that_name_everyone_once(store, monkeypatch):
    monkeypatch.setattr(audit, "_PEOPLE_AN_ENTRY", 2)
    people = {f"P{number}" for number in range(5)}
    record_crowd(store, look(results=5, shown=people), key=KEY)
    entries = read_audit(store, AuditQuery(), key=KEY)
    assert [each.results for each in entries] == [1, 2, 2]
    assert all(len(read_accesses(store, each, key=KEY)) == 1 for each in people)
    hashes = [person for each in reversed(entries) for person in each.people]
    assert hashes == sorted(hashes)
    assert verify_audit(store).faults == ()


def test_a_look_that_shows_nobody_is_noted_too(store):
    record_access(store, look(results=0), key=KEY)
    assert (counted(store, access_log), counted(store, access_person)) == (1, 0)


@pytest.mark.parametrize("table", ["access_log", "access_person"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET access_id = 9", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_alter_what_was_seen(store, table, statement):
    record_access(store, look(shown=["P1"]), key=KEY)
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), store.begin() as connection:
        connection.execute(sa.text(statement.format(table)))
    assert len(read_accesses(store, "P1", key=KEY)) == 1


def test_a_look_that_cannot_be_noted_is_refused_and_leaves_nothing(store):
    with store.begin() as connection:
        connection.execute(sa.text("DROP TABLE access_person"))
    with pytest.raises(StoreError) as caught:
        record_access(store, look(shown=["P1"]), key=KEY)
    assert caught.value.code == "audit_failed"
    assert counted(store, access_log) == 0
