"""Editions whose data are on object storage are rebuilt by a machine that has never seen them."""

from __future__ import annotations

import shutil

import pytest

from data.errors import StoreError
from data.releases.comparison import compare_releases
from data.releases.rebuild import inputs_of, rebuild
from data.releases.registry import find_release
from data.releases.snapshot import write_snapshot
from data.releases.states import EditionState
from data.shelves import Shelf


@pytest.fixture
def snapshots(tmp_path, storage_url):
    return Shelf(tmp_path / "one", "snapshots", storage_url)


@pytest.fixture
def elsewhere(tmp_path, storage_url):
    return Shelf(tmp_path / "two", "snapshots", storage_url)


def test_every_byte_is_the_same_elsewhere(store, begin, walk, elsewhere):
    release = walk(begin(), EditionState.PUBLISHED)
    assert rebuild(store, release, snapshots=elsewhere).is_identical
    assert elsewhere.here() == elsewhere.names() == (release.snapshot_folder,)


def test_an_upload_that_was_broken_off_is_made_up_for(inputs, snapshots, elsewhere, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(snapshots.storage, "write", lambda *_: (_ for _ in ()).throw(ConnectionResetError))
        with pytest.raises(ConnectionResetError):
            write_snapshot(inputs, snapshots)
    assert elsewhere.names() == ()
    assert write_snapshot(inputs, snapshots) == write_snapshot(inputs, elsewhere)
    assert elsewhere.names() == (inputs.folder,)


def test_damage_and_silence_of_the_storage_are_told_and_never_taken_for_no_data(store, begin, elsewhere):
    release = find_release(store, begin())
    storage, folder = elsewhere.storage, release.snapshot_folder
    sha256 = storage.files("snapshots", folder)["vacancies.parquet"]["sha256"]
    storage._files.pipe_file(f"{storage._key('snapshots', folder)}/{sha256}", b"PAR1")
    pair = (release, release.latest.version)
    with pytest.raises(StoreError, match=r"vacancies\.parquet"):
        inputs_of(release, elsewhere)
    with pytest.raises(StoreError, match=r"vacancies\.parquet"):
        compare_releases(store, pair, pair, snapshots=elsewhere)
    assert elsewhere.here() == ()


def test_a_copy_here_serves_while_the_storage_is_gone(store, begin, snapshots, elsewhere):
    release = find_release(store, begin())
    first = inputs_of(release, elsewhere).snapshot
    elsewhere.storage.remove("snapshots", release.snapshot_folder)
    assert inputs_of(release, elsewhere).snapshot == first
    shutil.rmtree(snapshots.folder)
    with pytest.raises(Exception, match="缺少"):
        inputs_of(release, snapshots)
