"""``yingcai ingest``: bring files into the store."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from api.console import JsonOption, RegionOption, Session, fail, progress_bar, say, show_json
from data.errors import FileProblem
from data.sources.columns import TableKind
from data.sources.template import write_template
from matching.ingest import IngestReport, ingest_file


def run(
    files: Annotated[
        list[Path] | None, typer.Argument(help="招聘信息或人才档案文件：xlsx、xls、csv、json、parquet、zip …")
    ] = None,
    *,
    region: RegionOption = None,
    kind: Annotated[TableKind | None, typer.Option(help="文件内容；缺省按列名判断")] = None,
    template: Annotated[Path | None, typer.Option(help="不导入，只把填报模板写到这个 xlsx 文件")] = None,
    as_json: JsonOption = False,
) -> None:
    """导入招聘信息或人才档案：读取、规范化、职业编码、入库、合并重复；坏行列入问题清单，好行照常入库。"""
    if template is not None:
        write_template(template, kind or TableKind.POSTING)
        say(f"模板已写到 {template}")
        return
    if not files:
        raise typer.BadParameter("请给出至少一个文件，或用 --template 生成模板")
    session = Session(region=region)
    reports, failures = [], []
    for path in files:
        try:
            reports.append(ingest_one(session, path, kind=kind))
        except FileProblem as error:
            failures.append({"file": path.name, "code": error.code, "message": str(error)})
            fail(f"失败 [{error.code}] {path.name}：{error}")
    if as_json:
        show_json([*(report.model_dump(mode="json") for report in reports), *failures])
    else:
        for report in reports:
            show_report(report, session)
    if failures:
        raise typer.Exit(1)


def ingest_one(session: Session, path: Path, *, kind: TableKind | None = None) -> IngestReport:
    """Bring one file in, with progress."""
    with progress_bar() as steps:
        return ingest_file(
            session.store,
            path,
            session.coder,
            session.region,
            reports=session.settings.var_dir / "reports",
            kind=kind,
            max_bytes=session.settings.max_upload_mb * 1_000_000,
            today=dt.datetime.now(dt.UTC).date(),
            step=steps.step,
        )


def show_report(report: IngestReport, session: Session) -> None:
    """Show one report in words."""
    what = "招聘信息" if report.kind is TableKind.POSTING else "人才档案"
    label = "（合成数据）" if report.synthetic else ""
    if report.repeated:
        say(f"{report.file}：内容此前已导入，未作改动。当时：")
    if not report.rows:
        say(f"{report.file}：{what}表里没有数据行，未作改动（在表头下逐行填写后重新导入）")
        return
    say(f"{report.file}{label}：{what} {report.rows} 行，入库 {report.accepted} 行，用时 {report.seconds} 秒")
    for code, count in report.rejected.items():
        say(f"  拒收 {count} 行：{code}")
    if report.kind is TableKind.POSTING:
        say(f"  合并为需求 {report.vacancies} 条，重复 {report.duplicates} 条")
    say(f"  不在{session.region.name_zh}范围内 {report.outside_region} 行（入库、可匹配，不进本区域目录）")
    _show_remarks(report)
    say("  职业编码：" + "，".join(f"{_METHODS[name]} {count}" for name, count in report.coded.items()))
    say("  已写明者的解析率：" + "，".join(f"{name} {share:.1%}" for name, share in report.parsed.items()))
    if report.report_file:
        say(
            f"  问题 {report.problems} 处，清单在 {session.settings.var_dir / 'reports' / report.report_file}"
        )


_METHODS = {"alias": "别名", "exact": "全称", "embedding": "语义", "review": "待人工"}


def _show_remarks(report: IngestReport) -> None:
    """Show what was dropped, replaced or repeated, where anything was."""
    if report.refused_columns:
        say("  不接收的列（已丢弃）：" + "、".join(report.refused_columns))
    if report.replaced and not report.repeated:
        say(f"  与库中编号相同、以新内容为准 {report.replaced} 行")
    if report.repeated_rows:
        say(f"  文件内编号重复 {report.repeated_rows} 行，以先出现者为准")
