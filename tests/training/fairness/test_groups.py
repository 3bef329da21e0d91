from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from training.fairness.doors import PROFILE_FIELDS
from training.fairness.groups import FACTORS, audit_set, with_preferences

WORDS = set(PROFILE_FIELDS.values())


@pytest.fixture(scope="module")
def audit(sample):
    return audit_set(sample.profiles, np.random.default_rng(1))


def test_each_person_stands_equally_often_in_every_crossing_of_three(audit):
    for count in (1, 2, 3):
        for split in combinations(FACTORS, count):
            sizes = audit.groups.groupby(["person", *split]).size()
            assert set(sizes) == {8 // 2**count}


def test_everything_but_the_words_is_the_same_in_all_copies_of_a_person(sample, audit):
    plain = [name for name in sample.profiles.columns if name not in WORDS]
    people = audit.groups["person"].to_numpy()
    given = sample.profiles.iloc[people][plain].reset_index(drop=True)
    pd.testing.assert_frame_equal(audit.cells[plain].reset_index(drop=True), given)
    skills = audit.cells["能力"].groupby(people).nunique()
    assert set(skills) == {1}


def test_identifiers_are_unique_and_do_not_follow_the_groups(audit):
    ids = audit.cells[PROFILE_FIELDS["id"]]
    assert list(ids) == list(audit.groups.index)
    assert ids.is_unique
    ranks = ids.rank().to_numpy()
    women = (audit.groups["性别"] == "女").to_numpy()
    assert abs(ranks[women].mean() - ranks[~women].mean()) < 0.25 * len(ids)


def test_the_words_tell_the_group_until_they_are_cleaned(sample, audit):
    assert audit.cells["经历摘要"].str.contains("我叫").all()
    records = sample.door.profiles(audit.cells)
    texts = "".join(record.title + record.summary for record in records.values())
    for word in ("我叫", "女", "男", "族", "户口", "岁", "90后", "毕业于", "985", "职业学院", "生育"):
        assert word not in texts


def test_groups_that_want_other_things_keep_their_words(audit):
    other = with_preferences(audit, np.random.default_rng(1))
    assert (other.cells["经历摘要"] == audit.cells["经历摘要"]).all()
    near = other.cells["意向地点"] != audit.cells["意向地点"]
    part = other.cells["引才方式"] == "兼职、退休返聘"
    assert near.any()
    assert part.any()
    assert (other.groups.loc[near.to_numpy(), "性别"] == "女").all()
    assert (other.groups.loc[part.to_numpy(), "年龄"] == "中年").all()
    assert not (audit.cells["引才方式"] == "兼职、退休返聘").any()


def test_nobody_makes_an_empty_set(sample):
    audit = audit_set(sample.profiles.head(0), np.random.default_rng(1))
    assert len(audit.cells) == len(audit.groups) == 0
