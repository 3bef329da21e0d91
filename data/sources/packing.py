"""Find the tables in a file: the file itself, what a gz holds, or each table in a zip."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from data.errors import FileProblem
from data.sources.faults import corrupt_archive, empty, nested_archive, too_large
from data.sources.office import BROKEN, check_office, office_kind

__all__ = ["Content", "find_contents"]

_TABLES = frozenset(
    {".csv", ".tsv", ".txt", ".xlsx", ".xls", ".json", ".jsonl", ".ndjson", ".parquet", ".htm", ".html"}
    | {".docx", ".pdf"}
)
_ARCHIVES = frozenset({".zip", ".gz", ".tgz", ".7z", ".rar", ".tar", ".bz2", ".xz"})
_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_CHUNK = 1 << 20
# Tables of text shrink to a twentieth; what shrinks to less than this is no table.
_MOST_RATIO = 250
_MOST_MEMBERS = 2_000
_UTF8_NAME = 0x800


@dataclass(frozen=True)
class Content:
    """One table as it lies in a file, opened and unpacked only when it is read."""

    path: Path
    """The file that holds it."""
    name: str
    """Name of the file, or of the one inside the archive."""
    sha256: str
    """Hash of the file as received; of one of several tables in an archive, its own."""
    member: int | None = None
    """Position in a zip archive; none where the file is no zip archive."""
    packed: bool = False
    """True where it lies in a gz or a zip."""
    limit: int | None = None
    """Most bytes that it may unpack to; none where any number may be streamed."""

    @property
    def suffix(self) -> str:
        """Ending of the name in small letters, with its dot."""
        return PurePosixPath(self.name).suffix.lower()

    def open(self) -> io.BufferedReader:
        """Open it for reading from the start, unpacked; reading raises ``FileProblem`` where it breaks."""
        try:
            if self.member is not None:
                return _guarded(_member(self.path, self.member), self)
            opened = gzip.GzipFile if self.packed else io.FileIO
            return _guarded(opened(self.path), self)
        except BROKEN as error:
            raise corrupt_archive(self.path.name) from error

    def read(self, *, max_bytes: int) -> bytes:
        """Return it whole; ``file_too_large`` when it has more bytes than allowed."""
        with self.open() as stream:
            data = stream.read(max_bytes + 1)
        if len(data) > max_bytes:
            raise too_large(self.name, max_bytes)
        check_office(data, self.name, max_bytes=max_bytes)
        return data


def _guarded(source: Any, content: Content) -> io.BufferedReader:
    return io.BufferedReader(_Guarded(source, content.name, content.limit), _CHUNK)


class _Guarded(io.RawIOBase):
    """Bytes of a file, counted; what goes wrong while unpacking is named."""

    def __init__(self, source: IO[bytes], name: str, limit: int | None) -> None:
        self._source, self._name, self._limit, self._read = source, name, limit, 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: object, /) -> int:
        """Fill a buffer with the next bytes."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        wanted = len(view) if self._limit is None else min(len(view), self._limit + 1 - self._read)
        try:
            data = self._source.read(wanted)
        except BROKEN as error:
            raise corrupt_archive(self._name) from error
        self._read += len(data)
        if self._limit is not None and self._read > self._limit:
            raise too_large(self._name, self._limit)
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the file below as well."""
        self._source.close()
        super().close()


def find_contents(path: Path, *, max_bytes: int, whole: bool = False) -> list[Content]:
    """Return the tables in a file, none of them read yet.

    Parameters
    ----------
    path
        A table, a gz of one table or a zip of tables.
    max_bytes
        A packed table may unpack to this much, or to 250 times its packed size where that is more.
    whole
        True where a table is going to be held whole: then none may have more than ``max_bytes``.

    Returns
    -------
    list of Content
        One for each table, in the order of the archive; hidden files and files of other kinds are left out.

    Raises
    ------
    FileProblem
        ``file_missing``, ``file_empty``, ``file_too_large``, ``zip_corrupt``, ``zip_nested`` or
        ``format_unknown``.
    """
    if not path.is_file():
        raise FileProblem("file_missing", f"找不到文件“{path.name}”", hint="请检查路径")
    size = path.stat().st_size
    if size == 0:
        raise empty(path.name)
    if whole and size > max_bytes:
        raise too_large(path.name, max_bytes)
    with path.open("rb") as file:
        magic = file.read(4)
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    most = max_bytes if whole else max(max_bytes, size * _MOST_RATIO)
    if magic.startswith(_GZIP):
        name = path.name.removesuffix(".gz")
        return [_checked(Content(path, name, sha256, packed=True, limit=most))]
    if magic == _ZIP and office_kind(path) is None:
        return _members(path, sha256, most)
    return [Content(path, path.name, sha256, limit=max_bytes if whole else None)]


def _members(path: Path, sha256: str, most: int) -> list[Content]:
    """Return the tables in a zip archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [(i, info, _name_of(info)) for i, info in enumerate(archive.infolist())]
    except BROKEN as error:
        raise corrupt_archive(path.name) from error
    files = [each for each in infos if not each[1].is_dir() and not _is_hidden(each[2])]
    nested = [name for _, _, name in files if _suffix(name) in _ARCHIVES]
    if nested:
        raise nested_archive(path.name, nested)
    tables = [each for each in files if _suffix(each[2]) in _TABLES]
    if not tables:
        raise FileProblem(
            "format_unknown",
            f"压缩文件“{path.name}”中没有表格文件",
            hint="请放入 xlsx、csv、json、parquet 或简历文件",
        )
    if len(tables) > _MOST_MEMBERS or sum(info.file_size for _, info, _ in tables) > most:
        raise too_large(path.name, most)
    several = len(tables) > 1
    contents = [
        Content(path, PurePosixPath(name).name, sha256, member=i, packed=True, limit=most)
        for i, _, name in tables
    ]
    return [_checked(_with_own_hash(content) if several else content) for content in contents]


def _with_own_hash(content: Content) -> Content:
    with content.open() as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return Content(
        content.path, content.name, sha256, member=content.member, packed=True, limit=content.limit
    )


def _checked(content: Content) -> Content:
    """Refuse an archive inside an archive, whatever it is called, and what is empty."""
    with content.open() as stream:
        head = stream.read(4)
    if not head:
        raise empty(content.name)
    if head.startswith(_GZIP):
        raise nested_archive(content.path.name, [content.name])
    return content


def _member(path: Path, position: int) -> IO[bytes]:
    """Open a member of a zip archive; closing it closes the archive."""
    with zipfile.ZipFile(path) as archive:
        # The archive keeps its file open until the member is closed.
        return archive.open(archive.infolist()[position])


def _name_of(info: zipfile.ZipInfo) -> str:
    """Return the name of a member; without the mark of UTF-8 it is UTF-8 anyway, or GB 18030."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _is_hidden(name: str) -> bool:
    path = PurePosixPath(name)
    return path.parts[:1] == ("__MACOSX",) or path.name.startswith((".", "~$"))
