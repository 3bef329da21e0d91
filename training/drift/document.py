"""A drift report as files: JSON for programs, Markdown and charts for people."""

from __future__ import annotations

import json
from pathlib import Path

from data.catalogue.artefacts.charts import chart_style, save_chart
from training.drift.chart import drift_charts
from training.drift.line import DriftLine, DriftReport

__all__ = ["drift_markdown", "write_drift"]

_METHOD = """## 方法

每项取两期新发布的需求比较。类别用 Jensen–Shannon 距离与 PSI，数值用 Kolmogorov–Smirnov 距离与十分位上的
PSI，占比用差，标题向量用最大均值差异（MMD）与分类器 AUC（按单位分折）。随机波动由逐家单位随机对调两期得到：
同一单位一期的多条需求作为一个整体移动，所以一家单位的批量招聘不会被当作市场变化。多项同时检验按
Benjamini–Hochberg 控制错误发现率（5%）。

超出随机波动、且 PSI（扣除随机成分）≥ 0.25、占比相差 ≥ 10 个百分点或 AUC ≥ 0.70 者为“漂移”；
PSI ≥ 0.10、占比相差 ≥ 5 个百分点或 AUC ≥ 0.60 者为“留意”。任一期不足 30 条或不足 8 家单位，
或仅随机波动就能达到漂移界限者，为“依据不足”。得分与可选人数用同一批人才、同一模型对两期的需求样本计算，
因此只反映需求一侧的变化。
"""


def drift_markdown(report: DriftReport) -> str:
    """Return a report as Markdown in Chinese.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    str
        Verdict and reasons, all lines in one table, the method, and what was compared with what.
    """
    label = "【合成数据】" if report.synthetic else ""
    head = [
        f"# {report.region}：{report.before.label} 与 {report.after.label} 的数据漂移{label}",
        "",
        f"**结论：{report.verdict.value}**",
        "",
        *(f"- {reason}" for reason in report.reasons),
        "",
        f"需求 {report.vacancies[0]} 与 {report.vacancies[1]} 条；用于计算得分的人才 {report.people} 人。",
        "",
        "| 类别 | 项目 | 判断 | 前期 | 后期 | 距离 | PSI | q 值 | 理由 |",
        "|---|---|---|---:|---:|---:|---:|---:|---|",
        *(_row(line) for line in report.lines),
        "",
    ]
    facts = (
        f"方法 {report.method}；随机划分 {report.permutations} 次，种子 {report.seed}；"
        f"模型 {report.model_version or '未用'}；代码表 {report.taxonomy_version}；数据 {report.data_sha256}"
    )
    return "\n".join([*head, _METHOD, facts, ""])


def write_drift(report: DriftReport, folder: Path) -> list[Path]:
    """Write a report: ``drift.json``, ``drift.md``, and each chart as SVG, PNG and CSV.

    Parameters
    ----------
    report
        The report.
    folder
        Made if it is not there; files of the same names are replaced.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    RefusedError
        ``font_missing``: the Chinese font is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    document, text = folder / "drift.json", folder / "drift.md"
    content = json.dumps(report.model_dump(mode="json"), ensure_ascii=False, indent=2)
    document.write_text(content + "\n", "utf-8")
    with chart_style():
        charts = drift_charts(report)
        banner = "合成数据" if report.synthetic else ""
        drawn = [path for chart in charts for path in save_chart(chart, folder, banner=banner)]
    pictures = [f"![{chart.alt}]({chart.stem}.png)" for chart in charts]
    text.write_text("\n\n".join([drift_markdown(report), *pictures]) + "\n", "utf-8")
    return [document, text, *drawn]


def _row(line: DriftLine) -> str:
    cells = (
        line.group.value,
        line.label,
        line.verdict.value,
        _figure(line.before),
        _figure(line.after),
        _figure(line.distance),
        _figure(line.psi),
        _figure(line.q_value),
        line.reason.replace("|", "／"),
    )
    return "| " + " | ".join(cells) + " |"


def _figure(value: float | None) -> str:
    return "—" if value is None else f"{value:.4g}"
