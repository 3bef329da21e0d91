"""From comparisons to verdicts."""

from __future__ import annotations

import pandas as pd
import pytest

from training.drift.compare import Compared, Quantity
from training.drift.judge import judge_lines, judge_whole
from training.drift.line import Group, Kind, Move, Verdict


def quantity(kind=Kind.NUMBER, group=Group.INPUT, refused=""):
    return Quantity("x", "某项", group, kind, pd.Series(dtype=object), refused)


def compared(effect=0.0, p_value=1.0, *, rows=(100, 100), employers=(30, 30), chance=0.05, **more):
    values = {"distance": 0.2, "psi": effect, "before": 1000.0, "after": 2000.0, "moves": ()} | more
    return Compared(rows=rows, employers=employers, effect=effect, chance=chance, p_value=p_value, **values)


def verdict(found, **of):
    return judge_lines([(quantity(**of), found)])[0]


@pytest.mark.parametrize(
    ("kind", "effect", "expected"),
    [
        (Kind.CATEGORY, 0.3, Verdict.DRIFT),
        (Kind.CATEGORY, 0.15, Verdict.WATCH),
        (Kind.CATEGORY, 0.05, Verdict.STABLE),
        (Kind.SHARE, 0.12, Verdict.DRIFT),
        (Kind.SHARE, 0.06, Verdict.WATCH),
        (Kind.SHARE, 0.02, Verdict.STABLE),
        (Kind.VECTOR, 0.75, Verdict.DRIFT),
        (Kind.VECTOR, 0.65, Verdict.WATCH),
        (Kind.VECTOR, 0.55, Verdict.STABLE),
    ],
)
def test_what_is_more_than_chance_is_judged_by_its_size(kind, effect, expected):
    assert verdict(compared(effect, 0.001), kind=kind).verdict is expected


def test_what_chance_does_is_no_drift_however_large():
    line = verdict(compared(0.2, 0.3))
    assert line.verdict is Verdict.STABLE
    assert "随机波动之内" in line.reason


def test_where_chance_could_do_as_much_nothing_is_said():
    line = verdict(compared(0.2, 0.3, chance=0.4))
    assert line.verdict is Verdict.INSUFFICIENT
    assert "样本不足" in line.reason


@pytest.mark.parametrize(
    ("found", "of", "told"),
    [
        (compared(0.9, 0.001, rows=(29, 300)), {}, "29 条"),
        (compared(0.9, 0.001, employers=(300, 7)), {}, "7 家单位"),
        (None, {}, "没有任何取值"),
        (compared(0.9, 0.001), {"refused": "历史不足"}, "历史不足"),
    ],
)
def test_too_little_to_judge_shows_no_figure(found, of, told):
    line = verdict(found, **of)
    assert line.verdict is Verdict.INSUFFICIENT
    assert told in line.reason
    assert (line.distance, line.psi, line.effect, line.p_value, line.q_value) == (None,) * 5


def test_many_lines_together_need_stronger_evidence_than_one():
    one = judge_lines([(quantity(), compared(0.3, 0.04))])
    many = judge_lines([(quantity(), compared(0.3, 0.04)), *[(quantity(), compared(0.0, 0.9))] * 20])
    assert one[0].verdict is Verdict.DRIFT
    assert many[0].verdict is Verdict.STABLE


def test_lines_that_cannot_be_judged_do_not_count_among_the_many():
    lines = judge_lines([(quantity(), compared(0.3, 0.04)), *[(quantity(), None)] * 20])
    assert lines[0].q_value == 0.04


def test_the_reason_says_what_moved():
    moved = compared(0.3, 0.001, moves=(Move(label="焊工", before=0.1, after=0.4),))
    assert "焊工 10%→40%" in verdict(moved, kind=Kind.CATEGORY).reason
    assert "1000→2000" in verdict(compared(0.3, 0.001)).reason
    assert "20%→50%" in verdict(compared(0.3, 0.001, before=0.2, after=0.5), kind=Kind.SHARE).reason
    assert "→" not in verdict(compared(0.8, 0.001, before=None, after=None), kind=Kind.VECTOR).reason


def test_the_worst_line_speaks_for_the_whole():
    drift, watch, stable = (
        verdict(compared(effect, 0.001), kind=Kind.CATEGORY) for effect in (0.3, 0.15, 0.01)
    )
    nothing = verdict(None)
    assert judge_whole([stable, watch, drift])[0] is Verdict.DRIFT
    assert judge_whole([stable, watch])[0] is Verdict.WATCH
    assert judge_whole([stable])[0] is Verdict.STABLE
    whole, reasons = judge_whole([nothing, nothing])
    assert whole is Verdict.INSUFFICIENT
    assert "样本太少" in reasons[0]
    assert "1 项依据不足" in judge_whole([stable, nothing])[1][-1]
