"""A few people who each know a little, and a challenge that takes more than one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from matching.teams import Challenge

AS_OF = dt.date(2026, 10, 31)


@pytest.fixture
def make_challenge() -> Callable[..., Challenge]:
    def make(*skills: str | dict[str, Any], **changes: Any) -> Challenge:
        values = {
            "challenge_id": "TZ-1",
            "title": "提高电熔镁砂一级品率",
            "problem": "电熔镁砂结晶不稳定，一级品率偏低。",
            "metric": "一级品率达到75%",
            "deadline": dt.date(2026, 12, 31),
            "skills": [{"name": each} if isinstance(each, str) else each for each in skills],
        }
        return Challenge.model_validate(values | changes)

    return make


@pytest.fixture
def make_person() -> Callable[..., dict[str, Any]]:
    def make(profile_id: str, *skills: str, **changes: Any) -> dict[str, Any]:
        return {
            "profile_id": profile_id,
            "title": "工程师",
            "summary": "",
            "skills": skills,
            "majors": (),
            "education": "本科",
            "skill_level": None,
            "experience_years": 8.0,
            "place_code": "110100",
            "willing_codes": (),
            "engagement": ("揭榜挂帅",),
            "time_share": None,
            "months": (),
            "pay_floor": None,
            "available_on": dt.date(2026, 6, 1),
            "licences": (),
            "languages": (),
            "synthetic": True,
        } | changes

    return make
