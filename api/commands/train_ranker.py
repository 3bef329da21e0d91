"""``yingcai train ranker``: learn the ranker from feedback, or measure learning on real applications."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
import typer
from rich.table import Table

from api.commands.train_runs import keep_benchmark, keep_ranker
from api.console import JsonOption, RegionOption, Session, note, progress_bar, say, show_json
from api.service import matching_day
from data.errors import InputError
from data.feedback import Side
from data.outcomes import outcomes
from data.settings import Settings
from data.store.feedback import read_events
from data.store.profiles import read_profiles
from data.store.promotions import champion_of
from data.store.vacancies import read_vacancies
from matching.bundle import open_champion
from matching.loading import load_pools

if TYPE_CHECKING:
    from training.applications import Benchmark
    from training.ranker import ShownPairs

__all__ = ["run"]

_DIRECTIONS = {"postings_for_seeker": "为人找岗", "seekers_for_posting": "为岗找人"}
_PROTOCOLS = {
    "within": "每人随机留出",
    "time": "按时间：新近求职者，已知其一半应聘",
    "cold_seekers": "冷启动：新求职者，没有应聘记录",
    "cold_postings": "冷启动：新岗位，没有应聘记录",
}


def run(
    *,
    applications: Annotated[
        Path | None, typer.Option(help="真实应聘数据的文件夹：只作对比评测，不产生模型")
    ] = None,
    feedback: Annotated[bool, typer.Option("--feedback", help="用库中的反馈训练排序模型")] = False,
    out: Annotated[Path | None, typer.Option(help="结果文件夹；缺省 var/training/ranker")] = None,
    seed: Annotated[int, typer.Option(min=0, help="随机种子；相同参数给出相同结果")] = 0,
    queries: Annotated[int, typer.Option(min=10, help="评测：每种划分、每个方向最多的查询数")] = 500,
    window_days: Annotated[int, typer.Option(min=1, help="反馈：展示后多少天内的结果算数")] = 30,
    synthetic: Annotated[
        bool, typer.Option("--synthetic", help="反馈：用合成数据的反馈训练（只供演示）；缺省只用真实反馈")
    ] = False,
    name: Annotated[str, typer.Option(help="反馈：模型名称，小写字母、数字、点、横线")] = "feedback",
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """从反馈学习可加、单调、可说明的排序；或在真实应聘数据上与加权和、热门、随机对比。"""
    if (applications is None) != feedback:
        raise InputError(
            "options_conflict", "须给出 --applications 文件夹 或 --feedback 之一", hint="见 --help"
        )
    session = Session(region=region)
    folder = out or session.settings.var_dir / "training" / "ranker"
    if applications is not None:
        _measure(session.settings, applications, folder, seed=seed, queries=queries, as_json=as_json)
        return
    _learn(
        session, folder, seed=seed, window_days=window_days, synthetic=synthetic, name=name, as_json=as_json
    )


def _measure(
    settings: Settings, applications: Path, folder: Path, *, seed: int, queries: int, as_json: bool
) -> None:
    """Run the benchmark, write and show it."""
    from training.applications import BenchmarkConfig, read_applications, run_benchmark
    from training.provenance import read_provenance

    read = read_applications(applications)
    with progress_bar() as steps:
        found = run_benchmark(read, BenchmarkConfig(seed=seed, queries=queries), progress=steps.step)
    document = {"provenance": read_provenance().model_dump(), **found.model_dump(mode="json")}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "applications.json"
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
    run_id = keep_benchmark(settings, found, folder)
    if as_json:
        show_json(document | {"beaten": found.beaten, "run_id": run_id})
        return
    _show_benchmark(found)
    say(f"已写到 {path}")


def _show_benchmark(found: Benchmark) -> None:
    """Lay out every protocol and direction, and what the learned curves are better by."""
    from training.applications import METRICS

    labels = found.details["systems"]
    for protocol, direction in dict.fromkeys((one.protocol, one.direction) for one in found.figures):
        here = [one for one in found.figures if (one.protocol, one.direction) == (protocol, direction)]
        say(f"\n{_DIRECTIONS[direction]}　{_PROTOCOLS[protocol]}　{here[0].queries} 个查询（95%自助法区间）")
        table = Table(box=None, pad_edge=False)
        for head in ("方法", *METRICS, "习得曲线比它高（nDCG@10）"):
            table.add_column(head, justify="left" if head == "方法" else "right")
        gaps = {
            one.against: one
            for one in found.comparisons
            if (one.protocol, one.direction, one.system, one.metric)
            == (protocol, direction, "learned_curves", "nDCG@10")
        }
        for system in dict.fromkeys(one.system for one in here):
            cells = {one.metric: one for one in here if one.system == system}
            gap = gaps.get(system)
            table.add_row(
                labels[system],
                *(_interval(cells[m].mean, cells[m].low, cells[m].high) for m in METRICS),
                "" if gap is None else f"{gap.difference:+.4f} [{gap.low:+.4f}, {gap.high:+.4f}]",
            )
        say(table)
    say(f"注：{found.details['time']}")


def _interval(mean: float, low: float, high: float) -> str:
    return f"{mean:.4f} [{low:.4f}, {high:.4f}]"


def _learn(
    session: Session,
    folder: Path,
    *,
    seed: int,
    window_days: int,
    synthetic: bool,
    name: str,
    as_json: bool,
) -> None:
    """Learn from the store's feedback, write and show what was learned."""
    from training.provenance import read_provenance
    from training.ranker import RankerConfig, learn_ranker, write_ranker

    now = dt.datetime.now(dt.UTC)
    events = read_events(session.store, synthetic=synthetic)
    found = outcomes(events, as_of=now, window_days=window_days)
    digest = _digest(found)
    config = RankerConfig(seed=seed, window_days=window_days)
    pairs, encoder = _pairs(session, found)
    files = learn_ranker(pairs, config, name=name, version=digest[:12])
    provenance: dict[str, Any] = {
        **read_provenance().model_dump(),
        "data_sha256": digest,
        "as_of": now.isoformat(timespec="seconds"),
        "encoder": encoder,
        "synthetic": synthetic,
        "events": len(events),
        "pairs_open": int(found["censored"].sum()),
    }
    written = write_ranker(files, folder, provenance=provenance)
    run_id = keep_ranker(session.settings, name, files.report, digest, folder)
    if as_json:
        paths = [str(path) for path in written]
        show_json({"provenance": provenance, **files.report, "files": paths, "run_id": run_id})
        return
    if synthetic:
        say("［合成数据］由合成反馈习得，只供演示")
    for side in Side:
        _show_side(side, files.report["sides"][side.value])
    say("已写到 " + "、".join(str(path) for path in written))


def _pairs(session: Session, found: pd.DataFrame) -> tuple[dict[Side, ShownPairs], str]:
    """Compute the features of all judged pairs with the encoder that serves."""
    from training.ranker import all_open, judged, shown_pairs

    store = session.store
    opened = open_champion(store, session.settings, champion_of(store), model=session.model, report=note)
    sides = {side: judged(found, side) for side in Side}
    with progress_bar() as steps:
        loaded = load_pools(
            all_open(read_vacancies(store, own=True)),
            read_profiles(store),
            opened.model,
            as_of=matching_day(store, session.region),
            progress=steps.bar("加载并编码"),
        )
        pairs = {
            side: shown_pairs(rows, loaded, side, progress=steps.bar(f"{side.chinese}的评分项"))
            for side, rows in sides.items()
        }
    return pairs, opened.model.encoder.name


def _digest(found: pd.DataFrame) -> str:
    """Hash the outcomes that are learned from."""
    text = found.sort_values(["side", "vacancy_id", "profile_id"]).to_csv(index=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _show_side(side: Side, report: dict[str, Any]) -> None:
    """Say in a few lines what was learned for one side."""
    if not report["learned"]:
        say(f"{side.chinese}一方：沿用建议权重。{report['reason']}")
        return
    say(
        f"{side.chinese}一方：{report['queries']} 个查询，{report['pairs']} 对，成功 {report['successes']}；"
        f"拟合 {report['fitted']} 对，留出 {report['held_out']} 对"
    )
    shares = sorted(report["share_of_score"].items(), key=lambda item: -item[1])
    say("  各评分项最多占：" + "，".join(f"{name} {share:.0%}" for name, share in shares if share >= 0.005))
    calibration = report["calibration"]
    if calibration["reason"]:
        say(f"  概率：{calibration['reason']}")
    else:
        say(
            f"  概率：{calibration['method']}，ECE {calibration['ece']:.3f}，Brier {calibration['brier']:.4f}"
            f"（只报总体比例为 {calibration['brier_of_base_rate']:.4f}）"
        )
    for system, cell in report["gain@10"].items():
        better = cell.get("learned_better_by")
        told = (
            "" if better is None else f"，习得高出 {_interval(better['mean'], better['low'], better['high'])}"
        )
        say(f"  {system}：{_interval(cell['mean'], cell['low'], cell['high'])}{told}")
