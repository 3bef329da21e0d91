from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import RefusedError
from matching.teams import cover
from matching.teams.cover import best_covers


def covers_by_trying_all(shows, fits, needed, *, k, most=None):
    """Return the slow twin: every set of people, sorted by the order that the search promises."""
    people = range(len(fits))
    have = np.minimum(needed, shows.sum(axis=0))
    sets = [
        each
        for size in range(1, (most or len(fits)) + 1)
        for each in combinations(people, size)
        if size <= len(fits)
    ]
    count = {each: int(((shows[list(each)].sum(axis=0) >= have) & (have > 0)).sum()) for each in sets}
    full = max(count.values(), default=0)
    ranked = sorted(
        (each for each in sets if full and count[each] == full),
        key=lambda each: (len(each), -sum(fits[i] for i in each)),
    )
    found = []
    for each in ranked:
        if len(found) < k and not any(set(better) <= set(each) for better in found):
            found.append(each)
    return found


def value(each, fits):
    return len(each), round(sum(fits[i] for i in each), 6)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_the_covers_are_those_that_trying_every_set_finds(data):
    people, skills = data.draw(st.integers(1, 7)), data.draw(st.integers(1, 4))
    cells = st.lists(st.booleans(), min_size=skills, max_size=skills)
    shows = np.array(data.draw(st.lists(cells, min_size=people, max_size=people)), dtype=bool)
    fits = [each / 64 for each in data.draw(st.lists(st.integers(0, 64), min_size=people, max_size=people))]
    needed = data.draw(st.lists(st.integers(1, 2), min_size=skills, max_size=skills))
    most = data.draw(st.none() | st.integers(1, 4))
    fast = best_covers(shows, fits, needed, k=3, most=most)
    slow = covers_by_trying_all(shows, fits, needed, k=3, most=most)
    assert [value(each, fits) for each in fast] == [value(each, fits) for each in slow]
    assert len(set(fast)) == len(fast)


def test_one_who_knows_all_is_enough_and_the_next_best_takes_two():
    shows = np.array([[1, 1, 1], [1, 1, 0], [0, 0, 1], [0, 1, 1]], dtype=bool)
    assert best_covers(shows, [0.1, 0.9, 0.9, 0.8], [1, 1, 1], k=3) == [(0,), (1, 2), (1, 3)]


def test_a_limit_on_members_leaves_skills_uncovered_and_covers_the_most():
    shows = np.array([[1, 0, 0], [0, 1, 0], [0, 1, 1]], dtype=bool)
    assert best_covers(shows, [0.5, 0.9, 0.1], [1, 1, 1], k=1, most=1) == [(2,)]


def test_many_people_with_the_same_skills_are_no_trouble():
    rng = np.random.default_rng(1)
    shows = rng.random((20_000, 6)) < 0.5
    fits = rng.random(20_000).tolist()
    full = sorted(np.flatnonzero(shows.all(axis=1)).tolist(), key=lambda i: -fits[i])
    assert best_covers(shows, fits, [1] * 6, k=3) == [(i,) for i in full[:3]]


def test_nobody_with_any_skill_makes_no_team():
    assert best_covers(np.zeros((3, 2), bool), [1.0] * 3, [1, 1], k=2) == []
    assert best_covers(np.zeros((0, 2), bool), [], [1, 1], k=2) == []


def test_a_search_that_does_not_end_is_refused(monkeypatch):
    monkeypatch.setattr(cover, "milp", lambda *_, **__: SimpleNamespace(status=1, x=None))
    with pytest.raises(RefusedError, match="1 人、1 项能力"):
        best_covers(np.ones((1, 1), bool), [1.0], [1], k=1)
