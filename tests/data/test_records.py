"""The records refuse what they must not hold."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from data.records import Education, Posting, Profile, Salary, SkillLevel

EXCLUDED = {
    "sex",
    "gender",
    "age",
    "birth",
    "ethnicity",
    "religion",
    "marital",
    "hukou",
    "disability",
    "photo",
    "school",
}


@pytest.mark.parametrize("record", [Posting, Profile])
def test_no_record_has_a_field_for_an_excluded_attribute(record):
    assert not [name for name in record.model_fields if EXCLUDED & set(name.split("_"))]


@pytest.mark.parametrize("record", [Posting, Profile])
def test_a_field_that_is_not_declared_is_refused(record):
    with pytest.raises(ValidationError, match="extra_forbidden"):
        record.model_validate(
            {
                "posting_id": "p",
                "profile_id": "p",
                "source": "s",
                "source_row": 1,
                "title": "焊工",
                "employer": "e",
                "sex": "男",
            }
        )


def test_every_field_says_what_it_means():
    for record in (Posting, Profile, Salary):
        assert all(field.description for field in record.model_fields.values())


def test_orders_rise():
    assert [level.rank for level in Education] == list(range(8))
    assert [level.rank for level in SkillLevel] == list(range(1, 9))


@pytest.mark.parametrize(
    ("low", "high", "middle"), [(4.0, 6.0, 5.0), (4.0, None, 4.0), (None, 6.0, 6.0), (None, None, None)]
)
def test_the_middle_of_a_pay_range(low, high, middle):
    assert Salary(low=low, high=high).middle == middle
