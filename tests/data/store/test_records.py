"""Counts of records: one pass over what is wanted counts as one query for each column does."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from data.store.records import (
    POSTINGS,
    PROFILES,
    VACANCIES,
    Wanted,
    Whose,
    count_values,
    holds_code,
    holds_text,
)
from data.store.schema import batch, posting, profile, vacancy

OWNERS = ("", "", "ag_0000000a", "ag_0000000b")


@pytest.fixture
def filled(store):
    """Return a store of one vacancy and one person for every owner above."""
    filler = {sa.String: "", sa.Text: "", sa.Boolean: False, sa.JSON: [], sa.Date: dt.date(2026, 11, 1)}

    def row(table, **known):
        needed = (each for each in table.columns if not each.nullable and each.server_default is None)
        rest = {
            each.name: next((v for k, v in filler.items() if isinstance(each.type, k)), 0) for each in needed
        }
        return rest | known

    with store.begin() as connection:
        began = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
        connection.execute(batch.insert(), row(batch, batch_id=1, started_at=began))
        for number, owner in enumerate(OWNERS):
            place = "210804" if number % 2 else None
            own = {"owner": owner, "batch_id": 1, "place_code": place, "title": f"岗位{number}"}
            connection.execute(posting.insert(), row(posting, posting_id=f"J{number}", **own))
            connection.execute(profile.insert(), row(profile, profile_id=f"P{number}", **own))
            need = {"vacancy_id": f"V{number}", "posting_id": f"J{number}", "owner": owner}
            connection.execute(vacancy.insert(), row(vacancy, **need, outcome="未知" if number else "已招满"))
    return store


@pytest.mark.parametrize("kind", [VACANCIES, PROFILES], ids=["vacancies", "profiles"])
@pytest.mark.parametrize(
    ("caller", "whose", "number"),
    [
        ("", Whose.ALL, 4),
        ("", Whose.OFFICE, 2),
        ("ag_0000000a", Whose.ALL, 3),
        ("ag_0000000a", Whose.MINE, 1),
    ],
)
def test_only_what_the_caller_may_see_and_wants_is_counted(filled, kind, caller, whose, number):
    assert count_values(filled, kind, Wanted(caller, whose), {}) == (number, {})


def test_every_column_is_counted_by_itself_and_empty_values_come_last_of_equals(filled):
    columns = {"place": posting.c.place_code, "outcome": vacancy.c.outcome, "synthetic": vacancy.c.synthetic}
    total, found = count_values(filled, VACANCIES, Wanted(""), columns)
    assert total == 4
    assert found == {
        "place": [("210804", 2), (None, 2)],
        "outcome": [("未知", 3), ("已招满", 1)],
        "synthetic": [(False, 4)],
    }


def test_conditions_on_the_posting_hold_for_vacancies_and_nothing_found_counts_nothing(filled):
    wanted = Wanted("", conditions=(posting.c.title == "岗位1",))
    assert count_values(filled, VACANCIES, wanted, {"outcome": vacancy.c.outcome}) == (
        1,
        {"outcome": [("未知", 1)]},
    )
    nothing = Wanted("", conditions=(posting.c.title == "无",))
    assert count_values(filled, VACANCIES, nothing, {"outcome": vacancy.c.outcome}) == (0, {"outcome": []})


@pytest.mark.parametrize(
    "words",
    ["焊工", "焊", "电焊", "高级", "工（", "C++", "c+", "%", "_", "\\", "工 程", "无此岗位", "ß", "'"],
)
def test_a_text_is_found_by_any_part_of_it(filled, words):
    titles = ["高级焊工（C++）", "电焊工", "焊接工程师100%", "a_b\\c", "工 程", "Straße 'x'", ""]
    with filled.begin() as connection:
        row = dict(connection.execute(sa.select(posting).limit(1)).mappings().one())
        connection.execute(
            posting.insert(), [{**row, "posting_id": f"T{i}", "title": each} for i, each in enumerate(titles)]
        )
    found = sa.select(posting.c.title).where(posting.c.posting_id.like("T%"))
    with filled.read() as connection:
        held = connection.execute(found.where(holds_text(filled, posting.c.title, words))).scalars().all()
    assert sorted(held) == sorted(each for each in titles if words.casefold() in each.casefold())


@pytest.mark.parametrize(("code", "number"), [("6-1", 1), ("6-12", 1), ("6", 0), ('"', 0)])
def test_a_code_is_found_in_a_list_whole(filled, code, number):
    codes = {"J0": ["6-1", "7"], "J1": ["6-12"]}
    with filled.begin() as connection:
        for posting_id, listed in codes.items():
            here = posting.update().where(posting.c.posting_id == posting_id)
            connection.execute(here.values(skill_codes=listed))
    wanted = Wanted("", conditions=(holds_code(filled, posting.c.skill_codes, code),))
    assert count_values(filled, POSTINGS, wanted, {}) == (number, {})
