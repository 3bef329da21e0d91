from __future__ import annotations

import datetime as dt
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.records import Engagement
from matching.cooperation import Lead, Seat, Student, assign_seats, internship_document, internships
from matching.rules import Verdict, judge_pair

DAY = dt.date(2026, 10, 31)
PART_TIME = (Engagement.PART_TIME,)
TURNER, CLERK = "6-18-01-01", "2-06-03-00"
LEADS = {"数控技术": (Lead(TURNER, 1.0, official=True),), "镁冶金": (Lead(TURNER, 0.6, official=False),)}


def student(number, major="数控技术", **more):
    return Student(number=number, major=major, willing_codes=("210800",), **more)


def seat(number, **more):
    return Seat(
        **{"number": number, "title": "车工", "occupation_code": TURNER, "place_code": "210811"} | more
    )


def test_the_major_decides_the_fit_and_its_source_is_said():
    found = assign_seats(
        [student("a"), student("b", "镁冶金"), student("c", "会计")], [seat("s", heads=3)], LEADS
    )
    assert {each.student: each.fit for each in found.assignments} == {"a": 1.0, "b": 0.6, "c": 0.0}
    said = {each.student: each.sentence for each in found.assignments}
    assert "教学标准所列职业包括" in said["a"]
    assert "相近专业所通职业包括" in said["b"]
    assert "没有已知的对应" in said["c"]
    assert found.total_fit == 1.6


def test_a_major_that_the_employer_names_fits_whatever_the_standards_say():
    found = assign_seats([student("a", "会计")], [seat("s", majors=("会计",))], LEADS)
    assert found.assignments[0].fit == 1.0


def test_skills_asked_for_count_a_quarter():
    asked = seat("s", skills=("PLC", "车削"))
    found = assign_seats([student("a", skills=("PLC编程",))], [asked], LEADS)
    assert found.assignments[0].fit == pytest.approx(0.75 + 0.25 / 2)
    assert found.assignments[0].sentence.endswith("所列2项能力中具备1项")


def test_more_students_with_a_seat_come_before_a_better_fit():
    """Student a fits both seats, b only the first: a gives way although its fit there is greater."""
    first, second = seat("first"), seat("second", occupation_code=CLERK, start_by=dt.date(2027, 3, 1))
    late = student("b", "会计", available_on=dt.date(2027, 4, 1))
    early = student("a", available_on=dt.date(2027, 1, 1))
    found = assign_seats([early, late], [first, second], LEADS)
    assert {each.student: each.seat for each in found.assignments} == {"a": "second", "b": "first"}


@pytest.mark.parametrize(
    ("stated", "asked"),
    [
        ({"available_on": dt.date(2027, 4, 1)}, {"start_by": dt.date(2027, 3, 1)}),
        ({"until": dt.date(2027, 5, 1)}, {"until": dt.date(2027, 6, 1)}),
        ({"months": (7, 8)}, {"months": (3, 4)}),
        ({"engagement": PART_TIME}, {}),
        ({"time_share": 0.2, "engagement": PART_TIME}, {"time_share": 0.5, "engagement": PART_TIME}),
        ({}, {"place_code": "110100"}),
    ],
)  # fmt: skip
def test_a_hard_rule_leaves_a_student_without_a_seat_and_says_so(stated, asked):
    found = assign_seats([student("a", **stated)], [seat("s", **asked)], LEADS)
    assert found.assignments == ()
    assert "硬性条件" in found.unplaced["a"]
    assert found.open_seats == {"s": 1}


def test_what_is_not_stated_is_to_be_verified_and_excludes_nobody():
    asked = seat("s", start_by=dt.date(2027, 3, 1), until=dt.date(2027, 6, 1))
    (given_seat,) = assign_seats([student("a")], [asked], LEADS).assignments
    assert len(given_seat.to_verify) == 2
    assert "返校日期未登记" in given_seat.to_verify[-1]


def test_seats_that_run_out_leave_the_weakest_without_one():
    found = assign_seats([student("a"), student("b", "会计")], [seat("s")], LEADS)
    assert [each.student for each in found.assignments] == ["a"]
    assert found.unplaced == {"b": "符合硬性条件的1种席位都已安排给更多或更合适的人"}
    assert found.open_seats == {}


def test_without_seats_nobody_has_one():
    assert list(assign_seats([student("a")], [], LEADS).unplaced) == ["a"]
    assert assign_seats([], [seat("s")], LEADS).open_seats == {"s": 1}


def test_too_many_at_once_are_refused(monkeypatch):
    monkeypatch.setattr(internships, "_MOST_CELLS", 1)
    with pytest.raises(InputError, match="分批"):
        assign_seats([student("a"), student("b")], [seat("s", heads=2)], LEADS)


def allowed(one, other):
    vacancy = other.model_dump() | {"engagement": tuple(other.engagement)}
    person = one.model_dump() | {"engagement": tuple(one.engagement)}
    fails = any(each.verdict is Verdict.FAIL for _, each in judge_pair(vacancy, person))
    return not fails and not (other.until and one.until and one.until < other.until)


def best_by_trying_all(students, seats):
    """Return the slow twin: most placed, then the greatest fit, over every way to hand out the seats."""
    slots = [one for one in seats for _ in range(one.heads)] + [None] * len(students)
    best = (0, 0.0)
    for order in set(permutations(range(len(slots)), len(students))):
        pairs = [(one, slots[i]) for one, i in zip(students, order, strict=True) if slots[i] is not None]
        if all(allowed(one, other) for one, other in pairs):
            total = sum(assign_seats([one], [other], LEADS).total_fit for one, other in pairs)
            best = max(best, (len(pairs), round(total, 4)))
    return best


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_the_assignment_is_the_best_of_all(data):
    names = st.sampled_from(["数控技术", "镁冶金", "会计"])
    days = st.none() | st.sampled_from([dt.date(2027, month, 1) for month in (3, 4, 5)])
    students = [
        student(f"a{i}", data.draw(names), available_on=data.draw(days), until=data.draw(days))
        for i in range(data.draw(st.integers(1, 3)))
    ]  # fmt: skip
    seats = [
        seat(f"s{i}", heads=data.draw(st.integers(1, 2)), start_by=data.draw(days), until=data.draw(days),
             occupation_code=data.draw(st.sampled_from([TURNER, CLERK])))
        for i in range(data.draw(st.integers(1, 2)))
    ]  # fmt: skip
    found = assign_seats(students, seats, LEADS)
    assert (len(found.assignments), found.total_fit) == best_by_trying_all(students, seats)
    by_number = {one.number: one for one in (*students, *seats)}
    assert all(allowed(by_number[each.student], by_number[each.seat]) for each in found.assignments)
    assert len(found.assignments) + len(found.unplaced) == len(students)


def test_the_document_says_who_goes_where_who_does_not_and_what_is_left():
    students = [student("a", synthetic=True), student("b", time_share=None, until=DAY)]
    seats = [seat("s", organisation="示例单位", until=dt.date(2027, 6, 1), heads=2)]
    document = internship_document(assign_seats(students, seats, LEADS), students, seats, as_of=DAY)
    placed, unplaced, left = document.tables
    assert document.title.startswith("【合成数据")
    assert [row[0] for row in placed.rows] == ["a"]
    assert placed.rows[0][-1] == "合成数据"
    assert [row[0] for row in unplaced.rows] == ["b"]
    assert left.rows == (("s", "车工", "示例单位", 1),)
