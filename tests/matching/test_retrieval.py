"""Candidates: exact within what the rules allow, whatever they allow."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.bulk import nearest_profiles
from matching.pool import lexical_text
from matching.queries import stored_query
from matching.retrieval import LEXICAL_SHARE, nearness, retrieve


def brute_force(query, pool, allowed, count):
    """Score every allowed member and sort: the slow, obvious twin."""
    everything = np.arange(pool.index.size)
    dense = pool.index.take(everything) @ query.vectors.joined
    written = pool.lexical.scores([lexical_text(query.row)])[0]
    members = np.flatnonzero(allowed)
    near = members[np.argsort(-dense[members], kind="stable")[:count]]
    shared = members[written[members] > 0]
    shared = shared[np.argsort(-written[shared], kind="stable")[:count]]
    found = np.union1d(near, shared)
    fused = (dense + LEXICAL_SHARE * written)[found]
    return found[np.argsort(-fused, kind="stable")[:count]]


@given(allowed=st.lists(st.booleans(), min_size=3, max_size=3), count=st.integers(1, 5))
def test_retrieval_is_that_of_brute_force_under_any_filter(matcher, allowed, count):
    query = stored_query("V1", matcher.vacancies, matcher.background)
    mask = np.array(allowed)
    found = retrieve(query, matcher.profiles, mask, count)
    assert found.tolist() == brute_force(query, matcher.profiles, mask, count).tolist()
    assert mask[found].all()


def test_without_vectors_only_writing_counts_and_the_rest_follows(matcher):
    query = stored_query("V1", matcher.vacancies, matcher.background)._replace(vectors=None)
    found = retrieve(query, matcher.profiles, np.ones(3, bool), 3)
    assert found[0] == matcher.profiles.position("P1")
    assert sorted(found.tolist()) == [0, 1, 2]
    assert nearness(query, matcher.profiles, found)[0] > 0


def test_bulk_finds_for_every_vacancy_what_a_single_search_finds(matcher):
    hits = nearest_profiles(matcher.vacancies, matcher.profiles, k=2)
    for row, vacancy_id in enumerate(matcher.vacancies.ids):
        query = stored_query(vacancy_id, matcher.vacancies, matcher.background)
        allowed = matcher.profiles.allowed(query.row).mask
        alone = matcher.profiles.index.search(query.vectors.joined, 2, allowed=allowed)
        listed = hits.positions[row][hits.positions[row] >= 0]
        assert listed.tolist() == alone.positions.tolist()


def test_exposure_counts_the_vacancies_that_have_a_person_near(matcher):
    assert matcher.exposure.tolist() == [
        sum(
            bool(
                matcher.profiles.allowed(matcher.vacancies.rows[matcher.vacancies.position(each)]).mask[
                    person
                ]
            )
            for each in matcher.vacancies.ids
        )
        for person in range(3)
    ]


@pytest.mark.parametrize("vacancy", ["V1", "V2", "V6"])
def test_near_misses_are_apart_from_the_results(matcher, vacancy):
    found = matcher.match_vacancy(vacancy, k=50, near=5)
    assert not {near.id for near in found.near_miss} & {result.id for result in found.results}
