import pytest

from data.catalogue.list_status import ListStatus
from data.catalogue.listing import Standing, listing_of
from data.catalogue.reasons import NO_URGENCY
from data.catalogue.urgency import CellUrgency

URGENT, CALM = CellUrgency(60.0, {}), CellUrgency(59.9, {})
UNKNOWN = CellUrgency(None, {}, NO_URGENCY)


def standing(star, index, urgency=URGENT, **changes):
    return Standing(star=star, index=index, urgency=urgency, **{"filled90": 5, "known90": 20, **changes})


@pytest.mark.parametrize(
    ("star", "index", "urgency", "status", "listed"),
    [
        (2, 66.0, URGENT, ListStatus.LISTED, True),
        (5, 95.0, URGENT, ListStatus.LISTED, True),
        (2, 66.0, CALM, ListStatus.DEMAND_REPORT, False),
        (2, 66.0, UNKNOWN, ListStatus.UNDECIDED, None),
        (1, 55.0, URGENT, ListStatus.WATCHED, False),
        (0, 50.0, URGENT, ListStatus.WATCHED, False),
        # an index over 60 that is too uncertain for two stars falls into no hole
        (1, 62.0, URGENT, ListStatus.WATCHED, False),
        (1, 55.0, CALM, ListStatus.NOT_LISTED, False),
        (1, 55.0, UNKNOWN, ListStatus.UNDECIDED, None),
        (0, 49.9, URGENT, ListStatus.NOT_LISTED, False),
        (None, 80.0, URGENT, ListStatus.UNRATED, False),
    ],
)
def test_stars_and_urgency_decide_together(star, index, urgency, status, listed):
    found = listing_of(standing(star, index, urgency))
    assert (found.status, found.listed) == (status, listed)


def test_an_undecided_cell_says_why():
    assert listing_of(standing(2, 66.0, UNKNOWN)).reasons == (NO_URGENCY,)


def test_one_employers_need_goes_to_the_demand_catalogue():
    found = listing_of(standing(None, 90.0, one_employer=True, was_listed=True))
    assert (found.status, found.listed, found.reasons[0].code) == (ListStatus.MOVED, False, "one_employer")


def test_a_listed_cell_stays_for_one_edition_below_two_stars_and_leaves_after_the_second():
    first = listing_of(standing(1, 55.0, was_listed=True))
    assert (first.status, first.listed) == (ListStatus.KEPT, True)
    second = listing_of(standing(1, 55.0, was_listed=True, was_below=True))
    assert (second.status, second.listed) == (ListStatus.REMOVED, False)
    assert [reason.code for reason in second.reasons] == ["exit_below"]
    # with two stars again it goes on as any other
    assert listing_of(standing(2, 66.0, was_listed=True, was_below=True)).status is ListStatus.LISTED


@pytest.mark.parametrize(
    ("filled", "known", "status"),
    [
        (67, 100, ListStatus.REMOVED),
        (66, 100, ListStatus.LISTED),
        (7, 9, ListStatus.LISTED),  # nine known spells are too few to tell
        (7, 10, ListStatus.REMOVED),
    ],
)
def test_a_listed_cell_that_fills_two_thirds_in_ninety_days_leaves(filled, known, status):
    found = listing_of(standing(2, 66.0, was_listed=True, filled90=filled, known90=known))
    assert found.status is status
    # a cell that was not listed has nothing to leave
    assert listing_of(standing(2, 66.0, filled90=filled, known90=known)).status is ListStatus.LISTED
