import numpy as np
import pytest
from scipy.special import expit

from data.catalogue.indicators import (
    applicant_score,
    composite,
    duration_score,
    fill_score,
    kappa_by_moments,
    kappa_of_rates,
    median_days,
    pay_score,
    ratio_score,
    shrunk_ratio,
    shrunk_share,
    survey_score,
)


def test_twice_the_city_ratio_scores_two_thirds():
    # 100·2θ0/(2θ0+θ0) = 66.67; θ = θ0 is neutral
    assert ratio_score(1.6, 0.8) == pytest.approx(200 / 3)
    assert ratio_score(0.8, 0.8) == pytest.approx(50)


def test_scores_are_clipped_to_5_and_95():
    assert ratio_score([0.0, 1e6], 1.0).tolist() == [5, 95]
    assert fill_score([0.0, 1.0]).tolist() == pytest.approx([95, 100 * expit(0.573 * (0.708 - np.log(99)))])
    assert duration_score([1, 180], 30, 1e6).tolist() == pytest.approx([5, 89.65], abs=0.01)


def test_a_ratio_is_shrunk_towards_the_city():
    # θ0 = 1 → p̄ = .5; κ = 4: (8 + 2)/(2 + 2) = 2.5 instead of 4
    assert shrunk_ratio(8, 2, 4, 1.0) == pytest.approx(2.5)
    # without any data only the city's ratio is left
    assert shrunk_ratio(0, 0, 4, 0.25) == pytest.approx(0.25)


def test_forty_per_cent_over_the_reference_duration_scores_60_in_a_large_sample():
    assert duration_score(42, 30, 1e9) == pytest.approx(60, abs=0.02)
    # n = 3 halves the log-odds: σ(1.205·ln 1.4·.5) = σ(.20272) = .55051
    assert duration_score(42, 30, 3) == pytest.approx(55.051, abs=0.002)
    assert duration_score(180, 30, 0) == pytest.approx(50)


def test_durations_under_a_day_count_as_a_day():
    assert duration_score(0, 0, 10) == pytest.approx(50)


def test_the_marks_of_the_fill_share_are_50_60_and_69():
    assert fill_score([0.67, 0.5, 0.33]) == pytest.approx([50, 60, 69], abs=0.35)


def test_a_share_is_shrunk_towards_the_mean():
    # (1 + 4·.5)/(2 + 4) = .5; no trials leave the mean
    assert shrunk_share([1, 0], [2, 0], 4, 0.5).tolist() == [0.5, 0.5]


def test_kappa_follows_from_the_spread_of_two_cells():
    # p = .3, .7; p̄ = .5, p̄q̄ = .25, N = 20: S = 2·10·.04 = .8, chance gives (k−1)·.25 = .25,
    # Σ(1−n/N)(n−1) = 2·.5·9 = 9: ρ = (.8/.25 − 1)/9 = .24444, κ = 1/ρ − 1 = 3.0909
    assert kappa_by_moments([3, 7], [10, 10]) == pytest.approx(3.090909)


@pytest.mark.parametrize(
    ("successes", "trials", "expected"),
    [
        pytest.param([4, 6], [10, 10], 40, id="less spread than chance"),
        pytest.param([1, 9], [10, 10], 1, id="wide spread"),
        pytest.param([3], [10], 40, id="one cell"),
        pytest.param([3, 0], [10, 0], 40, id="one cell with trials"),
        pytest.param([0, 0], [10, 10], 40, id="no spread at all"),
        pytest.param([1, 0], [1, 1], 40, id="single trials say nothing about spread"),
    ],
)
def test_kappa_stays_between_1_and_40(successes, trials, expected):
    assert kappa_by_moments(successes, trials) == expected


def test_the_median_of_censored_durations_is_kaplan_meiers():
    # survival: .8 after 10, .8·3/4 = .6 after 20, .6·1/2 = .3 after 30
    days = np.array([10, 20, 20, 30, 60.0])
    filled = np.array([True, True, False, True, False])
    assert median_days(days, filled) == 30


def test_a_survival_of_exactly_one_half_is_reached():
    assert median_days(np.array([10.0, 20.0]), np.array([True, False])) == 10


def test_the_median_is_the_cap_only_when_spells_were_followed_to_it():
    nothing_filled = np.array([False, False])
    assert median_days(np.array([180.0, 50.0]), nothing_filled) == 180
    assert median_days(np.array([60.0, 50.0]), nothing_filled) is None
    assert median_days(np.array([]), np.array([], dtype=bool)) is None


def test_weights_are_renormalised_over_the_indicators_present():
    # .30, .15, .15 over .60
    index, weights = composite({"i1": np.array(71.0), "i2": np.array(63.8), "i3": np.array(63.3)})
    assert weights == pytest.approx({"i1": 0.5, "i2": 0.25, "i3": 0.25})
    assert index == pytest.approx(0.5 * 71 + 0.25 * (63.8 + 63.3))


def test_the_example_of_the_method_gives_its_index():
    # .30·71.0 + .15·(63.8 + 63.3 + 67.4 + 66.6) over .90 = 67.2
    scores = {"i1": 71.0, "i2": 63.8, "i3": 63.3, "i5": 67.4, "i6": 66.6}
    index, _ = composite({name: np.array(score) for name, score in scores.items()})
    assert index == pytest.approx(67.2, abs=0.05)


def test_half_as_many_applicants_as_usual_score_two_thirds():
    # 100·4/(4 + 2); as many as usual are neutral, none is the cap
    assert applicant_score([2, 4, 0], 4.0).tolist() == pytest.approx([200 / 3, 50, 95])


def test_pay_one_deviation_over_the_city_scores_69():
    # 100·Φ(.5) = 69.15
    assert pay_score([0, 1, -1, 10]).tolist() == pytest.approx([50, 69.15, 30.85, 95], abs=0.01)


def test_a_share_of_difficulty_is_scored_by_its_odds():
    # odds 1.5 over 1: 60; over a reference of .4 (odds 2/3) a share of .5 is 60 too
    assert survey_score(0.6, 0.5) == pytest.approx(60)
    assert survey_score(0.5, 0.4) == pytest.approx(60)
    assert survey_score([0, 1], 0.5).tolist() == [5, 95]


def test_the_shrinkage_of_a_rate_follows_from_its_spread():
    # 10 and 30 in 10 each: mean 2, between = (2·10·1 − 2)/(20 − 10) = 1.8, κ = 2/1.8
    assert kappa_of_rates([10, 30], [10, 10]) == pytest.approx(2 / 1.8)


@pytest.mark.parametrize(
    ("counts", "exposures", "expected"),
    [([10], [5], 40), ([0, 0], [5, 5], 40), ([10, 10], [5, 5], 40), ([0, 90], [1, 1], 1)],
)
def test_the_shrinkage_of_a_rate_stays_between_1_and_40(counts, exposures, expected):
    assert kappa_of_rates(counts, exposures) == expected
