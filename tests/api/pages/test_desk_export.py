"""Everything that is published of an edition, made from its desk."""

from __future__ import annotations

import pytest

from api.jobs import export
from api.jobs.registry import workers_of
from data.errors import RefusedError

PAGE = "/office/editions/2/publish"


def work(service):
    workers = workers_of(service, threads=1)
    workers.start(until_idle=True)
    workers.join()


@pytest.fixture
def written(monkeypatch):
    """Write two small files in place of all artefacts, which tests of the command make; tells each time."""
    calls = []

    def write(store, chosen, out, *, snapshots, previous, progress):
        calls.append((chosen[0].release_id, previous))
        progress("通知")
        (out / "图").mkdir()
        (out / "图" / "<script>.svg").write_text("<svg/>")
        (out / "manifest.json").write_text("{}")

    monkeypatch.setattr(export, "write_artefacts", write)
    return calls


def test_artefacts_are_made_once_listed_and_downloaded(browser, desk_service, written):
    browser.log_in("editor")
    assert "生成全部发布件" in browser.get(PAGE).text
    for _ in range(2):
        assert "正在生成" in browser.submit(f"{PAGE}/export").text
    work(desk_service)
    assert written == [(2, None)]
    shown = browser.get(PAGE).text
    assert "共 2 个文件" in shown
    assert "<script>.svg" not in shown
    made = browser.get(f"{PAGE}/made/manifest.json")
    assert made.text == "{}"
    assert made.headers["content-disposition"].startswith("attachment")
    assert browser.get(f"{PAGE}/made/%E5%9B%BE/%3Cscript%3E.svg").text == "<svg/>"
    assert "生成发布件" in browser.get("/office/jobs").text


@pytest.mark.parametrize("name", ["nothing.pdf", "..%2F..%2Fyingcai.db", "../yingcai.db", "%2Fetc%2Fpasswd"])
def test_only_files_of_the_export_are_handed_out(browser, desk_service, written, name):
    browser.log_in("editor")
    browser.submit(f"{PAGE}/export")
    work(desk_service)
    assert browser.get(f"{PAGE}/made/{name}").status_code == 404


def test_what_refuses_an_export_is_told_and_nothing_half_done_is_left(browser, desk_service, monkeypatch):
    def refuse(*_, **__):
        raise RefusedError("fonts_missing", "没有安装中文字体", hint="运行 .ci/system-packages")

    monkeypatch.setattr(export, "write_artefacts", refuse)
    browser.log_in("approver")
    browser.submit(f"{PAGE}/export")
    work(desk_service)
    shown = browser.get(PAGE).text
    assert "没有安装中文字体" in shown
    assert "生成全部发布件" in shown
    assert list((desk_service.settings.var_dir / "exports").iterdir()) == []


def test_readers_agencies_and_forms_from_elsewhere_make_nothing(browser, written):
    browser.log_in("evaluator")
    assert "生成全部发布件" not in browser.get(PAGE).text
    assert browser.submit(f"{PAGE}/export").status_code == 403
    browser.log_in("editor")
    assert browser.post(f"{PAGE}/export").status_code == 403
    browser.log_in("agent")
    assert browser.submit(f"{PAGE}/export").status_code == 403
    assert browser.get(f"{PAGE}/made/manifest.json").status_code == 403
    assert written == []
