"""Rules on what a person can show: education, 技能等级, licences, languages."""

from __future__ import annotations

from data.records import Education, SkillLevel
from matching.rules.licences import judge_licence
from matching.rules.rule import Judgement, Values, Verdict

__all__ = [
    "EQUIVALENT",
    "judge_education",
    "judge_languages",
    "judge_licences",
    "judge_skill_level",
    "language_names",
]

EQUIVALENT = {
    Education.PRIMARY: SkillLevel.JUNIOR,
    Education.JUNIOR: SkillLevel.JUNIOR,
    Education.SECONDARY: SkillLevel.INTERMEDIATE,
    Education.COLLEGE: SkillLevel.SENIOR,
    Education.BACHELOR: SkillLevel.TECHNICIAN,
}
"""技能等级 that stands for an education; no policy names one for 硕士 and 博士, so none is made up."""

_CHINESE = "zh"
_LANGUAGES = {
    "zh": "中文", "en": "英语", "ru": "俄语", "ja": "日语", "ko": "韩语", "de": "德语", "fr": "法语",
    "es": "西班牙语", "ar": "阿拉伯语", "pt": "葡萄牙语", "it": "意大利语", "mn": "蒙古语",
}  # fmt: skip


def judge_education(required: Values, offered: Values) -> Judgement | None:
    """Judge the education, or the 技能等级 that stands for it."""
    if required[0] is None:
        return None
    wanted = Education(required[0])
    if wanted is Education.ANY:
        return Judgement(Verdict.PASS, "学历不限")
    equivalent = EQUIVALENT.get(wanted)
    ask = f"要求{wanted}" + ("或同等技能等级" if equivalent else "（没有可视同的技能等级）")
    education = Education(offered[0]) if offered[0] and offered[0] != Education.ANY else None
    level = SkillLevel(offered[1]) if offered[1] else None
    if education is not None and education.rank >= wanted.rank:
        return Judgement(Verdict.PASS, f"{ask}，学历为{education}")
    if level is not None and equivalent is not None and level.rank >= equivalent.rank:
        return Judgement(Verdict.PASS, f"{ask}，{level}视同达到")
    if education is None:
        return Judgement(Verdict.UNKNOWN, f"{ask}，档案未登记学历")
    return Judgement(
        Verdict.FAIL, f"{ask}，学历为{education}" + (f"、{level}" if level else "，未登记技能等级")
    )


def judge_skill_level(required: Values, offered: Values) -> Judgement | None:
    """Judge the 技能等级."""
    if required[0] is None:
        return None
    wanted = SkillLevel(required[0])
    if offered[0] is None:
        return Judgement(Verdict.UNKNOWN, f"要求{wanted}，档案未登记技能等级")
    level = SkillLevel(offered[0])
    verdict = Verdict.PASS if level.rank >= wanted.rank else Verdict.FAIL
    return Judgement(verdict, f"要求{wanted}，技能等级为{level}")


def judge_licences(required: Values, offered: Values) -> Judgement | None:
    """Judge the licences: each one asked for must be held; who lists none has not been asked yet."""
    if not required[0]:
        return None
    ask = "、".join(required[0])
    if not offered[0]:
        return Judgement(Verdict.UNKNOWN, f"要求持有{ask}，档案未登记证书")
    best = {name: {judge_licence(name, held) for held in offered[0]} for name in required[0]}
    missing = [name for name, found in best.items() if found == {Verdict.FAIL}]
    if missing:
        return Judgement(Verdict.FAIL, f"要求持有{ask}，未登记{'、'.join(missing)}")
    unsure = [name for name, found in best.items() if Verdict.PASS not in found]
    if unsure:
        return Judgement(Verdict.UNKNOWN, f"要求持有{ask}，登记的证书是否即{'、'.join(unsure)}待核实")
    return Judgement(Verdict.PASS, f"持有{ask}")


def judge_languages(required: Values, offered: Values) -> Judgement | None:
    """Judge the languages; who lists only foreign ones has not said that there is no Chinese."""
    if not required[0]:
        return None
    ask = language_names(required[0])
    if not offered[0]:
        return Judgement(Verdict.UNKNOWN, f"要求语言：{ask}，档案未登记语言")
    missing = [code for code in required[0] if code not in offered[0]]
    if not missing:
        return Judgement(Verdict.PASS, f"语言符合：{ask}")
    verdict = Verdict.UNKNOWN if missing == [_CHINESE] else Verdict.FAIL
    return Judgement(verdict, f"要求语言：{ask}，未登记{language_names(missing)}")


def language_names(codes: list[str] | tuple[str, ...]) -> str:
    """Return languages by their Chinese names; a code without one stays."""
    return "、".join(_LANGUAGES.get(code, code) for code in codes)
