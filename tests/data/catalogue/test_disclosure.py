import numpy as np
import pytest

from data.catalogue.disclosure import is_confidential, rounded_heads


@pytest.mark.parametrize(
    ("parts", "confidential"),
    [
        ([1, 1], True),  # fewer than three employers
        ([1, 1, 0], True),  # the third adds nothing
        ([70, 20, 10], False),  # two hold exactly 90 %
        ([71, 15, 14], True),  # one holds over 70 %
        ([46, 45, 9], True),  # two hold 91 %
        ([5, 5, 5], False),
        ([], True),
    ],
)
def test_a_figure_is_confidential_when_an_employer_shows_through(parts, confidential):
    assert is_confidential(np.array(parts, dtype=float)) is confidential


@pytest.mark.parametrize(
    ("heads", "shown"), [(0, 0), (2.4, None), (2.5, 5), (7.4, 5), (7.5, 10), (12.5, 15), (103, 105)]
)
def test_people_are_rounded_to_five_and_a_few_never_read_as_none(heads, shown):
    assert rounded_heads(heads) == shown
