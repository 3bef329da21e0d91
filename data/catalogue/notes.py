"""What a reader must know of an edition (编制说明), in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from data.catalogue.city import RatedCity
from data.catalogue.entries import Stage
from data.catalogue.period import Period
from data.catalogue.urgency import MIN_ALPHA, Urgency

__all__ = ["EMPTY_NOTE", "demand_notes", "shortage_notes"]

EMPTY_NOTE = "本期没有可用的需求，目录为空。"
"""Note of a catalogue without entries."""

_COUNT_TEXTS = {
    "undated": "没有开始日期",
    "outside": "不在统计期内",
    "agency": "人力资源服务机构代招",
    "opened_earlier": "统计期之前开始",
    "uncoded": "未编职业代码",
    "nameless": "没有用人单位名称",
}
_STAGE_TEXTS = {
    Stage.NO_STARS: "冷启动阶段0：{why}，本期只给出求人倍率，不发布星级。",
    Stage.TRIAL: "冷启动阶段1（试行）：{why}，可信度最高为C，最高三星，请谨慎使用。",
    Stage.FULL: "数据阶段2：{why}。",
}


def demand_notes(period: Period, counts: Mapping[str, int], *, names_published: bool) -> tuple[str, ...]:
    """Write the notes of a demand catalogue.

    Parameters
    ----------
    period
        The four quarters.
    counts
        Vacancies by where they went.
    names_published
        Whether employers are named.

    Returns
    -------
    tuple of str
        Starts with the note of an empty catalogue when no vacancy was used.
    """
    empty = () if counts["used"] else (EMPTY_NOTE,)
    masked = () if names_published else ("用人单位名称未取得公开同意，以“某……企业”代替。",)
    return (
        *empty,
        _period_note(period),
        _count_note(counts),
        *masked,
        "需求人数为用人单位说明的人数，未说明的不作推算，留空。",
        "人力资源服务机构代招的岗位单列于后，不与用人单位自招的岗位合计。",
        "“状态未报”指既未反馈结果、也未说明有效期的岗位；超过180天仍无消息的视为失效。",
        "本版未提供产业链环节、适用政策和联系方式，留空。",
    )


def shortage_notes(
    period: Period, counts: Mapping[str, int], cities: Mapping[bool, RatedCity], urgency: Urgency
) -> tuple[str, ...]:
    """Write the notes of a shortage catalogue.

    Parameters
    ----------
    period
        The four quarters.
    counts
        Vacancies by where they went.
    cities
        What was concluded, by whether the data are generated.
    urgency
        急需度 of the edition.

    Returns
    -------
    tuple of str
        Starts with the note of an empty catalogue when no vacancy was used.
    """
    empty = () if counts["used"] else (EMPTY_NOTE,)
    by_nature = tuple(
        f"{'合成数据' if synthetic else '真实数据'}：{text}"
        for synthetic, city in cities.items()
        for text in _city_notes(city)
    )
    mixed = ("真实数据与合成数据分开测算，条目不合并。",) if len(cities) > 1 else ()
    return (
        *empty,
        _period_note(period),
        _count_note(counts),
        *mixed,
        *by_nature,
        "紧缺指数S由供需比I1、招聘时长I2、90日填补率I3、合格应聘比I4、薪酬压力I5、用人单位评价I6"
        "按0.30、0.15、0.15、0.10、0.15、0.15加权，缺项标记为x，权重在现有各项间归一化。",
        "供需比的需求与供给均取近六个月；同一职业的求职者按需求份额分摊到各产业。",
        "区间为80%，由按单位重抽样、单位对半拆分和非抽样误差（3.5分）合成，并按对半复测覆盖率放宽。",
        *_urgency_notes(urgency),
        "星级较上版上升或下降都须有80%的把握，否则维持；五星须连续两版达到四星。",
        "学历、经验要求和薪酬水平不参与指数计算；“无人可荐的搜索”只作辅助列示，不计入指数。",
        "样本不足的细类先并入同产业的小类、再并入中类合并测算，合并条目列出所含职业。",
        "成因：Q数量不足，K能力不匹配，P薪酬条件，G地域，R留存，T培养周期；无数据可判的不标。",
        "X 暂不评价：样本、单位集中度或结果反馈达不到要求，不代表不紧缺。c 为保密，不是零。",
    )


def _urgency_notes(urgency: Urgency) -> tuple[str, ...]:
    """Say how the raters agreed and what follows where they did not."""
    if not urgency.cells:
        return ("急需度U本版未评定，标记为x；是否列入急需紧缺须待U评定后确定。",)
    decided = sum(cell.score is not None for cell in urgency.cells.values())
    alpha = "不足两个条目，未计算" if urgency.alpha is None else f"{urgency.alpha:.2f}"
    again = "，低于0.67，须全部重新评定" if urgency.alpha is not None and urgency.alpha < MIN_ALPHA else ""
    return (
        f"急需度U由两名评审独立评定，一致性α={alpha}{again}；评定{len(urgency.cells)}个，确定{decided}个。",
    )


def _period_note(period: Period) -> str:
    return f"统计期：{period.start.date().isoformat()} 至 {period.as_of.date().isoformat()}（四个季度）。"


def _count_note(counts: Mapping[str, int]) -> str:
    left_out = [f"{text}{counts[key]}条" for key, text in _COUNT_TEXTS.items() if counts.get(key)]
    reasons = f"；未采用：{'、'.join(left_out)}" if left_out else ""
    return f"收到需求{counts['received']}条，采用{counts['used']}条{reasons}。"


def _city_notes(city: RatedCity) -> tuple[str, ...]:
    covered = sum(share >= 0.05 for share in city.quarters)
    why = f"四个季度中{covered}个有足够需求，结果反馈率{city.outcome_share:.0%}"
    rated = sum(cell.star is not None for cell in city.cells)
    values, refusal = city.reference.basis, city.reference.refusal
    ratio = refusal.text if refusal else f"全市求人倍率{values.theta0:.2f}（活跃档案{city.supply}份）"
    fill = "无" if values.fill90 is None else f"{values.fill90:.0%}"
    days = "无" if values.median_days is None else f"{values.median_days:.0f}天"
    basis = (
        "参照值取自本期数据、尚未冻结"
        if values.version is None
        else f"参照值冻结于{values.version}，有效期至{values.valid_until}"
    )
    credible = refusal is not None or city.reference.ratio_is_credible
    coverage = () if credible else ("全市求人倍率超过4，求职登记覆盖不足，绝对门槛无法判断，最高两星。",)
    grouped = sum(bool(cell.members) for cell in city.cells)
    joined = (f"样本不足的职业合并为{grouped}个上级类别条目。",) if grouped else ()
    return (
        _STAGE_TEXTS[city.stage].format(why=why),
        f"共{len(city.cells)}个单元，可评级{rated}个。",
        f"{basis}：{ratio}；90日填补率{fill}；招聘时长中位数{days}。",
        *coverage,
        *joined,
        *_edition_notes(city),
    )


def _edition_notes(city: RatedCity) -> tuple[str, ...]:
    if not city.before.exists:
        return ("没有上版，未作比较。",)
    if not city.before.is_comparable:
        return ("断点：方法或参照值与上版不同，各条目标记为b，不与上版比较，也不沿用上版星级。",)
    return ()
