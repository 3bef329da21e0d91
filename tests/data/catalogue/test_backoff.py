import datetime as dt

import numpy as np
import pytest

from data.catalogue.backoff import parent_code
from data.catalogue.shortage import build_shortage_catalogue
from data.records import Outcome


@pytest.fixture
def build(region, as_of):
    def of(vacancies, profiles):
        catalogue = build_shortage_catalogue(
            vacancies, profiles, region=region, edition="2027", as_of=as_of, snapshot="s#1",
            rng=np.random.default_rng(0),
        )  # fmt: skip
        return {entry.occ_code: entry for entry in catalogue.entries}, catalogue

    return of


def hiring(code, employers, n=6):
    """Openings of three quarters, each filled after thirty days."""
    rows = []
    for place in range(n):
        opened = dt.date(2026, (1, 4, 7)[place % 3], 10)
        rows.append(
            {
                "occupation_code": code, "employer": employers[place % len(employers)], "opened_on": opened,
                "closed_on": opened + dt.timedelta(days=30), "outcome": Outcome.FILLED,
            }
        )  # fmt: skip
    return rows


def test_codes_of_groups_are_the_first_parts():
    assert (parent_code("6-15-05-01", 3), parent_code("6-15-05-01", 2)) == ("6-15-05", "6-15")
    assert parent_code("6-15", 3) == "6-15"


def test_thin_occupations_of_one_small_group_are_rated_together(build, make_vacancies, make_profiles):
    rows = [
        *hiring("6-15-05-01", "甲乙丙"),
        *hiring("6-15-05-02", "丁戊己"),
        *hiring("6-15-05-03", "庚辛壬癸", 24),
    ]
    entries, catalogue = build(make_vacancies(*rows), make_profiles(["6-15-05-01"] * 40))
    # 6 + 6 spells of six employers; the third occupation stands by itself
    assert set(entries) == {"6-15-05", "6-15-05-03"}
    group = entries["6-15-05"]
    assert group.members == ("6-15-05-01", "6-15-05-02")
    assert (group.n_spell, group.n_emp, group.star is not None) == (12, 6, True)
    assert group.occ_name.endswith("（样本不足职业合并）")
    assert len(group.posting_ids) == 12
    assert any("合并为1个上级类别条目" in note for note in catalogue.notes)


def test_what_no_small_group_joins_is_joined_by_the_middle_one(build, make_vacancies, make_profiles):
    rows = [*hiring("6-15-05-01", "甲乙丙"), *hiring("6-15-06-01", "丁戊己")]
    entries, _ = build(make_vacancies(*rows), make_profiles(["6-15-05-01"] * 40))
    assert set(entries) == {"6-15"}
    assert entries["6-15"].members == ("6-15-05-01", "6-15-06-01")


def test_groups_that_are_still_too_thin_leave_their_occupations_as_they_were(
    build, make_vacancies, make_profiles
):
    rows = [*hiring("6-15-05-01", "甲", 3), *hiring("6-15-05-02", "乙", 3)]
    entries, _ = build(make_vacancies(*rows), make_profiles(["6-15-05-01"] * 40))
    assert {code: entry.level for code, entry in entries.items()} == {
        "6-15-05-01": "X 暂不评价",
        "6-15-05-02": "X 暂不评价",
    }


def test_one_employers_cell_is_never_joined(build, make_vacancies, make_profiles):
    rows = [*hiring("6-15-05-01", "甲", 12), *hiring("6-15-05-02", "丁戊己"), *hiring("6-15-05-03", "庚辛壬")]
    entries, _ = build(make_vacancies(*rows), make_profiles(["6-15-05-01"] * 40))
    assert entries["6-15-05"].members == ("6-15-05-02", "6-15-05-03")
    alone = entries["6-15-05-01"]
    assert alone.list_status.value == "转入需求目录"
    assert "one_employer" in [reason.code for reason in alone.reasons]


def test_a_few_vacancies_of_one_employer_are_thin_rather_than_one_employers(
    build, make_vacancies, make_profiles
):
    entries, _ = build(make_vacancies(*hiring("6-15-05-01", "甲", 9)), make_profiles(["6-15-05-01"] * 40))
    assert entries["6-15-05-01"].list_status.value == "暂不评价"


def test_other_industries_are_not_joined(build, make_vacancies, make_profiles):
    rows = [
        *hiring("6-15-05-01", "甲乙丙"),
        *({**row, "key_industry": "港口物流"} for row in hiring("6-15-05-02", "丁戊己")),
    ]
    entries, _ = build(make_vacancies(*rows), make_profiles(["6-15-05-01"] * 40))
    assert set(entries) == {"6-15-05-01", "6-15-05-02"}
