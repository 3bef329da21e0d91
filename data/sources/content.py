"""Get the bytes of a file, unpacked where it is packed, and never more of them than allowed."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from data.errors import FileProblem

__all__ = ["MOST_CELLS", "Content", "is_workbook", "read_content", "too_wide"]

MOST_CELLS = 20_000_000
"""Most cells that a sheet or a parquet table may span."""

_SUFFIXES = frozenset(
    {".csv", ".tsv", ".txt", ".xlsx", ".xls", ".json", ".jsonl", ".parquet", ".htm", ".html"}
)
_ZIP, _GZIP, _OLE = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"
_CHUNK = 1 << 20
_MEGABYTE = 1_000_000
_LAST_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?r="([0-9]{1,9})"')
_CELL_COLUMN = re.compile(rb' r="([A-Z]{1,3})[0-9]')


@dataclass(frozen=True)
class Content:
    """The bytes of a table and what they are called."""

    data: bytes
    """The file, unpacked if it was packed."""
    name: str
    """Name of the file, or of the one inside the archive."""
    sha256: str
    """Hash of the file as received."""

    @property
    def suffix(self) -> str:
        """Ending of the name in small letters, with its dot."""
        return PurePosixPath(self.name).suffix.lower()


def is_workbook(data: bytes) -> bool:
    """Tell whether bytes are an Excel workbook, by what they hold and not by the name."""
    if data.startswith(_OLE):
        return True
    if not data.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except zipfile.BadZipFile:
        return False


def read_content(path: Path, *, max_bytes: int) -> Content:
    """Read a file, unpacking gzip and zip.

    Parameters
    ----------
    path
        The file.
    max_bytes
        Most bytes accepted, for the file as it is and unpacked.

    Returns
    -------
    Content
        What was read; of a zip archive the one table in it.

    Raises
    ------
    FileProblem
        ``file_missing``, ``file_empty``, ``file_too_large``, ``zip_corrupt`` or ``format_unknown``.
    """
    if not path.is_file():
        raise FileProblem("file_missing", f"找不到文件“{path.name}”", hint="请检查路径")
    size = path.stat().st_size
    if size == 0:
        raise _empty(path.name)
    if size > max_bytes:
        raise _too_large(path.name, max_bytes)
    packed = path.read_bytes()
    data, name = _unpacked(packed, path.name, max_bytes)
    if not data:
        raise _empty(name)
    return Content(data=data, name=name, sha256=hashlib.sha256(packed).hexdigest())


def _empty(name: str) -> FileProblem:
    return FileProblem("file_empty", f"文件“{name}”是空的", hint="请检查文件是否保存完整")


def _too_large(name: str, max_bytes: int) -> FileProblem:
    return FileProblem(
        "file_too_large",
        f"文件“{name}”超过{max_bytes / _MEGABYTE:g}MB（压缩文件按解压后计算）",
        hint="请拆分成几个文件",
    )


def _corrupt(name: str) -> FileProblem:
    return FileProblem("zip_corrupt", f"压缩文件“{name}”已损坏或有密码", hint="请重新压缩（不设密码）后再传")


def _unpacked(data: bytes, name: str, max_bytes: int) -> tuple[bytes, str]:
    """Return the bytes of the table in a file, and its name."""
    if data.startswith(_GZIP):
        plain = _gunzipped(data, name, max_bytes)
        if plain.startswith((_GZIP, _ZIP)) and not is_workbook(plain):
            raise _unknown(name)
        data, name = plain, name.removesuffix(".gz")
    elif data.startswith(_ZIP) and not is_workbook(data):
        data, name = _member(data, name, max_bytes)
    if data.startswith(_ZIP):
        _check_workbook(data, name, max_bytes)
    return data, name


def _unknown(name: str) -> FileProblem:
    return FileProblem(
        "format_unknown", f"压缩文件“{name}”中没有表格文件", hint="请放入一个 xlsx、csv、json 或 parquet 文件"
    )


def _gunzipped(data: bytes, name: str, max_bytes: int) -> bytes:
    """Unpack gzip, stopping as soon as there is too much of it."""
    plain = bytearray()
    try:
        while data:
            stream = zlib.decompressobj(wbits=31)
            plain += stream.decompress(data, max_bytes + 1 - len(plain))
            if len(plain) > max_bytes:
                raise _too_large(name, max_bytes)
            if not stream.eof:
                raise _corrupt(name)
            data = stream.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise _corrupt(name) from error
    return bytes(plain)


def _member(data: bytes, name: str, max_bytes: int) -> tuple[bytes, str]:
    """Return the one table in a zip archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            tables = [info for info in archive.infolist() if _is_table(info)]
            if not tables:
                raise _unknown(name)
            if len(tables) > 1:
                names = "、".join(info.filename for info in tables)
                raise FileProblem(
                    "zip_several", f"压缩文件“{name}”中有几个表格：{names}", hint="一次请传一个"
                )
            if tables[0].file_size > max_bytes:
                raise _too_large(name, max_bytes)
            plain = archive.read(tables[0])
            inner = PurePosixPath(tables[0].filename).name
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise _corrupt(name) from error
    if plain.startswith((_GZIP, _ZIP)) and not is_workbook(plain):
        raise _unknown(name)
    return plain, inner


def _is_table(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(info.filename)
    hidden = path.parts[:1] == ("__MACOSX",) or path.name.startswith((".", "~$"))
    return not info.is_dir() and not hidden and path.suffix.lower() in _SUFFIXES


def _check_workbook(data: bytes, name: str, max_bytes: int) -> None:
    """Refuse an xlsx that unpacks to too much, or whose sheets span a huge empty range."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(info.file_size for info in members) > max_bytes:
                raise _too_large(name, max_bytes)
            for info in members:
                # Reading checks the declared size against the real one, which the Excel reader does not.
                sheet = archive.read(info)
                if info.filename.startswith("xl/worksheets/") and _span(sheet) > MOST_CELLS:
                    raise too_wide(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise _corrupt(name) from error


def too_wide(name: str) -> FileProblem:
    """Return the problem of a table that spans more cells than can be held."""
    return FileProblem(
        "file_too_large", f"“{name}”的表格范围过大", hint="请删除数据以外的空行和空列，或拆分后再传"
    )


def _span(sheet: bytes) -> int:
    """Return the number of cells from the first to the last one of a sheet."""
    rows = max((int(row) for row in _LAST_ROW.findall(sheet)), default=0)
    columns = {_column_number(letters) for letters in set(_CELL_COLUMN.findall(sheet))}
    return rows * max(columns, default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
