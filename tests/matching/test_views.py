"""What an agency is answered is the same to the last field whether or not other agencies have any rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import UnknownName
from data.owners import MIXED, OFFICE
from data.records import Posting, Profile
from matching.coding import OccupationCoder
from matching.matcher import Matcher
from matching.views import PUBLIC

A, B = "ag_0000000a", "ag_0000000b"
TITLES = ("镁砂工艺工程师", "岸桥司机", "会计", "浮选工", "Quay crane operator")
SKILLS = ("电熔镁砂", "浮选", "岸桥", "记账", "PLC", "集装箱")
SCHOOLING = ("高中/中专", "大专", "本科")
NEED = Posting(
    posting_id="", source="api", source_row=0, title="镁砂工艺工程师", employer="", skills=("电熔镁砂",)
)
PERSON = Profile(profile_id="", title="岸桥司机", skills=("岸桥", "PLC"), place_code="210882")


@pytest.fixture(scope="module")
def build(frames, hashing_model):
    """Make a matcher of vacancies and profiles that differ from the small city's in what is given."""
    needs, people = (frame.iloc[0].to_dict() for frame in frames)
    coder = OccupationCoder.from_reference(hashing_model)

    def run(vacancies, profiles):
        plain = {"owner": OFFICE, "counted_in": None}
        return Matcher.from_frames(
            pd.DataFrame([needs | plain | each for each in vacancies]),
            pd.DataFrame([people | plain | each for each in profiles]),
            hashing_model,
            coder,
            as_of=frames[0]["opened_on"][0],
        )

    return run


def rows(side, owners, size):
    """Return a strategy for rows of owners; every row says of itself whose it is."""
    one = st.fixed_dictionaries(
        {
            "owner": st.sampled_from(owners),
            "title": st.sampled_from(TITLES),
            "skills": st.lists(st.sampled_from(SKILLS), unique=True, max_size=3).map(tuple),
            "education": st.sampled_from(SCHOOLING),
        }
    )
    return st.lists(one, min_size=2, max_size=size).map(
        lambda made: [
            row | {f"{side}_id": f"{side[0].upper()}{row['owner']}{i}"} for i, row in enumerate(made)
        ]
    )


def answers(matcher, owner, vacancies, profiles):
    """Return everything that an owner can ask of a matcher."""
    seen = matcher.seen_by(owner)
    needs = [row["vacancy_id"] for row in vacancies]
    people = [row["profile_id"] for row in profiles]
    found = [
        *(seen.match_vacancy(each, k=50, near=5) for each in (*needs, NEED)),
        *(seen.match_profile(each, k=50) for each in (*people, PERSON)),
        *(seen.relax(each) for each in (*needs, NEED)),
        *(seen.score(need, person) for need in needs[:2] for person in people[:2]),
    ]
    lists = seen.shortlists(k=5)
    told = [each.model_dump(mode="json", exclude={"index_version"}) for each in found]
    return told, [lists.profile_ids, lists.positions.tolist()], seen.vacancies.ids, seen.profiles.ids


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    vacancies=rows("vacancy", [OFFICE, A], 5),
    profiles=rows("profile", [OFFICE, A], 6),
    others=rows("vacancy", [B, MIXED], 4),
    strangers=rows("profile", [B], 5),
)
def test_no_answer_to_an_agency_changes_with_what_others_have(build, vacancies, profiles, others, strangers):
    without = answers(build(vacancies, profiles), A, vacancies, profiles)
    beside = build([*vacancies, *others], [*profiles, *strangers])
    assert_same(answers(beside, A, vacancies, profiles), without)
    for agency in (A, PUBLIC):
        seen = beside.seen_by(agency)
        for row in (*others, *strangers):
            with pytest.raises(UnknownName):
                seen.match_vacancy(row["vacancy_id"]) if "vacancy_id" in row else seen.match_profile(
                    row["profile_id"]
                )


def assert_same(one, other):
    """Compare answers to the last field; numbers to rounding, which the size of a product moves."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for name in one:
            assert_same(one[name], other[name])
    elif isinstance(one, list | tuple):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            assert_same(left, right)
    elif isinstance(one, float):
        assert one == pytest.approx(other, abs=1e-6)
    else:
        assert one == other


def test_without_rows_of_agencies_everybody_has_the_matcher_itself(build):
    matcher = build([{"vacancy_id": "V1"}], [{"profile_id": "P1"}])
    assert matcher.seen_by(A) is matcher
    assert matcher.seen_by(OFFICE) is matcher


def test_agencies_without_rows_of_their_own_share_one_view_and_each_other_has_one(build):
    matcher = build([{"vacancy_id": "V1"}, {"vacancy_id": "V2", "owner": A}], [{"profile_id": "P1"}])
    assert matcher.seen_by(B) is matcher.seen_by("ag_0000000c") is matcher.seen_by(PUBLIC)
    assert matcher.seen_by(A) is matcher.seen_by(A)
    assert matcher.seen_by(A).seen_by(A) is matcher.seen_by(A)
    assert matcher.seen_by(A).vacancies.ids == ["V1", "V2"]
    assert matcher.seen_by(PUBLIC).vacancies.ids == ["V1"]
    assert matcher.seen_by(A).profiles.rows is matcher.profiles.rows


def test_the_office_sees_every_need_once_and_all_people(build):
    matcher = build(
        [
            {"vacancy_id": "V1", "owner": MIXED},
            {"vacancy_id": "V2", "owner": OFFICE, "counted_in": "V1"},
            {"vacancy_id": "V3", "owner": A, "counted_in": "V1"},
        ],
        [{"profile_id": "P1", "owner": A}, {"profile_id": "P2"}],
    )
    assert matcher.seen_by(OFFICE).vacancies.ids == ["V1"]
    assert matcher.seen_by(OFFICE).profiles.ids == ["P1", "P2"]
    assert matcher.seen_by(A).vacancies.ids == ["V2", "V3"]
    assert matcher.seen_by(B).vacancies.ids == ["V2"]


def test_exposure_is_counted_for_agencies_over_what_everybody_sees(build):
    people = [{"profile_id": "P1"}, {"profile_id": "P2", "owner": A}]
    matcher = build([{"vacancy_id": "V1"}, {"vacancy_id": "V2", "owner": B}], people)
    told = {row.id: row.exposure for row in matcher.seen_by(A).match_vacancy("V1").results}
    assert told == {"P1": 1, "P2": None}
    office = {row.id: row.exposure for row in matcher.seen_by(OFFICE).match_vacancy("V1").results}
    assert office == {"P1": 2, "P2": 2}


def test_generated_rows_of_others_do_not_label_an_agencys_answers(build):
    real = {"synthetic": False}
    matcher = build(
        [{"vacancy_id": "V1"} | real, {"vacancy_id": "V2", "owner": B} | real],
        [{"profile_id": "P1"} | real, {"profile_id": "P2", "owner": B}],
    )
    assert not matcher.seen_by(A).relax("V1").synthetic
    assert matcher.seen_by(B).relax("V1").synthetic


def test_a_view_shares_the_pools_and_leaves_them_as_they_are(build):
    matcher = build([{"vacancy_id": "V1"}], [{"profile_id": "P1"}, {"profile_id": "P2", "owner": B}])
    before = matcher.profiles.index.alive.copy()
    assert len(matcher.seen_by(A).profiles) == 1
    assert np.array_equal(matcher.profiles.index.alive, before)
