"""Whose vacancies are: counted once over all owners, and to each owner as if nobody else had postings."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.employers import EmployerIndex
from data.owners import MIXED, OFFICE
from data.vacancies import Decision, merge_owned, merge_postings

A, B = "ag_0000000a", "ag_0000000b"
NONE = EmployerIndex.from_owned([])
POSTING = {
    "source": "office_template", "employer_is_agency": False, "credit_code": None, "end_employer": None,
    "place_raw": "营口市大石桥市", "place_code": "210882", "salary_low": 6000.0, "salary_high": 9000.0,
    "salary_months": 12.0, "education": None, "experience_low": None, "skills": (),
    "duties": "负责结构件的焊接与切割，读懂图纸，自检焊缝质量，维护焊机与工位，遵守安全规程。",
    "observed_on": None, "start_by": None, "valid_until": None, "closed_on": None, "synthetic": False,
}  # fmt: skip


@pytest.fixture
def owned(frame):
    """Merge postings of owners; return the counted rows and those beside them, by the postings they hold."""

    def run(*changes, decisions=(), index=NONE):
        said = [Decision(*each) for each in decisions]
        merged = merge_owned(frame(*changes), index=index, decisions=said)
        held = merged.members.groupby("vacancy_id")["posting_id"].agg(lambda ids: tuple(sorted(ids)))
        rows = merged.vacancies.assign(held=merged.vacancies["vacancy_id"].map(held))
        counted = rows["counted_in"].isna()
        return (
            {row["held"]: row for row in rows[counted].to_dict("records")},
            rows[~counted].to_dict("records"),
        )

    return run


@pytest.mark.parametrize("owner", [OFFICE, A])
def test_what_one_owner_alone_posts_is_one_row_and_its_own(owned, owner):
    counted, beside = owned({"owner": owner}, {"owner": owner})
    assert [row["owner"] for row in counted.values()] == [owner]
    assert beside == []


def test_a_need_of_two_owners_is_counted_once_and_each_sees_its_own_postings(owned):
    counted, beside = owned(
        {"owner": OFFICE, "headcount": None, "posted_on": dt.date(2026, 3, 2)},
        {"owner": A, "headcount": 5},
    )
    assert {held: row["owner"] for held, row in counted.items()} == {("p0", "p1"): MIXED}
    (whole,) = counted.values()
    assert whole["heads"] == 5
    assert {(row["owner"], row["held"]) for row in beside} == {(OFFICE, ("p0",)), (A, ("p1",))}
    assert {row["counted_in"] for row in beside} == {whole["vacancy_id"]}
    # What the office published does not tell that an agency seeks five since the day before.
    office = next(row for row in beside if row["owner"] == OFFICE)
    assert pd.isna(office["heads"])
    assert office["opened_on"] == dt.date(2026, 3, 2)


def test_two_agencies_without_the_office_see_nothing_of_each_other(owned):
    counted, beside = owned({"owner": A}, {"owner": B})
    assert [row["owner"] for row in counted.values()] == [MIXED]
    assert {(row["owner"], row["held"]) for row in beside} == {(A, ("p0",)), (B, ("p1",))}


def test_a_row_keeps_its_number_when_another_owners_copy_comes(owned):
    alone, _ = owned({"owner": A})
    _, beside = owned({"owner": A}, {"owner": B})
    assert {row["vacancy_id"] for row in alone.values()} < {row["vacancy_id"] for row in beside}


def test_other_needs_of_an_employer_that_two_owners_work_for_stay_one_row(owned):
    counted, beside = owned({"owner": A}, {"owner": B, "title": "会计", "duties": "", "place_code": "210811"})
    assert {row["owner"] for row in counted.values()} == {A, B}
    assert beside == []


def test_a_code_that_only_another_owners_posting_states_joins_nothing_that_an_owner_sees(owned):
    code = "91210800MA0000000X"
    index = EmployerIndex.from_owned([("示例镁业", code, B)])
    counted, beside = owned(
        {"owner": A}, {"owner": A, "end_employer_key": code, "credit_code": code}, index=index
    )
    assert {held: row["owner"] for held, row in counted.items()} == {("p0", "p1"): MIXED}
    assert sorted(row["held"] for row in beside) == [("p0",), ("p1",)]


def test_a_decision_about_anothers_posting_changes_nothing_for_an_owner(owned):
    other = {"owner": A, "title": "会计", "duties": ""}
    joined = [("p0", "p1", True), ("p1", "p2", True)]
    counted, beside = owned({"owner": A}, {"owner": B}, other, decisions=joined)
    assert {held: row["owner"] for held, row in counted.items()} == {("p0", "p1", "p2"): MIXED}
    assert sorted(row["held"] for row in beside if row["owner"] == A) == [("p0",), ("p2",)]


_POSTINGS = st.lists(
    st.fixed_dictionaries(
        {
            "owner": st.sampled_from([OFFICE, A, B]),
            "title": st.sampled_from(["焊工", "高级焊工", "会计"]),
            "headcount": st.sampled_from([None, 2, 3]),
            "end_employer_key": st.sampled_from(["示例镁业", "示例装备"]),
            "posted_on": st.dates(dt.date(2026, 1, 1), dt.date(2026, 4, 1)),
            "outcome": st.sampled_from(["未知", "已招满"]),
        }
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40)
@given(_POSTINGS)
def test_every_posting_counts_once_and_every_owner_sees_what_it_would_see_alone(rows):
    postings = pd.DataFrame([POSTING | {"posting_id": f"p{i}"} | row for i, row in enumerate(rows)])
    merged = merge_owned(postings, index=NONE)
    counted = merged.vacancies["counted_in"].isna()
    together = merge_postings(postings)
    assert _groups(merged, merged.vacancies[counted]) == _groups(together, together.vacancies)
    for owner in (OFFICE, A, B):
        own = postings[postings["owner"] == owner]
        if own.empty:
            assert owner not in set(merged.vacancies["owner"])
            continue
        alone = merge_postings(own)
        seen = merged.vacancies[merged.vacancies["owner"] == owner]
        facts = [name for name in seen.columns if name not in ("owner", "counted_in")]
        assert _plain(seen[facts]) == _plain(alone.vacancies[facts])
        assert _groups(merged, seen) == _groups(alone, alone.vacancies)


def _groups(merge, vacancies):
    members = merge.members[merge.members["vacancy_id"].isin(set(vacancies["vacancy_id"]))]
    return sorted(sorted(ids) for _, ids in members.groupby("vacancy_id")["posting_id"])


def _plain(rows):
    plain = rows.astype(object).where(rows.notna(), None).to_dict("records")
    return sorted(plain, key=lambda row: row["vacancy_id"])
