from __future__ import annotations

import datetime as dt

import pytest

from data.errors import FileProblem
from matching.teams import Level, read_challenge
from matching.teams.challenge import FORMS

TEXT = """
challenge_id: TZ-2026-01
title: 提高电熔镁砂一级品率
problem: 结晶不稳定，联系人王工 13812345678；限男性
metric: 一级品率达到75%
deadline: 2026-12-31
prize: 500000
skills:
  - {name: 电熔镁砂, people: 2}
  - {name: PLC, level: 相近}
  - {name: 限男性}
synthetic: true
"""


def read(tmp_path, text):
    path = tmp_path / "榜单.yaml"
    path.write_text(text, encoding="utf-8")
    return read_challenge(path)


def test_a_challenge_is_read_without_contacts_and_excluded_demands(tmp_path):
    found = read(tmp_path, TEXT)
    assert [(each.name, each.level, each.people) for each in found.skills] == [
        ("电熔镁砂", Level.NAMED, 2),
        ("PLC", Level.NEAR, 1),
    ]
    assert "138" not in found.problem
    assert "男" not in found.text
    assert {each.rule for each in found.findings} == {"sex"}
    assert found.engagement == FORMS
    assert found.row["start_by"] == found.deadline == dt.date(2026, 12, 31)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("title: [", "不是有效的 YAML"),
        ("metric: 1\nmetrics: 2", "没有这一项"),
        ("deadline: 明天", "deadline"),
        ("start_by: 2027-01-01", "晚于"),
        ("skills: []", "skills：不能为空"),
        ("skills: [{name: PLC}, {name: ＰＬＣ}]", "写了两次"),
        ("skills: [{name: 限男性}]", "skills：不能为空"),
        ("engagement: [外包]", "engagement"),
    ],
)
def test_what_is_no_challenge_is_refused_field_by_field(tmp_path, change, words):
    with pytest.raises(FileProblem, match=words) as caught:
        read(tmp_path, TEXT + change + "\n")
    assert caught.value.code == "challenge_invalid"


def test_a_file_that_is_no_text_or_too_large_is_refused(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00\x81")
    (tmp_path / "b.yaml").write_bytes(b" " * 1_000_001)
    for name in ("a.yaml", "b.yaml"):
        with pytest.raises(FileProblem, match=name):
            read_challenge(tmp_path / name)
