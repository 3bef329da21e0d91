"""The queues of the office: coding, duplicates and unlawful demands, decided, undone and refused by role."""

from __future__ import annotations

import html
import io
import re

import pandas as pd
import pytest

from api.jobs.recode import RECODE
from api.jobs.registry import workers_of
from data.codes import CodingKind
from data.owners import OFFICE
from data.store.history import read_changes
from data.store.jobs import list_jobs
from data.store.linted import flagged_postings
from data.store.pairs import PairKind, doubtful_pairs, read_decision
from data.store.postings import read_postings, write_postings
from data.store.reviews import list_aliases, read_aliases, read_reviews, write_reviews
from data.store.vacancies import merge_employers

HOSTILE = "<script>alert(1)</script>焊接"
PARTIAL = {"HX-Request": "true"}
PAGES = (
    "",
    "/coding",
    "/coding/decisions",
    "/duplicates",
    "/duplicates/decisions",
    "/linter",
    "/linter/export",
)


@pytest.fixture
def editor(browser, desk_service):
    """Return the browser of an editor; one text in the queue is hostile."""
    near = [{"code": "6-18-02-04", "name": "焊工", "score": 0.61}]
    write_reviews(
        desk_service.store,
        [
            {"kind": "occupation", "text": HOSTILE, "count": 9_999, "suggestions": near},
            {"kind": "skill", "text": "吹炉", "count": 9_000, "suggestions": []},
        ],
    )
    return browser.log_in("editor")


def decide(browser, text=HOSTILE, kind="occupation", *, headers=None, **fields):
    given = {"kind": kind, "text": text, **fields}
    return browser.submit("/office/review/coding/decide", given, headers=headers)


def test_an_agency_and_an_administrator_see_nothing_of_the_queues(browser):
    for user in ("agent", "admin"):
        browser.log_in(user)
        for path in PAGES:
            assert browser.get(f"/office/review{path}").status_code == 403
        browser.submit("/logout")


def test_an_evaluator_reads_the_queues_and_changes_nothing(browser, editor, desk_service):
    browser.submit("/logout")
    browser.log_in("evaluator")
    for path in PAGES:
        shown = browser.get(f"/office/review{path}")
        assert shown.status_code == 200
        assert "hx-post" not in shown.text
        assert ">记为退回<" not in shown.text
        assert ">撤销<" not in shown.text
    assert decide(browser, code="6-18-02-04").status_code == 403
    for path in ("coding/undo", "coding/apply", "coding/import", "duplicates/decide", "linter/handle"):
        assert browser.submit(f"/office/review/{path}").status_code == 403
    assert list_aliases(desk_service.store) == []


def test_the_overview_tells_how_much_waits_in_every_queue(editor, desk_service):
    shown = editor.get("/office/review").text
    waiting = len(read_reviews(desk_service.store, limit=None))
    assert f'<p class="big">{waiting} <span>条待办' in shown
    for name in ("编码复核", "重复信息复核", "违规要求", "意见与异议"):
        assert name in shown


def test_a_text_is_decided_undone_and_never_becomes_part_of_the_page(editor, desk_service):
    queue = editor.get("/office/review/coding?kind=occupation").text
    assert "<script>alert" not in queue
    assert html.escape(HOSTILE) in queue
    after = decide(editor, code="6-18-02-04")
    assert after.url.path == "/office/review/coding"
    assert "已编为 6-18-02-04 焊工" in after.text
    assert "<script>alert" not in after.text
    (alias,) = list_aliases(desk_service.store)
    assert (alias["code"], alias["decided_by"]) == ("6-18-02-04", "user:editor")
    assert "张编" in editor.get("/office/review/coding/decisions").text
    undone = editor.submit("/office/review/coding/undo", {"kind": "occupation", "text": HOSTILE})
    assert html.escape(HOSTILE) in undone.text
    assert read_aliases(desk_service.store)[CodingKind.OCCUPATION] == {}
    again = editor.submit("/office/review/coding/undo", {"kind": "occupation", "text": HOSTILE})
    assert (again.status_code, "review_undecided" in again.text) == (404, True)


def test_with_javascript_only_the_row_comes_back(editor):
    row = decide(editor, "吹炉", "skill", dismiss="1", headers=PARTIAL)
    assert row.text.lstrip().startswith("<article")
    assert "不编码" in row.text
    wrong = decide(editor, code="9-99", headers=PARTIAL)
    assert (wrong.status_code, wrong.text.lstrip()[:8]) == (404, "<article")
    assert "没有代码或名称" in wrong.text


def test_a_code_that_is_not_there_keeps_what_was_typed(editor, desk_service):
    answer = decide(editor, code="9-99", note="按炉型<b>")
    assert answer.status_code == 404
    assert "没有代码或名称“9-99”" in answer.text
    assert 'value="按炉型&lt;b&gt;"' in answer.text
    assert list_aliases(desk_service.store) == []
    assert decide(editor, "吹炉", "weather", code="1").status_code == 404
    assert editor.get("/office/review/coding/case?kind=skill&text=没有").status_code == 404


def test_a_form_without_its_token_decides_nothing(editor, desk_service):
    for path in ("coding/decide", "coding/undo", "coding/apply", "duplicates/decide", "linter/handle"):
        fields = {"kind": "occupation", "text": HOSTILE, "code": "6-18-02-04"}
        assert editor.post(f"/office/review/{path}", data=fields).status_code == 403
    assert list_aliases(desk_service.store) == []


def test_codes_are_looked_up_by_name_code_and_other_name(editor):
    terms = "/office/review/coding/terms?kind=occupation&text=吹炉&q="
    for words in ("焊工", "6-18-02-04", "电焊工"):
        assert 'value="6-18-02-04"' in editor.get(terms + words).text
    assert "没有名称" in editor.get(terms + "<b>").text
    assert "<b>" not in editor.get(terms + "<b>").text
    one = editor.get("/office/review/coding/case?kind=skill&text=吹炉&q=焊")
    assert 'name="code"' in one.text


def test_the_queue_goes_out_as_a_workbook_and_comes_back_decided(editor, desk_service):
    sheet = editor.get("/office/review/coding/export?kind=skill")
    rows = pd.read_excel(io.BytesIO(sheet.content), sheet_name="待定", engine="calamine")
    assert rows["原文"][0] == "吹炉"
    filled = "类别,原文,决定\n能力,吹炉,忽略\n能力,甲,没有这个<i>\n,,\n".encode()
    answer = editor.submit("/office/review/coding/import", files={"file": ("填好.csv", filled, "text/csv")})
    assert "1 条决定已生效，1 行无法识别" in answer.text
    assert "没有这个&lt;i&gt;" in answer.text
    assert read_aliases(desk_service.store)[CodingKind.SKILL] == {"吹炉": None}
    missing = editor.submit("/office/review/coding/import")
    assert (missing.status_code, "没有选择文件" in missing.text) == (400, True)
    assert editor.get("/office/review/coding/import").status_code == 200


def test_decisions_reach_the_stored_records_in_the_background(editor, desk_service):
    title = read_postings(desk_service.store)["title"].iloc[0]
    decide(editor, title, code="6-18-02-04")
    begun = editor.submit("/office/review/coding/apply")
    assert "排队中" in begun.text
    assert editor.submit("/office/review/coding/apply").status_code == 200
    assert len(list_jobs(desk_service.store, owner=OFFICE, kind=RECODE).jobs) == 1
    assert 'hx-trigger="every 2s"' in editor.get("/office/review/coding/recoding").text
    workers = workers_of(desk_service, threads=1)
    workers.start(until_idle=True)
    workers.join()
    done = editor.get("/office/review/coding/recoding").text
    assert "上次应用：含已决定文本的招聘信息" in done
    assert "every 2s" not in done
    postings = read_postings(desk_service.store)
    assert set(postings.loc[postings["title"] == title, "occupation_code"]) == {"6-18-02-04"}


def write_near_miss(store):
    """Write two postings of one employer with one title that ask for another education."""
    postings = read_postings(store).drop(columns="batch_id")
    unstated = dict.fromkeys(
        (
            "salary_low", "salary_high", "salary_months", "headcount", "experience_low", "observed_on",
            "closed_on", "valid_until", "start_by",
        )
    )  # fmt: skip
    both = pd.concat([postings.iloc[[0]]] * 2, ignore_index=True).assign(
        posting_id=["N1", "N2"],
        title="岸桥电气检修",
        duties="",
        skills=[("PLC", "变频器", "岸桥"), ("PLC", "变频器", "门机")],
        education=["本科", "大专"],
        posted_on=max(postings["posted_on"].dropna()),
        outcome="未知",
        **unstated,
    )
    with store.begin() as connection:
        write_postings(connection, 1, both)
    merge_employers(store, [both["end_employer_key"][0]])


@pytest.mark.parametrize(("kind", "same"), [(PairKind.MERGED, "0"), (PairKind.NEAR, "1")])
def test_a_pair_is_split_or_joined_and_undone(editor, desk_service, kind, same):
    store = desk_service.store
    write_near_miss(store)
    pairs = doubtful_pairs(store, kind)
    pair = pairs[0]
    queue = editor.get(f"/office/review/duplicates?kind={kind}").text
    assert pair.left in queue
    assert "<mark>" in queue or "一致" in queue
    fields = {"kind": kind.value, "left": pair.left, "right": pair.right, "same": same, "note": "看过原文"}
    after = editor.submit("/office/review/duplicates/decide", fields)
    assert "已定为" in after.text
    made = read_decision(store, pair.right, pair.left)
    assert (made.same, made.decided_by, made.note) == (same == "1", "user:editor", "看过原文")
    assert "看过原文" in editor.get("/office/review/duplicates/decisions").text
    assert pair[:2] not in {each[:2] for each in doubtful_pairs(store, kind)}
    row = editor.submit("/office/review/duplicates/undo", fields, headers=PARTIAL)
    assert row.text.lstrip().startswith("<article")
    assert read_decision(store, pair.left, pair.right) is None
    assert pair[:2] in {each[:2] for each in doubtful_pairs(store, kind)}


def test_a_decision_that_cannot_stand_is_refused_with_its_reason(editor, desk_service):
    pair = doubtful_pairs(desk_service.store, PairKind.MERGED)[0]
    fields = {"kind": "merged", "left": pair.left, "right": pair.right, "note": "再想想"}
    unclear = editor.submit("/office/review/duplicates/decide", fields)
    assert (unclear.status_code, "没有写明合并还是分开" in unclear.text) == (400, True)
    assert 'value="再想想"' in unclear.text
    gone = editor.submit("/office/review/duplicates/decide", {**fields, "right": "<b>", "same": "1"})
    assert (gone.status_code, "posting_unknown" in gone.text, "<b>" in gone.text) == (404, True, False)
    undone = editor.submit("/office/review/duplicates/undo", fields, headers=PARTIAL)
    assert "decision_unknown" in undone.text


def test_an_unlawful_demand_is_shown_sent_back_and_opened_again(editor, desk_service):
    store = desk_service.store
    first = flagged_postings(store)[0]
    queue = editor.get("/office/review/linter").text
    assert first.posting_id in queue
    assert re.search(rf"<mark[^>]*>{re.escape(html.escape(first.findings[0].text))}</mark>", queue)
    assert first.findings[0].law in queue
    fields = {"posting_id": first.posting_id, "note": "电话 13800138000 告知<b>"}
    after = editor.submit("/office/review/linter/handle", fields)
    assert "已记为退回" in after.text
    (change,) = read_changes(store, table_name="posting", row_key=first.posting_id)[-1:]
    assert (change["actor"], change["kind"]) == ("user:editor", "returned")
    assert "13800138000" not in change["fields"]["note"][1]
    done = editor.get("/office/review/linter?done=true").text
    assert "告知&lt;b&gt;" in done
    twice = editor.submit("/office/review/linter/handle", fields)
    assert (twice.status_code, "posting_handled" in twice.text) == (409, True)
    row = editor.submit("/office/review/linter/undo", fields, headers=PARTIAL)
    assert "记为退回" in row.text
    assert flagged_postings(store)[0].handling is None
    assert editor.submit("/office/review/linter/undo", fields).status_code == 409


def test_a_note_that_is_missing_or_too_long_is_refused_and_kept(editor, desk_service):
    first = flagged_postings(desk_service.store)[0]
    for note, code in ((" ", "note_missing"), ("很长" * 300, "note_too_long")):
        fields = {"posting_id": first.posting_id, "note": note}
        answer = editor.submit("/office/review/linter/handle", fields)
        assert (answer.status_code, code in answer.text) == (400, True)
        assert note in answer.text
    unknown = editor.submit("/office/review/linter/handle", {"posting_id": "X", "note": "甲"})
    assert (unknown.status_code, "posting_unknown" in unknown.text) == (404, True)


def test_findings_are_narrowed_by_rule_and_exported_without_formulas(editor, desk_service):
    flagged = flagged_postings(desk_service.store)
    rule = flagged[0].findings[0].rule
    wanted = [each for each in flagged if rule in {finding.rule for finding in each.findings}]
    assert f"共 {len(wanted)} 条" in editor.get(f"/office/review/linter?rule={rule}").text
    lines = editor.get(f"/office/review/linter/export?rule={rule}").content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("招聘信息编号,")
    assert len(lines) == 1 + sum(len(each.findings) for each in wanted)
    assert all("未办理" in line for line in lines[1:])
