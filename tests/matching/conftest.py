"""A small city whose right answers are obvious."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from matching.coding import OccupationCoder
from matching.matcher import Matcher

AS_OF = dt.date(2026, 10, 31)

VACANCY = {
    "employer": "示例单位",
    "place_code": "210882",
    "salary_low": 6000.0,
    "salary_high": 9000.0,
    "education": "大专",
    "skill_level": None,
    "experience_low": 2.0,
    "experience_high": None,
    "heads": 2.0,
    "duties": "",
    "majors": (),
    "licences": (),
    "languages": (),
    "engagement": ("全职",),
    "opened_on": AS_OF,
    "closed_on": None,
    "start_by": None,
    "valid_until": None,
    "outcome": "招聘中",
    "occupation_code": None,
    "synthetic": True,
}
PROFILE = {
    "summary": "",
    "majors": (),
    "education": "本科",
    "skill_level": None,
    "experience_years": 5.0,
    "place_code": "210882",
    "willing_codes": (),
    "engagement": ("全职",),
    "pay_floor": None,
    "available_on": None,
    "active_on": AS_OF,
    "licences": (),
    "languages": (),
    "occupation_code": None,
    "synthetic": True,
}


@pytest.fixture(scope="session")
def frames():
    vacancies = pd.DataFrame(
        [
            VACANCY
            | {
                "vacancy_id": "V1",
                "title": "镁砂工艺工程师",
                "skills": ("电熔镁砂", "浮选"),
                "duties": "负责电熔镁砂工艺与浮选指标。",
                "occupation_code": "2-02-17-01",
            },
            VACANCY
            | {
                "vacancy_id": "V2",
                "title": "岸桥司机",
                "skills": ("岸桥",),
                "licences": ("Q2",),
                "education": "高中/中专",
            },
            VACANCY
            | {"vacancy_id": "V3", "title": "镁砂工艺工程师", "skills": ("电熔镁砂",), "education": "博士"},
            VACANCY
            | {"vacancy_id": "V4", "title": "镁砂工艺工程师", "skills": ("电熔镁砂",), "outcome": "已招满"},
            VACANCY
            | {
                "vacancy_id": "V5",
                "title": "镁砂工艺工程师",
                "skills": (),
                "valid_until": AS_OF - dt.timedelta(days=1),
            },
            VACANCY
            | {
                "vacancy_id": "V6",
                "title": "会计",
                "skills": ("记账",),
                "start_by": AS_OF - dt.timedelta(days=9),
            },
            VACANCY
            | {"vacancy_id": "V7", "title": "镁砂工艺员", "skills": ("电熔镁砂",), "closed_on": AS_OF},
        ]
    )
    profiles = pd.DataFrame(
        [
            PROFILE
            | {
                "profile_id": "P1",
                "title": "镁砂工艺工程师",
                "skills": ("电熔镁砂",),
                "summary": "五年电熔镁砂生产，做过浮选试验。",
                "occupation_code": "2-02-17-01",
            },
            PROFILE
            | {
                "profile_id": "P2",
                "title": "岸桥司机",
                "skills": ("岸桥",),
                "education": "高中/中专",
                "licences": ("Q2起重机司机",),
            },
            PROFILE
            | {
                "profile_id": "P3",
                "title": "会计",
                "skills": ("记账",),
                "available_on": AS_OF + dt.timedelta(days=30),
            },
        ]
    )
    return vacancies, profiles


@pytest.fixture(scope="session")
def matcher(frames, hashing_model):
    coder = OccupationCoder.from_reference(hashing_model)
    return Matcher.from_frames(*frames, hashing_model, coder, as_of=AS_OF)
