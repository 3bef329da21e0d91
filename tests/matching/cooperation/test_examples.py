"""The shipped examples: readable without a problem, and labelled as what they are."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import data.synthetic
from matching.cooperation import read_laboratories, read_majors, read_projects, read_seats, read_students
from matching.teams import read_challenge

EXAMPLES = Path(data.synthetic.__file__).parent / "examples"
TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("name", "read", "rows"),
    [
        ("projects", read_projects, 3),
        ("laboratories", read_laboratories, 4),
        ("students", read_students, 6),
        ("seats", read_seats, 4),
        ("majors", read_majors, 5),
    ],
)
def test_every_example_table_is_read_whole(name, read, rows):
    found = read(EXAMPLES / f"{name}.csv", today=TODAY)
    assert found.problems == ()
    assert len(found.records) == rows
    if name != "majors":
        assert all(record.synthetic for record in found.records)


def test_the_example_challenge_is_synthetic_and_open():
    challenge = read_challenge(EXAMPLES / "challenge.yaml")
    assert challenge.synthetic
    assert challenge.findings == ()
    assert challenge.deadline > TODAY


def test_the_readme_names_every_file_and_says_what_they_are():
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert "合成数据" in readme
    assert all(path.name in readme for path in EXAMPLES.iterdir() if path.name != "README.md")


def test_every_invented_organisation_says_so():
    for name, read in (
        ("projects", read_projects),
        ("laboratories", read_laboratories),
        ("seats", read_seats),
    ):
        records = read(EXAMPLES / f"{name}.csv", today=TODAY).records
        assert all("示例" in record.organisation and "合成" in record.organisation for record in records)
