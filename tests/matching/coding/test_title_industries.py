"""Ranking industries for titles."""

from __future__ import annotations

import pytest

from matching.coding import Coders
from matching.coding.title_industries import TitleIndustryRanker


def test_every_title_gets_distinct_codes_best_first(coders):
    ranker = TitleIndustryRanker(coders.occupation, coders.industry)
    kiln, other = ranker.rank(["镁砂煅烧工", "量子灵修岗"], k=10)
    for row in (kiln, other):
        assert len({item.code for item in row}) == 10
        assert [item.score for item in row] == sorted((item.score for item in row), reverse=True)
    assert ranker.rank([]) == []


def test_a_word_that_tells_the_industry_leads(coders):
    ranker = TitleIndustryRanker(coders.occupation, coders.industry)
    assert "3089" in [item.code for item in ranker.rank(["镁砂煅烧工"], k=3)[0]]


@pytest.mark.model
def test_titles_of_eight_industries_are_near_the_top(model):
    coders = Coders.from_reference(model)
    ranker = TitleIndustryRanker(coders.occupation, coders.industry)
    wanted = {"Java开发工程师": "65", "小学语文老师": "83", "注册会计师": "7241", "环评工程师": "77"}
    for row, code in zip(ranker.rank(list(wanted), k=10), wanted.values(), strict=True):
        assert any(item.code.startswith(code) for item in row[:5])
