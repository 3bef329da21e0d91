"""``yingcai match relax``: what an employer could relax, and whom one step would let in."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.match import load_matcher
from api.console import JsonOption, RegionOption, Session, say, show_json
from api.looks import note_people
from data.store.audit import Action
from matching.results import Advice
from matching.rules import RULES

__all__ = ["run"]


def run(
    vacancy_id: Annotated[str, typer.Argument(help="需求编号")],
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, max=50, help="最多列出几条建议")] = 6,
    near: Annotated[int, typer.Option("--near", min=0, max=50, help="最多列出几名仅差一步的人选")] = 5,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """放宽哪些要求能增加人选：逐项给出增加人数、代价与公平性提示；本人设定的条件从不改动。"""
    session = Session(region=region)
    advice = load_matcher(session).relax(vacancy_id, limit=limit, near=near)
    shown = [each.id for each in advice.near_miss]
    note_people(session.store, session.settings, Action.MATCH_RELAXATIONS, shown, vacancy_id=vacancy_id)
    if as_json:
        show_json(advice.model_dump(mode="json"))
        return
    _show(advice)


def _show(advice: Advice) -> None:
    label = "［合成数据］" if advice.synthetic else ""
    say()
    say(f"{advice.query['id']} {advice.query['title']}{label}")
    say(f"  人才库 {advice.pool} 人，硬性条件允许 {advice.allowed} 人")
    if advice.binding_rule:
        labels = {rule.name: rule.label for rule in RULES}
        say(f"  排除人数最多的条件：{labels[advice.binding_rule]}")
    for number, each in enumerate(advice.relaxations, start=1):
        best = f"，其中 {each.best} 人属最匹配的 20 人" if each.best else ""
        say(f"{number:>3}. {each.sentence}{best}（代价 {each.cost:g}）")
        say(f"       提示：{each.note}")
    if not advice.relaxations:
        say("  放宽用人单位的要求（一项或两项）不会增加人选")
    for near in advice.near_miss:
        say(f"  仅差一步 {near.id}（{near.score:.1f}分）：{near.reason}；{near.change.sentence}即可入围")
