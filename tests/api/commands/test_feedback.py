"""``yingcai feedback import`` and ``report``."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest

from api.commands.feedback import _moment
from data.errors import CellError
from data.settings import Settings
from data.store.batches import begin_batch
from data.store.feedback import read_events
from data.store.schema import posting, profile, raw_row, vacancy
from data.store.store import Store

ROW = {
    "事件编号": "e1", "事件": "展示", "哪一方": "用人单位", "需求编号": "v0", "人才档案编号": "P0",
    "发生时间": "2026-03-01 09:30", "位次": "1", "谢绝理由": "", "补充说明": "",
}  # fmt: skip
PEOPLE, NEEDS = 8, 40
LISTS = {name: [] for name in ("skills", "majors", "licences", "languages", "engagement")}


@pytest.fixture
def known(var):
    """Fill the store of the test with needs and people; the last person is generated."""
    var.mkdir(parents=True)
    store = Store.from_url(Settings(var_dir=var).store_url)
    batch_id = begin_batch(store, "posting", "a.csv", "a" * 64, "1")
    need = {"source": "t", "source_row": 2, "title": "焊工", "employer": "甲", "employer_key": "甲"}
    need |= {
        "employer_is_agency": False,
        "industry_raw": "",
        "place_raw": "",
        "duties": "",
        "outcome": "未知",
    }
    need |= {"batch_id": batch_id, "synthetic": False, **LISTS}
    person = {"title": "焊工", "summary": "", "willing_codes": [], "batch_id": batch_id, **LISTS}
    with store.begin() as connection:
        rows = [{"batch_id": batch_id, "row": row, "content": {}} for row in range(NEEDS + PEOPLE)]
        connection.execute(raw_row.insert(), rows)
        connection.execute(posting.insert(), [need | {"posting_id": f"p{i}", "row": i} for i in range(NEEDS)])
        connection.execute(
            vacancy.insert(),
            [
                {"vacancy_id": f"v{i}", "posting_id": f"p{i}", "outcome": "未知", "synthetic": False}
                for i in range(NEEDS)
            ],
        )
        connection.execute(
            profile.insert(),
            [
                person | {"profile_id": f"P{i}", "row": NEEDS + i, "synthetic": i == PEOPLE - 1}
                for i in range(PEOPLE)
            ],
        )
    yield store
    store.engine.dispose()


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a table or a file of lines."""

    def writes(*rows, name="反馈.csv"):
        path = tmp_path / name
        if path.suffix == ".csv":
            pd.DataFrame(rows).to_csv(path, index=False)
        else:
            lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
            path.write_text("\n".join(lines), "utf-8")
        return path

    return writes


def test_a_table_is_taken_in_once_and_its_faults_are_listed(run, known, write, tmp_path):
    no = ROW | {"事件编号": "e2", "事件": "谢绝", "谢绝理由": "薪酬不合", "补充说明": "限35岁以下"}
    path = write(
        ROW,
        no | {"哪一方": "人才", "发生时间": "2026/3/5"},
        ROW | {"事件编号": "e3", "位次": "0"},
        ROW | {"事件编号": "e4", "人才档案编号": "P99"},
        ROW | {"事件编号": "e5", "事件": "点赞"},
        ROW | {"事件编号": "e6", "发生时间": "某日"},
        ROW | {"事件编号": "e7", "发生时间": ""},
        ROW | {"事件编号": "e8", "事件": "hired", "发生时间": "2026-02-01T08:00:00+08:00"},
    )
    report = tmp_path / "问题.xlsx"
    done = run("feedback", "import", path, "--actor", "示例机构", "--problems", report)
    assert done.code == 0
    assert "记入 2 条，早已记入 0 条，未记入 6 条" in done.out
    assert "共 6 个问题" in done.err
    assert "35岁以下" in done.err
    listed = json.loads(report.with_suffix(".json").read_text("utf-8"))
    assert listed["accepted"] == 2
    events = read_events(known)
    assert events["actor"].unique().tolist() == ["示例机构"]
    assert events["happened_at"].dt.tz_convert("Asia/Shanghai").astype(str).tolist() == [
        "2026-03-01 09:30:00+08:00",
        "2026-03-05 23:59:59+08:00",
    ]
    again = run("feedback", "import", path, "--actor", "示例机构", "--json")
    assert (again.json["recorded"], again.json["known"], again.json["refused"]) == (0, 2, 6)
    assert [problem["row"] for problem in again.json["problems"]] == [4, 5, 6, 7, 8, 9]
    assert len(read_events(known)) == 2


def test_lines_of_json_are_taken_in_and_the_user_stands_for_the_sender(run, known, write):
    event = {
        "event_id": "e1", "kind": "shown", "side": "person", "vacancy_id": "v0", "profile_id": "P0",
        "happened_at": "2026-03-01T09:30:00+08:00",
    }  # fmt: skip
    path = write(event, "", "{", event | {"event_id": "e2", "position": 0}, name="e.jsonl")
    done = run("feedback", "import", path, "--json")
    assert (done.json["rows"], done.json["recorded"], done.json["refused"]) == (3, 1, 2)
    assert [(each["row"], each["code"]) for each in done.json["problems"]] == [
        (3, "json_invalid"),
        (4, "event_invalid"),
    ]
    (actor,) = read_events(known)["actor"]
    assert actor.startswith("cli:")


def test_a_file_without_one_usable_event_is_refused(run, known, write, tmp_path):
    done = run("feedback", "import", write(ROW | {"位次": "0"}))
    assert done.code == 1
    assert "no_usable_rows" in done.err
    other = tmp_path / "e.jsonl"
    other.write_bytes("{é}".encode("latin-1"))
    assert "not_utf8" in run("feedback", "import", other).line
    assert "missing_columns" in run("feedback", "import", write({"事件": "展示"})).line


def test_a_day_alone_means_its_end_and_today_means_now():
    now = dt.datetime(2026, 3, 5, 10, tzinfo=dt.UTC)
    assert _moment("2026-03-05", now) == now
    assert _moment("2026-03-04", now) == dt.datetime(2026, 3, 4, 15, 59, 59, tzinfo=dt.UTC)
    assert _moment("2026-03-05T09:30:15.5", now) == dt.datetime(2026, 3, 5, 1, 30, 15, 500_000, tzinfo=dt.UTC)
    assert _moment("2026-03-05T09:30:00Z", now) == dt.datetime(2026, 3, 5, 9, 30, tzinfo=dt.UTC)
    assert _moment("2026/3/5 9:30", now) == dt.datetime(2026, 3, 5, 1, 30, tzinfo=dt.UTC)
    with pytest.raises(CellError):
        _moment("昨天", now)


@pytest.fixture
def told(run, known, write):
    """Forty needs shown one person each, half by either variant; every fourth person was hired."""
    rows = []
    for i in range(NEEDS):
        row = ROW | {"需求编号": f"v{i}", "方案": "ab"[i % 2], "位次": str(1 + i % 12), "事件编号": f"s{i}"}
        rows.append(row)
        if i % 4 == 0:
            rows.append(row | {"事件编号": f"h{i}", "事件": "录用", "发生时间": "2026-03-20"})
    no = ROW | {"事件": "谢绝", "谢绝理由": "地点不合", "哪一方": "人才", "发生时间": "2026-03-02"}
    rows += [no | {"事件编号": "n"}, ROW | {"事件编号": "g", "人才档案编号": f"P{PEOPLE - 1}"}]
    assert run("feedback", "import", write(*rows)).code == 0


def test_the_report_shows_how_far_matches_came(run, told):
    shown = run("feedback", "report", "--positions", "3")
    assert shown.code == 0
    real, generated = shown.out.split("【合成数据】")
    assert "【真实数据】" in real
    assert "展示 40，录用 10" in real
    assert "地点不合 1" in real
    assert "10 25.0%（" in real
    assert "按方案" in real
    by_position = real.split("按位次")[1]
    assert [line.split()[0] for line in by_position.splitlines()[2:5]] == ["1", "2", "3"]
    assert "暂不评价" in by_position
    assert "用人单位一方的事件：展示 1" in generated
    assert "按方案" not in generated


def test_the_report_for_programs_holds_every_row(run, told):
    body = run("feedback", "report", "--window", "30", "--as-of", "2026-06-30", "--json").json
    real, generated = body["natures"]
    assert (real["synthetic"], generated["synthetic"]) == (False, True)
    hired = [row for row in real["funnels"] if row["stage"] == "hired"]
    whole = next(row for row in hired if row["by"] is None)
    assert (whole["pairs"], whole["reached"], whole["share"], whole["open"]) == (40, 10, 0.25, 0)
    assert whole["low"] < 0.25 < whole["high"]
    variants = {row["group"]: row["reached"] for row in hired if row["by"] == "variant"}
    assert variants == {"a": 10, "b": 0}
    assert all(row["share"] is None and row["reason"] for row in hired if row["by"] == "variant")
    assert len([row for row in hired if row["by"] == "position"]) == 12


def test_a_window_that_is_not_over_is_not_judged(run, told):
    body = run("feedback", "report", "--as-of", "2026-03-10", "--json").json
    rows = [row for row in body["natures"][0]["funnels"] if row["by"] is None and row["side"] == "employer"]
    assert {(row["pairs"], row["open"], row["share"]) for row in rows} == {(0, 40, None)}


def test_without_feedback_the_report_says_so(run, var):
    done = run("feedback", "report")
    assert done.code == 0
    assert "还没有反馈" in done.out
    assert run("feedback", "report", "--json").json["natures"] == []
