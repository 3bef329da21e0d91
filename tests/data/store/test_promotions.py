"""The ledger says what serves, holds together, and shows whatever was done to it."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from data.errors import InputError, StoreError
from data.store import promotions
from data.store.backup import write_backup
from data.store.checks import State, check_store
from data.store.promotions import (
    PromotionAction,
    champion_of,
    ledger_faults,
    read_promotions,
    record_promotion,
    rollback_target,
    verify_ledger,
)
from data.store.restore import restore_backup
from data.store.store import Store
from data.store.version import store_version

EVIDENCE = {"gate": "准入", "nDCG@10": 0.1 + 0.2, "slices": {"制造业": [1, None, True]}}


def put(store, bundle_id, action=PromotionAction.PROMOTE, **changes):
    given = {"actor": "甲", "evidence": EVIDENCE} | changes
    return record_promotion(store, action=action, bundle_id=bundle_id, **given)


def back(store):
    return put(store, rollback_target(read_promotions(store)), PromotionAction.ROLLBACK)


def altered(store, statement):
    """Do behind the triggers' back what somebody with the database's password could do."""
    with store.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("ALTER TABLE promotion DISABLE TRIGGER USER"))
        else:
            for event in ("update", "delete"):
                connection.execute(sa.text(f"DROP TRIGGER IF EXISTS promotion_no_{event}"))
        connection.execute(sa.text(statement))


def test_the_packaged_default_serves_until_something_is_promoted(store):
    assert champion_of(store) is None
    assert read_promotions(store) == ()
    verify_ledger(store)
    entry = put(store, "b1")
    assert champion_of(store) == "b1"
    assert (entry.number, entry.bundle_from, entry.bundle_to, entry.actor) == (1, None, "b1", "甲")
    assert put(store, "b2").bundle_from == "b1"
    verify_ledger(store)


def test_what_is_read_is_what_was_recorded(store):
    written = put(store, "b1"), put(store, None, PromotionAction.ROLLBACK, evidence={})
    assert read_promotions(store) == written
    assert written[0].evidence == EVIDENCE
    assert written[0].at.utcoffset() == dt.timedelta(0)
    assert written[1].previous_sha256 == written[0].sha256
    assert champion_of(store) is None


def test_going_back_twice_leads_past_what_was_taken_out(store):
    for bundle_id in ("b1", "b2", "b3"):
        put(store, bundle_id)
    assert back(store).bundle_to == "b2"
    assert back(store).bundle_to == "b1"
    put(store, "b4")
    assert back(store).bundle_to == "b1"
    assert back(store).bundle_to is None
    with pytest.raises(InputError) as caught:
        back(store)
    assert caught.value.code == "nothing_to_roll_back"
    assert len(read_promotions(store)) == 8


def test_going_back_to_what_never_served_counts_as_a_step(store):
    put(store, "b1")
    put(store, "b9", PromotionAction.ROLLBACK)
    assert rollback_target(read_promotions(store)) == "b1"


@pytest.mark.parametrize("serving", ["b1", None])
def test_what_serves_already_is_not_promoted_again(store, serving):
    if serving:
        put(store, serving)
    with pytest.raises(InputError) as caught:
        put(store, serving)
    assert caught.value.code == "bundle_serving"
    assert len(read_promotions(store)) == (serving is not None)


@pytest.mark.parametrize(
    "changes",
    [
        {"actor": " "},
        {"bundle_id": ""},
        {"bundle_id": "b" * 97},
        {"evidence": {"score": float("nan")}},
        {"evidence": {"run": object()}},
    ],
)
def test_what_cannot_be_recorded_is_refused(store, changes):
    with pytest.raises(InputError) as caught:
        put(store, **{"bundle_id": "b1"} | changes)
    assert caught.value.code == "promotion_invalid"
    assert read_promotions(store) == ()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE promotion SET actor = '乙' WHERE number = 2", "第 2 条的内容被改动过"),
        ("UPDATE promotion SET evidence = '{}' WHERE number = 1", "第 1 条的内容被改动过"),
        ("UPDATE promotion SET bundle_to = 'x' WHERE number = 2", "第 3 条所换下的不是当时使用的模型包"),
        ("UPDATE promotion SET sha256 = previous_sha256 WHERE number = 1", "第 2 条与上一条的校验值不相接"),
        ("DELETE FROM promotion WHERE number = 2", "第 2 条的编号是 3，有记录缺失"),
    ],
)
def test_whatever_was_altered_shows_and_nothing_is_added_to_it(store, statement, fault):
    for bundle_id in ("b1", "b2", "b3"):
        put(store, bundle_id)
    altered(store, statement)
    assert fault in ledger_faults(read_promotions(store))
    for action in (lambda: verify_ledger(store), lambda: put(store, "b4")):
        with pytest.raises(StoreError) as caught:
            action()
        assert caught.value.code == "ledger_broken"
    found = {check.name: check.message for check in check_store(store) if check.state is State.WRONG}
    assert fault in found["promotions"]


@pytest.mark.parametrize("statement", ["UPDATE promotion SET actor = '乙'", "DELETE FROM promotion"])
def test_the_database_itself_refuses_to_alter_the_ledger(store, statement):
    put(store, "b1")
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), store.begin() as connection:
        connection.execute(sa.text(statement))
    verify_ledger(store)


def test_two_at_once_do_not_fork_the_chain(store, monkeypatch):
    """Both read the ledger before either writes; the second is told so and nothing of it is kept."""
    both_have_read = threading.Barrier(2)
    verdicts = []

    read = promotions.ledger_entries

    def waits(connection):
        entries = read(connection)
        both_have_read.wait(timeout=60)
        return entries

    def puts(bundle_id):
        try:
            verdicts.append(put(store, bundle_id).bundle_to)
        except StoreError as error:
            verdicts.append(error.code)

    put(store, "b0")
    with monkeypatch.context() as patch:
        patch.setattr(promotions, "ledger_entries", waits)
        threads = [threading.Thread(target=puts, args=(name,)) for name in ("b1", "b2")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert "ledger_moved" in verdicts
    assert champion_of(store) in verdicts
    assert len(read_promotions(store)) == 2
    verify_ledger(store)


def test_a_running_service_can_see_that_another_bundle_serves(store):
    seen = {store_version(store)}
    put(store, "b1")
    seen.add(store_version(store))
    put(store, None, PromotionAction.ROLLBACK)
    seen.add(store_version(store))
    assert len(seen) == 3


def test_a_ledger_comes_back_whole_from_a_backup(store, tmp_path):
    put(store, "b1")
    put(store, "b2")
    write_backup(store, tmp_path / "b.zip")
    other = Store.from_url(f"sqlite:///{tmp_path / 'other.db'}")
    restore_backup(other, tmp_path / "b.zip", key=b"k" * 32, texts_of=lambda row: [])
    assert read_promotions(other) == read_promotions(store)
    verify_ledger(other)
    put(other, "b3")
    other.engine.dispose()
