import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import CellError
from data.normalise.credit_code import parse_credit_code

# The sample code of GB 32100-2015.
SAMPLE = "91350100M000100Y43"


def test_a_right_code_is_taken_in_any_spelling():
    assert parse_credit_code(SAMPLE) == SAMPLE
    assert parse_credit_code(" 91350100-m000100y43 ") == SAMPLE
    assert parse_credit_code("") is None


@pytest.mark.parametrize("position", range(18))
def test_one_wrong_character_is_noticed(position):
    wrong = "1" if SAMPLE[position] != "1" else "2"
    with pytest.raises(CellError) as caught:
        parse_credit_code(SAMPLE[:position] + wrong + SAMPLE[position + 1 :])
    assert caught.value.code == "credit_code_invalid"


@settings(deadline=None)
@given(st.text())
def test_no_text_crashes_the_parser(text):
    try:
        code = parse_credit_code(text)
    except CellError as error:
        assert error.hint
        return
    assert code is None or len(code) == 18
