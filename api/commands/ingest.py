"""``yingcai ingest``: bring files into the store."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from api.console import JsonOption, RegionOption, Session, fail, progress_bar, say, show_json
from data.errors import FileProblem, InputError
from data.execution import executor_of
from data.owners import OFFICE
from data.settings import Settings
from data.shelves import Shelf
from data.sources.columns import TableKind
from data.sources.mapping import describe_mapping, read_mapping_file, write_mapping_file
from data.sources.stream import open_tables
from data.sources.template import write_template
from data.store.agencies import read_agency
from data.store.moments import beijing_today
from matching.ingest import IngestReport, Intake, ingest_file


def run(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="招聘信息或人才档案：xlsx、xls、csv、json、parquet、zip，或 docx、pdf 简历 …"),
    ] = None,
    *,
    region: RegionOption = None,
    kind: Annotated[TableKind | None, typer.Option(help="文件内容；缺省按列名判断")] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            help="列对应（YAML 或 JSON：文件的列 → 字段，null 为不用）；确认后同样表头的文件都照此读"
        ),
    ] = None,
    by: Annotated[str, typer.Option(help="确认列对应的人")] = "",
    save_mapping: Annotated[
        Path | None, typer.Option(help="不导入，只把识别出的列对应写到这个文件，供核对修改")
    ] = None,
    template: Annotated[Path | None, typer.Option(help="不导入，只把填报模板写到这个 xlsx 文件")] = None,
    agency: Annotated[
        str | None,
        typer.Option(metavar="ag_…", help="代这家机构导入：只有该机构与人才工作部门看得到；缺省为公共数据"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """导入招聘信息或人才档案：读取、规范化、编码、入库、合并重复；坏行列入问题清单，好行照常入库。"""
    if template is not None:
        write_template(template, kind or TableKind.POSTING)
        say(f"模板已写到 {template}")
        return
    if not files:
        raise typer.BadParameter("请给出至少一个文件，或用 --template 生成模板")
    session = Session(region=region)
    if save_mapping is not None:
        _save_mapping(session, files[0], kind or TableKind.POSTING, save_mapping)
        return
    owner = OFFICE if agency is None else read_agency(session.store, agency).agency_id
    reports, failures = _ingest_all(
        session, files, kind, _confirmed(mapping, kind or TableKind.POSTING, by), by, owner
    )
    if as_json:
        found = [*(report.model_dump(mode="json") for report in reports), *failures]
        show_json(found[0] if len(found) == 1 else found)
    else:
        for report in reports:
            show_report(report, session)
    if failures:
        raise typer.Exit(1)


def _ingest_all(
    session: Session,
    files: list[Path],
    kind: TableKind | None,
    said: Mapping[str, str | None] | None,
    by: str,
    owner: str,
) -> tuple[list[IngestReport], list[dict[str, str]]]:
    """Bring files in one after the other; a file that cannot be used does not stop the next."""
    reports: list[IngestReport] = []
    failures = []
    for path in files:
        try:
            reports += ingest_one(session, path, kind=kind, mapping=said, actor=by, owner=owner)
        except (FileProblem, InputError) as error:
            failures.append({"file": path.name, "code": error.code, "message": str(error)})
            fail(f"失败 [{error.code}] {path.name}：{error}")
    return reports, failures


def ingest_one(
    session: Session,
    path: Path,
    *,
    kind: TableKind | None = None,
    mapping: Mapping[str, str | None] | None = None,
    actor: str = "",
    owner: str = OFFICE,
) -> list[IngestReport]:
    """Bring one file in, with progress; several reports come only of an archive."""
    with progress_bar() as steps, executor_of(session.settings) as executor:
        intake = Intake(
            store=session.store,
            coders=session.coders,
            region=session.region,
            var_dir=session.settings.var_dir,
            reports=session.settings.reports_dir,
            max_bytes=session.settings.max_upload_mb * 1_000_000,
            today=beijing_today(),
            step=steps.step,
            executor=executor,
            owner=owner,
        )
        return ingest_file(intake, path, kind=kind, mapping=mapping, actor=actor)


def _save_mapping(session: Session, path: Path, kind: TableKind, target: Path) -> None:
    stream = open_tables(path, max_bytes=session.settings.max_upload_mb * 1_000_000)[0]
    uses = describe_mapping(stream.columns, kind, refused=stream.refused)
    write_mapping_file(target, uses, kind)
    for use in uses:
        say(f"  {use.column} → {use.heading or '（不用）'}（{use.reason.label}）")
    say(f"列对应已写到 {target}；核对修改后用 --mapping 传回")


def _confirmed(path: Path | None, kind: TableKind, by: str) -> dict[str, str | None] | None:
    if path is None:
        return None
    if not by:
        raise InputError("actor_missing", "使用 --mapping 时没有写明确认人", hint="加上 --by 姓名或工号")
    return read_mapping_file(path, kind)


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
    _show_mapping(report)
    for code, count in report.rejected.items():
        say(f"  拒收 {count} 行：{code}")
    if report.kind is TableKind.POSTING:
        copies = "，".join(f"{source} {count}" for source, count in report.duplicates.items() if count)
        say(
            f"  合并为需求 {report.vacancies} 条，重复 {sum(report.duplicates.values())} 条"
            + _in_brackets(copies)
        )
    say(f"  不在{session.region.name_zh}范围内 {report.outside_region} 行（入库、可匹配，不进本区域目录）")
    _show_remarks(report)
    _show_coding(report)
    say("  已写明者的解析率：" + "，".join(f"{name} {share:.1%}" for name, share in report.parsed.items()))
    if report.linter:
        found = "，".join(f"{rule} {count}" for rule, count in report.linter.items())
        say(f"  不得采用的条件（已标出、不用于匹配）：{found}")
    if report.report_file:
        say(f"  问题 {report.problems} 处，清单{_place(session.settings, report.report_file)}")


_METHODS = {
    "decision": "人工决定",
    "alias": "别名",
    "exact": "全称",
    "term": "词表",
    "ratio": "近似",
    "embedding": "语义",
    "review": "待人工",
}
_KINDS = {"occupation": "职业", "industry": "行业", "major": "专业", "skill": "能力"}


def _show_mapping(report: IngestReport) -> None:
    """Show what the columns were taken for."""
    columns = "，".join(f"{theirs}→{field}" for theirs, field in report.columns.items())
    say(f"  列对应{'（已确认）' if report.mapping_confirmed else '（按列名识别）'}：{columns}")


def _show_coding(report: IngestReport) -> None:
    """Show how texts were coded."""
    for kind, coded in report.coded.items():
        methods = {name: count for name, count in coded["methods"].items() if name != "none" and count}
        if methods:
            named = "，".join(f"{_METHODS.get(name, name)} {count}" for name, count in methods.items())
            say(f"  {_KINDS.get(kind, kind)}编码：{named}")


def _in_brackets(text: str) -> str:
    return f"（{text}）" if text else ""


def _show_remarks(report: IngestReport) -> None:
    """Show what was dropped, replaced or repeated, where anything was."""
    if report.degraded:
        say("  编码模型不可用：已全部入库，待恢复后重新导入同一文件，补上编码")
    if report.resumed_parts:
        say(f"  接着上次中断处导入：此前已入库 {report.resumed_parts} 段")
    if report.refused_columns:
        say("  不接收的列（已丢弃）：" + "、".join(report.refused_columns))
    if report.replaced and not report.repeated:
        say(f"  与库中编号相同、以新内容为准 {report.replaced} 行")
    if report.repeated_rows:
        say(f"  文件内编号重复 {report.repeated_rows} 行，以先出现者为准")


def _place(settings: Settings, report_file: str) -> str:
    """Say where an error report is."""
    shelf = Shelf.of(settings.reports_dir)
    if shelf.storage is None:
        return f"在 {shelf.folder / report_file}"
    return f" {report_file} 在对象存储，用 yingcai storage fetch reports 取回"
