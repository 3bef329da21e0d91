"""Two machines with folders of their own, one database and one object storage serve the same things."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import shutil

import pytest
from starlette.responses import Response

from api.access.principal import Principal, PrincipalKind
from api.batches import Given, keep_batch
from api.drafts import drop_draft, keep_draft, list_drafts, preview_draft, read_draft, submit_draft
from api.idempotency import Once
from api.jobs.export import export_folder, files_in, submit_export
from api.jobs.registry import workers_of
from api.privacy.common_key import common_key
from api.privacy.erasing import erase_everywhere
from api.privacy.outside import read_outside
from api.uploads import sweep_uploads, uploads_dir
from data.errors import InputError, StoreError, UnknownName
from data.permissions import Scope
from data.pseudonyms import read_key
from data.releases.registry import list_releases
from data.shelves import Shelf
from data.sources.columns import TableKind
from data.store.profiles import read_profiles
from data.store.promotions import PromotionAction, champion_of, record_promotion
from data.store.store import Store
from data.store.uploads import read_upload
from matching.bundle import bundle_folder, bundle_ids, open_champion, read_bundle, write_bundle
from matching.learned import write_curves
from matching.replay import erase_frozen, freeze_pools, prune_frozen, thaw_pools

CALLER = Principal(actor="user:甲", kind=PrincipalKind.OFFICE_USER, scopes=frozenset(Scope))
PEOPLE = "档案编号,求职岗位,能力,意向地点\nTWO01,岸桥司机,岸桥,不存在之处\n"


@pytest.fixture(params=["file", "s3"])
def storage_url(request, tmp_path):
    """Return an empty place on a shared disk, and on a server that speaks S3."""
    if request.param == "file":
        return f"file://{tmp_path}/shared"
    return f"{request.getfixturevalue('s3_url')}/{tmp_path.name}"


@pytest.fixture
def machines(bare_service, tmp_path, storage_url):
    """Return two services: their folders differ, and the key of the pseudonyms is given to both."""
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        changed = {
            "var_dir": folder,
            "storage_url": storage_url,
            "database_url": f"sqlite:///{tmp_path}/common.db",
            "worker_threads": 0,
        }
        settings = bare_service.settings.model_copy(update=changed)
        if not made:
            read_key(folder)
            shutil.copy(bare_service.settings.var_dir / "yingcai.db", tmp_path / "common.db")
        else:
            shutil.copy(tmp_path / "one/pseudonym.key", folder / "pseudonym.key")
        store = Store.as_it_is(settings.store_url)
        made.append(dataclasses.replace(bare_service, settings=settings, store=store))
    yield made
    for each in made:
        each.store.engine.dispose()


def work(service):
    workers = workers_of(service, threads=1)
    workers.start(until_idle=True)
    workers.join()


def hand_in(service, content, name="人员.csv"):
    given = Given(io.BytesIO(content.encode()), name, (TableKind.PROFILE,), None)
    return keep_batch(service, CALLER, Once(service, "POST /v1/batches", None, Response()), given)


def left(service, folder):
    """Return the names of what lies in a folder of a machine."""
    place = service.settings.var_dir / folder
    return sorted(path.name for path in place.rglob("*")) if place.is_dir() else []


def test_what_one_writes_of_an_edition_is_downloaded_from_the_other(machines, service, tmp_path):
    one, two = machines
    with service.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    for each in machines:
        each.store.engine.dispose()
    shutil.copy(service.settings.var_dir / "yingcai.db", tmp_path / "common.db")
    release = list_releases(two.store, "yingkou")[0]
    submit_export(one, release, None, actor="甲")
    work(two)
    there, here = (export_folder(each.settings, release) for each in (two, one))
    assert here.is_relative_to(one.settings.var_dir)
    found = {path.relative_to(there).as_posix(): path.read_bytes() for path in files_in(there)}
    assert len(found) > 5
    assert {path.relative_to(here).as_posix(): path.read_bytes() for path in files_in(here)} == found


def test_a_bundle_made_on_one_serves_on_the_other(machines, tmp_path, learned_curves, hashing_model):
    one, two = machines
    write_curves(tmp_path / "ranker.json", learned_curves)
    made = write_bundle(
        one.settings.bundles_dir, {"ranker.json": tmp_path / "ranker.json"}, name="shared", card="# 说明卡"
    )
    record_promotion(
        one.store,
        actor="甲",
        action=PromotionAction.PROMOTE,
        bundle_id=made.bundle_id,
        evidence={"why": "测试"},
    )
    assert bundle_ids(two.settings.bundles_dir) == (made.bundle_id,)
    opened = open_champion(two.store, two.settings, champion_of(two.store), model=hashing_model)
    assert opened.ranker.version.endswith(f"@{learned_curves.digest[:8]}")
    folder = bundle_folder(two.settings.bundles_dir, made.bundle_id)
    assert folder.is_relative_to(two.settings.var_dir)
    assert read_bundle(folder).manifest == made.manifest
    with pytest.raises(UnknownName):
        bundle_folder(two.settings.bundles_dir, "another-0123456789ab")


def test_a_damaged_bundle_is_not_served(machines, tmp_path, learned_curves, hashing_model):
    one, two = machines
    write_curves(tmp_path / "ranker.json", learned_curves)
    parts = {"ranker.json": tmp_path / "ranker.json"}
    made = write_bundle(one.settings.bundles_dir, parts, name="shared", card="# 说明卡")
    shelf = Shelf.of(one.settings.bundles_dir)
    sha256 = shelf.storage.files("bundles", made.bundle_id)["ranker.json"]["sha256"]
    shelf.storage._files.pipe_file(f"{shelf.storage._key('bundles', made.bundle_id)}/{sha256}", b"{}")
    with pytest.raises(StoreError, match=r"ranker\.json") as caught:
        open_champion(two.store, two.settings, made.bundle_id, model=hashing_model)
    assert caught.value.code == "storage_damaged"
    assert left(two, "bundles") == []


def test_a_file_received_by_one_is_read_by_the_other_and_nothing_of_it_stays(machines):
    one, two = machines
    upload_id = hand_in(one, PEOPLE)
    assert left(one, "uploads") == []
    assert one.settings.uploads.names() == (upload_id,)
    work(two)
    upload = read_upload(one.store, upload_id, owner="")
    assert upload.error is None
    assert set(read_profiles(one.store).profile_id) == {"TWO01"}
    assert one.settings.uploads.names() == ()
    assert left(two, "uploads") == []


def test_the_error_report_of_one_goes_when_the_other_erases_the_person(machines, tmp_path):
    one, two = machines
    hand_in(one, PEOPLE)
    work(two)
    reports = Shelf.of(one.settings.reports_dir)
    (name,) = reports.names()
    assert (left(one, "reports"), left(two, "reports")) == ([], [])
    assert "人员" not in name
    told = reports.files(name)
    assert all(each.startswith("人员-") for each in told)
    with reports.lent(name) as folder:
        assert "不存在之处" in "".join(path.read_text("utf-8") for path in folder.glob("*.json"))
    key = read_key(one.settings.var_dir)
    erased = erase_everywhere(one.store, one.settings, "TWO01", key=key, actor="甲", reason="本人要求")
    assert erased["report_files"] == 1
    assert reports.names() == ()
    assert len(read_outside(one.settings)) == 2  # in its own list and on the storage
    (row,) = read_outside(two.settings)
    assert (row["reason"], row["erased_at"].tzinfo) == ("本人要求", dt.UTC)


def test_a_draft_kept_by_one_is_looked_at_and_handed_in_by_the_other(machines):
    one, two = machines
    draft = keep_draft(one, CALLER, io.BytesIO(PEOPLE.encode()), "人员.csv", TableKind.PROFILE)
    assert [each.upload_id for each in list_drafts(two, CALLER)] == [draft.upload_id]
    found = read_draft(two, CALLER, draft.upload_id)
    tables = preview_draft(two, CALLER, found)
    assert preview_draft(one, CALLER, found) == tables
    stranger = dataclasses.replace(CALLER, actor="user:乙")
    with pytest.raises(UnknownName):
        read_draft(two, stranger, draft.upload_id)
    submit_draft(two, found, (TableKind.PROFILE,))
    assert list_drafts(one, CALLER) == []
    assert (left(one, "uploads"), left(two, "uploads")) == ([], [])
    work(one)
    assert set(read_profiles(two.store).profile_id) == {"TWO01"}


def test_drafts_that_are_dropped_or_forgotten_leave_nothing(machines):
    one, two = machines
    dropped = keep_draft(one, CALLER, io.BytesIO(PEOPLE.encode()), "人员.csv", None)
    forgotten = keep_draft(one, CALLER, io.BytesIO(PEOPLE.encode()), "人员.csv", None)
    preview_draft(two, CALLER, forgotten)
    drop_draft(two, dropped)
    now = dt.datetime.now(dt.UTC)
    assert sweep_uploads(two.settings, (), now=now) == 0
    assert two.settings.uploads.names() == (forgotten.upload_id,)
    assert sweep_uploads(two.settings, (), now=now + dt.timedelta(hours=2)) == 1
    storage = one.settings.uploads.storage
    assert (storage.names("uploads"), storage.names("drafts")) == ((), ())
    assert list(uploads_dir(two.settings).iterdir()) == []


def test_pools_frozen_by_one_are_searched_and_scrubbed_by_the_other(machines, service):
    one, two = (each.settings.pools_dir for each in machines)
    city = service.matcher
    sha256 = freeze_pools(city, one)
    assert freeze_pools(city, two) == sha256
    assert thaw_pools(two, sha256).loaded.profiles.ids == city.profiles.ids
    gone = city.profiles.ids[0]
    assert erase_frozen(two, gone) == 1
    thawed = thaw_pools(one, sha256)
    assert thawed.erased == 1
    assert gone not in [row["profile_id"] for row in thawed.loaded.profiles.rows]
    assert [left(each, "snapshots") for each in machines] == [[], []]
    assert freeze_pools(city, one) == sha256
    assert thaw_pools(two, sha256).erased == 1
    assert prune_frozen(one, set()) == 1
    with pytest.raises(StoreError, match="没有冻结的数据"):
        thaw_pools(two, sha256)


def test_a_storage_that_cannot_be_reached_keeps_nothing_of_an_upload(bare_service, tmp_path):
    (tmp_path / "blocked").write_text("a file where a folder should be", "utf-8")
    changed = {"var_dir": tmp_path / "var", "storage_url": f"file://{tmp_path}/blocked"}
    service = dataclasses.replace(bare_service, settings=bare_service.settings.model_copy(update=changed))
    with pytest.raises(StoreError) as caught:
        hand_in(service, PEOPLE)
    assert caught.value.code == "storage_unreachable"
    assert left(service, "uploads") == []
    refused = service.settings.model_copy(update={"storage_url": "s3://key:secret@bucket"})
    with pytest.raises(InputError, match="含有密码"):
        bundle_ids(refused.bundles_dir)


def test_a_machine_with_another_key_does_not_start(machines):
    one, two = (each.settings for each in machines)
    assert common_key(one) == common_key(two) == read_key(one.var_dir)
    (two.var_dir / "pseudonym.key").unlink()
    with pytest.raises(StoreError) as caught:
        common_key(two)
    assert caught.value.code == "key_differs"
    assert read_key(one.var_dir).hex() not in str(one.uploads.storage.read("keys", "pseudonym"))
