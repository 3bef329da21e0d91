"""The shapes in which forecasts are answered: every field says what it means."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, Field

__all__ = [
    "BacktestOut",
    "Basis",
    "CellSumOut",
    "ForecastOut",
    "MonthOut",
    "NearestOut",
    "Quantity",
    "ReasonOut",
    "ScoreOut",
    "SkillMonthOut",
    "SkillOut",
    "SkillsOut",
]


class Quantity(StrEnum):
    """What is asked for."""

    DEMAND = "demand"
    """Heads newly wanted in the months ahead."""
    SUPPLY = "supply"
    """Heads available."""
    GAP = "gap"
    """Demand less supply."""
    RATIO = "ratio"
    """Demand over supply, 供需比."""


class Basis(StrEnum):
    """What a figure rests on."""

    FORECAST = "forecast"
    """A statistical forecast, with a back-test."""
    PLAN_TARGET = "plan_target"
    """Arithmetic on a target of a plan; no forecast."""
    OBSERVED = "observed"
    """Counted."""


class _Row(BaseModel):
    """A row of a kept run; a field that an older run does not have is empty."""

    @classmethod
    def of(cls, row: Mapping[str, Any], **known: Any) -> Self:
        """Take the fields of this shape from a row."""
        return cls(**{name: row.get(name) for name in cls.model_fields} | known)


class ReasonOut(_Row):
    """Why there is no figure, or only an indicative one."""

    code: str = Field(description="稳定的原因代码", examples=["below_publication_volume"])
    have: float | None = Field(description="现有多少", examples=[17.0])
    need: float | None = Field(description="需要多少", examples=[20.0])
    message: str = Field(
        description="原因", examples=["月均需求 17 人，低于 20 人，不单独发布，请看上一层级"]
    )


class NearestOut(BaseModel):
    """The nearest question that can be answered."""

    level: str = Field(description="层级", examples=["industry"])
    key_industry: str | None = Field(description="重点产业", examples=["镁材料深加工"])
    occupation_code: str | None = Field(description="职业编码", examples=[None])
    quantity: Quantity = Field(description="指标", examples=["demand"])
    horizon_months: int = Field(description="预测月数", examples=[3])
    href: str = Field(description="可直接请求的地址", examples=["/v1/forecasts?level=industry&horizon=3"])


class _CellRow(_Row):
    level: str = Field(description="层级：city、industry 或 occupation", examples=["industry"])
    key_industry: str | None = Field(description="重点产业；空为全域或其他产业", examples=["镁材料深加工"])
    occupation_code: str | None = Field(
        description="职业编码；空为该层级以上或未编码", examples=["6-15-04-01"]
    )


class CellSumOut(_CellRow):
    """One cell over the whole period; refused cells have reasons and no number."""

    from_month: str | None = Field(description="计入的第一个月", examples=["2026-11-01"])
    to_month: str | None = Field(description="计入的最后一个月", examples=["2027-01-01"])
    mean: float | None = Field(description="预测值；暂不评价时为空，绝不以 0 代替", examples=[341.3])
    lo80: float | None = Field(description="80% 区间下限", examples=[232.6])
    hi80: float | None = Field(description="80% 区间上限", examples=[496.4])
    lo95: float | None = Field(description="95% 区间下限；校准起点不足 19 个时为空", examples=[176.3])
    hi95: float | None = Field(description="95% 区间上限", examples=[602.9])
    p_short: float | None = Field(description="短缺的估计概率，仅供给、缺口、供需比有", examples=[None])
    method: str | None = Field(description="该单元采用的方法；供需指标为空", examples=["shared_total"])
    n_origins: int | None = Field(description="校准区间的历史起点数", examples=[21])
    volume_class: str | None = Field(description="误差按此规模档（月均人数）合并校准", examples=["100-500"])
    volume: float | None = Field(description="近 12 个月月均人数", examples=[118.4])
    imputed_share: float | None = Field(description="由中位数补全的人数占比，0 到 1", examples=[0.04])
    synthetic_share: float | None = Field(description="合成数据占比，0 到 1", examples=[0.0])
    status: str = Field(
        description="ok 可用、indicative 仅供参考、refused 暂不评价；供需指标另有 shortage 短缺、"
        "surplus 富余、undecided 未定、uncalibrated 未校准",
        examples=["ok"],
    )
    reasons: list[ReasonOut] = Field(description="为何暂不评价、仅供参考或缺一档区间", examples=[[]])
    nearest_supported: NearestOut | None = Field(
        description="暂不评价时，最近的可回答的问题", examples=[None]
    )


class MonthOut(_CellRow):
    """One cell in one month ahead."""

    month: str = Field(description="月份（一日）", examples=["2026-11-01"])
    mean: float | None = Field(description="预测人数；暂不评价时为空", examples=[115.2])
    lo80: float | None = Field(description="80% 区间下限", examples=[80.1])
    hi80: float | None = Field(description="80% 区间上限", examples=[168.0])
    lo95: float | None = Field(description="95% 区间下限", examples=[58.7])
    hi95: float | None = Field(description="95% 区间上限", examples=[214.9])
    seasonal_naive: float | None = Field(description="基线：去年同月", examples=[121.0])
    mean3: float | None = Field(description="基线：近三月均值", examples=[109.3])
    status: str = Field(description="ok、indicative 或 refused", examples=["ok"])
    reasons: list[ReasonOut] = Field(description="原因", examples=[[]])


class ScoreOut(_Row):
    """One method on one part of the back-test."""

    level: str = Field(description="层级", examples=["industry"])
    key_industry: str | None = Field(description="仅统计此重点产业；空为不分产业", examples=[None])
    volume_class: str = Field(description="规模档（月均人数）；all 为全部", examples=["all"])
    target: str = Field(description="sum 为预测期合计，month1 为第 1 个月，余类推", examples=["sum"])
    method: str = Field(description="方法", examples=["pooled_season_ses"])
    n_origins: int = Field(description="预测起点数，即有效样本", examples=[21])
    n_forecasts: int = Field(description="预测次数", examples=[168])
    wape: float | None = Field(description="绝对误差合计 ÷ 实际合计", examples=[0.214])
    mae: float | None = Field(description="平均绝对误差（人）", examples=[61.3])
    bias: float | None = Field(description="（预测 − 实际）÷ 实际；负为低估", examples=[-0.041])
    mase: float | None = Field(description="误差 ÷ 逐月平均变动；合计不计算", examples=[0.97])
    rmsse: float | None = Field(description="均方根误差 ÷ 逐月变动的均方根", examples=[0.93])
    wql: float | None = Field(description="加权分位数损失", examples=[0.17])
    mae_to_last_value: float | None = Field(description="平均绝对误差 ÷ 上月值法的误差", examples=[0.69])
    mae_to_mean3: float | None = Field(description="平均绝对误差 ÷ 近三月均值法的误差", examples=[0.92])
    mae_to_seasonal_naive: float | None = Field(
        description="平均绝对误差 ÷ 去年同月法的误差", examples=[0.95]
    )
    n_zero_scale: int | None = Field(description="逐月没有变动、MASE 不计的次数", examples=[0])
    n_interval_origins: int | None = Field(description="可评区间的起点数", examples=[11])
    coverage80: float | None = Field(description="80% 区间的平均覆盖率", examples=[0.79])
    coverage80_worst: float | None = Field(description="80% 区间覆盖最少的一期", examples=[0.56])
    coverage95: float | None = Field(description="95% 区间的平均覆盖率", examples=[0.95])
    coverage95_worst: float | None = Field(description="95% 区间覆盖最少的一期", examples=[0.89])


class _RunOut(BaseModel):
    region: str = Field(description="区域", examples=["yingkou"])
    as_of: str = Field(description="运行的数据日期", examples=["2026-10-31"])
    data_as_of: str | None = Field(description="最后一个完整月的最后一日", examples=["2026-10-31"])
    method: str = Field(description="方法与版本", examples=["pooled-season-ses"])
    run_id: int = Field(description="运行编号", examples=[1])
    synthetic: bool = Field(description="true 表示含合成数据", examples=[False])


class ForecastOut(_RunOut):
    """One forecast run, cut to what was asked for."""

    quantity: Quantity = Field(description="指标", examples=["demand"])
    unit: str = Field(description="单位：人，供需比为倍", examples=["人"])
    horizon_months: int = Field(description="预测月数", examples=[3])
    basis: Basis = Field(description="数字的性质：统计预测、规划目标推算或已观察", examples=["forecast"])
    coverage: str = Field(
        description="platform 只代表登记于本平台的需求与求职者；city 已按主管部门给出的覆盖率推到全市",
        examples=["platform"],
    )
    status: str = Field(
        description="answered 有所问的预测（各单元另有状态）；refused 整个问题无法回答", examples=["answered"]
    )
    reasons: list[ReasonOut] = Field(description="整个问题无法回答的原因", examples=[[]])
    nearest_supported: NearestOut | None = Field(
        description="无法回答时，最近的可回答的问题", examples=[None]
    )
    sums: list[CellSumOut] = Field(description="预测期合计，每单元一行")
    months: list[MonthOut] = Field(description="逐月预测与两个基线；仅需求一侧有")
    backtest: list[ScoreOut] = Field(description="回测：误差与区间覆盖率，与预测一同给出")


class BacktestOut(_RunOut):
    """The back-test of the newest run."""

    horizon_months: int = Field(description="预测月数", examples=[3])
    published_method: str | None = Field(description="公布的是哪个方法", examples=["pooled_season_ses"])
    verdicts: list[str] = Field(
        description="各层级合计的结论", examples=[["全域 · 3 个月合计：平均误差比上月值小 47%……"]]
    )
    scores: list[ScoreOut] = Field(description="逐层级、规模、期限、方法的误差与覆盖率")


class SkillMonthOut(_Row):
    """One skill in one month ahead."""

    month: str = Field(description="月份（一日）", examples=["2026-11-01"])
    mean: float | None = Field(description="预测的需求条数", examples=[38.4])
    lo80: float | None = Field(description="80% 区间下限", examples=[29.0])
    hi80: float | None = Field(description="80% 区间上限", examples=[48.9])
    lo95: float | None = Field(description="95% 区间下限", examples=[23.1])
    hi95: float | None = Field(description="95% 区间上限", examples=[57.0])
    status: str = Field(description="ok 或 indicative", examples=["ok"])
    reasons: list[ReasonOut] = Field(description="原因", examples=[[]])


class SkillOut(_Row):
    """One skill over the whole period; refused skills have reasons and no number."""

    skill_code: str = Field(description="能力编码", examples=["S0001"])
    name: str = Field(description="能力名称", examples=["电工"])
    mean: float | None = Field(
        description="预测期内提到此项能力的需求条数；暂不评价时为空，绝不以 0 代替", examples=[115.2]
    )
    lo80: float | None = Field(description="80% 区间下限", examples=[92.0])
    hi80: float | None = Field(description="80% 区间上限", examples=[141.7])
    lo95: float | None = Field(description="95% 区间下限；校准起点不足 19 个时为空", examples=[80.3])
    hi95: float | None = Field(description="95% 区间上限", examples=[160.5])
    volume: float | None = Field(description="近 12 个月月均条数；保密时为空", examples=[36.5])
    n_origins: int | None = Field(description="校准区间的历史起点数", examples=[21])
    method: str | None = Field(description="采用的方法；暂不评价时为空", examples=["shared_total"])
    status: str = Field(description="ok 可用、indicative 仅供参考、refused 暂不评价", examples=["indicative"])
    reasons: list[ReasonOut] = Field(description="为何暂不评价、仅供参考或缺一档区间", examples=[[]])
    months: list[SkillMonthOut] = Field(description="逐月预测；暂不评价时为空列表")


class SkillsOut(_RunOut):
    """Forecasts by skill of the newest run."""

    unit: str = Field(description="单位：条需求，不是人", examples=["条"])
    horizon_months: int = Field(description="预测月数", examples=[3])
    basis: Basis = Field(description="数字的性质", examples=["forecast"])
    note: str = Field(description="使用前须知", examples=["同一需求可含多项能力，不可相加"])
    status: str = Field(
        description="answered 有能力的预测（各项另有状态）；refused 本次运行没有", examples=["answered"]
    )
    reasons: list[ReasonOut] = Field(description="整个问题无法回答的原因", examples=[[]])
    skills: list[SkillOut] = Field(description="每项能力一行，月均多的在前，保密的在最后")
    backtest: list[ScoreOut] = Field(description="回测：误差与区间覆盖率；层级为 skill")
