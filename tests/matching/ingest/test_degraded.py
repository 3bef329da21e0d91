"""An encoder that cannot be used breaks no save; the codes are completed once it works."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from data.errors import ModelError
from data.regions import read_region
from data.store.history import read_changes
from data.store.postings import read_postings
from data.store.profiles import read_profiles
from data.store.reviews import read_reviews
from data.store.schema import raw_row
from data.store.vacancies import read_vacancies
from data.store.version import store_version
from matching.coding import Coders
from matching.ingest import Intake, ingest_file

POSTINGS = (
    "岗位编号,岗位名称,用人单位,所属行业,专业要求,工作地点,发布日期\n"
    "a1,焊工,示例装备有限公司,制造业,机械工程,营口市老边区,2026-03-01\n"
    "a2,集装箱岸桥司机操作,示例装备有限公司,汽车零部件制造厂,起重运输之类,营口市老边区,2026-03-01\n"
)
PROFILES = (
    "档案编号,求职岗位,专业,能力,意向地点\n"
    "PERSON01,集装箱岸桥司机操作,起重运输之类,焊接,营口\n"
    "PERSON02,焊工,,焊接,营口\n"
)
FAILURES = [
    ModelError("encoder_down", "编码模型坏了"),
    RuntimeError("CUDA error"),
    OSError("no such file"),
    MemoryError(),
]


class Broken:
    """An encoder that is there and fails."""

    name, dimension = "hashing/256", 256

    def __init__(self, error):
        self.error = error

    def encode(self, texts, **_):
        raise self.error


@pytest.fixture(scope="module")
def coders(hashing_model):
    return Coders.from_reference(hashing_model)


@pytest.fixture
def ingest(store, tmp_path):
    def run(text, coders):
        path = tmp_path / "a.csv"
        path.write_text(text, encoding="utf-8")
        intake = Intake(store, coders, read_region("yingkou"), tmp_path, 10**7, dt.date(2026, 11, 21))
        (report,) = ingest_file(intake, path)
        return report

    return run


def broken(model, error=FAILURES[0]):
    return Coders.from_reference(dataclasses.replace(model, encoder=Broken(error)))


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
def test_every_posting_is_stored_and_what_needs_meaning_waits(store, ingest, hashing_model, error):
    report = ingest(POSTINGS, broken(hashing_model, error))
    assert (report.degraded, report.accepted, report.rejected, report.vacancies) == (True, 2, {}, 2)
    frame = read_postings(store).set_index("posting_id")
    assert frame.loc["a1", "occupation_method"] == "alias"
    assert frame.loc["a1", "industry_code"] is not None
    assert (frame.loc["a2", "occupation_code"], frame.loc["a2", "occupation_method"]) == (None, "review")
    assert (frame.loc["a2", "industry_code"], frame.loc["a2", "major_codes"]) == (None, ())
    assert report.coded["occupation"]["methods"] == {"alias": 1, "review": 1}
    assert len(read_vacancies(store)) == 2
    assert read_reviews(store) == []  # nobody is asked to decide what the encoder will know


def test_every_profile_is_stored(store, ingest, hashing_model):
    report = ingest(PROFILES, broken(hashing_model))
    assert (report.degraded, report.accepted, report.rejected) == (True, 2, {})
    frame = read_profiles(store).set_index("profile_id")
    assert frame["occupation_method"].tolist() == ["review", "alias"]
    with store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(raw_row)).scalar_one() == 2


@pytest.mark.parametrize(
    ("text", "read", "key"), [(POSTINGS, read_postings, "a2"), (PROFILES, read_profiles, "PERSON01")]
)
def test_reading_the_file_again_completes_the_codes(store, ingest, coders, hashing_model, text, read, key):
    ingest(text, broken(hashing_model))
    version = store_version(store)
    still = ingest(text, broken(hashing_model))
    assert (still.repeated, still.degraded) == (True, True)
    assert store_version(store) == version
    done = ingest(text, coders)
    assert (done.repeated, done.degraded, done.accepted) == (True, False, 2)
    assert store_version(store) != version  # a running service sees it
    completed = read(store)
    table = "posting" if read is read_postings else "profile"
    assert [each["kind"] for each in read_changes(store, table_name=table, row_key=key)] == ["recoded"]
    again = ingest(text, broken(hashing_model))  # complete: nothing is encoded any more
    assert (again.repeated, again.degraded) == (True, False)
    assert read(store).equals(completed)


def test_completed_codes_are_those_that_a_working_encoder_gives_at_once(
    store, tmp_path, ingest, coders, hashing_model
):
    from data.store.store import Store

    for text in (POSTINGS, PROFILES):
        ingest(text, broken(hashing_model))
    late = [ingest(text, coders) for text in (POSTINGS, PROFILES)]
    other = Store.from_url(f"sqlite:///{tmp_path / 'other.db'}")
    intake = Intake(other, coders, read_region("yingkou"), tmp_path, 10**7, dt.date(2026, 11, 21))
    for text, known in zip((POSTINGS, PROFILES), late, strict=True):
        (tmp_path / "b.csv").write_text(text, encoding="utf-8")
        (report,) = ingest_file(intake, tmp_path / "b.csv")
        assert report.coded == known.coded
        assert report.degraded is False
    for read in (read_postings, read_profiles):
        columns = [
            name
            for name in read(other).columns
            if "occupation" in name or "industry" in name or "_codes" in name
        ]
        assert read(store)[columns].equals(read(other)[columns])
    key = lambda each: (each["kind"], each["text"])  # noqa: E731
    assert sorted(map(key, read_reviews(store))) == sorted(map(key, read_reviews(other)))
    assert any(each["suggestions"] for each in read_reviews(store))
    other.engine.dispose()


def test_a_file_that_needs_no_encoder_is_not_degraded(ingest, hashing_model):
    report = ingest(
        "岗位编号,岗位名称,用人单位,工作地点\na1,焊工,示例装备有限公司,营口\n", broken(hashing_model)
    )
    assert (report.accepted, report.degraded) == (1, False)
