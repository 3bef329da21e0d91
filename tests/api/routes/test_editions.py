"""Editions, their entries and their differences over HTTP."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from data.catalogue.entries import CatalogueKind
from data.editions import read_edition
from data.releases.errata import Erratum
from data.releases.registry import Keeping, find_release, open_release, record_step, write_version
from data.releases.states import EditionState
from data.store.agencies import add_agency
from data.store.keys import create_key

NOW = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)
PATH = "/v1/catalogues/shortage/editions"


class Office:
    """An office with editions of its own, made by changing that of a generated served."""

    def __init__(self, service):
        self.service, self.store = service, service.store
        self.client = TestClient(create_app(service.settings, service=service))
        self.client.headers["X-API-Key"] = service.settings.bootstrap_key.get_secret_value()

    def keep(self, catalogue, name):
        named = catalogue.model_copy(update={"edition": name})
        return open_release(self.store, "yingkou", named, keeping=Keeping(), now=NOW)

    def move(self, number, state):
        last = find_release(self.store, number).history[-1]
        with self.store.begin() as connection:
            record_step(
                connection, number, last, state, actor="甲", role="办公室", reason="按程序办理",
                taken_on=NOW.date(), evidence={}, now=NOW,
            )  # fmt: skip

    def key_of_an_agency(self):
        agency = add_agency(
            self.store, "甲机构", licence_number="1", licence_from=dt.date(2020, 1, 1),
            licence_to=dt.date(2099, 1, 1), contact="办公室", actor="甲",
        )  # fmt: skip
        return {"X-API-Key": create_key(self.store, "甲机构", agency_id=agency.agency_id)}

    def numbers(self, **options):
        return [each["release_id"] for each in self.get(PATH, **options)["editions"]]

    def get(self, path, **options):
        answer = self.client.get(path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def shortage(service):
    """Five rated and five unrated entries of the city's catalogue, without the postings behind them."""
    whole = read_edition(service.store, service.region, CatalogueKind.SHORTAGE)
    rated = [entry for entry in whole.entries if entry.star is not None][:5]
    unrated = [entry for entry in whole.entries if entry.star is None][:5]
    bare = [entry.model_copy(update={"posting_ids": ()}) for entry in (*rated, *unrated)]
    return whole.model_copy(update={"entries": tuple(bare)})


@pytest.fixture
def office(own_service):
    made = Office(own_service)
    with made.client:
        yield made


@pytest.fixture(scope="module")
def served(service):
    made = Office(service)
    with made.client:
        yield made


def entries(served, kind, **params):
    path = f"/v1/catalogues/{kind}/editions"
    number = served.get(path)["editions"][0]["release_id"]
    return served.get(f"{path}/{number}/entries", params=params)


def refusal(served, kind, **params):
    answer = served.client.get(
        f"/v1/catalogues/{kind}/editions/{1 if kind == 'demand' else 2}/entries", params=params
    )
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    return error["field"], error["message"]


def test_before_anything_was_built_there_are_no_editions(office):
    assert office.get(PATH) == {
        "region": "yingkou", "total": 0, "synthetic": False, "editions": [], "cursor": None,
    }  # fmt: skip
    answer = office.client.get(f"{PATH}/1")
    assert (answer.status_code, answer.json()["code"]) == (404, "edition_unknown")
    assert office.client.get(PATH, headers=office.key_of_an_agency()).json()["total"] == 0


def test_an_edition_says_where_it_stands_and_that_it_is_synthetic(served):
    (edition,) = served.get(PATH)["editions"]
    assert served.get(PATH)["synthetic"] is edition["synthetic"] is True
    assert (edition["version"], edition["state"], edition["status"]) == (
        "2026Q4.0-rc1", "draft", "草案（未发布）",
    )  # fmt: skip
    whole = served.get(f"{PATH}/{edition['release_id']}")
    assert "合成数据" in whole["document"]["title"]
    assert "entries" not in whole["document"]
    assert whole["entries"] == len(served.get("/v1/catalogues/shortage/current")["entries"])
    assert {name: whole[name] for name in edition} == edition


def test_editions_come_page_by_page_the_newest_first_and_new_ones_do_not_shift_them(office, shortage):
    for name in ("2024", "2025", "2026"):
        office.keep(shortage, name)
    first = office.get(PATH, params={"limit": 2})
    assert [each["edition"] for each in first["editions"]] == ["2026", "2025"]
    office.keep(shortage, "2027")
    rest = office.get(PATH, params={"limit": 2, "cursor": first["cursor"]})
    assert ([each["edition"] for each in rest["editions"]], rest["cursor"]) == (["2024"], None)


def test_agencies_read_what_was_put_before_the_public_and_the_office_reads_drafts_too(office, shortage):
    agency = office.key_of_an_agency()
    first, second, third, fourth = (office.keep(shortage, name) for name in ("2024", "2025", "2026", "2027"))
    assert office.numbers(headers=agency) == [fourth]  # nothing is in force: the draft that is current
    office.move(fourth, EditionState.WITHDRAWN)
    assert office.numbers(headers=agency) == [third]
    office.move(first, EditionState.PUBLISHED)
    office.move(second, EditionState.CONSULTATION)
    assert office.numbers(headers=agency) == [second, first]
    office.move(first, EditionState.SUPERSEDED)
    assert office.numbers(headers=agency) == [third, second, first]
    assert office.numbers() == [third, second, first]
    for hidden in ("", "/entries"):
        assert office.client.get(f"{PATH}/{fourth}{hidden}", headers=agency).status_code == 404
    assert office.client.get(f"{PATH}/{first}/diff/{fourth}", headers=agency).status_code == 404


def test_a_draft_that_an_agency_may_not_read_is_not_named_in_a_hint(office, shortage):
    agency = office.key_of_an_agency()
    published, draft = office.keep(shortage, "2026"), office.keep(shortage, "2027")
    office.move(published, EditionState.PUBLISHED)
    answer = office.client.get(f"{PATH}/{draft}", headers=agency)
    assert answer.status_code == 404
    assert "2027" not in answer.json()["hint"]
    assert office.get(f"{PATH}/{draft}")["edition"] == "2027"


def test_an_agency_is_not_told_of_what_an_entry_rests_on_that_is_not_its_own(office, shortage):
    agency = office.key_of_an_agency()
    first = shortage.entries[0].model_copy(update={"vacancy_ids": ("another's",)})
    number = office.keep(shortage.model_copy(update={"entries": (first, *shortage.entries[1:])}), "2026")
    for path in (f"{PATH}/{number}/entries", "/v1/catalogues/shortage/current"):
        told = office.get(path, headers=agency)["entries"]
        assert office.get(path)["entries"][0] == told[0] | {"vacancy_ids": ["another's"]}
        assert told[0]["vacancy_ids"] == []
    shown = office.get(f"{PATH}/{number}/entries", headers=agency, params={"fields": "vacancy_ids"})
    assert shown["entries"][0] == {"entry_id": first.entry_id, "synthetic": True, "vacancy_ids": []}


def test_every_version_is_read_at_its_own_address_with_its_errata(office, shortage):
    number = office.keep(shortage, "2027")
    entry = shortage.entries[0]
    erratum = Erratum(
        entry_id=entry.entry_id, field="pay_median", old=entry.pay_median, new=4321, reason="录入错误",
        found_on=NOW.date(),
    )  # fmt: skip
    corrected = entry.model_copy(update={"pay_median": 4321})
    later = shortage.model_copy(update={"edition": "2027", "entries": (corrected, *shortage.entries[1:])})
    with office.store.begin() as connection:
        write_version(connection, number, "yingkou", later, version="2027.1.1", position=2, errata=(erratum,))
    newest, first = office.get(f"{PATH}/{number}"), office.get(f"{PATH}/{number}@2027.0-rc1")
    assert (newest["version"], first["version"]) == ("2027.1.1", "2027.0-rc1")
    assert [each["errata"] for each in newest["versions"]] == [0, 1]
    assert first["errata"] == []
    assert [(each["field"], each["new"]) for each in newest["errata"]] == [("pay_median", 4321)]
    paid = [
        office.get(f"{PATH}/{address}/entries")["entries"][0]["pay_median"]
        for address in (f"{number}@2027.0-rc1", number)
    ]
    assert paid == [entry.pay_median, 4321]
    answer = office.client.get(f"{PATH}/{number}@2028")
    assert (answer.status_code, answer.json()["code"]) == (404, "version_unknown")
    assert "2027.1.1" in answer.json()["hint"]


def test_the_pages_of_entries_together_are_the_catalogue(served):
    seen, cursor = [], None
    while True:
        page = entries(served, "shortage", limit=70, **({"cursor": cursor} if cursor else {}))
        seen += page["entries"]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert page["synthetic"] is True
    assert seen == served.get("/v1/catalogues/shortage/current")["entries"]
    assert len(seen) == page["total"]


def test_a_cursor_does_not_serve_another_filter_but_shows_other_fields(served):
    cursor = entries(served, "demand", limit=1)["cursor"]
    assert entries(served, "demand", limit=1, cursor=cursor, fields="job_title")["entries"]
    answer = served.client.get(
        "/v1/catalogues/demand/editions/1/entries", params={"cursor": cursor, "key_industry": "新能源"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")


def test_fields_are_those_asked_for_besides_what_names_and_labels_an_entry(served):
    (entry,) = entries(served, "shortage", limit=1, fields="star,occ_name")["entries"]
    assert set(entry) == {"entry_id", "synthetic", "star", "occ_name"}
    assert refusal(served, "shortage", fields="star,occ_nam") == (
        "query.fields", "没有“occ_nam”；最接近的是：occ_name、occ_code、forecast_h2",
    )  # fmt: skip


def test_filters_narrow_and_facets_count_what_is_left(served):
    whole = served.get("/v1/catalogues/demand/current")["entries"]
    params = {"key_industry": ["新能源", "港口物流"], "district": "210804", "limit": 1000}
    page = entries(served, "demand", **params, stats="key_industry,district")
    expected = [
        each for each in whole
        if each["key_industry"] in {"新能源", "港口物流"} and each["district"] == "鲅鱼圈区"
    ]  # fmt: skip
    assert page["entries"] == expected
    assert expected
    assert page["stats"]["district"] == [{"value": "鲅鱼圈区", "count": len(expected)}]
    assert sum(facet["count"] for facet in page["stats"]["key_industry"]) == len(expected)
    assert entries(served, "demand", **params | {"district": "鲅鱼圈区"})["total"] == len(expected)
    others = entries(served, "demand", key_industry="其他产业", limit=1000)
    assert {each["key_industry"] for each in others["entries"]} == {None}
    assert entries(served, "demand", limit=1)["stats"] == {}


def test_stars_are_chosen_and_unrated_entries_have_a_mark_of_their_own(served):
    whole = served.get("/v1/catalogues/shortage/current")["entries"]
    unrated = entries(served, "shortage", star="X", limit=1000)
    assert unrated["entries"] == [each for each in whole if each["star"] is None]
    star = next(each["star"] for each in whole if each["star"] is not None)
    both = entries(served, "shortage", star=["X", str(star)], stats="star", limit=1)
    assert {facet["value"] for facet in both["stats"]["star"]} == {None, str(star)}


@pytest.mark.parametrize(
    ("kind", "params", "field", "part"),
    [
        ("demand", {"key_industry": "新能"}, "key_industry", "新能源"),
        ("demand", {"district": "210899"}, "district", "2108"),
        ("demand", {"star": "3"}, "star", "没有星级"),
        ("shortage", {"district": "210804"}, "district", "不分地区"),
        ("shortage", {"star": "6"}, "star.0", "格式不符"),
        ("shortage", {"stats": "S"}, "stats", "可用：key_industry"),
        ("shortage", {"limit": 1001}, "limit", "1000"),
        ("shortage", {"industry": "新能源"}, "industry", "没有这个字段"),
    ],
)
def test_a_filter_that_cannot_be_met_is_refused_and_not_answered_with_nothing(
    served, kind, params, field, part
):
    found, message = refusal(served, kind, **params)
    assert found == f"query.{field}"
    assert part in message


def test_a_difference_tells_what_became_of_every_entry(office, shortage):
    first, gone, *rest = shortage.entries
    star = 4 if first.star != 4 else 3
    moved = first.model_copy(update={"star": star, "S": round(first.S + 10, 1)})
    before = office.keep(shortage, "2026")
    after = office.keep(shortage.model_copy(update={"entries": (moved, *rest)}), "2027")
    whole = office.get(f"{PATH}/{before}/diff/{after}")
    assert (whole["synthetic"], whole["before"]["version"], whole["after"]["version"]) == (
        True, "2026.0-rc1", "2027.0-rc1",
    )  # fmt: skip
    assert sum(whole["counts"].values()) == len(whole["changes"]) == len(shortage.entries)
    assert whole["counts"]["removed"] == 1
    (removed,) = office.get(f"{PATH}/{before}/diff/{after}", params={"change": "removed"})["changes"]
    assert (removed["before"], removed["after"], removed["label"]) == ([gone.entry_id], None, "调出")
    change = next(each for each in whole["changes"] if each["after"] == first.entry_id)
    assert (change["level_after"], change["total"], change["method_effect"]) == (star, 10, 0)
    assert whole["reasons"]["D"] >= 1


def test_an_edition_differs_in_nothing_from_itself(office, shortage):
    number = office.keep(shortage, "2026")
    same = office.get(f"{PATH}/{number}/diff/{number}")
    assert same["counts"] == {"same": len(shortage.entries)}
    assert same["method_share"] is None


@pytest.mark.parametrize("path", ["current", "editions", "editions/2", "editions/2/entries"])
def test_what_a_caller_has_already_is_not_sent_again(served, path):
    first = served.client.get(f"/v1/catalogues/shortage/{path}")
    again = served.client.get(
        f"/v1/catalogues/shortage/{path}", headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
