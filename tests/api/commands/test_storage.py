"""``yingcai storage``: what is on the object storage, brought there and back."""

from __future__ import annotations

import datetime as dt

import pytest

from data.settings import Settings
from data.shelves import Shelf
from data.store.store import Store
from matching.bundle import write_bundle
from matching.learned import write_curves
from matching.replay import erase_frozen, freeze_pools, thaw_pools


@pytest.fixture
def url(tmp_path):
    return f"file://{tmp_path}/shared"


@pytest.fixture
def bundle(var, tmp_path, learned_curves):
    """Return a bundle that was made before there was any object storage."""
    write_curves(tmp_path / "ranker.json", learned_curves)
    parts = {"ranker.json": tmp_path / "ranker.json"}
    return write_bundle(Settings(var_dir=var).bundles_dir, parts, name="early", card="# 说明卡")


def test_what_was_there_before_is_pushed_listed_and_fetched(run, var, url, bundle, tmp_path):
    there = {"YINGCAI_STORAGE_URL": url}
    assert run("storage", "list", "--json", **there).json == {
        "bundles": [], "snapshots": [], "pools": [], "exports": [], "reports": [],
    }  # fmt: skip
    assert run("storage", "push", "--json", **there).json["bundles"] == 1
    assert "bundles 1 个" in run("storage", "push", **there).out
    listed = run("storage", "list", "bundles", **there).out
    assert bundle.bundle_id in listed
    assert "ranker.json" in listed
    done = run("storage", "fetch", "bundles", bundle.bundle_id, tmp_path / "out", **there)
    assert done.code == 0, done.err
    assert (tmp_path / "out/manifest.json").read_bytes() == (bundle.folder / "manifest.json").read_bytes()
    shown = run("bundle", "list", YINGCAI_VAR_DIR=str(tmp_path / "another"), **there)
    assert bundle.bundle_id in shown.out


def test_pools_leave_this_machine_and_those_on_the_storage_stay_as_they_are(run, var, url, service):
    settings = Settings(var_dir=var)
    sha256 = freeze_pools(service.matcher, settings.pools_dir)
    assert run("storage", "push", "--json", YINGCAI_STORAGE_URL=url).json["pools"] == 1
    pools = Shelf.of(Settings(var_dir=var, storage_url=url).pools_dir)
    assert (pools.here(), pools.names()) == ((), (sha256,))
    gone = service.matcher.profiles.ids[0]
    freeze_pools(service.matcher, settings.pools_dir)
    assert erase_frozen(pools, gone) == 1
    assert run("storage", "push", "--json", YINGCAI_STORAGE_URL=url).code == 0
    assert thaw_pools(pools, sha256).erased == 1


@pytest.mark.parametrize(
    ("arguments", "url", "told"),
    [
        (("list",), "", "没有设置对象存储"),
        (("list", "people"), "file", "没有种类 people"),
        (("fetch", "people", "a", "out"), "file", "没有种类 people"),
        (("fetch", "bundles", "a", "out"), "file", "没有 a"),
        (("fetch", "bundles", "../a", "out"), "file", "不能作对象存储里的名称"),
        (("push",), "s3://key:hunter2@bucket", "含有密码"),
        (("push",), "floppy://a", "不认识 floppy://"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    run, var, tmp_path, bundle, monkeypatch, arguments, url, told
):
    monkeypatch.chdir(tmp_path)
    done = run(
        "storage", *arguments, YINGCAI_STORAGE_URL=f"file://{tmp_path}/shared" if url == "file" else url
    )
    assert done.code == 1
    assert told in done.line
    assert "hunter2" not in done.out + done.err


def test_a_folder_that_holds_something_is_not_written_to(run, var, url, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/note.txt").write_text("", "utf-8")
    done = run("storage", "fetch", "bundles", "a", tmp_path / "out", YINGCAI_STORAGE_URL=url)
    assert done.code == 1
    assert "不是空目录" in done.line


def test_what_broken_off_uploads_left_goes_with_retention(run, var, url, tmp_path, monkeypatch):
    Store.from_url(Settings(var_dir=var).store_url).engine.dispose()
    storage = Settings(var_dir=var, storage_url=url).uploads.storage
    left = tmp_path / "left.json"
    left.write_text("{}", "utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(storage, "write", lambda *_: (_ for _ in ()).throw(ConnectionResetError))
        with pytest.raises(ConnectionResetError):
            storage.publish("reports", "a", {"left.json": left})
    storage.publish("reports", "b", {"left.json": left})
    assert run("retention", "run", YINGCAI_STORAGE_URL=url).code == 0
    assert storage.stale("reports", before=dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)) == ("a", "b")
    monkeypatch.setattr("api.commands.retention._BROKEN_OFF", dt.timedelta(days=-1))
    assert run("retention", "run", YINGCAI_STORAGE_URL=url).code == 0
    assert storage.stale("reports", before=dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)) == ("b",)
