import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import CellError
from data.normalise.status import parse_outcome, parse_synthetic
from data.records import Outcome


@given(st.sampled_from(Outcome))
def test_an_outcome_by_its_own_name_is_read_back(outcome):
    assert parse_outcome(outcome.value) is outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("招满", Outcome.FILLED),
        ("没招到", Outcome.UNFILLED),
        ("撤销", Outcome.WITHDRAWN),
        ("正在招", Outcome.OPEN),
        ("", Outcome.UNKNOWN),
        ("不详", Outcome.UNKNOWN),
    ],
)
def test_usual_words_are_understood(text, outcome):
    assert parse_outcome(text) is outcome


def test_another_word_is_refused():
    with pytest.raises(CellError) as caught:
        parse_outcome("已审核")
    assert caught.value.code == "outcome_unreadable"


@pytest.mark.parametrize(
    ("text", "synthetic"), [("合成数据", True), ("是", True), ("TRUE", True), ("1.0", True)]
)
def test_generated_data_are_marked(text, synthetic):
    assert parse_synthetic(text) is synthetic


@pytest.mark.parametrize("text", ["", "真实数据", "否", "False", "0", "非合成数据"])
def test_real_data_are_not_marked(text):
    assert parse_synthetic(text) is False


def test_an_unclear_mark_is_refused():
    with pytest.raises(CellError) as caught:
        parse_synthetic("大概")
    assert caught.value.code == "synthetic_unreadable"


@settings(deadline=None)
@given(st.text())
def test_no_text_crashes_the_parsers(text):
    for parse in (parse_outcome, parse_synthetic):
        try:
            parse(text)
        except CellError as error:
            assert error.hint
