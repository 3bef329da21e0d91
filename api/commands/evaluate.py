"""``yingcai evaluate``: quality on anyone's data, with intervals and next to plain baselines."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
import typer
from rich.table import Table

from api.commands.match import load_matcher
from api.commands.rank import read_pairs, write_run
from api.console import JsonOption, RegionOption, Session, progress_bar, say, show_json
from data.errors import FileProblem, InputError

if TYPE_CHECKING:
    from training.evaluate import Evaluation, Measure, TitleSet

__all__ = ["app"]

app = typer.Typer(
    help="评价：在任何人的数据上，带95%区间，与BM25、字符TF-IDF、随机并列 / evaluation", no_args_is_help=True
)

OutOption = Annotated[Path | None, typer.Option("--out", help="结果文件夹：JSON、CSV，titles 另有 TREC run")]
SeedOption = Annotated[int, typer.Option(min=0, help="随机种子；相同参数给出相同结果")]

_QUERIES, _CORPUS, _QRELS = "queries", "corpus_elements", "qrels.tsv"


@app.command()
def titles(
    *,
    queries: Annotated[list[Path] | None, typer.Option(help="查询：每行 编号<TAB>文本；可重复")] = None,
    corpus: Annotated[list[Path] | None, typer.Option(help="语料：每行 编号<TAB>文本；与查询成组")] = None,
    qrels: Annotated[list[Path] | None, typer.Option(help="判定：TREC 格式；与查询成组")] = None,
    folder: Annotated[
        Path | None,
        typer.Option(help=f"文件夹，其本身或每个子文件夹含 {_QUERIES}、{_CORPUS}、{_QRELS}"),
    ] = None,
    out: OutOption = None,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """职位名称检索：MAP、MRR、P@5、P@10、nDCG@10，按语种（每组文件）与文字分列。"""
    from training.evaluate import evaluate_titles

    groups = _title_files(queries or [], corpus or [], qrels or [], folder)
    sets = [_title_set(name, *paths) for name, *paths in groups]
    ids = {one.name: (one.query_ids, one.document_ids) for one in sets}

    def keep(dataset: str, system: str, scores: Any) -> None:
        if out is not None:
            depth = len(ids[dataset][1])
            path = out / f"titles-{dataset}-{system}.trec"
            write_run(path, scores, *ids[dataset], depth=depth, tag=system)

    with _watching() as watch:
        found = evaluate_titles(sets, Session().model, seed=seed, watch=watch, keep=keep)
    _report(found, out, [path for _, *paths in groups for path in paths], as_json=as_json)


@app.command()
def majors(
    *,
    pairs: Annotated[
        Path | None,
        typer.Option(help="CSV：major,occupation_code；缺省为官方对应表"),
    ] = None,
    declared: Annotated[
        Path | None, typer.Option(help="CSV：posting_id,major，用人单位所列专业；须同时给 --postings")
    ] = None,
    postings: Annotated[Path | None, typer.Option(help="招聘信息：posting_id,title")] = None,
    out: OutOption = None,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """专业→职业（留出的专业不参与拟合）；或岗位→用人单位所列专业。recall@10、MRR。"""
    from training.evaluate import evaluate_declared, evaluate_majors

    if (declared is None) != (postings is None) or (declared is not None and pairs is not None):
        raise InputError(
            "options_conflict", "--declared 与 --postings 须同时给出，且不与 --pairs 并用", hint="见 --help"
        )
    right = None if pairs is None else _grouped(pairs, "major", "occupation_code")
    wanted = None if declared is None or postings is None else _declared(declared, postings)
    session = Session()
    with _watching() as watch:
        if wanted is None:
            found = evaluate_majors(session.model, session.coder, pairs=right, seed=seed, watch=watch)
        else:
            found = evaluate_declared(*wanted, session.model, session.coder, seed=seed, watch=watch)
    _report(found, out, [path for path in (pairs, declared, postings) if path], as_json=as_json)


@app.command("postings")
def postings_command(
    *,
    postings: Annotated[Path, typer.Option(help="招聘信息：title、description，可有 source 等列")],
    limit: Annotated[int, typer.Option(min=2, help="最多抽取的条数；2 万条须编码约 15 分钟以上")] = 2000,
    as_written: Annotated[
        bool, typer.Option("--as-written/--masked-only", help="是否也评原文；只评遮去名称者省一半编码")
    ] = True,
    out: OutOption = None,
    seed: SeedOption = 2026,
    as_json: JsonOption = False,
) -> None:
    """名称→自己的描述（遮去名称与原文各一遍）：recall@1、recall@10、MRR，按重点产业与来源。"""
    from training.evaluate import evaluate_postings, posting_task, read_posting_table

    task = posting_task(read_posting_table(postings), limit=limit, rng=np.random.default_rng(seed))
    with _watching() as watch:
        found = evaluate_postings(task, Session().model, as_written=as_written, seed=seed, watch=watch)
    _report(found, out, [postings], as_json=as_json)


@app.command()
def matching(
    *,
    pairs: Annotated[
        Path | None, typer.Option(help="CSV：vacancy_id,profile_id,grade；grade 大于 0 为相关")
    ] = None,
    truth: Annotated[
        Path | None, typer.Option(help="合成城市的真值目录（var/demo/synthetic），代替 --pairs")
    ] = None,
    limit: Annotated[int, typer.Option(min=10, help="用真值时取多少条在招需求")] = 200,
    region: RegionOption = None,
    out: OutOption = None,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """人岗匹配与判定对照，两个方向：nDCG@10、MRR、recall@100。"""
    from training.evaluate import evaluate_matching, read_judged_pairs, read_truth_pairs

    source = pairs or truth
    if source is None or (pairs and truth):
        raise InputError("pairs_or_truth", "须给出 --pairs 或 --truth 之一", hint="见 --help")
    given = read_judged_pairs(pairs) if pairs else None
    matcher = load_matcher(Session(region=region))
    if given is None:
        rng = np.random.default_rng(seed)
        given = read_truth_pairs(source, matcher.vacancies.rows, limit=limit, rng=rng)
    with _watching() as watch:
        found = evaluate_matching(matcher, given, both_ways=pairs is not None, seed=seed, watch=watch)
    _report(found, out, [pairs] if pairs else [], as_json=as_json)


@contextmanager
def _watching() -> Iterator[Callable[[str, int, int], None]]:
    with progress_bar() as steps:
        yield steps.step


def _title_files(
    queries: Sequence[Path], corpus: Sequence[Path], qrels: Sequence[Path], folder: Path | None
) -> list[tuple[str, Path, Path, Path]]:
    """Return name and files of every set; a set is named after its folder or the number it was given in."""
    groups: list[tuple[str, Path, Path, Path]] = []
    if folder is not None:
        places = [folder, *sorted(folder.iterdir())] if folder.is_dir() else []
        groups = [
            (place.name, place / _QUERIES, place / _CORPUS, place / _QRELS)
            for place in places
            if (place / _QUERIES).is_file()
        ]
        if not groups:
            raise FileProblem("file_missing", f"{folder} 里没有 {_QUERIES}", hint="检查文件夹")
    if not len(queries) == len(corpus) == len(qrels) or (folder is None and not queries):
        raise InputError(
            "options_conflict", "须成组给出 --queries、--corpus、--qrels，或给 --folder", hint="见 --help"
        )
    names = [path.parent.name for path in queries]
    for number, (name, *paths) in enumerate(zip(names, queries, corpus, qrels, strict=True), start=1):
        given = name if name and names.count(name) == 1 else f"第{number}组"
        groups.append((given, paths[0], paths[1], paths[2]))
    return groups


def _title_set(name: str, queries: Path, corpus: Path, qrels: Path) -> TitleSet:
    from training.evaluate import TitleSet, read_qrels

    return TitleSet(name, *read_pairs(queries), *read_pairs(corpus), read_qrels(qrels))


def _table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Read columns of a CSV or Parquet file as text, rows with an empty one left out."""
    try:
        reader = pd.read_parquet if path.suffix == ".parquet" else pd.read_csv
        table = reader(path)
    except FileNotFoundError as error:
        raise FileProblem("file_missing", f"没有文件 {path}", hint="检查路径") from error
    missing = [column for column in columns if column not in table]
    if missing:
        raise FileProblem("columns_missing", f"{path.name} 缺少列 {'、'.join(missing)}", hint="补上这些列")
    return table[list(columns)].dropna().astype(str)


def _grouped(path: Path, by: str, value: str) -> dict[str, list[str]]:
    """Return the different values of each key."""
    table = _table(path, (by, value)).drop_duplicates()
    if table.empty:
        raise FileProblem("file_empty", f"{path.name} 没有数据行", hint=f"每行写 {by},{value}")
    return {str(key): part[value].tolist() for key, part in table.groupby(by, sort=True)}


def _declared(declared: Path, postings: Path) -> tuple[list[str], list[list[str]]]:
    """Return titles, and the majors that each declares."""
    wanted = _grouped(declared, "posting_id", "major")
    table = _table(postings, ("posting_id", "title"))
    titles_of = dict(zip(table["posting_id"], table["title"], strict=True))
    known = [posting for posting in wanted if posting in titles_of]
    if not known:
        raise FileProblem(
            "no_posting_known", f"{declared.name} 的编号都不在 {postings.name} 里", hint="检查 posting_id"
        )
    return [titles_of[posting] for posting in known], [wanted[posting] for posting in known]


def _report(found: Evaluation, out: Path | None, files: Sequence[Path], *, as_json: bool) -> None:
    """Add what the numbers were made from; write and show."""
    from training.evaluate import write_evaluation

    made = {
        "inputs": {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
        "yingcai": version("yingcai"),
        "machine": f"{platform.machine()} {platform.system()} Python {platform.python_version()}",
    }
    found = found.model_copy(update={"details": {**found.details, **made}})
    written = write_evaluation(found, out) if out is not None else []
    if as_json:
        show_json(found.model_dump(mode="json"))
        return
    for dataset in dict.fromkeys(one.dataset for one in found.measures):
        say(f"{dataset}（均值与95%自助法区间）")
        say(_measures_table([one for one in found.measures if one.dataset == dataset]))
    for remark in found.notes:
        say(f"注：{remark}")
    if written:
        say("已写到 " + "、".join(str(path) for path in written))


def _measures_table(measures: Sequence[Measure]) -> Table:
    """Lay out one dataset: a row for each group and system, a column for each metric."""
    metrics = list(dict.fromkeys(one.metric for one in measures))
    table = Table(box=None, pad_edge=False)
    for head in ("分组", "方法", "查询", "略去", *metrics):
        table.add_column(head, justify="left" if head in {"分组", "方法"} else "right", overflow="fold")
    cells: dict[tuple[str, str, str], dict[str, Measure]] = {}
    for one in measures:
        cells.setdefault((one.grouping, one.group, one.system), {})[one.metric] = one
    order = {group: rank for rank, group in enumerate(dict.fromkeys(key[:2] for key in cells))}
    for key in sorted(cells, key=lambda key: order[key[:2]]):
        row = cells[key]
        first = row[metrics[0]]
        group = key[1] if key[0] == key[1] else f"{key[0]}：{key[1]}"
        table.add_row(
            group, key[2], str(first.queries), str(first.dropped), *(_cell(row[m]) for m in metrics)
        )
    return table


def _cell(one: Measure) -> str:
    if one.mean is None:
        return "X 暂不评价"
    return f"{one.mean:.3f} [{one.low:.3f}, {one.high:.3f}]"
