"""Saved searches in the store: their owners, their runs, and the people who leave."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from data.errors import ConflictError, InputError, StaleError, UnknownName
from data.store import searches as kept_searches
from data.store.audit import Access, Action, read_accesses
from data.store.erasure import erase_person
from data.store.holdings import read_holdings
from data.store.rights import object_to_matching
from data.store.search_runs import Hit, due_searches, matchable_people, read_news, record_run
from data.store.searches import (
    Direction,
    SearchDraft,
    add_search,
    delete_search,
    list_searches,
    read_search,
    remove_searches,
    replace_search,
)

NOW = dt.datetime(2026, 11, 21, 8, 0, tzinfo=dt.UTC)
KEY = b"k" * 32
FIND = SearchDraft("镁砂", Direction.PROFILES, {"vacancy": {"title": "热工工程师"}})
OF_A_PERSON = SearchDraft("岗位", Direction.VACANCIES, {"profile_id": "P1"}, profile_id="P1")


def save(store, draft=FIND, owner="ag_a", now=NOW):
    made = add_search(store, owner, draft, actor="甲", now=now, keep=lambda _connection, _made: None)
    return read_search(store, made, owner=owner)


def run(store, search, *ids, **options):
    hits = [Hit(each, place, 90.0 - place) for place, each in enumerate(ids, start=1)]
    return record_run(store, search, hits, now=NOW, **options)


def news(store, search, since):
    return [(each.item_id, each.first_run, each.gone_run) for each in read_news(store, search, since=since)]


def test_a_search_belongs_to_its_owner_and_is_unknown_to_others(store):
    search = save(store)
    assert [each.search_id for each in list_searches(store, owner="ag_a")] == [search.search_id]
    assert list_searches(store, owner="ag_b") == list_searches(store, owner="") == []
    for owner in ("ag_b", ""):
        with pytest.raises(UnknownName) as refused:
            read_search(store, search.search_id, owner=owner)
        with pytest.raises(UnknownName) as unknown:
            read_search(store, "S0", owner=owner)
        assert str(refused.value) == str(unknown.value)
        with pytest.raises(UnknownName):
            delete_search(store, search.search_id, owner=owner)
    assert read_search(store, search.search_id, owner="ag_a") == search


def test_runs_tell_what_came_and_went_and_nothing_twice(store):
    search = save(store)
    assert run(store, search, "v1", "v2") == (1, ("v1", "v2"), ())
    assert run(store, search, "v2", "v3") == (2, ("v3",), ("v1",))
    assert run(store, search, "v2", "v3") == (3, (), ())
    assert news(store, search, 0) == [("v2", 1, None), ("v3", 2, None)]  # v1 came and went since
    assert news(store, search, 1) == [("v1", 1, 2), ("v3", 2, None)]
    assert news(store, search, 3) == []
    assert run(store, search, "v1", "v2", "v3") == (4, ("v1",), ())
    assert news(store, search, 3) == [("v1", 4, None)]


def test_a_run_that_failed_says_why_and_keeps_what_was_found(store):
    search = save(store)
    run(store, search, "v1")
    assert run(store, search, problem="vacancy_unknown") == (2, (), ())
    assert read_search(store, search.search_id, owner="ag_a").problem == "vacancy_unknown"
    assert news(store, search, 0) == [("v1", 1, None)]


def test_a_search_that_asks_for_something_else_begins_anew_and_one_renamed_does_not(store):
    search = save(store)
    run(store, search, "v1")
    renamed = replace_search(store, search, FIND._replace(name="新名"), actor="乙", now=NOW)
    assert (renamed.name, renamed.version, news(store, renamed, 0)) == ("新名", 2, [("v1", 1, None)])
    other = FIND._replace(request={"vacancy": {"title": "岸桥司机"}})
    with pytest.raises(StaleError):
        replace_search(store, search, other, actor="乙", now=NOW)
    changed = replace_search(store, renamed, other, actor="乙", now=NOW)
    assert news(store, changed, 0) == []
    with pytest.raises(ConflictError):
        run(store, renamed, "v9")


def test_a_search_expires_sooner_where_a_person_is_in_it_and_each_run_puts_it_off(store):
    search, personal = save(store), save(store, OF_A_PERSON)
    assert (search.expires_at - NOW).days == 365
    assert (personal.expires_at - NOW).days == 90
    run(store, search, "v1")
    later = NOW + dt.timedelta(days=91)
    record_run(store, search, [], now=later)
    assert remove_searches(store, before=later) == 1
    assert [each.search_id for each in list_searches(store, owner="ag_a")] == [search.search_id]


def test_an_owner_keeps_no_more_than_may_be(store, monkeypatch):
    monkeypatch.setattr(kept_searches, "MOST_SEARCHES", 1)
    save(store)
    with pytest.raises(InputError, match="1 个"):
        save(store)
    assert len(list_searches(store, owner="ag_a")) == 1


def test_a_run_and_the_look_that_it_is_are_kept_together(store, write_people):
    write_people(store)
    search = save(store)
    look = Access("甲", Action.MATCH_PROFILES, results=1, shown=["P1"])
    run(store, search, "P1", look=look, key=KEY)
    assert [each["actor"] for each in read_accesses(store, "P1", key=KEY)] == ["甲"]
    delete_search(store, search.search_id, owner="ag_a")
    with pytest.raises(ConflictError):
        run(store, search, "P1", look=dataclasses.replace(look, actor="乙"), key=KEY)
    assert len(read_accesses(store, "P1", key=KEY)) == 1


def test_whoever_objects_or_is_erased_is_no_longer_to_be_shown(store, write_people, tmp_path):
    write_people(store)
    search, own = save(store), save(store, OF_A_PERSON)
    run(store, search, "P1", "P2")
    assert matchable_people(store, ["P1", "P2", "P9"]) == {"P1", "P2"}
    object_to_matching(store, "P2", objects=True, now=NOW)
    assert matchable_people(store, ["P1", "P2"]) == {"P1"}
    held = read_holdings(store, "P1", key=KEY, texts_of=lambda _row: [])
    assert {(each["search_id"], each["rank"]) for each in held["searches"]} == {
        (search.search_id, 1), (own.search_id, None),
    }  # fmt: skip
    erased = erase_person(
        store, "P1", key=KEY, actor="甲", reason="本人要求", texts_of=lambda _row: [], reports=tmp_path,
        tombstone_file=tmp_path / "tombstones.jsonl",
    )  # fmt: skip
    assert erased["searches"] == 2
    assert news(store, search, 0) == [("P2", 1, None)]
    assert [each.search_id for each in list_searches(store, owner="ag_a")] == [search.search_id]


def test_every_owner_with_searches_is_due_once(store):
    first, second = save(store), save(store, owner="")
    assert due_searches(store, kind="search") == {"": [second.search_id], "ag_a": [first.search_id]}
