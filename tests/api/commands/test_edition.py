"""``yingcai edition``: two editions from draft to print, compared, corrected and rebuilt."""

from __future__ import annotations

import csv
import itertools
import json
import re
import shlex
import sqlite3
from pathlib import Path

import pytest
import yaml
from docx import Document

import data.releases

DAYS = {
    "dept_review": "2026-11-01",
    "verified": "2026-11-03",
    "expert_review": "2026-11-03",
    "consultation": "2026-11-04",
    "finalised": "2026-11-19",
    "signed": "2026-11-19",
    "published": "2026-11-20",
}
PEOPLE = ("张三", "李四")
DEPARTMENTS = (
    "hrss", "industry", "education", "science", "finance", "culture", "agriculture", "health", "assets",
)  # fmt: skip


def evidence_for(state, document):
    """What a step has to show, from the document itself."""
    day = DAYS[state]
    review = {"result": "不涉及", "by": "法规科", "reviewed_on": day}
    starred = [entry["entry_id"] for entry in document["entries"] if (entry.get("star") or 0) >= 2]
    said = {name: "silence" if name == "finance" else "accept" for name in DEPARTMENTS}
    experts = [{"name": f"专家{n}", "unit": "某单位", "dissent_seat": n == 1} for n in range(1, 6)]
    return {
        "dept_review": {"sent_on": day, "due_on": "2026-11-02", "departments": list(DEPARTMENTS)},
        "verified": {
            "answers": [
                {"department": name, "answer": word, "answered_on": day} for name, word in said.items()
            ],
            "call_backs": [
                {"entry_id": entry_id, "called_on": day, "result": "属实"} for entry_id in starred
            ],
        },
        "expert_review": {"meeting_on": day, "recusal_asked": True, "experts": experts},
        "consultation": {
            "votes": {"agreed": 4, "against": 1},
            "minutes": "论证纪要",
            "dissent": "样本偏少",
            "legality": review,
            "fair_competition": review,
            "notice": "公告第1号",
            "starts_on": day,
            "ends_on": "2026-11-18",
            "informational": True,
        },
        "finalised": {"body": "人才工作领导小组", "decided_on": day},
        "signed": {
            "number": "营人才发〔2026〕3号",
            "signed_on": day,
            "valid_from": "2026-11-20",
            "valid_to": "2099-12-31",
        },
        "published": {"published_on": day, "address": "门户网站"},
    }[state]


@pytest.fixture
def draft(filled):
    """Return the number of the city's shortage edition, a draft whose data were not kept."""
    return 2


@pytest.fixture
def take(run, tmp_path):
    """Take one step with everything it has to show."""

    def takes(number, state, *, by=None):
        shown = run("edition", "show", number, "--json").json
        path = tmp_path / f"{number}-{state}.yaml"
        content = evidence_for(state, shown["document"])
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        actor = by or PEOPLE[list(DAYS).index(state) % 2]
        return run(
            "edition", "advance", number, state, "--by", actor, "--role", "办公室", "--reason", "按程序办理",
            "--on", DAYS[state], "--evidence", path,
        )  # fmt: skip

    return takes


@pytest.fixture
def published(draft, take):
    """Return the same edition, published."""
    for state in DAYS:
        done = take(draft, state)
        assert done.code == 0, done.err
    return draft


def session_lines():
    """Commands of the documented session, and whether each is refused."""
    text = (Path(data.releases.__file__).parent / "SESSION.md").read_text("utf-8")
    for block in re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL):
        for line in block.splitlines():
            command, _, remark = line.partition("  # ")
            yield shlex.split(command)[1:], remark == "拒绝"


def test_the_documented_session_runs_as_written(run, filled, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    printed = {}
    for words, refused in session_lines():
        if "--evidence" in words:
            shown = run("edition", "show", words[2], "--json").json["document"]
            path = tmp_path / words[words.index("--evidence") + 1]
            path.write_text(
                yaml.safe_dump(evidence_for(words[3], shown), allow_unicode=True), encoding="utf-8"
            )
        if "条目编码" in words:
            entry = run("edition", "show", words[2], "--json").json["document"]["entries"][0]
            words[words.index("条目编码")] = entry["entry_id"]
        done = run(*words)
        assert done.code == int(refused), (words, done.err)
        assert not refused or done.line.startswith("失败 [")
        printed[" ".join(words[:3])] = done.out

    assert printed["edition rebuild 4"].startswith("版本 2026A.1 重算结果与保存的逐字节一致")
    assert printed["edition rebuild 6"].startswith("版本 2026B.1.1 重算结果与保存的逐字节一致")
    assert f"pay_median：{entry['pay_median']} → 4321（录入错误）" in printed["edition correct 6"]
    assert printed["edition diff 4"].startswith("# 【含合成数据】急需紧缺人才目录变化说明：2026A.1 → 2026B.1")
    assert "X 勘误 1" in printed["edition diff 6@2026B.1"]
    assert sorted(path.name for path in (tmp_path / "变化说明").iterdir()) == [
        "changes.md", "diff.csv", "diff.json",
    ]  # fmt: skip
    labels = {row["release_id"]: row["label"] for row in run("edition", "list", "--json").json}
    assert (labels[4], labels[6]) == ("已被替代", "已发布（含勘误）")
    old = run("edition", "show", "6@2026B.1", "--json").json["document"]["entries"][0]
    assert old == entry
    assert run("edition", "verify", 6, "--json").json == {"6": []}
    compared = run("edition", "diff", 4, 6, "--json").json
    assert sum(compared["counts"].values()) == len(compared["changes"])
    assert any(change["total"] for change in compared["changes"])
    assert compared["method_share"] == 0
    shown = run("catalogue", "show", "shortage", "--json").json
    assert (shown["edition"], shown["entries"][0]["pay_median"]) == ("2026B", 4321)


def test_illegal_steps_are_refused_with_a_reason(run, draft, take):
    number = draft
    skipped = run(
        "edition", "advance", number, "published", "--by", "张三", "--role", "办公室", "--reason", "赶时间"
    )
    assert (skipped.code, skipped.out) == (1, "")
    assert skipped.line.startswith("失败 [step_not_permitted] “草案”之后不能直接进入“已发布”")
    assert "dept_review" in skipped.line
    bare = run(
        "edition", "advance", number, "dept_review", "--by", "张三", "--role", "办公室", "--reason", "送审"
    )
    assert "依据材料有误：sent_on：缺少此项" in bare.line
    for state in ("dept_review", "verified", "expert_review", "consultation"):
        assert take(number, state).code == 0
    same = take(number, "finalised", by=PEOPLE[1])
    assert same.line.startswith("失败 [same_person]")
    assert run("edition", "show", number, "--json").json["state"] == "consultation"


def test_a_person_sees_where_an_edition_stands_and_what_comes_next(run, draft, take):
    number = draft
    shown = run("edition", "show", number).out
    assert "版本 2026Q4.0-rc1" in shown
    assert "下一步 dept_review（部门会审）" in shown
    assert "departments　必填：" in shown
    assert "下一步 withdrawn（撤回）：只需理由" in shown
    assert "部分“其他产业”：牵头 人力资源和社会保障部门" in shown
    assert take(number, "dept_review").out.strip() == f"版次 {number} 已进入“部门会审”，版本 2026Q4.0-rc1"
    listed = run("edition", "list").out
    assert "部门会审（未发布）" in listed
    steps = run("edition", "history", number, "--json").json
    assert [step["target"] for step in steps] == ["collecting", "frozen", "computed", "draft", "dept_review"]
    assert all(later["previous_sha256"] == earlier["sha256"] for earlier, later in itertools.pairwise(steps))
    table = run("edition", "history", number).out
    assert "按程序办理" in table
    assert steps[-1]["sha256"][:12] in table


def test_the_form_of_a_step_can_be_handed_in(run, draft, tmp_path):
    number = draft
    path = tmp_path / "送审.yaml"
    assert run(
        "edition", "form", number, "dept_review", "--on", "2026-11-01", "--out", path
    ).out.strip() == str(path)
    assert (
        run("edition", "form", number, "dept_review", "--on", "2026-11-01").out.strip()
        == path.read_text("utf-8").strip()
    )
    who = ("--by", "张三", "--role", "办公室", "--reason", "送审", "--on", "2026-11-01")
    assert run("edition", "advance", number, "dept_review", *who, "--evidence", path).code == 0


def test_an_edition_can_be_withdrawn(run, draft):
    number = draft
    who = ("--by", "张三", "--role", "编制组", "--reason", "数据有误")
    assert run("edition", "withdraw", number, *who).out.strip() == f"版次 {number} 已撤回"
    again = run("edition", "withdraw", number, *who)
    assert "该版次的流程已结束" in again.line
    other = 1
    assert run("edition", "withdraw", other, *who, "--json").json["label"] == "撤回"


def test_objections_run_against_a_clock_and_are_answered(run, draft, tmp_path):
    number = draft
    raised = run(
        "edition", "object", number, "--from", "某企业", "--text", "=人数偏低，电话 13800001234", "--contact",
        "a@example.com", "--on", "2026-09-01",
    )  # fmt: skip
    # Fifteen working days after the 1st, with Sunday the 20th worked.
    assert raised.out.strip() == "已登记异议 1，应于 2026-09-21 前答复"
    late = run("edition", "overdue", "--on", "2026-09-22")
    assert "异议 1" in late.out
    assert "13800001234" not in late.out
    assert [row["ticket_id"] for row in run("edition", "overdue", "--json").json] == [1]
    assert "没有超期" in run("edition", "overdue", "--on", "2026-09-21").out
    answered = run(
        "edition", "answer", 1, "--outcome", "采纳", "--text", "已更正", "--by", "张三", "--on", "2026-09-25"
    )
    assert answered.out.strip() == "异议 1 已答复：采纳（已超期）"
    again = run("edition", "answer", 1, "--outcome", "采纳", "--text", "再答", "--by", "张三", "--json")
    assert again.line.startswith("失败 [ticket_answered]")
    table = tmp_path / "采纳情况表.csv"
    assert "已更正" in run("edition", "opinions", number, "--out", table).out
    with table.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["采纳情况"] == "采纳"
    assert row["意见"].startswith("'=人数偏低")
    assert run("edition", "opinions", number, "--json").json[0]["编号"] == "1"
    comment = run(
        "edition", "object", number, "--from", "某校", "--text", "同意", "--kind", "意见", "--json"
    ).json
    assert (comment["ticket_id"], comment["kind"]) == (2, "意见")
    done = run("edition", "answer", 2, "--outcome", "不采纳", "--text", "无需修改", "--by", "张三", "--json")
    assert done.json["outcome"] == "不采纳"


def test_without_opinions_the_table_is_empty(run, draft):
    assert run("edition", "opinions", draft).out.strip() == "没有异议或意见"


def test_several_fields_are_corrected_at_once_from_a_file(run, published, tmp_path):
    number = published
    entry = run("edition", "show", number, "--json").json["document"]["entries"][0]
    path = tmp_path / "勘误.yaml"
    errata = [
        {"entry_id": entry["entry_id"], "field": field, "old": entry[field], "new": new, "reason": "录入错误",
         "found_on": "2026-09-01"}
        for field, new in (("pay_median", 4321), ("pay_p75", 5432))
    ]  # fmt: skip
    path.write_text(json.dumps(errata, ensure_ascii=False), encoding="utf-8")
    who = ("--by", "王五", "--role", "办公室", "--reason", "录入错误")
    done = run("edition", "correct", number, "--errata", path, *who, "--json")
    assert (done.json["version"], done.json["late"]) == ("2026Q4.1.1", True)
    words = run(
        "edition", "correct", number, "--entry", entry["entry_id"], "--field", "pay_median", "--old", "4321",
        "--new", "4322", "--by", "赵六", "--role", "办公室", "--reason", "再次核对",
    )  # fmt: skip
    assert "2026Q4.1.2" in words.out
    assert "已过勘误期限" not in words.out


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("[{field: x}]", "errata_unreadable"),
        ("[", "yaml_unreadable"),
        (b"\xff\xfe\x00", "not_utf8"),
        (None, "file_inaccessible"),
    ],
)
def test_a_file_of_errata_that_cannot_be_read_is_one_line(run, draft, tmp_path, content, code):
    path = tmp_path / "勘误.yaml"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    who = ("--by", "王五", "--role", "办公室", "--reason", "理由")
    done = run("edition", "correct", draft, "--errata", path, *who)
    assert done.code == 1
    assert done.line.startswith(f"失败 [{code}]")


def test_evidence_is_a_mapping_of_bearable_size(run, draft, tmp_path):
    number = draft
    who = ("--by", "王五", "--role", "办公室", "--reason", "理由")
    path = tmp_path / "依据.yaml"
    path.write_text("- 一\n", encoding="utf-8")
    done = run("edition", "advance", number, "dept_review", *who, "--evidence", path)
    assert done.line.startswith("失败 [evidence_unreadable]")
    path.write_bytes(b"#" * 5_000_001)
    done = run("edition", "advance", number, "dept_review", *who, "--evidence", path)
    assert done.line.startswith("失败 [file_too_large]")
    done = run("edition", "advance", number, "withdrawn", *who, "--json")
    assert done.json["state"] == "withdrawn"


def test_a_correction_says_what_to_correct(run, draft):
    number = draft
    who = ("--by", "王五", "--role", "办公室", "--reason", "理由")
    assert run("edition", "correct", number, *who).line.startswith("失败 [no_errata]")
    unknown = run("edition", "correct", number, "--entry", "x", "--field", "S", "--new", "1", *who)
    assert unknown.line.startswith("失败 [entry_unknown]")


@pytest.mark.parametrize(
    ("reference", "code"),
    [("99", "edition_unknown"), ("新版", "edition_reference_unknown"), ("{}@9.9", "version_unknown")],
)
def test_a_reference_that_leads_nowhere_is_one_line(run, draft, reference, code):
    done = run("edition", "show", reference.format(draft))
    assert done.line.startswith(f"失败 [{code}]")


def test_the_map_of_codes_is_read_from_csv(run, draft, tmp_path):
    number = draft
    path = tmp_path / "对照.csv"
    path.write_text("old_code,new_code\n6-01-01-01,6-01-01-02\n", encoding="utf-8")
    assert run("edition", "diff", number, number, "--codes", path).code == 0
    path.write_text("old,new\na,b\n", encoding="utf-8")
    assert run("edition", "diff", number, number, "--codes", path).line.startswith("失败 [codes_unreadable]")


def test_a_snapshot_that_was_altered_or_a_store_that_was_is_found(run, filled):
    assert run("catalogue", "build", "--edition", "2026A").code == 0
    number = 4
    with sqlite3.connect(filled / "yingcai.db") as database:
        database.execute(
            "UPDATE entry SET content = json_set(content, '$.n_emp', 99) WHERE edition_id ="
            " (SELECT edition_id FROM edition_version WHERE release_id = ?) AND position = 0", (number,)
        )  # fmt: skip
    database.close()
    done = run("edition", "rebuild", number)
    assert done.code == 1
    assert "第一处差异在 entries.第1项.n_emp：保存 99" in done.out
    assert run("edition", "rebuild", number, "--json").json["difference"]["path"] == "entries.第1项.n_emp"
    checked = run("edition", "verify", number)
    assert checked.code == 1
    assert "版本 2026A.0-rc1 的内容与校验值不符" in checked.out
    folder = next(filled.joinpath("snapshots").iterdir())
    (folder / "vacancies.parquet").write_bytes(b"")
    assert run("edition", "rebuild", number).line.startswith("失败 [snapshot_altered]")


def test_an_edition_built_without_snapshot_says_so(run, filled):
    number = run("edition", "list", "--json").json[0]["release_id"]
    assert run("edition", "rebuild", number).line.startswith("失败 [no_snapshot]")


def test_without_editions_the_list_says_how_to_build_one(run):
    assert "yingcai catalogue build" in run("edition", "list").out
    assert run("edition", "verify").out == ""


def test_what_people_judge_goes_into_the_edition_and_its_snapshot(run, filled, tmp_path):
    path = tmp_path / "调查.csv"
    path.write_text("职业编码,重点产业,招聘困难占比,填报单位数\n6-15-05-01,,0.4,9\n", encoding="utf-8")
    assert run("catalogue", "build", "--edition", "2026A", "--survey", path).code == 0
    (folder,) = filled.joinpath("snapshots").iterdir()
    extras = json.loads((folder / "inputs.json").read_text("utf-8"))["extras"]
    assert [share["hard_share"] for share in extras["survey"]] == [0.4]
    for option in ("--references", "--ratings", "--votes", "--survey"):
        done = run("catalogue", "build", option, tmp_path / "没有.csv")
        assert done.line.startswith("失败 [")


def test_a_signed_edition_is_exported_with_its_number(run, published, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "data.catalogue.artefacts.edition.typeset_report", lambda report, path, **_: path.write_bytes(b"%PDF")
    )
    done = run("catalogue", "export", published, "--out", tmp_path / "out")
    assert done.code == 0, done.err
    text = "".join(line.text for line in Document(str(tmp_path / "out" / "通知.docx")).paragraphs)
    assert "营人才发〔2026〕3号" in text
    assert "2026年11月19日" in text
    assert json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["label"] == "已发布"
