"""Files that a person writes."""

from __future__ import annotations

import pytest

from data.errors import FileProblem
from training.toml_file import read_toml


def test_a_file_is_read_as_it_stands(tmp_path):
    path = tmp_path / "情景.toml"
    path.write_text('name = "新厂"\n[jobs]\nheads = 300\n', "utf-8")
    assert read_toml(path) == {"name": "新厂", "jobs": {"heads": 300}}


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "file_missing"), (b"name = ", "toml_unreadable"), (b"\xff", "toml_unreadable")],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, content, code):
    path = tmp_path / "a.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileProblem) as told:
        read_toml(path)
    assert told.value.code == code
    assert "a.toml" in told.value.message
