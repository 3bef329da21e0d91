"""Pages for everybody: objections, map, indicators, bulletins, downloads and method."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import json
import re
from urllib.parse import unquote

import pytest

from api.pages.map_grid import Measure, grid_rows, map_grid, words_of
from data.bulletins import build_bulletins
from data.catalogue.entries import CatalogueKind
from data.catalogue.lists.talent_map import MapCell, TalentMap
from data.editions import build_editions
from data.releases.registry import list_releases, record_step
from data.releases.states import EditionState
from data.releases.ticket_lists import list_tickets
from data.releases.tickets import (
    Opinion,
    TicketKind,
    TicketOutcome,
    answer_ticket,
    raise_ticket,
)

ADDRESSES = [
    "/map",
    "/indicators",
    "/bulletins",
    "/downloads",
    "/method",
    "/objections",
    "/objections/progress",
]
HOSTILE = "<script>alert(1)</script>"
TODAY = dt.date(2026, 11, 20)


@pytest.fixture
def release(desk_service):
    (found,) = list_releases(desk_service.store, desk_service.region.name, kind=CatalogueKind.SHORTAGE)
    return found


@pytest.fixture
def said(release):
    return {
        "edition": str(release.release_id),
        "entry": "",
        "kind": "异议",
        "text": f"该职业的需求偏低 {HOSTILE}，电话 13800138000",
        "raised_by": "某镁业公司",
        "contact": "王先生",
    }


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_public_page_needs_no_log_in_and_no_other_host(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.url.path == path
    assert answer.text.count("<h1") == 1
    assert "style=" not in answer.text
    assert set(re.findall(r"<script[^>]*>", answer.text)) <= {'<script src="/static/charts.js" defer>'}
    assert not re.search(r'(href|src|action)="(?!/|#|\?)', answer.text)


@pytest.mark.parametrize("path", [*ADDRESSES, "/"])
def test_a_public_page_stands_on_an_empty_store(empty_client, path):
    answer = empty_client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "<strong>合成数据</strong>" not in answer.text


def test_an_objection_is_kept_under_a_receipt_that_leads_to_its_answer(browser, desk_service, said):
    shown = browser.post("/objections", data=said)
    (ticket,) = list_tickets(desk_service.store).tickets
    assert shown.url.path == f"/objections/receipts/{ticket.receipt}"
    assert shown.headers["cache-control"] == "no-store"
    followed = browser.get(shown.url.path, headers={"Sec-Fetch-Site": "cross-site"})
    assert followed.status_code == 200
    assert "已收到" in shown.text
    assert str(ticket.due_on) in shown.text
    assert "13800138000" not in ticket.text
    for personal in ("某镁业公司", "王先生", "需求偏低", HOSTILE, html.escape(HOSTILE)):
        assert personal not in shown.text
    answer_ticket(
        desk_service.store,
        ticket.ticket_id,
        outcome=TicketOutcome.PARTLY,
        text=f"已补充样本 {HOSTILE}",
        by="办理人甲",
        on=ticket.received_on,
    )
    after = browser.get(f"/objections/progress?receipt={ticket.receipt}").text
    assert "已答复：部分采纳" in after
    assert html.escape(f"已补充样本 {HOSTILE}") in after
    assert "办理人甲" not in after


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"edition": ""}, "edition_missing"),
        ({"edition": "99999"}, "edition_unknown"),
        ({"text": "   "}, "ticket_empty"),
        ({"text": "长" * 4001}, "opinion_too_long"),
        ({"entry": HOSTILE}, "entry_unknown"),
    ],
)
def test_what_cannot_be_kept_is_shown_again_with_the_reason(browser, desk_service, said, wrong, code):
    answer = browser.post("/objections", data=said | wrong)
    assert answer.status_code == 400
    assert code in answer.text
    assert "某镁业公司" in answer.text
    assert HOSTILE not in answer.text
    for typed in (wrong.get("text", said["text"]).strip(), wrong.get("entry", "")):
        assert html.escape(typed).replace("&#x27;", "&#39;") in answer.text
    assert list_tickets(desk_service.store).tickets == ()


def test_an_objection_sent_from_another_site_or_too_large_is_refused(browser, desk_service, said):
    elsewhere = {"Origin": "https://example.org", "Sec-Fetch-Site": "cross-site"}
    assert browser.post("/objections", data=said, headers=elsewhere).status_code == 403
    assert browser.post("/objections", data=said | {"text": "长" * 30_000}).status_code == 413
    assert browser.post("/objections", content=iter([b"text=x"])).status_code == 413
    assert list_tickets(desk_service.store).tickets == ()


def test_guessing_receipts_gives_nothing_and_ends_soon(browser, desk_service, release):
    of_agency = Opinion(kind=TicketKind.OBJECTION, raised_by="机构", text="偏低", owner="A1")
    ticket = raise_ticket(desk_service.store, release.release_id, of_agency, received_on=TODAY)
    for receipt in (ticket.receipt, "YY" + "0" * 16, HOSTILE):
        answer = browser.get("/objections/progress", params={"receipt": receipt})
        assert answer.status_code == 404
        assert "没有这个回执编号的意见" in answer.text
        assert HOSTILE not in answer.text
    many = [browser.get(f"/objections/receipts/YY{number:016x}").status_code for number in range(40)]
    assert set(many) == {404, 429}
    assert browser.get("/objections").status_code == 200


def test_the_page_of_an_entry_leads_to_the_form_filled_in(browser, release):
    listed = browser.get("/catalogues/shortage").text
    entry = browser.get(re.search(r'href="(/catalogues/shortage/entries/[^"]+)"', listed)[1]).text
    address = html.unescape(re.search(r'href="(/objections\?[^"]+)"', entry)[1])
    form = browser.get(address).text
    assert f'<option value="{release.release_id}" selected>' in form
    assert re.search(r'name="entry" type="text" value="[^"]+-S-[^"]+"', form)


def test_the_map_shows_what_may_be_shown_as_a_grid_and_as_a_table(browser):
    shown = browser.get("/map").text
    assert "<strong>合成数据</strong>" in shown
    assert 'data-x="合计，合计：需求人数 ' in shown
    industry = re.search(r"industry=([^\"&]+)", shown)[1]
    narrowed = browser.get(f"/map?show=ratio&industry={industry}").text
    assert f'<h2 id="grid">求人倍率：{unquote(industry)}</h2>' in narrowed
    assert narrowed.count("data-x=") < shown.count("data-x=")
    assert HOSTILE not in browser.get("/map", params={"industry": HOSTILE, "show": HOSTILE}).text


def test_a_hidden_count_of_the_map_reads_confidential_and_never_a_number():
    base = {"industry": "镁材料", "category": "技能"}
    cells = (
        MapCell(**base, district="甲区", need=None, need_hidden=True, supply=5, supply_hidden=False),
        MapCell(**base, district="合计", need=20, need_hidden=False, supply=None, supply_hidden=False),
    )
    drawn = TalentMap(region="某市", as_of=TODAY, synthetic=False, districts=("甲区", "乙区"), cells=cells)
    (row,) = rows = grid_rows(drawn)
    assert [words_of(cell, Measure.NEED) for cell in row.cells] == ["保密", "0", "20"]
    assert [words_of(cell, Measure.SUPPLY) for cell in row.cells] == ["5", "0", "<5"]
    assert [words_of(cell, Measure.RATIO) for cell in row.cells] == ["—", "—", "—"]
    for measure in Measure:
        assert 'data-x="镁材料·技能，甲区：需求人数 保密，供给人数 5，求人倍率 —"' in map_grid(
            drawn, rows, measure
        )


def test_indicators_are_given_with_target_and_source_or_not_at_all(browser):
    own = browser.get("/indicators").text
    assert "没有可列的规划指标" in own
    assert "草案征求意见稿" in own
    other = browser.get("/indicators?region=haicheng").text
    for words in ("人才资源总量", "12.08", "海委发〔2022〕17号", "已到期", "未报", "需核对"):
        assert words in other
    assert browser.get("/indicators?region=nowhere").status_code == 422


def test_bulletins_are_listed_read_and_taken_away(browser, desk_service):
    made = build_bulletins(desk_service.store, desk_service.region, today=TODAY)
    listed = browser.get("/bulletins").text
    assert "全市" in listed
    number = made[0].bulletin_id
    shown = browser.get(f"/bulletins/{number}").text
    assert "<strong>合成数据</strong>" in shown
    assert "本通报不含紧缺星级" in shown
    file = browser.get(f"/bulletins/{number}/files/csv")
    assert "合成数据" in unquote(file.headers["content-disposition"])
    assert file.content.startswith(b"\xef\xbb\xbf")
    assert browser.get("/bulletins/99999").status_code == 404


def test_files_carry_their_size_and_hash_and_name_nobodys_postings(browser, desk_service):
    shown = browser.get("/downloads").text
    links = re.findall(r'href="(/downloads/[^"]+/json)"', shown)
    assert len(links) == 2
    for link in links:
        file = browser.get(link)
        assert hashlib.sha256(file.content).hexdigest() in shown
        assert unquote(file.headers["content-disposition"]).split("''")[1].startswith("合成数据-")
        assert all(not entry["posting_ids"] for entry in json.loads(file.content)["entries"])
    kept = sorted((desk_service.settings.var_dir / "downloads").rglob("*.json"))
    times = [path.stat().st_mtime_ns for path in kept]
    browser.get("/downloads")
    assert [path.stat().st_mtime_ns for path in kept] == times
    assert len(list((desk_service.settings.var_dir / "downloads").iterdir())) == 2
    assert browser.get(links[0].rsplit("/", 1)[0]).status_code == 200
    for wrong in ("/downloads/shortage/99", f"{links[0]}x", links[0].replace("@", "@9")):
        assert browser.get(wrong).status_code == 404


def test_files_of_other_editions_are_there_once_the_public_may_read_them(browser, desk_service):
    kept, shortage = desk_service.store, CatalogueKind.SHORTAGE
    (release,) = list_releases(kept, desk_service.region.name, kind=shortage)
    build_editions(kept, desk_service.region, edition="2027Q1")
    earlier = release.release_id
    assert browser.get(f"/downloads/shortage/{earlier}").status_code == 404
    assert browser.get(f"/downloads/shortage/{earlier}/csv").status_code == 404
    with kept.begin() as connection:
        record_step(
            connection, earlier, release.history[-1], EditionState.PUBLISHED,
            actor="甲", role="办公室", reason="按程序办理", taken_on=TODAY, evidence={},
            now=dt.datetime(2026, 11, 20, tzinfo=dt.UTC),
        )  # fmt: skip
    newer = max(each.release_id for each in list_releases(kept, desk_service.region.name, kind=shortage))
    assert release.latest.version in browser.get("/downloads").text
    assert browser.get(f"/downloads/shortage/{earlier}").status_code == 200
    assert browser.get(f"/downloads/shortage/{newer}").status_code == 404


def test_the_method_works_an_entry_out_and_counts_what_the_edition_rests_on(browser):
    text = browser.get("/method").text
    for words in ("供需比", "30%", "X 暂不评价", "需求的去向", "已编职业代码", "不能用来做什么"):
        assert words in text
    terms = [float(each) for each in re.findall(r'data-label="相乘">([\d.]+)<', text)]
    index = float(re.search(r'data-label="合计"><strong>([\d.]+)<', text)[1])
    assert sum(terms) == pytest.approx(index, abs=0.05 * (len(terms) + 1))
