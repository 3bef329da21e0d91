"""``yingcai edition``: the life of an edition, from draft to archive."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from api.commands import edition_tickets
from api.commands.edition_inputs import (
    ByOption,
    IdArgument,
    OnOption,
    ReasonOption,
    RoleOption,
    day_of,
    deed_of,
    json_value,
    read_codes,
    read_errata,
    read_evidence,
    release_at,
)
from api.console import JsonOption, RegionOption, Session, progress_bar, say, show_json
from data.catalogue.entries import CatalogueKind, published
from data.errors import InputError
from data.releases.comparison import compare_releases
from data.releases.departments import read_departments
from data.releases.errata import Erratum
from data.releases.gate import evidence_fields
from data.releases.lifecycle import advance as take_step
from data.releases.lifecycle import correct as correct_fields
from data.releases.lifecycle import facts_of
from data.releases.rebuild import rebuild as build_again
from data.releases.registry import (
    Release,
    find_release,
    list_releases,
    read_document,
    status_label,
    verify_release,
)
from data.releases.report import summary_text, write_diff
from data.releases.states import EditionState, steps_from
from data.releases.template import evidence_form

app = typer.Typer(help="版次：审签、发布、勘误、比较与重算 / editions", no_args_is_help=True)
app.add_typer(edition_tickets.app)

StateArgument = Annotated[
    EditionState, typer.Argument(metavar="STATE", help="目标状态，见 edition show 的下一步")
]
ReferenceArgument = Annotated[str, typer.Argument(metavar="ID[@版本]", help="如 3 或 3@2027.1")]


@app.command("list")
def list_editions(
    *,
    region: RegionOption = None,
    kind: Annotated[CatalogueKind | None, typer.Option(help="只列一种目录")] = None,
    as_json: JsonOption = False,
) -> None:
    """列出各版次的编号、版本、状态与有效期，新的在前。"""
    session = Session(region=region)
    releases = list_releases(session.store, session.region.name, kind=kind)
    if as_json:
        show_json([_summary(release) for release in releases])
        return
    table = Table(box=None, pad_edge=False)
    for head in ("编号", "目录", "版本", "状态", "数据截至", "有效期", "最近一步"):
        table.add_column(head)
    for release in releases:
        last = release.history[-1]
        table.add_row(
            str(release.release_id),
            release.kind.title,
            release.latest.version,
            _label(release),
            str(release.history[0].taken_on),
            _validity(release),
            f"{last.taken_on} {last.actor}",
        )
    say(table if releases else "还没有版次；运行 yingcai catalogue build 编制")


@app.command()
def show(reference: ReferenceArgument, *, as_json: JsonOption = False) -> None:
    """显示一个版次：版本、状态、下一步需要什么；--json 给出该版本的全文。"""
    store = Session().store
    release, version = release_at(store, reference)
    if as_json:
        document = published(read_document(store, release, version)).model_dump(mode="json")
        show_json({**_summary(release), "version": version, "document": document})
        return
    catalogue = read_document(store, release, version)
    say(f"{catalogue.title}　版本 {version}　{_label(release)}　有效期 {_validity(release)}")
    say(f"数据截至 {catalogue.as_of}，方法 {catalogue.method_version}，条目 {len(catalogue.entries)}")
    for line in _owners({entry.section for entry in catalogue.entries}):
        say(line)
    for record in release.versions:
        say(f"版本 {record.version}　校验值 {record.document_sha256[:16]}…　勘误 {len(record.errata)} 处")
    for step in steps_from(release.state):
        say(f"下一步 {step.target.value}（{step.target.chinese}）：{step.needs or '只需理由'}")
        for name, meaning in evidence_fields(step.target).items():
            say(f"    {name}　{meaning}")


@app.command()
def form(
    release_id: IdArgument,
    state: StateArgument,
    *,
    on: OnOption = None,
    out: Annotated[Path | None, typer.Option(help="写到这个文件；缺省为标准输出")] = None,
) -> None:
    """给出某一步依据材料的空表（YAML）：应答复的部门、应回访的条目等已填好。"""
    store = Session().store
    release = find_release(store, release_id)
    facts = facts_of(store, release, read_document(store, release), on=day_of(on))
    text = evidence_form(state, facts)
    if out is None:
        say(text.rstrip())
    else:
        out.write_text(text, encoding="utf-8", newline="\n")
        say(out)


@app.command()
def advance(
    release_id: IdArgument,
    state: StateArgument,
    *,
    by: ByOption,
    role: RoleOption,
    reason: ReasonOption,
    on: OnOption = None,
    evidence: Annotated[Path | None, typer.Option(help="本步的依据材料（YAML 或 JSON）")] = None,
    as_json: JsonOption = False,
) -> None:
    """推进一步；缺少依据、跳步、同一人连办两步（自审定起）都会被拒绝并说明原因。"""
    session = Session()
    step = take_step(
        session.store, release_id, state, deed_of(by, role, reason, on), evidence=read_evidence(evidence)
    )
    release = find_release(session.store, release_id)
    if as_json:
        show_json(_summary(release))
    else:
        say(f"版次 {release_id} 已进入“{step.target.chinese}”，版本 {release.latest.version}")


@app.command()
def withdraw(
    release_id: IdArgument,
    *,
    by: ByOption,
    role: RoleOption,
    reason: ReasonOption,
    on: OnOption = None,
    as_json: JsonOption = False,
) -> None:
    """撤回一个版次；撤回后不再显示，记录保留。"""
    session = Session()
    deed = deed_of(by, role, reason, on)
    take_step(session.store, release_id, EditionState.WITHDRAWN, deed, evidence={})
    if as_json:
        show_json(_summary(find_release(session.store, release_id)))
    else:
        say(f"版次 {release_id} 已撤回")


@app.command()
def history(release_id: IdArgument, *, as_json: JsonOption = False) -> None:
    """列出每一步的办理日、记录时间、办理人、角色、理由与校验值。"""
    release = find_release(Session().store, release_id)
    if as_json:
        show_json([step.model_dump(mode="json") for step in release.history])
        return
    table = Table(box=None, pad_edge=False)
    for head in ("步", "状态", "办理日", "记录时间", "办理人", "角色", "理由", "校验值"):
        table.add_column(head, overflow="fold")
    for step in release.history:
        table.add_row(
            str(step.seq),
            step.target.chinese,
            str(step.taken_on),
            f"{step.recorded_at:%Y-%m-%d %H:%M}",
            step.actor,
            step.role,
            step.reason,
            step.sha256[:12],
        )
    say(table)


@app.command()
def verify(
    release_id: Annotated[int | None, typer.Argument(metavar="[ID]", min=1, help="缺省为全部")] = None,
    *,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """核对步骤的校验链与每个版本的内容；有不符时退出码为 1。"""
    session = Session(region=region)
    if release_id is None:
        releases = list_releases(session.store, session.region.name)
    else:
        releases = (find_release(session.store, release_id),)
    found = {str(release.release_id): verify_release(session.store, release) for release in releases}
    if as_json:
        show_json(found)
    else:
        for number, faults in found.items():
            say(f"版次 {number}：{'；'.join(faults) or '无误'}")
    if any(found.values()):
        raise typer.Exit(1)


@app.command()
def correct(
    release_id: IdArgument,
    *,
    by: ByOption,
    role: RoleOption,
    reason: ReasonOption,
    entry: Annotated[str | None, typer.Option(help="条目编码")] = None,
    field: Annotated[str | None, typer.Option(help="栏目名，如 pay_median")] = None,
    new: Annotated[str | None, typer.Option(help="新值（JSON，或文字）")] = None,
    old: Annotated[str | None, typer.Option(help="原值；缺省取已发布的值")] = None,
    found_on: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="发现日；缺省为今天，期限五个工作日")
    ] = None,
    errata: Annotated[Path | None, typer.Option(help="多处勘误（YAML 或 JSON 列表）")] = None,
    on: OnOption = None,
    as_json: JsonOption = False,
) -> None:
    """勘误：改正已发布条目的栏目，记下原值、新值与理由，生成新版本；原版本仍可按版本号查阅。"""
    session = Session()
    if errata is not None:
        wanted = read_errata(errata)
    elif entry and field and new is not None:
        release = find_release(session.store, release_id)
        before = _value_of(session, release, entry, field) if old is None else json_value(old)
        wanted = (
            Erratum(
                entry_id=entry,
                field=field,
                old=before,
                new=json_value(new),
                reason=reason,
                found_on=day_of(found_on),
            ),
        )
    else:
        raise InputError("no_errata", "没有给出勘误内容", hint="用 --entry、--field、--new，或 --errata 文件")
    version = correct_fields(session.store, release_id, wanted, deed_of(by, role, reason, on))
    release = find_release(session.store, release_id)
    shown = release.history[-1].evidence
    if as_json:
        show_json(_summary(release) | {"late": shown["late"], "due_on": shown["due_on"]})
        return
    for erratum in wanted:
        say(f"{erratum.entry_id}　{erratum.field}：{erratum.old} → {erratum.new}（{erratum.reason}）")
    late = f"，已过勘误期限 {shown['due_on']}" if shown["late"] else ""
    say(f"版次 {release_id} 的勘误版本为 {version}{late}")


@app.command()
def diff(
    before: ReferenceArgument,
    after: ReferenceArgument,
    *,
    out: Annotated[Path | None, typer.Option(help="写出 changes.md、diff.csv、diff.json 的目录")] = None,
    codes: Annotated[Path | None, typer.Option(help="分类变化对照表（CSV：old_code,new_code）")] = None,
    as_json: JsonOption = False,
) -> None:
    """比较两个版次；方法不同时用新方法回算上版数据，把每条变动分成方法影响与数据影响。"""
    session = Session()
    with progress_bar() as steps:
        steps.step("比较版次", 0, 0)
        report = compare_releases(
            session.store,
            release_at(session.store, before),
            release_at(session.store, after),
            snapshots=session.settings.snapshots_dir,
            codes=read_codes(codes),
        )
    paths = [] if out is None else write_diff(report, out)
    if as_json:
        counts = {
            "counts": report.counts,
            "reasons": report.reasons,
            "method_share": report.method_share,
            "files": [str(path) for path in paths],
        }
        show_json({**report.model_dump(mode="json"), **counts})
        return
    say(summary_text(report))
    for path in paths:
        say(path)


@app.command()
def rebuild(reference: ReferenceArgument, *, as_json: JsonOption = False) -> None:
    """按快照、方法版本与随机种子重算一个版次，与保存的内容逐字节比较；不同时说明第一处差异，退出码为 1。"""
    session = Session()
    release, version = release_at(session.store, reference)
    with progress_bar() as steps:
        steps.step("重算", 0, 0)
        made = build_again(session.store, release, snapshots=session.settings.snapshots_dir, version=version)
    if as_json:
        show_json(
            {
                "release_id": release.release_id,
                "version": version,
                "identical": made.is_identical,
                "bytes": made.size,
                "expected_sha256": made.expected_sha256,
                "found_sha256": made.found_sha256,
                "difference": None if made.difference is None else made.difference._asdict(),
            }
        )
    elif made.is_identical:
        say(f"版本 {version} 重算结果与保存的逐字节一致：{made.size} 字节，SHA-256 {made.found_sha256}")
    else:
        say(f"版本 {version} 重算结果不一致：{_described(made.difference)}")
    if not made.is_identical:
        raise typer.Exit(1)


def _owners(sections: set[str]) -> list[str]:
    """Name who leads and who shares each section."""
    known = read_departments()
    lines = []
    for section in sorted(sections):
        owners = known.owners_of(section)
        shared = "、".join(known.name_of(name) for name in owners.responsible)
        lines.append(f"部分“{section}”：牵头 {known.name_of(owners.lead)}，责任 {shared}")
    return [*lines, *(["以上分工由产品拟定，待主管部门核对"] if known.to_confirm and lines else [])]


def _described(difference: Any) -> str:
    if difference is None:
        return "保存的内容与记录的校验值不符"
    return f"第一处差异在 {difference.path}：保存 {difference.left!r}，重算 {difference.right!r}"


def _value_of(session: Session, release: Release, entry_id: str, field: str) -> Any:
    """Return what is published, as JSON; what does not exist is left to the correction to refuse."""
    entries = {entry.entry_id: entry for entry in read_document(session.store, release).entries}
    found = entries.get(entry_id)
    return None if found is None else found.model_dump(mode="json").get(field)


def _label(release: Release) -> str:
    label = status_label(release.state, release.valid_to, on=day_of(None))
    return label if label != "草案（未发布）" else f"{release.state.chinese}（未发布）"


def _validity(release: Release) -> str:
    return "—" if release.valid_from is None else f"{release.valid_from}—{release.valid_to}"


def _summary(release: Release) -> dict[str, Any]:
    return {
        "release_id": release.release_id,
        "kind": release.kind.value,
        "edition": release.name,
        "version": release.latest.version,
        "versions": [record.version for record in release.versions],
        "state": release.state.value,
        "state_zh": release.state.chinese,
        "label": _label(release),
        "as_of": release.history[0].taken_on,
        "valid_from": release.valid_from,
        "valid_to": release.valid_to,
        "snapshot_folder": release.snapshot_folder,
        "document_sha256": release.latest.document_sha256,
    }
