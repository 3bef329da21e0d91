"""The quality report and the robustness sheet: how far the figures of an edition can be trusted."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.catalogue.artefacts.reports import Report, Section, Sheet, banner_of, facts_of
from data.catalogue.artefacts.robustness import Robustness
from data.catalogue.disclosure import is_confidential
from data.catalogue.entries import (
    AnyCatalogue,
    CatalogueKind,
    Confidence,
    DemandEntry,
    ShortageEntry,
)
from data.catalogue.words import COUNT_TEXTS

__all__ = ["quality_page", "robustness_page"]

TARGET = 0.80
RANKS_SHOWN = 30


def quality_page(
    catalogues: Sequence[AnyCatalogue],
    spells: pd.DataFrame | None,
    robustness: Robustness | None,
    *,
    label: str,
) -> Report:
    """Report on the quality of an edition.

    Parameters
    ----------
    catalogues
        Its catalogues as published, at least one.
    spells
        Vacancies of the period; without them the parts that need them say so.
    robustness
        The robustness sheet, for the coverage of the intervals.
    label
        Where the edition stands.

    Returns
    -------
    Report
        Coverage, double counting, missing numbers, coding, intervals and reasons for X.
    """
    first = catalogues[0]
    known = (
        Section("三、来源、去重与缺失", ("没有保存数据快照，本节从缺。",))
        if spells is None
        else _sources(spells)
    )
    sections = (
        Section("一、采用情况", (), tuple(_counts(catalogue) for catalogue in catalogues)),
        Section("二、产业覆盖", (), tuple(_coverage(catalogue) for catalogue in catalogues)),
        known,
        _intervals(robustness),
        *(_reasons(each) for each in catalogues if each.kind is CatalogueKind.SHORTAGE),
    )
    title = f"{first.region}人才目录数据质量报告（{first.edition}版）"
    return Report(title, banner_of(*catalogues), (*facts_of(first), label), first.as_of, sections)


def robustness_page(catalogue: AnyCatalogue, robustness: Robustness, *, label: str) -> Report:
    """Lay out the robustness sheet of an edition.

    Parameters
    ----------
    catalogue
        The edition.
    robustness
        What was measured.
    label
        Where the edition stands.

    Returns
    -------
    Report
        Stars moved by every other choice, and ranges of rank.
    """
    shifts = tuple(
        (
            each.choice,
            str(each.rated),
            str(each.up),
            str(each.down),
            str(each.lost),
            str(each.listing),
            _share(each.moved),
        )
        for each in robustness.shifts
    )
    names = {
        (e.occ_code, e.key_industry): e.occ_name for e in catalogue.entries if isinstance(e, ShortageEntry)
    }
    ranks = tuple(
        (str(each.rank), names.get((each.occ_code, each.key_industry), each.occ_code),
         each.key_industry or "其他产业", f"{each.low}–{each.high}")
        for each in robustness.ranks[:RANKS_SHOWN]
    )  # fmt: skip
    sources = "、".join(robustness.sources_left_out) or "只有一个来源或来源过多，未作逐一去除"
    texts = (
        f"可评级{robustness.cells}个单元，本检验复算的星级与公布相同的{robustness.reproduced}个。",
        "各种另选方案下，指数、门槛得分和可信度重算，标准差沿用公布值。去掉一项后分指标不足3项2类的不再评级。",
        f"来源逐一去除：{sources}。去重阈值的变动须从原始招聘信息重算，本表不含。",
    )
    head = ("另选方案", "仍可评级", "升", "降", "不再评级", "跨过两星", "变动比例")
    section = Section(
        "",
        texts,
        (
            Sheet("星级的变动", head, shifts, (4, 1, 1, 1, 1, 1, 1)),
            Sheet(
                "随机权重下的名次区间（第10至第90百分位）",
                ("名次", "职业", "产业", "区间"),
                ranks,
                (1, 4, 3, 2),
            ),
        ),
    )
    title = f"{catalogue.region}急需紧缺人才目录稳健性检验（{catalogue.edition}版）"
    return Report(title, banner_of(catalogue), (*facts_of(catalogue), label), catalogue.as_of, (section,))


def _share(value: float) -> str:
    return "无" if math.isnan(value) else f"{value:.1%}"


def _counts(catalogue: AnyCatalogue) -> Sheet:
    rows = tuple((COUNT_TEXTS.get(name, name), str(count)) for name, count in catalogue.counts.items())
    return Sheet(f"{catalogue.kind.title}：需求的去向", ("项目", "需求数"), rows)


def _coverage(catalogue: AnyCatalogue) -> Sheet:
    """Entries by section: rated ones of the shortage catalogue, stated places of the demand catalogue."""
    rows = []
    for section in dict.fromkeys(entry.section for entry in catalogue.entries):
        own = [entry for entry in catalogue.entries if entry.section == section]
        grades = Counter(entry.confidence for entry in own if isinstance(entry, ShortageEntry))
        stated = sum(isinstance(entry, DemandEntry) and entry.headcount is not None for entry in own)
        good = len(own) - grades[Confidence.D] if grades else stated
        words = "、".join(f"{grade.value} {grades[grade]}" for grade in Confidence if grades[grade]) or "—"
        rows.append((section, str(len(own)), str(good), _share(good / len(own)), words))
    good_name = "可评级" if catalogue.kind is CatalogueKind.SHORTAGE else "说明人数"
    header = ("产业", "条目数", good_name, "比例", "可信度")
    return Sheet(f"{catalogue.kind.title}：各产业条目", header, tuple(rows))


def _sources(spells: pd.DataFrame) -> Section:
    """Double counting and missing values by source and by industry, where no employer shows through."""
    by_source = (
        spells["source"].fillna("未知")
        if "source" in spells.columns
        else pd.Series("未知", index=spells.index)
    )
    by_industry = spells["key_industry"].fillna("其他产业")
    header = ("分组", "需求数", "重复率", "人数缺失", "未编码", "结果已反馈")
    return Section(
        "三、来源、去重与缺失",
        (
            "重复率为并入同一需求的招聘信息占全部招聘信息的比例；结果已反馈只看开始已满90日的需求。",
            "单位过少的分组保密（c），不是零。",
        ),
        tuple(
            Sheet(caption, header, _quality_rows(spells, groups))
            for caption, groups in (("按来源", by_source), ("按产业", by_industry))
        ),
    )


def _quality_rows(spells: pd.DataFrame, groups: pd.Series[str]) -> tuple[tuple[str, ...], ...]:
    rows = []
    for name, own in spells.groupby(groups, sort=True):
        parts = np.asarray(own.groupby("employer").size(), dtype=np.float64)
        if is_confidential(parts):
            rows.append((str(name), *("c",) * 5))
            continue
        postings, mature = int(own["posting_ids"].map(len).sum()), own[own["mature"]]
        rows.append((
            str(name),
            str(len(own)),
            _share(1 - len(own) / max(postings, 1)),
            _share(float(own["heads"].isna().mean())),
            _share(float(own["occupation_code"].isna().mean())),
            _share(float(mature["verdict"].mean()) if len(mature) else math.nan),
        ))  # fmt: skip
    return tuple(rows)


def _intervals(robustness: Robustness | None) -> Section:
    if robustness is None:
        return Section("四、区间与稳健性", ("没有保存数据快照，本节从缺。",))
    most = max(robustness.shifts, key=lambda each: 0.0 if math.isnan(each.moved) else each.moved)
    return Section(
        "四、区间与稳健性",
        (
            f"对半分割检验：80%区间的抽样部分覆盖了{_share(robustness.split_half_coverage)}的分割（目标{TARGET:.0%}，"
            "高于目标说明区间偏宽、结论偏保守）。",
            f"星级变动最大的另选方案是“{most.choice}”，变动{_share(most.moved)}；全表见稳健性检验。",
        ),
    )


def _reasons(catalogue: AnyCatalogue) -> Section:
    unrated = [
        entry for entry in catalogue.entries if isinstance(entry, ShortageEntry) and entry.star is None
    ]
    counts = Counter(reason.text for entry in unrated for reason in entry.reasons).most_common()
    rows = tuple((text, str(count)) for text, count in counts)
    sheets = (Sheet("暂不评价的原因（一条可有多个）", ("原因", "条目数"), rows, (5, 1)),) if rows else ()
    return Section("五、暂不评价（X）", (), sheets)
