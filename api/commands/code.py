"""``yingcai code``: what any text means in the code tables."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from api.commands.rank import read_pairs
from api.console import JsonOption, Session, progress_bar, say, show_json
from data.errors import InputError
from matching.coding.codes import Code, Suggestion
from matching.coding.major_occupations import MajorOccupationRanker
from matching.coding.title_industries import TitleIndustryRanker

__all__ = ["Ranking", "Subject", "run"]

_BLOCK = 2000


class Subject(StrEnum):
    """What the texts are."""

    TITLE = "title"
    """岗位名称."""
    MAJOR = "major"
    """专业."""
    INDUSTRY = "industry"
    """行业."""
    SKILL = "skill"
    """能力."""


class Ranking(StrEnum):
    """From what to what a list is ranked."""

    TITLE_OCCUPATION = "title-occupation"
    """岗位名称 → 职业."""
    MAJOR_OCCUPATION = "major-occupation"
    """专业 → 职业."""
    TITLE_INDUSTRY = "title-industry"
    """岗位名称 → 行业."""


def run(
    subject: Annotated[
        Subject | None,
        typer.Argument(help="文本是什么：title 岗位名称、major 专业、industry 行业、skill 能力"),
    ] = None,
    texts: Annotated[list[str] | None, typer.Argument(metavar="TEXT…", help="一个或多个文本")] = None,
    *,
    file: Annotated[Path | None, typer.Option(help="要排序的清单：每行 编号<TAB>文本")] = None,
    kind: Annotated[Ranking, typer.Option(help="清单按什么排序")] = Ranking.TITLE_OCCUPATION,
    out: Annotated[
        Path | None, typer.Option(help="输出：编号、名次、代码、名称、得分，制表符分隔，无表头")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="每个文本的条数")] = 10,
    as_json: JsonOption = False,
) -> None:
    """给文本编码（职业、行业、专业、能力），或为清单中每个文本排出最可能的代码。"""
    if file is not None and out is not None:
        _rank_file(Session(), file, kind, out, top, as_json=as_json)
    elif subject is not None and texts:
        _code_texts(Session(), subject, texts, top, as_json=as_json)
    else:
        raise InputError(
            "nothing_to_code",
            "没有给出要编码的文本",
            hint="yingcai code title 焊工，或 yingcai code --file IN.tsv --out OUT.tsv",
        )


def _code_texts(session: Session, subject: Subject, texts: Sequence[str], top: int, *, as_json: bool) -> None:
    coders = session.coders
    coder: Any = {
        Subject.TITLE: coders.occupation,
        Subject.MAJOR: coders.major,
        Subject.INDUSTRY: coders.industry,
        Subject.SKILL: coders.skill,
    }[subject]
    with progress_bar() as steps:
        codes: list[Code] = coder.code(texts, top=top, progress=steps.bar("编码"))
        expected = coder.expected_error if any(code.probability is not None for code in codes) else None
    if as_json:
        show_json(
            {
                "subject": subject.value,
                "results": [{"text": text} | code.as_dict() for text, code in zip(texts, codes, strict=True)],
                "expected_error": expected,
            }
        )
        return
    table = Table("文本", "代码", "名称", "层级", "方法", "把握", "建议")
    for text, code in zip(texts, codes, strict=True):
        near = "；".join(f"{item.code} {item.name}" for item in code.suggestions[:3])
        sure = "" if code.probability is None else f"{code.probability:.2f}"
        table.add_row(text, code.code or "待定", code.name, code.level, code.method.value, sure, near)
    say(table)


def _rank_file(session: Session, file: Path, kind: Ranking, out: Path, top: int, *, as_json: bool) -> None:
    ids, texts = read_pairs(file)
    rank = _ranker(session, kind)
    out.parent.mkdir(parents=True, exist_ok=True)
    with progress_bar() as steps, out.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, delimiter="\t", lineterminator="\n")
        for start in range(0, len(texts), _BLOCK):
            block = slice(start, start + _BLOCK)
            for text_id, row in zip(ids[block], rank(texts[block], top), strict=True):
                for place, item in enumerate(row, start=1):
                    writer.writerow((text_id, place, item.code, item.name, f"{item.score:.4f}"))
            steps.step("排序", min(start + _BLOCK, len(texts)), len(texts))
    summary = {"kind": kind.value, "texts": len(texts), "top": top, "out": str(out)}
    if as_json:
        show_json(summary)
    else:
        say(f"{len(texts)} 个文本，每个前 {top} 个代码已写到 {out}")


def _ranker(session: Session, kind: Ranking) -> Callable[[Sequence[str], int], list[tuple[Suggestion, ...]]]:
    """Return the function that ranks a list of texts."""
    coders = session.coders
    if kind is Ranking.TITLE_OCCUPATION:
        return lambda texts, k: coders.occupation.rank(texts, k=k)
    if kind is Ranking.TITLE_INDUSTRY:
        industries = TitleIndustryRanker(coders.occupation, coders.industry)
        return lambda texts, k: industries.rank(texts, k=k)
    majors = MajorOccupationRanker.from_reference(session.model, coders.occupation.candidates)
    return lambda texts, k: majors.rank(texts, k=k)
