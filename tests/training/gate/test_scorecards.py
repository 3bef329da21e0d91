"""Two models on the same frozen sets: values by slice, fairness, and times in alternation."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data.store.store import Store
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import EmbeddingModel
from matching.ranker import AdditiveRanker
from training.gate import Code, Policy, Undecided, judge
from training.gate.freezing import Sizes, freeze_sets
from training.gate.scorecards import Audit, Contender, alternate, build_scorecards

SIZES = Sizes(titles=40, majors=30, postings=20, vacancies=40, people=80)
AUDIT = Audit(people=40, vacancies=24, swapped=1, k=2, requests=3)
LOOSE = Policy(
    draws=4000, min_queries=4, margin=0.05, slice_margin=0.5, undecided=Undecided.REPORT, latency_factor=1000
)


class Backwards(AdditiveRanker):
    """Puts the worst first."""

    version = "backwards-1"

    def score(self, features, weights, *, for_vacancy):
        """Return what is left of 100."""
        return 100 - super().score(features, weights, for_vacancy=for_vacancy)


@pytest.fixture(scope="module")
def sets():
    rows = range(24)
    duties = (
        "负责设备的日常巡检与维护，记录运行参数，处理一般故障，配合检修，落实安全规程，参加班组培训。" * 2
    )
    table = pd.DataFrame(
        {
            "title": [f"{'钳焊电仪'[row % 4]}工{row}" for row in rows],
            "description": [f"第{row}班，{'钳焊电仪'[row % 4]}作业。{duties}" for row in rows],
            "key_industry_hint": [["港口物流", "生物医药"][row % 2] for row in rows],
        }
    )
    return freeze_sets("yingkou", postings=table, sizes=SIZES)


@pytest.fixture(scope="module")
def built(sets, tmp_path_factory):
    """Scorecards of a ranker that puts the worst first, and of the usual one."""
    plain = EmbeddingModel.from_encoder(HashingEncoder())
    store = Store.from_url(f"sqlite:///{tmp_path_factory.mktemp('memory') / 'm.db'}")
    steps = []
    patch = pytest.MonkeyPatch()
    patch.setattr("training.gate.quality._FOLDS", 2)  # every fold fits anew: what is tested needs two
    cards = build_scorecards(
        Contender("候选", plain, Backwards()),
        Contender("packaged", plain, AdditiveRanker()),
        sets,
        audit_of=AUDIT,
        memory=store,
        watch=lambda step, done, total: steps.append(step),
    )
    patch.undo()
    store.engine.dispose()
    return SimpleNamespace(candidate=cards[0], champion=cards[1], steps=steps)


def test_both_answer_the_same_queries(built, sets):
    keys = ["metric", "dimension", "slice", "query"]
    ours, theirs = built.candidate.quality, built.champion.quality
    pd.testing.assert_frame_equal(ours[keys], theirs[keys])
    assert not ours.duplicated(keys).any()
    overall = ours[ours["dimension"] == "overall"]
    assert len(overall) == len(sets.tables["queries"])
    assert ours["value"].between(0, 1).all()


def test_every_family_has_its_metric_and_slices(built):
    means = built.champion.means()
    assert set(means["metric"]) == {
        "职名对照 MAP", "专业→职业 MRR", "名称→描述 MRR",
        "合成城市为岗找人 nDCG@10", "合成城市为人找岗 nDCG@10",
    }  # fmt: skip
    slices = means.groupby("dimension")["slice"].agg(set)
    assert {"zh", "en", "ru"} <= slices["language"]
    assert {"港口物流", "生物医药"} <= slices["industry"]
    assert slices["overall"] == {"全部"}
    assert len(slices["education"]) > 1
    assert len(slices["region"]) > 1


def test_what_the_ranker_does_not_touch_is_equal(built):
    ours, theirs = (card.means().set_index(["metric", "dimension", "slice"])["mean"] for card in
                    (built.candidate, built.champion))  # fmt: skip
    whole = ours.index[ours.index.get_level_values(1) == "overall"]
    assert {key[0]: bool(ours[key] == theirs[key]) for key in whole} == {
        "职名对照 MAP": True, "专业→职业 MRR": True, "名称→描述 MRR": True,
        "合成城市为岗找人 nDCG@10": False, "合成城市为人找岗 nDCG@10": False,
    }  # fmt: skip


def test_the_worse_ranker_is_refused_where_it_ranks(built):
    verdict = judge(built.candidate, built.champion, LOOSE)
    worse = {one.metric for one in verdict.reasons if one.code is Code.WORSE}
    assert worse <= {"合成城市为岗找人 nDCG@10", "合成城市为人找岗 nDCG@10"}
    assert worse
    assert Code.SLICE_MISSING not in {one.code for one in verdict.reasons}


def test_fairness_and_times_are_measured(built):
    kinds = {name.partition("/")[0] for name in built.champion.fairness}
    assert kinds == {"impact", "swap", "moved"}
    assert built.champion.fairness.keys() == built.candidate.fairness.keys()
    assert built.champion.fairness["swap/人才档案"] <= 0.005
    for card in (built.candidate, built.champion):
        assert 0 < card.latency_ms["p50"] <= card.latency_ms["p95"]


def test_progress_names_who_and_what(built):
    assert "候选：职名对照" not in built.steps
    assert {"候选：编码", "现用：为岗找人", "现用：评测：名称→描述", "候选：改写档案", "计时"} <= set(
        built.steps
    )


def test_the_least_of_three_tries_counts_and_turns_change():
    clock, order = [0.0], []

    def takes(name, seconds):
        def call(number):
            order.append((name, number))
            clock[0] += next(seconds)

        return call

    fast = iter([9, 9, *[0.004, 0.001, 0.002], *[0.003, 0.005, 0.003]])
    slow = iter([9, 9, *[0.004, 0.008, 0.006], *[0.010, 0.010, 0.020]])
    seen = []
    times = alternate(
        [takes("a", fast), takes("b", slow)],
        2,
        clock=lambda: clock[0],
        progress=lambda done, total: seen.append((done, total)),
    )
    np.testing.assert_allclose(times, [[1, 3], [4, 10]], rtol=1e-6)
    assert seen == [(1, 2), (2, 2)]
    assert order[:4] == [("a", 0), ("b", 0), ("a", 1), ("b", 1)]
    assert [name for name, _ in order[4:]] == list("abbaab" + "baabba")
