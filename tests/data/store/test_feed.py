"""A copy kept by one snapshot and then by changes alone is what its owner may see, whatever was written."""

from __future__ import annotations

import datetime as dt
import time

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import ExpiredError
from data.store.copies import Copies
from data.store.feed import Position, Resource, key_of, position_of, purge_feed, read_feed, seal_person
from data.store.history import kept_key
from data.store.schema import batch, edition, entry, feed_row, posting, profile, vacancy, vacancy_posting
from data.store.schema.access import matching_objection
from data.store.schema.releases import edition_release, edition_step, edition_version

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
LISTS = {name: [] for name in ("skills", "majors", "licences", "languages", "engagement")}
POSTING = LISTS | {
    "batch_id": 1, "row": 2, "source": "s", "source_row": 2, "employer": "甲", "employer_key": "甲",
    "employer_is_agency": False, "industry_raw": "", "place_raw": "", "duties": "", "outcome": "未知",
    "synthetic": False,
}  # fmt: skip
PROFILE = LISTS | {"batch_id": 1, "row": 2, "summary": "", "willing_codes": [], "synthetic": True}
VACANCY = {"posting_id": "base", "outcome": "未知", "synthetic": False}
OWNERS = ("", "ag_1", "ag_2")


@pytest.fixture
def filled(store):
    """Return a store with what other rows refer to."""
    with store.begin() as connection:
        file = {"kind": "posting", "file_name": "f", "file_sha256": "a", "parser_version": "1"}
        connection.execute(batch.insert().values(batch_id=1, status="done", started_at=NOW, **file))
        insert_posting(connection, "base", "ag_2")
    return store


def insert_posting(connection, posting_id, owner, title="焊工"):
    row = POSTING | {"posting_id": posting_id, "owner": owner, "title": title}
    connection.execute(posting.insert().values(**row))


def insert_profile(connection, profile_id, owner="", title="焊工"):
    connection.execute(profile.insert().values(**PROFILE, profile_id=profile_id, owner=owner, title=title))


def whole(copies):
    return {
        key_of(copies.resource, each): record
        for chunk in copies.chunks(rows=2)
        for each, record in chunk.items()
    }


def settle(store, until=None):
    """Wait for transactions of others in the same cluster, behind which PostgreSQL tells no change yet."""
    if store.engine.dialect.name != "postgresql":
        return
    for _ in range(1200):
        with store.read() as connection:
            bounds = (
                "pg_snapshot_xmin(pg_current_snapshot())::text, pg_snapshot_xmax(pg_current_snapshot())::text"
            )
            oldest, newest = map(int, connection.execute(sa.text(f"SELECT {bounds}")).one())
        until = newest if until is None else until
        if oldest >= until:
            return
        time.sleep(0.05)
    pytest.fail("a transaction of somebody else stays open")


class Copy:
    """What an analyst of one owner keeps of one resource."""

    def __init__(self, store, resource, owner):
        self.store, self.resource, self.owner = store, resource, owner
        with store.snapshot() as connection:
            self.position = position_of(connection)
            self.records = whole(Copies(connection, resource, owner))
        self.told = set(self.records)

    def follow(self, limit=2, calls=1000):
        """Take changes until there are no more; return what was told of them."""
        told = []
        more = True
        while more and calls:
            calls -= 1
            with self.store.snapshot() as connection:
                found = read_feed(connection, self.resource, self.position, owner=self.owner, limit=limit)
                ids = [each.id for each in found.changes if each.id]
                records = Copies(connection, self.resource, self.owner).records(ids)
            for each in found.changes:
                told.append((each.id, each.key, each.id in records))
                if each.id in records:
                    self.records[each.key] = records[each.id]
                else:
                    self.records.pop(each.key, None)
            self.position, more = found.position, found.more
        self.told |= {key for _, key, _ in told}
        return told

    def truth(self):
        with self.store.snapshot() as connection:
            return whole(Copies(connection, self.resource, self.owner))


class World:
    """Rows as they were written, beside the store that holds them."""

    def __init__(self, store):
        self.store = store
        self.postings, self.vacancies, self.profiles, self.objects = {}, {}, {}, set()
        with store.begin() as connection:
            for table in (vacancy_posting, vacancy, profile):
                connection.execute(table.delete())
            connection.execute(posting.delete().where(posting.c.posting_id != "base"))

    def write_posting(self, connection, number, owner, title):
        key = f"p{number}"
        if key in self.postings:
            changed = posting.update().where(posting.c.posting_id == key)
            connection.execute(changed.values(owner=owner, title=title))
        else:
            insert_posting(connection, key, owner, title)
        self.postings[key] = (owner, title)

    def drop_posting(self, connection, number, *_):
        connection.execute(posting.delete().where(posting.c.posting_id == f"p{number}"))
        self.postings.pop(f"p{number}", None)

    def write_profile(self, connection, number, owner, title):
        key = f"P{number}"
        if key in self.profiles:
            changed = profile.update().where(profile.c.profile_id == key)
            connection.execute(changed.values(owner=owner, title=title))
        else:
            insert_profile(connection, key, owner, title)
        self.profiles[key] = (owner, title)

    def erase(self, connection, number, *_):
        connection.execute(profile.delete().where(profile.c.profile_id == f"P{number}"))
        seal_person(connection, f"P{number}")
        self.profiles.pop(f"P{number}", None)
        self.objects.discard(f"P{number}")

    def object(self, connection, number, *_):
        key = f"P{number}"
        if key in self.objects:
            connection.execute(matching_objection.delete().where(matching_objection.c.profile_id == key))
            self.objects.remove(key)
        elif key in self.profiles:
            connection.execute(matching_objection.insert().values(profile_id=key, since=NOW))
            self.objects.add(key)

    def merge(self, connection, number, owner, title):
        """Forget all vacancies and write them anew, one of them otherwise, one not at all."""
        connection.execute(vacancy.delete())
        self.vacancies.pop(f"v{number + 1}", None)
        counted_in = "v9" if title == "会计" else None
        self.vacancies[f"v{number}"] = ("*" if title == "司机" else owner, counted_in)
        for key, (whose, counted) in self.vacancies.items():
            row = VACANCY | {"vacancy_id": key, "owner": whose, "counted_in": counted}
            connection.execute(vacancy.insert().values(**row))

    def seen(self, resource, owner):
        """Return the keys that an owner may see."""
        mine = lambda whose: owner in ("", whose) or not whose  # noqa: E731
        if resource is Resource.POSTINGS:
            others = {} if owner == "ag_1" else {"base": ("ag_2", "焊工")}
            return {key for key, (whose, _) in (self.postings | others).items() if mine(whose)}
        if resource is Resource.VACANCIES:
            return {
                key
                for key, (whose, counted) in self.vacancies.items()
                if mine(whose) and (owner or not counted)
            }
        kept = {key for key, (whose, _) in self.profiles.items() if mine(whose)} - self.objects
        return {kept_key("profile", key) for key in kept}


WRITES = st.tuples(
    st.sampled_from(["write_posting", "drop_posting", "write_profile", "erase", "object", "merge"]),
    st.integers(0, 2),
    st.sampled_from(OWNERS),
    st.sampled_from(["焊工", "司机", "会计"]),
)
LOOKS = st.tuples(st.just("look"), st.integers(1, 3), st.sampled_from(OWNERS), st.just(""))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(WRITES, max_size=6), after=st.lists(WRITES | LOOKS, max_size=20))
def test_a_copy_kept_by_changes_is_what_its_owner_may_see(filled, before, after):
    world = World(filled)
    for name, *arguments in before:
        with filled.begin() as connection:
            getattr(world, name)(connection, *arguments)
    followed = (Resource.POSTINGS, Resource.VACANCIES, Resource.PROFILES)
    copies = [Copy(filled, resource, owner) for resource in followed for owner in OWNERS]
    for name, number, owner, title in after:
        if name == "look":
            for copy in copies:
                if copy.owner == owner:
                    copy.follow(limit=number, calls=2)
            continue
        with filled.begin() as connection:
            getattr(world, name)(connection, number, owner, title)
    settle(filled)
    for copy in copies:
        copy.follow()
        assert copy.records == copy.truth()
        assert set(copy.records) == world.seen(copy.resource, copy.owner)
        assert copy.follow() == []


def test_nothing_of_another_agency_is_told_not_even_that_it_went(filled):
    copy = Copy(filled, Resource.POSTINGS, "ag_1")
    for posting_id, owner in (("p1", "ag_2"), ("p2", "ag_1"), ("p3", "ag_2")):
        with filled.begin() as connection:
            insert_posting(connection, posting_id, owner)
    with filled.begin() as connection:
        connection.execute(posting.delete().where(posting.c.posting_id == "p1"))
    settle(filled)
    assert [key for _, key, _ in copy.follow()] == ["p2"]
    with filled.begin() as connection:
        connection.execute(posting.update().where(posting.c.posting_id == "p2").values(owner="ag_2"))
    settle(filled)
    assert copy.follow() == [("p2", "p2", False)]
    assert copy.records == {}


def test_a_row_that_is_written_over_and_over_is_told_once(filled):
    copy = Copy(filled, Resource.POSTINGS, "")
    with filled.begin() as connection:
        insert_posting(connection, "p1", "")
        for title in ("一", "二", "三"):
            connection.execute(posting.update().where(posting.c.posting_id == "p1").values(title=title))
    settle(filled)
    assert copy.follow(limit=10) == [("p1", "p1", True)]
    assert copy.records["p1"]["title"] == "三"


def test_a_person_who_was_erased_is_told_by_a_hash_and_named_nowhere(filled):
    with filled.begin() as connection:
        insert_profile(connection, "P1")
    copy = Copy(filled, Resource.PROFILES, "")
    assert set(copy.records) == {kept_key("profile", "P1")}
    with filled.begin() as connection:
        connection.execute(profile.delete().where(profile.c.profile_id == "P1"))
        seal_person(connection, "P1")
        assert "P1" not in connection.execute(sa.select(feed_row.c.row_key)).scalars().all()
    settle(filled)
    assert copy.follow() == [(None, kept_key("profile", "P1"), False)]
    assert copy.records == {}


def test_a_transaction_that_commits_late_is_not_passed_over(filled):
    """On SQLite there is one writer at a time, so this can happen on PostgreSQL alone."""
    if filled.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    copy = Copy(filled, Resource.POSTINGS, "")
    with filled.engine.connect() as slow, filled.engine.connect() as quick:
        insert_posting(slow, "slow", "")
        insert_posting(quick, "quick", "")
        quick.commit()
        late = Copy(filled, Resource.POSTINGS, "")
        assert "quick" in late.records
        assert copy.follow() == []
        slow.commit()
    settle(filled)
    assert [key for _, key, _ in copy.follow(limit=1)] == ["slow", "quick"]
    assert [key for _, key, _ in late.follow(limit=1)] == ["slow", "quick"]
    with filled.engine.connect() as first, filled.engine.connect() as second:
        first.execute(sa.text("SELECT pg_current_xact_id()"))
        later = second.execute(sa.text("SELECT pg_current_xact_id()::text")).scalar_one()
        insert_posting(second, "second", "")  # the smaller number, the later transaction
        insert_posting(first, "first", "")
        first.commit()
        settle(filled, until=int(later))
        assert [key for _, key, _ in copy.follow()] == ["first"]
        second.commit()
    settle(filled)
    assert [key for _, key, _ in copy.follow()] == ["second"]
    assert copy.records == late.truth()


def build_edition(connection, number, *, entries=("E1", "E2")):
    header = {"region": "yingkou", "kind": "demand", "edition": "2026Q1", "as_of": NOW.date()}
    header |= {"built_at": NOW, "snapshot": "s", "method_version": "2", "synthetic": True, "document": {}}
    connection.execute(edition.insert().values(edition_id=number, **header))
    for position, name in enumerate(entries):
        content = {"entry_id": name, "obs_status": {"heads": "c"} if position else {}}
        content |= {"posting_ids": ["base", "shared"], "vacancy_ids": []}
        row = {"edition_id": number, "entry_id": name, "position": position, "content": content}
        connection.execute(entry.insert().values(**row))
    release = header | {"release_id": number, "candidate": 1, "state": "draft", "seed": 0, "created_at": NOW}
    release["name"] = release["edition"]
    kept = {column.name: release.get(column.name) for column in edition_release.columns}
    connection.execute(edition_release.insert().values(**kept))
    version = {"version": "2026Q1.1", "position": 0, "document_sha256": "", "created_at": NOW}
    connection.execute(edition_version.insert().values(release_id=number, edition_id=number, **version))


def take_step(connection, number, seq, target):
    step = {
        "source": "draft", "target": target, "actor": "甲", "role": "r", "reason": "", "taken_on": NOW.date(),
        "recorded_at": NOW, "evidence": {}, "previous_sha256": "", "sha256": "",
    }  # fmt: skip
    connection.execute(edition_step.insert().values(release_id=number, seq=seq, **step))
    here = edition_release.c.release_id == number
    connection.execute(edition_release.update().where(here).values(state=target))


def test_an_edition_appears_to_agencies_when_it_is_put_before_the_public_and_goes_when_it_is_withdrawn(
    filled,
):
    office, agency = (Copy(filled, Resource.ENTRIES, owner) for owner in ("", "ag_1"))
    with filled.begin() as connection:
        insert_posting(connection, "shared", "")
        build_edition(connection, 3)
    settle(filled)
    assert [key for _, key, _ in office.follow(limit=10)] == ["3/E1", "3/E2"]
    assert agency.follow() == []
    with filled.begin() as connection:
        take_step(connection, 3, 1, "consultation")
    settle(filled)
    agency.follow()
    office.follow()
    assert set(agency.records) == {"3/E1", "3/E2"} == set(office.records)
    assert office.records["3/E1"]["content"]["posting_ids"] == ["base", "shared"]
    assert office.records["3/E2"]["content"]["posting_ids"] == []
    assert agency.records["3/E1"]["content"]["posting_ids"] == ["shared"]
    assert agency.records["3/E2"]["content"]["posting_ids"] == []
    assert agency.records == agency.truth()
    with filled.begin() as connection:
        take_step(connection, 3, 2, "withdrawn")
    settle(filled)
    for copy in (office, agency):
        copy.follow()
        assert copy.records == copy.truth() == {}


def test_who_missed_removals_that_were_forgotten_must_copy_anew(filled):
    with filled.begin() as connection:
        insert_posting(connection, "p1", "")
    early, late = (Copy(filled, Resource.POSTINGS, "") for _ in range(2))
    with filled.begin() as connection:
        connection.execute(posting.delete().where(posting.c.posting_id == "p1"))
    settle(filled)
    late.follow()
    assert purge_feed(filled, before=NOW) == 0
    assert purge_feed(filled, before=dt.datetime.now(dt.UTC) + dt.timedelta(days=1)) == 1
    with pytest.raises(ExpiredError, match="快照"):
        early.follow()
    assert late.follow() == []
    assert set(Copy(filled, Resource.POSTINGS, "").records) == {"base"}


@pytest.mark.parametrize("change", [{"epoch": 1}, {"xid": 2**62}, {"seq": 2**62, "xid": 2**40}])
def test_a_position_of_another_database_or_of_the_future_is_refused(filled, change):
    copy = Copy(filled, Resource.POSTINGS, "")
    copy.position = Position(**(copy.position._asdict() | change))
    with pytest.raises(ExpiredError):
        copy.follow()


def test_a_snapshot_that_was_cut_off_goes_on_behind_its_last_record(filled):
    with filled.begin() as connection:
        for number in range(5):
            insert_posting(connection, f"p{number}", "")
    with filled.snapshot() as connection:
        copies = Copies(connection, Resource.POSTINGS, "")
        first, *_ = copies.chunks(rows=2)
        assert list(first) == ["base", "p0"]
        assert [list(chunk) for chunk in copies.chunks(after="p0", rows=3)] == [["p1", "p2", "p3"], ["p4"]]
        assert copies.size() == (6, False)
        assert copies.size(after="p0") == (4, False)
