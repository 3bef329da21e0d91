"""``yingcai review``: what coding could not decide, and what people decided."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from api.console import JsonOption, Session, progress_bar, say, show_json
from data.codes import CodingKind, code_names
from data.review_sheets import KIND_NAMES, read_review_sheet, write_review_sheet
from data.store.reviews import decide_review, list_aliases, read_reviews
from matching.coding.recode import apply_decisions

app = typer.Typer(help="编码复核：待定的文本与人的决定 / coding review", no_args_is_help=True)

KindOption = Annotated[CodingKind | None, typer.Option("--kind", help="只看一类；缺省为全部")]
KindArgument = Annotated[
    CodingKind, typer.Argument(metavar="KIND", help="occupation、industry、major 或 skill")
]
TextArgument = Annotated[str, typer.Argument(metavar="TEXT", help="原文")]
ByOption = Annotated[str, typer.Option("--by", help="由谁决定")]
NoteOption = Annotated[str, typer.Option("--note", help="理由")]


@app.command("list")
def show(
    *,
    kind: KindOption = None,
    limit: Annotated[int, typer.Option(min=1, help="最多列出几条")] = 20,
    as_json: JsonOption = False,
) -> None:
    """列出待定的文本，出现最多的在前，附最好的几个建议。"""
    rows = read_reviews(Session().store, kind=kind, limit=limit)
    if as_json:
        show_json(rows)
        return
    table = Table("类别", "原文", "次数", "建议", title="待定的文本")
    for row in rows:
        near = "；".join(
            f"{item['code']} {item['name']} {item['score']:.2f}" for item in row["suggestions"][:3]
        )
        table.add_row(KIND_NAMES[CodingKind(row["kind"])], row["text"], str(row["count"]), near)
    say(table if rows else "没有待定的文本")


@app.command()
def decide(
    kind: KindArgument,
    text: TextArgument,
    code: Annotated[str, typer.Argument(metavar="CODE", help="代码，或代码的准确名称")],
    *,
    by: ByOption,
    note: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """决定一个文本的代码；从此同样的文本都按此编码。"""
    resolved = decide_review(Session().store, kind=kind, text=text, code=code, decided_by=by, note=note)
    name = code_names(kind)[str(resolved)]
    if as_json:
        show_json({"kind": kind.value, "text": text, "code": resolved, "name": name, "decided_by": by})
    else:
        say(f"“{text}”今后编为 {resolved} {name}；已入库的记录用 yingcai review apply 更新")


@app.command()
def dismiss(
    kind: KindArgument,
    text: TextArgument,
    *,
    by: ByOption,
    note: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """决定一个文本不对应任何代码，以后不再询问。"""
    decide_review(Session().store, kind=kind, text=text, code=None, decided_by=by, note=note)
    if as_json:
        show_json({"kind": kind.value, "text": text, "code": None, "decided_by": by})
    else:
        say(f"“{text}”今后不编码")


@app.command()
def export(
    path: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="写到哪里")],
    *,
    kind: KindOption = None,
    limit: Annotated[int | None, typer.Option(min=1, help="最多几条；缺省为全部")] = None,
    as_json: JsonOption = False,
) -> None:
    """把待定的文本导出为工作簿，填写“决定”一列后再导入。"""
    rows = read_reviews(Session().store, kind=kind, limit=limit)
    write_review_sheet(path, rows)
    if as_json:
        show_json({"file": str(path), "rows": len(rows)})
    else:
        say(f"{len(rows)} 条待定的文本已写到 {path}")


@app.command("import")
def load(
    path: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="填好的工作簿")],
    *,
    by: ByOption,
    as_json: JsonOption = False,
) -> None:
    """导入填好的决定；无法识别的行逐行列出，其余照常生效。"""
    session = Session()
    decisions, problems = read_review_sheet(path, max_bytes=session.settings.max_upload_mb * 2**20)
    for decision in decisions:
        decide_review(
            session.store,
            kind=decision.kind,
            text=decision.text,
            code=decision.code,
            decided_by=by,
            note=decision.note,
        )
    if as_json:
        show_json({"decided": len(decisions), "problems": [problem.model_dump() for problem in problems]})
        return
    say(f"{len(decisions)} 条决定已生效，{len(problems)} 行无法识别")
    for problem in problems:
        say(f"  第 {problem.row} 行 {problem.column}“{problem.value}”：{problem.message}")


@app.command()
def aliases(*, kind: KindOption = None, as_json: JsonOption = False) -> None:
    """列出已作的决定：谁、何时、为何。"""
    rows: list[dict[str, Any]] = list_aliases(Session().store, kind=kind)
    if as_json:
        show_json(rows)
        return
    table = Table("类别", "原文", "代码", "名称", "决定人", "时间", "理由", title="已作的决定")
    for row in rows:
        of = CodingKind(row["kind"])
        code = row["code"] or "不编码"
        name = code_names(of).get(code, "")
        when = f"{row['decided_at']:%Y-%m-%d}"
        table.add_row(KIND_NAMES[of], row["text"], code, name, row["decided_by"], when, row["note"])
    say(table if rows else "还没有决定")


@app.command()
def apply(*, by: ByOption = "yingcai review apply", as_json: JsonOption = False) -> None:
    """按已作的决定更新已入库记录的代码。"""
    session = Session()
    with progress_bar() as steps:
        done = apply_decisions(session.store, session.coders, actor=by, progress=steps.step)
    if as_json:
        show_json(done._asdict())
        return
    say(
        f"含有已决定文本的招聘信息 {done.postings_seen} 条，更新 {done.postings_changed} 条；"
        f"人才档案 {done.profiles_seen} 份，更新 {done.profiles_changed} 份"
    )
