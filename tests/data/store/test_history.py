"""What happened to rows is appended, read, and cannot be altered."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from data.store.batches import begin_batch
from data.store.history import read_changes, record_change, replace_rows
from data.store.schema import change, coding_alias, posting, profile, vacancy_decision

DAY = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def alias(key="焊工", **changes):
    return {"kind": "occupation", "key": key, "text": key, "code": "6-18-02-04", "decided_by": "甲"} | {
        "decided_at": DAY,
        "note": "",
        **changes,
    }


def replace(store, table, rows, **more):
    with store.begin() as connection:
        return replace_rows(connection, table, rows, actor="甲", batch_id=None, **more)


def test_a_new_row_is_written_without_a_change(store):
    assert replace(store, vacancy_decision, [decision()]) == 1
    assert read_changes(store, table_name="vacancy_decision", row_key="a/b") == []


def decision(**changes):
    row = {"left_posting_id": "a", "right_posting_id": "b", "same": True, "decided_by": "甲", "note": ""}
    return {**row, "decided_at": dt.datetime(2026, 3, 1), **changes}  # noqa: DTZ001


def test_a_row_that_differs_is_replaced_with_its_old_and_new_values(store):
    replace(store, vacancy_decision, [decision()])
    assert replace(store, vacancy_decision, [decision(same=False, note="不同岗位")]) == 1
    (noted,) = read_changes(store, table_name="vacancy_decision", row_key="a/b")
    assert {name: noted["fields"][name] for name in ("same", "note")} == {
        "same": [True, False],
        "note": ["", "不同岗位"],
    }
    assert (noted["actor"], noted["kind"], noted["batch_id"]) == ("甲", "replaced", None)


def test_a_row_that_says_the_same_costs_nothing_and_keeps_its_provenance(store, write_needs):
    write_needs(store)
    with store.read() as connection:
        rows = [dict(row) for row in connection.execute(sa.select(posting)).mappings()]
    other = begin_batch(store, "posting", "again.csv", "c" * 64, "1")
    again = [row | {"batch_id": other, "row": 99, "skills": tuple(row["skills"])} for row in rows]
    assert replace(store, posting, again) == 0
    assert replace(store, posting, [again[0] | {"skills": ["切割"]}, again[1]]) == 1
    with store.read() as connection:
        kept = dict(connection.execute(sa.select(posting.c.posting_id, posting.c.batch_id)).all())
        assert connection.execute(sa.select(sa.func.count()).select_from(change)).scalar_one() == 1
    assert kept == {"p0": other, "p1": rows[1]["batch_id"]}
    (noted,) = read_changes(store, table_name="posting", row_key="p0")
    assert noted["fields"] == {"skills": [["焊接"], ["切割"]]}


def test_of_two_rows_with_one_key_the_later_counts(store):
    rows = [alias(text="先"), alias(text="后")]
    assert replace(store, coding_alias, rows) == 1
    with store.read() as connection:
        assert connection.execute(sa.select(coding_alias.c.text)).scalar_one() == "后"
    assert replace(store, coding_alias, []) == 0


def test_many_rows_go_in_at_once(store):
    assert replace(store, vacancy_decision, [decision(right_posting_id=f"b{i}") for i in range(1200)]) == 1200
    changed = [decision(right_posting_id=f"b{i}", same=i % 2 == 0) for i in range(1200)]
    assert replace(store, vacancy_decision, changed) == 600


def test_of_a_profile_only_the_names_of_fields_are_kept(store, write_people):
    write_people(store)
    write_people(store, sha="c" * 64, summary="另一段经历")
    (noted,) = read_changes(store, table_name="profile", row_key="P1")
    assert noted["fields"] == {"summary": None}
    with store.begin() as connection:
        record_change(
            connection,
            actor="甲",
            table_name=profile.name,
            row_key="P1",
            kind="corrected",
            fields={"title": ["旧", "新"]},
        )
        kept = str(connection.execute(sa.select(change.c.row_key, change.c.fields)).all())
    assert not {"P1", "旧", "新", "经历"} & {word for word in ("P1", "旧", "新", "经历") if word in kept}
    assert [each["kind"] for each in read_changes(store, table_name="profile", row_key="P1")] == [
        "replaced",
        "corrected",
    ]


def test_a_day_in_a_change_is_written_as_text(store):
    with store.begin() as connection:
        record_change(
            connection,
            actor="甲",
            table_name="posting",
            row_key="p",
            kind="decided",
            fields={"closed_on": [None, dt.date(2026, 3, 1)]},
        )
    (noted,) = read_changes(store, table_name="posting", row_key="p")
    assert noted["fields"] == {"closed_on": [None, "2026-03-01"]}


@pytest.mark.parametrize("statement", [change.update().values(actor="乙"), change.delete()])
def test_the_database_itself_refuses_to_alter_history(store, statement):
    replace(store, vacancy_decision, [decision()])
    replace(store, vacancy_decision, [decision(note="改")])
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), store.begin() as connection:
        connection.execute(statement)
    (noted,) = read_changes(store, table_name="vacancy_decision", row_key="a/b")
    assert noted["actor"] == "甲"
