"""What is told of an error holds nothing of what it was about."""

from __future__ import annotations

from api.privacy.scrubbed import ScrubbedError


def test_kind_and_place_are_told_and_no_word_of_the_message():
    def inner(name):
        raise ValueError(f"{name} 13800001234")

    try:
        try:
            inner("欧阳测试")
        except ValueError as error:
            raise RuntimeError("欧阳测试") from error
    except RuntimeError as error:
        told = str(ScrubbedError.of(error))
    first, second = told.split(", because of ")
    assert first.startswith("RuntimeError at tests/api/privacy/test_scrubbed.py:")
    assert second.startswith("ValueError at ")
    assert second.endswith(" inner")
    assert "欧阳" not in told
    assert "1380" not in told


def test_an_error_that_was_never_raised_has_no_place():
    assert str(ScrubbedError.of(KeyError("欧阳测试"))) == "KeyError at ?"
