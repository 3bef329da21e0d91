"""What makes a vacancy doubtful, and on which days that rests."""

from __future__ import annotations


def flags(result):
    return [[(flag["flag"], flag["rule"]) for flag in each] for each in result.vacancies["flags"]]


def test_most_vacancies_have_no_flag(merge, day):
    assert flags(merge({"start_by": day(20), "valid_until": day(30)})[0]) == [[]]
    assert flags(merge({"posted_on": None, "start_by": day(20)})[0]) == [[]]


def test_open_for_more_than_180_days_with_refreshes_is_evergreen(merge, day):
    result, _ = merge(*({"posted_on": day(46 * step)} for step in range(5)))
    assert flags(result) == [[("evergreen", "open_180_days_refreshed")]]
    evidence = result.vacancies["flags"][0][0]["evidence"]
    assert (evidence["days_open"], evidence["refreshes"]) == (184, 4)
    assert evidence["applicant_activity"] == "unknown"
    assert flags(merge(*({"posted_on": day(45 * step)} for step in range(5)))[0]) == [[]]


def test_the_fourth_repost_within_14_days_is_evergreen(merge, day):
    rows = [{"posted_on": day(30 * step), "closed_on": day(30 * step + 20)} for step in range(5)]
    result, groups = merge(*rows)
    assert len(groups) == 5
    assert flags(result) == [[], [], [], [], [("evergreen", "reposted_within_14_days")]]
    late = [{"posted_on": day(40 * step), "closed_on": day(40 * step + 20)} for step in range(5)]
    assert flags(merge(*late)[0]) == [[]] * 5


def test_a_start_far_off_is_a_ghost(merge, day):
    result, _ = merge({"start_by": day(31)})
    assert flags(result) == [[("ghost", "no_start_within_30_days")]]
    assert result.vacancies["flags"][0][0]["evidence"]["days_until_start"] == 31
    assert flags(merge({"start_by": day(30)})[0]) == [[]]
    assert flags(merge({"start_by": day(45), "closed_on": day(20)})[0]) == [[]]


def test_shown_long_after_its_validity_is_a_ghost(merge, day):
    seen = {"valid_until": day(5), "observed_on": day(36)}
    assert flags(merge(seen)[0]) == [[("ghost", "shown_after_validity")]]
    assert flags(merge({**seen, "outcome": "已招满"})[0]) == [[]]
    assert flags(merge({**seen, "observed_on": day(35)})[0]) == [[]]
