"""Title pairs of the TalentCLEF task, and the titles of its tests: files in its own layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from data.errors import FileProblem
from training.pairs.source import Pair, PairSource

__all__ = ["read_test_titles", "read_title_pairs"]

_LANGUAGE = re.compile(r"_([a-z]{2})$")
_TESTS = ("queries", "corpus_elements")
_COLUMNS = 4


def read_title_pairs(path: Path) -> Iterator[Pair]:
    """Read pairs of titles of one ESCO occupation.

    Parameters
    ----------
    path
        Tab-separated lines without a header: ISCO group, ESCO occupation, title, title. The end of the name
        tells the language: ``taskA_training_de.tsv``.

    Yields
    ------
    Pair
        One for each line; the occupation is concept and group.

    Raises
    ------
    FileProblem
        The file is missing, or its lines have another layout.
    """
    table = _read(path, header=None)
    if table.shape[1] != _COLUMNS:
        raise FileProblem(
            "columns_missing",
            f"{path.name} 每行有 {table.shape[1]} 列，应为 4 列",
            hint="每行写 ISCO<TAB>ESCO<TAB>名称<TAB>名称，没有表头",
        )
    found = _LANGUAGE.search(path.stem)
    language = found[1] if found else "other"
    for _, occupation, one, other in table.itertuples(index=False):
        key = f"esco:{str(occupation).rsplit('/', 1)[-1]}"
        yield Pair(str(one), str(other), PairSource.ESCO, key, key, language)


def read_test_titles(folder: Path) -> set[str]:
    """Read all titles of the queries and corpora below a folder.

    Parameters
    ----------
    folder
        Holds, at any depth, files ``queries`` and ``corpus_elements``: tab-separated, with a header, the text
        in the last column.

    Returns
    -------
    set of str
        The titles.

    Raises
    ------
    FileProblem
        There is no such file below the folder.
    """
    files = sorted(path for path in folder.rglob("*") if path.name in _TESTS)
    if not files:
        raise FileProblem("file_missing", f"{folder} 里没有 {'、'.join(_TESTS)}", hint="检查文件夹")
    return {str(title) for path in files for title in _read(path, header=0).iloc[:, -1]}


def _read(path: Path, *, header: int | None) -> pd.DataFrame:
    try:
        return pd.read_csv(path, sep="\t", header=header, dtype=str, keep_default_na=False, quoting=3)
    except FileNotFoundError as error:
        raise FileProblem("file_missing", f"没有文件 {path}", hint="检查路径") from error
    except (pd.errors.EmptyDataError, pd.errors.ParserError, UnicodeDecodeError) as error:
        raise FileProblem(
            "file_unreadable", f"{path.name} 不是以制表符分隔的 UTF-8 文本", hint="检查文件"
        ) from error
