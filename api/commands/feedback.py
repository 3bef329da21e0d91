"""``yingcai feedback``: take in what came of matches, and show how far they came."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

import pandas as pd
import typer
from rich.table import Table

from api.console import JsonOption, Session, note, progress_bar, say, show_json
from api.looks import user_of_machine
from data.catalogue.lists.rows import Headings, cell_problem, read_rows
from data.errors import CellError, CellProblem, FileProblem, InputError
from data.feedback import STAGES, DeclineReason, EventKind, FeedbackEvent, Side, event_from
from data.outcomes import funnel, outcomes
from data.sources.report import write_error_report
from data.store.feedback import EventResult, EventStatus, read_events, record_events
from data.store.store import Store, chunked

app = typer.Typer(help="匹配之后的反馈 / feedback on matches", no_args_is_help=True)

_BEIJING = dt.timezone(dt.timedelta(hours=8))
_CHUNK = 1000
_SHOWN = 5
_TOO_FEW = "暂不评价"
_HEADINGS: Headings = {
    "event_id": ("事件编号", "event_id"),
    "kind": ("事件", "kind"),
    "side": ("哪一方", "side"),
    "vacancy_id": ("需求编号", "vacancy_id"),
    "profile_id": ("人才档案编号", "profile_id"),
    "happened_at": ("发生时间", "happened_at"),
    "list_id": ("名单编号", "list_id"),
    "position": ("位次", "position"),
    "propensity": ("展示概率", "propensity"),
    "variant": ("方案", "variant"),
    "model_version": ("模型版本", "model_version"),
    "reason": ("谢绝理由", "reason"),
    "note": ("补充说明", "note"),
}
_WordT = TypeVar("_WordT", EventKind, Side, DeclineReason)


class _Read(NamedTuple):
    """The events of a file, the row of each, and what could not be read."""

    events: Sequence[FeedbackEvent]
    numbers: Sequence[int]
    problems: Sequence[CellProblem]
    rows: int


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="反馈表（.csv、.xlsx，中文或英文列名）或 .jsonl（一行一个事件）")
    ],
    *,
    actor: Annotated[str | None, typer.Option(help="代哪个机构录入；缺省为本机用户")] = None,
    problems: Annotated[Path | None, typer.Option(help="问题清单写到这里（.xlsx，另存 .json）")] = None,
    as_json: JsonOption = False,
) -> None:
    """导入反馈：逐条判断，不合格的列出，其余记入；重复导入不会重复计入。

    没有写时区的时间按北京时间；只写日期的按当日末计。
    """
    read = _read_lines(file) if file.suffix.lower() == ".jsonl" else _read_table(file)
    results = _record(Session().store, read.events, actor or user_of_machine())
    refused = [
        cell_problem(number, "", result.event_id, result.code, result.message)
        for number, result in zip(read.numbers, results, strict=True)
        if result.status is EventStatus.REFUSED
    ]
    found = sorted([*read.problems, *refused], key=lambda problem: problem.row)
    counts = {status.value: sum(each.status is status for each in results) for status in EventStatus}
    counts["refused"] = read.rows - counts["recorded"] - counts["known"]
    if problems is not None:
        write_error_report(problems, found, read.rows, read.rows - counts["refused"])
        note(f"问题清单 {problems}")
    if as_json:
        show_json({"file": str(file), "rows": read.rows, **counts, "problems": _plain(found)})
    else:
        _say_counts(counts, found, [each for each in results if each.message and not each.code])
    if read.rows and counts["refused"] == read.rows:
        raise InputError("no_usable_rows", f"{file.name} 没有一条可以记入", hint="按问题清单改正")


@app.command()
def report(
    *,
    window: Annotated[int, typer.Option(min=1, max=3650, help="展示之后多少天内的结果计入")] = 60,
    as_of: Annotated[
        dt.datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="看到哪一日末为止；缺省为现在")
    ] = None,
    positions: Annotated[int, typer.Option(min=1, help="按位次的表显示前几位")] = 10,
    as_json: JsonOption = False,
) -> None:
    """匹配走到了哪一步：各步的比例与 95% 区间，按方案、按位次；真实与合成数据分开。"""
    moment = dt.datetime.now(dt.UTC)
    if as_of is not None:
        moment = as_of.replace(tzinfo=_BEIJING) + dt.timedelta(days=1, seconds=-1)
    events = read_events(Session().store)
    events = events[events["happened_at"] <= moment]
    natures = [
        _nature(part, moment, window, synthetic=synthetic)
        for synthetic in (False, True)
        if len(part := events[events["synthetic"] == synthetic])
    ]
    if as_json:
        show_json({"as_of": moment.isoformat(), "window_days": window, "natures": natures})
        return
    say(f"匹配反馈，截至 {moment.astimezone(_BEIJING):%Y-%m-%d %H:%M}，展示后 {window} 天内的结果计入")
    say("满期、未满：窗口已过、未过的对数，未满的不评；每格：走到该步的对数、比例（95% 区间，%）")
    for nature in natures:
        _say_nature(nature, positions)
    if not natures:
        say("还没有反馈；由 POST /v1/feedback 或 yingcai feedback import 记入")


def _read_table(file: Path) -> _Read:
    now = dt.datetime.now(dt.UTC)
    converters = {
        "kind": lambda text: _word(text, EventKind),
        "side": lambda text: _word(text, Side),
        "reason": lambda text: _word(text, DeclineReason),
        "happened_at": lambda text: _moment(text, now),
    }
    read = read_rows(file, FeedbackEvent, _HEADINGS, converters)
    return _Read(read.records, read.numbers, read.problems, read.rows)


def _read_lines(file: Path) -> _Read:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise FileProblem("not_utf8", f"{file.name} 不是 UTF-8 文本", hint="另存为 UTF-8 后再导入") from error
    filled = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    events, numbers, problems = [], [], []
    for number, line in filled:
        try:
            events.append(event_from(json.loads(line)))
            numbers.append(number)
        except json.JSONDecodeError:
            problems.append(cell_problem(number, "", "", "json_invalid", "这一行不是合法的 JSON"))
        except InputError as error:
            problems.append(cell_problem(number, "", "", error.code, error.message))
    return _Read(events, numbers, problems, len(filled))


def _record(store: Store, events: Sequence[FeedbackEvent], actor: str) -> list[EventResult]:
    results: list[EventResult] = []
    with progress_bar() as steps:
        for chunk in chunked(events, _CHUNK):
            results += record_events(store, chunk, actor=actor)
            steps.step("记入反馈", len(results), len(events))
    return results


def _word(text: str, words: type[_WordT]) -> _WordT:
    """Read one of our words, by its Chinese name or as programs write it."""
    for word in words:
        if text.lower() in (word.value, word.chinese):
            return word
    known = "、".join(word.chinese for word in words)
    raise CellError("word_unknown", f"“{text}”无法识别", hint=f"从{known}中选")


def _moment(text: str, now: dt.datetime) -> dt.datetime:
    """Read a time as people write it; a day alone means its end, which today is still to come."""
    plain = text.replace("/", "-")
    for layout in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"):
        try:
            read = dt.datetime.strptime(plain, layout).replace(tzinfo=_BEIJING)
        except ValueError:
            continue
        day = read.date() == now.astimezone(_BEIJING).date()
        end = now if day else read + dt.timedelta(days=1, seconds=-1)
        return end if layout == "%Y-%m-%d" else read
    try:
        read = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise CellError("time_unreadable", f"时间“{text}”无法识别", hint="如 2026-03-01 09:30") from error
    return read if read.tzinfo else read.replace(tzinfo=_BEIJING)


def _nature(events: pd.DataFrame, moment: dt.datetime, window: int, *, synthetic: bool) -> dict[str, Any]:
    """Sum up the events of real or of generated data."""
    pairs = outcomes(events, as_of=moment, window_days=window)
    counts = Counter(zip(events["kind"], events["side"], strict=True))
    declined = Counter(events.loc[events["kind"] == EventKind.DECLINED.value, "reason"])
    return {
        "synthetic": synthetic,
        "events": [
            {"kind": kind, "side": side, "count": count} for (kind, side), count in sorted(counts.items())
        ],
        "declined": [{"reason": reason, "count": count} for reason, count in declined.most_common()],
        "funnels": [row for side in Side for row in _funnels(pairs[pairs["side"] == side.value], side)],
    }


def _funnels(pairs: pd.DataFrame, side: Side) -> Iterator[dict[str, Any]]:
    for by in (None, "variant", "position"):
        for row in funnel(pairs, by=by).to_dict("records"):
            known = {str(name): None if pd.isna(value) else value for name, value in row.items()}
            why = "" if known["share"] is not None else f"{_TOO_FEW}：不足 30 对，或不足 5 个需求（人）"
            yield {"side": side.value, "by": by, **known, "reason": why}


def _say_counts(
    counts: dict[str, int], problems: Sequence[CellProblem], cleaned: Sequence[EventResult]
) -> None:
    say(f"记入 {counts['recorded']} 条，早已记入 {counts['known']} 条，未记入 {counts['refused']} 条")
    for problem in problems[:_SHOWN]:
        note(f"第{problem.row}行 {problem.column}：{problem.message}")
    if len(problems) > _SHOWN:
        note(f"共 {len(problems)} 个问题，用 --problems 写出全部")
    for result in cleaned[:_SHOWN]:
        note(f"{result.event_id}：{result.message}")


def _plain(problems: Sequence[CellProblem]) -> list[dict[str, Any]]:
    return [problem.model_dump() for problem in problems]


def _say_nature(nature: dict[str, Any], positions: int) -> None:
    say()
    say("【合成数据】" if nature["synthetic"] else "【真实数据】")
    order = list(EventKind)
    for side in Side:
        told = {EventKind(row["kind"]): row["count"] for row in nature["events"] if row["side"] == side.value}
        if told:
            shown = "，".join(f"{kind.chinese} {told[kind]}" for kind in order if kind in told)
            say(f"{side.chinese}一方的事件：{shown}")
    if nature["declined"]:
        reasons = (f"{DeclineReason(row['reason']).chinese} {row['count']}" for row in nature["declined"])
        say(f"谢绝理由：{'，'.join(reasons)}")
    for side in Side:
        for by, name in ((None, "全部"), ("variant", "方案"), ("position", "位次")):
            rows = [row for row in nature["funnels"] if row["side"] == side.value and row["by"] == by]
            if by == "position":
                rows = [row for row in rows if row["group"] is not None and row["group"] <= positions]
            if rows and not (by == "variant" and {row["group"] for row in rows} == {None}):
                _say_funnel(f"展示给{side.chinese}，按{name}" if by else f"展示给{side.chinese}", name, rows)


def _say_funnel(title: str, name: str, rows: Sequence[dict[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False)
    columns = (name, "满期", "未满", *(stage.chinese for stage in STAGES[1:]))
    for column in columns:
        table.add_column(column, overflow="fold")
    steps = len(STAGES) - 1
    for start in range(0, len(rows), steps):
        group = rows[start : start + steps]
        first = group[0]
        named = "全部" if first["by"] is None else "未写明" if first["group"] is None else str(first["group"])
        table.add_row(named, str(first["pairs"]), str(first["open"]), *map(_cell, group))
    say()
    say(title)
    say(table)


def _cell(row: dict[str, Any]) -> str:
    if row["share"] is None:
        return f"{row['reached']} {_TOO_FEW}"
    return f"{row['reached']} {row['share']:.1%}（{100 * row['low']:.1f}—{100 * row['high']:.1f}）"
