"""``yingcai challenge``: teams for a challenge (揭榜挂帅)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.console import JsonOption, RegionOption, Session, say, show_json
from api.looks import note_people
from api.service import matching_day
from data.catalogue.lists.documents import banner
from data.store.audit import Action
from data.store.profiles import read_profiles
from matching.rules import RULES, Verdict
from matching.teams import (
    Team,
    TeamList,
    TeamMember,
    find_teams,
    judge_team,
    people_rows,
    read_challenge,
)

app = typer.Typer(help="揭榜挂帅：为榜单组队 / teams for a challenge", no_args_is_help=True)


@app.callback()
def group() -> None:
    """揭榜挂帅：为榜单组队 / teams for a challenge."""


@app.command()
def match(
    file: Annotated[Path, typer.Argument(help="榜单（.yaml）：问题、指标、期限、所需能力")],
    *,
    team: Annotated[
        list[str] | None, typer.Option("--team", help="一起揭榜的人才档案编号，可写多次；给出则只评这一队")
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=20, help="备选团队数")] = 3,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """找出人数最少、合计最合适、能覆盖所需能力的团队；硬性条件不符者不入队。"""
    challenge = read_challenge(file)
    session = Session(region=region)
    as_of = matching_day(session.store, session.region)
    people = people_rows(read_profiles(session.store))
    if team:
        judged = judge_team(challenge, team, people, session.model, as_of=as_of)
        note_people(session.store, session.settings, Action.MATCH_TEAM, team)
        if as_json:
            show_json(
                {"challenge": challenge.model_dump(mode="json"), "team": judged.model_dump(mode="json")}
            )
            return
        say(banner(f"{challenge.challenge_id} {challenge.title}", synthetic=judged.synthetic))
        _show_team(judged, "申报团队" if judged.eligible else "申报团队（不符合条件）")
        return
    found = find_teams(challenge, people, session.model, as_of=as_of, k=k)
    shown = {member.profile_id for each in found.teams for member in each.members}
    note_people(session.store, session.settings, Action.MATCH_TEAM, shown)
    if as_json:
        show_json(found.model_dump(mode="json"))
        return
    _show(found)


def _show(found: TeamList) -> None:
    challenge = found.challenge
    say(banner(f"{challenge.challenge_id} {challenge.title}", synthetic=found.synthetic))
    say(f"指标：{challenge.metric}；截止 {challenge.deadline}")
    say(f"人才 {found.pool}，硬性条件允许 {found.allowed}")
    labels = {rule.name: rule.label for rule in RULES}
    if found.excluded:
        shown = "，".join(f"{labels[name]} {count}" for name, count in found.excluded.items())
        say(f"  被排除：{shown}（一项可能不止一条）")
    if found.nobody:
        say("没有人具备的能力：" + "、".join(found.nobody))
    for place, team in enumerate(found.teams, start=1):
        _show_team(team, f"方案 {place}")
    if not found.teams:
        say("没有能组成的团队")


def _show_team(team: Team, name: str) -> None:
    say()
    say(f"{name}：{team.sentence}；平均适合度 {team.fit:.2f}")
    for member in team.members:
        _show_member(member)
    for each in team.uncovered:
        say(f"    缺 {each.sentence}")
    for out in team.excluded:
        say(f"    {out.profile_id} 不符合：" + "；".join(rule.reason for rule in out.failed))


def _show_member(member: TeamMember) -> None:
    label = "［合成数据］" if member.synthetic else ""
    say(f"  {member.profile_id} {member.title} 适合度 {member.fit:.2f} {label}")
    brings = "、".join(
        f"{each.skill}（{each.evidence.field}“{each.evidence.text}”"
        + ("，队中只此一人" if each.skill in member.alone else "")
        + "）"
        for each in member.brings
    )
    say(f"    承担：{brings or '无所需能力'}")
    unknown = [rule.reason for rule in member.must_have if rule.verdict is Verdict.UNKNOWN]
    if unknown:
        say("    待核实：" + "；".join(unknown))
