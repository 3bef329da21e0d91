"""``yingcai region``: what a region pack holds, and what does not hold in it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Annotated, Any

import typer
from rich.table import Table

from api.console import JsonOption, Session, say, show_json
from data.regions import (
    Agreement,
    Flag,
    PlanIndicator,
    Region,
    check_region,
    read_region,
    recompute_growth,
    region_names,
)
from data.store.moments import beijing_today

app = typer.Typer(help="区域包：查看与检查 / region packs", no_args_is_help=True)

NameArgument = Annotated[
    str | None,
    typer.Argument(metavar="NAME", help="区域包名称或 .yaml 文件路径；缺省取 YINGCAI_REGION"),
]
Day = Annotated[
    dt.datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="按哪一天判断文件是否到期；缺省为今天"),
]


@app.command("list")
def list_regions(*, as_json: JsonOption = False) -> None:
    """列出随产品提供的区域包。"""
    regions = [read_region(name) for name in region_names()]
    if as_json:
        show_json([_summary(region) for region in regions])
        return
    table = _table("名称", "地区", "区划代码", "重点产业", "区县", "人才类别", "规划指标", "重点产业依据")
    for region in regions:
        counts = (region.industries, region.districts, region.talent_categories, region.plan_indicators)
        table.add_row(
            region.name, region.name_zh, region.code, *(str(len(each)) for each in counts), _basis(region)
        )
    say(table)


@app.command()
def show(name: NameArgument = None, *, as_of: Day = None, as_json: JsonOption = False) -> None:
    """显示一个区域包：重点产业、区县、人才类别、规划指标（带标注）与文件状态。"""
    region, day = Session(region=name).region, _day(as_of)
    flags = check_region(region, as_of=day)
    if as_json:
        show_json(_document(region, flags, day))
        return
    say(f"{region.name_zh}（{region.code}），文件状态截至 {day}")
    _show_industries(region)
    _show_places(region)
    _show_categories(region)
    _show_indicators(region, flags)
    _show_documents(region, day)
    _show_hazards(region)


@app.command()
def check(name: NameArgument = None, *, as_of: Day = None, as_json: JsonOption = False) -> None:
    """检查一个区域包：复算增速，核对总量与分项、正文与表、口径、期限和区划代码；只标出，不改数。"""
    region, day = Session(region=name).region, _day(as_of)
    flags = check_region(region, as_of=day)
    if as_json:
        show_json({"region": region.name, "as_of": day, "growth": _growth(region), "flags": _dumped(flags)})
        return
    agreements = Counter(found["agreement"] for found in _growth(region))
    say(f"{region.name_zh}（{region.name}）：格式与代码无误，截至 {day}")
    if agreements:
        each = "，".join(f"{agreement} {agreements[agreement]}" for agreement in Agreement)
        say(f"复算增速 {agreements.total()} 处：{each}")
    say(f"需要知道的问题 {len(flags)} 处；数值均照文件原样保留")
    for flag in flags:
        say(f"  {flag.check} {flag.check.label}　{_subject(region, flag)}{flag.message}")
        if flag.where:
            say(f"      出处：{'；'.join(flag.where)}")


def _day(as_of: dt.datetime | None) -> dt.date:
    return as_of.date() if as_of else beijing_today()


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    return table


def _basis(region: Region) -> str:
    confirm = "，待主管部门确认" if region.source.to_confirm else ""
    return f"《{region.source.document}》{region.source.clause}（{region.source.status}{confirm}）"


def _show_industries(region: Region) -> None:
    say(f"\n重点产业：{_basis(region)}")
    if region.source.note:
        say(f"注：{region.source.note}")
    table = _table("重点产业", "GB/T 4754 代码", "识别用词")
    for industry in region.industries:
        terms = (industry.strong_terms, industry.terms, industry.occupation_terms, industry.weak_terms)
        table.add_row(industry.name, "、".join(industry.gbt4754), f"{sum(map(len, terms))} 个")
    say(table)
    for other in region.industry_lists:
        where = region.document(other.document).cite(other.clause, other.line)
        say(f"另列（不并入重点产业）　{other.name}：{'、'.join(other.items)}　{where}")


def _show_places(region: Region) -> None:
    places = "、".join(f"{place.name}（{place.code}）" for place in region.districts)
    say(f"\n区县：{places or '没有下一级县级区划'}")


def _show_categories(region: Region) -> None:
    if not region.talent_categories:
        return
    say("\n人才类别")
    table = _table("类别", "划分", "口径", "出处")
    for entry in region.talent_categories:
        where = region.document(entry.document).cite(entry.clause, entry.line)
        table.add_row(entry.name, entry.kind, region.definition(entry.definition_id).counts, where)
    say(table)


def _show_indicators(region: Region, flags: tuple[Flag, ...]) -> None:
    if not region.plan_indicators:
        return
    years = sorted({year for indicator in region.plan_indicators for year in indicator.years})
    subjects = {indicator.id for indicator in region.plan_indicators}
    notes = [flag for flag in flags if flag.subject in subjects]
    say("\n规划指标（照文件原样；数字后的标记见表下注）")
    table = _table("指标", "单位", *map(str, years), "文件所写增速", "标记")
    for indicator in region.plan_indicators:
        marks = "".join(_mark(n) for n, flag in enumerate(notes) if flag.subject == indicator.id)
        table.add_row(indicator.name, indicator.unit, *_figures(indicator, years), _stated(indicator), marks)
    say(table)
    for n, flag in enumerate(notes):
        say(f"{_mark(n)} {flag.check} {flag.check.label}：{flag.message}　{'；'.join(flag.where[:2])}")


def _figures(indicator: PlanIndicator, years: list[int]) -> list[str]:
    found = [indicator.figure(year) for year in years]
    return ["—" if figure is None else f"{figure.value}{figure.about}" for figure in found]


def _stated(indicator: PlanIndicator) -> str:
    return "；".join(f"{g.from_year}—{g.to_year} {g.percent}%" for g in indicator.growth) or "—"


def _show_documents(region: Region, day: dt.date) -> None:
    if not region.documents:
        return
    say("\n文件")
    table = _table("题名", "文号", "日期", "状态", "说明")
    for document in region.documents:
        status = document.status_on(day)
        table.add_row(
            document.title, document.number or "—", str(document.issued_on or "—"), status, document.note
        )
    say(table)


def _show_hazards(region: Region) -> None:
    if region.hazards:
        say("\n使用这些文件时要留意")
    for hazard in region.hazards:
        say(f"{hazard.id} {hazard.what}（{hazard.where}）")
        say(f"   做法：{hazard.rule}")


def _mark(place: int) -> str:
    """Return the sign of a footnote: ① to ⑳, then (21)."""
    return chr(ord("①") + place) if place < 20 else f"({place + 1})"


def _subject(region: Region, flag: Flag) -> str:
    name = next((entry.name for entry in region.plan_indicators if entry.id == flag.subject), "")
    return f"{name}：" if name else ""


def _dumped(flags: tuple[Flag, ...]) -> list[dict[str, Any]]:
    return [{**flag.model_dump(mode="json"), "label": flag.check.label} for flag in flags]


def _growth(region: Region) -> list[dict[str, Any]]:
    return [
        {
            "indicator": found.indicator.id,
            "from_year": found.growth.from_year,
            "to_year": found.growth.to_year,
            "stated": float(found.growth.percent),
            "computed": None if found.computed is None else float(found.computed),
            "agreement": found.agreement.value,
        }
        for indicator in region.plan_indicators
        for found in recompute_growth(indicator)
    ]


def _summary(region: Region) -> dict[str, Any]:
    return {
        "name": region.name,
        "name_zh": region.name_zh,
        "code": region.code,
        "key_industries": list(region.key_industries),
        "basis": region.source.model_dump(mode="json"),
        "indicators": len(region.plan_indicators),
    }


def _document(region: Region, flags: tuple[Flag, ...], day: dt.date) -> dict[str, Any]:
    """Return the pack without its word lists, with the documents' status of the day and the flags."""
    whole = region.model_dump(
        mode="json", exclude={"industries", "other_platform_industries", "ignored_terms"}
    )
    documents = [
        {**entry, "status": region.document(entry["id"]).status_on(day).value} for entry in whole["documents"]
    ]
    industries = [{"name": each.name, "gbt4754": list(each.gbt4754)} for each in region.industries]
    return {
        **whole,
        "documents": documents,
        "key_industries": industries,
        "as_of": day.isoformat(),
        "flags": _dumped(flags),
    }
