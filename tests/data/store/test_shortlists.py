"""Recorded lists in the store, on every database."""

from __future__ import annotations

import datetime as dt

import pytest

from data.errors import UnknownName
from data.store.backup import write_backup
from data.store.erasure import erase_person
from data.store.restore import restore_backup
from data.store.shortlists import (
    Shortlist,
    ShortlistItem,
    erase_from_shortlists,
    list_shortlists,
    prune_shortlists,
    read_shortlist,
    record_shortlist,
    shortlist_sources,
    shortlists_of,
)

MOMENT = dt.datetime(2026, 6, 15, 8, 30, tzinfo=dt.UTC)
KEY = b"k" * 32


def item(rank, **who):
    return ShortlistItem(
        **({"vacancy_id": None, "profile_id": None} | who),
        rank=rank,
        score_forward=90.0 - rank,
        score_reverse=50.0,
        score_mutual=None,
        features={"title": 1.0, "major": None},
    )


def people(list_id="", **changes):
    """Return a list of two people for a vacancy."""
    return Shortlist(
        **{
            "list_id": list_id,
            "issued_at": MOMENT,
            "actor": "cli:test",
            "direction": "profiles",
            "vacancy_id": "V1",
            "profile_id": None,
            "content": None,
            "k": 2,
            "weights": None,
            "rank_by": "forward",
            "as_of": MOMENT.date(),
            "pool": 9,
            "allowed": 5,
            "excluded": {"education": 4},
            "bundle_id": "",
            "model_version": "m",
            "index_version": "i",
            "taxonomy_version": "t",
            "data_sha256": "a" * 64,
            "degraded": False,
            "synthetic": True,
            "items": (item(1, profile_id="P1"), item(2, profile_id="P2")),
        }
        | changes
    )


def vacancies(list_id="", **changes):
    """Return a list of one vacancy for a person."""
    return people(
        list_id,
        direction="vacancies",
        vacancy_id=None,
        profile_id="P1",
        items=(item(1, vacancy_id="V1"),),
        **changes,
    )


def test_a_list_is_read_as_it_was_recorded(store):
    issued = people(weights={"skills": 1.0}, content={"given": {"title": "焊工"}})
    list_id = record_shortlist(store, issued)
    assert list_id.startswith("L")
    kept = read_shortlist(store, list_id)
    assert kept == issued.model_copy(update={"list_id": list_id})
    assert [each.item_id for each in kept.items] == ["P1", "P2"]
    assert kept.erased == 0


def test_a_list_may_have_a_name_and_no_items(store):
    assert record_shortlist(store, people("mine", items=())) == "mine"
    assert read_shortlist(store, "mine").items == ()


def test_an_unknown_list_is_refused_by_name(store):
    with pytest.raises(UnknownName, match="L0"):
        read_shortlist(store, "L0")


def test_the_newest_lists_come_first(store):
    for hour in range(3):
        record_shortlist(store, people(f"L{hour}", issued_at=MOMENT + dt.timedelta(hours=hour)))
    assert [each.list_id for each in list_shortlists(store, limit=2)] == ["L2", "L1"]


def test_an_erased_person_leaves_only_the_rank(store):
    record_shortlist(store, people("A"))
    record_shortlist(store, vacancies("B"))
    with store.begin() as connection:
        assert len(shortlists_of(connection, "P1")) == 2
        assert erase_from_shortlists(connection, "P1") == 2
        assert shortlists_of(connection, "P1") == []
    first, second = read_shortlist(store, "A").items
    assert (first.rank, first.item_id, first.score_forward, first.features) == (1, None, None, None)
    assert second == people().items[1]
    assert read_shortlist(store, "A").erased == 1
    own = read_shortlist(store, "B")
    assert (own.profile_id, own.content, own.items, own.asker_erased) == (None, None, (), True)


def test_a_person_reads_on_which_lists_they_stand(store):
    record_shortlist(store, people("A"))
    record_shortlist(store, vacancies("B", issued_at=MOMENT + dt.timedelta(hours=1)))
    with store.read() as connection:
        found = shortlists_of(connection, "P1")
    assert [(row["list_id"], row["vacancy_id"], row["rank"], row["score"]) for row in found] == [
        ("A", "V1", 1, 89.0),
        ("B", None, None, None),
    ]


def test_pruning_deletes_what_is_older_than_a_day(store):
    record_shortlist(store, people("old", data_sha256="b" * 64))
    record_shortlist(store, people("new", issued_at=MOMENT + dt.timedelta(days=1)))
    assert prune_shortlists(store, before=MOMENT.date()) == 0
    assert prune_shortlists(store, before=MOMENT.date() + dt.timedelta(days=1)) == 1
    assert [each.list_id for each in list_shortlists(store)] == ["new"]
    assert shortlist_sources(store) == {"a" * 64}


def test_erasing_a_person_takes_them_out_of_lists_and_no_backup_brings_them_back(
    sqlite_store, write_people, tmp_path
):
    write_people(sqlite_store)
    record_shortlist(sqlite_store, people("A"))
    write_backup(sqlite_store, tmp_path / "before.zip")
    erased = erase_person(
        sqlite_store,
        "P1",
        key=KEY,
        actor="a",
        reason="r",
        texts_of=lambda row: [row["title"]],
        reports=tmp_path / "reports",
        tombstone_file=tmp_path / "tombstones.jsonl",
    )
    assert erased["shortlists"] == 1
    assert read_shortlist(sqlite_store, "A").erased == 1
    restore_backup(
        sqlite_store, tmp_path / "before.zip", key=KEY, texts_of=lambda row: [row["title"]], replace=True
    )
    assert read_shortlist(sqlite_store, "A").erased == 1
