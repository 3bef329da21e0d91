"""A learned ranker: curves that rise, add up, stay bounded under any weights and explain themselves."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError, ModelError
from matching.features import FEATURES
from matching.learned import LearnedRanker, RankerCurves, read_curves, write_curves
from matching.ranker import CREDENTIAL_CAP, AdditiveRanker, applied_weights
from matching.results import RankBy
from matching.scoring import Scorer

NAMES = [each.name for each in FEATURES]
CREDENTIALS = [i for i, each in enumerate(FEATURES) if each.credential]
SIDES = pytest.mark.parametrize("for_vacancy", [True, False])
unit = st.one_of(st.floats(0, 1), st.just(float("nan")))
rows = st.lists(unit, min_size=len(NAMES), max_size=len(NAMES))
weightings = st.dictionaries(st.sampled_from(NAMES), st.floats(0, 99), min_size=1)


@st.composite
def documents(draw):
    """Draw a ranker whose curves are as they must be."""
    sides = {}
    for side in ("vacancy", "person"):
        raw = draw(st.lists(st.integers(0, 20), min_size=len(NAMES), max_size=len(NAMES)))
        peaks = np.array(raw, dtype=float)
        peaks[0] += 1
        credentials = peaks[CREDENTIALS].sum()
        others = peaks.sum() - credentials
        if credentials > CREDENTIAL_CAP / (1 - CREDENTIAL_CAP) * others:
            peaks[CREDENTIALS] *= CREDENTIAL_CAP / (1 - CREDENTIAL_CAP) * others / credentials
        peaks /= peaks.sum()
        curves = []
        for name, peak in zip(NAMES, peaks.tolist(), strict=True):
            edges = sorted(draw(st.sets(st.floats(0.01, 0.99), max_size=4)))
            steps = sorted(draw(st.lists(st.floats(0, 1), min_size=len(edges), max_size=len(edges))))
            values = [step * peak for step in steps] + [peak]
            missing = draw(st.floats(0, 1)) * peak
            curves.append({"feature": name, "edges": edges, "values": values, "missing": missing})
        sides[side] = {"curves": curves, "calibration": None}
    return {"name": "drawn", "version": "1", "sides": sides}


def document(curves):
    return json.loads(curves.model_dump_json())


def test_what_is_written_is_read_and_ranks_by_the_same_name(tmp_path, learned_curves):
    path = tmp_path / "ranker.json"
    write_curves(path, learned_curves)
    assert read_curves(path) == learned_curves
    assert LearnedRanker.from_file(path).version == f"behaviour-1@{learned_curves.digest[:8]}"
    assert [each.name for each in tmp_path.iterdir()] == ["ranker.json"]


def test_a_curve_counts_by_steps_and_a_value_on_an_edge_lies_above_it(learned_curves):
    curve = learned_curves.sides.vacancy.in_order[0]
    counted = curve.at(np.array([0.0, 0.24, 0.25, 0.74, 0.75, 1.0, np.nan])) / curve.peak
    assert counted == pytest.approx([0, 0, 0.4, 0.4, 1, 1, 0.3])


def test_the_order_of_the_curves_in_the_file_does_not_matter(learned_curves):
    turned = document(learned_curves)
    turned["sides"]["person"]["curves"].reverse()
    features, weights = np.full((1, len(NAMES)), 0.6), applied_weights(None, for_vacancy=False)[1]
    features[0, 0] = 0.1
    both = [
        LearnedRanker(each).contributions(features, weights, for_vacancy=False)
        for each in (learned_curves, RankerCurves.from_document(turned))
    ]
    assert np.array_equal(*both)


def _set(place, value):
    def change(raw):
        for key in place[:-1]:
            raw = raw[key]
        raw[place[-1]] = value

    return change


CURVE = ("sides", "vacancy", "curves", 1)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_set(("format",), 2), "format"),
        (_set(("name",), "../x"), "name"),
        (_set(("extra",), 1), "extra"),
        (_set((*CURVE, "values"), [0.2, 0.1, 0.27]), "取值不得下降"),
        (_set((*CURVE, "values"), [0.0, 0.27]), "取值应比分界多一个"),
        (_set((*CURVE, "values"), [-0.1, 0.1, 0.27]), "values.0"),
        (_set((*CURVE, "edges"), [0.5, 0.5]), "分界须严格递增"),
        (_set((*CURVE, "edges"), [0.5, float("nan")]), "edges.1"),
        (_set((*CURVE, "missing"), 0.28), "未知时的取值不得高于最大值"),
        (_set((*CURVE, "feature"), "sex"), "须恰好给出每个评分项一条曲线"),
        (_set((*CURVE, "feature"), "title"), "须恰好给出每个评分项一条曲线"),
        (_set((*CURVE, "values"), [0.0, 0.1, 0.2]), "应为 1"),
        (_set(("sides", "vacancy", "calibration", "scores"), [20.0, 20.0, 90.0]), "校准的得分须严格递增"),
        (_set(("sides", "vacancy", "calibration", "scores"), [20.0, 60.0, 101.0]), "scores.2"),
        (_set(("sides", "vacancy", "calibration", "scores"), [20.0]), "数目不同"),
        (_set(("sides", "vacancy", "calibration", "probabilities"), [0.5, 0.4, 0.6]), "概率不得下降"),
    ],
)
def test_curves_that_fall_do_not_add_up_or_miss_something_are_refused(learned_curves, change, told):
    raw = document(learned_curves)
    change(raw)
    with pytest.raises(ModelError, match=told) as caught:
        RankerCurves.from_document(raw)
    assert caught.value.code == "ranker_malformed"


def test_curves_in_which_credentials_dominate_are_refused_even_when_they_are_written(
    tmp_path, learned_curves
):
    raw = document(learned_curves)
    for curve in raw["sides"]["person"]["curves"]:
        if curve["feature"] == "major":
            curve["values"][-1] += 0.1
        elif curve["feature"] == "title":
            curve["values"] = [0.0, 0.0, curve["values"][-1] - 0.1]
            curve["missing"] = 0.0
    with pytest.raises(ModelError, match=r"资历类评分项合计 0\.14"):
        RankerCurves.from_document(raw)
    forged = learned_curves.model_copy(update={"name": "资历"})
    with pytest.raises(ModelError, match="name"):
        write_curves(tmp_path / "ranker.json", forged)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [None, b"\xff", b"{", b"[1]", b" " * (8 * 2**20 + 1)])
def test_a_file_that_is_no_ranker_is_refused(tmp_path, content):
    path = tmp_path / "ranker.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="读不出排序模型") as caught:
        read_curves(path)
    assert caught.value.code == "ranker_unreadable"


@given(documents(), st.booleans(), weightings, rows)
def test_scores_stay_bounded_and_contributions_add_up_under_any_weights(raw, for_vacancy, weights, row):
    ranker = LearnedRanker(RankerCurves.from_document(raw))
    try:
        _, applied = applied_weights(weights, for_vacancy=for_vacancy)
        shares = ranker.shares(applied, for_vacancy=for_vacancy)
    except InputError:
        return
    features = np.array([row])
    score = ranker.score(features, applied, for_vacancy=for_vacancy)[0]
    added = ranker.contributions(features, applied, for_vacancy=for_vacancy)[0]
    assert 0 <= score <= 100
    assert added.sum() == pytest.approx(score, abs=1e-4)
    assert shares.sum() == pytest.approx(1)
    assert (added >= 0).all()
    assert (added <= 100 * shares + 1e-9).all()
    assert shares[CREDENTIALS].sum() <= CREDENTIAL_CAP + 1e-9


@given(documents(), st.booleans(), st.lists(rows, max_size=5))
def test_the_fast_way_counts_as_every_curve_does_by_itself(raw, for_vacancy, table):
    curves = RankerCurves.from_document(raw)
    side = curves.sides.vacancy if for_vacancy else curves.sides.person
    features = np.array(table, dtype=float).reshape(len(table), len(NAMES))
    _, applied = applied_weights(None, for_vacancy=for_vacancy)
    added = LearnedRanker(curves).contributions(features, applied, for_vacancy=for_vacancy)
    slow = 100 * np.stack([curve.at(features[:, i]) for i, curve in enumerate(side.in_order)], axis=1)
    assert added == pytest.approx(slow)


@given(documents(), st.booleans(), weightings, rows, st.floats(0, 1), st.floats(0, 1))
def test_credentials_never_move_a_score_by_more_than_the_cap(raw, for_vacancy, weights, row, one, other):
    ranker = LearnedRanker(RankerCurves.from_document(raw))
    _, applied = applied_weights({**weights, "title": 1.0}, for_vacancy=for_vacancy)
    features = np.array([row, row])
    for column in CREDENTIALS:
        features[:, column] = one, other
    try:
        first, second = ranker.score(features, applied, for_vacancy=for_vacancy)
    except InputError:
        return
    assert abs(first - second) <= 100 * CREDENTIAL_CAP + 1e-3


@given(documents(), st.booleans(), rows, st.integers(0, len(NAMES) - 1), st.floats(0, 1), st.floats(0, 1))
def test_a_feature_that_rises_never_lowers_a_score(raw, for_vacancy, row, column, one, other):
    ranker = LearnedRanker(RankerCurves.from_document(raw))
    _, applied = applied_weights(None, for_vacancy=for_vacancy)
    features = np.array([row, row])
    features[:, column] = sorted((one, other))
    low, high = ranker.score(features, applied, for_vacancy=for_vacancy)
    assert low <= high


@SIDES
def test_suggested_weights_leave_the_curves_as_they_were_learned(learned_curves, for_vacancy):
    ranker = LearnedRanker(learned_curves)
    _, applied = applied_weights(None, for_vacancy=for_vacancy)
    side = learned_curves.sides.vacancy if for_vacancy else learned_curves.sides.person
    peaks = [curve.peak for curve in side.in_order]
    assert ranker.shares(applied, for_vacancy=for_vacancy) == pytest.approx(peaks)
    features = np.full((1, len(NAMES)), 0.5)
    by_hand = 100 * sum(curve.at(np.array([0.5]))[0] for curve in side.in_order)
    assert ranker.score(features, applied, for_vacancy=for_vacancy)[0] == pytest.approx(by_hand, abs=1e-4)


def test_twice_the_weight_of_one_feature_doubles_its_curve_against_the_others(learned_curves):
    ranker = LearnedRanker(learned_curves)
    usual = {each.name: each.for_vacancy for each in FEATURES}
    _, once = applied_weights(usual, for_vacancy=True)
    _, twice = applied_weights(usual | {"skills": 2 * usual["skills"]}, for_vacancy=True)
    before, after = (ranker.shares(each, for_vacancy=True) for each in (once, twice))
    skills, title = NAMES.index("skills"), NAMES.index("title")
    assert after[skills] / after[title] == pytest.approx(2 * before[skills] / before[title])


def test_weights_on_nothing_that_was_learned_are_refused_before_any_work(learned_curves):
    raw = document(learned_curves)
    curves = {curve["feature"]: curve for curve in raw["sides"]["vacancy"]["curves"]}
    moved = curves["pay"]["values"][-1]
    curves["pay"].update(values=[0.0, 0.0, 0.0], missing=0.0)
    curves["title"]["values"][-1] += moved
    ranker = LearnedRanker(RankerCurves.from_document(raw))
    with pytest.raises(InputError, match="不起作用"):
        Scorer.from_weights(ranker, {"pay": 1.0}, RankBy.FORWARD, for_vacancy=True)
    scorer = Scorer.from_weights(ranker, {"pay": 1.0, "title": 1.0}, RankBy.FORWARD, for_vacancy=True)
    assert scorer.shares[NAMES.index("title")] == pytest.approx(1)
    assert scorer.contributions(np.ones((1, len(NAMES))))[0, NAMES.index("pay")] == 0


def test_a_probability_is_given_where_outcomes_taught_one_and_weights_are_the_suggested(learned_curves):
    ranker = LearnedRanker(learned_curves)
    scores = np.array([0.0, 40.0, 75.0, 100.0])
    found = ranker.probabilities(scores, for_vacancy=True)
    assert found == pytest.approx([0.05, 0.175, 0.55, 0.8])
    assert ranker.probabilities(scores, for_vacancy=False) is None
    assert AdditiveRanker().probabilities(scores, for_vacancy=True) is None
    usual = Scorer.from_weights(ranker, None, RankBy.FORWARD, for_vacancy=True)
    other = Scorer.from_weights(ranker, {"skills": 1.0}, RankBy.FORWARD, for_vacancy=True)
    assert usual.probabilities(scores) == pytest.approx(found)
    assert other.probabilities(scores) is None


@pytest.fixture(scope="module")
def learned_matcher(matcher, frames, hashing_model, learned_curves):
    return type(matcher)(matcher.loaded, hashing_model, matcher._coder, ranker=LearnedRanker(learned_curves))


def test_the_matcher_answers_with_learned_scores_that_add_up(learned_matcher, learned_curves):
    people = learned_matcher.match_vacancy("V1", rank_by=RankBy.MUTUAL)
    assert people.model_version.endswith(f"+behaviour-1@{learned_curves.digest[:8]}")
    for result in people.results:
        assert sum(part.contribution for part in result.categories) == pytest.approx(
            result.score_forward, abs=1e-3
        )
        assert result.probability == pytest.approx(
            np.interp(result.score_forward, [20, 60, 90], [0.05, 0.3, 0.8]), abs=1e-4
        )
    (result, *_) = learned_matcher.match_profile("P1").results
    assert result.probability is None
    pair = learned_matcher.score(result.id, "P1")
    assert (pair.score_forward, pair.score_reverse) == (result.score_reverse, result.score_forward)
    assert pair.probability is not None
    assert learned_matcher.score(result.id, "P1", weights={"title": 1}).probability is None
