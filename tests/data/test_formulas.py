"""Text that looks like a formula."""

from __future__ import annotations

import pytest

from data.formulas import guarded


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-2", "@SUM", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠a"]
)
def test_text_that_looks_like_a_formula_gets_an_apostrophe(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["焊工", "1=1", "", -5, 2.5, None])
def test_anything_else_stays_as_it_is(cell):
    assert guarded(cell) is cell
