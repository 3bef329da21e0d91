"""What speaks for a code."""

from __future__ import annotations

import numpy as np
import pytest

from matching.coding.candidates import Candidates, Evidence
from matching.coding.nearest import NearestNames


@pytest.fixture
def candidates(hashing_model):
    titles = ["电焊工人", "氩弧焊工", "会计主管", "出纳"]
    names = {"6-18-02-04": "焊工", "2-06-03-00": "会计专业人员", "4-01-01-01": "采购员"}
    labels = ["6-18-02-04", "6-18-02-04", "2-06-03-00", "2-06-03-00"]
    return Candidates(NearestNames(hashing_model, titles), labels, ["a", "a", "b", "c"], names)


def test_the_likes_of_a_title_decide(candidates):
    evidence = candidates.evidence(["焊工", "会计"])
    assert evidence.lead().code.tolist() == ["6-18-02-04", "2-06-03-00"]
    assert evidence.share.sum(axis=1).tolist() == pytest.approx([1, 1])
    assert (evidence.nearest[:, evidence.codes.tolist().index("4-01-01-01")] == 0).all()


def test_a_group_left_out_is_not_used(candidates):
    with_it, without = candidates.evidence(["电焊工人"]), candidates.evidence(["电焊工人"], without=["a"])
    place = with_it.codes.tolist().index("6-18-02-04")
    assert with_it.nearest[0, place] > 0.99
    assert without.nearest[0, place] == 0


def test_groups_add_shares_and_take_the_best_similarity():
    codes = np.array(["1-01-01-01", "1-01-01-02", "2-01-01-01"])
    share = np.array([[0.3, 0.2, 0.5]], np.float32)
    near = np.array([[0.4, 0.9, 0.6]], np.float32)
    grouped = Evidence(codes, share, near, near).grouped(7)
    assert grouped.codes.tolist() == ["1-01-01", "2-01-01"]
    assert grouped.share[0].tolist() == pytest.approx([0.5, 0.5])
    assert grouped.nearest[0].tolist() == pytest.approx([0.9, 0.6])
    # The lead: (0.5 + 0.3 × 0.9 + 0.6 × 0.9) / 1.9, less the same with 0.6.
    lead = grouped.lead()
    assert lead.code.tolist() == ["1-01-01"]
    assert lead.features[0, 1] == pytest.approx(0.9 * 0.3 / 1.9, abs=1e-6)
