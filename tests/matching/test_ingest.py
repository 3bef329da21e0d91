"""From a file into the store."""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import os
import signal

import pandas as pd
import pytest
import sqlalchemy as sa

from data.errors import FileProblem
from data.regions import read_region
from data.sources.columns import TableKind
from data.store.postings import count_postings, read_postings, read_vacancies
from data.store.profiles import read_profiles
from data.store.reviews import read_reviews
from data.store.schema import raw_row
from data.store.store import Store
from matching.coding import OccupationCoder
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import EmbeddingModel
from matching.ingest import ingest_file

HEADER = "岗位编号,岗位名称,用人单位,工作地点,薪酬,学历要求,需求人数,岗位职责,发布日期\n"
GOOD = "a1,焊工,示例装备有限公司,营口市老边区,6000-8000元/月,中专,3,负责结构件焊接,2026-03-01\n"


@pytest.fixture(scope="module")
def coder(hashing_model):
    return OccupationCoder.from_reference(hashing_model)


@pytest.fixture
def ingest(store, coder, tmp_path):
    def run(text, name="a.csv", **options):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return ingest_file(
            store,
            path,
            coder,
            read_region("yingkou"),
            reports=tmp_path / "reports",
            max_bytes=options.pop("max_bytes", 10_000_000),
            today=dt.date(2026, 11, 21),
            **options,
        )

    return run


def test_a_good_row_is_stored_coded_and_merged(store, ingest):
    report = ingest(HEADER + GOOD)
    assert (report.rows, report.accepted, report.problems, report.vacancies) == (1, 1, 0, 1)
    row = read_postings(store).to_dict("records")[0]
    assert (row["headcount"], row["place_code"], row["salary_low"], row["occupation_method"]) == (
        3,
        "210811",
        6000.0,
        "alias",
    )
    assert read_vacancies(store)["heads"].tolist() == [3.0]
    assert report.report_file is None


def test_the_same_file_twice_changes_nothing(store, ingest):
    first = ingest(HEADER + GOOD)
    second = ingest(HEADER + GOOD, name="other-name.csv")
    assert not first.repeated
    assert second.repeated
    assert second.model_dump(exclude={"repeated"}) == first.model_dump(exclude={"repeated"})
    assert count_postings(store) == 1


def test_bad_cells_are_reported_with_row_and_column_and_good_rows_go_in(store, ingest, tmp_path):
    text = HEADER + GOOD
    text += "a2,钳工,示例装备有限公司,不存在市,面议,中专,若干,,2026-03-01\n"
    text += "a3,车工,示例装备有限公司,营口,8千,中专,-3,,2026-03-01\n"
    text += "a4,铣工,示例装备有限公司,营口,8千,中专,1e9,,昨天吧\n"
    text += "a5,,示例装备有限公司,营口,8千,中专,1,,\n"
    report = ingest(text)
    assert (report.rows, report.accepted) == (5, 4)
    assert report.rejected == {"title_missing": 1}
    frame = read_postings(store).set_index("posting_id")
    assert frame.loc["a2", "headcount"] is None  # 若干 is unknown, never 1
    assert bool(frame.loc["a2", "salary_negotiable"])
    assert frame.loc["a3", "headcount"] is None
    listed = json.loads((tmp_path / "reports" / report.report_file).with_suffix(".json").read_text("utf-8"))
    found = {(problem["row"], problem["column"]) for problem in listed["problems"]}
    assert {(3, "工作地点"), (4, "需求人数"), (5, "需求人数"), (5, "发布日期"), (6, "岗位名称")} <= found
    assert all(problem["message"] for problem in listed["problems"])
    with store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(raw_row)).scalar_one() == 5


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "file_empty"),
        ("岗位名称,地点\n焊工,营口\n".encode(), "a.csv", "columns_missing"),
        (b"PK\x03\x04broken", "a.zip", "zip_corrupt"),
        (b"\x00\x01\x02\x03" * 50, "a.bin", None),
    ],
)
def test_a_file_that_cannot_be_used_stores_nothing_and_loses_nothing(store, ingest, content, name, code):
    ingest(HEADER + GOOD)
    with pytest.raises(FileProblem) as caught:
        ingest(content, name=name)
    assert code is None or caught.value.code == code
    assert caught.value.hint
    assert count_postings(store) == 1


def test_a_file_over_the_limit_is_refused(ingest):
    with pytest.raises(FileProblem) as caught:
        ingest(HEADER + GOOD * 100, max_bytes=1000)
    assert caught.value.code == "file_too_large"


def test_gbk_is_read(store, ingest):
    assert ingest((HEADER + GOOD).encode("gb18030")).accepted == 1
    assert read_postings(store)["title"].tolist() == ["焊工"]


def test_profiles_are_told_by_their_columns_and_personal_columns_stay_out(store, ingest):
    text = "档案编号,求职岗位,姓名,性别,手机号,学历,能力,所在地\nP1,焊工,某人,男,13800000000,中专,焊接,营口\n"
    report = ingest(text)
    assert report.kind is TableKind.PROFILE
    assert set(report.refused_columns) == {"姓名", "性别", "手机号"}
    assert read_profiles(store)["title"].tolist() == ["焊工"]
    with store.read() as connection:
        assert "13800000000" not in str(connection.execute(sa.select(raw_row.c.content)).all())


def test_a_clause_that_may_not_be_used_is_kept_apart(store, ingest):
    ingest(
        HEADER + "a1,焊工（限男性）,示例装备,营口,8千,中专,1,负责焊接；35岁以下；本地户口优先,2026-03-01\n"
    )
    row = read_postings(store).to_dict("records")[0]
    assert row["title"] == "焊工"
    assert "35" not in row["duties"]
    assert "户口" not in row["duties"]
    assert len(row["excluded_clauses"]) == 3


def test_titles_nobody_can_code_wait_for_a_person(store, ingest):
    ingest(HEADER + GOOD.replace("焊工", "综合岗甲"))
    cases = read_reviews(store, kind="occupation")
    assert [case["text"] for case in cases] == ["综合岗甲"]
    assert cases[0]["suggestions"]


def test_rows_outside_the_region_are_kept_and_counted(store, ingest):
    report = ingest(HEADER + GOOD + GOOD.replace("a1", "a2").replace("营口市老边区", "大连"))
    assert report.outside_region == 1
    assert count_postings(store) == 2


def test_an_excel_template_filled_in_comes_through(store, ingest, tmp_path):
    from data.sources.template import write_template

    path = tmp_path / "t.xlsx"
    write_template(
        path,
        TableKind.POSTING,
        rows=[{"title": "焊工", "employer": "示例装备", "headcount": 2, "place": "营口"}],
    )
    report = ingest(path.read_bytes(), name="filled.xlsx")
    assert report.accepted == 1
    assert read_vacancies(store)["heads"].tolist() == [2.0]


def _ingest_and_die(url, path, reports):
    import matching.ingest as module

    store = Store.from_url(url)
    module.merge_employers = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    model = EmbeddingModel.from_encoder(HashingEncoder())
    coder = OccupationCoder.from_reference(model)
    ingest_file(
        store,
        path,
        coder,
        read_region("yingkou"),
        reports=reports,
        max_bytes=10**7,
        today=dt.date(2026, 11, 21),
    )


def test_a_reading_killed_in_the_middle_is_completed_by_the_next_without_duplicates(tmp_path, coder):
    rows = [
        {"岗位编号": f"a{i}", "岗位名称": "焊工", "用人单位": f"示例装备{i}厂", "工作地点": "营口"}
        for i in range(300)
    ]
    path = tmp_path / "a.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    url = f"sqlite:///{tmp_path / 'k.db'}"
    process = multiprocessing.get_context("spawn").Process(
        target=_ingest_and_die, args=(url, path, tmp_path / "r")
    )
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    store = Store.from_url(url)
    assert count_postings(store) == 300  # what was committed before the kill is there
    assert len(read_vacancies(store)) == 0
    report = ingest_file(
        store,
        path,
        coder,
        read_region("yingkou"),
        reports=tmp_path / "r",
        max_bytes=10**7,
        today=dt.date(2026, 11, 21),
    )
    assert not report.repeated
    assert (count_postings(store), len(read_vacancies(store))) == (300, 300)
    store.engine.dispose()


def test_two_employers_that_number_from_one_do_not_replace_each_other(store, ingest):
    ingest(HEADER + GOOD)
    second = ingest(HEADER + GOOD.replace("示例装备", "示例港务").replace("焊工", "钳工"), name="b.csv")
    assert second.replaced == 0
    assert sorted(read_postings(store)["title"]) == ["焊工", "钳工"]
    again = ingest(HEADER + GOOD.replace("示例装备", "示例港务").replace("焊工", "车工"), name="c.csv")
    assert again.replaced == 1
    assert sorted(read_postings(store)["title"]) == ["焊工", "车工"]


def test_contacts_leave_every_text_and_an_identity_number_is_no_pseudonym(store, ingest):
    number = "210882199001011234"
    text = "档案编号,求职岗位,经历摘要,能力,专业,学历,所在地\n"
    text += f"{number},焊工 13812345678,电话13912345678,电话13712345678、焊接,微信 abc12345,中专,营口\n"
    ingest(text)
    with store.read() as connection:
        kept = str(connection.execute(sa.select(raw_row.c.content)).all())
    kept += str(read_profiles(store).to_dict("records"))
    for secret in (number, "13812345678", "13912345678", "13712345678", "abc12345"):
        assert secret not in kept


def test_an_excluded_demand_among_licences_or_majors_is_no_rule(store, ingest):
    text = HEADER.replace("岗位职责", "资格证书,专业要求,岗位职责")
    text += GOOD.replace("负责结构件焊接", "焊工证、残疾人证、本地户口,机械类、985,负责结构件焊接")
    ingest(text)
    row = read_postings(store).to_dict("records")[0]
    assert row["licences"] == ("焊工证",)
    assert row["majors"] == ("机械类",)
    assert {"残疾人证", "985"} <= set(row["excluded_clauses"])
