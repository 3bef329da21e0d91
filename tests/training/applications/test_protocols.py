"""What is tested is never known before, in any way of dividing."""

from __future__ import annotations

import numpy as np
import pytest

from training.applications import Protocol, make_protocols


@pytest.fixture(scope="module")
def divided(market):
    return make_protocols(market, np.random.default_rng(0))


@pytest.mark.parametrize("protocol", list(Protocol))
def test_nothing_tested_is_known_or_fitted_on(divided, protocol):
    fitted, tested = divided[protocol]
    assert not np.intersect1d(fitted.known, fitted.asked).size
    assert not np.intersect1d(tested.known, tested.asked).size
    assert not np.intersect1d(np.concatenate([fitted.known, fitted.asked]), tested.asked).size
    assert len(fitted.asked) > 50
    assert len(tested.asked) > 50


@pytest.mark.parametrize("protocol", list(Protocol))
def test_everything_is_known_or_asked_in_the_test(divided, market, protocol):
    tested = divided[protocol][1]
    assert len(tested.known) + len(tested.asked) == len(market.seeker)


@pytest.mark.parametrize("protocol", [Protocol.TIME, Protocol.COLD_SEEKERS])
def test_seekers_of_the_test_changed_their_resume_last(divided, market, protocol):
    fitted, tested = divided[protocol]
    when = market.updated_on
    assert when[tested.seekers].min() > when[fitted.seekers].max()
    assert set(market.seeker[tested.asked]) <= set(tested.seekers.tolist())
    # The fit knows nothing at all of them.
    assert not set(market.seeker[fitted.known]) & set(tested.seekers.tolist())


def test_by_time_a_part_of_their_applications_is_known_and_in_the_cold_none(divided, market):
    warm, cold = divided[Protocol.TIME][1], divided[Protocol.COLD_SEEKERS][1]
    assert set(market.seeker[warm.known]) & set(warm.seekers.tolist())
    assert not set(market.seeker[cold.known]) & set(cold.seekers.tolist())


def test_cold_postings_have_no_known_applicant(divided, market):
    for stage in divided[Protocol.COLD_POSTINGS]:
        assert not set(market.posting[stage.known]) & set(stage.postings.tolist())
        assert set(market.posting[stage.asked]) <= set(stage.postings.tolist())
