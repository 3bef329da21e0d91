"""Tables of a file written down plainly."""

from __future__ import annotations

import datetime as dt
import gzip
import zipfile

import pandas as pd
import pytest

from data.errors import FileProblem
from data.sources.spool import read_spool, write_spool
from data.sources.stream import open_tables

TODAY = dt.date(2026, 11, 21)
CSV = (
    "岗位名称,用人单位,性别,备注\n"
    + "".join(f"岗位{i},单位{i},男,\n" for i in range(20_500))
    + "多,出,男,一,格\n"
)


def spooled(path, folder, name="招聘.csv", max_bytes=10**7):
    folder.mkdir()
    rows = write_spool(path, name, folder, max_bytes, TODAY)
    return rows, read_spool(folder)


def test_a_spool_gives_the_very_parts_of_the_file(tmp_path):
    (tmp_path / "file.csv").write_text(CSV, encoding="utf-8")
    rows, (copy,) = spooled(tmp_path / "file.csv", tmp_path / "spool")
    (source,) = open_tables(tmp_path / "file.csv", max_bytes=10**7, today=TODAY)
    assert rows == copy.total_rows == 20_501
    assert copy.file == "招聘.csv"
    for name in ("sha256", "sheet", "columns", "refused"):
        assert getattr(copy, name) == getattr(source, name)
    for ours, theirs in zip(copy.parts(), source.parts(), strict=True):
        pd.testing.assert_frame_equal(ours.frame, theirs.frame)
        assert (ours.file, ours.misaligned) == ("招聘.csv", theirs.misaligned)


def test_the_tables_of_an_archive_keep_their_names_without_tricks(tmp_path):
    with zipfile.ZipFile(tmp_path / "file.zip", "w") as archive:
        archive.writestr("../../甲\u202e.csv", CSV)
        archive.writestr(f"{'长' * 300}.csv", CSV.replace("岗位1", "岗位x"))
    _, found = spooled(tmp_path / "file.zip", tmp_path / "spool", name="包.zip")
    assert [len(each.file.encode()) < 200 for each in found] == [True, True]
    assert found[0].file == "甲.csv"
    assert len({each.sha256 for each in found}) == 2


def test_a_packed_table_may_not_unpack_to_more_than_a_plain_one(tmp_path):
    (tmp_path / "file.csv.gz").write_bytes(gzip.compress(CSV.encode() + b"a,b,c,d\n" * 200_000))
    with pytest.raises(FileProblem) as caught:
        spooled(tmp_path / "file.csv.gz", tmp_path / "spool", max_bytes=100_000)
    assert caught.value.code == "file_too_large"


def test_a_resume_keeps_where_its_facts_were_read(tmp_path):
    docx = pytest.importorskip("docx")
    document = docx.Document()
    for line in ("求职意向：岸桥司机", "学历：大专", "技能：集装箱装卸、岸桥操作"):
        document.add_paragraph(line)
    document.save(str(tmp_path / "file.docx"))
    (source,) = open_tables(tmp_path / "file.docx", max_bytes=10**7, today=TODAY)
    _, (copy,) = spooled(tmp_path / "file.docx", tmp_path / "spool", name="张三.docx", max_bytes=10**7)
    ours, theirs = next(copy.parts()), next(source.parts())
    assert copy.file == "简历.docx"
    pd.testing.assert_frame_equal(ours.frame, theirs.frame)
    plain = {
        row: {name: [dict(s) for s in spans] for name, spans in each.items()}
        for row, each in theirs.evidence.items()
    }
    assert ours.evidence == plain
