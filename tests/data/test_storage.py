import datetime as dt
import json
import subprocess
import sys

import pytest

from data.errors import InputError, StoreError, YingcaiError
from data.shelves import Shelf
from data.storage import Storage

KIND = "bundles"


@pytest.fixture
def storage(storage_url):
    return Storage(storage_url)


@pytest.fixture
def files(tmp_path):
    """Return two files by their names in a set, one of them in a folder of it."""
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "manifest.json").write_text('{"a": 1}', "utf-8")
    (tmp_path / "made" / "weights").write_bytes(bytes(range(256)) * 40)
    return {"manifest.json": tmp_path / "made/manifest.json", "encoder/weights": tmp_path / "made/weights"}


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def keys(storage):
    """Return every object of a kind."""
    return list(storage._files.find(storage._key(KIND)))


def later():
    return dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)


class TestAnyStorage:
    def test_a_set_comes_back_as_it_was_published(self, storage, files, tmp_path):
        storage.publish(KIND, "titles-1", files)
        target = tmp_path / "target"
        target.mkdir()
        assert storage.fetch(KIND, "titles-1", target)
        assert contents(target) == {name: path.read_bytes() for name, path in files.items()}
        assert storage.names(KIND) == ("titles-1",)
        assert storage.names("exports") == ()
        assert {name: told["bytes"] for name, told in storage.files(KIND, "titles-1").items()} == {
            "manifest.json": 8,
            "encoder/weights": 10240,
        }

    def test_what_is_not_there_is_said_to_be_absent(self, storage, tmp_path):
        assert storage.files(KIND, "none") is None
        assert storage.read("drafts", "none") is None
        assert not storage.fetch(KIND, "none", tmp_path)
        storage.remove(KIND, "none")

    def test_another_content_replaces_the_first_and_leaves_nothing_of_it(self, storage, files, tmp_path):
        storage.publish(KIND, "titles-1", files)
        files["encoder/weights"].write_bytes(b"other")
        storage.publish(KIND, "titles-1", files)
        assert len(keys(storage)) == 3
        (tmp_path / "target").mkdir()
        storage.fetch(KIND, "titles-1", tmp_path / "target")
        assert (tmp_path / "target/encoder/weights").read_bytes() == b"other"

    @pytest.mark.parametrize("failing", [1, 2, 3])
    def test_a_fault_in_the_middle_leaves_the_old_content(
        self, storage, files, tmp_path, monkeypatch, failing
    ):
        storage.publish(KIND, "titles-1", files)
        before = contents(_fetched(storage, tmp_path / "before"))
        for path in files.values():
            path.write_bytes(b"new " + path.read_bytes())
        calls = 0

        def failing_at(real):
            def call(*arguments, **options):
                nonlocal calls
                calls += 1
                if calls == failing:
                    raise ConnectionResetError("key=AKIA secret=s3cr3t")
                return real(*arguments, **options)

            return call

        with monkeypatch.context() as patch:
            for name in ("put_file", "mv"):
                patch.setattr(storage._files, name, failing_at(getattr(storage._files, name)))
            with pytest.raises(StoreError, match="ConnectionResetError") as caught:
                storage.publish(KIND, "titles-1", files)
        assert caught.value.code == "storage_unreachable"
        assert "s3cr3t" not in str(caught.value)
        assert contents(_fetched(storage, tmp_path / "after")) == before
        storage.publish(KIND, "titles-1", files)
        assert contents(_fetched(storage, tmp_path / "again"))["manifest.json"] == b'new {"a": 1}'

    def test_a_damaged_file_is_refused(self, storage, files, tmp_path):
        storage.publish(KIND, "titles-1", files)
        sha256 = storage.files(KIND, "titles-1")["encoder/weights"]["sha256"]
        key = f"{storage._key(KIND, 'titles-1')}/{sha256}"
        storage._files.pipe_file(key, b"x" * 10240)
        with pytest.raises(StoreError, match="encoder/weights") as caught:
            _fetched(storage, tmp_path / "damaged")
        assert caught.value.code == "storage_damaged"
        assert not (tmp_path / "damaged/encoder/weights").exists()
        storage._files.rm_file(key)
        with pytest.raises(StoreError, match="encoder/weights"):
            _fetched(storage, tmp_path / "missing")
        storage.publish(KIND, "titles-1", files)
        assert _fetched(storage, tmp_path / "repaired")

    @pytest.mark.parametrize(
        "content", [b"{", b"[]", b'{"files": {}}', b'{"content": {}, "sha256": "0", "format": 1}']
    )
    def test_a_damaged_pointer_is_refused_and_can_be_written_anew(self, storage, files, content):
        storage.publish(KIND, "titles-1", files)
        storage._files.pipe_file(storage._key(KIND, "titles-1") + ".json", content)
        with pytest.raises(StoreError, match="清单"):
            storage.files(KIND, "titles-1")
        storage.publish(KIND, "titles-1", files)
        assert set(storage.files(KIND, "titles-1")) == set(files)

    @pytest.mark.parametrize("name", ["../out", "/etc/passwd", "a/../../b", "", ".", "a\\b", "a/"])
    def test_a_pointer_cannot_lead_out_of_the_folder(self, storage, files, tmp_path, name):
        told = {"sha256": "0" * 64, "bytes": 1}
        storage.write(KIND, "titles-1", {"files": {name: told}})
        with pytest.raises(StoreError, match="清单"):
            storage.fetch(KIND, "titles-1", tmp_path)

    @pytest.mark.parametrize("name", ["../a", "a/b", "", ".hidden", "a..b", "a.json", "a.part", "a" * 300])
    def test_a_name_cannot_lead_elsewhere(self, storage, files, name):
        with pytest.raises(InputError) as caught:
            storage.publish(KIND, name, files)
        assert caught.value.code == "storage_name"

    def test_removing_leaves_nothing(self, storage, files):
        storage.publish(KIND, "titles-1", files)
        storage.publish(KIND, "titles-2", files)
        storage.remove(KIND, "titles-1")
        assert storage.names(KIND) == ("titles-2",)
        assert not [key for key in keys(storage) if "titles-1" in key]
        assert len(keys(storage)) == 3

    def test_what_a_broken_off_upload_left_is_found_and_removed(self, storage, files, monkeypatch):
        storage.publish(KIND, "titles-1", files)
        with monkeypatch.context() as patch:
            patch.setattr(storage, "write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                storage.publish(KIND, "titles-2", files)
        assert storage.names(KIND) == ("titles-1",)
        assert storage.stale(KIND, before=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)) == ()
        assert storage.stale(KIND, before=later()) == ("titles-1", "titles-2")
        assert storage.stale(KIND, before=later(), unfinished=True) == ("titles-2",)
        storage.remove(KIND, "titles-2")
        assert storage.stale(KIND, before=later()) == ("titles-1",)

    def test_a_document_is_read_as_it_was_written(self, storage):
        storage.write("drafts", "B1.draft", {"名称": "合成数据", "rows": [1, 2]})
        document = {"名称": "合成数据", "rows": [3], "sha256": "a name of its own", "format": "csv"}
        storage.write("drafts", "B1.draft", document)
        assert storage.read("drafts", "B1.draft") == document
        storage.remove("drafts", "B1.draft")
        assert storage.read("drafts", "B1.draft") is None

    def test_a_shelf_fetches_once_and_lends_without_keeping(self, storage, files, tmp_path):
        here, there = (Shelf(tmp_path / name, KIND, storage._url) for name in ("here", "there"))
        (here.folder / "titles-1").mkdir(parents=True)
        (here.folder / "titles-1/manifest.json").write_text("{}", "utf-8")
        assert not here.holds("titles-1")
        here.publish("titles-1")
        assert here.holds("titles-1")
        assert there.names() == ("titles-1",)
        assert there.here() == ()
        assert there.files("titles-1") == ("manifest.json",)
        with there.lent("titles-1") as place:
            assert contents(place) == {"manifest.json": b"{}"}
        assert not place.exists()
        assert there.here() == ()
        assert contents(there.fetch("titles-1")) == {"manifest.json": b"{}"}
        assert there.here() == ("titles-1",)
        here.remove("titles-1")
        assert contents(there.fetch("titles-1")) == {"manifest.json": b"{}"}
        assert not here.fetch("titles-1").exists()
        with here.lent("titles-1") as place:
            assert not place.exists()
        assert [path.name for path in there.folder.iterdir()] == ["titles-1"]


def _fetched(storage, target):
    target.mkdir()
    assert storage.fetch(KIND, "titles-1", target)
    return target


def test_a_folder_alone_is_a_shelf_too(tmp_path):
    shelf = Shelf.of(tmp_path)
    assert Shelf.of(shelf) is shelf
    with shelf.workroom() as room:
        (room / "a").mkdir()
        (room / "a/b.json").write_text("{}", "utf-8")
    shelf.publish("a")
    assert shelf.names() == ("a",)
    assert shelf.holds("a")
    assert shelf.files("a") == ("b.json",)
    with shelf.lent("a") as place:
        assert place == shelf.fetch("a") == tmp_path / "a"
    shelf.remove("a")
    assert shelf.names() == ()
    with pytest.raises(InputError):
        shelf.remove("../other")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("s3://AKIA:s3cr3t@bucket/prefix", "含有密码"),
        ("s3://bucket?secret=s3cr3t", "应形如"),
        ("s3://bucket/../s3cr3t", "应形如"),
        ("simplecache::s3://s3cr3t", "应形如"),
        ("s3cr3t", "应形如"),
        ("file://s3cr3t", "应形如"),
        ("s3://", "应形如"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_being_quoted(url, told):
    with pytest.raises(YingcaiError, match=told) as caught:
        Storage(url)
    assert caught.value.code == "storage_url_invalid"
    assert "s3cr3t" not in str(caught.value)


def test_an_unknown_protocol_is_said_to_be_unknown():
    with pytest.raises(InputError, match="不认识 floppy://"):
        Storage("floppy://a/b").names(KIND)


def test_a_package_that_is_not_installed_is_named(monkeypatch):
    def without(*_, **__):
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr("fsspec.url_to_fs", without)
    with pytest.raises(InputError, match=r"pip install 'yingcai\[s3\]'") as caught:
        Storage("s3://bucket/prefix").names(KIND)
    assert caught.value.code == "storage_package_missing"


CHILD = """
import sys, time
from pathlib import Path
from data.storage import Storage
storage = Storage(sys.argv[1])
real, done = storage._files.put_file, []
def slowly(*arguments):
    if done:
        print("waiting", flush=True)
        time.sleep(600)
    done.append(real(*arguments))
storage._files.put_file = slowly
folder = Path(sys.argv[2])
storage.publish("bundles", "titles-1", {path.name: path for path in sorted(folder.iterdir())})
"""


def test_a_process_killed_in_the_middle_of_an_upload_leaves_the_old_content(tmp_path):
    url = f"file://{tmp_path}/shared"
    storage = Storage(url)
    made = tmp_path / "made"
    made.mkdir()
    for name in ("a.json", "b.json"):
        (made / name).write_text(json.dumps("old"), "utf-8")
    storage.publish(KIND, "titles-1", {path.name: path for path in made.iterdir()})
    for name in ("a.json", "b.json"):
        (made / name).write_text(json.dumps(f"new {name}"), "utf-8")
    child = subprocess.Popen([sys.executable, "-c", CHILD, url, str(made)], stdout=subprocess.PIPE, text=True)
    with child:
        assert child.stdout.readline() == "waiting\n"
        child.kill()
    assert set(contents(_fetched(storage, tmp_path / "target")).values()) == {b'"old"'}
    assert len(keys(storage)) == 3  # one content for both names, the pointer, and what was left
    storage.publish(KIND, "titles-1", {path.name: path for path in made.iterdir()})
    assert set(contents(_fetched(storage, tmp_path / "again")).values()) == {b'"new a.json"', b'"new b.json"'}
    assert len(keys(storage)) == 3
