"""From comparisons to verdicts: chance first, then size, all lines together."""

from __future__ import annotations

from collections.abc import Sequence

from training.drift.compare import Compared, Quantity, control_discoveries
from training.drift.line import DriftLine, Group, Kind, Verdict

__all__ = ["MIN_EMPLOYERS", "MIN_ROWS", "bars_of", "judge_lines", "judge_whole"]

MIN_ROWS = 30
"""Vacancies with a value that either period needs."""
MIN_EMPLOYERS = 8
"""Employers that they must be of: the test shuffles employers."""
_BAR = 0.05
"""Largest q-value of a change that is more than chance."""
_SIZES = {
    Kind.CATEGORY: (0.1, 0.25),
    Kind.NUMBER: (0.1, 0.25),
    Kind.SHARE: (0.05, 0.1),
    Kind.VECTOR: (0.6, 0.7),
}
"""Effects to look at and to act on: PSI beyond chance (Siddiqi 2006), difference of shares, area."""
_WORDS = {
    Kind.CATEGORY: "扣除随机成分后的 PSI",
    Kind.NUMBER: "扣除随机成分后的 PSI",
    Kind.SHARE: "占比相差",
    Kind.VECTOR: "分类器区分两期的 AUC",
}


def bars_of(kind: Kind) -> tuple[float, float]:
    """Return the effects from which a change is looked at, and from which it is drift."""
    return _SIZES[kind]


def judge_lines(compared: Sequence[tuple[Quantity, Compared | None]]) -> tuple[DriftLine, ...]:
    """Judge every comparison.

    Parameters
    ----------
    compared
        Quantities with what was found; None where a period has no value.

    Returns
    -------
    tuple of DriftLine
        In the same order. A change counts when it is more than chance over all lines that could be judged;
        one that is not, but that chance could hide a large change in, is insufficient.
    """
    judged = [i for i, (quantity, found) in enumerate(compared) if not _lacking(quantity, found)]
    p_values = [found.p_value for i in judged if (found := compared[i][1]) is not None]
    q_values = dict(zip(judged, control_discoveries(p_values), strict=True))
    return tuple(_line(*pair, q_values.get(i)) for i, pair in enumerate(compared))


def judge_whole(lines: Sequence[DriftLine]) -> tuple[Verdict, tuple[str, ...]]:
    """Return the verdict on all lines and what it rests on, in Chinese."""
    found = {verdict: [line for line in lines if line.verdict is verdict] for verdict in Verdict}
    left_out = found[Verdict.INSUFFICIENT]
    told = (f"{len(left_out)} 项依据不足，未作判断",) if left_out else ()
    for verdict in (Verdict.DRIFT, Verdict.WATCH):
        if found[verdict]:
            return verdict, (*(f"{each.label}：{each.reason}" for each in found[verdict]), *told)
    if found[Verdict.STABLE] and Group.INPUT in {line.group for line in found[Verdict.STABLE]}:
        return Verdict.STABLE, (f"{len(found[Verdict.STABLE])} 项均无超出随机波动的明显变化", *told)
    return Verdict.INSUFFICIENT, ("没有一项输入可以判断：样本太少", *told)


def _lacking(quantity: Quantity, found: Compared | None) -> str:
    """Say why a comparison cannot be judged; empty where it can."""
    if quantity.refused:
        return quantity.refused
    if found is None:
        return "有一期没有任何取值"
    rows, employers = min(found.rows), min(found.employers)
    if rows < MIN_ROWS:
        return f"较少的一期只有 {rows} 条，至少要 {MIN_ROWS} 条"
    if employers < MIN_EMPLOYERS:
        return f"较少的一期只涉及 {employers} 家单位，至少要 {MIN_EMPLOYERS} 家"
    return ""


def _line(quantity: Quantity, found: Compared | None, q_value: float | None) -> DriftLine:
    lacking = _lacking(quantity, found)
    if found is None:
        found = Compared((0, 0), (0, 0), float("nan"), None, 0.0, 0.0, 1.0, None, None, ())
    verdict, reason = (
        (Verdict.INSUFFICIENT, lacking) if lacking else _verdict(quantity, found, q_value or 0.0)
    )
    shown = not lacking
    return DriftLine(
        name=quantity.name,
        label=quantity.label,
        group=quantity.group,
        kind=quantity.kind,
        rows=found.rows,
        employers=found.employers,
        distance=round(found.distance, 4) if shown else None,
        psi=round(found.psi, 4) if shown and found.psi is not None else None,
        effect=round(found.effect, 4) if shown else None,
        chance=round(found.chance, 4) if shown else None,
        p_value=round(found.p_value, 5) if shown else None,
        q_value=round(q_value, 5) if shown and q_value is not None else None,
        before=found.before if shown else None,
        after=found.after if shown else None,
        moves=found.moves if shown else (),
        verdict=verdict,
        reason=reason,
    )


def _verdict(quantity: Quantity, found: Compared, q_value: float) -> tuple[Verdict, str]:
    notable, large = _SIZES[quantity.kind]
    told = f"{_WORDS[quantity.kind]} {found.effect:.2f}"
    if q_value <= _BAR:
        for verdict, bar in ((Verdict.DRIFT, large), (Verdict.WATCH, notable)):
            if found.effect >= bar:
                return verdict, f"{told}（界限 {bar:.2f}），多重检验校正后 q={q_value:.3f}{_how(found)}"
        return Verdict.STABLE, f"有变化但很小：{told}"
    if found.chance >= large:
        return (
            Verdict.INSUFFICIENT,
            f"仅随机波动就可达 {found.chance:.2f}（界限 {large:.2f}），样本不足以判断",
        )
    return Verdict.STABLE, f"在随机波动之内：{told}"


def _how(found: Compared) -> str:
    """Say what moved."""
    if found.moves:
        most = found.moves[0]
        return f"；{most.label} {most.before:.0%}→{most.after:.0%}"
    if found.before is None or found.after is None:
        return ""
    if 0 <= found.before <= 1 and 0 <= found.after <= 1:
        return f"；{found.before:.0%}→{found.after:.0%}"
    return f"；中位数 {found.before:.5g}→{found.after:.5g}"
