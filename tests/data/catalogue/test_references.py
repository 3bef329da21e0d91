import datetime as dt

import pytest
from pydantic import ValidationError

from data.catalogue.references import References, freeze, read_references, write_references
from data.errors import FileProblem, InputError

FULL = References(
    based_on_start=dt.date(2026, 1, 1), based_on_end=dt.date(2026, 12, 31), theta0=0.9, fill90=0.7,
    median_days=40.0, median_days_by_group={"2": 50.0},
)  # fmt: skip


def test_frozen_values_have_a_name_and_last_three_years():
    frozen = freeze(FULL, version="2027")
    assert (frozen.version, frozen.valid_until) == ("2027", dt.date(2029, 12, 31))
    assert frozen.theta0 == FULL.theta0


def test_a_leap_day_ends_on_the_last_of_february():
    leap = FULL.model_copy(update={"based_on_end": dt.date(2028, 2, 29)})
    assert freeze(leap, version="2028").valid_until == dt.date(2031, 2, 28)


def test_a_year_without_outcomes_cannot_be_frozen():
    with pytest.raises(InputError, match="不能冻结：fill90"):
        freeze(FULL.model_copy(update={"fill90": None}), version="2027")
    with pytest.raises(InputError, match="基准名称为空"):
        freeze(FULL, version="")


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / "参照值.yaml"
    frozen = freeze(FULL, version="2027")
    write_references(frozen, path)
    assert read_references(path) == frozen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "references_unreadable"),
        ("- [", "references_invalid"),
        ("theta0: 1", "references_invalid"),
        ("{based_on_start: 2026-01-01, based_on_end: 2026-12-31, theta0: 0.9}", "references_not_frozen"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path, text, code):
    path = tmp_path / "参照值.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(FileProblem) as caught:
        read_references(path)
    assert caught.value.code == code
    assert caught.value.hint


def test_a_reference_share_is_a_share():
    with pytest.raises(ValidationError):
        References(based_on_start=dt.date(2026, 1, 1), based_on_end=dt.date(2026, 12, 31), fill90=1.2)
