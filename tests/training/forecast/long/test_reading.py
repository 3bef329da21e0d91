"""Long tables from files."""

from __future__ import annotations

import datetime as dt
import gzip
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from data.errors import FileProblem, InputError
from training.forecast.long.months import month_number
from training.forecast.long.reading import long_table, read_long
from training.forecast.long.table import NO_MONTH

JUNE = month_number(dt.date(2023, 6, 1))


def written(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def test_a_csv_is_read_by_the_names_of_its_columns(tmp_path):
    text = "区县,value,Month, series_id \n鲅鱼圈,3,2023-06,甲\n老边,4.5,2023年7月,乙\n鲅鱼圈,,202307,甲\n"
    table = read_long(written(tmp_path / "in.csv", text))
    assert table.ids == ("甲", "乙")
    assert table.series.tolist() == [0, 1, 0]
    assert table.month.tolist() == [JUNE, JUNE + 1, JUNE + 1]
    assert table.value[:2].tolist() == [3.0, 4.5]
    assert np.isnan(table.value[2])
    assert not table.not_number.any()
    assert table.parents.names == (None, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_is_found(tmp_path, encoding):
    text = "series_id,month,value\n镁材料焊工,2023年6月,3\n港口物流调度员,2023年6月,4\n"
    table = read_long(written(tmp_path / "in.csv", text, encoding))
    assert table.ids == ("镁材料焊工", "港口物流调度员")
    assert table.month.tolist() == [JUNE, JUNE]


@pytest.mark.parametrize("mark", ["\t", ";"])
def test_other_delimiters_are_found(tmp_path, mark):
    text = "series_id,month,value\na,2023-06,3\n".replace(",", mark)
    assert read_long(written(tmp_path / "in.csv", text)).value.tolist() == [3.0]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n\n"])
def test_lines_may_end_in_any_way(tmp_path, end):
    path = tmp_path / "in.csv"
    path.write_bytes(f"{end}series_id,month,value{end}a,2023-06,3{end}b,2023-06,4{end}".encode())
    assert read_long(path).value.tolist() == [3.0, 4.0]


def test_bytes_of_another_encoding_in_one_line_do_not_cost_the_others(tmp_path):
    path = tmp_path / "in.csv"
    lines = "".join(f"职业{number},2023-06,{number}\n" for number in range(200))
    path.write_bytes(("series_id,month,value\n" + lines).encode() + "焊工,2023-06,3\n".encode("gb18030"))
    table = read_long(path)
    assert len(table.ids) == 201
    assert table.ids[:2] == ("职业0", "职业1")


def test_a_line_with_a_wrong_number_of_cells_is_counted(tmp_path):
    table = read_long(
        written(tmp_path / "in.csv", "series_id,month,value\na,2023-06,3\nb,2023-06\nc,2023-06,1,2\n")
    )
    assert (table.ids, table.broken) == (("a",), 2)


def test_names_stay_as_they_are_written(tmp_path):
    path = tmp_path / "a.csv"
    written(path, "series_id,month,value\n a,2023-01,1\na ,2023-01,2\n007,2023-01,3\n  ,2023-01,4\n")
    table = read_long(path)
    assert table.ids == (" a", "a ", "007")
    assert table.nameless == 1


def test_rows_without_a_series_are_counted(tmp_path):
    table = read_long(
        written(tmp_path / "in.csv", "series_id,month,value\n,2023-06,3\n  ,2023-06,3\na,2023-06,1\n")
    )
    assert (table.ids, table.nameless, table.value.tolist()) == (("a",), 2, [1.0])


def test_what_is_no_number_is_marked_and_what_is_empty_is_not(tmp_path):
    cells = ["3", "三", "", "NaN", "null", "1e3", "inf", "-2", "1,5"]
    lines = "".join(f'a,2023-06,"{cell}"\n' for cell in cells)
    table = read_long(written(tmp_path / "in.csv", "series_id,month,value\n" + lines))
    assert table.not_number.tolist() == [False, True, False, False, False, False, False, False, True]
    assert table.value[[0, 5, 6, 7]].tolist() == [3.0, 1000.0, np.inf, -2.0]


def test_an_unreadable_month_is_marked(tmp_path):
    table = read_long(written(tmp_path / "in.csv", "series_id,month,value\na,六月,3\na,,3\na,2023-06,3\n"))
    assert table.month.tolist() == [NO_MONTH, NO_MONTH, JUNE]


def test_parents_are_read_and_contradictions_kept(tmp_path):
    lines = "a,2023-06,1,p\na,2023-07,1,\nb,2023-06,1,p\nb,2023-07,1,q\nc,2023-06,1,\n"
    table = read_long(written(tmp_path / "in.csv", "series_id,month,value,parent_id\n" + lines))
    assert table.parents.names == ("p", "q", None)
    assert table.parents.others == (None, "p", None)


def test_a_packed_table_is_read(tmp_path):
    path = tmp_path / "in.csv.gz"
    path.write_bytes(gzip.compress(b"series_id,month,value\na,2023-06,3\n"))
    assert read_long(path).value.tolist() == [3.0]


def test_a_packed_file_holds_one_table(tmp_path):
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name in ("a.csv", "b.csv"):
            archive.writestr(name, "series_id,month,value\na,2023-06,3\n")
    with pytest.raises(FileProblem, match="2 个表格"):
        read_long(tmp_path / "in.zip")


@pytest.mark.parametrize(
    "month",
    [
        pd.Series([dt.date(2023, 6, 15)]),
        pd.Series([pd.Timestamp("2023-06-15 12:00")]),
        pd.Series([pd.Timestamp("2023-06-01 03:00", tz="Asia/Shanghai")]),
        pd.Series([202306]),
        pd.Series([202306.0]),
        pd.Series(["2023-06"], dtype="category"),
    ],
    ids=["date", "timestamp", "zone", "integer", "float", "category"],
)
def test_parquet_columns_of_any_type(tmp_path, month):
    frame = pd.DataFrame({"series_id": [7], "month": month, "value": np.array([3], dtype=np.int32)})
    frame.to_parquet(tmp_path / "in.parquet")
    table = read_long(tmp_path / "in.parquet")
    assert (table.ids, table.month.tolist(), table.value.tolist()) == (("7",), [JUNE], [3.0])


def test_a_truth_value_is_no_number():
    columns = {"series_id": pa.array(["a"]), "month": pa.array(["2023-06"]), "value": pa.array([True])}
    assert long_table(columns).not_number.tolist() == [True]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "file_empty"),
        (" \n\n", "file_empty"),
        ("series_id,month,value\n", "long_empty"),
        ('series_id,month,value\n"a,2023-06,3\nb,2023-06,3\n', "long_empty"),
        ("series_id,month\na,2023-06\n", "long_columns"),
        ("a,2023-06,3\n", "long_columns"),
        ("series_id,month,value,value\na,2023-06,3,3\n", "long_columns"),
        ("series_id,month,value\n,2023-06,3\n", "long_no_series"),
    ],
)
def test_a_table_that_cannot_be_used_as_a_whole_is_refused(tmp_path, text, code):
    with pytest.raises(InputError) as found:
        read_long(written(tmp_path / "in.csv", text))
    assert found.value.code == code


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("in.parquet", b"PAR1 nonsense", "file_corrupt"),
        ("in.csv", b"series_id,month,value\n" + b"x" * 3_000_000 + b",2023-06,1\n", "file_corrupt"),
        ("in.docx", b"nonsense", "format_unknown"),
        ("in.csv.gz", b"\x1f\x8bnonsense", "zip_corrupt"),
    ],
)
def test_a_damaged_or_foreign_file_is_named(tmp_path, name, content, code):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileProblem) as found:
        read_long(tmp_path / name)
    assert found.value.code == code


def test_a_column_of_lists_is_refused():
    columns = {
        "series_id": pa.array([["a"]]),
        "month": pa.array(["2023-06"]),
        "value": pa.array([1]),
    }
    with pytest.raises(InputError, match="类型"):
        long_table(columns)
