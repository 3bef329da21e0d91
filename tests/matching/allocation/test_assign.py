"""Allocations against all there could be."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from data.errors import InputError
from matching.allocation.assign import Objective, Why, assign
from matching.allocation.shortlists import Shortlists

ALL = list(Objective)


def drawn_lists():
    """Draw lists with whole scores, so that ties happen."""
    scored = st.dictionaries(st.sampled_from("ABCD"), st.integers(1, 9), max_size=4)
    return st.lists(scored, min_size=1, max_size=3).map(
        lambda lists: Shortlists.from_lists(
            {f"V{n}": list(pairs.items()) for n, pairs in enumerate(lists)}, list("ABCD")
        )
    )


def every_allocation(lists, heads):
    """Yield the pairs of every allocation, one by one: the slow and obvious way."""
    rows, persons, scores = (part.tolist() for part in lists.edges)
    of_person = {
        person: [None, *((r, s) for r, p, s in zip(rows, persons, scores, strict=True) if p == person)]
        for person in range(len(lists.profile_ids))
    }
    for picks in itertools.product(*of_person.values()):
        taken = [pick for pick in picks if pick is not None]
        if all(sum(row == r for row, _ in taken) <= heads[r] for r in range(len(heads))):
            yield taken


def served(pairs):
    """Return vacancies covered, and the best score of the worst served of them."""
    best = {}
    for row, score in pairs:
        best[row] = max(best.get(row, 0), score)
    return len(best), min(best.values(), default=0)


heads_of_three = st.lists(st.integers(0, 2), min_size=3, max_size=3)


@settings(max_examples=60, deadline=None)
@given(lists=drawn_lists(), heads=heads_of_three)
def test_no_allocation_has_a_larger_sum(lists, heads):
    heads = heads[: len(lists.vacancy_ids)]
    best = max(sum(score for _, score in pairs) for pairs in every_allocation(lists, heads))
    assert assign(lists, heads=heads).total == best


@settings(max_examples=60, deadline=None)
@given(lists=drawn_lists(), heads=heads_of_three)
def test_no_allocation_is_fairer_and_none_as_fair_has_a_larger_sum(lists, heads):
    heads = heads[: len(lists.vacancy_ids)]
    done = assign(lists, heads=heads, objective=Objective.FAIR)
    pairs = list(zip(done.rows.tolist(), done.scores.tolist(), strict=True))
    best = max((*served(pairs), sum(score for _, score in pairs)) for pairs in every_allocation(lists, heads))
    assert (*served(pairs), done.total) == best
    assert done.covered == best[0]


@settings(max_examples=60, deadline=None)
@given(lists=drawn_lists(), heads=heads_of_three)
def test_the_stable_allocation_has_no_pair_that_would_leave(lists, heads):
    done = assign(lists, heads=heads[: len(lists.vacancy_ids)], objective=Objective.STABLE)
    assert done.blocking_pairs == 0


@settings(max_examples=60, deadline=None)
@given(lists=drawn_lists(), heads=heads_of_three, objective=st.sampled_from(ALL))
def test_capacities_hold_and_what_is_left_has_its_true_reason(lists, heads, objective):
    heads = heads[: len(lists.vacancy_ids)]
    done = assign(lists, heads=heads, objective=objective)
    pairs = list(zip(done.rows.tolist(), done.persons.tolist(), strict=True))
    assert set(pairs) <= set(zip(*(part.tolist() for part in lists.edges[:2]), strict=True))
    placed = np.bincount(done.rows, minlength=len(heads)).tolist()
    assert all(got <= places for got, places in zip(placed, heads, strict=True))
    assert len(set(done.persons.tolist())) == len(pairs)
    assert [(left.vacancy_id, left.placed) for left in done.unfilled] == [
        (f"V{row}", placed[row]) for row in range(len(heads)) if placed[row] < heads[row]
    ]
    people = {lists.profile_ids[p] for p in done.persons.tolist()} | {p.profile_id for p in done.unplaced}
    assert len(people) + done.unlisted == len(lists.profile_ids)
    full = {row for row in range(len(heads)) if placed[row] == heads[row]}
    for left in done.unplaced:
        own = lists.profile_ids.index(left.profile_id)
        assert {row for row, person in zip(*lists.edges[:2], strict=True) if person == own} <= full
    assert done.blocking_pairs == blocking(lists, heads, done)


def blocking(lists, heads, done):
    """Count blocking pairs one by one."""
    of_person = dict(zip(done.persons.tolist(), done.scores.tolist(), strict=True))
    of_vacancy = {row: done.scores[done.rows == row].tolist() for row in range(len(heads))}
    return sum(
        heads[row] > 0
        and score > of_person.get(person, -1)
        and (len(of_vacancy[row]) < heads[row] or score > min(of_vacancy[row]))
        for row, person, score in zip(*(part.tolist() for part in lists.edges), strict=True)
    )


def test_the_sum_is_that_of_the_assignment_problem_of_the_library(crowd):
    dense = np.zeros((len(crowd.vacancy_ids), len(crowd.profile_ids)))
    rows, persons, scores = crowd.edges
    dense[rows, persons] = scores
    best = dense[linear_sum_assignment(dense, maximize=True)].sum()
    done = assign(crowd, heads=[1] * len(crowd.vacancy_ids))
    assert done.total == pytest.approx(best)
    assert done.blocking_pairs > 0
    assert assign(crowd, heads=[1] * 40, objective=Objective.STABLE).total < done.total


def test_why_places_and_people_are_left_is_said():
    lists = Shortlists.from_lists(
        {"V1": [("A", 90), ("B", 80)], "V2": [("A", 5)], "V3": [], "V4": [("C", 60)]}, list("ABCD")
    )
    done = assign(lists, heads=[1, 1, 1, 3])
    assert {left.vacancy_id: left.reason for left in done.unfilled} == {
        "V2": Why.TAKEN,
        "V3": Why.NO_CANDIDATE,
        "V4": Why.TOO_FEW,
    }
    assert [(left.profile_id, left.lists, left.best_score, left.reason) for left in done.unplaced] == [
        ("B", 1, 80.0, Why.FULL)
    ]
    assert done.unlisted == 1
    assert (done.total, done.covered) == (150.0, 2)
    fair = assign(lists, heads=[1, 1, 1, 3], objective=Objective.FAIR)
    assert (fair.total, fair.covered, fair.blocking_pairs) == (145.0, 3, 1)


@pytest.mark.parametrize("objective", ALL)
def test_nothing_to_allocate_is_an_empty_allocation(objective):
    none = assign(Shortlists.from_lists({"V1": []}), heads=[2], objective=objective)
    assert (none.total, none.covered, none.blocking_pairs) == (0.0, 0, 0)
    assert none.unfilled[0].reason is Why.NO_CANDIDATE


@pytest.mark.parametrize("heads", [[1], [1, -1], []])
def test_places_that_do_not_fit_the_vacancies_are_refused(heads):
    lists = Shortlists.from_lists({"V1": [], "V2": []})
    with pytest.raises(InputError) as caught:
        assign(lists, heads=heads)
    assert caught.value.code == "heads_invalid"
