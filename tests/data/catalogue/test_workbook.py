import zipfile

import pytest
from python_calamine import CalamineWorkbook

from data.catalogue.columns import page_columns, printed_columns
from data.catalogue.demand import build_demand_catalogue
from data.catalogue.entries import CatalogueKind
from data.catalogue.workbook import write_workbook


@pytest.fixture
def demand(make_vacancies, region, as_of):
    return build_demand_catalogue(
        make_vacancies({}, {}), region=region, edition="2027", as_of=as_of, snapshot="s#1"
    )


def test_changes_stand_on_a_sheet_of_their_own(demand, tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(demand, path, changes=[("变化", "本版数值"), ("新增", 3), ("=1+1", None)])
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["目录", "变化", "说明"]
    rows = book.get_sheet_by_name("变化").to_python()
    assert rows[0][0] == "营口市人才需求目录（2027版）：较上版变化"
    assert rows[2:] == [["变化", "本版数值"], ["新增", 3], ["=1+1", ""]]
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
    assert "<autoFilter" in sheet
    assert 'orientation="landscape"' in sheet
    assert "<f>" not in sheet


def test_without_changes_there_is_no_such_sheet(demand, tmp_path):
    write_workbook(demand, tmp_path / "a.xlsx")
    assert CalamineWorkbook.from_path(tmp_path / "a.xlsx").sheet_names == ["目录", "说明"]


@pytest.mark.parametrize("kind", list(CatalogueKind))
def test_a_page_has_no_column_that_the_sheet_lacks(kind):
    page, sheet = page_columns(kind), printed_columns(kind, synthetic=False)
    assert set(page) <= set(sheet)
    assert len(page) <= 16
