"""``yingcai db``."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parents[3] / "data/samples"


@pytest.fixture
def people(run, tmp_path):
    """Bring two profiles in."""
    path = tmp_path / "people.csv"
    path.write_text("档案编号,求职岗位,能力\nP1,深海钛合金焊工,焊接\nP2,钳工,装配\n", encoding="utf-8")
    assert run("ingest", path).code == 0
    return path


def test_upgrade_says_from_where_to_where(run):
    first = run("db", "upgrade")
    assert first.code == 0
    assert "（空库） → " in first.out
    assert "未作改动" in run("db", "upgrade").out
    done = run("db", "upgrade", "--json").json
    assert done["before"] == done["after"]


def test_a_check_of_a_store_that_is_well_ends_with_zero(run, people):
    done = run("db", "check")
    assert done.code == 0
    assert "异常" not in done.out
    assert "每条招聘信息恰属一条需求" in done.out
    assert {check["state"] for check in run("db", "check", "--json").json} == {"good"}


def test_a_check_that_finds_something_ends_with_one(run, people, var):
    connection = sqlite3.connect(var / "yingcai.db")
    connection.execute("DROP TRIGGER change_no_delete")
    connection.commit()
    connection.close()
    done = run("db", "check")
    assert done.code == 1
    assert "异常  只增不改的记录缺少防改触发器 change_no_delete" in done.out


def test_a_blank_database_is_told_to_upgrade(run):
    done = run("db", "check")
    assert done.code == 1
    assert "db upgrade" in done.out
    refused = run("db", "backup")
    assert (refused.code, refused.out) == (1, "")
    assert refused.line.startswith("失败 [store_blank]")


def test_a_backup_can_be_restored_elsewhere(run, people, tmp_path):
    told = run("db", "backup", tmp_path / "b.zip")
    assert told.code == 0
    assert str(tmp_path / "b.zip") in told.out
    elsewhere = {"YINGCAI_DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}"}
    done = run("db", "restore", tmp_path / "b.zip", **elsewhere)
    assert done.code == 0
    assert "已恢复" in done.out
    again = run("db", "restore", tmp_path / "b.zip", **elsewhere)
    assert again.line.startswith("失败 [store_not_empty]")
    assert run("db", "check", **elsewhere).code == 0


def test_a_forced_restore_saves_what_was_there_and_keeps_the_erased_away(run, people, var):
    saved = Path(run("db", "backup", "--json").json["file"])
    assert saved.parent == var / "backups"
    assert run("person", "erase", "P1", "--reason", "本人要求", "--by", "甲").code == 0
    done = run("db", "restore", saved, "--force")
    assert done.code == 0
    assert "原有内容已备份到" in done.out
    assert "其中 1 人在备份里，已再次删除" in done.out
    assert run("person", "consents", "P1").code == 0
    assert run("person", "export", "P1", "--out", var / "p.json").line.startswith("失败 [profile_unknown]")
    assert run("person", "export", "P2", "--out", var / "p.json").code == 0
    assert "深海钛合金焊工".encode() not in (var / "yingcai.db").read_bytes()
    assert run("db", "restore", saved, "--force", "--json").json["erased_again"] == 1


def test_the_drill_of_the_handbook_brings_back_everything_but_who_left_since(run, people, var, tmp_path):
    assert run("person", "export", "P2", "--out", tmp_path / "p2.json").code == 0
    backup = run("db", "backup", "--json").json
    assert run("person", "erase", "P1", "--reason", "本人要求", "--by", "甲").code == 0
    drill = tmp_path / "drill"
    drill.mkdir()
    for name in ("pseudonym.key", "tombstones.jsonl"):
        shutil.copy(var / name, drill / name)
    there = {"YINGCAI_VAR_DIR": str(drill)}
    restored = run("db", "restore", backup["file"], "--json", **there).json
    assert (restored["manifest"]["tables"], restored["erased_again"]) == (backup["tables"], 1)
    assert run("db", "check", **there).code == 0
    audit = run("audit", "verify", "--json", **there)
    assert (audit.code, audit.json["faults"]) == (0, [])
    assert audit.json["entries"] >= 1
    for profile_id, code in (("P1", 1), ("P2", 0)):
        assert run("person", "export", profile_id, "--out", tmp_path / "p.json", **there).code == code
    held = b"".join(path.read_bytes() for path in drill.rglob("*") if path.is_file())
    assert "深海钛合金焊工".encode() not in held


@pytest.mark.parametrize("kind", ["list", "backup"])
def test_tombstones_can_come_from_another_list_or_backup(run, people, var, tmp_path, kind):
    run("db", "backup", tmp_path / "b.zip")
    run("person", "erase", "P1", "--reason", "本人要求", "--by", "甲")
    run("db", "backup", tmp_path / "later.zip")
    listed = tmp_path / "listed.jsonl"
    (var / "tombstones.jsonl").rename(listed)
    source = listed if kind == "list" else tmp_path / "later.zip"
    elsewhere = {"YINGCAI_DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}"}
    done = run("db", "restore", tmp_path / "b.zip", "--tombstones", source, "--json", **elsewhere)
    assert done.json["erased_again"] == 1


def test_a_list_that_is_not_there_is_one_line(run, people, tmp_path):
    run("db", "backup", tmp_path / "b.zip")
    done = run("db", "restore", tmp_path / "b.zip", "--tombstones", tmp_path / "none.jsonl")
    assert done.line.startswith("失败 [file_missing]")


def test_what_is_no_backup_is_refused_before_the_store_is_saved(run, people, var):
    done = run("db", "restore", people, "--force")
    assert (done.code, done.out) == (1, "")
    assert done.line.startswith("失败 [backup_unreadable]")
    assert not (var / "backups").exists()
