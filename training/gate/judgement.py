"""May the candidate take the champion's place? A pure function that gives its reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import groupby

import numpy as np
import pandas as pd

from data.records import Record
from training.gate.comparison import Comparison, compare, holm, pairs_of, pooled
from training.gate.policy import Claim, Policy, Undecided
from training.gate.scorecard import COLUMNS, EVERYTHING, Dimension, Scorecard, fairness_kind

__all__ = ["Code", "Reason", "Verdict", "judge"]

_KEYS = ["metric", "dimension", "slice", "query"]
_PERCENTILES = ("p50", "p95")
_SHOWN = 5


class Code(StrEnum):
    """Why a candidate is refused."""

    COLUMNS_MISSING = "columns_missing"
    """A scorecard is not in the agreed form."""
    SLICE_MISSING = "slice_missing"
    """One model was measured on a slice on which the other was not."""
    QUERIES_DIFFER = "queries_differ"
    """The queries of a slice are not the same, or one counts twice."""
    VALUE_MISSING = "value_missing"
    """A value is not a number."""
    TOO_FEW = "too_few_queries"
    """A metric has too few queries to judge by."""
    WORSE = "worse"
    """The candidate is worse on a slice, and not by accident."""
    NOT_SHOWN = "not_shown"
    """It is not shown that the candidate is not worse on a slice."""
    NOT_BETTER = "not_better"
    """The candidate is not better where it claims to be."""
    CLAIM_UNKNOWN = "claim_unknown"
    """The candidate claims to be better on what was not measured."""
    FAIRNESS_MISSING = "fairness_missing"
    """Fairness was not measured, or not the same figures for both."""
    UNFAIR = "unfair"
    """A figure of fairness misses its bar."""
    LESS_FAIR = "less_fair"
    """A figure of fairness is worse than the champion's."""
    LATENCY_MISSING = "latency_missing"
    """Speed was not measured."""
    SLOW = "slow"
    """The candidate takes too long."""


class Reason(Record):
    """One reason to refuse the candidate."""

    code: Code
    """What kind of reason."""
    message: str
    """What was found and what was wanted, in Chinese."""
    metric: str = ""
    """Metric or figure it is about."""
    dimension: str = ""
    """What the slice belongs to."""
    slice: str = ""
    """The slice; empty where it is about none."""
    difference: float | None = None
    """Candidate minus champion, or the ratio of their times."""
    low: float | None = None
    """Lower end of its interval."""
    high: float | None = None
    """Upper end."""
    needed: float | None = None
    """The bar that was missed."""


class Verdict(Record):
    """What the gate says."""

    passed: bool
    """Whether there is no reason to refuse."""
    reasons: tuple[Reason, ...]
    """All reasons, not only the first."""
    comparisons: tuple[Comparison, ...]
    """Every slice compared; empty where the scorecards cannot be compared."""
    too_small: tuple[str, ...]
    """Slices with too few queries to be judged alone, as ``metric/dimension/slice``."""
    undecided: tuple[str, ...]
    """Slices that show neither that the candidate is worse nor that it is not."""

    def frame(self) -> pd.DataFrame:
        """Return one row a comparison, the columns of :class:`Comparison`."""
        rows = [one.model_dump(mode="json") for one in self.comparisons]
        return pd.DataFrame(rows, columns=list(Comparison.model_fields))


def judge(candidate: Scorecard, champion: Scorecard, policy: Policy) -> Verdict:
    """Judge whether the candidate may take the champion's place.

    It may where it is shown, for every metric and slice, not to be worse by the margin; is better where it
    claims to be; meets the bars of fairness and is no less fair than the champion; and is not slower by the
    factor. What cannot be compared is refused with a reason, never passed.

    Parameters
    ----------
    candidate
        Of the candidate.
    champion
        Of what serves now, on the same queries.
    policy
        Margins, claims and bars.

    Returns
    -------
    Verdict
        With every reason. The same for the same arguments, and a candidate that is better in any number is
        never refused where the other would pass.

    Examples
    --------
    >>> rows = [("zh MAP", "overall", "全部", str(query), 0.5) for query in range(100)]
    >>> quality = pd.DataFrame(rows, columns=["metric", "dimension", "slice", "query", "value"])
    >>> fair, fast = {"impact/性别": 0.99, "swap/人才档案": 0.0}, {"p50": 9.0, "p95": 12.0}
    >>> equal = Scorecard("a", quality, fair, fast), Scorecard("b", quality, fair, fast)
    >>> judge(*equal, Policy()).passed
    True
    >>> [one.code.value for one in judge(*equal, Policy(claims=(Claim(metric="zh MAP"),))).reasons]
    ['not_better']
    """
    reasons = [*_form_faults(candidate, "候选"), *_form_faults(champion, "现用")]
    comparisons: list[Comparison] = []
    too_small: list[str] = []
    undecided: list[str] = []
    if not reasons:
        reasons = list(_pairing_faults(candidate.quality, champion.quality))
    if not reasons:
        comparisons, too_small, few = _compared(candidate.quality, champion.quality, policy)
        losses, undecided = _losses(comparisons, policy)
        exact = {
            (pair.metric, pair.dimension, pair.slice): compare(pair, policy)
            for pair in pairs_of(candidate.quality, champion.quality)
            if any(_about(claim, pair.metric, pair.dimension, pair.slice) for claim in policy.claims)
        }
        reasons = [*few, *losses, *_unmet(policy, exact)]
    reasons += _fairness(candidate.fairness, champion.fairness, policy)
    reasons += _latency(candidate.latency_ms, champion.latency_ms, policy)
    return Verdict(
        passed=not reasons,
        reasons=tuple(reasons),
        comparisons=tuple(comparisons),
        too_small=tuple(too_small),
        undecided=tuple(undecided),
    )


def _form_faults(card: Scorecard, who: str) -> Iterator[Reason]:
    """Find what makes the quality of one scorecard unusable."""
    quality = card.quality
    missing = [name for name in COLUMNS if name not in quality]
    if missing or quality.empty:
        what = f"缺少列 {'、'.join(missing)}" if missing else "没有任何质量数据"
        yield Reason(code=Code.COLUMNS_MISSING, message=f"{who}的成绩单{what}")
        return
    unknown = sorted(set(quality["dimension"]) - set(Dimension))
    if unknown:
        yield Reason(
            code=Code.COLUMNS_MISSING, message=f"{who}的成绩单有不认识的维度 {'、'.join(map(str, unknown))}"
        )
    values = pd.to_numeric(quality["value"], errors="coerce").to_numpy(float)
    bad = ~np.isfinite(values)
    for (metric, dimension, name), count in _counts(quality[bad]).items():
        yield _about_slice(Code.VALUE_MISSING, metric, dimension, name, f"{who}有 {count} 个查询的值不是数")
    twice = quality.duplicated(_KEYS)
    for (metric, dimension, name), count in _counts(quality[twice]).items():
        yield _about_slice(Code.QUERIES_DIFFER, metric, dimension, name, f"{who}有 {count} 个查询重复计入")


def _pairing_faults(candidate: pd.DataFrame, champion: pd.DataFrame) -> Iterator[Reason]:
    """Find slices and queries that only one of both has."""
    ours, theirs = _queries(candidate), _queries(champion)
    for key in sorted(ours.keys() ^ theirs.keys()):
        who = "现用" if key in ours else "候选"
        yield _about_slice(Code.SLICE_MISSING, *key, f"{who}没有在这一组上测过")
    for key in sorted(ours.keys() & theirs.keys()):
        odd = sorted(ours[key] ^ theirs[key])
        if odd:
            named = "、".join(odd[:_SHOWN])
            yield _about_slice(
                Code.QUERIES_DIFFER, *key, f"两者的查询不同：{len(odd)} 个只有一方有（{named}…）"
            )
    for metric in sorted({key[0] for key in ours}):
        if (metric, Dimension.OVERALL.value, EVERYTHING) not in ours:
            yield _about_slice(Code.SLICE_MISSING, metric, Dimension.OVERALL, EVERYTHING, "没有总体一组")


def _compared(
    candidate: pd.DataFrame, champion: pd.DataFrame, policy: Policy
) -> tuple[list[Comparison], list[str], list[Reason]]:
    """Compare every slice that is large enough, the small ones together; name what is too small."""
    comparisons: list[Comparison] = []
    too_small: list[str] = []
    few: list[Reason] = []
    pairs = pairs_of(candidate, champion)
    for (metric, dimension), group in groupby(pairs, key=lambda pair: (pair.metric, pair.dimension)):
        slices = list(group)
        too_small += [
            f"{metric}/{dimension.value}/{one.slice}"
            for one in slices
            if len(one.candidate) < policy.min_queries
        ]
        for pair in pooled(slices, policy.min_queries):
            if len(pair.candidate) >= policy.min_queries:
                comparisons.append(compare(pair, policy))
            elif dimension is Dimension.OVERALL:
                message = f"只有 {len(pair.candidate)} 个查询，至少要 {policy.min_queries} 个"
                few.append(_about_slice(Code.TOO_FEW, metric, dimension, pair.slice, message))
    return comparisons, too_small, few


def _losses(comparisons: Sequence[Comparison], policy: Policy) -> tuple[list[Reason], list[str]]:
    """Return where the candidate is worse or may be, and the slices that show neither."""
    reasons, undecided = [], []
    significant = holm([one.worse for one in comparisons], policy.level)
    for one, worse in zip(comparisons, significant, strict=True):
        if one.shown:
            continue
        if not worse:
            undecided.append(f"{one.metric}/{one.dimension.value}/{one.slice}")
        tolerated = policy.undecided is Undecided.REPORT and one.dimension is not Dimension.OVERALL
        if worse or not tolerated or one.difference <= -one.margin:
            reasons.append(_loss(one, worse=worse))
    return reasons, undecided


def _loss(one: Comparison, *, worse: bool) -> Reason:
    interval = f"差 {one.difference:+.4f}，区间 [{one.low:+.4f}, {one.high:+.4f}]，{one.queries} 个查询"
    what = "候选更差" if worse else "不能说明候选不更差"
    members = f"，合并了 {'、'.join(one.members)}" if len(one.members) > 1 else ""
    return _about_slice(
        Code.WORSE if worse else Code.NOT_SHOWN,
        one.metric,
        one.dimension,
        one.slice,
        f"{what}：{interval}，下端须高于 {-one.margin:+.4f}{members}",
        difference=one.difference,
        low=one.low,
        high=one.high,
        needed=-one.margin,
    )


def _unmet(policy: Policy, found: Mapping[tuple[str, Dimension, str], Comparison]) -> Iterator[Reason]:
    """Check that the candidate is better where it claims to be; all must hold, so none is corrected."""
    for claim in policy.claims:
        place = (claim.metric, claim.dimension, claim.slice)
        one = found.get(place)
        if one is None:
            yield _about_slice(Code.CLAIM_UNKNOWN, *place, "声明更好的这一组没有测过")
        elif one.queries < policy.min_queries:
            message = f"声明更好的这一组只有 {one.queries} 个查询，至少要 {policy.min_queries} 个"
            yield _about_slice(Code.TOO_FEW, *place, message)
        elif one.low <= 0:
            yield _about_slice(
                Code.NOT_BETTER,
                *place,
                f"声明更好而不能说明：差 {one.difference:+.4f}，"
                f"区间 [{one.low:+.4f}, {one.high:+.4f}] 须高于 0",
                difference=one.difference,
                low=one.low,
                high=one.high,
                needed=0.0,
            )


def _fairness(
    candidate: Mapping[str, float], champion: Mapping[str, float], policy: Policy
) -> Iterator[Reason]:
    """Check every figure against its bar and, for impact ratios, against the champion's."""
    unequal = sorted(candidate.keys() ^ champion.keys())
    lacking = {"impact", "swap"} - {fairness_kind(name) for name in candidate}
    if unequal or lacking:
        names = "、".join(unequal) if unequal else "、".join(sorted(lacking))
        yield Reason(code=Code.FAIRNESS_MISSING, message=f"公平性没有测全或两者所测不同：{names}")
    for name in sorted(candidate.keys() & champion.keys()):
        yield from _figure(name, float(candidate[name]), float(champion[name]), policy)


def _figure(name: str, ours: float, theirs: float, policy: Policy) -> Iterator[Reason]:
    kind = fairness_kind(name)
    if not np.isfinite([ours, theirs]).all() or kind not in _BARS:
        yield Reason(code=Code.FAIRNESS_MISSING, metric=name, message=f"公平性 {name} 没有可用的值")
        return
    bar = _BARS[kind](name, policy)
    missed = ours < bar if kind == "impact" else ours > bar
    if missed:
        wanted = "不低于" if kind == "impact" else "不高于"
        yield Reason(
            code=Code.UNFAIR, metric=name, difference=ours - theirs, needed=bar,
            message=f"公平性 {name} 为 {ours:.4f}，须{wanted} {bar:g}",
        )  # fmt: skip
    least = theirs - policy.impact_tolerance
    if kind == "impact" and ours < least:
        yield Reason(
            code=Code.LESS_FAIR, metric=name, difference=ours - theirs, needed=least,
            message=f"公平性 {name} 由 {theirs:.4f} 降到 {ours:.4f}，至多可降 {policy.impact_tolerance:g}",
        )  # fmt: skip


_BARS: dict[str, Callable[[str, Policy], float]] = {
    "impact": lambda name, policy: policy.crossed_floor if "×" in name else policy.impact_floor,
    "swap": lambda _name, policy: policy.swap_bar,
    "moved": lambda _name, _policy: 0.0,
}
"""The bar of each kind of figure."""


def _latency(
    candidate: Mapping[str, float], champion: Mapping[str, float], policy: Policy
) -> Iterator[Reason]:
    """Check the 95th percentile of a request's time."""
    values = [each.get(name, float("nan")) for each in (candidate, champion) for name in _PERCENTILES]
    if not all(np.isfinite(value) and value > 0 for value in values):
        yield Reason(code=Code.LATENCY_MISSING, message="响应时间没有测，或不是正数")
        return
    ratio = float(candidate["p95"] / champion["p95"])
    if ratio > policy.latency_factor:
        yield Reason(
            code=Code.SLOW, metric="p95", difference=ratio, needed=policy.latency_factor,
            message=f"第95百分位响应时间 {candidate['p95']:.1f} 毫秒，是现用 {champion['p95']:.1f} 毫秒的"
            f" {ratio:.2f} 倍，至多 {policy.latency_factor:g} 倍",
        )  # fmt: skip


def _about(claim: Claim, metric: str, dimension: Dimension, name: str) -> bool:
    return (claim.metric, claim.dimension, claim.slice) == (metric, dimension, name)


def _about_slice(code: Code, metric: str, dimension: str, name: str, what: str, **numbers: float) -> Reason:
    place = f"{metric}（{Dimension(dimension).label}：{name}）" if dimension in list(Dimension) else metric
    return Reason(
        code=code, metric=metric, dimension=dimension, slice=name, message=f"{place}{what}", **numbers
    )


def _counts(rows: pd.DataFrame) -> dict[tuple[str, str, str], int]:
    """Return the number of rows of each slice."""
    sizes = rows.groupby(_KEYS[:3], sort=True).size()
    return {(str(key[0]), str(key[1]), str(key[2])): int(count) for key, count in sizes.items()}  # type: ignore[index]


def _queries(quality: pd.DataFrame) -> dict[tuple[str, str, str], frozenset[str]]:
    """Return the queries of each slice."""
    grouped = quality.groupby(_KEYS[:3], sort=False)["query"]
    return {(str(key[0]), str(key[1]), str(key[2])): frozenset(part.astype(str)) for key, part in grouped}
