"""``yingcai ingest``, good input and bad."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from data.owners import owned_id
from data.settings import Settings
from data.store.postings import count_postings, read_postings
from data.store.store import Store

SAMPLES = Path(__file__).resolve().parents[3] / "data/samples"
HEADER = "岗位编号,岗位名称,用人单位,工作地点,薪酬,学历要求,需求人数,岗位职责,发布日期\n"
GOOD = "a1,焊工,示例装备有限公司,营口市老边区,6000-8000元/月,中专,3,负责结构件焊接,2026-03-01\n"


@pytest.fixture
def write(tmp_path):
    def writes(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return writes


@pytest.fixture
def stored(var):
    def reads():
        store = Store.from_url(Settings(var_dir=var).store_url)
        frame = read_postings(store)
        assert count_postings(store) == len(frame)
        store.engine.dispose()
        return frame.set_index("posting_id")

    return reads


def zipped(name, content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def workbook(sheets):
    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer, engine="xlsxwriter") as writer:
        for name, frame in sheets.items():
            frame.to_excel(writer, sheet_name=name, index=False)
    return buffer.getvalue()


def test_the_committed_samples_go_in_and_say_what_happened(run, var):
    done = run("ingest", SAMPLES / "postings.csv", SAMPLES / "profiles.csv")
    assert done.code == 0
    assert "postings.csv（合成数据）：招聘信息" in done.out
    assert "profiles.csv（合成数据）：人才档案 60 行，入库 60 行" in done.out
    assert "合并为需求" in done.out
    assert "职业编码" in done.out


def test_the_same_file_twice_says_that_nothing_changed(run, write, stored):
    path = write("a.csv", HEADER + GOOD)
    run("ingest", path)
    before = stored()
    done = run("ingest", path)
    assert done.code == 0
    assert "内容此前已导入，未作改动" in done.out
    pd.testing.assert_frame_equal(stored(), before)


def test_a_copy_under_another_name_changes_nothing_either(run, write, stored):
    run("ingest", write("a.csv", HEADER + GOOD))
    done = run("ingest", write("b.csv", HEADER + GOOD), "--json")
    assert done.json["repeated"] is True
    assert len(stored()) == 1


LARGE = json.dumps([{"岗位名称": "焊工", "用人单位": "示例装备有限公司"}] * 20_000)
OTHER_SHEET = workbook({"说明": pd.DataFrame({"填写": ["请看下一张表"]})})


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", b"", "file_empty"),
        ("empty.xlsx", workbook({"Sheet1": pd.DataFrame()}), "file_empty"),
        ("sheet.xlsx", OTHER_SHEET, "columns_missing"),
        ("columns.csv", "岗位名称,地点\n焊工,营口\n", "columns_missing"),
        ("broken.zip", b"PK\x03\x04broken", "zip_corrupt"),
        ("cut.zip", zipped("a.csv", HEADER + GOOD)[:-30], "zip_corrupt"),
        ("cut.xlsx", workbook({"招聘信息": pd.DataFrame({"a": [1]})})[:200], None),
        ("large.json", LARGE, "file_too_large"),
        ("large.zip", zipped("a.json", LARGE), "file_too_large"),
        ("missing", None, "file_missing"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line_and_costs_nothing(
    run, write, stored, tmp_path, name, content, code
):
    run("ingest", write("good.csv", HEADER + GOOD))
    path = tmp_path / name if content is None else write(name, content)
    done = run("ingest", path, YINGCAI_MAX_UPLOAD_MB="1")
    assert (done.code, done.out) == (1, "")
    assert done.line.startswith(f"失败 [{code}] {name}：" if code else "失败 [")
    assert any("一" <= letter <= "龥" for letter in done.line.split("：", 1)[1])
    assert stored().index.tolist() == ["a1"]


def test_a_folder_in_place_of_a_file_is_one_line(run, tmp_path):
    done = run("ingest", tmp_path)
    assert done.code == 1
    assert done.line.startswith("失败 [")


def test_gbk_bytes_are_read(run, write, stored):
    done = run("ingest", write("a.csv", (HEADER + GOOD).encode("gbk")))
    assert done.code == 0
    assert stored().loc["a1", "title"] == "焊工"


def test_bad_cells_are_listed_and_every_good_row_goes_in(run, write, stored, var):
    rows = [
        "b1,钳工,示例装备有限公司,营口,面议,中专,若干,,2026-03-01",
        "b2,车工,示例装备有限公司,营口,8千,中专,-3,,2026-03-01",
        "b3,铣工,示例装备有限公司,营口,8千,中专,1e9,,2026-03-01",
        "b4,磨工,示例装备有限公司,不存在市,8千,中专,2,,2026-03-01",
        "b5,,示例装备有限公司,营口,8千,中专,2,,2026-03-01",
    ]
    path = write("a.csv", HEADER + GOOD + "\n".join(rows) + "\n")
    done = run("ingest", path, "--json")
    assert done.code == 0
    report = done.json
    assert (var / "reports" / report["report_file"]).is_file()
    assert (report["rows"], report["accepted"], report["rejected"]) == (6, 5, {"title_missing": 1})
    listed = json.loads((var / "reports" / report["report_file"]).with_suffix(".json").read_text("utf-8"))
    found = {(problem["row"], problem["column"]): problem for problem in listed["problems"]}
    assert {(4, "需求人数"), (5, "需求人数"), (6, "工作地点"), (7, "岗位名称")} <= set(found)
    assert found[7, "岗位名称"]["fatal"] is True
    frame = stored()
    assert frame.index.tolist() == ["a1", "b1", "b2", "b3", "b4"]
    assert frame.loc["a1", "headcount"] == 3
    assert frame["headcount"].isna().tolist() == [False, True, True, True, False]
    assert bool(frame.loc["b1", "salary_negotiable"])
    assert frame.loc["b4", "place_code"] is None
    told = run("ingest", path).out
    assert "拒收 1 行：title_missing" in told
    assert report["report_file"] in told


def test_a_bad_file_among_good_ones_stops_none_of_them(run, write, stored):
    done = run("ingest", write("empty.csv", ""), write("a.csv", HEADER + GOOD), "--json")
    assert done.code == 1
    assert [entry.get("accepted", entry.get("code")) for entry in done.json] == [1, "file_empty"]
    assert done.line.startswith("失败 [file_empty] empty.csv：")
    assert len(stored()) == 1


def test_personal_columns_are_named_and_dropped(run, write):
    done = run("ingest", write("p.csv", "档案编号,求职岗位,姓名,手机号\nP1,焊工,某人,13800000000\n"))
    assert done.code == 0
    assert "不接收的列（已丢弃）：姓名、手机号" in done.out
    assert "某人" not in done.out


def test_repeated_ids_within_a_file_are_counted(run, write):
    done = run("ingest", write("a.csv", HEADER + GOOD + GOOD))
    assert "文件内编号重复 1 行，以先出现者为准" in done.out


@pytest.mark.parametrize("kind", ["posting", "profile"])
def test_the_template_can_be_read_back(run, var, kind):
    path = var.parent / "模板.xlsx"
    done = run("ingest", "--template", path, "--kind", kind)
    assert done.code == 0
    assert str(path) in done.out
    again = run("ingest", path, "--json")
    assert (again.json["kind"], again.json["rows"]) == (kind, 0)


def test_a_file_with_a_header_only_says_that_there_is_nothing_in_it(run, write, stored):
    done = run("ingest", write("header.csv", HEADER))
    assert done.code == 0
    assert done.out.strip() == "header.csv：招聘信息表里没有数据行，未作改动（在表头下逐行填写后重新导入）"
    assert len(stored()) == 0


def test_no_file_at_all_is_wrong_usage(run):
    done = run("ingest")
    assert (done.code, done.out) == (2, "")
    assert "--template" in done.err


def test_an_unknown_region_is_one_line(run, write):
    done = run("ingest", write("a.csv", HEADER + GOOD), "--region", "atlantis")
    assert (done.code, done.out) == (1, "")
    assert done.line.startswith("失败 [region_unknown]")
    assert "atlantis" in done.line


def test_the_office_brings_a_file_in_for_an_agency_and_an_unknown_one_is_one_line(run, write, stored):
    path = write("a.csv", HEADER + GOOD)
    made = run(
        "agency", "add", "示例机构", "--licence", "1", "--from", "2020-01-01", "--to", "2099-01-01",
        "--contact", "办公室", "--json",
    )  # fmt: skip
    agency = made.json["agency_id"]
    assert run("ingest", path, "--agency", agency).code == 0
    assert run("ingest", path).code == 0
    found = stored()
    assert found["owner"].to_dict() == {owned_id(agency, "a1"): agency, "a1": ""}
    assert found.loc[owned_id(agency, "a1"), "reference"] == "a1"
    refused = run("ingest", path, "--agency", "ag_nothing")
    assert refused.code == 1
    assert "agency_unknown" in refused.line
