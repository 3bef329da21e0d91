from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from training.forecast.series import count_openings, read_openings
from training.forecast.stock import OpenStock, count_skills, count_stock

AS_OF = dt.date(2026, 7, 10)
PLAIN = {
    "posting_ids": (),
    "employer": "甲",
    "employer_is_agency": False,
    "title": "焊工",
    "occupation_name": "焊工",
    "place_code": "210800",
    "start_by": None,
    "salary_low": None,
    "salary_high": None,
    "education": None,
    "skill_level": None,
    "experience_low": None,
    "experience_high": None,
    "skills": (),
    "duties": "",
    "majors": (),
    "engagement": (),
    "synthetic": False,
    "occupation_code": "A",
    "key_industry": "镁材料",
    "heads": 1.0,
    "closed_on": None,
    "valid_until": None,
    "outcome": "未知",
    "skill_codes": (),
}


def vacancies(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([{**PLAIN, "vacancy_id": f"v{n}", **row} for n, row in enumerate(rows)]).astype(
        {"closed_on": object, "valid_until": object}
    )


def stock(*rows: dict[str, object], weights: list[float] | None = None) -> OpenStock:
    table = vacancies(*rows)
    openings = read_openings(table, end=AS_OF)
    given = np.ones(len(openings.frame)) if weights is None else np.array(weights)
    return count_stock(table, openings, given, as_of=AS_OF)


def day(month: int, number: int = 10) -> dt.date:
    return dt.date(2026, month, number)


def city(values: np.ndarray) -> list[float]:
    return values[0].tolist()


def test_a_vacancy_is_open_until_the_month_in_which_it_was_filled() -> None:
    found = stock({"opened_on": day(1), "closed_on": day(3), "outcome": "已招满", "heads": 4.0})
    assert found.months[0] == dt.date(2026, 1, 1)
    assert len(found.months) == 6
    assert city(found.stock) == [4, 4, 0, 0, 0, 0]
    assert city(found.filled) == [0, 0, 4, 0, 0, 0]
    assert found.n_ended.tolist() == [1, 0, 0, 0]


def test_one_that_was_closed_on_the_last_day_of_a_month_is_not_open_at_its_end() -> None:
    assert city(stock({"opened_on": day(1), "closed_on": day(1, 31), "outcome": "已招满"}).stock)[0] == 0


def test_an_advert_that_ran_out_was_lost_from_sight_and_is_no_fill() -> None:
    found = stock({"opened_on": day(1), "valid_until": day(2)})
    assert city(found.lapsed) == [0, 1, 0, 0, 0, 0]
    assert found.filled.sum() == 0
    assert found.told_share == 0


def test_how_it_ended_is_told_apart() -> None:
    found = stock(
        {"opened_on": day(1), "closed_on": day(2), "outcome": "取消"},
        {"opened_on": day(1), "closed_on": day(3), "outcome": "未招满"},
        {"opened_on": day(1), "closed_on": day(4), "outcome": "已招满"},
        {"opened_on": day(1), "closed_on": day(5)},
    )
    assert city(found.withdrawn)[1] == city(found.unfilled)[2] == city(found.filled)[3] == 1
    assert city(found.lapsed)[4] == 1
    assert city(found.stock) == [4, 3, 2, 1, 0, 0]
    assert found.n_ended.tolist() == [1, 1, 1, 1]
    assert found.told_share == 0.75


def test_what_ends_after_the_last_complete_month_is_still_open() -> None:
    found = stock({"opened_on": day(1), "closed_on": day(7, 5), "outcome": "已招满"})
    assert city(found.stock) == [1] * 6
    assert found.n_ended.sum() == 0
    assert np.isnan(found.told_share)


def test_what_was_learned_after_the_day_is_taken_back() -> None:
    found = stock({"opened_on": day(1), "closed_on": dt.date(2026, 9, 1), "outcome": "已招满"})
    assert city(found.stock) == [1] * 6


def test_one_of_which_nothing_is_known_lapses_after_180_days() -> None:
    assert city(stock({"opened_on": dt.date(2025, 12, 1)}).stock) == [1, 1, 1, 1, 1, 0, 0]
    assert city(stock({"opened_on": day(3, 1)}).stock) == [1, 1, 1, 1]


def test_stock_changes_by_what_opens_and_ends_and_children_add_up() -> None:
    rng = np.random.default_rng(3)
    rows = []
    for _ in range(200):
        opened = dt.date(2025, 1, 1) + dt.timedelta(days=int(rng.integers(500)))
        closed = opened + dt.timedelta(days=int(rng.integers(200)))
        rows.append(
            {
                "opened_on": opened,
                "closed_on": closed if rng.random() < 0.7 else None,
                "outcome": str(rng.choice(["已招满", "未招满", "取消", "未知"])),
                "heads": float(rng.integers(1, 9)),
                "key_industry": str(rng.choice(["镁材料", "港口物流"])),
                "occupation_code": str(rng.choice(["A", "B"])),
            }
        )
    weights = rng.choice([0.0, 1.0, 1.25], 200).tolist()
    found = stock(*rows, weights=weights)
    before = np.hstack([np.zeros((len(found.index), 1)), found.stock[:, :-1]])
    change = found.opened - found.filled - found.withdrawn - found.unfilled - found.lapsed
    assert found.stock == pytest.approx(before + change)
    level = found.index["level"].to_numpy()
    assert found.stock[level == "occupation"].sum(axis=0) == pytest.approx(found.stock[0])
    openings = read_openings(vacancies(*rows), end=AS_OF)
    counted = count_openings(openings, weights=np.array(weights))
    assert found.opened == pytest.approx(counted.matrix)
    assert found.index.equals(counted.index)


def test_without_vacancies_there_is_no_stock() -> None:
    table = vacancies({"opened_on": day(1)}).iloc[:0]
    found = count_stock(table, read_openings(table, end=AS_OF), np.zeros(0), as_of=AS_OF)
    assert (found.stock.shape, found.months) == ((1, 0), ())


def test_skills_count_vacancies_under_each_of_their_skills() -> None:
    table = vacancies(
        {"opened_on": day(5), "skill_codes": ("S2", "S1", "S1"), "heads": 9.0},
        {"opened_on": day(6), "skill_codes": ("S1",)},
        {"opened_on": day(6)},
    )
    openings = read_openings(table, end=AS_OF)
    found = count_skills(table, openings, np.array([1.0, 2.0, 1.0]))
    assert found.codes == ("S1", "S2")
    assert found.counts.tolist() == [[1, 2], [1, 0]]
    assert count_skills(
        table.iloc[2:], read_openings(table.iloc[2:], end=AS_OF), np.ones(1)
    ).counts.shape == (0, 1)
