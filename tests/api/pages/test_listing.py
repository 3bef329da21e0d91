"""What a reader chooses of a catalogue."""

from __future__ import annotations

import pytest
from starlette.datastructures import QueryParams

from api.pages.listing import PAGE, Choice, Listing
from data.catalogue.entries import CatalogueKind
from data.editions import read_edition

SHORTAGE, DEMAND = CatalogueKind.SHORTAGE, CatalogueKind.DEMAND


@pytest.fixture(params=[SHORTAGE, DEMAND], scope="module")
def catalogue(service, request):
    return read_edition(service.store, service.region, request.param)


def choose(catalogue, query=""):
    return Listing.of(catalogue, Choice.from_query(QueryParams(query), catalogue.kind))


def test_without_a_choice_all_entries_come_in_printing_order(catalogue):
    listing = choose(catalogue)
    assert (listing.total, listing.first, listing.page) == (len(catalogue.entries), 1, 1)
    assert listing.entries == catalogue.entries[:PAGE]
    assert not listing.choice.narrowed


def test_pages_follow_each_other_without_a_gap(catalogue):
    found = [
        each
        for page in range(1, choose(catalogue).pages + 1)
        for each in choose(catalogue, f"page={page}").entries
    ]
    assert tuple(found) == catalogue.entries


@pytest.mark.parametrize("page", ["0", "-1", "٣", "1e3", "x", "", "9" * 400])
def test_a_page_that_is_none_is_the_first(catalogue, page):
    assert choose(catalogue, f"page={page}").page == 1


def test_a_page_beyond_the_last_is_the_last(catalogue):
    listing = choose(catalogue, "page=99999")
    assert listing.page == listing.pages
    assert listing.entries


def test_boxes_of_one_facet_join_with_or_those_of_two_with_and(catalogue):
    first, second, *_ = (option.value for option in choose(catalogue).facets[0].options)
    both = choose(catalogue, f"section={first}&section={second}")
    assert {entry.section for entry in both.entries} <= {first, second}
    assert both.total == sum(entry.section in {first, second} for entry in catalogue.entries)
    none = choose(catalogue, f"section={first}&talent_category=moon")
    assert (none.total, none.pages, none.entries) == (0, 1, ())


def test_a_facet_counts_what_its_boxes_would_leave(catalogue):
    section = choose(catalogue).facets[0].options[0].value
    listing = choose(catalogue, f"section={section}")
    for facet in listing.facets:
        for option in facet.options:
            others = "" if facet.name == "section" else f"section={section}&"
            assert choose(catalogue, f"{others}{facet.name}={option.value}").total == option.entries
    assert [option.ticked for option in listing.facets[0].options].count(True) == 1


def test_stars_fall_and_what_is_not_rated_comes_last(service):
    options = {
        facet.name: facet for facet in choose(read_edition(service.store, service.region, SHORTAGE)).facets
    }
    values = [option.value for option in options["star"].options]
    assert values[-1] == "-"
    assert values[:-1] == sorted(values[:-1], reverse=True)


def test_words_are_found_in_names_codes_skills_and_majors_in_any_case_and_width(service):
    catalogue = read_edition(service.store, service.region, SHORTAGE)
    entry = next(each for each in catalogue.entries if each.skills_required)
    for words in (
        entry.occ_name[:3],
        entry.occ_code,
        entry.skills_required[0].upper(),
        f"　{entry.occ_code}　",
    ):
        assert (
            entry in choose(catalogue, f"q={words}&page=1").entries
            or choose(catalogue, f"q={words}").total > PAGE
        )
    assert choose(catalogue, "q=没有这样的职业").total == 0


def test_an_address_says_the_whole_choice(catalogue):
    choice = Choice.from_query(
        QueryParams("q=a&section=x&section=y&sort=occ_name&order=asc&page=3"), catalogue.kind
    )
    assert Choice.from_query(QueryParams(choice.address(page=3)[1:]), catalogue.kind) == choice
    assert "page" not in choice.address(sort="", descending=True)
    assert Choice().address() == "?"


@pytest.mark.parametrize(
    ("pages", "page", "shown"),
    [
        (1, 1, (1,)),
        (5, 3, (1, 2, 3, 4, 5)),
        (40, 20, (1, None, 18, 19, 20, 21, 22, None, 40)),
        (40, 1, (1, 2, 3, None, 40)),
    ],
)
def test_the_first_the_last_and_the_near_pages_are_named(pages, page, shown):
    listing = Listing(Choice(), pages * PAGE, 1, (), (), page, pages)
    assert listing.nearby == shown
