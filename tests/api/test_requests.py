"""Bodies of requests and the records they become."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from api.requests import ProfileIn, VacancyIn
from data.errors import InputError
from data.records import Salary, YearRange


def test_a_vacancy_without_pay_or_years_has_neither():
    posting = VacancyIn(title="焊工").to_record()
    assert (posting.salary, posting.experience, posting.findings) == (None, None, ())


def test_one_end_of_a_range_is_enough():
    posting = VacancyIn(title="焊工", salary_high=8000, experience_high=3).to_record()
    assert posting.salary == Salary(low=None, high=8000)
    assert posting.experience == YearRange(low=0, high=3)
    posting = VacancyIn(title="焊工", salary_low=6000, experience_low=2).to_record()
    assert posting.salary == Salary(low=6000, high=None)
    assert posting.experience == YearRange(low=2, high=None)


@pytest.mark.parametrize(
    "ends",
    [{"salary_low": 9000, "salary_high": 6000}, {"experience_low": 5, "experience_high": 3}],
)
def test_a_range_that_falls_is_refused(ends):
    with pytest.raises(ValidationError, match=r"下限 .* 大于上限"):
        VacancyIn(title="焊工", **ends)


def test_demands_that_may_not_be_used_are_taken_out_of_every_text_of_a_vacancy():
    posting = VacancyIn(
        title="焊工（限男性）", duties="负责焊接；35岁以下；本地户口优先", skills=("焊接", "女", "985")
    ).to_record()
    assert (posting.title, posting.skills) == ("焊工", ("焊接",))
    assert posting.duties.strip("；") == "负责焊接"
    assert [(finding.field, finding.rule, finding.text) for finding in posting.findings] == [
        ("title", "sex", "限男性"),
        ("duties", "age", "35岁以下"),
        ("duties", "residence", "本地户口优先"),
        ("skills", "sex", "女"),
        ("skills", "school_tier", "985"),
    ]


def test_a_demand_in_another_width_is_found_too():
    posting = VacancyIn(title="焊工", duties="焊接，３５岁以下").to_record()
    (finding,) = posting.findings
    assert (posting.duties, finding.text, finding.start) == ("焊接", "35岁以下", 3)


def test_contacts_and_excluded_attributes_are_taken_out_of_a_profile():
    profile = ProfileIn(
        title="焊工（男）", summary="焊接八年；35岁以下；电话13800000000", skills=("焊接", "男")
    ).to_record()
    assert (profile.title, profile.skills) == ("焊工", ("焊接",))
    assert "13800000000" not in profile.summary
    assert "35" not in profile.summary
    assert "焊接八年" in profile.summary


@pytest.mark.parametrize("model", [ProfileIn, VacancyIn])
@pytest.mark.parametrize("title", ["限男性", "  "])
def test_a_title_that_says_nothing_usable_is_refused(model, title):
    with pytest.raises(InputError) as caught:
        model(title=title).to_record()
    assert caught.value.code == "title_missing"


def test_time_share_and_months_reach_both_records():
    given = {"time_share": 0.4, "months": (11, 12)}
    for record in (
        VacancyIn(title="焊工", **given).to_record(),
        ProfileIn(title="焊工", **given).to_record(),
    ):
        assert (record.time_share, record.months) == (0.4, (11, 12))


@pytest.mark.parametrize(
    "given", [{"time_share": 0}, {"time_share": 1.5}, {"months": (0,)}, {"months": (13,)}]
)
def test_impossible_shares_and_months_are_refused(given):
    with pytest.raises(ValidationError):
        ProfileIn(title="焊工", **given)


@pytest.mark.parametrize("wrong", [{"months": [True]}, {"pay_floor": False}, {"pay_floor": "5000"}])
def test_truth_values_and_texts_are_no_numbers(wrong):
    with pytest.raises(ValidationError):
        ProfileIn.model_validate({"title": "焊工", **wrong})


def test_a_whole_number_may_be_written_with_a_point():
    assert ProfileIn.model_validate({"title": "焊工", "months": [5.0], "pay_floor": 5000}).months == (5,)
