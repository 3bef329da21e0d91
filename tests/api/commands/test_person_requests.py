"""``yingcai person token``, ``requests`` and ``answer``."""

from __future__ import annotations

import datetime as dt

import pytest

from api.commands import person, person_requests
from data.pseudonyms import read_key
from data.settings import Settings
from data.store.identities import Identity, read_identity
from data.store.rights import RequestKind, list_requests, make_request, open_access, person_of
from data.store.store import Store

PEOPLE = "档案编号,求职岗位,能力,意向地点\nPERSON01,焊工,焊接,营口市\nPERSON02,会计,记账,营口市\n"


@pytest.fixture
def store(run, var, tmp_path):
    """Return the store of an office with two people."""
    if all(each.callback is not person_requests.token for each in person.app.registered_commands):
        person_requests.register(person.app)
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    assert run("ingest", str(path)).code == 0
    opened = Store.from_url(Settings(var_dir=var).store_url)
    yield opened
    opened.engine.dispose()


def test_a_code_from_the_office_opens_what_is_held_on_its_person(run, store):
    code = run("person", "token", "PERSON01", "--by", "甲").out.split()[0]
    now = dt.datetime.now(dt.UTC)
    assert person_of(store, open_access(store, code, now=now), now=now) == "PERSON01"
    assert run("person", "token", "PERSON02", "--by", "甲", "--json").json["days"] == 3
    assert "没有这份人才档案" in run("person", "token", "NOBODY", "--by", "甲").err


def test_requests_are_listed_by_their_day_and_answered(run, store):
    assert run("person", "requests").out.strip() == "没有符合条件的请求"
    late = make_request(
        store, "PERSON01", RequestKind.DISPUTE, "不对", now=dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    )
    make_request(store, "PERSON02", RequestKind.CORRECT, "年限", now=dt.datetime.now(dt.UTC))
    first, second = run("person", "requests").out.strip().splitlines()
    assert first == f"{late.request_id}  PERSON01  异议  2026-01-26 前答复（已逾期）  待答复  不对"
    assert "更正" in second
    assert [each["overdue"] for each in run("person", "requests", "--overdue", "--json").json] == [True]
    told = run("person", "answer", late.request_id, "--status", "refused", "--text", "无误", "--by", "乙")
    assert "不能照办" in told.out
    assert len(run("person", "requests", "--json").json) == 1
    assert next(each.answer for each in list_requests(store) if each.request_id == late.request_id) == "无误"


def test_who_somebody_is_is_sealed_and_shown_to_nobody_here(run, store, var):
    given = ("--by", "甲", "--name", "欧阳镁", "--contact", "13912345678")
    done = run("person", "identity", "PERSON01", *given)
    assert done.out.strip() == "档案 PERSON01 的姓名与联系方式已加密存放"
    assert run("person", "identity", "PERSON01", *given, "--json").json["sealed"] is True
    assert read_identity(store, "PERSON01", key=read_key(var)) == Identity("欧阳镁", "13912345678")
    assert "欧阳镁".encode() not in (var / "yingcai.db").read_bytes()
    assert "没有这份人才档案" in run("person", "identity", "NOBODY", *given).err
