"""The reasons for which something is not rated or held back, each written once."""

from __future__ import annotations

from data.catalogue.entries import Reason

__all__ = [
    "ALPHA_LOW",
    "COLD_START",
    "EXIT_BELOW",
    "EXIT_FILLED",
    "EXPERT_LIMIT",
    "FEW_OUTCOMES",
    "GATE_UNKNOWN",
    "HEADS_UNSTATED",
    "NO_CITY_DEMAND",
    "NO_CURRENT_DEMAND",
    "NO_DURATION",
    "NO_FILL_SHARE",
    "NO_OUTCOME",
    "NO_SUPPLY",
    "NO_URGENCY",
    "ONE_EMPLOYER",
    "ONE_RATER",
    "PAY_CAP",
    "RATERS_APART",
    "SUPPLY_NATURE",
    "THIN_EMPLOYERS",
    "THIN_SPELLS",
    "THIN_SUPPLY",
    "TOO_FEW_INDICATORS",
    "WIDE_INTERVAL",
]


def _reason(code: str, text: str) -> Reason:
    return Reason(code=code, text=text)


COLD_START = _reason("cold_start", "冷启动阶段（历史或结果反馈不足），本期不发布星级")
THIN_SPELLS = _reason("thin_spells", "有效招聘次数少于10次")
THIN_EMPLOYERS = _reason("thin_employers", "用人单位少于3家")
ONE_EMPLOYER = _reason("one_employer", "最大用人单位占比超过70%，转入需求目录或一事一议")
NO_OUTCOME = _reason("no_outcome", "没有单位反馈招聘结果")
FEW_OUTCOMES = _reason("few_outcomes", "反馈招满或未招满的招聘少于5次")
TOO_FEW_INDICATORS = _reason("too_few_indicators", "可用分指标不足3项、2类，达不到评级要求")
WIDE_INTERVAL = _reason("wide_interval", "80%区间半宽超过12分，结果不稳定")
NO_SUPPLY = _reason("no_supply", "没有近六个月活跃的人才档案，不计算供需比")
SUPPLY_NATURE = _reason("supply_nature", "供给侧与需求侧一为真实数据、一为合成数据，不混用，不计算供需比")
THIN_SUPPLY = _reason("thin_supply", "全市近六个月活跃的人才档案少于30份，不计算供需比")
NO_CITY_DEMAND = _reason("no_city_demand", "全市近六个月没有说明人数的需求，不计算供需比")
NO_CURRENT_DEMAND = _reason("no_current_demand", "近六个月没有有效需求，不计算供需比")
HEADS_UNSTATED = _reason("heads_unstated", "近六个月说明人数的需求不足一半，不计算供需比")
NO_DURATION = _reason("no_duration", "随访时间不足，无法估计招聘时长中位数")
NO_FILL_SHARE = _reason("no_fill_share", "没有可判断90日内是否招满的招聘")
GATE_UNKNOWN = _reason("gate_unknown", "求职登记覆盖不足，绝对门槛无法判断，最高两星")
EXIT_BELOW = _reason("exit_below", "连续两版低于两星，调出")
EXIT_FILLED = _reason("exit_filled", "四个季度90日填补率达到67%，调出")
NO_URGENCY = _reason("no_urgency", "急需度尚无评定，是否列入待定")
ONE_RATER = _reason("one_rater", "急需度只有一名评审，须两名独立评审")
RATERS_APART = _reason("raters_apart", "两名评审的急需度相差过大或分居60分两侧，须第三人评定")
ALPHA_LOW = _reason("alpha_low", "评审一致性α低于0.67，急需度须重新评定")
EXPERT_LIMIT = _reason("expert_limit", "专家认定超过目录条目的15%，按得票取舍后未列入")
PAY_CAP = _reason("pay_cap", "薪酬竞争力不足，非技能短缺，最高两星")
