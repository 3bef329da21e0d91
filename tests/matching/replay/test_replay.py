"""Recorded lists made again."""

from __future__ import annotations

import datetime as dt

import pytest

from data.errors import IndexDamaged, RefusedError, UnknownName
from data.records import Education, Posting, Profile
from data.store.shortlists import (
    erase_from_shortlists,
    list_shortlists,
    prune_shortlists,
    read_shortlist,
    shortlist_sources,
)
from matching.bundle import Opened
from matching.matcher import Matcher
from matching.ranker import AdditiveRanker
from matching.replay import erase_frozen, issue_list, prune_frozen, replay_list
from matching.results import RankBy


@pytest.fixture
def issue(sqlite_store, city, pools):
    """Return a function that answers a request and records the list."""

    def issues(asked, *, k=10, matcher=None, **options):
        used = matcher or city
        vacancy = isinstance(asked, Posting) or (isinstance(asked, str) and asked.startswith("V"))
        found = (used.match_vacancy if vacancy else used.match_profile)(asked, k=k, **options)
        return issue_list(
            sqlite_store,
            used,
            found,
            k=k,
            actor="cli:test",
            pools=pools,
            weights=options.get("weights"),
            asked=None if isinstance(asked, str) else asked,
        )

    return issues


@pytest.fixture
def replay(sqlite_store, pools, parts):
    return lambda list_id: replay_list(list_id, sqlite_store, pools=pools, open_parts=parts)


@pytest.mark.parametrize("asked", ["V1", "V2", "P1", "P4"])
def test_a_list_made_again_is_identical(issue, replay, asked):
    made = replay(issue(asked))
    assert made.identical
    assert made.items
    assert [item.rank_now for item in made.items] == [item.rank_then for item in made.items]
    assert all(item.score_now == item.score_then for item in made.items)
    assert (made.largest_change, made.erased, made.notes) == (0.0, 0, ())
    assert made.synthetic


def test_weights_and_order_of_the_request_are_those_of_the_day(issue, replay, sqlite_store):
    list_id = issue("V1", weights={"skills": 2.0, "pay": 1.0}, rank_by=RankBy.MUTUAL, k=2)
    assert replay(list_id).identical
    kept = read_shortlist(sqlite_store, list_id)
    assert (kept.weights, kept.rank_by, kept.k) == ({"skills": 2.0, "pay": 1.0}, "mutual", 2)


def test_what_the_store_holds_today_does_not_matter(issue, replay, frames, hashing_model, coder, city):
    list_id = issue("V1")
    vacancies, profiles = frames
    today = Matcher.from_frames(vacancies, profiles.iloc[1:], hashing_model, coder, as_of=city.as_of)
    other = issue("V1", matcher=today)
    assert replay(list_id).identical
    assert replay(other).identical
    assert replay(list_id).data_sha256 != replay(other).data_sha256


def test_a_vacancy_and_a_person_given_in_full_are_kept_with_the_list(issue, replay, sqlite_store):
    need = Posting(
        posting_id="x", source="api", source_row=0, title="镁砂工艺工程师", employer="示例", skills=("浮选",)
    )
    person = Profile(profile_id="P77", title="岸桥司机", education=Education.COLLEGE, licences=("Q2",))
    for asked in (need, person):
        list_id = issue(asked)
        assert replay(list_id).identical
        assert read_shortlist(sqlite_store, list_id).content["given"]["title"] == asked.title
    with sqlite_store.begin() as connection:
        assert erase_from_shortlists(connection, "P77") == 1
    assert read_shortlist(sqlite_store, list_id).content is None


def test_another_ranker_is_told_apart_item_by_item(issue, sqlite_store, pools, hashing_model):
    class Harsher(AdditiveRanker):
        version = "harsher-1"

        def contributions(self, *features, **side):
            return super().contributions(*features, **side) * 0.9

    made = replay_list(
        issue("V1"), sqlite_store, pools=pools, open_parts=lambda _: Opened(hashing_model, Harsher())
    )
    assert not made.identical
    assert made.largest_change > 1
    assert "score_forward" in made.items[0].differing
    assert "harsher-1" in made.notes[0]


def test_a_feature_that_reads_otherwise_today_is_named(issue, replay, sqlite_store):
    list_id = issue("V1")
    _alter(sqlite_store, list_id, features={"title": 0.1})
    made = replay(list_id)
    assert not made.identical
    assert "title" in made.items[0].differing


def test_another_order_and_somebody_else_are_noticed(issue, replay, sqlite_store):
    list_id = issue("V1")
    first, second = read_shortlist(sqlite_store, list_id).items[:2]
    _alter(sqlite_store, list_id, rank=1, profile_id=second.profile_id)
    _alter(sqlite_store, list_id, rank=2, profile_id=first.profile_id)
    made = replay(list_id)
    assert not made.identical
    assert "rank" in made.items[0].differing
    _alter(sqlite_store, list_id, rank=1, profile_id="P0")
    made = replay(list_id)
    assert made.items[0].rank_now is None
    assert not made.identical


def test_the_bundle_of_the_day_is_asked_for(sqlite_store, city, pools, hashing_model):
    asked = []

    def opens(bundle_id):
        asked.append(bundle_id)
        return Opened(hashing_model, AdditiveRanker())

    list_id = issue_list(
        sqlite_store,
        city,
        city.match_vacancy("V1"),
        k=10,
        actor="a",
        pools=pools,
        bundle_id="2026-10-abc",
    )
    assert replay_list(list_id, sqlite_store, pools=pools, open_parts=opens).bundle_id == "2026-10-abc"
    assert asked == ["2026-10-abc"]


def test_an_erased_person_leaves_a_gap_and_the_others_keep_their_order(issue, replay, sqlite_store, pools):
    list_id = issue("V1")
    before = replay(list_id)
    with sqlite_store.begin() as connection:
        assert erase_from_shortlists(connection, "P4") == 1
    erase_frozen(pools, "P4")
    made = replay(list_id)
    assert made.identical
    assert (made.erased, made.erased_from_pools) == (1, 1)
    assert "1 人" in made.notes[0]
    left = [item.item_id for item in made.items if item.item_id]
    assert left == [item.item_id for item in before.items if item.item_id != "P4"]
    gap = next(item for item in read_shortlist(sqlite_store, list_id).items if item.item_id is None)
    assert (gap.score_forward, gap.features) == (None, None)


def test_who_moves_up_into_an_erased_place_is_shown_and_is_no_difference(issue, replay, sqlite_store, pools):
    list_id = issue("V1", k=1)
    first = read_shortlist(sqlite_store, list_id).items[0].profile_id
    with sqlite_store.begin() as connection:
        erase_from_shortlists(connection, first)
    erase_frozen(pools, first)
    made = replay(list_id)
    assert made.identical
    assert (made.items[0].item_id, made.items[0].rank_then) == ("", 1)
    assert [item.rank_now for item in made.items] == [None, 1]


def test_a_person_erased_from_the_pool_but_on_no_list_is_mentioned(issue, replay, pools):
    list_id = issue("V1", k=1)
    erase_frozen(pools, "P3")
    made = replay(list_id)
    assert made.identical
    assert "均不在本名单上" in made.notes[0]


def test_a_list_for_a_person_who_was_erased_is_gone_with_the_person(issue, replay, sqlite_store):
    list_id = issue("P1")
    with sqlite_store.begin() as connection:
        assert erase_from_shortlists(connection, "P1") == 1
    kept = read_shortlist(sqlite_store, list_id)
    assert (kept.profile_id, kept.items, kept.asker_erased) == (None, (), True)
    with pytest.raises(RefusedError, match="要求删除"):
        replay(list_id)


def test_lists_of_before_a_day_are_pruned_with_the_pools_that_only_they_needed(
    issue, replay, sqlite_store, pools
):
    list_id = issue("V1")
    today = dt.datetime.now(dt.UTC).date()
    assert prune_shortlists(sqlite_store, before=today) == 0
    assert [each.list_id for each in list_shortlists(sqlite_store)] == [list_id]
    assert prune_shortlists(sqlite_store, before=today + dt.timedelta(days=2)) == 1
    assert prune_frozen(pools, shortlist_sources(sqlite_store)) == 1
    with pytest.raises(UnknownName, match="replay list"):
        replay(list_id)


def test_a_list_whose_pools_are_gone_says_so(issue, replay, pools):
    list_id = issue("V1")
    prune_frozen(pools, set())
    with pytest.raises(IndexDamaged):
        replay(list_id)


def test_other_code_tables_and_a_missing_encoder_are_told(issue, replay, sqlite_store, pools, monkeypatch):
    list_id = issue("V1")
    monkeypatch.setattr("matching.replay.replay.TAXONOMY_VERSION", "tomorrow")
    assert "tomorrow" in replay(list_id).notes[0]


def _alter(store, list_id, *, rank=1, **values):
    from data.store.schema import shortlist_item

    here = (shortlist_item.c.list_id == list_id) & (shortlist_item.c.rank == rank)
    with store.begin() as connection:
        connection.execute(shortlist_item.update().where(here).values(**values))
