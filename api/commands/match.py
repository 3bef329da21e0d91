"""``yingcai match``: people for a vacancy, vacancies for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from api.console import JsonOption, RegionOption, Session, progress_bar, say, show_json
from api.service import matching_day
from matching.matcher import Matcher
from matching.results import MatchList, MatchResult
from matching.rules import RULES, Verdict

app = typer.Typer(help="匹配：为人找岗、为岗找人 / matches both ways", no_args_is_help=True)

Count = Annotated[int, typer.Option("-k", min=1, max=200, help="返回条数")]


@app.command()
def person(
    profile_id: Annotated[str, typer.Argument(help="人才档案编号")],
    *,
    k: Count = 5,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """为一个人找岗位：先按硬性条件排除，再排序并逐项说明。"""
    show_matches(load_matcher(Session(region=region)).match_profile(profile_id, k=k), as_json=as_json)


@app.command()
def vacancy(
    vacancy_id: Annotated[str, typer.Argument(help="需求编号")],
    *,
    k: Count = 5,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """为一个岗位找人：先按硬性条件排除，再排序并逐项说明；只显示化名档案。"""
    show_matches(load_matcher(Session(region=region)).match_vacancy(vacancy_id, k=k), as_json=as_json)


def load_matcher(session: Session) -> Matcher:
    """Load both pools of the store, with progress."""
    as_of = matching_day(session.store, session.region)
    with progress_bar() as steps:
        return Matcher.from_store(
            session.store, session.model, session.coder, as_of=as_of, progress=steps.bar("加载并编码")
        )


def show_matches(matches: MatchList, *, as_json: bool) -> None:
    """Show a match with its reasons."""
    if as_json:
        show_json(matches.model_dump(mode="json"))
        return
    labels = {rule.name: rule.label for rule in RULES}
    what = "岗位" if matches.direction == "vacancies" else "人选"
    label = "［合成数据］" if matches.query["synthetic"] else ""
    title = (
        f"{matches.query['id']} {matches.query['title']}（{matches.query['place'] or '地点未写明'}）{label}"
    )
    say()
    say(f"{title} → {what}：共 {matches.pool}，硬性条件允许 {matches.allowed}")
    if matches.excluded:
        shown = "，".join(f"{labels[name]} {count}" for name, count in matches.excluded.items())
        say(f"  被排除：{shown}（一项可能不止一条）")
    for result in matches.results:
        _show_result(result)
    if not matches.results:
        say("  没有符合硬性条件者")


def _show_result(result: MatchResult) -> None:
    item = result.item
    label = "［合成数据］" if result.synthetic else ""
    who = " ".join(str(part) for part in (item["title"], item.get("employer"), item["place"]) if part)
    say(f"{result.rank:>3}. {result.score:5.1f}  {result.id} {who} {label}")
    for category in sorted(result.categories, key=lambda part: -part.contribution)[:4]:
        value = "未知" if category.score is None else f"{category.score:.2f}"
        sum_of = f"{value}×{category.weight:.2f}={category.contribution:.1f}"
        say(f"       {category.label} {sum_of}　{category.sentence}")
    unknown = [rule.reason for rule in result.must_have if rule.verdict is Verdict.UNKNOWN]
    if unknown:
        say("       待核实：" + "；".join(unknown))
    if result.missing:
        say("       未体现的能力：" + "、".join(result.missing[:6]))
