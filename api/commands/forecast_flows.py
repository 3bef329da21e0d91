"""``yingcai forecast flows``: early warning of changes in who comes and goes, by cell and never by person."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import typer
from rich.table import Table

from api.console import JsonOption, RegionOption, Session, say, show_json
from data.demand import of_one_nature
from data.errors import RefusedError
from data.store.lists import read_flow_rows
from data.store.moments import beijing_today

__all__ = ["run"]

_COLUMNS = (
    "重点产业",
    "人才类别",
    "内容",
    "提示",
    "始于",
    "每季人数（前→后）",
    "变化（95%区间）",
    "q值",
    "说明",
)


def run(
    *,
    as_of: Annotated[
        dt.datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="数据截止日；缺省为今天")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="最多显示的行数")] = 40,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """人才流动预警：按重点产业×人才类别看流入流出的变化，控制误报；不评个人、不列名单。"""
    from training.forecast.flow_warning import find_flow_changes

    session = Session(region=region)
    rows = read_flow_rows(session.store, session.region.name)
    if rows.empty:
        raise RefusedError(
            "no_flow_reports",
            "还没有单位报送流入流出",
            hint="用 yingcai catalogue flows FILE 导入单位报送的汇总",
        )
    own = of_one_nature(rows)
    day = as_of.date() if as_of else beijing_today()
    document = {
        "region": session.region.name,
        "region_name": session.region.name_zh,
        "synthetic": bool(own["synthetic"].all()),
        **find_flow_changes(own, as_of=day).to_records(),
    }
    if as_json:
        show_json(document)
    else:
        _show(document, limit)


def _show(document: dict[str, Any], limit: int) -> None:
    label = "（合成数据）" if document["synthetic"] else ""
    say(f"{document['region_name']}人才流动预警{label}：截至 {document['latest'] or '（没有已结束的季度）'}")
    findings = document["findings"]
    alarms = sum(each["alarm"] for each in findings)
    say(f"{alarms} 处提示；没有变化时，平均 {document['run_length']} 次季度运行中有误报的至多 1 次")
    table = Table(box=None, pad_edge=False)
    for name in _COLUMNS:
        table.add_column(name, overflow="fold")
    for each in findings[:limit]:
        table.add_row(
            each["key_industry"],
            each["talent_category"],
            each["quantity"] or "—",
            _told(each),
            each["since"] or "—",
            _people(each),
            _change(each),
            "—" if each["q_value"] is None else f"{each['q_value']:.3f}",
            "；".join(reason["message"] for reason in each["reasons"]),
        )
    say(table)
    say(f"共 {len(findings)} 行，显示 {min(limit, len(findings))} 行")
    for text in document["notes"]:
        say(f"注：{text}")


def _told(each: dict[str, Any]) -> str:
    if each["status"] == "refused":
        return "暂不评价"
    if not each["alarm"]:
        return "未见变化"
    return f"{each['direction']}{'（预警）' if each['adverse'] else ''}"


def _people(each: dict[str, Any]) -> str:
    if not each["alarm"] or each["quantity"] == "净流入":
        return "—"
    before, after = ("不足5" if each[name] is None else f"约{each[name]}" for name in ("before", "after"))
    return f"{before}→{after}"


def _change(each: dict[str, Any]) -> str:
    if each["change"] is None:
        return "—"
    form = "{:+.1f}人" if each["quantity"] == "净流入" else "{:+.0%}"
    middle, low, high = (form.format(each[name]) for name in ("change", "change_low", "change_high"))
    return f"{middle}（{low}～{high}）"
