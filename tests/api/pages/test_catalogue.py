"""The catalogue page."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from api.pages import STATIC
from api.pages.listing import COLUMNS, PAGE
from data.catalogue.entries import CatalogueKind
from data.editions import read_edition
from data.releases.registry import Keeping, open_release
from data.store.documents import current_edition, write_edition
from data.store.schema import edition_release

PATHS = ["/", "/catalogues/demand", "/catalogues/shortage"]


class Page(HTMLParser):
    """Collects tags, addresses and the texts of row heads, and refuses tags that do not close."""

    VOID = frozenset({"meta", "link", "br", "col", "img", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.names: list[str] = []
        self.attributes: list[dict[str, Any]] = []
        self._open: list[str] = []
        self._head = False
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append(tag)
        self.attributes.append(values)
        self.addresses += [values[name] for name in ("href", "src", "action") if name in values]
        if tag not in self.VOID:
            self._open.append(tag)
        if values.get("role") == "rowheader":
            self._head = True
            self.names.append("")

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag
        self._head = False

    def handle_data(self, data):
        if self._head:
            self.names[-1] += data

    def names_shown(self):
        return [re.split(r"\s*(?:\d-\d\d\b|合成数据)", name)[0].strip() for name in self.names]


@pytest.fixture
def page(client):
    def reads(path, **params):
        answer = client.get(path, params=params, headers={"X-API-Key": ""})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return answer.text

    return reads


@pytest.fixture
def names(page):
    """Return the names in the order in which the pages of an address show them."""

    def reads(path, **params):
        shown, number = [], 1
        while True:
            text = page(path, **params, page=number)
            shown += Page(text).names_shown()
            if 'rel="next"' not in text:
                return shown
            number += 1

    return reads


def entries(service, kind):
    return current_edition(service.store, "yingkou", kind)["entries"]


@pytest.mark.parametrize("path", PATHS)
def test_the_page_needs_no_key_no_script_and_no_other_host(page, path):
    text = page(path)
    parsed = Page(text)
    assert not {"script", "iframe", "img", "style"} & set(parsed.tags)
    assert all(address.startswith(("/", "#", "?", "data:,")) for address in parsed.addresses)
    assert "http" not in re.sub(r"政策依据：.*", "", text)
    assert not any(name.startswith("on") for values in parsed.attributes for name in values)
    assert {"h1", "table", "caption"} <= set(parsed.tags)


def test_the_style_sheet_is_served_and_loads_nothing(client):
    answer = client.get("/static/app.css")
    assert answer.status_code == 200
    assert not re.search(r"url\(|@import|http", answer.text)
    assert answer.text == (STATIC / "app.css").read_text("utf-8")


def test_the_shortage_catalogue_is_the_first_page(page):
    assert page("/") == page("/catalogues/shortage")
    assert "<h1>营口市急需紧缺人才目录</h1>" in page("/")


@pytest.mark.parametrize("kind", list(CatalogueKind))
def test_every_entry_is_on_one_page_in_printing_order(names, service, kind):
    name = "occ_name" if kind is CatalogueKind.SHORTAGE else "job_title"
    assert names(f"/catalogues/{kind}") == [
        re.split(r"\s*\d-\d\d-", entry[name])[0].strip() for entry in entries(service, kind)
    ]


@pytest.mark.parametrize("path", PATHS)
def test_the_forecasts_are_a_click_away_and_back(page, client, path):
    assert "/forecasts" in Page(page(path)).addresses
    assert "/catalogues/shortage" in Page(client.get("/forecasts").text).addresses


def test_generated_data_are_labelled(page):
    for path in PATHS:
        assert "<strong>合成数据</strong>" in page(path)


def test_stars_intervals_and_reasons_are_shown(page, service):
    text = "".join(
        page("/", page=number) for number in range(1, 1 + -(-len(entries(service, "shortage")) // PAGE))
    )
    rated = [entry for entry in entries(service, "shortage") if entry["S"] is not None]
    assert text.count('class="stars"') == len(rated)
    for entry in rated:
        assert f"80%区间 {entry['S_lo']} 至 {entry['S_hi']}" in text
        assert f'<line class="range" x1="{entry["S_lo"]}" x2="{entry["S_hi"]}"' in text
    unrated = next(entry for entry in entries(service, "shortage") if entry["S"] is None)
    assert unrated["reasons"][0]["text"] in text
    assert f"<dt>已评级</dt><dd>{len(rated)}</dd>" in text


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize(
    ("kind", "column"), [(kind, column.name) for kind in CatalogueKind for column in COLUMNS[kind]]
)
def test_every_column_sorts_both_ways_with_empty_values_last(page, names, service, kind, column, order):
    name = "occ_name" if kind is CatalogueKind.SHORTAGE else "job_title"
    text = page(f"/catalogues/{kind}", sort=column, order=order)
    rows = entries(service, kind)
    known = sorted(
        (row for row in rows if row[column] is not None), key=lambda row: row[column], reverse=order == "desc"
    )
    expected = known + [row for row in rows if row[column] is None]
    shown = names(f"/catalogues/{kind}", sort=column, order=order)
    assert shown == [re.split(r"\s*\d-\d\d-", row[name])[0].strip() for row in expected]
    assert text.count("aria-sort=") == 1
    assert f'aria-sort="{"ascending" if order == "asc" else "descending"}"' in text
    other = "desc" if order == "asc" else "asc"
    assert f'href="?sort={column}&amp;order={other}#table"' in text


@pytest.mark.parametrize("params", [{"sort": "phone"}, {"sort": "posting_ids"}, {"order": "sideways"}])
def test_an_unknown_column_or_order_is_ignored(page, params):
    assert page("/", **params) == page("/")


def test_an_unknown_kind_is_refused(client):
    assert client.get("/catalogues/surplus").status_code == 422


@pytest.mark.parametrize("path", PATHS)
def test_an_empty_store_says_what_to_do(empty_client, path):
    answer = empty_client.get(path)
    assert answer.status_code == 200
    assert "还没有目录" in answer.text
    assert "table" not in Page(answer.text).tags


def test_what_employers_write_is_escaped(service, empty_service, empty_client):
    edition = current_edition(service.store, "yingkou", "demand")
    header = {name: edition[name] for name in (
        "region", "kind", "edition", "as_of", "snapshot", "method_version", "synthetic", "document",
    )}  # fmt: skip
    bad = "<script>alert(1)</script>"
    entry = edition["entries"][0] | {"job_title": bad, "employer_name": '"><img src=x>', "section": bad}
    write_edition(empty_service.store, header, [(entry, [])])
    text = empty_client.get("/catalogues/demand").text
    assert not {"script", "img"} & set(Page(text).tags)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(6000, 9000, "6,000–9,000"), (6000, None, "6,000 起"), (None, 9000, "至 9,000"), (None, None, "未写明")],
)
def test_pay_is_shown_as_stated(service, empty_service, empty_client, low, high, shown):
    edition = current_edition(service.store, "yingkou", "demand")
    header = {name: edition[name] for name in edition if name not in {"edition_id", "built_at", "entries"}}
    entry = edition["entries"][0] | {"pay_month_min": low, "pay_month_max": high, "headcount": None}
    header |= {"synthetic": False, "document": header["document"] | {"synthetic": False}}
    write_edition(empty_service.store, header, [(entry, [])])
    text = empty_client.get("/catalogues/demand").text
    assert f">{shown}</td>" in text
    assert ">未写明</td>" in text
    assert "<strong>合成数据</strong>" not in text


def test_a_suppressed_figure_is_told_from_a_missing_one(service, empty_service, empty_client):
    edition = current_edition(service.store, "yingkou", "shortage")
    header = {name: edition[name] for name in edition if name not in {"edition_id", "built_at", "entries"}}
    rated = next(entry for entry in edition["entries"] if entry["S"] is not None)
    changed = {"n_spell": None, "n_emp": None, "obs_status": {"n_spell": "c"}}
    write_edition(empty_service.store, header, [(rated | changed, [])])
    text = empty_client.get("/").text
    assert 'data-label="招聘次数">保密</td>' in text
    assert 'data-label="单位数">—</td>' in text


@pytest.mark.parametrize("path", PATHS)
def test_a_draft_is_labelled_and_shows_its_version(page, path):
    text = page(path)
    assert "<strong>草案（未发布）</strong>" in text
    assert "<dd>2026Q4.0-rc1</dd>" in text


@pytest.mark.parametrize(
    ("state", "valid_to", "banner"),
    [("published", dt.date(2099, 12, 31), None), ("corrected", dt.date(2026, 1, 31), "到期参考")],
)
def test_a_published_edition_shows_its_validity_and_whether_it_expired(
    service, empty_service, empty_client, state, valid_to, banner
):
    catalogue = read_edition(service.store, service.region, CatalogueKind.SHORTAGE)
    plain = catalogue.model_copy(
        update={"entries": tuple(e.model_copy(update={"posting_ids": ()}) for e in catalogue.entries)}
    )
    now = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    open_release(empty_service.store, "yingkou", plain, keeping=Keeping(), now=now)
    with empty_service.store.begin() as connection:
        connection.execute(
            edition_release.update().values(state=state, valid_from=dt.date(2026, 1, 1), valid_to=valid_to)
        )
    text = empty_client.get("/").text
    assert f"<dt>有效期</dt><dd>2026-01-01—{valid_to}</dd>" in text
    assert "草案（未发布）" not in text
    assert ("<strong>到期参考</strong>" in text) is (banner is not None)
