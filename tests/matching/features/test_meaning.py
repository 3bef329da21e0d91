"""Similarities in words."""

from __future__ import annotations

import pytest

from matching.features import FEATURES

BY_NAME = {each.name: each for each in FEATURES}


@pytest.mark.parametrize(
    ("title", "words"), [(0.9, "语义相近"), (0.3, "部分相近"), (0.0, "相差较远"), (None, "未能计算")]
)
def test_the_degree_of_similarity_is_said(make_pair, title, words):
    pair = make_pair(title=title)
    assert words in BY_NAME["title"].describe(pair, BY_NAME["title"].value(pair)).sentence


def test_duties_show_the_vacancy_s_text_never_the_person_s_and_say_when_one_is_missing(make_pair):
    pair = make_pair(profile={"summary": "做过镁砂"})
    said = BY_NAME["duties"].describe(pair, 0.7)
    assert [each.field for each in said.evidence] == ["vacancy.duties"]
    assert BY_NAME["duties"].describe(make_pair(), None).sentence == "岗位职责或个人经历未填写"


def test_shared_writing_is_a_percentage(make_pair):
    assert BY_NAME["wording"].describe(make_pair(wording=0.5), 0.5).sentence.endswith("50%")
