"""The method note (方法说明), written from the constants that the code computes with."""

from __future__ import annotations

from data.catalogue.artefacts.reports import Report, Section, Sheet, banner_of, facts_of
from data.catalogue.disclosure import MAX_TOP2_SHARE, MIN_EMPLOYERS_SHOWN, ROUND_TO
from data.catalogue.entries import AnyCatalogue
from data.catalogue.indicators import FAMILIES, SCORE_RANGE, WEIGHTS
from data.catalogue.references import FROZEN_YEARS, References
from data.catalogue.rules import (
    GATE_RATIO,
    GATE_SURE,
    LEVELS,
    MARKS,
    MAX_TOP1_SHARE,
    MIN_EMPLOYERS,
    MIN_OUTCOMES,
    MIN_SPELLS,
    NOT_RATED,
    PAY_CAP_STARS,
    STAGE_2_OUTCOMES,
    SURE,
    SURE_CHANGE,
)
from data.catalogue.uncertainty import SD_NON_SAMPLING
from data.catalogue.urgency import CRITERIA, MIN_ALPHA, URGENT
from data.catalogue.words import CAUSES, INDICATORS, LIMITS

__all__ = ["method_page"]

FORMULAS = {
    "i1": (
        "收缩后的求人倍率 θ=(V+κp̄)/(U+κ(1−p̄))，与参照 θ₀ 相比：100·θ/(θ+θ₀)",
        "有效需求人数V、活跃求职人数U",
    ),
    "i2": (
        "100·σ(1.205·ln d·n/(n+3))，d 为 Kaplan–Meier 中位数与参照中位数之比，n 为样本",
        "招聘周期，未知结果作删失",
    ),
    "i3": ("100·σ(0.573·[ln((1−F)/F)+0.708])，F 为收缩后的90日填补率", "满90日且结果可判断的招聘"),
    "i4": ("100·Ā/(Ā+A)，A 为每个需求的合格应聘人数，Ā 为参照", "报送应聘人数的需求"),
    "i5": ("100·Φ(z/2)，z 为薪酬增长超过全市的部分，以参照标准差计", "写明薪酬的需求"),
    "i6": ("100·o/(1+o)，o 为报告招聘困难的几率与参照几率之比", "经批准的调查汇总表"),
}
CRITERIA_TEXTS = {
    "chain": "产业链关键度", "project": "重大项目与揭榜需求", "training": "培养周期",
    "substitution": "可替代、可转岗难度", "public": "公共服务与安全影响",
}  # fmt: skip
REFERENCE_TEXTS = {
    "theta0": "参照求人倍率 θ₀", "fill90": "参照90日填补率", "median_days": "参照招聘时长中位数（天）",
    "applicants": "参照每需求合格应聘人数 Ā", "hard_share": "参照招聘困难比例",
    "pay_growth_sd": "薪酬增长的参照标准差",
}  # fmt: skip


def method_page(catalogue: AnyCatalogue, *, label: str) -> Report:
    """Write the method note of an edition of 急需紧缺人才目录.

    Parameters
    ----------
    catalogue
        The edition, for its reference values.
    label
        Where it stands.

    Returns
    -------
    Report
        Formulas, weights, reference values, rules, an example and limits.
    """
    sections = (
        Section("一、总则", _principles()),
        _indicators(),
        _references(catalogue.references),
        _stars(),
        _urgency(),
        _disclosure(),
        Section("七、局限", LIMITS),
    )
    title = f"{catalogue.region}急需紧缺人才目录方法说明（方法版本{catalogue.method_version}）"
    return Report(title, banner_of(catalogue), (*facts_of(catalogue), label), catalogue.as_of, sections)


def _principles() -> tuple[str, ...]:
    return (
        "目录分开三件事：紧缺（S，由招聘结果测算）、急需（U，由两名独立评审按公开量表评定）、数据可信度（A—D）。",
        "测算单元为“职业（大典2022）×重点产业”，统计期四个季度；样本不足的职业合并到小类或中类。",
        "合成数据与真实数据从不合并计算；人力资源服务机构代招的需求不进入指数。",
        "全部数字由同一快照、同一方法版本和固定随机种子得出，可逐字节重算。",
    )


def _indicators() -> Section:
    rows = tuple(
        (name.upper(), INDICATORS[name], FAMILIES[name], f"{WEIGHTS[name]:.2f}", *FORMULAS[name])
        for name in WEIGHTS
    )
    low, high = SCORE_RANGE
    scores = {"i1": 71.0, "i2": 63.8, "i3": 63.3, "i5": 67.4, "i6": 66.6}
    total = sum(WEIGHTS[name] for name in scores)
    index = sum(WEIGHTS[name] * score for name, score in scores.items()) / total
    terms = "＋".join(f"{WEIGHTS[name]:.2f}×{score}" for name, score in scores.items())
    return Section(
        "二、紧缺指数",
        (
            "S=Σwᵢsᵢ/Σwᵢ，只对有数据的分指标求和；各分在对数几率尺度上，50为中性，"
            f"60为紧缺线，截于[{low:g}, {high:g}]。",
            "小样本向同产业、同大类的均值收缩，收缩强度κ由数据矩估计。",
            f"举例：缺I4时 S=（{terms}）÷{total:.2f}={index:.1f}（数字为举例，不是任何条目）。",
        ),
        (Sheet("六项分指标", ("代号", "名称", "族", "权重", "公式", "数据"), rows, (1, 2, 1, 1, 6, 4)),),
    )


def _references(values: tuple[References, ...]) -> Section:
    rows = tuple(
        (
            "合成数据" if each.synthetic else "真实数据",
            text,
            "无" if getattr(each, name) is None else f"{getattr(each, name):.4g}",
            f"{each.based_on_start}—{each.based_on_end}",
            each.version or "本期数据，未冻结",
        )
        for each in values
        for name, text in REFERENCE_TEXTS.items()
    )
    text = f"参照值取自首个完整年度并冻结{FROZEN_YEARS}年；未冻结时取自本期数据。"
    sheet = Sheet("本版参照值", ("数据性质", "参照值", "数值", "依据期间", "基准"), rows)
    return Section("三、参照值", (text,), (sheet,) if rows else ())


def _stars() -> Section:
    marks = [f"P(S≥{mark:g})≥{SURE:g}" for mark in MARKS]
    gate = f"结果类得分≥60，且求人倍率≥{GATE_RATIO:g}的概率≥{GATE_SURE:g}"
    more = ("", "结果类得分≥55", gate, f"{gate}；可信度A或B，至少5家单位")
    rows = [("—", LEVELS[0], "达不到一星")]
    rows += [
        ("★" * star, LEVELS[star], "；".join(filter(None, [marks[star - 1], more[star - 1]])))
        for star in range(1, len(MARKS) + 1)
    ]
    rows.append(("★" * len(LEVELS[1:]), LEVELS[-1], "连续两版四星及以上"))
    return Section(
        "四、星级与可信度",
        (
            f"较上版升降一星须有{SURE_CHANGE:g}的把握，其间维持不变；薪酬明显偏低且出价高者能招满的，最高{PAY_CAP_STARS}星。",
            f"评级的最低要求：{MIN_SPELLS}次有效招聘、{MIN_EMPLOYERS}家单位、{MIN_OUTCOMES}次招满或未招满的反馈、3项2类分指标；"
            f"最大单位占比不超过{MAX_TOP1_SHARE:.0%}；否则为“{NOT_RATED}”并写明原因。",
            "80%区间由用人单位重抽样、对半分割与非抽样误差"
            f"（标准差{SD_NON_SAMPLING:g}分）合成。可信度A、B、C的80%区间半宽分别不超过8、10、12分。",
            f"结果反馈达到{STAGE_2_OUTCOMES:.0%}且四个季度齐全为完整阶段；未达到为试行，可信度最高C、最高三星。",
            "成因：" + "、".join(f"{code} {text}" for code, text in CAUSES.items()) + "，规则成立才标注。",
        ),
        (Sheet("星级条件", ("星级", "等级", "条件"), tuple(rows), (2, 2, 8)),),
    )


def _urgency() -> Section:
    rows = tuple((CRITERIA_TEXTS[name], f"{weight:.2f}") for name, weight in CRITERIA.items())
    return Section(
        "五、急需度与列入",
        (
            f"两名评审独立打分，一致性α低于{MIN_ALPHA:g}时全部重评；U≥{URGENT:g}且两星及以上、可信度C及以上的列入。",
        ),
        (Sheet("急需度量表", ("准则", "权重"), rows),),
    )


def _disclosure() -> Section:
    return Section(
        "六、保密",
        (
            f"少于{MIN_EMPLOYERS_SHOWN}家单位、一家超过{MAX_TOP1_SHARE:.0%}或两家超过{MAX_TOP2_SHARE:.0%}的数字不公布（c，不是零）；"
            f"人数按{ROUND_TO}取整；可由合计倒推的数字一并不公布。",
        ),
    )
