import numpy as np
import pytest
from scipy.stats import norm

from data.catalogue.entries import Confidence, Stage
from data.catalogue.rules import (
    Evidence,
    cold_start_stage,
    confidence_of,
    level_text,
    outcome_refusals,
    sample_refusals,
    star_of,
)

FIVE = ("i1", "i2", "i3", "i5", "i6")
# P(S ≥ mark) = .7 when S lies .52440 sd above the mark
MARGIN = 0.5244005


def evidence(index, **changes):
    given = {
        "sd": 4.0,
        "outcome_score": 70.0,
        "gate_probability": 1.0,
        "confidence": Confidence.C,
        "n_emp": 9,
    }
    return Evidence(index=index, **{**given, **changes})


@pytest.mark.parametrize(("mark", "star"), [(50, 1), (60, 2), (70, 3)])
def test_a_star_needs_a_probability_of_seven_tenths(mark, star):
    at = mark + MARGIN * 4
    assert star_of(evidence(at + 0.01)).star == star
    assert star_of(evidence(at - 0.01)).star == star - 1


def test_an_index_over_the_mark_is_not_enough_when_it_is_uncertain():
    assert star_of(evidence(63, sd=4)).star == 2
    assert star_of(evidence(63, sd=8)).star == 1  # 3/8 sd over the mark is P = .65


def test_the_example_of_the_method_gets_two_stars():
    # S = 67.2 ± 5.8 is sd 4.53: P(S ≥ 60) = .94; outcome family 63.6; nothing else is known for more
    assert star_of(evidence(67.2, sd=4.53, outcome_score=63.6)).star == 2


@pytest.mark.parametrize(("outcome", "star"), [(54.9, 1), (55.0, 2), (59.9, 2), (60.0, 3)])
def test_outcomes_must_agree_at_55_for_two_and_at_60_for_three_stars(outcome, star):
    assert star_of(evidence(78, outcome_score=outcome)).star == star


def test_three_stars_need_two_places_for_three_seekers_with_a_probability_of_eight_tenths():
    assert star_of(evidence(78, gate_probability=0.8)).star == 3
    assert star_of(evidence(78, gate_probability=0.79)).star == 2


def test_a_gate_that_cannot_be_judged_takes_the_third_star_and_says_so():
    rating = star_of(evidence(78, gate_probability=None))
    assert rating.star == 2
    assert [reason.code for reason in rating.held_back] == ["gate_unknown"]
    assert star_of(evidence(65, gate_probability=None)).held_back == ()


@pytest.mark.parametrize(
    ("confidence", "n_emp", "star"),
    [(Confidence.A, 10, 4), (Confidence.B, 5, 4), (Confidence.B, 4, 3), (Confidence.C, 50, 3)],
)
def test_four_stars_need_confidence_b_and_five_employers(confidence, n_emp, star):
    assert star_of(evidence(90, confidence=confidence, n_emp=n_emp)).star == star


def test_poor_pay_is_no_shortage_of_skill():
    rating = star_of(evidence(78, poor_pay=True))
    assert rating.star == 2
    assert [reason.code for reason in rating.held_back] == ["pay_cap"]
    assert star_of(evidence(64, poor_pay=True)).held_back == ()


@pytest.mark.parametrize(
    ("n_spell", "n_emp", "present", "half_width", "stage", "grade"),
    [
        (50, 10, FIVE, 8.0, Stage.FULL, Confidence.A),
        (50, 10, FIVE, 8.1, Stage.FULL, Confidence.B),
        (49, 10, FIVE, 8.0, Stage.FULL, Confidence.B),
        (30, 5, ("i1", "i2", "i3", "i5"), 10.0, Stage.FULL, Confidence.B),
        (30, 4, FIVE, 8.0, Stage.FULL, Confidence.C),
        (500, 90, ("i1", "i2", "i3"), 5.0, Stage.FULL, Confidence.C),
        (500, 90, FIVE, 5.0, Stage.TRIAL, Confidence.C),
        (10, 3, ("i1", "i2", "i3"), 12.0, Stage.FULL, Confidence.C),
        (10, 3, ("i1", "i2", "i3"), 12.1, Stage.FULL, Confidence.D),
        (9, 3, ("i1", "i2", "i3"), 5.0, Stage.FULL, Confidence.D),
        (10, 2, ("i1", "i2", "i3"), 5.0, Stage.FULL, Confidence.D),
        (500, 90, ("i2", "i3"), 5.0, Stage.FULL, Confidence.D),
        (500, 90, ("i2", "i3", "i4"), 5.0, Stage.FULL, Confidence.D),
        (500, 90, ("i1", "i5", "i6"), 5.0, Stage.FULL, Confidence.D),
    ],
)
def test_confidence_is_capped_by_sample_indicators_width_and_stage(
    n_spell, n_emp, present, half_width, stage, grade
):
    found = confidence_of(n_spell=n_spell, n_emp=n_emp, present=present, half_width=half_width, stage=stage)
    assert found is grade


@pytest.mark.parametrize(
    ("sample", "codes"),
    [
        ((10, 3, 0.70), []),
        ((9, 3, 0.70), ["thin_spells"]),
        ((10, 2, 0.70), ["thin_employers"]),
        ((10, 3, 0.71), ["one_employer"]),
        ((1, 1, 1.0), ["thin_spells", "thin_employers", "one_employer"]),
    ],
)
def test_a_sample_is_refused_when_thin_or_one_employers(sample, codes):
    n_spell, n_emp, top1 = sample
    found = sample_refusals(n_spell=n_spell, n_emp=n_emp, top1_share=top1)
    assert [reason.code for reason in found] == codes


@pytest.mark.parametrize(
    ("verdicts", "outcomes", "codes"), [(0, 0, ["no_outcome"]), (9, 4, ["few_outcomes"]), (5, 5, [])]
)
def test_a_cell_without_feedback_is_refused(verdicts, outcomes, codes):
    found = outcome_refusals(verdicts=verdicts, outcomes=outcomes)
    assert [reason.code for reason in found] == codes


@pytest.mark.parametrize(
    ("quarters", "outcome_share", "stage"),
    [
        ([0.25] * 4, 0.60, Stage.FULL),
        ([0.25] * 4, 0.59, Stage.TRIAL),
        ([0.25] * 4, 0.19, Stage.NO_STARS),
        ([0.04, 0.32, 0.32, 0.32], 0.90, Stage.TRIAL),
        ([0.0, 0.04, 0.48, 0.48], 0.90, Stage.NO_STARS),
        ([0.0] * 4, 0.0, Stage.NO_STARS),
    ],
)
def test_the_stage_follows_from_history_and_feedback(quarters, outcome_share, stage):
    assert cold_start_stage(np.array(quarters), outcome_share) is stage


def test_words_say_the_same_as_stars():
    words = [level_text(star) for star in (None, 0, 1, 2, 3, 4, 5)]
    assert words == [
        "X 暂不评价", "不列入", "关注", "轻度紧缺", "中度紧缺", "重度紧缺", "持续重度紧缺",
    ]  # fmt: skip


def probable(mark, probability, sd=4.0):
    """Index for which P(S ≥ mark) is the given probability."""
    return mark + norm.ppf(probability) * sd


@pytest.mark.parametrize(
    ("previous", "probability", "star"),
    [
        (None, 0.71, 2),
        (1, 0.79, 1),  # a rise needs .8
        (1, 0.81, 2),
        (2, 0.21, 2),  # a fall needs P(below) = .8
        (2, 0.19, 1),
        (3, 0.19, 1),
        (4, 0.71, 2),
    ],
)
def test_stars_rise_and_fall_only_with_eight_tenths(previous, probability, star):
    assert star_of(evidence(probable(60, probability), previous=previous)).star == star


def test_a_gate_that_closes_takes_the_star_at_once():
    assert star_of(evidence(66, previous=2, outcome_score=54.9)).star == 1
    assert star_of(evidence(76, previous=3, gate_probability=0.5)).star == 2


@pytest.mark.parametrize(("previous", "star"), [(None, 4), (3, 4), (4, 5), (5, 5)])
def test_five_stars_need_four_in_two_editions_in_a_row(previous, star):
    sure = evidence(92, confidence=Confidence.B, previous=previous)
    assert star_of(sure).star == star


def test_five_stars_fall_when_confidence_does():
    assert star_of(evidence(92, confidence=Confidence.C, previous=5)).star == 3
