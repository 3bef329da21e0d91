"""Readings in a process of their own."""

from __future__ import annotations

import datetime as dt
import os
import time
import zipfile

import pytest
import xlsxwriter

from data.errors import FileProblem, InputError
from data.sources import confined as module
from data.sources.columns import TableKind
from data.sources.confined import Bounds, confined
from data.sources.mapping import read_mapping_file
from data.sources.spool import write_spool
from data.sources.workbook import read_workbook

AMPLE = Bounds(memory_mb=1_000, seconds=120)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def code_of(function, *args, bounds=AMPLE):
    with pytest.raises(FileProblem) as caught:
        confined(function, *args, name="表.csv", bounds=bounds)
    return caught.value.code


def workbook_with(path, **parts):
    """Write a workbook, some of its parts replaced."""
    plain = path.with_name("plain.xlsx")
    with xlsxwriter.Workbook(str(plain)) as book:
        book.add_worksheet().write_string(0, 0, "岗位名称")
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            stem = name.rsplit("/", 1)[-1].removesuffix(".xml")
            target.writestr(name, parts.get(stem, source.read(name)))
    return path


def test_the_answer_comes_from_another_process_that_gave_way():
    assert confined(os.getpid, name="表.csv", bounds=AMPLE) != os.getpid()
    assert confined(os.nice, 0, name="表.csv", bounds=AMPLE) > os.nice(0)


def test_what_the_reader_says_of_a_file_is_said_here_as_well(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"")
    today = dt.date(2026, 11, 21)
    assert code_of(write_spool, tmp_path / "a.csv", "a.csv", tmp_path, 10**6, today) == "file_empty"
    with pytest.raises(InputError) as caught:
        confined(read_mapping_file, tmp_path / "none.yaml", TableKind.POSTING, name="表.csv", bounds=AMPLE)
    assert type(caught.value) is InputError
    assert (caught.value.code, caught.value.hint) == ("mapping_missing", "请检查路径")


def test_too_much_memory_or_time_is_the_files_fault():
    assert code_of(bytearray, 2_000_000_000) == "file_too_large"
    assert code_of(os.abort) == "file_too_large"
    assert code_of(time.sleep, 600, bounds=Bounds(memory_mb=1_000, seconds=1)) == "file_too_slow"


def test_a_reader_that_meets_what_it_did_not_expect_leaves_a_corrupt_file(caplog):
    assert code_of(int, "no number") == "file_corrupt"
    assert "ValueError" in caplog.text
    assert "no number" not in caplog.text


def test_whoever_waits_can_give_up():
    def go_on():
        raise KeyboardInterrupt

    before = module.multiprocessing.active_children()
    with pytest.raises(KeyboardInterrupt):
        confined(time.sleep, 600, name="表.csv", bounds=AMPLE, go_on=go_on)
    assert set(module.multiprocessing.active_children()) <= set(before)


def test_a_workbook_whose_strings_fill_the_memory_takes_nobody_along(tmp_path):
    row = '<row r="{0}"><c r="A{0}" t="s"><v>0</v></c></row>'
    rows = "".join(row.format(number) for number in range(1, 3_000))
    path = workbook_with(
        tmp_path / "a.xlsx",
        sharedStrings=f'<sst xmlns="{MAIN}"><si><t>{"a" * 500_000}</t></si></sst>',
        sheet1=f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    )
    assert path.stat().st_size < 100_000
    bounds = Bounds(memory_mb=400, seconds=120)
    assert code_of(read_workbook, path.read_bytes(), "表.xlsx", bounds=bounds) == "file_too_large"
