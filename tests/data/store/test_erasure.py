"""Who is erased is gone from the database, its file and the reports, and does not come back."""

from __future__ import annotations

import datetime as dt
import hashlib

import pandas as pd
import pytest
import sqlalchemy as sa

from data.errors import StoreError, UnknownName
from data.store.batches import begin_batch, committed_parts, write_part, write_raw_rows
from data.store.consents import list_consents, record_consent
from data.store.erasure import compact_erased, erase_person, read_tombstone_file
from data.store.holdings import read_holdings
from data.store.profiles import read_profiles
from data.store.reviews import read_reviews
from data.store.schema import coding_review, raw_row
from data.store.tombstones import erased_ids, read_tombstones
from data.store.vectors import read_vectors
from data.store.version import store_version

KEY = b"k" * 32
SECRET = "深海钛合金载人球壳焊接"


def texts_of(row):
    return [row["title"], row["summary"]]


@pytest.fixture
def erase(store, tmp_path):
    def erases(profile_id="P1"):
        return erase_person(
            store,
            profile_id,
            key=KEY,
            actor="甲",
            reason="本人要求",
            texts_of=texts_of,
            reports=tmp_path / "reports",
            tombstone_file=tmp_path / "var" / "tombstones.jsonl",
        )

    return erases


def contents(store):
    query = sa.select(raw_row.c.content).order_by(raw_row.c.batch_id, raw_row.c.row)
    with store.read() as connection:
        return list(connection.execute(query).scalars())


def test_everything_on_a_person_goes_and_what_others_have_stays(store, erase, write_people, tmp_path):
    write_people(store)
    record_consent(
        store,
        "P1",
        agency="机构",
        purpose="面试",
        valid_from=dt.date(2026, 3, 1),
        valid_to=dt.date(2026, 3, 2),
        recorded_by="甲",
    )
    with store.begin() as connection:
        cases = [{"kind": "occupation", "text": SECRET, "count": 1, "suggestions": []}]
        connection.execute(coding_review.insert(), [*cases, cases[0] | {"text": "焊工", "count": 9}])
    reports = tmp_path / "reports"
    reports.mkdir()
    for name in ("people-aaaaaaaa-问题清单.xlsx", "people-aaaaaaaa-问题清单.json", "other-bbbbbbbb.json"):
        (reports / name).write_text(SECRET, encoding="utf-8")
    erased = erase()
    assert erased == {
        "profiles": 1,
        "raw_rows": 1,
        "consents": 1,
        "feedback": 0,
        "shortlists": 0,
        "job_queries": 0,
        "searches": 0,
        "vectors": 2,
        "reviews": 1,
        "report_files": 2,
    }
    assert [path.name for path in reports.iterdir()] == ["other-bbbbbbbb.json"]
    assert read_profiles(store)["profile_id"].tolist() == ["P2"]
    assert contents(store) == [{}, {"编号": "P2", "简介": "焊接"}]
    assert list_consents(store, "P1") == []
    assert [row["text"] for row in read_reviews(store, kind="occupation")] == ["焊工"]
    hashes = [hashlib.sha256(text.encode()).digest() for text in (SECRET, "焊工")]
    assert list(read_vectors(store, "test", hashes)) == hashes[1:]
    with pytest.raises(UnknownName, match="P1"):
        read_holdings(store, "P1", key=KEY, texts_of=texts_of)


def test_cells_quoted_in_the_reports_of_parts_go_too(store, erase, write_people):
    batch_id = write_people(store)
    problems = [{"row": 2, "value": SECRET}, {"row": 3, "value": "别人的"}]
    with store.begin() as connection:
        write_part(connection, batch_id, 0, {"rows": 2, "listed": problems})
        write_part(connection, batch_id, 1, {"rows": 2})
    erase()
    assert committed_parts(store, batch_id) == {0: {"rows": 2, "listed": problems[1:]}, 1: {"rows": 2}}


def test_no_byte_of_it_is_left_in_the_file(sqlite_store, tmp_path, write_people):
    write_people(sqlite_store)
    write_people(sqlite_store, sha="c" * 64, summary=SECRET + "三十年")
    arguments = {"key": KEY, "actor": "甲", "reason": "本人要求", "texts_of": texts_of}

    def bytes_on_disk():
        return b"".join(path.read_bytes() for path in tmp_path.glob("test.db*"))

    assert SECRET.encode() in bytes_on_disk()
    erase_person(sqlite_store, "P1", **arguments, reports=tmp_path, tombstone_file=tmp_path / "t.jsonl")
    assert compact_erased(sqlite_store, tmp_path / "compacted")
    left = bytes_on_disk()
    assert len(left) > 1000
    for text in (SECRET, SECRET.encode("unicode_escape").decode(), "P1"):
        assert text.encode() not in left
    assert b"P2" in left


def test_the_files_are_written_anew_once_for_those_who_were_erased(store, erase, write_people, tmp_path):
    write_people(store)
    marker = tmp_path / "compacted"
    assert not compact_erased(store, marker)
    erase()
    assert compact_erased(store, marker)
    assert not compact_erased(store, marker)
    marker.unlink()  # as after a compaction that was broken off
    assert compact_erased(store, marker)


def test_a_tombstone_tells_that_but_not_whom(store, erase, write_people, tmp_path):
    write_people(store)
    before = store_version(store)
    erase()
    assert store_version(store) != before
    (row,) = read_tombstones(store)
    assert row["actor"] == "甲"
    assert row["erased"]["profiles"] == 1
    assert "P1" not in str(row)
    (listed,) = read_tombstone_file(tmp_path / "var" / "tombstones.jsonl")
    assert listed["subject_sha256"] == row["subject_sha256"]
    assert listed["erased_at"].tzinfo is not None
    assert read_tombstone_file(tmp_path / "none.jsonl") == []


def test_who_was_erased_is_known_to_whoever_asks_for_them_with_the_key(store, erase, write_people):
    write_people(store)
    assert erased_ids(store, ["P1", "P2"], key=b"anything") == set()
    erase()
    assert erased_ids(store, ["P1", "P2"], key=KEY) == {"P1"}
    with pytest.raises(StoreError, match="另一把密钥"):
        erased_ids(store, ["P1"], key=b"other")


def test_a_person_who_came_back_by_mistake_can_be_erased_again(store, erase, write_people):
    write_people(store)
    erase()
    write_people(store, sha="d" * 64)
    assert erase()["profiles"] == 1
    assert len(read_tombstones(store)) == 1


def test_nobody_is_not_erased(store, erase, write_people):
    write_people(store)
    with pytest.raises(UnknownName, match="P9"):
        erase("P9")
    assert read_tombstones(store) == []
    assert len(read_profiles(store)) == 2


def test_a_refused_row_with_the_persons_number_in_a_cell_is_found(store, erase):
    batch_id = begin_batch(store, "profile", "refused.csv", "e" * 64, "1")
    frame = pd.DataFrame({"编号": ["Ｐ1 ", "P10"], "岗位": ["", "焊工"]}, index=[2, 3])
    with store.begin() as connection:
        write_raw_rows(connection, batch_id, frame)
    held = read_holdings(store, "P1", key=KEY, texts_of=texts_of)
    assert [(each["row"], each["content"]["编号"]) for each in held["raw_rows"]] == [(2, "Ｐ1 ")]
    assert held["profile"] is None
    erase()
    assert contents(store) == [{}, {"编号": "P10", "岗位": "焊工"}]


def test_everything_held_is_shown_with_where_it_came_from(store, write_people):
    batch_id = write_people(store)
    write_people(store, sha="c" * 64, summary="另一段")
    held = read_holdings(store, "P1", key=KEY, texts_of=texts_of)
    assert held["profile"]["summary"] == "另一段"
    assert [each["content"]["简介"] for each in held["raw_rows"]] == [SECRET + "二十年", "另一段"]
    assert [each["file_name"] for each in held["files"]] == ["people.csv"] * 2
    assert held["files"][0]["batch_id"] == batch_id
    assert held["vectors"] == 2
    assert [each["fields"] for each in held["changes"]] == [{"summary": None}]
