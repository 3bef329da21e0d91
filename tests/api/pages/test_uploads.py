"""Handing files in by a page: looked at first, confirmed, told about, and harmless whatever is in them."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from api.jobs.registry import workers_of
from api.uploads import sweep_uploads, uploads_dir
from data.store.schema import batch, posting, raw_row, upload

PATH = "/office/uploads"
HEAD = "岗位编号,职务叫法,用人单位,工作地点,需求人数,岗位职责,发布日期,性别\n"
GOOD = "u{0},岸桥司机,示例港口有限公司,营口市鲅鱼圈区,3,负责岸桥操作,2026-11-01,男\n"
BAD = "u9,会计,,营口市,=cmd|' /C calc'!A0,<script>alert(1)</script> 13800000000,2026-11-20,女\n"
MAPPING = {
    "col-0": "posting_id", "col-1": "title", "col-2": "employer", "col-3": "place", "col-4": "headcount",
    "col-5": "duties", "col-6": "posted_on",
}  # fmt: skip
PEOPLE_MAPPING = {
    "col-0": "profile_id", "col-1": "title", "col-2": "skills", "col-3": "willing_places", "col-4": "summary",
}  # fmt: skip


def send(browser, content, name="招聘.csv", **fields):
    data = content if isinstance(content, bytes) else content.encode()
    return browser.submit(PATH, fields, files={"file": (name, data)})


def work(service):
    workers = workers_of(service, threads=1)
    workers.start(until_idle=True)
    workers.join()


def count(service, table):
    with service.store.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def confirmed(browser, service, content, name="招聘.csv", mapping=MAPPING):
    """Hand a file in, confirm it with a mapping, and have it read."""
    draft = send(browser, content, name).url.path
    shown = browser.submit(draft, {**mapping, "do": "submit"})
    assert shown.status_code == 200, shown.text
    work(service)
    return browser.get(shown.url.path)


def test_a_file_is_looked_at_mapped_confirmed_and_read(browser, desk_service):
    browser.log_in("editor")
    before = count(desk_service, posting)
    shown = send(browser, HEAD + GOOD.format(1), "../../etc/<b>招聘.csv")
    assert shown.url.path.startswith(f"{PATH}/drafts/B")
    assert "<b>" not in shown.text
    for told in ("职务叫法", "未识别", "岸桥司机", "不接收", "缺少必需的列", "确认导入"):
        assert told in shown.text
    assert (count(desk_service, posting), count(desk_service, upload)) == (before, 0)
    refused = browser.submit(shown.url.path, {"col-0": "posting_id", "col-6": "start_by", "do": "submit"})
    assert refused.status_code == 400
    assert 'value="start_by" selected' in refused.text
    again = browser.submit(shown.url.path, {**MAPPING, "do": "look"})
    assert "会这样读" in again.text
    assert "营口市鲅鱼圈区" in again.text
    done = browser.submit(shown.url.path, {**MAPPING, "do": "submit"})
    assert done.url.path == shown.url.path.replace("/drafts", "")
    assert "等待读取" in done.text
    assert 'hx-trigger="every 2s"' in done.text
    assert browser.submit(shown.url.path, {**MAPPING, "do": "submit"}).url.path == done.url.path
    assert count(desk_service, upload) == 1
    work(desk_service)
    read = browser.get(done.url.path)
    assert "hx-trigger" not in read.text.split('id="state"')[1]
    assert "已完成" in read.text
    assert count(desk_service, posting) == before + 1
    assert "招聘.csv" in browser.get(PATH).text


def test_refused_rows_come_back_as_a_workbook_that_can_be_handed_in_again(browser, desk_service):
    browser.log_in("editor")
    shown = confirmed(browser, desk_service, HEAD + GOOD.format(1) + BAD)
    assert "<script>alert" not in shown.text
    assert "13800000000" not in shown.text
    assert "整行未收" in shown.text
    assert "怎么改" in shown.text
    link = re.search(r'href="([^"]+/corrected\?table=0)"', shown.text)
    answer = browser.get(link[1])
    assert answer.headers["content-disposition"].endswith('-corrected.xlsx"')
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b"hyperlink" not in sheet
    head, row = (
        CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_name("填报").to_python()
    )
    assert head == [*HEAD.strip().split(",")[:-1], "更正提示"]
    assert row[4] == "=cmd|' /C calc'!A0"
    assert row[-1].startswith("原第 3 行")
    again = send(browser, answer.content, "更正.xlsx")
    assert "人工确认" in again.text
    assert "更正提示" in again.text
    for form in ("csv", "xlsx"):
        number = shown.url.path.rsplit("/", 1)[1]
        assert browser.get(f"/v1/batches/{number}/problems?format={form}").status_code == 200


def test_refused_profiles_come_back_from_the_file_sent_once_more_and_stay_nowhere(browser, desk_service):
    browser.log_in("editor")
    people = "档案编号,姓名,求职岗位,能力,意向地点,经历\nQ1,,岸桥司机,岸桥,营口,八年\n"
    people += "Q2,张三丰,,记账,营口,电话 13800000000\n"
    shown = confirmed(browser, desk_service, people, "人才.csv", PEOPLE_MAPPING)
    assert "再选一次原文件，取更正用表（1 行）" in shown.text
    path = f"{shown.url.path}/corrected"
    assert browser.get(path).status_code == 404
    answer = browser.submit(path, {"table": "0"}, files={"file": ("人才.csv", people.encode())})
    assert answer.headers["cache-control"] == "no-store"
    head, row = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert head == ["档案编号", "求职岗位", "能力", "意向地点", "经历", "更正提示"]
    assert row[0] == "Q2"
    assert row[-1].startswith("原第 3 行")
    assert b"13800000000" not in answer.content
    assert "13800000000" not in row[4]
    other = browser.submit(path, {"table": "0"}, files={"file": ("人才.csv", people.encode() + b"\n")})
    assert (other.status_code, "file_other" in other.text) == (400, True)
    none = browser.submit(path, {"table": "7"}, files={"file": ("人才.csv", people.encode())})
    assert (none.status_code, "refused_rows_none" in none.text) == (404, True)
    with desk_service.store.read() as connection:
        kept = connection.execute(sa.select(raw_row.c.content).where(raw_row.c.subject_id.is_(None)))
        assert not any("Q2" in str(each) for each in kept.scalars())


def test_several_files_wait_and_one_that_cannot_be_kept_stops_no_other(browser, desk_service):
    browser.log_in("editor")
    files = [
        ("file", (name, text))
        for name, text in (("甲.csv", HEAD.encode()), ("乙.csv", b""), ("丙.csv", b"a,b\n1,2\n"))
    ]
    shown = browser.submit(PATH, {"kind": "posting"}, files=files)
    assert shown.status_code == 400
    assert "file_empty" in shown.text
    assert 'value="posting" selected' in shown.text
    drafts = re.findall(rf'href="({PATH}/drafts/B[0-9a-f]+)"', shown.text)
    assert len(drafts) == 2
    dropped = browser.submit(drafts[0], {"do": "drop"})
    assert "没有导入任何内容" in dropped.text
    assert len(list(uploads_dir(desk_service.settings).iterdir())) == 1
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
    assert sweep_uploads(desk_service.settings, (), now=later) == 1
    assert browser.get(drafts[1]).status_code == 404
    assert "没有选择文件" in browser.submit(PATH, {}, files={"file": ("", b"")}).text


def bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("招聘.csv", HEAD + "0" * 300_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"\x7fELF\x00\x01\x02" * 99, "a.exe", None),
        (b"PK\x03\x04broken", "a.xlsx", None),
        (bomb, "a.zip", "file_too_large"),
    ],
)
def test_files_that_are_none_or_mean_harm_are_told_and_store_nothing(
    browser, desk_service, content, name, code
):
    browser.log_in("editor")
    before = count(desk_service, batch)
    shown = send(browser, content() if callable(content) else content, name)
    assert shown.status_code == 200
    assert "错误代码" in shown.text
    assert code is None or code in shown.text
    browser.submit(shown.url.path, {"do": "submit"})
    work(desk_service)
    assert count(desk_service, batch) == before


def test_a_draft_is_of_whoever_sent_it(browser, desk_service):
    browser.log_in("editor")
    draft = send(browser, HEAD + GOOD.format(1)).url.path
    handed = confirmed(browser, desk_service, HEAD + GOOD.format(2)).url.path
    browser.submit("/logout")
    browser.log_in("agent")
    for path in (draft, handed, f"{handed}/corrected", f"{PATH}/drafts/..%2f..%2fetc"):
        assert browser.get(path).status_code == 404
    assert browser.submit(draft, {"do": "drop"}).status_code == 404
    assert "招聘.csv" not in browser.get(PATH).text
    own = confirmed(browser, desk_service, HEAD + GOOD.format(3), "机构.csv")
    assert "所涉单位的需求" not in own.text


def test_who_may_not_hand_in_sees_no_rows_and_no_form(browser, desk_service):
    browser.log_in("editor")
    handed = confirmed(browser, desk_service, HEAD + GOOD.format(1) + BAD).url.path
    token = {"csrf_token": "0" * 64}
    assert browser.post(PATH, data=token, files={"file": ("a.csv", b"a")}).status_code == 403
    browser.submit("/logout")
    assert browser.get(PATH).url.path == "/login"
    browser.log_in("evaluator")
    assert 'id="drop"' not in browser.get(PATH).text
    shown = browser.get(handed).text
    assert "整行未收" not in shown
    assert "只告诉可以报送" in shown
    assert send(browser, HEAD).status_code == 403
    assert browser.get(f"{handed}/corrected").status_code == 403
    browser.submit("/logout")
    assert browser.log_in("admin").get(PATH).status_code == 403


def test_a_file_beyond_the_limit_is_refused_at_the_door(browser, desk_service):
    browser.log_in("editor")
    answer = browser.post(
        PATH, content=b"x", headers={"Content-Length": str(desk_service.settings.upload_bytes + 1)}
    )
    assert answer.status_code == 413
