"""A published edition is built again from its snapshot, byte for byte."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from data.catalogue.entries import METHOD_VERSION, CatalogueKind
from data.errors import FileProblem, RefusedError, UnknownName
from data.releases.documents import canonical
from data.releases.errata import Erratum
from data.releases.lifecycle import Deed, correct
from data.releases.methods import compute, method_of
from data.releases.rebuild import rebuild
from data.releases.registry import find_release, read_document
from data.releases.states import EditionState
from data.store.schema import entry

S = EditionState


@pytest.mark.parametrize("kind", list(CatalogueKind))
def test_every_byte_is_the_same(store, begin, walk, snapshots, kind):
    release = walk(begin(kind), S.PUBLISHED)
    made = rebuild(store, release, snapshots=snapshots)
    assert made.is_identical
    assert made.version == "2027.1"
    assert made.found_sha256 == made.expected_sha256 == release.latest.document_sha256
    assert made.size == len(canonical(read_document(store, release)))


def test_errata_are_applied_again_up_to_the_version_asked_for(store, begin, walk, snapshots):
    release = walk(begin(), S.PUBLISHED)
    for new, actor in ((7000, "甲"), (7100, "乙")):
        first = read_document(store, find_release(store, release.release_id)).entries[0]
        erratum = Erratum(
            entry_id=first.entry_id, field="pay_median", old=first.pay_median, new=new, reason="录入错误",
            found_on=dt.date(2026, 10, 8),
        )  # fmt: skip
        now = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
        correct(
            store, release.release_id, [erratum], Deed(actor, "办公室", "勘误", dt.date(2026, 10, 8), now)
        )
    release = find_release(store, release.release_id)
    for version in ("2027.0-rc1", "2027.1", "2027.1.1", "2027.1.2"):
        assert rebuild(store, release, snapshots=snapshots, version=version).is_identical
    hashes = {record.document_sha256 for record in release.versions}
    assert len(hashes) == 3  # the candidate is what was published


def test_what_was_altered_in_the_store_is_named(store, begin, snapshots):
    release = find_release(store, begin())
    with store.begin() as connection:
        first = read_document(store, release).entries[0]
        content = connection.execute(
            sa.select(entry.c.content).where(entry.c.entry_id == first.entry_id)
        ).scalar_one()
        connection.execute(
            entry.update()
            .where(entry.c.entry_id == first.entry_id)
            .values(content=content | {"pay_median": 1})
        )
    made = rebuild(store, release, snapshots=snapshots)
    assert not made.is_identical
    assert made.difference == ("entries.第1项.pay_median", 1, first.pay_median)


def test_another_method_under_the_same_number_is_found_out(store, begin, snapshots):
    release = find_release(store, begin())
    other = {METHOD_VERSION: lambda inputs, kind, edition, seed: compute(inputs, kind, edition, seed + 1)}
    made = rebuild(store, release, snapshots=snapshots, methods=other)
    assert not made.is_identical
    assert made.difference is not None
    assert made.found_sha256 != made.expected_sha256


def test_a_method_that_is_not_present_is_refused(store, begin, snapshots):
    release = find_release(store, begin())
    with pytest.raises(RefusedError, match=r"本机只有 9\.9") as caught:
        rebuild(store, release, snapshots=snapshots, methods={"9.9": compute})
    assert caught.value.code == "method_absent"
    assert method_of(METHOD_VERSION) is compute


def test_without_a_snapshot_there_is_no_rebuilding(store, begin, snapshots):
    with pytest.raises(RefusedError, match="没有保留快照"):
        rebuild(store, find_release(store, begin(kept=False)), snapshots=snapshots)


def test_a_snapshot_exchanged_as_a_whole_is_found(store, begin, snapshots, make_inputs):
    release = find_release(store, begin())
    path = snapshots / release.snapshot_folder / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"format": 1', b'"format":  1'))
    with pytest.raises(FileProblem, match="校验值不符"):
        rebuild(store, release, snapshots=snapshots)


def test_an_unknown_version_is_named(store, begin, snapshots):
    with pytest.raises(UnknownName, match="没有版本"):
        rebuild(store, find_release(store, begin()), snapshots=snapshots, version="2099.1")
