"""Rules on the terms of the work: form of engagement, time share, months, start, pay."""

from __future__ import annotations

from collections.abc import Iterable

from data.records import Engagement
from matching.rules.rule import Judgement, Values, Verdict

__all__ = ["judge_engagement", "judge_pay_floor", "judge_season", "judge_start", "judge_time_share"]

_FULL_TIME = (Engagement.FULL_TIME,)


def judge_engagement(required: Values, offered: Values) -> Judgement | None:
    """Judge the form of engagement: both sides must share one."""
    if not required[0] or not offered[0]:
        who = "岗位" if not required[0] else "档案"
        return Judgement(Verdict.UNKNOWN, f"{who}未写明引才方式")
    shared = _shared(required[0], offered[0])
    if shared:
        return Judgement(Verdict.PASS, "引才方式一致：" + "、".join(shared))
    return Judgement(Verdict.FAIL, f"岗位为{'、'.join(required[0])}，本人接受{'、'.join(offered[0])}")


def judge_start(required: Values, offered: Values) -> Judgement | None:
    """Judge the day on which the person could start."""
    if required[0] is None:
        return None
    if offered[0] is None:
        return Judgement(Verdict.UNKNOWN, f"要求{required[0]}前到岗，可到岗日期未登记")
    verdict = Verdict.PASS if offered[0] <= required[0] else Verdict.FAIL
    return Judgement(verdict, f"要求{required[0]}前到岗，{offered[0]}可到岗")


def judge_pay_floor(required: Values, offered: Values) -> Judgement | None:
    """Judge the pay against the lowest that the person accepts; a range open at the top decides nothing."""
    if offered[0] is None:
        return None
    low, high = required
    floor = f"本人最低月薪{offered[0]:.0f}元"
    if low is None and high is None:
        return Judgement(Verdict.UNKNOWN, f"{floor}，岗位未写明薪酬")
    if high is None:
        verdict = Verdict.PASS if low >= offered[0] else Verdict.UNKNOWN
        return Judgement(verdict, f"岗位月薪{low:.0f}元以上，未写上限，{floor}")
    if high >= offered[0]:
        return Judgement(Verdict.PASS, f"岗位月薪可达{high:.0f}元，不低于{floor}")
    return Judgement(Verdict.FAIL, f"岗位月薪至多{high:.0f}元，低于{floor}")


def judge_time_share(required: Values, offered: Values) -> Judgement | None:
    """Judge the share of a full working time that the work needs and the person can give.

    Who accepts 全职 for a vacancy that offers it has said enough, unless either side names a share.
    """
    needed, forms = required
    given, accepted = offered
    full_time = Engagement.FULL_TIME in _shared(forms or _FULL_TIME, accepted or _FULL_TIME)
    if given is None:
        return None if full_time else _silent(needed, given)
    if needed is None and tuple(forms or _FULL_TIME) == _FULL_TIME:
        return _of_full_time(given, accepts=full_time)
    if needed is None:
        return None if full_time else _silent(needed, given)
    verdict = Verdict.PASS if given >= needed else Verdict.FAIL
    return Judgement(verdict, f"岗位需要{needed:.0%}的工作时间，本人可投入{given:.0%}")


def _of_full_time(given: float, *, accepts: bool) -> Judgement:
    reason = f"岗位为全职，本人可投入{given:.0%}的工作时间"
    if given >= 1:
        return Judgement(Verdict.PASS, reason)
    return Judgement(Verdict.UNKNOWN if accepts else Verdict.FAIL, reason)


def _silent(needed: float | None, given: float | None) -> Judgement:
    """Say who has not named a time share."""
    parts = [
        "岗位未写明所需工作时间" if needed is None else f"岗位需要{needed:.0%}的工作时间",
        "档案未登记可投入时间" if given is None else f"本人可投入{given:.0%}",
    ]
    return Judgement(Verdict.UNKNOWN, "，".join(parts))


def judge_season(required: Values, offered: Values) -> Judgement | None:
    """Judge the months of the year: all of them, or some where the form lets both sides agree on them."""
    needed, forms = required
    given, accepted = offered
    shared_forms = _shared(forms or _FULL_TIME, accepted or _FULL_TIME)
    if not needed:
        if not given or Engagement.SEASONAL not in shared_forms:
            return None
        return Judgement(Verdict.UNKNOWN, f"岗位未写明所需月份，本人可在{_months(given)}到岗")
    if not given:
        return Judgement(Verdict.UNKNOWN, f"岗位需要{_months(needed)}在岗，档案未登记可到岗月份")
    shared = [month for month in needed if month in given]
    ask = f"岗位需要{_months(needed)}在岗"
    if not shared:
        return Judgement(Verdict.FAIL, f"{ask}，本人可在{_months(given)}到岗，没有共同的月份")
    if len(shared) == len(needed):
        return Judgement(Verdict.PASS, f"{ask}，本人全部可以")
    flexible = any(form != Engagement.FULL_TIME for form in shared_forms)
    return Judgement(
        Verdict.PASS if flexible else Verdict.UNKNOWN,
        f"{ask}，共同的月份为{_months(shared)}" + ("" if flexible else "，其余待商定"),
    )


def _shared(offered: Iterable[str], accepted: Iterable[str]) -> list[str]:
    known = set(accepted)
    return [form for form in offered if form in known]


def _months(months: Iterable[int]) -> str:
    return "、".join(str(month) for month in sorted(months)) + "月"
