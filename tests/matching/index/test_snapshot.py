"""A snapshot is there whole or not at all."""

from __future__ import annotations

import json
import threading

import numpy as np
import pytest

from data.errors import IndexDamaged, InputError
from matching.index import SegmentedIndex, read_snapshot, write_snapshot
from matching.index import snapshot as module


def write(folder, number, rows=200):
    return write_snapshot(
        folder,
        arrays={"vectors": np.full((rows, 4), number, np.float32), "alive": np.arange(rows) != number},
        ids=[f"P{number}-{row}" for row in range(rows)],
        details={"number": number, "模型": "e5"},
    )


def number_of(snapshot):
    """Return the one number that every part of a snapshot was made with."""
    number = snapshot.details["number"]
    assert (snapshot.arrays["vectors"] == number).all()
    assert not snapshot.arrays["alive"][number]
    assert {item.split("-")[0] for item in snapshot.ids} == {f"P{number}"}
    return number


def test_what_was_written_is_read_back(tmp_path):
    version = write(tmp_path / "new" / "index", 3)
    snapshot = read_snapshot(tmp_path / "new" / "index")
    assert snapshot.version == version
    assert number_of(snapshot) == 3
    assert snapshot.details["模型"] == "e5"
    assert len(snapshot.ids) == 200


def test_arrays_are_mapped_read_only_and_can_be_searched(tmp_path):
    write_snapshot(
        tmp_path,
        arrays={"vectors": np.eye(3, dtype=np.float32), "profiles.none": np.empty((0, 3), np.float32)},
        ids=list("abc"),
        details={},
    )
    arrays = read_snapshot(tmp_path).arrays
    assert isinstance(arrays["vectors"].base, np.memmap)
    assert not arrays["vectors"].flags.writeable
    assert arrays["profiles.none"].shape == (0, 3)
    index = SegmentedIndex.from_vectors(arrays["vectors"])
    assert np.shares_memory(index._base.vectors, arrays["vectors"])
    assert index.search(np.ones(3, np.float32), 2, allowed=np.ones(3, bool)).positions.tolist() == [0, 1]


def test_equal_content_has_an_equal_version_and_any_difference_another(tmp_path):
    first = write(tmp_path / "a", 1)
    assert write(tmp_path / "b", 1) == first
    assert write(tmp_path / "b", 2) != first


@pytest.mark.parametrize("crash_at", range(9))
def test_a_crash_at_any_moment_leaves_a_whole_version(tmp_path, monkeypatch, crash_at):
    write(tmp_path, 1)
    left, flush = iter(range(crash_at)), module._flush

    def crash(path):
        if next(left, None) is None:
            raise KeyboardInterrupt
        flush(path)

    with monkeypatch.context() as patched:
        patched.setattr(module, "_flush", crash)
        try:
            write(tmp_path, 2)
        except KeyboardInterrupt:
            crashed = True
        else:
            crashed = False
    # Files (4), folder, rename, pointer, pointer's folder: eight waits for the disk.
    assert crashed == (crash_at < 8)
    assert number_of(read_snapshot(tmp_path)) == (1 if crash_at < 7 else 2)
    write(tmp_path, 3)
    assert number_of(read_snapshot(tmp_path)) == 3
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".new-")]


def test_the_last_two_versions_stay_and_a_reader_keeps_what_it_has_mapped(tmp_path):
    write(tmp_path, 1)
    old = read_snapshot(tmp_path)
    versions = [write(tmp_path, number) for number in (2, 3, 4)]
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == set(versions[1:])
    assert number_of(old) == 1


def test_writing_the_same_again_keeps_the_version_and_the_one_before(tmp_path):
    before, version = write(tmp_path, 1), write(tmp_path, 2)
    assert write(tmp_path, 2) == version
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {before, version}


@pytest.mark.parametrize("name", ["vectors.npy", "alive.npy", "ids.json"])
def test_one_changed_byte_is_found_and_writing_again_repairs_it(tmp_path, name):
    version = write(tmp_path, 1)
    path = tmp_path / version / name
    content = bytearray(path.read_bytes())
    content[-9] ^= 1
    path.write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"与写入时不同.*重建") as caught:
        read_snapshot(tmp_path)
    assert caught.value.code == "index_damaged"
    assert write(tmp_path, 1) == version
    assert number_of(read_snapshot(tmp_path)) == 1


def test_without_verifying_a_cut_file_is_still_found(tmp_path):
    path = tmp_path / write(tmp_path, 1) / "vectors.npy"
    assert number_of(read_snapshot(tmp_path, verify=False)) == 1
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(IndexDamaged, match=r"vectors\.npy"):
        read_snapshot(tmp_path, verify=False)


@pytest.mark.parametrize("name", ["manifest.json", "ids.json", "alive.npy"])
def test_a_missing_file_is_named(tmp_path, name):
    (tmp_path / write(tmp_path, 1) / name).unlink()
    with pytest.raises(IndexDamaged, match=f"缺少文件.*{name}"):
        read_snapshot(tmp_path)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"files": 3, "details": {}}'])
def test_a_manifest_that_makes_no_sense_is_refused(tmp_path, text):
    (tmp_path / write(tmp_path, 1) / "manifest.json").write_text(text)
    with pytest.raises(IndexDamaged, match="清单"):
        read_snapshot(tmp_path)


def test_without_a_snapshot_the_reader_is_told_to_build_one(tmp_path):
    with pytest.raises(FileNotFoundError, match="请先建立索引"):
        read_snapshot(tmp_path)
    (tmp_path / "CURRENT").write_text("half")
    with pytest.raises(IndexDamaged, match="CURRENT"):
        read_snapshot(tmp_path)


def test_an_array_cannot_be_named_like_a_path(tmp_path):
    for name in ("../x", ".x", "a/b", "A", ""):
        with pytest.raises(InputError, match="不能作文件名"):
            write_snapshot(tmp_path, arrays={name: np.zeros(1)}, ids=["a"], details={})


def test_a_version_removed_while_it_is_being_opened_is_followed_by_the_next(tmp_path, monkeypatch):
    write(tmp_path, 1)
    opened, real = [], module._open

    def slow(folder, version, *, verify):
        if not opened:
            opened.append(version)
            write(tmp_path, 2)
            write(tmp_path, 3)
        return real(folder, version, verify=verify)

    monkeypatch.setattr(module, "_open", slow)
    assert number_of(read_snapshot(tmp_path)) == 3


def test_readers_during_reloads_never_see_a_mixture(tmp_path):
    write(tmp_path, 0)
    stop, seen, problems = threading.Event(), [], []

    def read():
        try:
            while not stop.is_set():
                seen.append(number_of(read_snapshot(tmp_path)))
        except BaseException as error:  # noqa: BLE001
            problems.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 20):
        write(tmp_path, number)
    stop.set()
    for reader in readers:
        reader.join()
    assert not problems
    assert len(set(seen)) > 1
    assert number_of(read_snapshot(tmp_path)) == 19


def test_two_writers_take_turns(tmp_path):
    writers = [threading.Thread(target=write, args=(tmp_path, number)) for number in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert number_of(read_snapshot(tmp_path)) in range(6)
    pointer = json.loads((tmp_path / "CURRENT").read_text())
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == set(pointer.values())
