"""``yingcai vacancy``: what was merged and why, and the word of a person on it."""

from __future__ import annotations

from typing import Annotated, Any

import pandas as pd
import typer
from rich.table import Table

from api.console import JsonOption, Session, say, show_json
from data.store.decisions import decide, undo_decision
from data.store.explanations import Explanation, explain
from data.store.vacancies import duplicate_rates, read_vacancies
from data.vacancies.words import RELATIONS, RESULTS, TESTS, TEXTS

app = typer.Typer(help="需求合并：查看、解释、拆分、并入、撤销 / vacancies", no_args_is_help=True)

ByOption = Annotated[str, typer.Option("--by", help="由谁决定（记入变更记录）")]
NoteOption = Annotated[str, typer.Option("--note", help="理由")]
LeftArgument = Annotated[str, typer.Argument(metavar="A", help="一条招聘信息的编号")]
RightArgument = Annotated[str, typer.Argument(metavar="B", help="另一条招聘信息的编号")]

_FLAGS = {"evergreen": "长期挂出", "ghost": "疑似虚挂"}
_RULES = {
    "open_180_days_refreshed": "公开超过 180 天且反复刷新，投递情况未知",
    "reposted_within_14_days": "关闭后 14 天内再次发布超过 3 次",
    "no_start_within_30_days": "到岗日期晚于已知最后公开日 30 天以上",
    "shown_after_validity": "有效期结束 30 天后仍在展示且未报结果",
}
_FACTS = {
    "opened_on": "开始",
    "last_seen_on": "最后所见",
    "days_open": "公开天数",
    "refreshes": "刷新次数",
    "applicant_activity": "投递情况",
    "times": "连续次数",
    "start_by": "到岗",
    "open_until": "最后公开",
    "days_until_start": "相隔天数",
    "valid_until": "有效期至",
    "days_after": "逾期天数",
}


@app.command("list")
def show(
    *,
    employer: Annotated[str, typer.Option("--employer", help="只看名称含这几个字的单位")] = "",
    flag: Annotated[
        str, typer.Option("--flag", help="只看带此标记的：evergreen（长期挂出）或 ghost（疑似虚挂）")
    ] = "",
    merged: Annotated[bool, typer.Option("--merged", help="只看由多条招聘信息合并而成的")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="最多列出的条数")] = 20,
    as_json: JsonOption = False,
) -> None:
    """列出需求，招聘信息多的在前。"""
    frame = read_vacancies(Session().store)
    sizes = frame["posting_ids"].map(len).astype("int64")
    keep = frame["employer"].str.contains(employer, regex=False) & (sizes > int(merged))
    if flag:
        keep &= frame["flags"].map(lambda flags: any(each["flag"] == flag for each in flags)).astype(bool)
    chosen = frame.assign(postings=sizes)[keep].sort_values(
        ["postings", "vacancy_id"], ascending=[False, True]
    )
    rows = [_listed(row) for row in chosen.head(limit).to_dict("records")]
    if as_json:
        show_json(rows)
        return
    table = Table("需求编号", "岗位", "用人单位", "信息数", "开始", "结束", "标记")
    for row in rows:
        marks = "、".join(_FLAGS.get(each, each) for each in row["flags"])
        table.add_row(
            row["vacancy_id"],
            row["title"],
            row["employer"],
            str(row["postings"]),
            str(row["opened_on"] or "—"),
            str(row["closed_on"] or "—"),
            marks,
        )
    say(table)
    say(f"共 {len(chosen)} 条，列出 {len(rows)} 条")


@app.command("explain")
def explain_vacancy(
    vacancy_id: Annotated[str, typer.Argument(metavar="ID", help="需求编号")], *, as_json: JsonOption = False
) -> None:
    """解释一条需求由哪些招聘信息合并而成、每项比对结果如何。"""
    explanation = explain(Session().store, vacancy_id)
    if as_json:
        show_json(explanation.model_dump(mode="json"))
    else:
        _show(explanation)


@app.command()
def split(
    left: LeftArgument,
    right: RightArgument,
    *,
    by: ByOption,
    note: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """认定两条招聘信息不是同一需求；以后每次合并都照此办理。"""
    decide(Session().store, left, right, same=False, by=by, note=note)
    _answer(left, right, "split", "已拆分", as_json=as_json)


@app.command()
def join(
    left: LeftArgument,
    right: RightArgument,
    *,
    by: ByOption,
    note: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """认定同一单位的两条招聘信息是同一需求；以后每次合并都照此办理。"""
    decide(Session().store, left, right, same=True, by=by, note=note)
    _answer(left, right, "joined", "已并入同一需求", as_json=as_json)


@app.command()
def undo(
    left: LeftArgument,
    right: RightArgument,
    *,
    by: ByOption,
    note: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """撤销对两条招聘信息的人工决定，恢复自动合并的结果。"""
    undo_decision(Session().store, left, right, by=by, note=note)
    _answer(left, right, "undone", "已撤销决定", as_json=as_json)


@app.command()
def rate(*, as_json: JsonOption = False) -> None:
    """按来源报告重复率：重复条数、占比、其中与其他来源重复的条数。"""
    rates = duplicate_rates(Session().store)
    if as_json:
        show_json([{str(name): value for name, value in row.items()} for row in rates.to_dict("records")])
        return
    table = Table("来源", "招聘信息", "重复", "重复率", "与其他来源重复")
    for row in rates.to_dict("records"):
        counts = [str(row[name]) for name in ("postings", "duplicates")]
        table.add_row(row["source"], *counts, f"{row['rate']:.1%}", str(row["across_sources"]))
    say(table)


def _answer(left: str, right: str, kind: str, words: str, *, as_json: bool) -> None:
    if as_json:
        show_json({"left_posting_id": left, "right_posting_id": right, "decision": kind})
    else:
        say(f"{left} 与 {right}：{words}，该单位的需求已重新合并")


def _listed(row: dict[Any, Any]) -> dict[str, Any]:
    names = (
        "vacancy_id",
        "title",
        "employer",
        "place_code",
        "postings",
        "opened_on",
        "closed_on",
        "refreshes",
    )
    plain = {name: None if pd.isna(row[name]) else row[name] for name in names}
    heads = None if pd.isna(row["heads"]) else int(row["heads"])
    return plain | {"heads": heads, "flags": sorted({each["flag"] for each in row["flags"]})}


def _show(found: Explanation) -> None:
    first = found.members[0]
    say(f"{found.vacancy_id}  {first.title}  {first.end_employer or first.employer}")
    heads = "未写明" if found.heads is None else f"{found.heads} 人"
    say(
        f"  {found.opened_on or '日期不详'} 至 {found.closed_on or '未关闭或未知'}，"
        f"{found.outcome}，人数 {heads}"
    )
    if found.via_agency:
        say("  只见于人力资源机构且未点名用人单位：单列，不与其他单位合并")
    for flag in found.flags:
        say(f"  {_FLAGS[flag['flag']]}：{_RULES[flag['rule']]}（{_pairs(flag['evidence'])}）")
    say(f"由 {len(found.members)} 条招聘信息合并：")
    for member in found.members:
        day = member.posted_on or member.observed_on or "无日期"
        score = "" if member.relation == "FIRST" or member.score is None else f"，相似 {member.score:.2f}"
        say(f"  {member.posting_id}  {member.source}  {day}  {member.title}  {member.employer}")
        say(f"    {RELATIONS[member.relation]}{score}")
        if member.evidence:
            say(f"    {_evidence(member.evidence)}")
    for made in found.decisions:
        said = "同一需求" if made.same else "不同需求"
        why = f"：{made.note}" if made.note else ""
        pair = f"{made.left_posting_id} 与 {made.right_posting_id}"
        say(f"人工决定：{pair} 为{said}（{made.decided_by}，{made.decided_at:%Y-%m-%d}{why}）")
    for spell in found.previous:
        say(
            f"此前一轮：{spell.vacancy_id}，{spell.opened_on} 至 {spell.closed_on or '未知'}，{spell.outcome}"
        )


def _pairs(evidence: dict[str, Any]) -> str:
    return "，".join(
        f"{_FACTS[name]} {'未知' if value == 'unknown' else value}" for name, value in evidence.items()
    )


def _evidence(evidence: dict[str, Any]) -> str:
    """Put the outcome of every test in words."""
    parts = [f"{words}{RESULTS[evidence[name]]}" for name, words in TESTS.items()]
    parts.append(f"薪酬{RESULTS[evidence['pay']['result']]}")
    if "text" in evidence:
        text = evidence["text"]
        likeness = "" if text["similarity"] is None else f" {text['similarity']:.2f}"
        parts.append(f"{TEXTS[text['method']]}{likeness}")
    if evidence["days_apart"] is not None:
        parts.append(f"相隔 {evidence['days_apart']} 天")
    return f"与 {evidence['compared_with']} 比：" + "，".join(parts)
