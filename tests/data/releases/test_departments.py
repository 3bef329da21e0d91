"""Who answers for which section."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from data.regions import read_region
from data.releases.departments import Departments, read_departments


def test_the_nine_departments_of_the_draft_are_there_and_all_own_something():
    known = read_departments()
    assert len(known.departments) == 9
    everything = known.asked_about(read_region("yingkou").key_industries)
    assert everything == tuple(department.id for department in known.departments)
    assert "草案" in known.source
    assert known.to_confirm


def test_every_key_industry_has_a_leading_department_of_its_own():
    known = read_departments()
    assert set(known.sections) == set(read_region("yingkou").key_industries)


def test_an_unknown_section_falls_to_the_default():
    known = read_departments()
    assert known.owners_of("其他产业") == known.default
    assert known.asked_about([]) == known.asked_about(["其他产业"])
    assert known.name_of(known.default.lead) == "人力资源和社会保障部门"
    assert known.name_of("nobody") == "nobody"


def test_an_owner_must_be_a_department():
    content = read_departments().model_dump()
    content["default"]["lead"] = "nobody"
    with pytest.raises(ValidationError, match="部门 nobody 不在名单中"):
        Departments.model_validate(content)
