import csv
import gzip
import hashlib
import json
import tracemalloc
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import FileProblem
from data.normalise.postings import normalise_postings
from data.sources.stream import open_table, open_tables
from data.sources.tables import read_table

MAX = 1_000_000
HEADER = "岗位名称,用人单位,人数\n"


def _csv(rows, start=0):
    return HEADER + "".join(f"职位{i},单位{i},{i % 1000}\n" for i in range(start, start + rows))


def _write(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def _code(function, *arguments, **options):
    with pytest.raises(FileProblem) as caught:
        function(*arguments, **{"max_bytes": MAX, **options})
    assert caught.value.hint
    return caught.value.code


def _lists(stream):
    return [(part.frame.to_numpy().tolist(), list(part.frame.index)) for part in stream.parts()]


def test_a_table_is_handed_out_in_parts_that_know_their_rows(tmp_path):
    stream = open_table(_write(tmp_path, "a.csv", _csv(5)), max_bytes=MAX, part_rows=2)
    parts = list(stream.parts())
    assert stream.columns == ("岗位名称", "用人单位", "人数")
    assert stream.total_rows is None
    assert [list(part.frame.index) for part in parts] == [[2, 3], [4, 5], [6]]
    assert parts[2].frame.to_numpy().tolist() == [["职位4", "单位4", "4"]]
    assert [part.first_row for part in parts] == [2, 4, 6]


def test_the_parts_can_be_read_again_and_are_the_same(tmp_path):
    stream = open_table(_write(tmp_path, "a.csv", _csv(7)), max_bytes=MAX, part_rows=3)
    assert _lists(stream) == _lists(stream)
    assert _lists(stream) == _lists(open_table(tmp_path / "a.csv", max_bytes=MAX, part_rows=3))


def test_blank_rows_and_notes_do_not_count_for_a_part(tmp_path):
    text = HEADER + "甲,乙,1\n,,\n注：略,,\n丙,丁,2\n戊,己,3,多\n"
    stream = open_table(_write(tmp_path, "a.csv", text), max_bytes=MAX, part_rows=2)
    parts = list(stream.parts())
    assert [list(part.frame.index) for part in parts] == [[2, 5], [6]]
    assert [part.misaligned for part in parts] == [(), (6,)]


def test_a_table_without_rows_is_one_part_without_rows(tmp_path):
    stream = open_table(_write(tmp_path, "a.csv", HEADER), max_bytes=MAX)
    (part,) = stream.parts()
    assert len(part.frame) == 0
    assert list(part.frame.columns) == ["岗位名称", "用人单位", "人数"]


@given(st.lists(st.tuples(*[st.text("甲a,\"'\n\r\t;| ", max_size=6)] * 3), max_size=12), st.integers(1, 5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_parts_put_together_are_the_table(tmp_path, rows, part_rows):
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("岗位名称", "用人单位", "人数"), *rows])
    table = read_table(path, max_bytes=MAX)
    parts = list(open_table(path, max_bytes=MAX, part_rows=part_rows).parts())
    assert [cells for part in parts for cells in part.frame.to_numpy().tolist()] == (
        table.frame.to_numpy().tolist()
    )
    assert [row for part in parts for row in part.frame.index] == list(table.frame.index)
    expected = [[cell.strip() for cell in row] for row in rows]
    assert table.frame.to_numpy().tolist() == [row for row in expected if any(row)]


def test_a_column_without_a_name_is_kept_where_a_late_row_fills_it(tmp_path):
    text = "岗位名称,用人单位,,\n" + "甲,乙,,\n" * 50 + "丙,丁,x,\n"
    stream = open_table(_write(tmp_path, "a.csv", text), max_bytes=MAX, part_rows=10)
    assert stream.columns == ("岗位名称", "用人单位", "第3列")


def test_columns_that_may_not_be_stored_are_in_no_part(tmp_path):
    text = "姓名,岗位名称,用人单位\n张三,会计,甲\n"
    stream = open_table(_write(tmp_path, "a.csv", text), max_bytes=MAX)
    assert (stream.columns, stream.refused) == (("岗位名称", "用人单位"), ("姓名",))
    assert "张三" not in repr(_lists(stream))


def test_names_of_columns_are_all_different(tmp_path):
    text = "岗位名称,用人单位,x,x,x（2）\n甲,乙,1,2,3\n"
    stream = open_table(_write(tmp_path, "a.csv", text), max_bytes=MAX)
    assert stream.columns == ("岗位名称", "用人单位", "x", "x（2）", "x（2）（2）")


@pytest.mark.parametrize("pack", ["plain", "gz", "zip"])
def test_a_csv_larger_than_the_limit_is_streamed_in_little_memory(tmp_path, pack):
    rng = np.random.default_rng(7)
    body = "".join(f"职位{i},单位{i},{rng.integers(1 << 60)}\n" for i in range(30_000))
    data = (HEADER + body).encode()
    path = _write(tmp_path, "a.csv", data)
    if pack == "gz":
        path = _write(tmp_path, "a.csv.gz", gzip.compress(data, 1))
    if pack == "zip":
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("a.csv", data)
    tracemalloc.start()
    stream = open_table(path, max_bytes=1000, part_rows=500)
    rows = sum(len(part.frame) for part in stream.parts())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows == 30_000
    assert peak < 7 * (1 << 20)  # held whole it takes 10 MiB
    assert _code(read_table, path, max_bytes=1000) == "file_too_large"


def test_the_hash_is_that_of_the_file_as_received(tmp_path):
    path = _write(tmp_path, "a.csv.gz", gzip.compress(_csv(1).encode()))
    assert open_table(path, max_bytes=MAX).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_json_lines_are_streamed_with_the_names_of_all_records(tmp_path):
    lines = ['{"岗位名称": "会计\u2028x"}', "", '{"用人单位": "甲", "岗位名称": "钳工"}', '{"人数": 2}']
    for name in ("a.jsonl", "a.ndjson"):
        path = _write(tmp_path, name, "\n".join(lines))
        stream = open_table(path, max_bytes=10, part_rows=2)
        assert stream.columns == ("岗位名称", "用人单位", "人数")
        assert stream.total_rows == 3
        assert [rows for _, rows in _lists(stream)] == [[2, 3], [4]]
        assert _lists(stream)[0][0][0][0] == "会计\u2028x"


@pytest.mark.parametrize("pack", ["plain", "gz", "zip"])
def test_parquet_is_streamed_over_its_row_groups(tmp_path, pack):
    path = tmp_path / "a.parquet"
    frame = pd.DataFrame(
        {"岗位名称": [f"职位{i}" for i in range(25)], "编号": pd.array([2**60 + 1, *[None] * 24])}
    )
    frame.index = range(100, 125)
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=True), path, row_group_size=10)
    if pack == "gz":
        path = _write(tmp_path, "a.parquet.gz", gzip.compress(path.read_bytes()))
    if pack == "zip":
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
            file.write(path, "a.parquet")
        path = tmp_path / "a.zip"
    stream = open_table(path, max_bytes=MAX, part_rows=10)
    assert (stream.columns, stream.total_rows) == (("岗位名称", "编号"), 25)
    parts = list(stream.parts())
    assert [len(part.frame) for part in parts] == [10, 10, 5]
    assert parts[0].frame["编号"].iloc[0] == str(2**60 + 1)


def test_a_parquet_file_that_unpacks_out_of_proportion_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    rows = pa.table({"岗位名称": ["会" * 1000 + str(i) for i in range(6000)]})
    pq.write_table(rows, path, compression="zstd", compression_level=19, use_dictionary=False)
    assert _code(open_table, path, max_bytes=10) == "file_too_large"


def test_a_parquet_file_broken_further_down_fails_when_that_part_is_read(tmp_path):
    path = tmp_path / "a.parquet"
    rows = pa.table({"岗位名称": [f"职位{i}" for i in range(40_000)]})
    pq.write_table(rows, path, compression="snappy", row_group_size=20_000, use_dictionary=False)
    data = bytearray(path.read_bytes())
    half = len(data) // 2
    data[half + 5_000 : half + 9_000] = bytes(4_000)
    path.write_bytes(bytes(data))
    stream = open_table(path, max_bytes=MAX)
    assert _code(lambda **_: list(stream.parts())) == "file_corrupt"


def test_whole_formats_know_their_rows_and_keep_to_the_limit(tmp_path, book):
    path = book({"a": [["岗位名称", "用人单位"], *[["会计", "甲"]] * 5]})
    stream = open_table(path, max_bytes=MAX, part_rows=2)
    assert (stream.sheet, stream.total_rows) == ("a", 5)
    assert [len(part.frame) for part in stream.parts()] == [2, 2, 1]
    assert _code(open_table, path, max_bytes=100) == "file_too_large"
    records = _write(tmp_path, "a.json", json.dumps([{"岗位名称": "会计"}] * 20))
    assert open_table(records, max_bytes=MAX).total_rows == 20
    assert _code(open_table, records, max_bytes=100) == "file_too_large"


def test_a_zip_of_several_tables_gives_a_stream_each(tmp_path, book):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("一/a.csv", _csv(1))
        file.writestr("b.jsonl", '{"岗位名称": "会计"}')
        file.write(book({"表": [["岗位名称", "用人单位"], ["会计", "甲"]]}), "c.xlsx")
        file.writestr("说明.md", "x")
    streams = open_tables(path, max_bytes=MAX)
    assert [(stream.file, stream.sheet) for stream in streams] == [
        ("a.csv", None),
        ("b.jsonl", None),
        ("c.xlsx", "表"),
    ]
    assert streams[0].sha256 == hashlib.sha256(_csv(1).encode()).hexdigest()
    assert [sum(len(part.frame) for part in stream.parts()) for stream in streams] == [1, 1, 1]
    assert _code(open_table, path) == "zip_several"
    assert [stream.file for stream in open_tables(_write(tmp_path, "x.csv", _csv(1)), max_bytes=MAX)] == [
        "x.csv"
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_in_a_zip_are_read_without_the_mark_of_utf_8(tmp_path, encoding):
    path = tmp_path / "a.zip"
    raw = "需求表.csv".encode(encoding)
    stand_in = "x" * len(raw[:-4]) + ".csv"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(stand_in, _csv(1))
    path.write_bytes(path.read_bytes().replace(stand_in.encode(), raw))
    assert [stream.file for stream in open_tables(path, max_bytes=MAX)] == ["需求表.csv"]


@pytest.mark.parametrize("name", ["b.zip", "b.csv", "b.xlsx", "b.tar.gz", "b.rar"])
def test_an_archive_in_an_archive_is_refused_whatever_it_is_called(tmp_path, name):
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("a.csv", _csv(1))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.write(inner, name)
    assert _code(open_tables, tmp_path / "a.zip") == "zip_nested"


def test_a_zip_that_unpacks_out_of_proportion_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.csv", b"0" * 30_000_000)
    assert _code(open_tables, path, max_bytes=1000) == "file_too_large"
    packed = _write(tmp_path, "a.csv.gz", gzip.compress(b"0,1\n" * 10_000_000))
    assert _code(open_table, packed, max_bytes=1000) == "file_too_large"


def test_a_zip_of_too_many_tables_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        for i in range(2_001):
            file.writestr(f"{i}.csv", "")
    assert _code(open_tables, path) == "file_too_large"


def test_a_zip_with_a_password_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.csv", _csv(1))
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    assert _code(open_tables, path) == "zip_corrupt"


def test_a_row_without_an_end_is_refused(tmp_path):
    text = _csv(100) + '"' + "x\n" * 100_000
    stream = open_table(_write(tmp_path, "a.csv", text), max_bytes=MAX)
    assert _code(lambda **_: list(stream.parts())) == "file_corrupt"
    assert _code(open_table, _write(tmp_path, "b.csv", "x" * (17 << 20))) == "file_corrupt"
    assert _code(open_table, _write(tmp_path, "b.jsonl", "x" * (17 << 20))) == "file_corrupt"


def test_many_blank_rows_before_the_header_are_skipped(tmp_path):
    stream = open_table(_write(tmp_path, "a.csv", "\n" * 100 + _csv(1)), max_bytes=MAX)
    assert _lists(stream) == [([["职位0", "单位0", "0"]], [102])]


# What happens to a file whose encoding shows late, or not at all.


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_the_first_chinese_character_may_come_late(tmp_path, encoding):
    text = (
        "title,company,x\n"
        + "welder,Sample,1\n" * 100_000
        + "會計,示例公司,2\n".replace("會計", "會計" if encoding == "big5" else "会计").replace(
            "示例公司", "範例公司" if encoding == "big5" else "示例公司"
        )
        * 30
    )
    stream = open_table(_write(tmp_path, "a.csv", text.encode(encoding)), max_bytes=MAX)
    last = list(stream.parts())[-1].frame.iloc[-1]
    assert last.tolist() == [
        "會計" if encoding == "big5" else "会计",
        "範例公司" if encoding == "big5" else "示例公司",
        "2",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_broken_byte_that_comes_late_damages_its_row_only(tmp_path, encoding, today):
    data = _csv(50_000).encode(encoding) + "高级会".encode(encoding) + b"\xff,"
    data += "末单位,1\n会计,好单位,2\n".encode(encoding)
    table = read_table(_write(tmp_path, "a.csv", data), max_bytes=10 * MAX)
    assert table.frame.iloc[0].tolist() == ["职位0", "单位0", "0"]
    assert table.frame["岗位名称"].tolist()[-2:] == ["高级会\ufffd", "会计"]
    normalised = normalise_postings(type(table)(table.frame.tail(3), table.file, table.sha256), today=today)
    assert [(problem.code, problem.fatal) for problem in normalised.problems] == [("text_damaged", False)]
    assert normalised.accepted == 3


def test_damage_in_any_cell_that_is_read_is_reported(tmp_path, today):
    data = _csv(100).encode() + "会计,甲,3".encode() + b"\xff\n"
    problems = normalise_postings(
        read_table(_write(tmp_path, "a.csv", data), max_bytes=MAX), today=today
    ).problems
    assert ("需求人数" in problems[-1].message, problems[-1].code, problems[-1].row) == (
        True,
        "text_damaged",
        102,
    )


def test_a_tail_in_another_encoding_is_reported_row_by_row(tmp_path, today):
    data = _csv(100).encode() + _csv(20, 100).removeprefix(HEADER).encode("gb18030")
    table = read_table(_write(tmp_path, "a.csv", data), max_bytes=MAX)
    normalised = normalise_postings(table, today=today)
    assert normalised.accepted == 100
    assert {problem.code for problem in normalised.problems if problem.fatal} == {"row_unreadable"}
    assert normalised.refused == 20


def test_a_short_file_in_gb_18030_is_known(tmp_path):
    data = "岗位名称,用人单位\n会计,甲\n".encode("gb18030")
    assert open_table(_write(tmp_path, "a.csv", data), max_bytes=MAX).columns == ("岗位名称", "用人单位")


@given(
    st.sampled_from(
        [
            "a.csv",
            "a.tsv",
            "a.json",
            "a.jsonl",
            "a.parquet",
            "a.xlsx",
            "a.html",
            "a.zip",
            "a.csv.gz",
            "a.docx",
            "a.pdf",
        ]
    ),
    st.sampled_from(
        [
            b"",
            b"PK\x03\x04",
            b"\x1f\x8b\x08",
            b"\xd0\xcf\x11\xe0",
            b"PAR1",
            b"%PDF-1.4\n",
            b"\xff\xfe",
            b"[{",
            b"<table>",
        ]
    ),
    st.binary(max_size=200),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_any_bytes_are_a_table_or_a_problem_with_a_name(tmp_path, name, magic, data):
    path = tmp_path / name
    path.write_bytes(magic + data)
    try:
        streams = open_tables(path, max_bytes=MAX)
        assert all(part.file for stream in streams for part in stream.parts())
    except FileProblem as problem:
        assert problem.code
        assert problem.hint
