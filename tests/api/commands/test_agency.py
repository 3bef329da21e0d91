"""``yingcai agency``."""

from __future__ import annotations

import datetime as dt

import pytest
import typer

from api.commands import agency, key
from data.store.moments import beijing_today

TODAY = beijing_today()
FIRST, LAST = str(TODAY - dt.timedelta(days=400)), str(TODAY + dt.timedelta(days=400))


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """Serve these commands alone."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.add_typer(agency.app, name="agency")
    app.add_typer(key.app, name="key")
    monkeypatch.setattr("api.cli.app", app)


@pytest.fixture
def agency_id(run):
    return add(run, "--json").json["agency_id"]


def add(run, *more, to=LAST):
    stated = ("--licence", "N1", "--from", FIRST, "--to", to, "--contact", "客服部")
    return run("agency", "add", "示例机构", *stated, *more)


def test_an_agency_is_registered_and_listed(run):
    done = add(run, "--quota", 500)
    assert done.code == 0
    made = done.out.strip().rpartition(" ")[2]
    assert done.out.strip() == f"已登记，机构编号 {made}"
    assert run("agency", "list").out.strip() == f"{made}  示例机构  N1  至 {LAST}  正常"
    (row,) = run("agency", "list", "--json").json
    assert (row["agency_id"], row["standing"], row["daily_quota"]) == (made, "good", 500)
    assert add(run).line.startswith("失败 [agency_known]")


def test_an_agency_is_shown_with_its_keys(run, agency_id):
    assert "没有密钥" in run("agency", "show", agency_id).out
    key_id = run("key", "create", "--agency", agency_id).out.split("_")[1]
    told = run("agency", "show", agency_id).out
    for text in ("示例机构", "正常", "N1", "客服部", "按服务设置", f"密钥 {key_id}  示例机构  未停用"):
        assert text in told
    assert run("agency", "show", agency_id, "--json").json["keys"][0]["key_id"] == key_id


def test_an_agency_is_suspended_and_resumed(run, agency_id):
    assert run("agency", "suspend", agency_id).out.strip() == f"机构 {agency_id} 已暂停"
    assert "已暂停" in run("agency", "list").out
    assert run("agency", "resume", agency_id).out.strip() == f"机构 {agency_id}：正常"
    assert run("agency", "suspend", agency_id, "--json").json["standing"] == "suspended"


def test_a_licence_is_renewed(run):
    yesterday = str(TODAY - dt.timedelta(days=2))
    agency_id = add(run, "--json", to=yesterday).json["agency_id"]
    assert "许可证已到期" in run("agency", "list").out
    done = run("agency", "renew", agency_id, "--from", FIRST, "--to", LAST, "--licence", "N2")
    assert done.out.strip() == f"机构 {agency_id} 的许可证有效至 {LAST}"
    assert "N2" in run("agency", "list").out
    assert run("agency", "renew", agency_id, "--from", LAST, "--to", FIRST).line.startswith(
        "失败 [licence_period]"
    )


def test_no_agencies_and_unknown_ones(run):
    assert run("agency", "list").out.strip() == "没有登记的机构"
    assert run("agency", "list", "--json").json == []
    assert run("agency", "show", "ag_none").line.startswith("失败 [agency_unknown]")
