import datetime as dt
import gzip
import hashlib
import json
import tracemalloc
import zipfile

import numpy as np
import pandas as pd
import pytest

from data.errors import FileProblem
from data.sources.tables import read_table

MAX = 1_000_000
CSV = "岗位名称,用人单位,人数\n镁砂工程师,甲公司,3\n会计,乙公司,若干\n"
ROWS = [["镁砂工程师", "甲公司", "3"], ["会计", "乙公司", "若干"]]


def _cells(table):
    return table.frame.to_numpy().tolist()


def _problem(path, **options):
    with pytest.raises(FileProblem) as caught:
        read_table(path, **{"max_bytes": MAX, **options})
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_a_csv_is_read_in_any_usual_encoding(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes((CSV + "钳工,丙公司,1\n" * 40).encode(encoding))
    table = read_table(path, max_bytes=MAX)
    assert list(table.frame.columns) == ["岗位名称", "用人单位", "人数"]
    assert _cells(table)[:2] == ROWS
    assert table.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (table.file, table.sheet, table.first_row) == ("a.csv", None, 2)


@pytest.mark.parametrize(("name", "mark"), [("a.tsv", "\t"), ("a.csv", ";"), ("a.txt", "|"), ("a.csv", "\t")])
def test_the_mark_between_cells_is_found(tmp_path, name, mark):
    path = tmp_path / name
    path.write_text(CSV.replace(",", mark), encoding="utf-8")
    assert _cells(read_table(path, max_bytes=MAX)) == ROWS


def test_one_broken_character_does_not_spoil_a_file_in_utf_8(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes((CSV * 100).encode() + "电\n".encode()[:2] + b"\xff,\xe4\xb8,1\n")
    frame = read_table(path, max_bytes=MAX).frame
    assert frame.iloc[0]["岗位名称"] == "镁砂工程师"
    assert "\ufffd" in frame.iloc[-1]["岗位名称"]


def test_rows_keep_their_numbers_where_blank_rows_are_left_out(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "某市需求表,,\n\n岗位名称,用人单位,人数\n甲,乙,1\n,,\n丙,丁,2\n注：人数未定填若干,,\n合计,,3\n",
        "utf-8",
    )
    table = read_table(path, max_bytes=MAX)
    assert list(table.frame.index) == [4, 6]
    assert table.first_row == 4


def test_a_row_with_too_many_cells_is_noted(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("岗位名称,用人单位\n甲,乙,丙\n丁,戊,\n", encoding="utf-8")
    assert read_table(path, max_bytes=MAX).misaligned == (2,)


def test_columns_that_may_not_be_stored_do_not_get_in(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "姓名,岗位名称,用人单位,性别要求,联系电话\n张三,会计,甲,女,13800001234\n", encoding="utf-8"
    )
    table = read_table(path, max_bytes=MAX)
    assert list(table.frame.columns) == ["岗位名称", "用人单位"]
    assert table.refused == ("姓名", "性别要求", "联系电话")


def test_columns_without_or_with_the_same_name_stay_apart(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("岗位名称,用人单位,学历,学历,,\n甲,乙,本科,大专,x,\n", encoding="utf-8")
    assert list(read_table(path, max_bytes=MAX).frame.columns) == [
        "岗位名称",
        "用人单位",
        "学历",
        "学历（2）",
        "第5列",
    ]


def test_a_table_without_known_columns_takes_its_first_row_as_header(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("甲,乙\n1,2\n", encoding="utf-8")
    table = read_table(path, max_bytes=MAX)
    assert list(table.frame.columns) == ["甲", "乙"]


def test_a_government_form_is_read(book):
    rows = [
        ["2026年人才需求表", "", "", "", ""],
        ["企业名称", "岗位名称", "任职条件", "", "需求人数"],
        ["", "", "学历", "专业", ""],
        ["甲公司", "镁砂工程师", "本科", "材料类", 3],
        ["", "窑炉工", "大专", "不限", 2.0],
        ["注：人数未定的填若干", "", "", "", ""],
        ["填表人：某某", "联系电话：123", "", "", ""],
    ]
    merged = [
        (0, 0, 0, 4),
        (1, 0, 2, 0),
        (1, 1, 2, 1),
        (1, 2, 1, 3),
        (1, 4, 2, 4),
        (3, 0, 4, 0),
        (5, 0, 5, 4),
    ]
    table = read_table(book({"需求": rows}, merged=merged), max_bytes=MAX)
    assert list(table.frame.columns) == ["企业名称", "岗位名称", "任职条件_学历", "任职条件_专业", "需求人数"]
    assert _cells(table) == [
        ["甲公司", "镁砂工程师", "本科", "材料类", "3"],
        ["甲公司", "窑炉工", "大专", "不限", "2"],
    ]
    assert list(table.frame.index) == [4, 5]


def test_the_sheet_whose_header_is_known_best_is_read(book):
    sheets = {
        "说明": [["请填写需求表", "岗位名称"]],
        "需求": [["岗位名称", "用人单位"], ["会计", "甲"]],
        "空": [],
    }
    assert read_table(book(sheets), max_bytes=MAX).sheet == "需求"
    assert read_table(book(sheets), sheet="说明", max_bytes=MAX).sheet == "说明"


def test_a_hidden_sheet_is_only_read_when_named(book):
    known, other = [["岗位名称", "用人单位"], ["会计", "甲"]], [["岗位名称", "x"], ["工程师", "乙"]]
    path = book({"显示": other, "隐藏": known}, hidden=["隐藏"])
    assert read_table(path, max_bytes=MAX).sheet == "显示"
    assert read_table(path, sheet="隐藏", max_bytes=MAX).sheet == "隐藏"


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(book):
    problem = _problem(book({"甲表": [["岗位名称"]], "乙表": []}), sheet="丙表")
    assert problem.code == "sheet_not_found"
    assert "甲表、乙表" in problem.hint


def test_excel_values_become_plain_text(book):
    rows = [["岗位名称", "用人单位", "发布日期", "人数", "x"], ["会计", "甲", dt.date(2026, 3, 5), 3.0, 1.5]]
    rows.append(["会计", "乙", dt.datetime(2026, 3, 5, 8, 30), 10, True])  # noqa: DTZ001
    frame = read_table(book({"a": rows}), max_bytes=MAX).frame
    assert frame["发布日期"].tolist() == ["2026-03-05", "2026-03-05 08:30:00"]
    assert frame["人数"].tolist() == ["3", "10"]
    assert frame["x"].tolist() == ["1.5", "True"]


def test_an_excel_97_workbook_is_read(tmp_path, excel_97):
    path = tmp_path / "old.xls"
    path.write_bytes(excel_97([["岗位名称", "用人单位", "人数"], *ROWS]))
    table = read_table(path, max_bytes=MAX)
    assert table.sheet == "需求表"
    assert _cells(table) == ROWS


def test_html_under_the_name_of_an_excel_file_is_read(tmp_path):
    path = tmp_path / "export.xls"
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
    page = f"<html><table><tr><th>岗位名称<th>用人单位<th>人数</tr>{body}</table></html>"
    path.write_text(page, encoding="gb18030")
    assert _cells(read_table(path, max_bytes=MAX)) == ROWS


@pytest.mark.parametrize("wrap", [list, lambda records: {"code": 0, "data": records}])
def test_json_is_read(tmp_path, wrap):
    path = tmp_path / "a.json"
    records = [
        {"岗位名称": "会计", "用人单位": "甲", "技能": ["Excel", "报税"]},
        {"岗位名称": "\ud800钳工", "人数": 2.0, "x": None},
    ]
    path.write_text(json.dumps(wrap(records)), encoding="utf-8")
    frame = read_table(path, max_bytes=MAX).frame
    assert frame["技能"].tolist() == ["Excel、报税", ""]
    assert frame["岗位名称"].tolist() == ["会计", "?钳工"]
    assert frame["人数"].tolist() == ["", "2"]


def test_one_record_and_json_lines_are_read(tmp_path):
    record = {"岗位名称": "会计", "用人单位": "甲", "x": {"a": 1}}
    (tmp_path / "a.json").write_text(json.dumps(record), encoding="utf-8")
    (tmp_path / "a.jsonl").write_text(json.dumps(record) + "\n\n" + json.dumps(record), encoding="utf-8")
    assert len(read_table(tmp_path / "a.json", max_bytes=MAX).frame) == 1
    table = read_table(tmp_path / "a.jsonl", max_bytes=MAX)
    assert table.frame["x"].tolist() == ['{"a": 1}'] * 2
    assert list(table.frame.index) == [2, 3]


def test_parquet_is_read(tmp_path):
    path = tmp_path / "a.parquet"
    frame = pd.DataFrame(
        {
            "岗位名称": ["会计", None],
            "用人单位": ["甲", "乙"],
            "人数": [3.0, np.nan],
            "技能": [["Excel", "报税"], []],
            "发布日期": pd.to_datetime(["2026-03-05", None]),
        }
    )
    frame.to_parquet(path)
    assert _cells(read_table(path, max_bytes=MAX)) == [
        ["会计", "甲", "3", "Excel、报税", "2026-03-05"],
        ["", "乙", "", "", ""],
    ]


def test_a_packed_table_is_unpacked(tmp_path):
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(CSV[:30].encode()) + gzip.compress(CSV[30:].encode()))
    table = read_table(packed, max_bytes=MAX)
    assert _cells(table) == ROWS
    assert table.file == "a.csv"
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("数据/b.csv", CSV)
        file.writestr("__MACOSX/._b.csv", "x")
        file.writestr("readme.md", "x")
    table = read_table(archive, max_bytes=MAX)
    assert _cells(table) == ROWS
    assert table.file == "b.csv"


def test_a_workbook_in_an_archive_is_unpacked(tmp_path, book):
    path = book({"a": [["岗位名称", "用人单位"], ["会计", "甲"]]})
    (tmp_path / "book.xlsx.gz").write_bytes(gzip.compress(path.read_bytes()))
    with zipfile.ZipFile(tmp_path / "book.zip", "w") as file:
        file.write(path, "book.xlsx")
    for name in ("book.xlsx.gz", "book.zip"):
        assert read_table(tmp_path / name, max_bytes=MAX).sheet == "a"


def test_a_file_that_is_not_there_or_empty_is_refused(tmp_path, book):
    assert _problem(tmp_path / "no.csv").code == "file_missing"
    empty = tmp_path / "empty.csv"
    empty.touch()
    assert _problem(empty).code == "file_empty"
    empty.write_text(" \n\n", encoding="utf-8")
    assert _problem(empty).code == "file_empty"
    packed = tmp_path / "empty.csv.gz"
    packed.write_bytes(gzip.compress(b""))
    assert _problem(packed).code == "file_empty"
    assert _problem(book({"a": []})).code == "file_empty"


def test_a_file_is_measured_before_it_is_read_and_unpacked(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(CSV, encoding="utf-8")
    assert _problem(path, max_bytes=50).code == "file_too_large"
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(b"0" * 20_000_000))
    assert bomb.stat().st_size < 20_000
    tracemalloc.start()
    assert _problem(bomb).code == "file_too_large"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.csv", b"0" * 10_000_000)
    assert _problem(archive).code == "file_too_large"


def test_a_workbook_that_unpacks_to_too_much_is_refused(book):
    path = book({"a": [["岗位名称", "用人单位"], *[["会计" * 50, "甲"]] * 2000]})
    assert path.stat().st_size < 60_000
    assert _problem(path, max_bytes=60_000).code == "file_too_large"


def test_a_workbook_that_spans_a_huge_empty_range_is_refused(book):
    path = book({"a": [["岗位名称", "用人单位"], ["会计", "甲"]]})
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    name = "xl/worksheets/sheet1.xml"
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    members[name] = members[name].replace(b"</sheetData>", far)
    with zipfile.ZipFile(path, "w") as file:
        for each, data in members.items():
            file.writestr(each, data)
    assert _problem(path).code == "file_too_large"


def test_a_damaged_archive_is_refused(tmp_path, book):
    packed = tmp_path / "a.csv.gz"
    whole = gzip.compress(CSV.encode())
    for data in (whole[:-12], whole[:20] + b"\xff" * 20 + whole[40:]):
        packed.write_bytes(data)
        assert _problem(packed).code == "zip_corrupt"
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.csv", CSV)
    archive.write_bytes(archive.read_bytes()[:60])
    assert _problem(archive).code == "zip_corrupt"
    path = book({"a": [["岗位名称"]]})
    data = bytearray(path.read_bytes())
    data[60:80] = bytes(20)
    path.write_bytes(bytes(data))
    assert _problem(path).code == "zip_corrupt"


def test_an_archive_must_hold_one_table(tmp_path):
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("readme.md", "x")
    assert _problem(archive).code == "format_unknown"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.csv", CSV)
        file.writestr("b.csv", CSV)
    assert _problem(archive).code == "zip_several"
    inner = gzip.compress(CSV.encode())
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.csv", inner)
    assert _problem(archive).code == "zip_nested"
    nested = tmp_path / "a.csv.gz.gz"
    nested.write_bytes(gzip.compress(inner))
    assert _problem(nested).code == "zip_nested"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.bin", b"\x00\x01\x02\x03" * 50, "format_unknown"),
        ("a.html", b"<html><p>x</p></html>", "format_unknown"),
        ("a.json", b"[1, 2]", "format_unknown"),
        ("a.json", b"3", "format_unknown"),
        ("a.json", b"{", "file_corrupt"),
        ("a.json", b"[" * 200_000, "file_corrupt"),
        ("a.jsonl", b"{\n", "file_corrupt"),
        ("a.jsonl", b"[1]\n", "format_unknown"),
        ("a.jsonl", b"{}\n", "format_unknown"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "format_unknown"),
        ("a.parquet", b"PAR1" + b"\x00" * 40, "file_corrupt"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "file_corrupt"),
        ("a.csv", b"\x81\xfe\x80\xff\xa0\xff" * 200, "encoding_unknown"),
        ("a.csv", '岗位名称,用人单位\n"没有闭合的引号'.encode() + b"," * 200_000, "file_corrupt"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, name, data, code):
    path = tmp_path / name
    path.write_bytes(data)
    assert _problem(path).code == code


def test_a_parquet_table_that_spans_too_many_cells_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.parquet"
    pd.DataFrame({"岗位名称": ["会计"] * 30}).to_parquet(path)
    monkeypatch.setattr("data.sources.tables.MOST_CELLS", 20)
    assert _problem(path).code == "file_too_large"


def test_a_declared_size_that_lies_is_found_out(book):
    path = book({"a": [["岗位名称", "用人单位"], *[["会计" * 50, "甲"]] * 2000]})
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as file:
        sizes = [info.file_size for info in file.infolist()]
    for size in sizes:
        data = data.replace(size.to_bytes(4, "little"), min(size, 100).to_bytes(4, "little"))
    path.write_bytes(bytes(data))
    assert _problem(path, max_bytes=60_000).code == "zip_corrupt"
