"""``yingcai bundle``: what can serve, what serves, and who decided so."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from api.bundles import DEEDS, DEFAULT, brings, grounds
from api.commands.bundle_gate import gate_evidence, move_aliases, register
from api.console import JsonOption, Session, note, say, show_json
from data.errors import InputError, YingcaiError
from data.store.promotions import (
    PromotionAction,
    champion_of,
    read_promotions,
    record_promotion,
    rollback_target,
    verify_ledger,
)
from matching.bundle import (
    PACKAGED,
    Bundle,
    Provenance,
    bundle_folder,
    bundle_ids,
    open_champion,
    read_bundle,
    write_bundle,
)

app = typer.Typer(help="模型包：组成、查看、核对、启用、退回 / bundles", no_args_is_help=True)

BundleArgument = Annotated[str, typer.Argument(help="模型包编号；见 yingcai bundle list")]
ActorOption = Annotated[str, typer.Option("--by", help="谁作的决定，记入不可改动的更换记录")]


@app.command("list")
def show_all(*, as_json: JsonOption = False) -> None:
    """列出模型包：哪个在用，各由什么组成，能否使用；同时逐文件核对。"""
    session = Session()
    champion = champion_of(session.store)
    rows: list[dict[str, Any]] = [
        {"bundle_id": PACKAGED, "serving": champion is None, "usable": True, "problem": None}
    ]
    rows += [_row(session, bundle_id, champion) for bundle_id in bundle_ids(session.settings.bundles_dir)]
    if champion is not None and all(row["bundle_id"] != champion for row in rows):
        rows.append(
            {"bundle_id": champion, "serving": True, "usable": False, "problem": "应在使用，但本机没有它"}
        )
    if as_json:
        show_json(rows)
        return
    for row in rows:
        sign = "●" if row["serving"] else " "
        if row["bundle_id"] == PACKAGED:
            say(f"{sign} {PACKAGED}  {DEFAULT}")
        elif row["usable"]:
            say(f"{sign} {row['bundle_id']}  {row['created_at']}  {row['brings']}  {row['metrics']}".rstrip())
        else:
            say(f"{sign} {row['bundle_id']}  不可用：{row['problem']}")


@app.command()
def show(bundle_id: BundleArgument, *, as_json: JsonOption = False) -> None:
    """显示一个模型包：说明卡、组成、来历与指标。"""
    bundle = _read(Session(), bundle_id)
    if as_json:
        show_json(bundle.manifest.model_dump(mode="json") | {"card": bundle.card})
        return
    manifest = bundle.manifest
    say(f"{bundle.bundle_id}　{manifest.created_at:%Y-%m-%d %H:%M} UTC　{brings(bundle.manifest)}")
    origin = {"运行": manifest.provenance.run_id, "代码": manifest.provenance.commit}
    origin |= {"数据": manifest.provenance.data_sha256[:12], "代码表": manifest.taxonomy_version}
    say("，".join(f"{name} {value}" for name, value in origin.items() if value))
    for name, value in manifest.metrics.items():
        say(f"  {name} {value:.4g}")
    for name, part in manifest.parts.items():
        say(f"  {part.sha256[:12]}  {part.bytes:>12,}  {name}")
    say()
    say(bundle.card)


@app.command()
def verify(bundle_id: BundleArgument, *, as_json: JsonOption = False) -> None:
    """逐文件核对一个模型包，并试着打开它：能否在本机使用。"""
    session = Session()
    bundle = _read(session, bundle_id)
    opened = open_champion(session.store, session.settings, bundle_id, model=session.model, report=note)
    version = f"{opened.model.encoder.name}+{opened.ranker.version}"
    if as_json:
        show_json(
            {"bundle_id": bundle_id, "files": len(bundle.manifest.parts), "usable": True, "model": version}
        )
    else:
        say(f"{bundle_id}：{len(bundle.manifest.parts)} 个文件与清单相符，可以使用：{version}")


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="名称：小写字母、数字与短横")],
    *,
    card: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="说明卡（Markdown，中文）")],
    adapter: Annotated[Path | None, typer.Option(exists=True, help="编码模型的适配器（safetensors）")] = None,
    encoder: Annotated[Path | None, typer.Option(exists=True, help="整套编码模型的文件夹")] = None,
    ranker: Annotated[Path | None, typer.Option(exists=True, help="学得的排序模型（ranker.json）")] = None,
    report: Annotated[
        list[Path] | None, typer.Option(exists=True, help="附上的报告（JSON、Parquet、Markdown），可重复")
    ] = None,
    metric: Annotated[list[str] | None, typer.Option(help="指标摘要，如 ndcg@10=0.51，可重复")] = None,
    run: Annotated[str, typer.Option(help="训练运行的编号；模型包随之登记")] = "",
    commit: Annotated[str, typer.Option(help="训练所用代码的提交")] = "",
    data_sha256: Annotated[str, typer.Option(help="训练数据的校验值")] = "",
    as_json: JsonOption = False,
) -> None:
    """把训练产物组成模型包：适配器或整套编码模型、排序模型、说明卡；写出后不再改动。"""
    session = Session()
    parts = {"adapter.safetensors": adapter, "encoder": encoder, "ranker.json": ranker}
    given = {place: path for place, path in parts.items() if path is not None}
    bundle = write_bundle(
        session.settings.bundles_dir,
        given | {path.name: path for path in report or ()},
        name=name,
        card=card.read_text(encoding="utf-8"),
        metrics=_numbers(metric or ()),
        provenance=Provenance(run_id=run, commit=commit, data_sha256=data_sha256),
    )
    if run:
        register(session.settings, bundle)
    if as_json:
        show_json(bundle.manifest.model_dump(mode="json"))
    else:
        say(f"已组成 {bundle.bundle_id}（{brings(bundle.manifest)}），在 {bundle.folder}")


@app.command()
def promote(
    bundle_id: BundleArgument,
    *,
    by: ActorOption,
    gate: Annotated[
        Path | None, typer.Option(help="准入报告（JSON）：须为本模型包对现用模型、且通过")
    ] = None,
    override: Annotated[str, typer.Option(help="没有通过准入仍要启用的理由；记入更换记录")] = "",
    as_json: JsonOption = False,
) -> None:
    """启用一个模型包：须有通过的准入报告；运行中的服务随后换用，不中断请求。"""
    session = Session()
    champion = champion_of(session.store)
    bundle = _read(session, bundle_id)
    evidence = gate_evidence(gate, bundle, champion, override=override)
    evidence |= bundle.manifest.provenance.model_dump(mode="json")
    # Opened here, so that nothing is promoted that cannot serve, and what is made on the way is made once.
    open_champion(session.store, session.settings, bundle_id, model=session.model, report=note)
    _record(session, by, PromotionAction.PROMOTE, bundle_id, evidence, as_json=as_json)


@app.command()
def rollback(
    *,
    by: ActorOption,
    reason: Annotated[str, typer.Option(help="为什么退回；记入更换记录")] = "",
    as_json: JsonOption = False,
) -> None:
    """退回上一个在用的模型包；再运行一次则再退一步。"""
    session = Session()
    target = rollback_target(read_promotions(session.store))
    open_champion(session.store, session.settings, target, model=session.model, report=note)
    _record(session, by, PromotionAction.ROLLBACK, target, {"reason": reason}, as_json=as_json)


@app.command()
def history(*, as_json: JsonOption = False) -> None:
    """显示更换记录并核对其校验链：谁在何时凭什么换了模型包。"""
    store = Session().store
    entries = read_promotions(store)
    if as_json:
        verify_ledger(store)
        show_json([entry.model_dump(mode="json") for entry in entries])
        return
    for entry in entries:
        names = f"{entry.bundle_from or PACKAGED} → {entry.bundle_to or PACKAGED}"
        done = f"{entry.actor}  {DEEDS[entry.action]}  {names}"
        say(f"{entry.number:>3}  {entry.at:%Y-%m-%d %H:%M} UTC  {done}")
        say(f"     {grounds(entry)}　校验 {entry.sha256[:12]}")
    verify_ledger(store)
    say(f"共 {len(entries)} 条，校验链完整" if entries else f"没有更换过：一直使用{DEFAULT}")


def _record(
    session: Session,
    by: str,
    action: PromotionAction,
    bundle_id: str | None,
    evidence: dict[str, Any],
    *,
    as_json: bool,
) -> None:
    """Write the ledger, let the registry follow and say what happens next."""
    entry = record_promotion(session.store, actor=by, action=action, bundle_id=bundle_id, evidence=evidence)
    move_aliases(session.settings, entry.bundle_to)
    if as_json:
        show_json(entry.model_dump(mode="json"))
        return
    before = f"此前 {entry.bundle_from or PACKAGED}"
    say(f"已{DEEDS[action]} {entry.bundle_to or PACKAGED}（{before}），第 {entry.number} 条记录")
    seconds = session.settings.refresh_seconds
    if seconds:
        say(f"运行中的服务约 {seconds:g} 秒内换用，不中断请求；/readyz 的 bundle_id 可见")


def _read(session: Session, bundle_id: str) -> Bundle:
    return read_bundle(bundle_folder(session.settings.bundles_dir, bundle_id))


def _row(session: Session, bundle_id: str, champion: str | None) -> dict[str, Any]:
    row: dict[str, Any] = {"bundle_id": bundle_id, "serving": bundle_id == champion}
    try:
        bundle = _read(session, bundle_id)
    except YingcaiError as error:
        return row | {"usable": False, "problem": str(error)}
    manifest = bundle.manifest
    metrics = "，".join(f"{name} {value:.4g}" for name, value in manifest.metrics.items())
    made = f"{manifest.created_at:%Y-%m-%d %H:%M}"
    return row | {
        "usable": True,
        "problem": None,
        "created_at": made,
        "brings": brings(bundle.manifest),
        "metrics": metrics,
    }


def _numbers(given: list[str] | tuple[()]) -> dict[str, float]:
    """Read ``name=number`` pairs."""
    numbers = {}
    for each in given:
        name, _, number = each.rpartition("=")
        try:
            numbers[name.strip()] = float(number)
        except ValueError as error:
            raise InputError(
                "metric_unreadable", f"指标“{each}”读不懂", hint="写成 名称=数值，例如 --metric ndcg@10=0.51"
            ) from error
    return numbers
