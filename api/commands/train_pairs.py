"""``yingcai train pairs``: what there is to learn from, with its source, its split and nothing leaking."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
import typer
from rich.table import Table

from api.console import JsonOption, RegionOption, Session, Steps, note, progress_bar, say, show_json
from data.errors import InputError
from data.outcomes import outcomes
from data.pseudonyms import read_key
from data.store.feedback import read_events
from data.store.moments import beijing_today
from data.store.postings import read_postings
from data.store.profiles import read_profiles
from data.store.reviews import list_aliases
from data.store.vacancies import read_vacancies

if TYPE_CHECKING:
    from training.pairs import BuiltPairs, Inputs, PairSource

__all__ = ["run"]

_FILES = {"pairs": "pairs.parquet", "report": "report.json"}


def run(
    *,
    out: Annotated[Path | None, typer.Option(help="结果文件夹；缺省 var/training/pairs")] = None,
    postings: Annotated[
        list[Path] | None,
        typer.Option(help="招聘信息文件，按导入同样的办法读取但不入库；可重复；缺省用库中的"),
    ] = None,
    declared: Annotated[
        Path | None, typer.Option(help="CSV：posting_id,major，用人单位所列专业；缺省用招聘信息自带的")
    ] = None,
    titles: Annotated[
        list[Path] | None,
        typer.Option(help="TalentCLEF 训练对（…_de.tsv、…_es.tsv）；可重复"),
    ] = None,
    hold_out: Annotated[
        Path | None,
        typer.Option(help="TalentCLEF 验证集文件夹：与其查询或语料同名的训练对不用"),
    ] = None,
    keep_overlap: Annotated[
        bool, typer.Option("--keep-overlap", help="与验证集同名的训练对只计数、不去掉")
    ] = False,
    source: Annotated[
        list[str] | None, typer.Option(help="只用这些来源；可重复；--list-sources 列出全部")
    ] = None,
    list_sources: Annotated[bool, typer.Option("--list-sources", help="只列出来源")] = False,
    limit: Annotated[
        list[str] | None,
        typer.Option(help="来源=条数，如 esco=40000；可重复；岗位描述、岗位技能缺省各 20000"),
    ] = None,
    test_months: Annotated[
        int | None, typer.Option(min=1, help="最新几个月作测试集；缺省只按用人单位等分组划分")
    ] = None,
    window_days: Annotated[int, typer.Option(min=1, help="反馈：展示后多少天内的面试、录用算数")] = 90,
    public_only: Annotated[
        bool, typer.Option("--public-only", help="只用公开的代码表与名称对照，不读库和文件")
    ] = False,
    noise: Annotated[bool, typer.Option("--noise", help="另报标注噪声（须编码，约数分钟）")] = False,
    seed: Annotated[int, typer.Option(min=0, help="划分的种子；相同参数给出相同结果")] = 0,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """生成训练对：专业、岗位、技能、ESCO、反馈与审核决定；按分组划分训练、开发、测试，查泄漏。"""
    from training.pairs import PairsConfig, build_pairs

    if list_sources:
        _list_sources()
        return
    session = Session(region=region)
    config = PairsConfig(
        sources=_sources(source or []),
        limits={**PairsConfig().limits, **_limits(limit or [])},
        seed=seed,
        test_months=test_months,
        keep_overlap=keep_overlap,
    )
    files = [*(postings or []), *(titles or []), *filter(None, [declared])]
    with progress_bar() as steps:
        inputs = _inputs(
            session, postings or [], declared, titles or [], hold_out, window_days, steps, public_only
        )
        built = build_pairs(inputs, config, watch=steps.step)
        doubts = _noise(session, built, seed, steps) if noise else None
    folder = out or session.settings.var_dir / "training" / "pairs"
    report = _written(built, folder, config.to_json(), files, doubts)
    if as_json:
        show_json(report)
        return
    _show(report, folder)


def _inputs(
    session: Session,
    postings: list[Path],
    declared: Path | None,
    titles: list[Path],
    hold_out: Path | None,
    window_days: int,
    steps: Steps,
    public_only: bool,
) -> Inputs:
    from training.pairs import Inputs, read_declared, read_test_titles, read_title_pairs

    if public_only and (postings or declared):
        raise InputError(
            "options_conflict", "--public-only 不与 --postings、--declared 并用", hint="去掉其中之一"
        )
    inputs = Inputs(
        titles=[pair for path in titles for pair in read_title_pairs(path)],
        foreign_tests=frozenset() if hold_out is None else read_test_titles(hold_out),
        declared=None if declared is None else read_declared(declared),
    )
    if public_only:
        return inputs
    inputs = inputs._replace(**_from_store(session, window_days))
    if postings:
        return inputs._replace(postings=_from_files(session, postings, steps))
    return inputs._replace(postings=_one_kind("招聘信息", read_postings(session.store)))


def _from_store(session: Session, window_days: int) -> dict[str, Any]:
    events = _one_kind("反馈", read_events(session.store))
    return {
        "decisions": list_aliases(session.store),
        "outcomes": outcomes(events, as_of=dt.datetime.now(dt.UTC), window_days=window_days),
        "vacancies": read_vacancies(session.store, own=True),
        "profiles": read_profiles(session.store),
    }


def _one_kind(what: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Leave generated rows out where there are real ones: the two are never mixed."""
    synthetic = frame["synthetic"].astype(bool)
    if synthetic.any():
        note(f"{what}：{'全部' if synthetic.all() else '不用'} {int(synthetic.sum())} 条合成数据")
    return frame if synthetic.all() else frame[~synthetic]


def _from_files(session: Session, paths: list[Path], steps: Steps) -> pd.DataFrame:
    from training.pairs import read_posting_file

    frames = [
        read_posting_file(
            path,
            region=session.region,
            pseudonym_key=read_key(session.settings.var_dir),
            max_bytes=session.settings.max_upload_mb * 1_000_000,
            today=beijing_today(),
            progress=steps.bar(f"读取 {path.name}"),
        )
        for path in paths
    ]
    return _one_kind("招聘信息", pd.concat(frames, ignore_index=True))


def _sources(given: list[str]) -> tuple[PairSource, ...]:
    from training.pairs import PairSource

    return tuple(map(_source, given)) or tuple(PairSource)


def _source(name: str) -> PairSource:
    from training.pairs import PairSource

    try:
        return PairSource(name)
    except ValueError as error:
        raise InputError(
            "source_unknown", f"没有来源“{name}”", hint=f"可用：{'、'.join(PairSource)}"
        ) from error


def _limits(given: list[str]) -> dict[PairSource, int]:
    found = {}
    for each in given:
        name, _, number = each.partition("=")
        if not number.isdecimal():
            raise InputError("limit_invalid", f"“{each}”不是 来源=条数", hint="例如 --limit esco=40000")
        found[_source(name)] = int(number)
    return found


def _list_sources() -> None:
    from training.pairs import PairSource

    for each in PairSource:
        say(f"{each.value}\t{each.chinese}")


def _noise(session: Session, built: BuiltPairs, seed: int, steps: Steps) -> dict[str, Any]:
    from training.negatives import label_noise

    found = label_noise(
        built.pairs,
        session.model,
        rng=np.random.default_rng(seed),
        sample=1000,
        progress=steps.bar("标注噪声"),
    )
    return {name: frame.to_dict("records") for name, frame in found._asdict().items()}


def _written(
    built: BuiltPairs,
    folder: Path,
    config: dict[str, Any],
    files: list[Path],
    doubts: dict[str, Any] | None,
) -> dict[str, Any]:
    """Write the pairs and what was counted; a reader never finds half of a file."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{_FILES['pairs']}.part"
    built.pairs.to_parquet(part, index=False)
    report = {
        **built.report(),
        "config": config,
        "inputs": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
        "sha256": hashlib.sha256(part.read_bytes()).hexdigest(),
        **({} if doubts is None else {"noise": doubts}),
    }
    part.replace(folder / _FILES["pairs"])
    unfinished = folder / f"{_FILES['report']}.part"
    unfinished.write_text(json.dumps(report, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    unfinished.replace(folder / _FILES["report"])
    return report


def _show(report: dict[str, Any], folder: Path) -> None:
    from training.pairs import PairSource

    names = {each.value: each.chinese for each in PairSource}
    say(_counted("来源", "source", report["by_source"], names))
    say(_counted("语言", "language", report["by_language"], {}))
    say(
        f"共 {report['pairs']} 对；收集 {report['collected']} 对，重复 {report['repeated']} 对，"
        f"为不跨划分而未用 {report['undivided']} 对；划分之间无泄漏"
    )
    if report["test_since"]:
        say(f"有日期者自 {report['test_since']} 起为测试集")
    if report["overlapping"]:
        used = "仍在其中" if report["config"]["keep_overlap"] else "已去掉"
        listed = "，".join(f"{names[name]} {count}" for name, count in report["overlapping"].items())
        say(f"与验证集同名（{used}）：{listed}")
    if "noise" in report:
        say(_doubted(report["noise"], names))
    say(f"已写到 {folder / _FILES['pairs']} 与 {folder / _FILES['report']}")


def _counted(head: str, column: str, rows: list[dict[str, Any]], names: dict[str, str]) -> Table:
    table = Table(box=None, pad_edge=False)
    splits = ("train", "dev", "test")
    for name in (head, "训练", "开发", "测试"):
        table.add_column(name, justify="left" if name == head else "right")
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row[column], {})[row["split"]] = row["pairs"]
    for key, found in counts.items():
        table.add_row(names.get(key, key), *(str(found.get(split, 0)) for split in splits))
    return table


def _doubted(noise: dict[str, Any], names: dict[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, title="标注噪声（以现用模型为准，存疑而非定论）")
    for name in ("来源", "抽查", "前20以外", "疑似错标", "疑似漏标"):
        table.add_column(name, justify="left" if name == "来源" else "right")
    for row in noise["by_source"]:
        shares = [f"{row[name]:.1%}" for name in ("beyond_k", "doubted", "rivalled")]
        table.add_row(names[row["source"]], str(row["pairs"]), *shares)
    return table
