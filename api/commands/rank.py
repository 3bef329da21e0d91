"""``yingcai rank``: rank any corpus of titles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray

from api.console import JsonOption, Session, progress_bar, say, show_json
from data.errors import FileProblem
from matching.encoder.model import build_model
from matching.rank import rank_titles


def run(
    *,
    queries: Annotated[Path, typer.Option(help="查询：每行 编号<TAB>文本，可有表头")],
    corpus: Annotated[Path, typer.Option(help="语料：每行 编号<TAB>文本，可有表头")],
    out: Annotated[Path, typer.Option(help="输出：TREC run 格式")],
    top: Annotated[int, typer.Option(min=0, help="每个查询的条数，0 为全部")] = 0,
    tag: Annotated[str, typer.Option(help="run 的标签")] = "yingcai",
    as_json: JsonOption = False,
) -> None:
    """用产品的编码器与融合方法为任意职位名称语料排序，输出 TREC run。"""
    query_ids, query_texts = read_pairs(queries)
    corpus_ids, corpus_texts = read_pairs(corpus)
    model = build_model(Session().settings)
    with progress_bar() as steps:
        scores = rank_titles(query_texts, corpus_texts, model, progress=steps.bar("编码"))
    depth = min(top or len(corpus_ids), len(corpus_ids))
    write_run(out, scores, query_ids, corpus_ids, depth=depth, tag=tag)
    summary = {"queries": len(query_ids), "corpus": len(corpus_ids), "depth": depth, "out": str(out)}
    if as_json:
        show_json(summary)
    else:
        say(f"{len(query_ids)} 个查询 × {len(corpus_ids)} 条语料，每个查询前 {depth} 条已写到 {out}")


def write_run(
    path: Path,
    scores: NDArray[np.float32],
    query_ids: Sequence[str],
    corpus_ids: Sequence[str],
    *,
    depth: int,
    tag: str,
) -> None:
    """Write rankings in TREC format, the first ``depth`` of each query."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for query_id, row in zip(query_ids, scores, strict=True):
            for rank, position in enumerate(np.argsort(-row, kind="stable")[:depth], start=1):
                file.write(f"{query_id} Q0 {corpus_ids[position]} {rank} {row[position]:.6f} {tag}\n")


def read_pairs(path: Path) -> tuple[list[str], list[str]]:
    """Read ``id<TAB>text`` lines; a first line whose id column is a header's name is left out.

    Raises
    ------
    FileProblem
        The file is missing, empty, not UTF-8, or a line has no tab, has an id that is empty or contains a
        space, or repeats an id.
    """
    lines = _read_lines(path)
    if lines and lines[0].fields[0].lower() in _HEADERS:
        lines = lines[1:]
    if not lines:
        raise FileProblem("file_empty", f"{path.name} 没有数据行", hint="每行写 编号<TAB>文本")
    seen: set[str] = set()
    for line in lines:
        _check(line, seen, path)
        seen.add(line.fields[0])
    return [line.fields[0] for line in lines], [line.fields[1] for line in lines]


class _Line(NamedTuple):
    number: int
    fields: list[str]


_HEADERS = {"id", "q_id", "c_id", "qid", "docid", "doc_id", "query_id", "编号"}


def _read_lines(path: Path) -> list[_Line]:
    """Return the lines that are not blank, with their numbers in the file."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            return [
                _Line(number, [field.strip() for field in line.split("\t")])
                for number, line in enumerate(file, start=1)
                if line.strip()
            ]
    except FileNotFoundError as error:
        raise FileProblem("file_missing", f"没有文件 {path}", hint="检查路径") from error
    except UnicodeDecodeError as error:
        raise FileProblem("encoding_unknown", f"{path.name} 不是 UTF-8 文本", hint="另存为 UTF-8") from error


def _check(line: _Line, seen: set[str], path: Path) -> None:
    """Refuse a line that a run file cannot name."""
    where = f"{path.name} 第 {line.number} 行"
    if len(line.fields) < 2:
        raise FileProblem("columns_missing", f"{where}没有制表符", hint="每行写 编号<TAB>文本")
    name = line.fields[0]
    if len(name.split()) != 1:
        raise FileProblem(
            "id_unusable", f"{where}的编号“{name}”为空或含空格", hint="编号不能为空，不能含空格"
        )
    if name in seen:
        raise FileProblem("id_repeated", f"{where}的编号 {name} 重复", hint="每个编号只用一次")
