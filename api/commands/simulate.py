"""``yingcai catalogue simulate`` and ``what-if``: check the method on a known truth; ask what would be."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import numpy as np
import typer
from rich.table import Table

from api.console import JsonOption, RegionOption, Session, progress_bar, say, show_json
from data.catalogue.simulation import Study, simulate
from data.catalogue.what_if import Scenario, Situation, WhatIf, what_if
from data.demand import latest_day, read_demand, read_supply
from data.errors import InputError
from data.store.moments import beijing_today

__all__ = ["simulate_command", "what_if_command"]

_HEADS = (
    "方法",
    "与真值ρ",
    "小单元ρ",
    "前20%误列",
    "名单更替",
    "与高端ρ",
    "与薪酬ρ",
    "注水上榜",
    "注水并虚报",
)
_SEED = 0


def simulate_command(
    *,
    draws: Annotated[int, typer.Option(min=1, help="模拟的城市数，每座观测两次")] = 8,
    seed: Annotated[int, typer.Option(help="随机种子；相同参数给出相同结果")] = 0,
    as_json: JsonOption = False,
) -> None:
    """在真值已知的合成城市上检验紧缺指数，与五种通行算法并列比较。"""
    with progress_bar() as steps:
        study = simulate(draws=draws, seed=seed, progress=steps.bar("模拟城市"))
    if as_json:
        show_json(study.model_dump(mode="json"))
    else:
        _show_study(study)


def _show_study(study: Study) -> None:
    table = Table(box=None, pad_edge=False)
    for head in _HEADS:
        table.add_column(head, justify="left" if head == "方法" else "right")
    for row in study.methods:
        table.add_row(
            row.method,
            *(f"{value:.2f}" for value in (row.truth, row.truth_small)),
            *(f"{value:.1%}" for value in (row.false_listings, row.churn)),
            *(f"{value:.2f}" for value in (row.high_end, row.pay_level)),
            *(f"{value:.1%}" for value in (row.padded, row.padded_lied)),
        )
    say(f"合成城市{study.draws}座，种子{study.seed}。真实紧缺与“高端”的相关为{study.true_high_end:.2f}。")
    say(table)
    say(
        f"本方法：{study.rated:.0%}的职业可单独评级；80%区间覆盖真值{study.coverage:.1%}，"
        f"覆盖重复观测{study.repeat_coverage:.1%}，平均半宽{study.half_width:.1f}分，误差{study.rmse:.1f}分。"
    )
    say(
        f"同一真值两次观测，星级变动{study.star_churn:.1%}，启用升降把握规则后{study.star_churn_held:.1%}；"
        f"高估两星及以上{study.two_stars_high:.1%}。"
    )
    say("注：合成城市只检验方法，不是营口的证据。误列指不在真实最紧缺的40%之内。")


def what_if_command(
    *,
    occupation: Annotated[str, typer.Option(help="职业编码，如 6-15-05-01")],
    industry: Annotated[str | None, typer.Option(help="重点产业名称；缺省为其他产业")] = None,
    supply: Annotated[str | None, typer.Option(help="增加的合格求职者，如 +200")] = None,
    pay: Annotated[str | None, typer.Option(help="提薪幅度，如 +10%")] = None,
    skill: Annotated[
        bool, typer.Option("--skill-instead-of-education", help="以技能等级替代学历门槛")
    ] = False,
    synthetic: Annotated[bool, typer.Option("--synthetic", help="只看合成数据")] = False,
    region: RegionOption = None,
    as_of: Annotated[
        dt.datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="数据截止日")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """假如供给增加、薪酬提高或以技能等级替代学历，紧缺指数会怎样变化。"""
    scenario, amount = _asked(supply, pay, skill=skill)
    session = Session(region=region)
    vacancies, profiles = (
        read_demand(session.store, session.region),
        read_supply(session.store, session.region),
    )
    day = as_of.date() if as_of else latest_day(vacancies, today=beijing_today())
    answer = what_if(
        vacancies,
        profiles,
        occupation=occupation,
        industry=industry,
        scenario=scenario,
        amount=amount,
        as_of=day,
        rng=np.random.default_rng(_SEED),
        synthetic=synthetic,
    )
    if as_json:
        show_json(answer.model_dump(mode="json"))
    else:
        _show_answer(answer)


def _asked(supply: str | None, pay: str | None, *, skill: bool) -> tuple[Scenario, float]:
    """Read which one of the three was asked for."""
    if (supply is not None) + (pay is not None) + skill != 1:
        raise InputError(
            "one_scenario",
            "须且只须给出一种设想",
            hint="--supply、--pay、--skill-instead-of-education 三选一",
        )
    if supply is not None:
        return Scenario.SUPPLY, _number(supply, "--supply")
    if pay is not None:
        share = _number(pay.removesuffix("%").removesuffix("％"), "--pay")
        return Scenario.PAY, share / 100
    return Scenario.SKILL, 0.0


def _number(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InputError("not_a_number", f"{option} 的值不是数字：{text}", hint="如 +200 或 +10%") from error


def _show_answer(answer: WhatIf) -> None:
    say(f"{answer.occ_code} {answer.key_industry or '其他产业'}：{answer.scenario.value}")
    table = Table(box=None, pad_edge=False)
    for head in ("", "紧缺指数（80%区间）", "星级", "有效求职人数", "分指标"):
        table.add_column(head, overflow="fold")
    for name, situation in (("现状", answer.before), ("设想", answer.after)):
        table.add_row(name, *_situation(situation))
    say(table)
    if answer.after_range is not None:
        say(f"计入作用大小的不确定性，设想下的指数在 {answer.after_range[0]}–{answer.after_range[1]} 之间。")
    say(f"注：{answer.note}")


def _situation(situation: Situation) -> list[str]:
    if situation.S is None:
        return ["X 暂不评价", "—", f"{situation.supply:.0f}", "—"]
    scores = "，".join(f"{name.upper()} {score:.0f}" for name, score in situation.scores.items())
    index = f"{situation.S:.1f}（{situation.S_lo:.1f}–{situation.S_hi:.1f}）"
    return [index, "★" * (situation.star or 0) or "—", f"{situation.supply:.0f}", scores]
