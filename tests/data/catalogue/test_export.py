import csv
import json
import zipfile

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from data.catalogue.demand import build_demand_catalogue
from data.catalogue.entries import Catalogue, ShortageEntry
from data.catalogue.export import export_catalogue
from data.catalogue.shortage import build_shortage_catalogue


@pytest.fixture
def shortage(small_city, region, as_of):
    return build_shortage_catalogue(
        small_city.vacancies, small_city.profiles, region=region, edition="2027/1", as_of=as_of,
        snapshot="s#1", rng=np.random.default_rng(1),
    )  # fmt: skip


@pytest.fixture
def demand(make_vacancies, region, as_of):
    def of(*rows):
        return build_demand_catalogue(
            make_vacancies(*rows), region=region, edition="2027", as_of=as_of, snapshot="s#1"
        )

    return of


def sheet_of(path, name):
    """Rows under the header, by column."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()
    return rows[0][0], pd.DataFrame(rows[3:], columns=rows[2])


def table_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_three_files_are_written_with_safe_names(shortage, tmp_path):
    paths = export_catalogue(shortage, tmp_path / "new" / "folder")
    assert [path.name for path in paths] == [
        "shortage-catalogue-2027_1.xlsx", "shortage-catalogue-2027_1.csv", "shortage-catalogue-2027_1.json",
    ]  # fmt: skip


def test_the_three_files_hold_the_same_numbers(shortage, tmp_path):
    workbook, table, document = export_catalogue(shortage, tmp_path)
    _, figures = sheet_of(workbook, "指标")
    entries = json.loads(document.read_text(encoding="utf-8"))["entries"]
    rows = table_of(table)
    assert len(figures) == len(entries) == len(rows) == len(shortage.entries)
    names = {
        "紧缺指数S": "S",
        "S下限": "S_lo",
        "求人倍率": "ratio",
        "需求人数估计": "demand_heads",
        "星级": "star",
    }
    for header, field in names.items():
        for figure, row, entry in zip(figures[header], rows, entries, strict=True):
            if entry[field] is None:
                assert row[header] == ""
                assert figure == entry["obs_status"][field]
            else:
                assert float(row[header]) == float(figure) == entry[field]
    assert [float(row["供需比I1得分"]) for row in rows if row["供需比I1得分"]] == [
        entry["indicators"]["i1"]["score"] for entry in entries if entry["indicators"]["i1"]
    ]


def test_stars_are_printed_with_words_beside_the_index(shortage, tmp_path):
    workbook, *_ = export_catalogue(shortage, tmp_path)
    title, printed = sheet_of(workbook, "目录")
    assert title.startswith("【合成数据")
    assert set(printed["数据性质"]) == {"合成数据"}
    for entry, level in zip(shortage.entries, printed["紧缺等级"], strict=True):
        assert level == f"{'★' * entry.star} {entry.level}".strip() if entry.star is not None else entry.level
    assert CalamineWorkbook.from_path(workbook).sheet_names == ["目录", "指标", "说明"]


def test_the_notes_are_in_the_workbook(shortage, tmp_path):
    workbook, *_ = export_catalogue(shortage, tmp_path)
    rows = CalamineWorkbook.from_path(workbook).get_sheet_by_name("说明").to_python()
    texts = {str(row[1]) for row in rows}
    assert set(shortage.notes) <= texts
    assert "阶段2（完整）" in texts


def test_the_csv_opens_as_utf8_in_a_spreadsheet(demand, tmp_path):
    _, table, _ = export_catalogue(demand({}), tmp_path)
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    assert table_of(table)[0]["招聘信息编号"] == "p0000"


@pytest.mark.parametrize("text", ["=1+1", "+86", "-x", "@cmd", '=HYPERLINK("http://x")'])
def test_text_from_the_data_never_becomes_a_formula_or_a_link(demand, tmp_path, text):
    workbook, table, _ = export_catalogue(demand({"title": text}), tmp_path)
    assert table_of(table)[0]["岗位名称"] == f"'{text}"
    with zipfile.ZipFile(workbook) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert sheet_of(workbook, "目录")[1]["岗位名称"].tolist() == [text]


def test_the_workbook_is_set_for_a4_landscape_with_repeated_header(demand, tmp_path):
    workbook, *_ = export_catalogue(demand({}), tmp_path)
    with zipfile.ZipFile(workbook) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        book = archive.read("xl/workbook.xml").decode()
    assert 'paperSize="9" ' in sheet
    assert 'orientation="landscape"' in sheet
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet
    assert "<mergeCell" not in sheet
    assert "$3:$3" in book  # the header row repeats on every page


def test_real_data_carry_no_banner(demand, tmp_path):
    workbook, *_ = export_catalogue(demand({}), tmp_path)
    title, printed = sheet_of(workbook, "目录")
    assert title == "营口市人才需求目录（2027版）"
    assert "数据性质" not in printed


def test_the_same_catalogue_gives_the_same_bytes(small_city, region, as_of, tmp_path):
    written = []
    for place, frame in enumerate([small_city.vacancies, small_city.vacancies[::-1]]):
        catalogue = build_shortage_catalogue(
            frame, small_city.profiles, region=region, edition="2027", as_of=as_of, snapshot="s#1",
            rng=np.random.default_rng(1),
        )  # fmt: skip
        written.append([path.read_bytes() for path in export_catalogue(catalogue, tmp_path / str(place))])
    assert written[0] == written[1]


def test_a_catalogue_is_read_back_from_its_document(shortage, tmp_path):
    *_, document = export_catalogue(shortage, tmp_path)
    assert Catalogue[ShortageEntry].model_validate_json(document.read_bytes()) == shortage


def test_an_empty_catalogue_is_a_header_and_its_notes(region, as_of, tmp_path):
    catalogue = build_demand_catalogue(
        pd.DataFrame(), region=region, edition="2027", as_of=as_of, snapshot="s#1"
    )
    workbook, table, document = export_catalogue(catalogue, tmp_path)
    assert sheet_of(workbook, "目录")[1].empty
    assert table_of(table) == []
    assert json.loads(document.read_text(encoding="utf-8"))["entries"] == []
