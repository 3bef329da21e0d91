import struct
import zipfile

import pytest

from data.errors import FileProblem
from data.sources.office import Office, check_office, office_kind
from data.sources.tables import read_table

MAX = 1_000_000
ROWS = [["岗位名称", "用人单位"], ["会计", "甲"]]


def _code(path, **options):
    with pytest.raises(FileProblem) as caught:
        read_table(path, **{"max_bytes": MAX, **options})
    return caught.value.code


def _with_sheet(path, change):
    """Change the first sheet of a workbook."""
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path) as file:
        members = {each: file.read(each) for each in file.namelist()}
    members[name] = change(members[name])
    with zipfile.ZipFile(path, "w") as file:
        for each, data in members.items():
            file.writestr(each, data)
    return path


def test_a_file_in_a_zip_container_is_known_by_what_it_holds(tmp_path, book, word):
    assert office_kind(book({"a": ROWS})) is Office.WORKBOOK
    assert office_kind(word(["x"])) is Office.DOCUMENT
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("a.csv", "x")
    assert office_kind(tmp_path / "a.zip") is None


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='9'><c\n r = 'XFD1048576'><v>1</v></c></row>",
        b'<x:row spans="1:2" r="1048576"/><x:c r="XFD1"/>',
    ],
)
def test_a_cell_far_away_is_found_however_it_is_written(book, cell):
    path = _with_sheet(book({"a": ROWS}), lambda xml: xml.replace(b"</sheetData>", cell + b"</sheetData>"))
    assert _code(path) == "file_too_large"


def test_a_cell_far_away_is_found_in_utf_16(book):
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'

    def far(xml):
        text = xml.replace(b"</sheetData>", cell).decode().replace("UTF-8", "UTF-16")
        return text.encode("utf-16")

    assert _code(_with_sheet(book({"a": ROWS}), far)) == "file_too_large"


def test_a_cell_beyond_the_columns_of_excel_97_is_found(tmp_path, excel_97):
    data = excel_97(ROWS)
    near = struct.pack("<HHHHHHB", 0x204, 11, 1, 1, 0, 1, 1) + "甲".encode("utf-16-le")
    assert data.count(near) == 1
    far = near[:4] + struct.pack("<HH", 65535, 65535) + near[8:]
    path = tmp_path / "a.xls"
    path.write_bytes(data)
    assert len(read_table(path, max_bytes=MAX).frame) == 1
    path.write_bytes(data.replace(near, far))
    assert _code(path) == "file_too_large"


def test_bytes_that_only_look_like_such_a_cell_are_let_through():
    head = struct.pack("<HHHH", 0x204, 11, 1, 65535)
    check_office(b"\xd0\xcf\x11\xe0" + head + b"\xff" * 100, "a.xls", max_bytes=MAX)
    with pytest.raises(FileProblem):
        check_office(b"\xd0\xcf\x11\xe0" + head, "a.xls", max_bytes=MAX)


def test_a_binary_workbook_is_refused(tmp_path):
    path = tmp_path / "a.xlsb"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("[Content_Types].xml", "<x/>")
        file.writestr("xl/workbook.bin", "x")
    assert _code(path) == "format_unknown"


def test_a_workbook_over_which_the_reader_gives_up_is_refused(tmp_path):
    sector = b"\xff" * 512
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 0xFFFFFFFE, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    path = tmp_path / "a.xls"
    path.write_bytes((head + sector)[:939])
    assert _code(path) == "file_corrupt"
