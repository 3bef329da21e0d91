from __future__ import annotations

import datetime as dt
import hashlib
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from data.synthetic import SyntheticCity, Truth, generate_city, write_city

ROOT = Path(__file__).resolve().parents[3]


def tables(city: SyntheticCity) -> dict[str, pd.DataFrame]:
    frames = {"postings": city.postings, "profiles": city.profiles}
    return frames | {field.name: getattr(city.truth, field.name) for field in fields(Truth)}


def digest(city: SyntheticCity) -> str:
    total = hashlib.sha256()
    for frame in tables(city).values():
        total.update(frame.to_csv(index=False).encode())
    return total.hexdigest()


def small(seed: int = 5, **sizes: int) -> SyntheticCity:
    return generate_city(seed=seed, months=2, employers=8, profiles=sizes.get("profiles", 30))


def test_the_same_seed_gives_the_same_city_and_another_seed_another(city: SyntheticCity) -> None:
    assert digest(generate_city()) == digest(city)
    assert digest(small(5)) == digest(small(5)) != digest(small(6))


def test_the_city_does_not_depend_on_the_hash_seed_of_the_process() -> None:
    code = (
        "import hashlib\nfrom data.synthetic import generate_city\n"
        "city = generate_city(seed=5, months=2, employers=8, profiles=30)\n"
        "print(hashlib.sha256((city.postings.to_csv() + city.profiles.to_csv()).encode()).hexdigest())"
    )
    prints = []
    for hash_seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        prints.append(done.stdout)
    assert prints[0] == prints[1]


def test_the_city_has_the_size_that_was_asked_for(city: SyntheticCity) -> None:
    assert len(city.profiles) == 1600
    assert city.truth.demand["month"].nunique() == 36
    assert city.truth.vacancies["employer"].nunique() == 48
    assert 180 <= len(city.truth.vacancies) / 36 <= 230
    heads = city.truth.vacancies["heads"]
    assert 600 <= heads.sum() / 36 <= 800
    assert 3.0 <= heads.mean() <= 4.2


def test_most_key_industries_ask_for_well_above_fifty_heads_a_month(city: SyntheticCity) -> None:
    monthly = city.truth.vacancies.groupby("industry")["heads"].sum() / 36
    assert len(monthly) == 8
    assert (monthly > 60).sum() >= 5
    assert monthly.max() < 250


def test_demand_counts_the_heads_of_the_vacancies(city: SyntheticCity) -> None:
    demand = city.truth.demand
    assert demand["heads"].sum() == city.truth.vacancies["heads"].sum()
    total = demand.groupby("month")[["expected_heads", "heads"]].sum()
    assert np.corrcoef(total["expected_heads"], total["heads"])[0, 1] > 0.85
    assert not demand.duplicated(["role", "industry", "month"]).any()


def test_hidden_tightness_shows_in_heads_per_seeker(city: SyntheticCity) -> None:
    roles = city.truth.roles.set_index("role")
    heads = city.truth.vacancies.groupby("role")["heads"].sum().reindex(roles.index).fillna(0)
    seekers = city.truth.profiles.groupby("role").size().reindex(roles.index).fillna(0)
    enough = seekers >= 5
    ratio = np.log(heads[enough] / seekers[enough])
    assert np.corrcoef(ratio, roles["tightness"][enough])[0, 1] > 0.9


def test_tight_vacancies_stay_open_longer_and_fill_less(city: SyntheticCity) -> None:
    tightness = city.truth.roles.set_index("role")["tightness"]
    old = city.truth.vacancies.query("opened_on < '2026-07-01'")
    third = pd.qcut(old["role"].map(tightness), 3, labels=["slack", "middle", "tight"])
    days = (pd.to_datetime(old["closed_on"]) - pd.to_datetime(old["opened_on"])).dt.days
    filled = ((old["outcome"] == "已招满") & (days <= 90)).groupby(third, observed=True).mean()
    assert filled["slack"] > filled["middle"] + 0.08 > filled["tight"] + 0.16
    assert days.groupby(third, observed=True).mean().is_monotonic_increasing


def test_the_true_fill_probability_is_met(city: SyntheticCity) -> None:
    roles = city.truth.roles.set_index("role")
    filled = (city.truth.vacancies["days_to_fill"] <= 90).groupby(city.truth.vacancies["role"])
    large = filled.size() >= 60
    gap = filled.mean()[large] - roles["fill_90"].reindex(filled.mean().index)[large]
    assert len(gap) > 25
    assert gap.abs().mean() < 0.06
    assert roles["fill_90"].corr(roles["tightness"]) < -0.95


def test_pay_rises_faster_in_tight_work(city: SyntheticCity) -> None:
    tightness = city.truth.roles.set_index("role")["tightness"]
    pay = city.truth.vacancies.assign(
        middle=lambda v: (v["pay_low"] + v["pay_high"]) / 2,
        tight=lambda v: v["role"].map(tightness) > 0.6,
        year=lambda v: v["opened_on"].str[:4],
    )
    middles = pay.pivot_table("middle", index=["tight", "role"], columns="year", aggfunc="mean")
    growth = (middles["2026"] / middles["2024"]).groupby("tight").median().to_dict()
    assert growth[True] > growth[False] + 0.02


def test_every_posting_profile_and_cell_has_its_truth(city: SyntheticCity) -> None:
    truth = city.truth
    assert list(truth.postings["posting_id"]) == list(city.postings["信息编号"])
    assert list(truth.profiles["profile_id"]) == list(city.profiles["档案编号"])
    assert set(truth.postings["role"]) <= set(truth.roles["role"])
    for spoiled in truth.cells.itertuples():
        frame = city.postings if spoiled.table == "postings" else city.profiles
        column = frame.loc[frame.iloc[:, 0] == spoiled.row_id, str(spoiled.column)]
        assert list(column) == [spoiled.written]


def test_about_two_in_a_hundred_postings_have_a_spoiled_cell(city: SyntheticCity) -> None:
    spoiled = city.truth.cells["table"].value_counts()
    assert spoiled["postings"] / len(city.postings) == pytest.approx(0.02, abs=0.006)
    assert spoiled["profiles"] / len(city.profiles) == pytest.approx(0.012, abs=0.008)


def test_a_city_without_people_is_a_city(city: SyntheticCity) -> None:
    empty = small(profiles=0)
    assert len(empty.profiles) == 0
    assert list(empty.profiles.columns) == list(city.profiles.columns)


@pytest.mark.parametrize(
    ("sizes", "word"),
    [
        ({"months": 0}, "月数"),
        ({"employers": 0}, "用人单位数"),
        ({"employers": 99}, "99"),
        ({"profiles": -1}, "档案"),
    ],
)
def test_impossible_sizes_are_refused_with_their_limits(sizes: dict[str, int], word: str) -> None:
    with pytest.raises(InputError, match=word) as caught:
        generate_city(**sizes)  # type: ignore[arg-type]
    assert caught.value.code == "size_out_of_range"
    assert "—" in caught.value.hint


def test_history_outside_the_known_calendar_is_refused() -> None:
    with pytest.raises(InputError, match="2040"):
        generate_city(end=dt.date(2040, 6, 30), months=1)


def test_a_written_city_reads_back_as_it_was(tmp_path: Path) -> None:
    city = small()
    paths = write_city(city, tmp_path / "deep" / "city")
    assert [path.name for path in paths] == [
        "postings.csv",
        "profiles.csv",
        "truth_roles.csv",
        "truth_demand.csv",
        "truth_vacancies.csv",
        "truth_postings.csv",
        "truth_profiles.csv",
        "truth_cells.csv",
    ]
    assert all(path.read_bytes().startswith(b"\xef\xbb\xbf") for path in paths)
    again = pd.read_csv(paths[0], dtype=str, keep_default_na=False, encoding="utf-8-sig")
    pd.testing.assert_frame_equal(again, city.postings, check_dtype=False)
