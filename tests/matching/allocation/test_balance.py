"""Balanced lists against all there could be."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError, RefusedError
from matching.allocation.balance import balance_shortlists
from matching.allocation.exposure import WITHIN
from matching.allocation.shortlists import Shortlists
from matching.allocation.solver import Programme, solve


def drawn_lists():
    """Draw lists with whole scores, so that ties happen."""
    scored = st.dictionaries(st.sampled_from("ABCDE"), st.integers(60, 72), max_size=4)
    return st.lists(scored, min_size=1, max_size=3).map(
        lambda lists: Shortlists.from_lists(
            {f"V{n}": list(pairs.items()) for n, pairs in enumerate(lists)}, list("ABCDE")
        )
    )


def worth(lists, balance):
    """Return what a set of lists is worth: the scores less the price of every further list of a person."""
    counts = np.bincount(lists.positions[lists.positions >= 0], minlength=1)
    price = balance * WITHIN * (counts * (counts - 1) / 2).sum()
    return max(1 - balance, 1e-3) * lists.edges.scores.sum() - price


def every_choice(lists, k, tolerance):
    """Yield every set of lists that keeps within the tolerance, one by one: the slow and obvious way."""
    ways = []
    for positions, scores in zip(lists.positions, lists.scores, strict=True):
        held = int((positions >= 0).sum())
        size = min(k, held)
        kept = [
            chosen
            for chosen in itertools.combinations(range(held), size)
            if all(scores[place] >= scores[i] - tolerance for i, place in enumerate(chosen))
        ]
        ways.append([(positions[list(way)], scores[list(way)]) for way in kept])
    for together in itertools.product(*ways):
        yield Shortlists.from_lists(
            {
                name: [(lists.profile_ids[p], float(s)) for p, s in zip(way[0].tolist(), way[1], strict=True)]
                for name, way in zip(lists.vacancy_ids, together, strict=True)
            },
            lists.profile_ids,
        )


@settings(max_examples=60, deadline=None)
@given(
    lists=drawn_lists(),
    k=st.integers(1, 3),
    balance=st.sampled_from([0.0, 0.3, 0.5, 1.0]),
    tolerance=st.sampled_from([0, 2, 5]),
)
def test_no_other_set_of_lists_is_worth_more(lists, k, balance, tolerance):
    done = balance_shortlists(lists, k=k, balance=balance, tolerance=tolerance)
    best = max(worth(other, balance) for other in every_choice(lists, k, tolerance))
    assert worth(done.shortlists, balance) == pytest.approx(best, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    lists=drawn_lists(), k=st.integers(1, 4), balance=st.floats(0, 1), tolerance=st.sampled_from([0, 1, 3, 9])
)
def test_no_place_loses_more_than_the_tolerance_and_nobody_new_appears(lists, k, balance, tolerance):
    done = balance_shortlists(lists, k=k, balance=balance, tolerance=tolerance)
    chosen, pure = done.shortlists.checked(), lists.top(k)
    assert chosen.lengths.tolist() == pure.lengths.tolist()
    for row in range(len(lists.vacancy_ids)):
        allowed = dict(zip(lists.positions[row].tolist(), lists.scores[row].tolist(), strict=True))
        for person, score, best in zip(
            chosen.positions[row].tolist(),
            chosen.scores[row].tolist(),
            pure.scores[row].tolist(),
            strict=True,
        ):
            if person >= 0:
                assert allowed[person] == score
                assert best - score <= tolerance
    assert done.losses.max(initial=0.0) <= tolerance
    assert done.report.worst_loss == pytest.approx(done.losses.max(initial=0.0), abs=1e-3)


def test_more_balance_spreads_more_and_costs_more(crowd):
    reports = [balance_shortlists(crowd, balance=share).report for share in (0.0, 0.2, 0.5, 1.0)]
    spread = [report.after.congestion for report in reports]
    cost = [report.mean_score_after for report in reports]
    assert spread == sorted(spread, reverse=True)
    assert cost == sorted(cost, reverse=True)
    assert spread[-1] < 0.5 * spread[0]
    assert reports[0].before == reports[0].after
    assert (reports[0].changed, reports[0].worst_loss) == (0, 0.0)
    assert all(report.worst_loss <= 3 for report in reports)
    assert all(report.before == reports[0].before for report in reports)


def test_two_like_vacancies_share_two_like_people():
    lists = Shortlists.from_lists({v: [("A", 80.0), ("B", 79.0), ("C", 70.0)] for v in ("V1", "V2")})
    done = balance_shortlists(lists, k=1)
    assert sorted(done.shortlists.positions[:, 0].tolist()) == [0, 1]
    assert sorted(done.losses.tolist()) == [0.0, 1.0]
    assert done.report.after.congestion < done.report.before.congestion
    # C would be fairer still, but is ten points off
    assert balance_shortlists(lists, k=1, balance=1).shortlists.positions.max() == 1


def test_lists_without_anybody_stay_empty():
    none = balance_shortlists(Shortlists.from_lists({"V1": [], "V2": []}))
    assert none.shortlists.lengths.tolist() == [0, 0]
    assert none.report.mean_score_before is none.report.after.congestion is None


@pytest.mark.parametrize("wrong", [{"k": 0}, {"balance": 1.1}, {"balance": -0.1}, {"tolerance": -1}])
def test_parameters_out_of_range_are_refused(crowd, wrong):
    with pytest.raises(InputError) as caught:
        balance_shortlists(crowd, **wrong)
    assert caught.value.code == "balance_out_of_range"


def test_a_flow_that_cannot_be_is_refused():
    one = np.array([0])
    limits = (one, one, np.ones(1), np.zeros(1))
    impossible = Programme(np.ones(1), np.ones(1), limits, (one, one, np.ones(1), np.ones(1)))
    with pytest.raises(RefusedError):
        solve(impossible)
