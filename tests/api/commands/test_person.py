"""``yingcai person``."""

from __future__ import annotations

import getpass
import json
import zipfile

import pytest
import sqlalchemy as sa

from data.store.store import Store

CONSENT = (
    "--agency",
    "示例机构",
    "--purpose",
    "面试",
    "--from",
    "2026-03-01",
    "--to",
    "2026-06-30",
    "--by",
    "甲",
)


@pytest.fixture
def people(run, tmp_path):
    """Bring two profiles in, with a row that has something to report."""
    path = tmp_path / "people.csv"
    text = "档案编号,求职岗位,能力,意向地点\nPERSON01,深海钛合金焊工,焊接,不存在之处\nPERSON02,钳工,装配,\n"
    path.write_text(text, encoding="utf-8")
    assert run("ingest", path).code == 0
    return path


def test_a_consent_is_recorded_listed_and_withdrawn(run, people):
    assert run("person", "consent", "PERSON01", *CONSENT).out.strip() == "已登记，同意编号 1"
    assert run("person", "consent", "PERSON01", *CONSENT, "--json").json == {"consent_id": 2}
    assert run("person", "withdraw", 1, "--by", "乙").out.strip() == "同意 1 已撤回"
    assert run("person", "withdraw", 2, "--by", "乙", "--json").json["withdrawn"] is True
    told = run("person", "consents", "PERSON01").out
    assert "示例机构  面试  2026-03-01 至 2026-06-30  已于" in told
    assert len(run("person", "consents", "PERSON01", "--json").json) == 2
    assert run("person", "consents", "PERSON02").out.strip() == "没有同意记录"


def test_a_consent_of_nobody_is_one_line(run, people):
    done = run("person", "consent", "PERSON09", *CONSENT)
    assert (done.code, done.out) == (1, "")
    assert done.line.startswith("失败 [profile_unknown]")


def test_an_export_holds_everything_and_explains_it(run, people, tmp_path):
    run("person", "consent", "PERSON01", *CONSENT)
    out = tmp_path / "out" / "PERSON01.zip"
    done = run("person", "export", "PERSON01", "--out", out)
    assert done.out.strip() == f"原始行 1、同意 1、查看记录 2，已写到 {out}"
    assert out.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(out) as archive:
        assert "PERSON01" in archive.read("说明.txt").decode()
        held = json.loads(archive.read("内容.json"))
    assert held["profile"]["title"] == "深海钛合金焊工"
    assert held["raw_rows"][0]["content"]["求职岗位"] == "深海钛合金焊工"
    assert held["files"][0]["file_name"] == "people.csv"
    assert held["consents"][0]["agency"] == "示例机构"
    plain = tmp_path / "PERSON02.json"
    assert run("person", "export", "PERSON02", "--out", plain, "--json").json["raw_rows"] == 1
    assert json.loads(plain.read_text(encoding="utf-8"))["profile_id"] == "PERSON02"


def test_nothing_of_an_erased_person_is_left(run, people, var):
    run("person", "consent", "PERSON01", *CONSENT)
    reports = list((var / "reports").glob("*"))
    assert reports
    done = run("person", "erase", "PERSON01", "--reason", "本人要求", "--by", "甲", "--json")
    assert (done.json["profiles"], done.json["raw_rows"], done.json["consents"]) == (1, 1, 1)
    assert done.json["report_files"] == len(reports)
    assert list((var / "reports").glob("*")) == []
    text = "深海钛合金焊工"
    for path in var.glob("yingcai.db*"):
        content = path.read_bytes()
        assert text.encode() not in content
        assert text.encode("unicode_escape") not in content
        assert b"PERSON01" not in content
    assert run("person", "export", "PERSON01", "--out", var / "x.json").line.startswith(
        "失败 [profile_unknown]"
    )
    again = run("person", "erase", "PERSON01", "--reason", "再", "--by", "甲")
    assert again.line.startswith("失败 [profile_unknown]")
    told = run("person", "erase", "PERSON02", "--reason", "本人要求", "--by", "甲").out
    assert told.startswith("已删除：档案 1，原始行 1，")


def test_an_export_tells_the_person_who_looked(run, people, tmp_path):
    run("person", "consent", "PERSON01", *CONSENT)
    run("person", "withdraw", 1, "--by", "乙")
    run("person", "consents", "PERSON01")
    out = tmp_path / "PERSON01.json"
    assert run("person", "export", "PERSON01", "--out", out, "--json").json["accesses"] == 3
    accesses = json.loads(out.read_text(encoding="utf-8"))["accesses"]
    assert [each["action"] for each in accesses] == ["person.consent", "person.consents", "export.person"]
    assert {each["actor"] for each in accesses} == {f"cli:{getpass.getuser()}"}
    run("person", "export", "PERSON02", "--out", out)
    assert len(json.loads(out.read_text(encoding="utf-8"))["accesses"]) == 1


def test_what_cannot_be_noted_is_not_exported(run, people, tmp_path, var):
    store = Store.from_url(f"sqlite:///{var / 'yingcai.db'}")
    with store.begin() as connection:
        connection.execute(sa.text("DROP TABLE access_person"))
    store.engine.dispose()
    out = tmp_path / "PERSON01.json"
    done = run("person", "export", "PERSON01", "--out", out)
    assert done.line.startswith("失败 [audit_failed]")
    assert not out.exists()
    assert run("person", "erase", "PERSON01", "--reason", "本人要求", "--by", "甲").code == 1


def test_the_vectors_kept_for_searching_go_with_the_person(run, people, var):
    kept = var / "index" / "some-version" / "vectors.npy"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"x")
    assert run("person", "erase", "PERSON01", "--reason", "本人要求", "--by", "甲").code == 0
    assert not (var / "index").exists()
