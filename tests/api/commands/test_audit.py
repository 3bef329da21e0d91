"""``yingcai audit``."""

from __future__ import annotations

import json

import pytest

import api.cli
from api.commands import audit
from data.settings import Settings
from data.store.audit import Access, Action, record_access
from data.store.store import Store


@pytest.fixture
def audited(var):
    """Return a function that does something in a store with three entries."""
    if all(each.name != "audit" for each in api.cli.app.registered_groups):
        api.cli.app.add_typer(audit.app, name="audit")
    key_file = var / "pseudonym.key"
    var.mkdir(parents=True, exist_ok=True)
    key_file.write_text("6b" * 32 + "\n", encoding="ascii")
    store = Store.from_url(Settings(var_dir=var).store_url)
    for actor in "甲乙丙":
        look = Access(actor=actor, action=Action.MATCH_PROFILES, results=1, vacancy_id="V1", shown=["P1"])
        record_access(store, look, key=b"k" * 32)
    yield store
    store.engine.dispose()


def altered(store, *statements):
    with store.begin() as connection:
        for table in ("access_log", "access_person"):
            for event in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER {table}_no_{event}")
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_sound_audit_is_said_to_be_so_and_what_that_does_not_cover(run, audited):
    done = run("audit", "verify")
    assert (done.code, done.out.strip()) == (
        0,
        "审计记录 3 条，首尾相接；末尾是否被截去须与锚点核对",
    )


def test_an_alteration_is_named_and_ends_with_one(run, audited):
    altered(audited, "UPDATE access_log SET actor = '丁' WHERE access_id = 2")
    done = run("audit", "verify")
    assert (done.code, done.out.strip()) == (1, "第 2 条的内容被改动过")
    assert run("audit", "verify", "--json").json["faults"] == ["第 2 条的内容被改动过"]


def test_an_anchor_kept_elsewhere_shows_that_the_end_was_cut_off(run, audited, tmp_path):
    kept = tmp_path / "外存" / "锚点.jsonl"
    assert json.loads(run("audit", "anchor").out)["number"] == 3
    for _ in range(2):
        assert run("audit", "anchor", "--out", str(kept)).code == 0
    done = run("audit", "verify", "--anchors", str(kept))
    assert (done.code, done.out.strip()) == (0, "审计记录 3 条，首尾相接，与 2 个锚点相符")
    altered(
        audited, "DELETE FROM access_person WHERE access_id = 3", "DELETE FROM access_log WHERE access_id = 3"
    )
    assert run("audit", "verify").code == 0
    cut = run("audit", "verify", "--anchors", str(kept))
    assert cut.code == 1
    assert cut.out.count("锚点指向第 3 条，记录中已没有这一条") == 2


def test_a_file_that_holds_no_anchors_is_refused(run, audited, tmp_path):
    path = tmp_path / "a.jsonl"
    assert "读不了锚点文件" in run("audit", "verify", "--anchors", str(path)).err
    path.write_text("第一条\n", encoding="utf-8")
    assert "第 1 行不是锚点" in run("audit", "verify", "--anchors", str(path)).err


def test_entries_are_listed_by_person_actor_and_time_and_the_query_is_noted(run, audited):
    listed = run("audit", "list", "--subject", "P1", "--actor", "乙").out.strip()
    assert listed.startswith("2  20")
    assert listed.endswith("乙  match.profiles  V1  结果 1、涉及 1 人  已办")
    assert run("audit", "list", "--since", "2099-01-01").out.strip() == "没有符合条件的审计记录"
    newest = run("audit", "list", "--limit", "1", "--json").json
    assert [(each["number"], each["action"]) for each in newest] == [(6, "audit.read")]
