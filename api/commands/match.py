"""``yingcai match``: people for a vacancy, vacancies for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from api.console import JsonOption, RegionOption, Session, note, progress_bar, say, show_json
from api.looks import note_matches, note_people, user_of_machine
from api.service import matching_day
from data.errors import InputError
from data.store.audit import Action
from data.store.promotions import champion_of
from data.store.reviews import read_aliases
from matching.bundle import open_champion
from matching.coding import Coders
from matching.matcher import Matcher
from matching.ranker import NEUTRAL
from matching.replay import issue_list
from matching.results import Category, MatchList, MatchResult, RankBy
from matching.rules import RULES, Verdict

app = typer.Typer(help="匹配：为人找岗、为岗找人 / matches both ways", no_args_is_help=True)

_VERDICTS = {Verdict.PASS: "符合　", Verdict.FAIL: "不符合", Verdict.UNKNOWN: "待核实"}
Sorting = Annotated[RankBy, typer.Option(help="按哪个得分排：forward 对提问方，reverse 对对方，mutual 双向")]
Weights = Annotated[
    list[str] | None, typer.Option("--weight", help="评分项的权重，如 skills=2，可重复；不写则用建议权重")
]
Recording = Annotated[bool, typer.Option("--record", help="留存这份名单，以便日后用当时的数据与模型复现")]
Count = Annotated[int, typer.Option("-k", min=1, max=200, help="返回条数")]


@app.command()
def person(
    profile_id: Annotated[str, typer.Argument(help="人才档案编号")],
    *,
    k: Count = 5,
    rank_by: Sorting = RankBy.FORWARD,
    weight: Weights = None,
    record: Recording = False,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """为一个人找岗位：先按硬性条件排除，再排序并逐项说明。"""
    session = Session(region=region)
    matcher, weights = load_matcher(session), read_weights(weight)
    found = matcher.match_profile(profile_id, k=k, rank_by=rank_by, weights=weights)
    note_matches(session.store, session.settings, found)
    if record:
        record_matches(session, matcher, found, k=k, weights=weights)
    show_matches(found, as_json=as_json)


@app.command()
def vacancy(
    vacancy_id: Annotated[str, typer.Argument(help="需求编号")],
    *,
    k: Count = 5,
    rank_by: Sorting = RankBy.FORWARD,
    weight: Weights = None,
    near: Annotated[int, typer.Option("--near", min=0, max=50, help="另列几名仅差一项的人选")] = 0,
    record: Recording = False,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """为一个岗位找人：先按硬性条件排除，再排序并逐项说明；只显示化名档案。"""
    session = Session(region=region)
    matcher, weights = load_matcher(session), read_weights(weight)
    found = matcher.match_vacancy(vacancy_id, k=k, rank_by=rank_by, weights=weights, near=near)
    note_matches(session.store, session.settings, found)
    if record:
        record_matches(session, matcher, found, k=k, weights=weights)
    show_matches(found, as_json=as_json)


@app.command()
def pair(
    vacancy_id: Annotated[str, typer.Argument(help="需求编号")],
    profile_id: Annotated[str, typer.Argument(help="人才档案编号")],
    *,
    weight: Weights = None,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """只看一个岗位与一个人：每条硬性条件的判定（含不符合）、每项得分与依据。"""
    session = Session(region=region)
    matcher = load_matcher(session)
    result = matcher.score(vacancy_id, profile_id, weights=read_weights(weight))
    note_people(session.store, session.settings, Action.MATCH_PAIR, [profile_id], vacancy_id=vacancy_id)
    if as_json:
        show_json(result.model_dump(mode="json"))
        return
    say(f"{vacancy_id} × {profile_id}{'［合成数据］' if result.synthetic else ''}")
    for rule in result.must_have:
        say(f"  {_VERDICTS[rule.verdict]} {rule.label}：{rule.reason}")
    _show_result(result)


def read_weights(given: list[str] | None) -> dict[str, float] | None:
    """Read ``name=number`` pairs; None where none was given."""
    weights = {}
    for each in given or ():
        name, _, number = each.partition("=")
        try:
            weights[name.strip()] = float(number)
        except ValueError as error:
            raise InputError(
                "weight_unreadable", f"权重“{each}”读不懂", hint="写成 名称=数值，例如 --weight skills=2"
            ) from error
    return weights or None


def record_matches(
    session: Session, matcher: Matcher, found: MatchList, *, k: int, weights: dict[str, float] | None
) -> str:
    """Keep a list with the exact data behind it, and name it on the error stream."""
    list_id = issue_list(
        session.store,
        matcher,
        found,
        k=k,
        actor=user_of_machine(),
        pools=session.settings.pools_dir,
        weights=weights,
        bundle_id=champion_of(session.store) or "",
    )
    note(f"已留存为名单 {list_id}；复现：yingcai replay run {list_id}")
    return list_id


def load_matcher(session: Session) -> Matcher:
    """Load both pools of the store with the bundle that is to serve, with progress."""
    as_of = matching_day(session.store, session.region)
    champion = champion_of(session.store)
    opened = open_champion(session.store, session.settings, champion, model=session.model, report=note)
    coder = session.coder
    if opened.model is not session.model:
        coder = Coders.from_reference(opened.model, aliases=read_aliases(session.store)).occupation
    with progress_bar() as steps:
        return Matcher.from_store(
            session.store,
            opened.model,
            coder,
            as_of=as_of,
            ranker=opened.ranker,
            folder=session.settings.index_dir,
            progress=steps.bar("加载并编码"),
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
    for near in matches.near_miss:
        say(f"  仅差一项 {near.id}（{near.score:.1f}分）：{near.label}，{near.reason}")
    if matches.degraded:
        say("  注意：编码模型暂不可用，本次未比较语义，只比较字面与事实")


def _show_result(result: MatchResult) -> None:
    item = result.item
    label = "［合成数据］" if result.synthetic else ""
    who = " ".join(str(part) for part in (item["title"], item.get("employer"), item["place"]) if part)
    place = "" if result.rank is None else f"{result.rank:>3}."
    say(f"{place} {result.score:5.1f}  {result.id} {who} {label}")
    both = f"对提问方 {result.score_forward:.1f}，对对方 {result.score_reverse:.1f}"
    say(f"       {both}，双向 {result.score_mutual:.1f}")
    if result.probability is not None:
        say(f"       按以往结果，成功的概率约 {result.probability:.0%}")
    for category in sorted(result.categories, key=lambda part: -part.contribution)[:4]:
        say(f"       {category.label} {_sum_of(category)}　{category.sentence}")
    unknown = [rule.reason for rule in result.must_have if rule.verdict is Verdict.UNKNOWN]
    if unknown:
        say("       待核实：" + "；".join(unknown))
    for reason in result.reasons[:2]:
        say(f"       {reason.sentence}")
    for missing in result.missing[:3]:
        say(f"       {missing.sentence}")
    if result.exposure:
        say(f"       此人在 {result.exposure} 个在招岗位的语义最近十人之中")


def _sum_of(category: Category) -> str:
    """Show how a value becomes points: by its weight, or on a learned curve that ends at so many."""
    value = "未知" if category.score is None else f"{category.score:.2f}"
    weighted = 100 * category.weight_applied * (NEUTRAL if category.score is None else category.score)
    if round(weighted - category.contribution, 1) == 0:
        return f"{value}×{category.weight_applied:.2f}={category.contribution:.1f}"
    return f"{value}→{category.contribution:.1f}（满分{100 * category.weight_applied:.1f}）"
