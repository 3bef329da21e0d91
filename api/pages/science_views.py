"""What the pages of models show: the rules of the gate, and differences drawn with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from api.pages.science_records import GateFile, Reason, Slice

__all__ = ["DIMENSIONS", "Bar", "Rule", "bars_of", "rules_of", "scale_of"]

DIMENSIONS: Final[Mapping[str, str]] = {
    "overall": "总体",
    "industry": "产业",
    "language": "语种",
    "education": "学历层次",
    "region": "地区",
}
"""By what queries are told apart, in Chinese."""

_RULES: Final[Mapping[str, frozenset[str]]] = {
    "两者可比：同样的查询，够多，没有缺失": frozenset(
        {"columns_missing", "slice_missing", "queries_differ", "value_missing", "too_few_queries"}
    ),
    "总体与每个分组都不更差": frozenset({"worse", "not_shown"}),
    "声明更好之处确实更好": frozenset({"not_better", "claim_unknown"}),
    "公平性达到门槛，且不低于现用的": frozenset({"fairness_missing", "unfair", "less_fair"}),
    "响应时间没有明显变慢": frozenset({"latency_missing", "slow"}),
}
_HALF: Final = 96.0
_MIDDLE: Final = 100.0


class Rule(NamedTuple):
    """One rule of the gate."""

    label: str
    """The rule, in Chinese."""
    reasons: tuple[Reason, ...]
    """Why it is not met; empty where it is."""
    asked: bool
    """Whether there was anything to ask."""


class Bar(NamedTuple):
    """A slice with its difference drawn."""

    slice: Slice
    """The slice."""
    place: str
    """Dimension and name, in Chinese."""
    low: str
    """Left end of the interval, in the drawing."""
    at: str
    """The difference."""
    high: str
    """Right end of the interval."""
    margin: str
    """The largest loss that counts as none."""


def rules_of(report: GateFile) -> list[Rule]:
    """Return the rules of the gate, each with the reasons that it gave; a code of no rule stands alone."""
    reasons = report.verdict.reasons
    rules = [
        Rule(label, tuple(one for one in reasons if one.code in codes), asked=True)
        for label, codes in _RULES.items()
    ]
    if not report.policy.get("claims") and not rules[2].reasons:
        rules[2] = rules[2]._replace(asked=False)
    known = frozenset[str]().union(*_RULES.values())
    others = tuple(one for one in reasons if one.code not in known)
    return [*rules, *([Rule("其他", others, asked=True)] if others else [])]


def scale_of(slices: Sequence[Slice]) -> float:
    """Return the largest difference that must find room in the drawing."""
    ends = [abs(value) for one in slices for value in (one.low, one.high, one.margin)]
    return max([*ends, 0.001])


def bars_of(slices: Sequence[Slice]) -> dict[str, list[Bar]]:
    """Return the slices by metric, the whole first and then what fell most, all drawn to one scale."""
    scale = scale_of(slices)
    found: dict[str, list[Bar]] = {}
    for one in sorted(slices, key=lambda each: (each.metric, each.dimension != "overall", each.low)):
        found.setdefault(one.metric, []).append(_bar(one, scale))
    return found


def _bar(one: Slice, scale: float) -> Bar:
    def place(value: float) -> str:
        return f"{_MIDDLE + value / scale * _HALF:.1f}"

    named = f"{DIMENSIONS.get(one.dimension, one.dimension)}：{one.slice}"
    label = DIMENSIONS["overall"] if one.dimension == "overall" else named
    return Bar(one, label, place(one.low), place(one.difference), place(one.high), place(-one.margin))
