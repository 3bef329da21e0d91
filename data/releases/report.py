"""The changes between two editions on paper: one page in Chinese, one CSV file, one JSON document."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from data.catalogue.entries import CatalogueKind
from data.releases.changes import Change, ChangeKind, DiffReport
from data.releases.tables import write_csv

__all__ = ["summary_text", "write_diff"]

_MOVERS = 10
_LABEL = "【含合成数据】"
_HEADS = (
    "变化", "变化说明", "上版条目", "本版条目", "名称", "部分", "上版等级", "本版等级", "上版数值",
    "本版数值", "新方法回算上版", "变动", "方法影响", "数据影响", "原因代码", "数据性质",
)  # fmt: skip


def summary_text(report: DiffReport) -> str:
    """Put the changes on one page: counts, reasons, what moved most, the share due to the method.

    Parameters
    ----------
    report
        The changes.

    Returns
    -------
    str
        Markdown in Chinese, ending in a newline; an empty report says that nothing changed.
    """
    before, after = report.before, report.after
    counts = "，".join(f"{_word(kind, report.kind)} {count}" for kind, count in report.counts.items())
    reasons = "，".join(f"{code.value} {code.chinese} {count}" for code, count in report.reasons.items())
    share = "不适用" if report.method_share is None else f"{report.method_share:.0%}"
    title = f"{_LABEL if report.synthetic else ''}{report.kind.title}变化说明"
    lines = [
        f"# {title}：{before.version} → {after.version}",
        "",
        f"- 数据截至：{before.as_of} → {after.as_of}",
        f"- 方法版本：{before.method_version} → {after.method_version}",
        f"- 条目：{counts or '没有条目'}",
        f"- 原因（一条可有多项）：{reasons or '没有变化'}",
        f"- 变动中归于方法的份额：{share}（{report.back_cast}）",
    ]
    if report.source_change:
        lines.append(f"- 数据源：{report.source_change}")
    return "\n".join([*lines, "", *_movers(report), ""])


def write_diff(report: DiffReport, folder: Path) -> list[Path]:
    """Write ``changes.md``, ``diff.csv`` and ``diff.json``.

    Parameters
    ----------
    report
        The changes.
    folder
        Folder to write to; made when absent. Files of these names are replaced.

    Returns
    -------
    list of Path
        The three files; the same report gives the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page, table, document = (folder / name for name in ("changes.md", "diff.csv", "diff.json"))
    page.write_text(summary_text(report), encoding="utf-8", newline="\n")
    write_csv(
        table,
        _HEADS,
        [
            [*_row(change, report.kind), "含合成数据" if report.synthetic else "真实数据"]
            for change in report.changes
        ],
    )
    document.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8", newline="\n")
    return [page, table, document]


def _movers(report: DiffReport) -> Iterable[str]:
    movers = report.movers(k=_MOVERS)
    if not movers:
        return ["没有数值变动的条目。"]
    unit = "需求人数" if report.kind is CatalogueKind.DEMAND else "紧缺指数"
    return [
        f"## 变动最大的 {len(movers)} 条（{unit}）",
        "",
        "| 名称 | 部分 | 上版 | 本版 | 变动 | 方法影响 | 数据影响 | 变化 | 原因 |",
        "|---|---|---:|---:|---:|---:|---:|---|---|",
        *(_mover(change, report.kind) for change in movers),
    ]


def _mover(change: Change, kind: CatalogueKind) -> str:
    cells = (
        change.name.replace("|", "／"),
        change.section,
        _shown(change.value_before),
        _shown(change.value_after),
        _signed(change.total),
        _signed(change.method_effect),
        _signed(change.data_effect),
        _word(change.kind, kind),
        "".join(change.reasons) or "—",
    )
    return f"| {' | '.join(cells)} |"


def _row(change: Change, kind: CatalogueKind) -> list[object]:
    return [
        change.kind.value,
        _word(change.kind, kind),
        "；".join(change.before),
        change.after,
        change.name,
        change.section,
        change.level_before,
        change.level_after,
        change.value_before,
        change.value_after,
        change.value_back_cast,
        change.total,
        change.method_effect,
        change.data_effect,
        "".join(change.reasons),
    ]


def _word(kind: ChangeKind, catalogue: CatalogueKind) -> str:
    """Return a kind in print; the demand catalogue has places, not grades."""
    places = {ChangeKind.UP: "人数增加", ChangeKind.DOWN: "人数减少"}
    return places.get(kind, kind.chinese) if catalogue is CatalogueKind.DEMAND else kind.chinese


def _shown(value: float | None) -> str:
    return "X" if value is None else f"{value:.1f}"


def _signed(value: float | None) -> str:
    return "—" if value is None else f"{value:+.1f}"
