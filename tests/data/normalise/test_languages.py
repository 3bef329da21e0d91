import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import CellError
from data.normalise.languages import parse_languages


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("英语六级，日语N2", ("en", "ja")),
        ("CET-4", ("en",)),
        ("en, ko", ("en", "ko")),
        ("俄语", ("ru",)),
        ("不限", ()),
        ("", ()),
        ("zh-CN", ("zh",)),
    ],
)
def test_languages_become_codes(text, codes):
    assert parse_languages(text) == codes


@pytest.mark.parametrize("text", ["火星语", "xx", "英语" * 60])
def test_an_unknown_language_is_refused(text):
    with pytest.raises(CellError) as caught:
        parse_languages(text)
    assert caught.value.code == "language_unknown"


@settings(deadline=None)
@given(st.text())
def test_no_text_crashes_the_parser(text):
    try:
        assert all(len(code) == 2 for code in parse_languages(text))
    except CellError as error:
        assert error.hint
