"""The printed table of a catalogue, its explanations, its changes and its charts, as reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from data.catalogue.artefacts.charts import Chart
from data.catalogue.artefacts.reports import Picture, Report, Section, Sheet, banner_of, facts_of
from data.catalogue.columns import Value, cell_value, page_columns
from data.catalogue.entries import AnyCatalogue, CatalogueKind
from data.releases.changes import DiffReport

__all__ = ["analysis_page", "catalogue_page", "change_rows", "changes_page"]

LEGEND = (
    "数据标记：z 不适用；x 缺；c 保密（不是零）；b 断点；e 估计；p 初步。",
    "★ 关注；★★ 轻度紧缺；★★★ 中度紧缺；★★★★ 重度紧缺；★★★★★ 持续重度紧缺；X 暂不评价。",
)
CHANGE_HEADS = (
    "变化", "名称", "产业", "上版条目", "本版条目", "上版等级", "本版等级", "上版数值", "本版数值", "变动",
    "方法影响", "数据影响", "原因",
)  # fmt: skip
MOVERS = 20


def catalogue_page(catalogue: AnyCatalogue, *, attachment: str, label: str) -> Report:
    """Lay out a catalogue for A4 landscape, section after section, with its notes at the end.

    Parameters
    ----------
    catalogue
        The catalogue as published.
    attachment
        Its place in the notice, such as 附件1.
    label
        Where the edition stands, such as 草案（未发布）.

    Returns
    -------
    Report
        An empty catalogue gives its notes only.
    """
    columns = page_columns(catalogue.kind)
    header, widths = tuple(c.header for c in columns), tuple(c.width for c in columns)
    rows: dict[str, list[tuple[str, ...]]] = {}
    for entry in catalogue.entries:
        cells = tuple(_text(cell_value(entry, column, symbols=True)) for column in columns)
        rows.setdefault(entry.section, []).append(cells)
    parts = [Section(name, (), (Sheet("", header, tuple(own), widths),)) for name, own in rows.items()]
    notes = Section("说明", (*catalogue.notes, *LEGEND))
    facts = (*facts_of(catalogue), label)
    return Report(
        catalogue.title,
        banner_of(catalogue),
        facts,
        catalogue.as_of,
        (*parts, notes),
        attachment,
        landscape=True,
    )


def analysis_page(catalogue: AnyCatalogue, charts: Sequence[Chart], *, folder: str, label: str) -> Report:
    """Put the charts of an edition in one document.

    Parameters
    ----------
    catalogue
        The catalogue they were drawn from.
    charts
        The charts.
    folder
        Folder of their files below that of the edition.
    label
        Where the edition stands.

    Returns
    -------
    Report
        Each chart with its words and a link to the table behind it.
    """
    pictures = tuple(
        Picture(f"{folder}/{chart.stem}.svg", chart.title, chart.alt, f"{folder}/{chart.stem}.csv")
        for chart in charts
    )
    intro = (
        "各图由同一数据快照生成，灰度可辨；图下文字与图等义，数据另附 CSV。"
        "保密的数字在图中一律不出现，不等于零。"
    )
    title = f"{catalogue.region}人才需求与紧缺分析（{catalogue.edition}版）"
    facts = (*facts_of(catalogue), label)
    return Report(title, banner_of(catalogue), facts, catalogue.as_of, (Section("", (intro,), (), pictures),))


def change_rows(report: DiffReport) -> list[tuple[Value, ...]]:
    """List the changes for a sheet, the heads first."""
    return [
        CHANGE_HEADS,
        *(
            (
                change.kind.chinese, change.name, change.section, "；".join(change.before), change.after,
                change.level_before, change.level_after, change.value_before, change.value_after,
                change.total, change.method_effect, change.data_effect,
                "；".join(reason.chinese for reason in change.reasons),
            )
            for change in report.changes
        ),
    ]  # fmt: skip


def changes_page(report: DiffReport, catalogue: AnyCatalogue, *, label: str) -> Report:
    """Tell on a page or two what changed: counts, top movers, reasons, the share due to the method.

    Parameters
    ----------
    report
        The changes.
    catalogue
        The later edition.
    label
        Where it stands.

    Returns
    -------
    Report
        The whole list stands in the workbook, diff.csv and diff.json.
    """
    share = "不适用" if report.method_share is None else f"{report.method_share:.0%}"
    unit = "需求人数" if catalogue.kind is CatalogueKind.DEMAND else "紧缺指数"
    texts = [
        f"由{report.before.version}（数据截至{report.before.as_of}，方法{report.before.method_version}）"
        f"到{report.after.version}（数据截至{report.after.as_of}，方法{report.after.method_version}）。",
        f"变动中归于方法的份额：{share}。{report.back_cast}",
        report.source_change,
    ]
    counts = Sheet("条目变化", ("变化", "条目数"), _pairs((k.chinese, n) for k, n in report.counts.items()))
    because = _pairs((f"{code.value} {code.chinese}", n) for code, n in report.reasons.items())
    reasons = Sheet("变化原因（一条可有多项）", ("原因", "条目数"), because)
    movers = Sheet(
        f"{unit}变动最大的条目",
        ("名称", "产业", "上版", "本版", "变动"),
        tuple(
            (
                change.name,
                change.section,
                *map(_text, (change.value_before, change.value_after, change.total)),
            )
            for change in report.movers(k=MOVERS)
        ),
    )
    sheets = tuple(sheet for sheet in (counts, reasons, movers) if sheet.rows)
    title = f"{catalogue.region}{catalogue.kind.title}变化说明（{catalogue.edition}版）"
    facts = (*facts_of(catalogue), label)
    section = Section("", tuple(text for text in texts if text), sheets)
    return Report(title, banner_of(catalogue), facts, catalogue.as_of, (section,))


def _pairs(counts: Iterable[tuple[str, int]]) -> tuple[tuple[str, ...], ...]:
    return tuple((name, str(count)) for name, count in counts)


def _text(value: Value) -> str:
    return "" if value is None else str(value)
