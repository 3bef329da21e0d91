"""``yingcai gate``: may a candidate bundle take the champion's place?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.title_sets import CORPUS, QRELS, QUERIES, read_title_sets
from api.console import JsonOption, Session, note, progress_bar, say, show_json
from data.settings import Settings
from data.store.promotions import champion_of
from data.store.store import Store
from matching.bundle import PACKAGED, Bundle, bundle_folder, open_bundle, read_bundle
from matching.encoder.model import EmbeddingModel, build_model
from matching.ranker import AdditiveRanker

if TYPE_CHECKING:
    from training.gate import Policy
    from training.gate.report import GateReport
    from training.gate.scorecards import Audit, Contender

__all__ = ["app"]

app = typer.Typer(
    help="准入：候选模型包与现用的在同一批冻结的评测集上比较 / the promotion gate", no_args_is_help=True
)

_REFUSED = 3
"""Exit code when the candidate is refused; 1 is a failure and 2 a wrong option."""
_OVERALL, _SHOWN = "overall", 40


@app.command()
def freeze(
    *,
    out: Annotated[Path | None, typer.Option("--out", file_okay=False, help="缺省 var/gate/sets")] = None,
    titles: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, help=f"职名检索集：子文件夹各含 {QUERIES}、{CORPUS}、{QRELS}"
        ),
    ] = None,
    postings: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="招聘信息：title、description 等列")
    ] = None,
    limit: Annotated[int, typer.Option(min=50, help="每类公开查询至多取的条数")] = 600,
    postings_limit: Annotated[int, typer.Option(min=2, help="招聘信息至多取的条数")] = 1000,
    vacancies: Annotated[int, typer.Option(min=10, help="合成城市的需求数")] = 240,
    people: Annotated[int, typer.Option(min=10, help="合成城市的人数")] = 800,
    seed: Annotated[int, typer.Option(min=0, help="随机种子；相同参数给出相同的评测集")] = 0,
    as_json: JsonOption = False,
) -> None:
    """抽取并冻结评测集：一旦冻结不再改动，每个文件有校验值。"""
    from training.evaluate import read_posting_table
    from training.gate.freezing import Sizes, freeze_sets
    from training.gate.sets import write_sets

    session = Session()
    folder = out or _folder(session.settings) / "sets"
    sets = freeze_sets(
        session.settings.region,
        titles=read_title_sets(titles) if titles else (),
        postings=read_posting_table(postings) if postings else None,
        sizes=Sizes(limit, limit, postings_limit, vacancies, people),
        seed=seed,
    )
    manifest = write_sets(sets, folder)
    counts = sets.tables["queries"].value_counts(["family", "set"], sort=False).reset_index(name="count")
    if as_json:
        sizes = dict(zip(counts["set"], counts["count"].tolist(), strict=True))
        show_json({"folder": str(folder), "sha256": manifest.sha256, "queries": sizes})
        return
    table = Table(box=None, pad_edge=False)
    for head in ("类别", "评测集", "查询"):
        table.add_column(head)
    for row in counts.astype(str).to_numpy().tolist():
        table.add_row(*row)
    say(table)
    say(f"已冻结到 {folder}，校验值 {manifest.sha256}")


@app.command("judge")
def judge_command(
    candidate: Annotated[str, typer.Argument(help="候选模型包：编号或文件夹")],
    *,
    champion: Annotated[
        str, typer.Option(help=f"比较的对象：编号或文件夹，{PACKAGED} 为随产品的模型；缺省为现用的")
    ] = "",
    sets: Annotated[
        Path | None, typer.Option(file_okay=False, help="冻结的评测集；缺省 var/gate/sets")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="报告；缺省 var/gate/候选编号.json")
    ] = None,
    claim: Annotated[
        list[str] | None, typer.Option(help="声明更好之处：指标 或 指标|维度=分组；可重复")
    ] = None,
    margin: Annotated[float, typer.Option(min=0, max=1, help="总体上可忽略的下降")] = 0.02,
    slice_margin: Annotated[float, typer.Option(min=0, max=1, help="每个分组上可忽略的下降")] = 0.05,
    min_queries: Annotated[int, typer.Option(min=2, help="少于此数的分组合并判断")] = 50,
    report_undecided: Annotated[
        bool,
        typer.Option("--report-undecided", help="不能说明更差、也不能说明不更差的分组只列出；缺省不通过"),
    ] = False,
    latency: Annotated[float, typer.Option("--latency-factor", min=1, help="响应时间至多几倍")] = 1.25,
    audited: Annotated[int, typer.Option("--audit-people", min=4, max=1000, help="公平性审计的人数")] = 80,
    audited_vacancies: Annotated[
        int, typer.Option("--audit-vacancies", min=5, max=1000, help="公平性审计的岗位数")
    ] = 110,
    as_json: JsonOption = False,
) -> None:
    """在冻结的评测集上比较候选与现用的模型包，写出报告；不通过时退出码为 3。"""
    from training.gate import Policy, claim_from_text
    from training.gate.report import write_report
    from training.gate.scorecards import Audit

    policy = Policy.model_validate(
        {
            "claims": tuple(claim_from_text(text) for text in claim or ()),
            "margin": margin,
            "slice_margin": slice_margin,
            "min_queries": min_queries,
            "undecided": "report" if report_undecided else "refuse",
            "latency_factor": latency,
        }
    )
    session = Session()
    settings = session.settings
    bundle = _bundle(settings, candidate)
    rival = champion or champion_of(session.store) or PACKAGED
    place = sets or _folder(settings) / "sets"
    report = _judged(session, bundle, rival, place, policy, Audit(audited, audited_vacancies))
    path = out or _folder(settings) / f"{bundle.bundle_id}.json"
    digest = write_report(report, path)
    if as_json:
        show_json({**report.model_dump(mode="json"), "sha256": digest})
    else:
        _show(report)
        say(f"报告：{path}，校验值 {digest}")
    if not report.passed:
        raise typer.Exit(_REFUSED)


@app.command()
def show(
    report: Annotated[Path, typer.Argument(dir_okay=False, help="准入报告")], *, as_json: JsonOption = False
) -> None:
    """核对并显示一份准入报告；不通过的报告退出码为 3。"""
    from training.gate.report import read_report

    found = read_report(report)
    if as_json:
        show_json(found.model_dump(mode="json"))
    else:
        _show(found)
    if not found.passed:
        raise typer.Exit(_REFUSED)


def _judged(
    session: Session, bundle: Bundle, rival: str, sets: Path, policy: Policy, sizes: Audit
) -> GateReport:
    """Measure both and judge."""
    from training.gate import judge
    from training.gate.report import gate_report
    from training.gate.scorecards import build_scorecards
    from training.gate.sets import read_sets
    from training.provenance import read_provenance

    frozen = read_sets(sets)
    base = build_model(session.settings, report=note)
    contenders = _contender(session.settings, bundle, base), _rival(session.settings, rival, base)
    folder = _folder(session.settings)
    folder.mkdir(parents=True, exist_ok=True)
    memory = Store.from_url(f"sqlite:///{(folder / 'memory.db').as_posix()}")
    with progress_bar() as steps:
        cards = build_scorecards(*contenders, frozen, audit_of=sizes, memory=memory, watch=steps.step)
    memory.engine.dispose()
    return gate_report(
        *cards,
        judge(*cards, policy),
        policy,
        sets_sha256=frozen.manifest.sha256,
        candidate_sha256=bundle.manifest_sha256,
        provenance=read_provenance(),
        made_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    )


def _contender(settings: Settings, bundle: Bundle, base: EmbeddingModel) -> Contender:
    from training.gate.scorecards import Contender

    return Contender(bundle.bundle_id, *open_bundle(bundle, settings, model=base, report=note))


def _rival(settings: Settings, name: str, base: EmbeddingModel) -> Contender:
    from training.gate.scorecards import Contender

    if name == PACKAGED:
        return Contender(PACKAGED, base, AdditiveRanker())
    return _contender(settings, _bundle(settings, name), base)


def _bundle(settings: Settings, name: str) -> Bundle:
    """Read a bundle by its folder or its identifier."""
    folder = Path(name)
    return read_bundle(folder if folder.is_dir() else bundle_folder(settings.bundles_dir, name))


def _folder(settings: Settings) -> Path:
    return settings.var_dir / "gate"


def _show(report: GateReport) -> None:
    """Print the verdict, the figures over all queries, and the slices that fell most."""
    table = Table(box=None, pad_edge=False)
    for head in ("指标", "分组", "查询", "候选", "现用", "差（95%区间）", "不更差"):
        table.add_column(head, overflow="fold")
    ordered = sorted(report.verdict.comparisons, key=lambda one: (one.dimension.value != _OVERALL, one.low))
    for one in ordered[:_SHOWN]:
        numbers = (str(one.queries), f"{one.candidate:.4f}", f"{one.champion:.4f}")
        interval = f"{one.difference:+.4f} [{one.low:+.4f}, {one.high:+.4f}]"
        place = f"{one.dimension.label}：{one.slice}"
        table.add_row(one.metric, place, *numbers, interval, "是" if one.shown else "否")
    say(table)
    if len(ordered) > _SHOWN:
        say(f"其余 {len(ordered) - _SHOWN} 组见报告")
    times = "，".join(
        f"{who} {card.latency_ms.get('p50', float('nan')):.1f}/{card.latency_ms.get('p95', float('nan')):.1f}"
        for who, card in (("候选", report.candidate), ("现用", report.champion))
    )
    say(f"响应时间 p50/p95（毫秒）：{times}")
    if report.verdict.too_small:
        say(
            f"查询太少、合并判断的分组 {len(report.verdict.too_small)} 个："
            + "、".join(report.verdict.too_small)
        )
    for line in report.lines():
        say(line)
