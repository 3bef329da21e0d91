"""Files handed in over HTTP: kept, read in the background, told about; of nobody else, and harmless."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import json
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from python_calamine import CalamineWorkbook

from api.app import create_app
from api.jobs import ingest
from api.jobs.registry import workers_of
from api.uploads import sweep_uploads, uploads_dir
from data.permissions import Scope
from data.store import jobs
from data.store.agencies import add_agency
from data.store.jobs import cancel_job
from data.store.keys import create_key
from data.store.schema import batch, batch_part, job, job_part, posting, raw_row, upload
from data.store.store import Store

PATH = "/v1/batches"
BOMB = 50_000_000
"""Bytes unpacked; the service of these tests accepts 2 MB."""
ROOT = Path(__file__).resolve().parents[3]
HEAD = "岗位编号,岗位名称,用人单位,工作地点,需求人数,岗位职责,发布日期\n"
POSTING = "{0},岸桥司机,{1},营口市鲅鱼圈区,3,负责岸桥操作,2026-11-01\n"
BAD = "b1,会计,=HYPERLINK(1),营口市,=cmd|' /C calc'!A0,记账 13800000000,2026-11-20\n"
PEOPLE = "档案编号,求职岗位,能力,意向地点\nR1,岸桥司机,岸桥,营口\n"

KILLED = """
import sys
import time
from functools import partial
from pathlib import Path
from api.jobs import ingest, registry
from api.service import Service
from data.settings import Settings
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import EmbeddingModel
from matching.ingest.part import PartIntake

write = PartIntake.write
def stuck(*args, **options):
    write(*args, **options)
    time.sleep(600)
PartIntake.write = stuck
ingest.write_spool = partial(ingest.write_spool, part_rows=5)
service = Service.from_settings(
    Settings(var_dir=Path(sys.argv[1])), model=EmbeddingModel.from_encoder(HashingEncoder())
)
workers = registry.workers_of(service, threads=1)
workers.start()
workers.join()
"""
"""A worker with small parts that goes no further than the first; it is there to be killed."""


def postings(*numbers, employer="示例港口有限公司"):
    return HEAD + "".join(POSTING.format(number, employer) for number in numbers)


class Office:
    """A client, the agencies that it may act for, and the workers behind it."""

    def __init__(self, service):
        self.service, self.store = service, service.store
        self.client = TestClient(create_app(service.settings, service=service))
        self.client.headers["X-API-Key"] = service.settings.bootstrap_key.get_secret_value()
        self.agencies = {}

    def agency(self, name, *scopes):
        """Return the headers of an agency's key."""
        if name not in self.agencies:
            licence = {"licence_number": name, "contact": "前台"}
            period = {"licence_from": dt.date(2020, 1, 1), "licence_to": dt.date(2099, 1, 1)}
            made = add_agency(self.store, name, **licence, **period, actor="甲")
            self.agencies[name] = made.agency_id
        scopes = scopes or (Scope.POSTINGS_WRITE, Scope.PROFILES_WRITE)
        return {"X-API-Key": create_key(self.store, name, agency_id=self.agencies[name], scopes=scopes)}

    def send(self, content, name="招聘.csv", *, to=PATH, headers=None, **fields):
        content = content if isinstance(content, bytes) else content.encode()
        return self.client.post(to, files={"file": (name, content)}, data=fields, headers=headers)

    def work(self):
        workers = workers_of(self.service, threads=1)
        workers.start(until_idle=True)
        workers.join()

    def read(self, content, name="招聘.csv", *, headers=None, **fields):
        """Hand a file in and have it read."""
        taken = self.send(content, name, headers=headers, **fields)
        assert taken.status_code == 202, taken.text
        self.work()
        return self.client.get(taken.headers["location"], headers=headers).json()

    def count(self, table):
        with self.store.read() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()

    @property
    def folders(self):
        return [each.name for each in uploads_dir(self.service.settings).iterdir()]


@pytest.fixture(scope="module")
def office(bare_service, tmp_path_factory):
    folder = tmp_path_factory.mktemp("batches")
    shutil.copy(bare_service.settings.var_dir / "yingcai.db", folder / "yingcai.db")
    changed = {"var_dir": folder, "max_upload_mb": 2, "max_body_mb": 1, "worker_threads": 0}
    settings = bare_service.settings.model_copy(update=changed)
    store = Store.as_it_is(settings.store_url)
    made = Office(dataclasses.replace(bare_service, settings=settings, store=store))
    with made.client:
        yield made
    store.engine.dispose()


def test_a_file_is_kept_read_and_told_about(office):
    taken = office.send(postings("a1", "a2") + BAD, "../../招聘\u202e.csv")
    assert taken.status_code == 202
    sent = taken.json()
    assert taken.headers["location"] == f"{PATH}/{sent['batch_id']}"
    assert (sent["file"], sent["state"], sent["tables"], sent["owner"]) == ("招聘.csv", "queued", [], "")
    folder = uploads_dir(office.service.settings) / sent["batch_id"]
    assert [each.name for each in folder.iterdir()] == ["file.csv"]
    assert (folder.stat().st_mode & 0o777, (folder / "file.csv").stat().st_mode & 0o777) == (0o700, 0o600)
    assert office.client.get(sent["problems"]).json()["code"] == "batch_not_done"
    office.work()
    assert sent["batch_id"] not in office.folders
    done = office.client.get(taken.headers["location"]).json()
    (table,) = done["tables"]
    assert (done["state"], done["error"], done["progress"]) == ("done", None, None)
    assert (table["kind"], table["rows"], table["accepted"], table["repeated"]) == ("posting", 3, 3, False)
    assert table["columns"]["岗位名称"] == "title"
    assert table["coded"]["occupation"]["share"] > 0
    assert table["vacancies"] >= 1
    again = office.read(postings("a1", "a2") + BAD, "另名.csv")
    assert again["tables"][0]["repeated"] is True
    listed = office.client.get(PATH, params={"limit": 1}).json()
    assert [each["batch_id"] for each in listed["batches"]] == [again["batch_id"]]
    older = office.client.get(PATH, params={"limit": 50, "cursor": listed["cursor"]}).json()
    assert sent["batch_id"] in [each["batch_id"] for each in older["batches"]]


def test_problems_leave_as_pages_and_files_and_none_of_them_is_a_formula(office):
    done = office.read(postings("p1") + BAD.replace("b1", "p2"))
    first = office.client.get(done["problems"], params={"limit": 1}).json()
    (problem,) = first["problems"]
    assert (problem["row"], problem["file"], first["unlisted"]) == (3, "招聘.csv", 0)
    assert problem["value"].startswith("=cmd")
    answer = office.client.get(done["problems"], params={"format": "csv"})
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == first["total"] + 1
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    name = answer.headers["content-disposition"]
    assert name == f'attachment; filename="{done["batch_id"]}-problems.csv"'
    answer = office.client.get(done["problems"], params={"format": "xlsx"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert len(book.get_sheet_by_name("问题清单").to_python()) == first["total"] + 1
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_a_preview_says_what_would_be_read_and_stores_nothing(office):
    tables = (batch, posting, raw_row, upload, job)
    before = [office.count(table) for table in tables]
    answer = office.send(postings("v1") + BAD + "v3,岗\n", "表.csv", to=f"{PATH}/preview")
    assert answer.status_code == 200, answer.text
    (table,) = answer.json()["tables"]
    assert (table["file"], table["kind"], table["read_rows"]) == ("表.csv", "posting", 3)
    assert {each["column"]: each["field"] for each in table["columns"]}["岗位名称"] == "title"
    assert table["rows"][0]["headcount"] == 3
    assert "13800000000" not in answer.text
    assert any(each["column"] == "需求人数" for each in table["problems"])
    people = office.send(PEOPLE, to=f"{PATH}/preview").json()["tables"][0]
    assert (people["kind"], people["refusal"]) == ("profile", None)
    refused = office.send("甲,乙\n1,2\n", to=f"{PATH}/preview").json()["tables"][0]["refusal"]
    assert refused["hint"]
    said = office.send(
        "活,厂\n焊工,某厂\n", to=f"{PATH}/preview", mapping='{"活": "title", "厂": "employer"}'
    )
    assert said.json()["tables"][0]["rows"][0]["title"] == "焊工"
    assert [office.count(table) for table in tables] == before


def test_a_request_sent_again_hands_the_file_in_once(office):
    key = {"Idempotency-Key": "k1"}
    first = office.send(postings("i1"), headers=key)
    again = office.send(postings("i1"), headers=key)
    assert again.json()["batch_id"] == first.json()["batch_id"]
    assert again.headers["idempotent-replayed"] == "true"
    assert office.folders == [first.json()["batch_id"]]
    other = office.send(postings("i2"), headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    office.work()
    assert office.folders == []


def test_two_agencies_send_the_same_file_and_neither_sees_the_others(office):
    one, two = office.agency("甲所"), office.agency("乙所")
    content = postings("s1", "s2", employer="共有有限公司")
    mine = office.read(content, headers=one)
    theirs = office.read(content, headers=two)
    office_s = office.read(content)
    for done in (mine, theirs, office_s):
        assert (done["tables"][0]["accepted"], done["tables"][0]["repeated"]) == (2, False)
    assert mine["tables"][0]["vacancies"] is mine["tables"][0]["duplicates"] is None
    with office.store.read() as connection:
        named = posting.c.employer == "共有有限公司"
        rows = connection.execute(sa.select(posting.c.owner, posting.c.posting_id).where(named)).all()
    assert len(rows) == len({row.posting_id for row in rows}) == 6
    assert {row.owner for row in rows} == {"", mine["owner"], theirs["owner"]}
    for path in ("", "/problems"):
        absent = office.client.get(f"{PATH}/B0{path}", headers=one).json()
        foreign = office.client.get(f"{PATH}/{theirs['batch_id']}{path}", headers=one)
        assert foreign.status_code == 404
        assert {**foreign.json(), "instance": "", "request_id": ""} == {
            **absent, "instance": "", "request_id": "",
        }  # fmt: skip
    seen = office.client.get(PATH, headers=one).json()["batches"]
    assert [each["batch_id"] for each in seen] == [mine["batch_id"]]
    cursor = office.client.get(PATH, params={"cursor": theirs["batch_id"]}, headers=one)
    assert cursor.json()["code"] == "cursor_invalid"
    everything = office.client.get(PATH, params={"limit": 200}).json()["batches"]
    assert {mine["batch_id"], theirs["batch_id"]} <= {each["batch_id"] for each in everything}


def test_what_an_agency_says_of_columns_holds_for_its_own_file_only(office):
    said = json.dumps({"甲列": "title", "乙列": "employer"})
    one, others = office.agency("甲所"), (office.agency("乙所"), None)
    done = office.read("甲列,乙列\n焊工,某厂\n", headers=one, kind="posting", mapping=said)
    assert done["tables"][0]["columns"] == {"甲列": "title", "乙列": "employer"}

    def previewed(headers):
        answer = office.send("甲列,乙列\n电工,某厂\n", to=f"{PATH}/preview", headers=headers, kind="posting")
        return {each["field"] for each in answer.json()["tables"][0]["columns"]}

    assert previewed(one) == {"title", "employer"}
    assert [previewed(each) for each in others] == [{None}, {None}]


def test_scopes_say_what_may_be_handed_in(office):
    only = office.agency("丙所", Scope.POSTINGS_WRITE)
    refused = office.send(PEOPLE, headers=only, kind="profile")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    done = office.read(PEOPLE, headers=only)
    assert (done["state"], done["tables"]) == ("failed", [])
    people = office.read(PEOPLE.replace("R1", "R2"), headers=office.agency("丙所"))
    assert people["tables"][0]["kind"] == "profile"
    assert office.client.get(people["problems"], headers=only).status_code == 403
    for reads in (office.agency("丙所", Scope.POSTINGS_READ), office.agency("丙所", Scope.TAXONOMY_READ)):
        assert office.send(PEOPLE, headers=reads).status_code == 403
    assert office.client.post(PATH, headers={"X-API-Key": "no"}).status_code == 401


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "file_empty"),
        ("a.xlsx", b"MZ\x90\x00" * 400, "encoding_unknown"),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 400, "zip_corrupt"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 4000, "file_corrupt"),
        ("a.json", "[" * 400_000, "file_corrupt"),
        ("a.csv", "甲,乙\n1,2\n", "columns_missing"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_its_readers_own_code(office, name, content, code):
    taken = office.send(content, name)
    if taken.status_code == 400:
        assert taken.json()["code"] == code
        assert office.folders == []
        return
    office.work()
    done = office.client.get(taken.headers["location"]).json()
    assert (done["state"], done["tables"], done["error"]["code"]) == ("failed", [], code)
    assert done["error"]["hint"]
    assert office.folders == []


def test_bombs_are_refused_while_others_are_served(office):
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * BOMB)
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("a.csv", inner.getvalue())
    sent = [office.send(each.getvalue(), "a.zip") for each in (inner, outer)]
    assert office.client.get("/healthz").status_code == 200
    office.work()
    told = [office.client.get(each.headers["location"]).json()["error"]["code"] for each in sent]
    assert told == ["file_too_large", "zip_nested"]


def test_a_table_without_rows_brings_nothing(office):
    done = office.read(HEAD)
    assert (done["state"], done["tables"][0]["rows"], done["error"]) == ("done", 0, None)


def test_tables_before_a_bad_one_stay_and_both_are_told(office):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("甲.csv", postings("z1"))
        archive.writestr("乙.csv", "甲,乙\n1,2\n")
    done = office.read(packed.getvalue(), "包.zip")
    assert [each["file"] for each in done["tables"]] == ["甲.csv"]
    assert (done["state"], done["error"]["code"]) == ("failed", "columns_missing")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "moon"}, "body.kind"),
        ({"mapping": "[1]"}, "body.mapping"),
        ({"mapping": "{"}, "body.mapping"),
        ({"mapping": '{"a": "\\ud800"}'}, "body.mapping"),
        ({"more": "x"}, "body.more"),
    ],
)
def test_a_form_that_is_not_the_one_described_is_refused_by_field(office, fields, field):
    answer = office.send(postings("f1"), **fields)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert office.folders == []


def test_a_body_that_is_no_form_or_too_large_leaves_nothing_behind(office):
    assert office.client.post(PATH, json={}).status_code == 422
    assert office.client.post(PATH, data={"kind": "posting"}).status_code == 422
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert office.client.post(PATH, content=b"--y\r\n", headers=broken).status_code == 422

    def pieces():
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        for _ in range(40):
            yield b"0" * 100_000

    for content in (pieces(), b"".join(pieces())):
        answer = office.client.post(PATH, content=content, headers=broken)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    larger_than_elsewhere = office.send(b"0" * 1_500_000, "a.csv")
    assert larger_than_elsewhere.status_code == 202
    elsewhere = office.client.post("/v1/matches/profiles", content=b"0" * 1_500_000)
    assert elsewhere.status_code == 413
    office.work()
    assert office.folders == []


def test_the_job_of_a_file_is_no_match_job(office):
    taken = office.send(postings("m1"))
    with office.store.read() as connection:
        query = sa.select(upload.c.job_id).where(upload.c.upload_id == taken.json()["batch_id"])
        job_id = connection.execute(query).scalar_one()
    path = f"/v1/match-jobs/{job_id}"
    for method, each in (("GET", path), ("POST", f"{path}/cancel"), ("GET", f"{path}/results?partial=true")):
        answer = office.client.request(method, each)
        assert (answer.status_code, answer.json()["code"]) == (404, "job_unknown")
    listed = office.client.get("/v1/match-jobs", params={"cursor": job_id})
    assert listed.json()["code"] == "cursor_invalid"
    office.work()
    assert office.client.get(taken.headers["location"]).json()["state"] == "done"


def test_a_file_that_is_not_taken_leaves_no_job_no_note_and_no_folder(office, monkeypatch):
    tables = (job, upload)
    before = [office.count(table) for table in tables]
    monkeypatch.setattr(jobs, "MOST_OPEN", 0)
    key = {"Idempotency-Key": "full"}
    refused = office.send(postings("n1"), headers=key)
    assert (refused.status_code, refused.json()["code"]) == (400, "jobs_too_many")
    assert ([office.count(table) for table in tables], office.folders) == (before, [])
    monkeypatch.undo()
    assert office.send(postings("n1"), headers=key).status_code == 202
    office.work()


def test_folders_that_nobody_will_read_are_swept(office):
    taken = office.send(postings("w1")).json()
    now = dt.datetime.now(dt.UTC)
    later = now + dt.timedelta(hours=2)
    assert sweep_uploads(office.service.settings, {taken["batch_id"]}, now=later) == 0
    assert sweep_uploads(office.service.settings, set(), now=now) == 0
    with office.store.read() as connection:
        job_id = connection.execute(
            sa.select(upload.c.job_id).where(upload.c.upload_id == taken["batch_id"])
        ).scalar_one()
    cancel_job(office.store, job_id, owner="")
    assert office.client.get(f"{PATH}/{taken['batch_id']}").json()["state"] == "cancelled"
    assert sweep_uploads(office.service.settings, set(), now=later) == 1
    assert office.folders == []


def wait_for(reached, process):
    """Wait until a process has got somewhere; it must be at it all the while."""
    end = time.monotonic() + 300
    while not reached():
        assert process.poll() is None, "the worker ended"
        assert time.monotonic() < end, "the worker got nowhere"
        time.sleep(0.1)


def test_a_worker_killed_in_the_middle_of_a_file_loses_nothing_and_does_nothing_twice(office, monkeypatch):
    numbers = [f"k{number}" for number in range(12)]
    before, parts_before = office.count(posting), office.count(batch_part)
    taken = office.send(postings(*numbers), "大表.csv")
    assert taken.status_code == 202
    command = [sys.executable, "-c", KILLED, str(office.service.settings.var_dir)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            wait_for(lambda: office.count(batch_part) > parts_before, process)
        finally:
            process.kill()
    assert process.returncode == -signal.SIGKILL
    assert office.count(posting) == before + 5
    assert office.client.get(taken.headers["location"]).json()["state"] == "running"
    with office.store.begin() as connection:
        # The lease of the dead is a minute long; the test has no minute.
        connection.execute(job_part.update().values(lease_until=None))
    monkeypatch.setattr(ingest, "write_spool", partial(ingest.write_spool, part_rows=5))
    office.work()
    done = office.client.get(taken.headers["location"]).json()
    (table,) = done["tables"]
    told = (done["state"], table["rows"], table["accepted"], table["resumed_parts"], table["repeated"])
    assert told == ("done", 12, 12, 1, False)
    assert office.count(posting) == before + 12
    with office.store.read() as connection:
        last = connection.execute(sa.select(sa.func.max(batch_part.c.batch_id))).scalar_one()
        parts = connection.execute(sa.select(batch_part.c.part).where(batch_part.c.batch_id == last))
        assert sorted(parts.scalars()) == [0, 1, 2]
    assert office.folders == []
