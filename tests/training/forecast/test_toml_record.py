"""Records written as TOML."""

from __future__ import annotations

import pytest

from data.errors import FileProblem, InputError
from training.forecast.target_path import TargetRates
from training.forecast.toml_record import read_toml_record


def test_every_fault_is_named(tmp_path):
    path = tmp_path / "rates.toml"
    path.write_text('[[replacement]]\nindicator = "skilled"\nlow = 0.5\nvalue = 0.2\nhigh = 2\nextra = 1\n')
    with pytest.raises(InputError) as caught:
        read_toml_record(path, TargetRates)
    assert caught.value.code == "toml_invalid"
    assert "replacement.第1项.source：缺少此项" in caught.value.message
    assert "replacement.第1项.extra：没有这一项" in caught.value.message


@pytest.mark.parametrize(
    ("text", "code"), [(None, "file_missing"), (b"a = = 1", "toml_unreadable"), (b"\xff", "toml_unreadable")]
)
def test_what_is_no_toml_is_a_problem_of_the_file(tmp_path, text, code):
    path = tmp_path / "rates.toml"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(FileProblem) as caught:
        read_toml_record(path, TargetRates)
    assert caught.value.code == code
