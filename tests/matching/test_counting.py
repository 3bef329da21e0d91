"""Counting who qualifies says what a match says, without ranking anybody."""

from __future__ import annotations

import pytest

from data.errors import UnknownName
from data.records import Education, Posting
from matching.counting import count_qualified


def asked(**changes):
    given = {"posting_id": "x", "source": "api", "source_row": 0, "title": "镁砂工艺工程师", "employer": ""}
    return Posting(**given, place_code="210882", **changes)


@pytest.mark.parametrize("education", [None, Education.COLLEGE, Education.MASTER])
def test_the_counts_are_those_of_the_match(matcher, education):
    posting = asked(education=education)
    counted = count_qualified(posting, matcher.loaded)
    found = matcher.match_vacancy(posting, k=10)
    assert (counted.pool, counted.allowed) == (found.pool, found.allowed)
    assert {each.rule: each.excluded for each in counted.exclusions} == found.excluded


def test_a_stored_vacancy_is_counted_as_it_is_matched(matcher):
    vacancy_id = matcher.vacancies.ids[0]
    counted = count_qualified(vacancy_id, matcher.loaded)
    assert counted.allowed == matcher.match_vacancy(vacancy_id).allowed
    with pytest.raises(UnknownName):
        count_qualified("V-NOWHERE", matcher.loaded)


def test_whom_one_rule_alone_excludes_would_qualify_without_it(matcher):
    with_rule = count_qualified(asked(education=Education.MASTER), matcher.loaded)
    without = count_qualified(asked(), matcher.loaded)
    (education,) = (each for each in with_rule.exclusions if each.rule == "education")
    assert education.alone <= education.excluded
    assert with_rule.allowed + education.alone == without.allowed
