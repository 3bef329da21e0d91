"""Files of several owners: nobody's row takes another's place, and who was erased stays erased."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
import sqlalchemy as sa

from data.errors import ConflictError
from data.intake import Reading
from data.owners import OFFICE, owned_id
from data.pseudonyms import pseudonym, read_key
from data.regions import read_region
from data.sources.columns import TableKind
from data.store.postings import read_postings
from data.store.profiles import read_profiles
from data.store.schema import batch
from data.store.tombstones import write_tombstone
from data.store.vacancies import read_vacancies
from matching.coding import Coders
from matching.ingest import Intake, ingest_file
from matching.ingest.record import Recorder, add_record, replace_record, type_record

A, B = "ag_0000000a", "ag_0000000b"
POSTINGS = (
    "岗位编号,岗位名称,用人单位,工作地点,需求人数,岗位职责,发布日期\n"
    "1,焊工,示例装备有限公司,营口市老边区,3,负责结构件焊接,2026-03-01\n"
)
PEOPLE = "档案编号,求职岗位,能力\n1,焊工,焊接\n{phone},会计,记账\n"
PHONE = "13912345678"


@pytest.fixture(scope="module")
def coders(hashing_model):
    return Coders.from_reference(hashing_model)


@pytest.fixture
def ingest(store, coders, tmp_path):
    def run(text, owner=OFFICE, **options):
        path = tmp_path / "a.csv"
        path.write_text(text, encoding="utf-8")
        intake = Intake(
            store, coders, read_region("yingkou"), tmp_path, 10**7, dt.date(2026, 11, 21), owner=owner
        )
        (report,) = ingest_file(intake, path, **options)
        return report

    return run


def test_one_file_of_three_owners_is_three_batches_and_three_postings_of_one_need(store, ingest):
    for owner in (OFFICE, A, B):
        report = ingest(POSTINGS, owner)
        assert (report.accepted, report.replaced, report.repeated) == (1, 0, False)
        assert ingest(POSTINGS, owner).repeated
    found = read_postings(store).set_index("posting_id")
    assert found["owner"].to_dict() == {"1": OFFICE, owned_id(A, "1"): A, owned_id(B, "1"): B}
    assert found["reference"].tolist() == ["" if each == OFFICE else "1" for each in found["owner"]]
    assert [len(ids) for ids in read_vacancies(store)["posting_ids"]] == [3]
    with store.read() as connection:
        owners = connection.execute(sa.select(batch.c.owner).order_by(batch.c.batch_id)).scalars().all()
    assert owners == [OFFICE, A, B]


def test_a_newer_row_replaces_the_owners_and_nobody_elses(store, ingest):
    for owner in (OFFICE, A):
        ingest(POSTINGS, owner)
    assert ingest(POSTINGS.replace(",3,", ",5,"), A).replaced == 1
    assert read_postings(store).set_index("owner")["headcount"].to_dict() == {OFFICE: 3, A: 5}


def test_a_number_that_looks_like_anothers_row_does_not_replace_it(store, ingest):
    ingest(POSTINGS, A)
    forged = POSTINGS.replace("\n1,", f"\n{owned_id(A, '1')},").replace(",3,", ",9,")
    for owner in (OFFICE, B):
        assert ingest(forged, owner).replaced == 0
    found = read_postings(store)
    assert sorted(zip(found["owner"], found["headcount"], strict=True)) == [(OFFICE, 9), (A, 3), (B, 9)]
    people = PEOPLE.format(phone=2)
    ingest(people, A)
    assert ingest(people.replace("\n1,", f"\n{owned_id(A, '1')},")).replaced == 0
    assert read_profiles(store)["owner"].tolist().count(A) == 2


def test_who_was_erased_stays_erased_under_whatever_owner_and_a_bare_number_is_not_a_person(
    store, ingest, tmp_path
):
    key = read_key(tmp_path)
    gone = partial(write_tombstone, key=key, actor="甲", reason="本人要求", erased={})
    with store.begin() as connection:
        gone(connection, owned_id(A, "1"))
        gone(connection, pseudonym(PHONE, key))
    people = PEOPLE.format(phone=PHONE)
    assert ingest(people, A).rejected == {"erased": 2}
    # B's first person is another one who happens to have the same number; the phone is the same person's.
    assert ingest(people, B).rejected == {"erased": 1}
    assert read_profiles(store)["profile_id"].tolist() == [owned_id(B, "1")]


def test_what_an_agency_says_of_columns_holds_for_its_own_files_only(store, ingest):
    said = {"岗位编号": "posting_id", "岗位名称": "title", "用人单位": "employer", "工作地点": "place",
            "需求人数": None, "岗位职责": "duties", "发布日期": "posted_on"}  # fmt: skip
    ingest(POSTINGS, A, mapping=said, actor="甲")
    for owner in (OFFICE, A, B):
        ingest(POSTINGS.replace("\n1,", "\n2,"), owner)
    found = read_postings(store)
    told = sorted(zip(found["owner"], found["headcount"].isna(), strict=True))
    assert told == [(OFFICE, False), (A, True), (A, True), (B, False)]


@pytest.mark.parametrize("owner", [OFFICE, A])
def test_a_row_of_a_file_and_a_record_with_the_same_number_are_one_in_either_order(
    store, ingest, coders, tmp_path, owner
):
    """Number 1 comes by file first, number 2 as a record first; each then comes the other way."""
    reading = Reading(
        kind=TableKind.POSTING,
        region=read_region("yingkou"),
        mapping=None,
        pseudonym_key=read_key(tmp_path),
        today=dt.date(2026, 11, 21),
    )
    recorder = Recorder(store, reading, owner, "甲", dt.datetime(2026, 11, 21, 4, tzinfo=dt.UTC))

    def typed(number, heads):
        cells = {"title": "焊工", "employer": "示例装备有限公司", "place": "营口市老边区", "headcount": heads}
        return type_record(recorder, {**cells, "posting_id": number})

    def add(number):
        return add_record(recorder, coders, typed(number, "5"), reference=number, keep=lambda *_: None)[0]

    ingest(POSTINGS, owner)
    with pytest.raises(ConflictError, match="已有这个编号"):
        add("1")
    own = {"reference": "1", "check": lambda _connection: None}
    replace_record(recorder, coders, typed("1", "5"), owned_id(owner, "1"), **own)
    assert add("2") == owned_id(owner, "2")
    assert ingest(POSTINGS.replace("\n1,", "\n2,"), owner).replaced == 1
    found = read_postings(store).set_index("posting_id")["headcount"]
    assert found.to_dict() == {owned_id(owner, "1"): 5, owned_id(owner, "2"): 3}
