"""Analysts copy what they may see: a snapshot whose end is marked, then changes; every look is noted."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gc
import gzip
import json
import shutil
import time

import pytest
from fastapi.testclient import TestClient

from api import snapshots
from api.access.credentials import principal_of_key
from api.app import create_app
from api.positions import open_position, seal_position
from data.permissions import Scope
from data.store.agencies import add_agency
from data.store.audit import AuditQuery, read_audit
from data.store.batches import begin_batch
from data.store.copies import Copies
from data.store.feed import Position, Resource
from data.store.history import kept_key
from data.store.keys import create_key
from data.store.schema import posting, profile
from data.store.store import Store

FIRST, LAST = dt.date(2020, 1, 1), dt.date(2099, 1, 1)
SCOPES = frozenset({Scope.STREAMS_READ, Scope.POSTINGS_READ, Scope.PROFILES_READ, Scope.VACANCIES_READ})
LISTS = {name: [] for name in ("skills", "majors", "licences", "languages", "engagement")}
POSTING = LISTS | {
    "row": 2, "source": "s", "source_row": 2, "employer": "甲", "employer_key": "甲",
    "employer_is_agency": False, "industry_raw": "", "place_raw": "", "duties": "", "outcome": "未知",
    "synthetic": True, "title": "焊工",
}  # fmt: skip
PROFILE = LISTS | {"row": 2, "summary": "", "willing_codes": [], "synthetic": True, "title": "焊工"}


class Stand:
    """A service with five postings and three people of the office, and two agencies."""

    def __init__(self, bare, folder):
        shutil.copy(bare.settings.var_dir / "yingcai.db", folder / "yingcai.db")
        settings = bare.settings.model_copy(update={"var_dir": folder})
        self.store = Store.as_it_is(settings.store_url)
        self.service = dataclasses.replace(bare, settings=settings, store=self.store)
        self.keys = {"office": create_key(self.store, "办公", scopes=SCOPES | {Scope.CATALOGUES_READ})}
        self.agencies = {}
        for name in ("甲机构", "乙机构"):
            agency = add_agency(
                self.store, name, licence_number=name, licence_from=FIRST, licence_to=LAST, contact="办公室",
                actor="甲",
            )  # fmt: skip
            self.agencies[name] = agency.agency_id
            self.keys[name] = create_key(self.store, name, agency_id=agency.agency_id, scopes=SCOPES)
        self.batch_id = begin_batch(self.store, "posting", "f.csv", "a" * 64, "1")
        for number in range(5):
            self.bring_posting(f"p{number}")
        with self.store.begin() as connection:
            for number in range(3):
                row = PROFILE | {"batch_id": self.batch_id, "profile_id": f"P{number}"}
                connection.execute(profile.insert().values(**row))

    def bring_posting(self, posting_id, owner=""):
        row = POSTING | {"batch_id": self.batch_id, "posting_id": posting_id, "owner": owner}
        with self.store.begin() as connection:
            connection.execute(posting.insert().values(**row))

    def drop_posting(self, posting_id):
        with self.store.begin() as connection:
            connection.execute(posting.delete().where(posting.c.posting_id == posting_id))

    def get(self, path, who="office", **headers):
        return self.http.get(path, headers={"X-API-Key": self.keys[who], **headers})

    def snapshot(self, resource, who="office", query=""):
        answer = self.get(f"/v1/snapshot/{resource}{query}", who)
        assert answer.status_code == 200, answer.text
        head, *records, end = (json.loads(line) for line in answer.text.splitlines())
        assert (head["type"], end["type"]) == ("snapshot", "end")
        assert head["records"] == end["records"] == len(records)
        return head, records

    def changes(self, resource, since, who="office", **query):
        more = "".join(f"&{name}={value}" for name, value in query.items())
        return self.get(f"/v1/changes/{resource}?since={since}{more}", who)


@pytest.fixture(scope="module")
def stand(bare_service, tmp_path_factory):
    """Return the service with a client."""
    made = Stand(bare_service, tmp_path_factory.mktemp("streams"))
    with TestClient(create_app(made.service.settings, service=made.service)) as client:
        made.http = client
        yield made
    made.store.engine.dispose()


def test_a_snapshot_states_position_count_and_nature_and_its_records_are_as_elsewhere(stand):
    head, records = stand.snapshot("postings")
    assert (head["synthetic"], head["nature"]) == (True, "合成数据")
    assert [each["id"] for each in records] == [f"p{number}" for number in range(5)]
    assert records[0]["key"] == "p0"
    assert records[0]["record"] == stand.get("/v1/postings/p0").json()
    assert "employer_key" not in records[0]["record"]


@pytest.mark.parametrize("resource", ["vacancies", "entries"])
def test_a_snapshot_of_nothing_has_a_first_and_a_last_line(stand, resource):
    head, records = stand.snapshot(resource)
    assert records == []
    assert (head["synthetic"], head["nature"]) == (False, "真实数据")
    assert stand.changes(resource, head["position"]).json()["changes"] == []


def test_people_who_are_copied_are_noted_and_their_copies_go_by_a_hash(stand):
    head, records = stand.snapshot("profiles", "甲机构")
    assert [each["key"] for each in records] == [kept_key("profile", f"P{number}") for number in range(3)]
    assert "evidence" not in records[0]["record"]
    assert stand.changes("profiles", head["position"], "甲机构").json()["changes"] == []
    with stand.store.begin() as connection:
        connection.execute(profile.update().where(profile.c.profile_id == "P1").values(title="钳工"))
    (change,) = stand.changes("profiles", head["position"], "甲机构").json()["changes"]
    assert (change["id"], change["removed"], change["record"]["title"]) == ("P1", False, "钳工")
    key = stand.service.pseudonym_key
    looks = read_audit(stand.store, AuditQuery(subject="P1", action="copy.profiles"), key=key)
    assert [(each.actor, each.results, each.route) for each in looks] == [
        ("甲机构", 1, "GET /v1/changes/{resource}"),
        ("甲机构", 3, "GET /v1/snapshot/{resource}"),
    ]


def test_who_came_after_the_people_were_noted_is_noted_as_well(stand, monkeypatch):
    record_crowd = snapshots.record_crowd

    def record_while_one_comes(store, access, *, key):
        record_crowd(store, access, key=key)
        with store.begin() as connection:
            row = PROFILE | {"batch_id": stand.batch_id, "profile_id": "P9"}
            connection.execute(profile.insert().values(**row))

    monkeypatch.setattr(snapshots, "record_crowd", record_while_one_comes)
    assert [each["id"] for each in stand.snapshot("profiles")[1]] == ["P0", "P1", "P2", "P9"]
    looks = read_audit(stand.store, AuditQuery(action="copy.profiles"), key=stand.service.pseudonym_key)
    assert [each.results for each in looks[:2]] == [1, 3]
    with stand.store.begin() as connection:
        connection.execute(profile.delete().where(profile.c.profile_id == "P9"))


def test_an_agency_gets_its_own_and_the_offices_and_learns_of_no_other(stand):
    before = {who: stand.snapshot("postings", who)[0]["position"] for who in stand.keys}
    stand.bring_posting("own", stand.agencies["甲机构"])
    stand.bring_posting("other", stand.agencies["乙机构"])
    seen = {who: [each["id"] for each in stand.snapshot("postings", who)[1]] for who in stand.keys}
    office = [f"p{number}" for number in range(5)]
    assert seen == {
        "office": sorted([*office, "own", "other"]),
        "甲机构": sorted([*office, "own"]),
        "乙机构": sorted([*office, "other"]),
    }
    stand.drop_posting("own")
    told = {
        who: [
            (each["id"], each["removed"]) for each in stand.changes("postings", since, who).json()["changes"]
        ]
        for who, since in before.items()
    }
    assert told == {
        "office": [("other", False), ("own", True)],
        "甲机构": [("own", True)],
        "乙机构": [("other", False)],
    }
    assert stand.changes("postings", before["甲机构"], "乙机构").json()["code"] == "since_invalid"
    stand.drop_posting("other")


def test_changes_come_page_by_page_until_there_are_no_more(stand):
    since = stand.snapshot("postings")[0]["position"]
    for number in range(3):
        stand.bring_posting(f"q{number}")
    seen, more = [], True
    while more:
        page = stand.changes("postings", since, limit=2).json()
        seen += [each["id"] for each in page["changes"]]
        since, more = page["position"], page["more"]
    assert seen == ["q0", "q1", "q2"]
    assert stand.changes("postings", since).json()["position"] == since
    for each in seen:
        stand.drop_posting(each)


@pytest.mark.parametrize("since", ["-1", "0", "9" * 100, "AAAA", "é", "'; DROP TABLE feed_row;--"])
def test_a_position_that_was_not_given_out_is_refused(stand, since):
    answer = stand.changes("postings", since)
    assert (answer.status_code, answer.json()["code"]) == (400, "since_invalid")


def test_a_position_serves_the_resource_it_was_given_for_alone(stand):
    since = stand.snapshot("postings")[0]["position"]
    assert stand.changes("profiles", since).json()["code"] == "since_invalid"


@pytest.mark.parametrize("place", [{"epoch": 5}, {"seq": 2**62}, {"seq": 2**64 - 1, "xid": 2**64 - 1}])
def test_a_position_of_another_database_or_of_the_future_asks_for_a_new_snapshot(stand, place):
    key, of = stand.service.pseudonym_key, ["position", "postings", ""]
    known = open_position(stand.snapshot("postings")[0]["position"], key=key, of=of)
    since = seal_position(Position(**(known._asdict() | place)), key=key, of=of)
    answer = stand.changes("postings", since)
    assert (answer.status_code, answer.json()["code"]) == (410, "changes_expired")
    english = stand.get(f"/v1/changes/postings?since={since}", **{"Accept-Language": "en"})
    assert "snapshot" in english.json()["hint"]


def test_a_snapshot_goes_on_behind_the_record_it_ended_with(stand):
    assert [each["id"] for each in stand.snapshot("postings", query="?after=p2")[1]] == ["p3", "p4"]
    assert stand.snapshot("postings", query="?after=zzz")[1] == []
    assert stand.get("/v1/snapshot/entries?after=x").json()["code"] == "after_invalid"
    assert stand.get("/v1/snapshot/postings?after=%00").status_code == 422


def test_a_client_that_stops_half_way_leaves_nothing_open(stand, monkeypatch):
    chunks = Copies.chunks
    monkeypatch.setattr(Copies, "chunks", lambda self, **given: chunks(self, **given, rows=1))
    pieces = snapshots.snapshot_lines(stand.service, caller_of(stand), Resource.POSTINGS)
    assert b'"p0"' in next(pieces)
    assert stand.store.engine.pool.checkedout() >= 1
    del pieces
    gc.collect()
    # A thread of the service looks into the store now and then, for a moment.
    for _ in range(100):
        if not stand.store.engine.pool.checkedout():
            break
        time.sleep(0.1)
        gc.collect()
    assert stand.store.engine.pool.checkedout() == 0
    caller = caller_of(stand)
    pieces = [snapshots.snapshot_lines(stand.service, caller, Resource.POSTINGS) for _ in range(4)]
    for each in pieces:
        next(each)
    answer = stand.get("/v1/snapshot/postings")
    assert (answer.status_code, answer.json()["code"]) == (429, "snapshots_busy")
    assert answer.headers["Retry-After"]
    for each in pieces:
        each.close()
    assert len(stand.snapshot("postings")[1]) == 5


def test_a_snapshot_that_takes_too_long_ends_without_its_last_line(stand, monkeypatch):
    monkeypatch.setattr(snapshots, "_LONGEST", -1.0)
    lines = stand.get("/v1/snapshot/postings").text.splitlines()
    assert [json.loads(line)["type"] for line in lines] == ["snapshot", *["record"] * 5]


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("gzip;q=0, identity", False),
        ("identity", False),
        ("", False),
    ],
)
def test_a_snapshot_is_compressed_for_those_who_take_it(stand, accepted, packed):
    headers = {"X-API-Key": stand.keys["office"], "Accept-Encoding": accepted}
    with stand.http.stream("GET", "/v1/snapshot/postings", headers=headers) as answer:
        content = b"".join(answer.iter_raw())
    assert (answer.headers.get("Content-Encoding") == "gzip") is packed
    assert "Accept-Encoding" in answer.headers["Vary"]
    text = gzip.decompress(content) if packed else content
    assert text.count(b"\n") == 7


def test_a_stream_needs_the_scope_of_what_it_shows(stand):
    answer = stand.get("/v1/snapshot/entries", "甲机构")
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert stand.get("/v1/changes/entries?since=x", "甲机构").status_code == 403
    assert stand.get("/v1/snapshot/moons").status_code == 422


def caller_of(stand):
    """Return the office's key as a caller."""
    return principal_of_key(stand.service, stand.keys["office"], now=dt.datetime.now(dt.UTC))
