"""A vacancy that asks for nothing and a person who states little."""

from __future__ import annotations

import pytest

from matching.rules import judge_pair

VACANCY = {"place_code": "210882", "engagement": ("全职",)}
PROFILE = {"place_code": "210882", "engagement": ("全职",), "languages": ("zh",)}


@pytest.fixture(scope="session")
def judge():
    """Return the judgement of one rule as (verdict, reason), or (None, "") where it does not apply."""

    def judge(name, vacancy, profile):
        judged = {rule.name: result for rule, result in judge_pair(VACANCY | vacancy, PROFILE | profile)}
        return (judged[name].verdict.value, judged[name].reason) if name in judged else (None, "")

    return judge


@pytest.fixture(scope="session")
def verdict(judge):
    """Return the verdict of one rule; None where it does not apply."""
    return lambda name, vacancy, profile: judge(name, vacancy, profile)[0]
