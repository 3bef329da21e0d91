import csv
import datetime as dt
import json

import pandas as pd
import pytest

from data.catalogue.lists import ListDocument, ListTable, write_document
from data.errors import InputError

PLAIN = ListTable(name="表", columns=("名称", "人数"), rows=(("=1+1", 5), ("乙" * 20, None)), note="注意")


def document(*tables, synthetic=True):
    return ListDocument(
        title="【合成数据，仅供演示】清单",
        as_of=dt.date(2026, 1, 2),
        synthetic=synthetic,
        tables=tables,
        notes=("一",),
    )


def test_a_workbook_has_a_sheet_per_table_and_the_notes(tmp_path):
    path = write_document(document(PLAIN), tmp_path / "new" / "a.xlsx")
    sheets = pd.read_excel(path, sheet_name=None, header=None, engine="calamine")
    assert list(sheets) == ["表", "说明"]
    assert sheets["表"].iloc[2].tolist() == ["名称", "人数"]
    assert sheets["表"].iloc[3].tolist() == ["=1+1", 5]
    assert "合成数据" in str(sheets["表"].iloc[1, 0])
    assert "说明1：一" in sheets["说明"][0].tolist()


def test_the_same_document_gives_the_same_bytes(tmp_path):
    for suffix in ("xlsx", "csv", "json"):
        one, two = (write_document(document(PLAIN), tmp_path / f"{i}.{suffix}").read_bytes() for i in "ab")
        assert one == two


def test_csv_is_plain_for_one_table_and_guards_formulas(tmp_path):
    path = write_document(document(PLAIN), tmp_path / "a.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[:2] == [["名称", "人数", "数据性质"], ["'=1+1", "5", "合成数据"]]


def test_csv_of_several_tables_names_each(tmp_path):
    path = write_document(document(PLAIN, PLAIN, synthetic=False), tmp_path / "a.csv")
    text = path.read_text("utf-8-sig")
    assert text.count("表\n") + text.count("表\r\n") >= 2
    assert "真实数据" in text


def test_json_holds_everything(tmp_path):
    path = write_document(document(PLAIN), tmp_path / "a.json")
    assert json.loads(path.read_text("utf-8"))["tables"][0]["rows"][0] == ["=1+1", 5]


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"a\.pdf"):
        write_document(document(PLAIN), tmp_path / "a.pdf")
