"""``yingcai fairness``: what may not count is put into texts, and nothing may move; who is shortlisted."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.console import JsonOption, RegionOption, Session, progress_bar, say, show_json
from data.records import Record

if TYPE_CHECKING:
    from training.fairness.results import ImpactReport, RatioLine, SwapReport

__all__ = ["app"]

app = typer.Typer(help="公平性审计：反事实替换与影响比 / fairness audits", no_args_is_help=True)

Seed = Annotated[int, typer.Option(help="随机种子；相同参数给出相同结果")]
Out = Annotated[Path | None, typer.Option("--out", dir_okay=False, help="另存结果的 JSON 文件")]

_MISSED = 3
"""Exit code when a bar is missed; 1 is a failure and 2 a wrong option."""


@app.command()
def swaps(
    *,
    people: Annotated[int, typer.Option(min=1, max=400, help="改写的人才档案数")] = 12,
    postings: Annotated[int, typer.Option(min=1, max=400, help="改写的招聘信息数")] = 12,
    real: Annotated[
        Path | None, typer.Option("--postings-file", exists=True, help="真实招聘信息表；缺省用合成城市")
    ] = None,
    seed: Seed = 7,
    region: RegionOption = None,
    as_json: JsonOption = False,
    out: Out = None,
) -> None:
    """把姓名、性别、年龄、户籍、学校层次等字样写进档案与招聘信息，检验分数与名次是否不变。"""
    session = Session(region=region)
    reports = _swap(session, people=people, postings=postings, real=real, seed=seed)
    _answer(reports, as_json=as_json, out=out)
    if not as_json:
        for report in reports:
            _show_swaps(report)
    _leave(passed=all(report.passed for report in reports))


@app.command()
def impact(
    *,
    people: Annotated[int, typer.Option(min=4, max=1000, help="合成人员数；每人写成 8 份")] = 80,
    vacancies: Annotated[int, typer.Option(min=5, max=1000, help="合成岗位数，各重点产业均分")] = 110,
    k: Annotated[int, typer.Option(min=1, max=20, help="每份名单的人数")] = 10,
    preferences: Annotated[
        bool, typer.Option("--preferences", help="另算各组意愿不同时的结果，只报告、不设门槛")
    ] = False,
    seed: Seed = 7,
    region: RegionOption = None,
    as_json: JsonOption = False,
    out: Out = None,
) -> None:
    """在资格相同、写法不同的审计集上，按组、交叉组与产业计算入选名单的影响比及95%区间。"""
    session = Session(region=region)
    reports = _impact(session, people, vacancies, k=k, seed=seed, preferences=preferences)
    _answer(reports, as_json=as_json, out=out)
    if not as_json:
        for report in reports:
            _show_impact(report)
    _leave(passed=all(report.passed for report in reports))


def _swap(
    session: Session, *, people: int, postings: int, real: Path | None, seed: int
) -> tuple[SwapReport, ...]:
    """Audit both sides on a synthetic city, its vacancies replaced by real ones where a file is given."""
    from training.fairness.doors import city_sample, with_postings
    from training.fairness.swaps import posting_swaps, profile_swaps

    sample = city_sample(session.region, seed=seed, vacancies=max(80, postings), profiles=max(120, people))
    if real is not None:
        sample = with_postings(
            sample,
            real,
            count=max(120, postings),
            seed=seed,
            max_bytes=session.settings.max_upload_mb * 1_000_000,
        )
    with progress_bar() as steps:
        matcher = sample.door.matcher(
            sample.postings, sample.profiles, session.model, session.coders, progress=steps.bar("编码")
        )
        audited = (
            (profile_swaps, sample.profiles.head(people), "改写档案"),
            (posting_swaps, sample.postings.head(postings), "改写招聘信息"),
        )
        return tuple(
            audit(matcher, cells, sample.door, seed=seed, synthetic=real is None, progress=steps.bar(name))
            for audit, cells, name in audited
        )


def _impact(
    session: Session, people: int, vacancies: int, *, k: int, seed: int, preferences: bool
) -> tuple[ImpactReport, ...]:
    """Audit the set of equal terms, and on request the one in which the groups want different things."""
    from training.fairness.doors import city_sample
    from training.fairness.impact import audit

    sample = city_sample(session.region, seed=seed, vacancies=vacancies, profiles=people)
    with progress_bar() as steps:
        return tuple(
            audit(sample, session.model, session.coders, k=k, seed=seed, equal=equal, progress=steps.step)
            for equal in ((True, False) if preferences else (True,))
        )


def _answer(reports: tuple[Record, ...], *, as_json: bool, out: Path | None) -> None:
    """Print or save the reports as one document."""
    document: dict[str, object] = {
        "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "reports": [report.model_dump(mode="json") for report in reports],
    }
    if out is not None:
        out.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if as_json:
        show_json(document)


def _leave(*, passed: bool) -> None:
    if not passed:
        raise typer.Exit(_MISSED)


def _show_swaps(report: SwapReport) -> None:
    side = "人才档案" if report.side == "profile" else "招聘信息"
    label = "（合成数据）" if report.synthetic else "（含真实招聘信息）"
    say()
    say(f"反事实替换：{report.items} 份{side}{label}，对方 {report.pool} 份；分数以 0—1 计")
    table = Table(box=None, pad_edge=False)
    for head in ("属性", "位置", "替换数", "留有痕迹", "最大变动", "名次有变", "变动最大的字样", "结论"):
        table.add_column(head, overflow="fold")
    for line in report.lines:
        verdict = ("达标" if line.passed else "未达标") if line.gated else "不设门槛"
        counts = (str(line.cases), str(line.traces), f"{line.max_change:.4f}", str(line.rank_changes))
        table.add_row(line.attribute, line.place, *counts, line.worst or "—", verdict)
    say(table)
    say(f"门槛：最大变动不超过 {report.bar}，名次不变。" + _verdict(passed=report.passed))
    say("注：没有任何标记的姓名（如能力栏里单独一个名字）无法与行业用语区分，只报告，不设门槛。")


def _show_impact(report: ImpactReport) -> None:
    what = "资格与意愿相同、写法不同" if report.gated else "各组意愿也不同（硬性条件的作用，不设门槛）"
    say()
    say(
        f"影响比（合成数据）：{what}；{report.people} 人写成 {report.copies} 份，"
        f"清洗后 {report.texts} 种写法，每份名单 {report.shortlist} 人，{report.skipped} 个岗位候选人过少未计"
    )
    table = Table(box=None, pad_edge=False)
    for head in ("分组", "重点产业", "岗位数", "影响比（95%区间）", "最低的组", "最高的组", "门槛", "结论"):
        table.add_column(head, overflow="fold")
    for line in report.lines:
        value = "—" if line.ratio is None else f"{line.ratio:.3f}（{line.low:.3f}—{line.high:.3f}）"
        verdict = _of_ratio(line, gated=report.gated)
        groups = (line.lowest, line.highest)
        table.add_row(
            line.split,
            line.industry or "全部",
            str(line.vacancies),
            value,
            *groups,
            f"{line.bar:.2f}",
            verdict,
        )
    say(table)
    say("区间由岗位与人员同时重抽得到；最低与最高之比必不大于 1，区间因此偏低。")
    say("区间宽于门槛到 1 的距离的两倍时暂不评价；全部岗位合计的各行不得暂不评价。")
    if report.gated:
        say(_verdict(passed=report.passed))


def _of_ratio(line: RatioLine, *, gated: bool) -> str:
    if not gated:
        return "不设门槛"
    if not line.rated:
        return "X 暂不评价：样本不足"
    return "达标" if line.passed else "未达标"


def _verdict(*, passed: bool) -> str:
    return "结论：达标" if passed else "结论：未达标"
