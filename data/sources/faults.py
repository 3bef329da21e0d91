"""What can be wrong with a file as a whole, in one wording for all formats."""

from __future__ import annotations

from collections.abc import Sequence

from data.errors import FileProblem

__all__ = ["corrupt", "corrupt_archive", "empty", "nested_archive", "too_large", "too_wide"]

_MEGABYTE = 1_000_000


def empty(name: str) -> FileProblem:
    """Return the problem of a file without anything in it.

    Parameters
    ----------
    name
        Name of the file.

    Returns
    -------
    FileProblem
        ``file_empty``.
    """
    return FileProblem("file_empty", f"文件“{name}”是空的", hint="请检查文件是否保存完整")


def too_large(name: str, max_bytes: int) -> FileProblem:
    """Return the problem of a file that has more bytes than may be read.

    Parameters
    ----------
    name
        Name of the file.
    max_bytes
        Most bytes allowed.

    Returns
    -------
    FileProblem
        ``file_too_large``.
    """
    return FileProblem(
        "file_too_large",
        f"文件“{name}”超过{max_bytes / _MEGABYTE:g}MB（压缩文件按解压后计算）",
        hint="请拆分成几个文件，或另存为 csv 再传",
    )


def too_wide(name: str) -> FileProblem:
    """Return the problem of a table that spans more cells than can be held.

    Parameters
    ----------
    name
        Name of the file.

    Returns
    -------
    FileProblem
        ``file_too_large``.
    """
    return FileProblem(
        "file_too_large", f"“{name}”的表格范围过大", hint="请删除数据以外的空行和空列，或拆分后再传"
    )


def corrupt_archive(name: str) -> FileProblem:
    """Return the problem of an archive that cannot be unpacked.

    Parameters
    ----------
    name
        Name of the file.

    Returns
    -------
    FileProblem
        ``zip_corrupt``.
    """
    return FileProblem("zip_corrupt", f"压缩文件“{name}”已损坏或有密码", hint="请重新压缩（不设密码）后再传")


def corrupt(name: str) -> FileProblem:
    """Return the problem of a file that its own software would not open either.

    Parameters
    ----------
    name
        Name of the file.

    Returns
    -------
    FileProblem
        ``file_corrupt``.
    """
    return FileProblem("file_corrupt", f"文件“{name}”已损坏，打不开", hint="请用原软件打开后另存一份再传")


def nested_archive(name: str, inner: Sequence[str]) -> FileProblem:
    """Return the problem of an archive inside an archive.

    Parameters
    ----------
    name
        Name of the file.
    inner
        Names of the archives inside.

    Returns
    -------
    FileProblem
        ``zip_nested``.
    """
    return FileProblem(
        "zip_nested",
        f"压缩文件“{name}”里还有压缩文件：{'、'.join(inner[:5])}",
        hint="请把里面的压缩文件先解开，只压缩一层",
    )
