"""An edition on its way through the store, on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from data.catalogue.entries import CatalogueKind
from data.errors import InputError, RefusedError, StoreError, UnknownName
from data.releases.documents import canonical
from data.releases.errata import Erratum
from data.releases.lifecycle import Deed, advance, correct
from data.releases.registry import (
    find_release,
    list_releases,
    read_document,
    record_step,
    status_label,
    verify_release,
)
from data.releases.states import EditionState, main_path
from data.releases.tickets import Opinion, TicketKind, TicketOutcome, answer_ticket, raise_ticket
from data.store.backup import write_backup
from data.store.documents import current_edition, release_of
from data.store.releases import read_releases
from data.store.restore import restore_backup
from data.store.schema import edition_release, edition_step, edition_version, entry
from data.store.store import Store

S = EditionState
NOW = dt.datetime(2026, 11, 21, 8, 30, tzinfo=dt.UTC)


def deed(actor="王五", on=dt.date(2026, 10, 8), **changes):
    return replace(Deed(actor, "办公室", "按程序办理", on, NOW), **changes)


def erratum_of(catalogue, *, new=7000, found_on=dt.date(2026, 10, 7)):
    first = catalogue.entries[0]
    return Erratum(
        entry_id=first.entry_id, field="pay_median", old=first.pay_median, new=new, reason="录入错误",
        found_on=found_on,
    )  # fmt: skip


def shown_version(store):
    row = current_edition(store, "yingkou", "shortage")
    return None if row is None else release_of(store, row["edition_id"])["version"]


def test_a_built_catalogue_is_a_candidate_in_the_state_of_a_draft(store, begin, inputs):
    release = find_release(store, begin())
    assert [step.target for step in release.history] == list(main_path()[:4])
    assert {step.actor for step in release.history} == {"系统"}
    assert release.latest.version == "2027.0-rc1"
    assert release.evidence[S.FROZEN]["snapshot"] == inputs.snapshot
    assert find_release(store, begin()).latest.version == "2027.0-rc2"
    assert find_release(store, begin(CatalogueKind.DEMAND)).latest.version == "2027.0-rc1"


def test_an_edition_goes_all_the_way_and_every_step_stands_in_its_history(store, begin, walk):
    release_id = begin()
    document = canonical(read_document(store, find_release(store, release_id)))
    release = walk(release_id, S.PUBLISHED)
    assert [step.target for step in release.history] == list(main_path()[:11])
    assert [record.version for record in release.versions] == ["2027.0-rc1", "2027.1"]
    assert (release.valid_from, release.valid_to) == (dt.date(2026, 9, 1), dt.date(2027, 8, 31))
    assert canonical(read_document(store, release)) == document
    assert verify_release(store, release) == []
    assert walk(release_id, S.ARCHIVED).state is S.ARCHIVED


def test_a_refused_step_leaves_no_trace(store, begin):
    release_id = begin()
    with pytest.raises(RefusedError):
        advance(store, release_id, S.SIGNED, deed(), evidence={})
    with pytest.raises(InputError):
        advance(store, release_id, S.DEPT_REVIEW, deed(), evidence={"unknown": 1})
    assert find_release(store, release_id).state is S.DRAFT
    assert len(find_release(store, release_id).history) == 4


@pytest.mark.parametrize("name", ["role", "reason"])
def test_a_step_has_a_role_and_a_reason(store, begin, name):
    with pytest.raises(InputError, match="没有写明"):
        advance(store, begin(), S.WITHDRAWN, deed(**{name: " "}), evidence={})


def test_an_unknown_edition_or_version_is_named(store, begin):
    with pytest.raises(UnknownName, match="没有编号为 99 的版次"):
        advance(store, 99, S.DRAFT, deed(), evidence={})
    with pytest.raises(UnknownName, match=r"没有版本 2027\.9"):
        read_document(store, find_release(store, begin()), "2027.9")


def test_an_erratum_makes_a_version_and_leaves_the_one_before(store, begin, walk):
    release = walk(begin(), S.PUBLISHED)
    before = read_document(store, release)
    version = correct(store, release.release_id, [erratum_of(before)], deed())
    release = find_release(store, release.release_id)
    assert str(version) == release.latest.version == "2027.1.1"
    assert release.state is S.CORRECTED
    assert read_document(store, release).entries[0].pay_median == 7000
    assert read_document(store, release, "2027.1") == before
    kept = release.history[-1].evidence
    # Found on Wednesday the 7th, a holiday; the 8th, 9th, 10th (worked), 12th and 13th are working days.
    assert (kept["due_on"], kept["late"]) == ("2026-10-13", False)
    assert kept["errata"][0]["old"] == before.entries[0].pay_median
    assert verify_release(store, release) == []
    again = erratum_of(read_document(store, release), new=7100, found_on=dt.date(2026, 9, 1))
    assert str(correct(store, release.release_id, [again], deed("赵六"))) == "2027.1.2"
    assert find_release(store, release.release_id).history[-1].evidence["late"] is True
    assert shown_version(store) == "2027.1.2"


def test_only_what_is_published_is_corrected_by_somebody_else_and_not_without_content(store, begin, walk):
    release_id = begin()
    draft = read_document(store, find_release(store, release_id))
    with pytest.raises(InputError, match="没有给出勘误内容"):
        correct(store, release_id, [], deed())
    with pytest.raises(RefusedError) as caught:
        correct(store, release_id, [erratum_of(draft)], deed())
    assert caught.value.code == "step_not_permitted"
    publisher = walk(release_id, S.PUBLISHED).history[-1].actor
    with pytest.raises(RefusedError) as caught:
        correct(store, release_id, [erratum_of(draft)], deed(publisher))
    assert caught.value.code == "same_person"
    with pytest.raises(RefusedError) as caught:
        advance(store, release_id, S.CORRECTED, deed(), evidence={})
    assert caught.value.code == "correct_by_erratum"
    assert len(find_release(store, release_id).versions) == 2


def test_publishing_replaces_the_edition_in_force_and_only_that_of_its_kind(store, begin, walk):
    first, other = begin(name="2026"), begin(CatalogueKind.DEMAND, name="2026")
    walk(first, S.PUBLISHED)
    walk(other, S.PUBLISHED)
    second = begin(name="2027")
    assert shown_version(store) == "2026.1"
    walk(second, S.PUBLISHED)
    assert shown_version(store) == "2027.1"
    replaced = find_release(store, first)
    assert replaced.state is S.SUPERSEDED
    assert (replaced.history[-1].actor, replaced.history[-1].evidence["by"]) == ("系统", "2027.1")
    assert find_release(store, other).state is S.PUBLISHED
    assert verify_release(store, replaced) == []
    third = walk(begin(name="2027"), S.PUBLISHED)
    assert third.latest.version == "2027.2"


def test_what_is_shown_is_the_published_edition_and_never_a_withdrawn_one(store, begin, walk):
    assert shown_version(store) is None
    first = begin()
    assert shown_version(store) == "2027.0-rc1"
    second = begin()
    assert shown_version(store) == "2027.0-rc2"
    advance(store, second, S.WITHDRAWN, deed(), evidence={})
    assert shown_version(store) == "2027.0-rc1"
    walk(first, S.PUBLISHED)
    begin(name="2028")
    assert shown_version(store) == "2027.1"
    advance(store, first, S.WITHDRAWN, deed(), evidence={})
    assert shown_version(store) == "2028.0-rc1"


def test_open_comments_hold_the_decision_back(store, begin, walk):
    release = walk(begin(), S.CONSULTATION)
    opinion = Opinion(kind=TicketKind.COMMENT, raised_by="某企业", text="建议补充焊工")
    ticket = raise_ticket(store, release.release_id, opinion, received_on=dt.date(2026, 8, 3))
    with pytest.raises(RefusedError, match=f"编号 {ticket.ticket_id}"):
        walk(release.release_id, S.FINALISED)
    answer_ticket(
        store,
        ticket.ticket_id,
        outcome=TicketOutcome.REJECTED,
        text="样本不足",
        by="张三",
        on=dt.date(2026, 8, 5),
    )
    assert walk(release.release_id, S.FINALISED).state is S.FINALISED


def test_two_people_who_act_at_once_do_not_both_succeed(store, begin):
    release = find_release(store, begin())
    step = {
        "actor": "甲",
        "role": "办公室",
        "reason": "理由",
        "taken_on": dt.date(2026, 7, 1),
        "evidence": {},
    }
    with store.begin() as connection:
        record_step(connection, release.release_id, release.history[-1], S.WITHDRAWN, now=NOW, **step)
    with pytest.raises(StoreError, match="刚被他人推进"), store.begin() as connection:
        record_step(connection, release.release_id, release.history[-1], S.REJECTED, now=NOW, **step)
    assert find_release(store, release.release_id).state is S.WITHDRAWN


@pytest.mark.parametrize("table", [edition_step, edition_version])
@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_alter_steps_and_versions(store, begin, table, change):
    begin()
    statement = table.delete() if change == "delete" else table.update().values(release_id=1)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), store.begin() as connection:
        connection.execute(statement)


def test_an_altered_document_or_state_is_found(store, begin):
    release_id = begin()
    with store.begin() as connection:
        connection.execute(edition_release.update().values(state="published"))
        content = connection.execute(sa.select(entry.c.content).limit(1)).scalar_one()
        connection.execute(
            entry.update()
            .where(entry.c.entry_id == content["entry_id"])
            .values(content=content | {"n_emp": 99})
        )
    found = verify_release(store, find_release(store, release_id))
    assert found == [
        "记录的状态“published”与最后一步“draft”不一致",
        "版本 2027.0-rc1 的内容与校验值不符",
    ]


def test_a_version_without_its_step_is_found(store, begin):
    release = find_release(store, begin())
    record = release.versions[0]
    false = record.model_copy(update={"errata": (erratum_of(read_document(store, release)),)})
    other = record.model_copy(update={"document_sha256": "0" * 64})
    assert "勘误版本与“勘误”步骤的记录不一致" in verify_release(store, replace(release, versions=(false,)))
    assert "第一份文件与“测算”一步记录的校验值不符" in verify_release(
        store, replace(release, versions=(other,))
    )


def test_releases_are_listed_newest_first_and_by_kind(store, begin):
    first, second = begin(), begin(CatalogueKind.DEMAND)
    assert [each.release_id for each in list_releases(store, "yingkou")] == [second, first]
    assert [each.release_id for each in list_releases(store, "yingkou", kind=CatalogueKind.SHORTAGE)] == [
        first
    ]
    assert list_releases(store, "haicheng") == ()
    assert read_releases(store, "yingkou")[0]["kind"] == "demand"


@pytest.mark.parametrize(
    ("state", "on", "label"),
    [
        (None, dt.date(2026, 9, 1), "草案（未发布）"),
        (S.CONSULTATION, dt.date(2026, 9, 1), "草案（未发布）"),
        (S.PUBLISHED, dt.date(2027, 8, 31), "已发布"),
        (S.CORRECTED, dt.date(2027, 8, 31), "已发布（含勘误）"),
        (S.PUBLISHED, dt.date(2027, 9, 1), "到期参考"),
        (S.SUPERSEDED, dt.date(2027, 9, 1), "已被替代"),
    ],
)
def test_readers_see_what_an_edition_is_worth(state, on, label):
    assert status_label(state, dt.date(2027, 8, 31), on=on) == label


def test_a_history_survives_backup_and_restoring_and_goes_on(store, begin, walk, tmp_path):
    release_id = walk(begin(), S.CONSULTATION).release_id
    write_backup(store, tmp_path / "backup.zip")
    other = Store.from_url(f"sqlite:///{tmp_path / 'other.db'}")
    restore_backup(other, tmp_path / "backup.zip", key=b"k" * 32, texts_of=lambda row: [])
    release = find_release(other, release_id)
    assert release.state is S.CONSULTATION
    assert release.history == find_release(store, release_id).history
    assert verify_release(other, release) == []
    advance(other, release_id, S.WITHDRAWN, deed(), evidence={})
    assert find_release(other, release_id).history[-1].seq == len(release.history) + 1
    other.engine.dispose()
