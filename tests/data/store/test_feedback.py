"""Events are kept once, the impossible ones are refused one by one, and they go with their person."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from data.errors import StoreError
from data.feedback import EventKind, FeedbackEvent
from data.store import feedback
from data.store.backup import write_backup
from data.store.checks import State, check_store
from data.store.erasure import erase_person
from data.store.feedback import EventStatus, read_events, read_standings, record_events
from data.store.holdings import read_holdings
from data.store.restore import restore_backup
from data.store.schema import feedback_event, profile
from data.store.store import Store
from data.store.version import store_version

KEY = b"k" * 32
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(days=100)


def texts_of(row):
    return [row["title"], row["summary"]]


def event(event_id="e1", kind="shown", *, days=0.0, **changes):
    given = {
        "event_id": event_id,
        "kind": kind,
        "side": "employer",
        "vacancy_id": "v0",
        "profile_id": "P1",
        "happened_at": NOON + dt.timedelta(days=days),
    }
    if kind == "declined":
        given["reason"] = "pay"
    return FeedbackEvent.model_validate(given | changes)


@pytest.fixture
def filled(store, write_people, write_needs):
    """Return a store with two people and two vacancies."""
    write_people(store)
    write_needs(store)
    return store


def sent(store, *events, actor="示例机构", now=LATER):
    return record_events(store, events, actor=actor, now=now)


def verdicts(store, *events, **more):
    return [(each.status.value, each.code) for each in sent(store, *events, **more)]


RECORDED, KNOWN = ("recorded", ""), ("known", "")


def test_what_is_sent_is_what_is_read(filled):
    whole = event(
        position=3,
        propensity=0.25,
        variant="curves-a",
        model_version="additive-1",
        list_id="L1",
        happened_at=dt.datetime(2026, 3, 1, 20, tzinfo=dt.timezone(dt.timedelta(hours=8))),
    )
    bare = event("e2", "declined", days=2, side="person", reason="place", note="太远，微信 abc12345")
    assert verdicts(filled, whole, bare) == [RECORDED, RECORDED]
    first, second = read_events(filled).to_dict("records")
    assert (first["position"], first["propensity"], first["list_id"]) == (3, 0.25, "L1")
    assert (first["variant"], first["model_version"], first["actor"]) == (
        "curves-a", "additive-1", "示例机构",
    )  # fmt: skip
    assert first["happened_at"] == NOON
    assert first["recorded_at"] == LATER
    assert first["synthetic"] is False
    assert (second["side"], second["reason"]) == ("person", "place")
    assert "太远" in second["note"]
    assert "abc" not in second["note"]


def test_a_store_without_events_gives_a_frame_with_the_same_columns(filled):
    empty = read_events(filled)
    sent(filled, event())
    full = read_events(filled)
    assert list(empty.columns) == list(full.columns)
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()
    assert len(empty) == 0


def test_sending_again_changes_nothing(filled):
    batch = [event(), event("e2", "opened", days=1)]
    assert verdicts(filled, *batch) == [RECORDED, RECORDED]
    before = read_events(filled)
    again = verdicts(filled, *batch, event("e3", "contacted", days=2), now=LATER + dt.timedelta(days=1))
    assert again == [KNOWN, KNOWN, RECORDED]
    assert read_events(filled).iloc[:2].equals(before)


def test_one_batch_may_repeat_itself_but_not_contradict_itself(filled):
    assert verdicts(filled, event(), event(), event(position=2)) == [
        RECORDED,
        KNOWN,
        ("refused", "event_id_taken"),
    ]
    assert len(read_events(filled)) == 1


def test_an_id_belongs_to_one_event_of_one_sender(filled):
    sent(filled, event())
    for changes in ({"position": 1}, {"days": 1}, {"profile_id": "P2"}, {"side": "person"}):
        assert verdicts(filled, event(**changes)) == [("refused", "event_id_taken")]
    assert verdicts(filled, event(position=1), actor="另一机构") == [RECORDED]


def test_a_resent_event_is_known_even_when_its_need_is_gone(filled):
    sent(filled, event())
    with filled.begin() as connection:
        connection.execute(sa.text("DELETE FROM vacancy_posting WHERE vacancy_id = 'v0'"))
        connection.execute(sa.text("DELETE FROM vacancy WHERE vacancy_id = 'v0'"))
    assert verdicts(filled, event()) == [KNOWN]
    assert verdicts(filled, event("e2")) == [("refused", "vacancy_unknown")]


def test_the_impossible_is_refused_one_by_one_and_the_rest_goes_through(filled):
    results = sent(
        filled,
        event("e1"),
        event("e2", vacancy_id="v9"),
        event("e3", profile_id="P9"),
        event("e4", days=101),
        event("e5", "hired", days=-1),
        event("e6", "hired", days=1),
    )
    assert [each.code for each in results] == [
        "", "vacancy_unknown", "profile_unknown", "event_in_future", "event_before_shown", "",
    ]  # fmt: skip
    assert [each.event_id for each in results] == ["e1", "e2", "e3", "e4", "e5", "e6"]
    assert "v9" in results[1].message
    assert "录用早于首次展示（2026-03-01 12:00 UTC）" in results[4].message
    assert read_events(filled)["event_id"].tolist() == ["e1", "e6"]


def test_a_sender_with_a_fast_clock_is_not_turned_away(filled):
    assert verdicts(filled, event(days=100 + 4 / 24 / 60)) == [RECORDED]
    assert verdicts(filled, event("e2", days=100 + 6 / 24 / 60)) == [("refused", "event_in_future")]


def test_an_event_comes_after_the_first_time_its_pair_was_shown(filled):
    sent(filled, event("s1", days=5), event("s2", days=8), event("s3", days=6, side="person"))
    early = ("refused", "event_before_shown")
    # What both do counts from when either saw the other, what one does from when that side saw it.
    assert verdicts(filled, event("a", "contacted", days=5.5, side="person")) == [RECORDED]
    assert verdicts(filled, event("b", "opened", days=5.5, side="person")) == [early]
    assert verdicts(filled, event("c", "opened", days=4)) == [early]
    assert verdicts(filled, event("d", "hired", days=4, side="person")) == [early]
    assert verdicts(filled, event("e", "opened", days=1, profile_id="P2")) == [RECORDED]
    # Shown earlier than anybody knew: told late, it makes room for what was refused.
    assert verdicts(filled, event("s0", days=3), event("c", "opened", days=4)) == [RECORDED, RECORDED]


def test_a_showing_that_is_refused_forbids_nothing(filled):
    assert verdicts(filled, event("s1", days=200), event("o1", "opened", days=1)) == [
        ("refused", "event_in_future"),
        RECORDED,
    ]


def test_an_id_that_holds_a_telephone_number_is_not_repeated(filled):
    (result,) = sent(filled, event(profile_id="13812345678"))
    assert result.code == "profile_unknown"
    assert "138" not in result.message


def test_no_note_breaks_the_database(filled):
    assert verdicts(filled, event("e1", "declined", note="薪酬\x00差\x07两千")) == [RECORDED]


def test_what_a_note_may_not_say_is_taken_out_and_told(filled):
    (result,) = sent(filled, event("e1", "declined", note="薪酬谈不拢，限35岁以下"))
    assert result.status is EventStatus.RECORDED
    assert "35岁以下" in result.message
    assert read_events(filled)["note"].tolist() == ["薪酬谈不拢"]
    assert verdicts(filled, event("e1", "declined", note="薪酬谈不拢，限35岁以下")) == [KNOWN]


def test_events_of_generated_data_are_marked(filled):
    with filled.begin() as connection:
        connection.execute(profile.update().where(profile.c.profile_id == "P2").values(synthetic=True))
    sent(filled, event(), event("e2", profile_id="P2"))
    assert read_events(filled, synthetic=True)["event_id"].tolist() == ["e2"]
    assert read_events(filled, synthetic=False)["event_id"].tolist() == ["e1"]


def test_events_are_read_by_kind_time_and_person(filled):
    sent(
        filled,
        event(),
        event("e2", "opened", days=1),
        event("e3", "hired", days=2),
        event("e4", profile_id="P2"),
    )
    day = dt.timedelta(days=1)
    assert read_events(filled, kinds=[EventKind.HIRED, EventKind.OPENED])["event_id"].tolist() == ["e2", "e3"]
    assert read_events(filled, since=NOON + day, until=NOON + 2 * day)["event_id"].tolist() == ["e2"]
    assert read_events(filled, profile_id="P2")["event_id"].tolist() == ["e4"]
    assert len(read_events(filled, kinds=[])) == 0


def test_how_far_a_pair_came_is_what_happened_last_of_what_some_senders_did(filled):
    sent(filled, event("s1"), event("c1", "contacted", days=2), event("l1", "shortlisted", days=1))
    sent(filled, event("d1", "declined", days=3), actor="另一机构")
    (standing,) = read_standings(filled, ["示例机构"])
    assert (standing.vacancy_id, standing.profile_id) == ("v0", "P1")
    assert (standing.kind, standing.happened_at) == (EventKind.CONTACTED, NOON + dt.timedelta(days=2))
    (both,) = read_standings(filled, ["示例机构", "另一机构"], vacancy_id="v0")
    assert (both.kind, both.reason) == (EventKind.DECLINED, "pay")
    assert read_standings(filled, ["示例机构"], vacancy_id="v1") == []
    assert read_standings(filled, ["无人"]) == []


def test_a_large_batch_goes_in_whole_and_once(filled):
    batch = [event(f"e{i}", days=i / 100) for i in range(1200)]
    assert {each.status for each in sent(filled, *batch)} == {EventStatus.RECORDED}
    assert {each.status for each in sent(filled, *batch)} == {EventStatus.KNOWN}
    assert len(read_events(filled)) == 1200


def test_nothing_is_nothing(filled):
    assert sent(filled) == ()


def test_the_moment_of_recording_is_now_unless_told(filled):
    record_events(filled, [event()], actor="甲")
    (moment,) = read_events(filled)["recorded_at"]
    assert abs(moment - dt.datetime.now(dt.UTC)) < dt.timedelta(hours=1)


def test_the_database_itself_refuses_to_alter_an_event(filled):
    sent(filled, event())
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), filled.begin() as connection:
        connection.execute(feedback_event.update().values(kind="hired"))
    assert read_events(filled)["kind"].tolist() == ["shown"]


def test_a_lost_guard_is_told(filled):
    postgres = filled.engine.dialect.name == "postgresql"
    on = " ON feedback_event" if postgres else ""
    with filled.begin() as connection:
        connection.execute(sa.text(f"DROP TRIGGER feedback_event_no_update{on}"))
    found = {check.name: check.message for check in check_store(filled) if check.state is State.WRONG}
    assert "feedback_event_no_update" in found["history"]


def test_two_senders_of_the_same_events_at_once_keep_them_once(filled, monkeypatch):
    """Both find nothing before either writes; the second is told what is there now."""
    looked = threading.Barrier(2)
    stored, found, told = feedback._stored, {}, {}

    def waits(connection, rows):
        seen = stored(connection, rows)
        if threading.get_ident() not in found:
            found[threading.get_ident()] = seen
            looked.wait(timeout=60)
        return seen

    def sends(name, moment, **changes):
        told[name] = verdicts(filled, event(), event("e2", **changes), now=moment)

    with monkeypatch.context() as patch:
        patch.setattr(feedback, "_stored", waits)
        threads = [
            threading.Thread(target=sends, args=("one", LATER)),
            threading.Thread(
                target=sends, args=("two", NOON + dt.timedelta(days=99)), kwargs={"position": 2}
            ),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert list(found.values()) == [{}, {}]
    assert sorted(told.values()) == [[KNOWN, ("refused", "event_id_taken")], [RECORDED, RECORDED]]
    assert len(read_events(filled)) == 2


def test_a_person_erased_while_their_events_are_written_leaves_none(filled, monkeypatch):
    written = feedback.upsert

    def after_erasure(connection, table, rows, **more):
        for row in rows:
            row["profile_id"] = "gone"
        written(connection, table, rows, **more)

    monkeypatch.setattr(feedback, "upsert", after_erasure)
    with pytest.raises(StoreError) as caught:
        sent(filled, event())
    assert caught.value.code == "feedback_interrupted"
    assert len(read_events(filled)) == 0


def test_events_go_with_their_person_and_are_told_to_them(filled, tmp_path):
    sent(filled, event(), event("e2", "declined", days=1, note="薪酬差两千"), event("e3", profile_id="P2"))
    held = read_holdings(filled, "P1", key=KEY, texts_of=texts_of)
    assert [(each["kind"], each["note"]) for each in held["feedback"]] == [
        ("shown", ""),
        ("declined", "薪酬差两千"),
    ]
    write_backup(filled, tmp_path / "b.zip")
    erased = erase_person(
        filled,
        "P1",
        key=KEY,
        actor="甲",
        reason="本人要求",
        texts_of=texts_of,
        reports=tmp_path / "reports",
        tombstone_file=tmp_path / "t.jsonl",
    )
    assert erased["feedback"] == 2
    assert read_events(filled)["event_id"].tolist() == ["e3"]
    assert verdicts(filled, event()) == [("refused", "profile_unknown")]
    restore_backup(filled, tmp_path / "b.zip", key=KEY, texts_of=texts_of, replace=True)
    assert read_events(filled)["event_id"].tolist() == ["e3"]
    assert [check for check in check_store(filled) if check.state is State.WRONG] == []


def test_events_survive_a_backup_into_another_database(filled, tmp_path):
    sent(filled, event(position=1, propensity=0.1), event("e2", "hired", days=3))
    write_backup(filled, tmp_path / "b.zip")
    other = Store.from_url(f"sqlite:///{tmp_path / 'other.db'}")
    restore_backup(other, tmp_path / "b.zip", key=KEY, texts_of=texts_of)
    assert read_events(other).equals(read_events(filled))
    other.engine.dispose()


def test_feedback_does_not_make_a_service_load_its_pools_anew(filled):
    before = store_version(filled)
    sent(filled, event())
    assert store_version(filled) == before
