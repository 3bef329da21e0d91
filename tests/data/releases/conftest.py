"""A small generated city, its catalogues, and what every step of an edition has to show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pytest

from data.catalogue.entries import CatalogueKind, ShortageEntry
from data.records import Outcome
from data.releases.departments import read_departments
from data.releases.lifecycle import Deed, advance
from data.releases.methods import compute
from data.releases.registry import Keeping, find_release, open_release, read_document
from data.releases.snapshot import freeze, write_snapshot
from data.releases.states import EditionState, main_path

AS_OF = dt.date(2026, 6, 30)
NOW = dt.datetime(2026, 11, 21, 8, 30, 0, 123456, tzinfo=dt.UTC)
DAYS = {
    EditionState.DEPT_REVIEW: dt.date(2026, 7, 1),
    EditionState.VERIFIED: dt.date(2026, 7, 15),
    EditionState.EXPERT_REVIEW: dt.date(2026, 7, 20),
    EditionState.CONSULTATION: dt.date(2026, 7, 22),
    EditionState.FINALISED: dt.date(2026, 8, 24),
    EditionState.SIGNED: dt.date(2026, 8, 26),
    EditionState.PUBLISHED: dt.date(2026, 9, 1),
    EditionState.SUPERSEDED: dt.date(2026, 10, 8),
    EditionState.ARCHIVED: dt.date(2026, 10, 9),
}


@dataclass(frozen=True)
class Region:
    name_zh: str = "营口市"
    entry_prefix: str = "YK"
    key_industries: tuple[str, ...] = ("石化与精细化工", "镁材料深加工")


def generated_vacancies(n=400, *, seed=1, source="甲平台", as_of=AS_OF, pay=5000):
    """Vacancies of six occupations and eight employers over a year; postings are not named."""
    rng = np.random.default_rng(seed)
    group = rng.integers(6, size=n)
    opened = np.datetime64(as_of) - rng.integers(0, 364, size=n).astype("timedelta64[D]")
    days = rng.exponential(30 * (1 + group)).astype(int) + 1
    closed = opened + days.astype("timedelta64[D]")
    over = closed <= np.datetime64(as_of)
    low = (pay + 2000 * rng.random(n)).round(-2)
    return pd.DataFrame(
        {
            "vacancy_id": [f"v{place:05d}" for place in range(n)],
            "posting_ids": [()] * n,
            "employer": [f"生成企业{number}" for number in rng.integers(8, size=n)],
            "employer_is_agency": False,
            "title": [f"岗位{number}" for number in group],
            "occupation_code": [f"6-15-05-0{number + 1}" for number in group],
            "occupation_name": [f"职业{number}" for number in group],
            "key_industry": [("石化与精细化工", "镁材料深加工", None)[number % 3] for number in group],
            "place_code": "210882",
            "heads": np.where(rng.random(n) < 0.2, np.nan, 1.0 + rng.poisson(2, size=n)),
            "opened_on": pd.Series(opened).dt.date,
            "closed_on": pd.Series(closed).dt.date.where(over, None),
            "outcome": np.where(over, np.where(rng.random(n) < 0.7, "已招满", "未招满"), Outcome.OPEN.value),
            "start_by": None,
            "valid_until": None,
            "salary_low": low,
            "salary_high": (low * 1.4).round(-2),
            "education": "大专",
            "skill_level": None,
            "experience_low": 1.0,
            "experience_high": 3.0,
            "skills": [("能力甲", "能力乙")] * n,
            "duties": "生成的职责",
            "majors": [("生成专业",)] * n,
            "engagement": [("全职",)] * n,
            "synthetic": True,
            "source": source,
        }
    )


def generated_profiles(n=300, *, seed=2, as_of=AS_OF):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "profile_id": [f"person-{place}" for place in range(n)],
            "occupation_code": [f"6-15-05-0{number + 1}" for number in rng.integers(6, size=n)],
            "place_code": "210800",
            "active_on": as_of - dt.timedelta(days=30),
            "synthetic": True,
        }
    )


def generated_inputs(n=400, *, seed=1, extras=None, **options):
    return freeze(
        generated_vacancies(n, seed=seed, **options),
        generated_profiles(as_of=options.get("as_of", AS_OF)),
        region=Region(),
        as_of=options.get("as_of", AS_OF),
        extras=extras,
    )


@pytest.fixture(scope="session")
def make_inputs():
    return generated_inputs


@pytest.fixture(scope="session")
def inputs():
    return generated_inputs()


@pytest.fixture(scope="session")
def built(inputs):
    """Return the catalogue of a kind and name, computed once."""
    return cache(lambda kind, name: compute(inputs, kind, name, 0))


@pytest.fixture(scope="session")
def shortage(built):
    return built(CatalogueKind.SHORTAGE, "2027")


@pytest.fixture(scope="session")
def demand(built):
    return built(CatalogueKind.DEMAND, "2027")


def evidence_for(state, catalogue, on):
    """What a step into a state has to show so that it is permitted."""
    asked = read_departments().asked_about({entry.section for entry in catalogue.entries})
    starred = [e.entry_id for e in catalogue.entries if isinstance(e, ShortageEntry) and (e.star or 0) >= 2]
    review = {"result": "不涉及", "by": "法规科", "reviewed_on": str(on)}
    shown = {
        EditionState.DEPT_REVIEW: {
            "sent_on": str(on),
            "due_on": str(on + dt.timedelta(days=10)),
            "departments": list(asked),
        },
        EditionState.VERIFIED: {
            "answers": [{"department": name, "answer": "accept", "answered_on": str(on)} for name in asked],
            "call_backs": [{"entry_id": entry, "called_on": str(on), "result": "属实"} for entry in starred],
        },
        EditionState.EXPERT_REVIEW: {
            "meeting_on": str(on),
            "recusal_asked": True,
            "experts": [
                {"name": f"专家{n}", "unit": f"单位{n}", "dissent_seat": n == 1} for n in range(1, 6)
            ],
        },
        EditionState.CONSULTATION: {
            "votes": {"agreed": 4, "against": 1},
            "minutes": "论证纪要第1号",
            "dissent": "一名专家认为样本偏少，已在说明中写明",
            "legality": review,
            "fair_competition": review,
            "notice": "公告第1号",
            "starts_on": str(on),
            "ends_on": str(on + dt.timedelta(days=30)),
        },
        EditionState.FINALISED: {"body": "人才工作领导小组", "decided_on": str(on)},
        EditionState.SIGNED: {
            "number": "营人才发〔2026〕3号",
            "signed_on": str(on),
            "valid_from": "2026-09-01",
            "valid_to": "2027-08-31",
        },
        EditionState.PUBLISHED: {"published_on": str(on), "address": "门户网站/目录/2027"},
        EditionState.SUPERSEDED: {"by": "2028.1"},
        EditionState.ARCHIVED: {"archive": "档-2026-001"},
    }
    return shown.get(state, {})


@pytest.fixture(scope="session")
def evidence():
    return evidence_for


def walk_to(store, release_id, goal, *, days=DAYS):
    """Take every step on the way to a state, by two people in turn."""
    path = main_path()
    state = find_release(store, release_id).state
    for target in path[path.index(state) + 1 : path.index(goal) + 1]:
        catalogue = read_document(store, find_release(store, release_id))
        deed = Deed(("张三", "李四")[path.index(target) % 2], "办公室", "按程序办理", days[target], NOW)
        advance(store, release_id, target, deed, evidence=evidence_for(target, catalogue, days[target]))
    return find_release(store, release_id)


@pytest.fixture
def walk(store):
    """Take a release to a state."""
    return lambda release_id, goal, **options: walk_to(store, release_id, goal, **options)


@pytest.fixture
def snapshots(tmp_path):
    return tmp_path / "snapshots"


@pytest.fixture
def begin(store, snapshots, inputs, built):
    """Keep a catalogue of generated data as a new candidate."""

    def begins(kind=CatalogueKind.SHORTAGE, *, name="2027", data=None, method=compute, kept=True):
        plain = data is None and method is compute
        data = inputs if data is None else data
        manifest = write_snapshot(data, snapshots) if kept else None
        keeping = Keeping(data.folder if kept else None, manifest, 0)
        catalogue = built(kind, name) if plain else method(data, kind, name, 0)
        return open_release(store, "yingkou", catalogue, keeping=keeping, now=NOW)

    return begins
