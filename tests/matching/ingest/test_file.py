"""From a file into the store."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from functools import partial

import pytest
import sqlalchemy as sa

from data.errors import FileProblem
from data.pseudonyms import read_key
from data.regions import read_region
from data.sources.columns import TableKind
from data.sources.stream import open_tables
from data.store.postings import count_postings, read_postings
from data.store.profiles import read_profiles
from data.store.reviews import read_reviews
from data.store.schema import raw_row
from data.store.tombstones import write_tombstone
from data.store.vacancies import read_vacancies
from matching.coding import Coders
from matching.ingest import Intake, ingest_file
from matching.ingest import file as file_module
from matching.ingest.part import PartIntake

HEADER = "岗位编号,岗位名称,用人单位,工作地点,薪酬,学历要求,需求人数,岗位职责,发布日期\n"
GOOD = "a1,焊工,示例装备有限公司,营口市老边区,6000-8000元/月,中专,3,负责结构件焊接,2026-03-01\n"


TODAY = dt.date(2026, 11, 21)


@pytest.fixture(scope="module")
def coders(hashing_model):
    return Coders.from_reference(hashing_model)


@pytest.fixture
def ingest_all(store, coders, tmp_path):
    def run(text, name="a.csv", *, max_bytes=10_000_000, **options):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        intake = Intake(store, coders, read_region("yingkou"), tmp_path, max_bytes, TODAY)
        return ingest_file(intake, path, **options)

    return run


@pytest.fixture
def ingest(ingest_all):
    def run(*given, **options):
        (report,) = ingest_all(*given, **options)
        return report

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
    text += "a4,铣工,示例装备有限公司,营口,8千,中专,1e9,,改天吧\n"
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
    rows = json.dumps([{"岗位名称": "焊工", "用人单位": "示例装备"}] * 100)
    with pytest.raises(FileProblem) as caught:
        ingest(rows, name="a.json", max_bytes=1000)
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
    report = ingest(
        HEADER + "a1,焊工（限男性）,示例装备,营口,8千,中专,1,负责焊接；35岁以下；本地户口优先,2026-03-01\n"
    )
    row = read_postings(store).to_dict("records")[0]
    assert row["title"] == "焊工"
    assert "35" not in row["duties"]
    assert "户口" not in row["duties"]
    assert {found["rule"] for found in row["findings"]} == {"sex", "age", "residence"}
    assert report.linter == {"sex": 1, "age": 1, "residence": 1}


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


def test_two_employers_that_number_from_one_do_not_replace_each_other(store, ingest):
    ingest(HEADER + GOOD)
    second = ingest(HEADER + GOOD.replace("示例装备", "示例港务").replace("焊工", "钳工"), name="b.csv")
    assert second.replaced == 0
    assert sorted(read_postings(store)["title"]) == ["焊工", "钳工"]
    again = ingest(HEADER + GOOD.replace("示例装备", "示例港务").replace("焊工", "车工"), name="c.csv")
    assert again.replaced == 1
    assert sorted(read_postings(store)["title"]) == ["焊工", "车工"]


def test_contacts_leave_every_text_and_an_identity_number_is_no_pseudonym(store, ingest):
    number = "210882199001011237"
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
    rules = {found["rule"] for found in row["findings"]}
    assert {"disability_preference", "residence", "school_tier"} <= rules


def test_a_zip_of_several_tables_gives_a_report_for_each(store, ingest_all):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("一季度.csv", HEADER + GOOD)
        archive.writestr("二季度.csv", HEADER + GOOD.replace("a1", "b1").replace("焊工", "钳工"))
    reports = ingest_all(packed.getvalue(), name="全年.zip")
    assert [report.accepted for report in reports] == [1, 1]
    assert all(report.repeated for report in ingest_all(packed.getvalue(), name="全年.zip"))
    assert sorted(read_postings(store)["title"]) == ["焊工", "钳工"]


def test_a_confirmed_mapping_is_kept_for_every_file_with_the_same_header(store, ingest):
    header = "活儿,东家,哪儿\n"
    with pytest.raises(FileProblem, match="岗位名称"):
        ingest(header + "焊工,示例装备,营口\n", kind=TableKind.POSTING)
    said = {"活儿": "title", "东家": "employer", "哪儿": "place"}
    first = ingest(header + "焊工,示例装备,营口\n", kind=TableKind.POSTING, mapping=said, actor="张三")
    second = ingest(header + "钳工,示例装备,盖州\n", name="b.csv", kind=TableKind.POSTING)
    assert (first.columns, first.mapping_confirmed) == (said, True)
    assert (second.columns, second.mapping_confirmed) == (said, True)
    assert read_postings(store)["title"].isin(["焊工", "钳工"]).all()


def test_another_word_on_the_columns_reads_the_same_file_anew(store, ingest):
    text = "活儿,东家,甲,乙\n焊工,示例装备,营口,大连\n"
    said = {"活儿": "title", "东家": "employer", "甲": "place", "乙": None}
    ingest(text, kind=TableKind.POSTING, mapping=said, actor="张三")
    again = ingest(text, kind=TableKind.POSTING, mapping={**said, "甲": None, "乙": "place"}, actor="张三")
    assert not again.repeated
    assert "210200" in read_postings(store)["place_code"].tolist()


def test_a_row_repeated_in_a_later_part_is_left_out(store, ingest, monkeypatch):
    monkeypatch.setattr(file_module, "open_tables", partial(open_tables, part_rows=2))
    text = HEADER + "".join(GOOD.replace("a1", f"a{i}") for i in range(3)) + GOOD.replace("焊工", "钳工")
    report = ingest(text)
    assert (report.rows, report.accepted, report.repeated_rows) == (4, 3, 1)
    assert set(read_postings(store)["title"]) == {"焊工"}


def test_parts_stored_before_a_reading_was_cut_off_are_not_read_again(store, ingest, monkeypatch):
    monkeypatch.setattr(file_module, "open_tables", partial(open_tables, part_rows=2))
    text = HEADER + "".join(GOOD.replace("a1", f"a{i}") for i in range(5)) + "x,,示例装备,,,,,,\n"
    stored = PartIntake.write

    def break_off(self, kept, *given, **options):
        if kept.number == 2:
            raise KeyboardInterrupt
        return stored(self, kept, *given, **options)

    monkeypatch.setattr(PartIntake, "write", break_off)
    with pytest.raises(KeyboardInterrupt):
        ingest(text)
    assert count_postings(store) == 4
    monkeypatch.setattr(PartIntake, "write", stored)
    report = ingest(text)
    assert (report.resumed_parts, report.rows, report.accepted) == (2, 6, 5)
    assert (report.rejected, report.duplicates) == ({"title_missing": 1}, {"upload": 4})
    assert len(read_vacancies(store)) == 1


def test_an_erased_person_does_not_come_back_by_a_file(store, ingest, tmp_path):
    text = "档案编号,求职岗位,学历,能力,所在地\nP1,焊工,中专,焊接,营口\nP2,钳工,中专,装配,营口\n"
    key = read_key(tmp_path)
    with store.begin() as connection:
        write_tombstone(connection, "P1", key=key, actor="张三", reason="本人要求", erased={})
    report = ingest(text)
    assert (report.accepted, report.rejected) == (1, {"erased": 1})
    assert read_profiles(store)["title"].tolist() == ["钳工"]
    with store.read() as connection:
        assert "焊接" not in str(connection.execute(sa.select(raw_row.c.content)).all())


def test_the_same_phone_number_becomes_the_same_pseudonym_in_the_next_file(store, ingest):
    header = "档案编号,求职岗位,学历,能力,所在地\n"
    ingest(header + "13800001234,焊工,中专,焊接,营口\n")
    second = ingest(header + "138-0000-1234,焊工,大专,焊接,营口\n", name="b.csv")
    assert second.replaced == 1
    (profile,) = read_profiles(store).to_dict("records")
    assert "13800001234" not in profile["profile_id"]
    assert profile["education"] == "大专"


def test_an_agencys_copy_counts_with_the_employer_it_names(store, ingest):
    text = HEADER + GOOD
    text += "a2,焊工,营口某某人力资源有限公司,营口市老边区,6000-8000元/月,中专,3,"
    text += "用人单位：示例装备有限公司。负责结构件焊接,2026-03-02\n"
    report = ingest(text)
    assert (report.vacancies, sum(report.duplicates.values())) == (1, 1)
    assert read_postings(store).set_index("posting_id").loc["a2", "end_employer"] == "示例装备有限公司"


def test_a_posting_whose_text_names_another_employer_leaves_the_old_vacancy(store, ingest):
    row = "a2,焊工,营口某某人力资源有限公司,营口市老边区,6000-8000元/月,中专,3,用人单位：{}。,2026-03-02\n"
    ingest(HEADER + GOOD + row.format("示例装备有限公司"))
    assert len(read_vacancies(store)) == 1
    ingest(HEADER + row.format("示例港务有限公司"), name="b.csv")
    assert sorted(read_vacancies(store)["posting_ids"]) == [("a1",), ("a2",)]


def test_a_header_without_rows_brings_nothing(store, ingest):
    report = ingest(HEADER)
    assert (report.rows, report.accepted, report.vacancies, report.parsed) == (0, 0, 0, {})
    assert count_postings(store) == 0
