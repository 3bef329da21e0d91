"""How fast the hard rules filter a city, beside a plain loop over the same judgement of pairs.

Run ``python tests/benchmarks/rules.py``; it writes nothing but its table. 200,000 profiles are drawn with
many more combinations than a real city has: homes in every county of a province, three hundred lists of
places, a thousand lists of licences.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from typing import Any

import numpy as np

from data.records import Engagement
from data.reference import division_names
from matching.rules import RuleColumns, Verdict, judge_pair

__all__ = ["draw_profiles", "draw_vacancies", "measure"]

_LICENCES = (
    "低压电工证", "特种作业操作证（高压电工作业）", "叉车证", "会计证", "Q2起重机司机", "焊工证", "C1",
    "中级注册安全工程师", "二级建造师（机电）", "英语四级证书", "普通话证书",
)  # fmt: skip
_COUNTIES = tuple(code for code in division_names() if code.startswith("21"))


def _lists(rng: np.random.Generator, items: tuple[str, ...], many: int, most: int) -> list[tuple[str, ...]]:
    return [tuple(rng.choice(items, rng.integers(0, most + 1), replace=False).tolist()) for _ in range(many)]


def draw_profiles(rng: np.random.Generator, size: int) -> list[dict[str, Any]]:
    """Draw profiles, some with nothing stated."""
    places, licences = _lists(rng, _COUNTIES, 300, 4), _lists(rng, _LICENCES, 1000, 4)
    forms = [(Engagement.FULL_TIME,)] * 20 + _lists(rng, tuple(Engagement), 40, 3)
    choices: dict[str, list[Any]] = {
        "education": [None, "高中/中专", "大专", "本科", "硕士"],
        "skill_level": [None, None, "高级工", "技师"],
        "licences": licences,
        "place_code": [*_COUNTIES, *["210882"] * 200],
        "willing_codes": places,
        "engagement": forms,
        "time_share": [None] * 8 + [0.2, 0.5, 1.0],
        "months": [()] * 8 + [(6, 7, 8), (12, 1, 2)],
        "available_on": [None, *(dt.date(2026, 1, 1) + dt.timedelta(day) for day in range(365))],
        "languages": [(), ("zh",), ("zh", "en"), ("zh", "ru")],
        "pay_floor": [None, *(float(pay) for pay in range(3000, 30000, 100))],
    }
    columns = {
        field: [values[at] for at in rng.integers(0, len(values), size)] for field, values in choices.items()
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def draw_vacancies(rng: np.random.Generator, size: int) -> list[dict[str, Any]]:
    """Draw vacancies that ask for something by every rule."""
    return [
        {
            "education": str(rng.choice(["大专", "本科", "硕士"])),
            "skill_level": str(rng.choice(["高级工", "技师"])),
            "licences": tuple(rng.choice(_LICENCES, 2, replace=False).tolist()),
            "place_code": str(rng.choice(_COUNTIES)),
            "engagement": ("全职", str(rng.choice(["候鸟", "项目合作", "兼职"]))),
            "time_share": float(rng.choice([0.3, 0.6])),
            "months": (6, 7),
            "start_by": dt.date(2026, 1, 1) + dt.timedelta(int(rng.integers(365))),
            "languages": (str(rng.choice(["en", "ru"])),),
            "salary_low": 5000.0,
            "salary_high": float(rng.integers(60, 300) * 100),
        }
        for _ in range(size)
    ]


def measure(size: int, queries: int) -> dict[str, float]:
    """Return milliseconds for the whole pool: built, first asked, asked again, and one pair at a time."""
    rng = np.random.default_rng(0)
    profiles, vacancies = draw_profiles(rng, size), draw_vacancies(rng, queries)
    start = time.perf_counter()
    columns = RuleColumns.from_rows(profiles, vacancies=False)
    built = time.perf_counter() - start
    first, again = [], []
    for vacancy in vacancies:
        for times in (first, again):
            start = time.perf_counter()
            columns.take_allowed(vacancy, row_is_vacancy=True)
            times.append(time.perf_counter() - start)
    sample = profiles[: max(size // 100, 1)]
    start = time.perf_counter()
    for profile in sample:
        all(judgement.verdict is not Verdict.FAIL for _, judgement in judge_pair(vacancies[0], profile))
    loop = (time.perf_counter() - start) * size / len(sample)
    start = time.perf_counter()
    columns.extended(profiles[:100])
    extended = time.perf_counter() - start
    named = {
        "columns built": built,
        "very first vacancy": first[0],
        "new vacancy, best": min(first),
        "new vacancy, median": float(np.median(first)),
        "new vacancy, p95": float(np.quantile(first, 0.95)),
        "known vacancy, best": min(again),
        "known vacancy, median": float(np.median(again)),
        "known vacancy, p95": float(np.quantile(again, 0.95)),
        "loop over pairs (a hundredth, scaled)": loop,
        "100 profiles added": extended,
    }
    return {name: seconds * 1000 for name, seconds in named.items()}


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    sys.stdout.write(f"{size} profiles, one vacancy at a time\n")
    for name, milliseconds in measure(size, 40).items():
        sys.stdout.write(f"{name:<40}{milliseconds:>12.1f} ms\n")
