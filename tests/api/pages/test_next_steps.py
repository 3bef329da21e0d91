"""What pages say of refusals: the page where something is done, to whom it is open, and no command."""

from __future__ import annotations

import pytest

from api.pages import next_steps
from api.pages.frame import Link
from api.pages.next_steps import NextStep, next_step
from data.errors import InputError, UnknownName

OFFICE = (Link("/office", "工作台"), Link("/office/editions", "版次"), Link("/office/accounts", "账户"))


def refusal(code, hint="运行 yingcai user list 查看"):
    return UnknownName(code, "没有", hint=hint)


def test_a_command_becomes_the_page_for_whoever_may_open_it():
    assert next_step(refusal("user_unknown"), OFFICE).address == "/office/accounts"
    assert next_step(refusal("agency_unknown"), OFFICE).address == "/office/accounts/agencies"
    for desk in ((), (Link("/agency", "工作台"),)):
        assert next_step(refusal("user_unknown"), desk) == NextStep("从清单中打开账户")


def test_what_has_no_page_keeps_its_hint():
    assert next_step(InputError("anything", "不行", hint="改一改")) == NextStep("改一改")
    assert next_step({"code": "columns_missing", "hint": "补上这些列"}) == NextStep("补上这些列")
    assert (
        "导出的工作簿" in next_step(refusal("columns_missing", "用 yingcai review export 导出的表填写")).text
    )


@pytest.mark.parametrize("code", sorted(next_steps._STEPS))
def test_no_step_names_a_command(code):
    step = next_steps._STEPS[code]
    assert "yingcai" not in step.text
    assert "--" not in step.text
    assert bool(step.address) == bool(step.label)


def test_a_page_links_the_next_step(browser):
    browser.log_in("admin")
    shown = browser.get("/office/accounts/people/nobody")
    assert shown.status_code == 404
    assert '<a href="/office/accounts">账户与机构</a>' in shown.text
    assert "yingcai user list" not in shown.text
    browser.submit("/logout")
    browser.log_in("editor")
    assert '<a href="/office/editions">版次</a>' in browser.get("/office/editions/99").text
