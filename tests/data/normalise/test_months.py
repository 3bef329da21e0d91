import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import CellError
from data.normalise.months import parse_months

MONTH = st.integers(1, 12)


def months_walked(first, last):
    """Walk from month to month until the last: the slow twin of a range."""
    walked = [first]
    while walked[-1] != last:
        walked.append(1 if walked[-1] == 12 else walked[-1] + 1)
    return tuple(sorted(walked))


@given(MONTH, MONTH)
def test_a_range_goes_on_from_month_to_month_round_the_end_of_the_year(first, last):
    next_year = "次年" if last < first else ""
    assert parse_months(f"{first}-{next_year}{last}月") == months_walked(first, last)
    assert parse_months(f"每年{first}月1日至{next_year}{last}月底") == months_walked(first, last)


@given(st.sets(MONTH, min_size=1))
def test_a_list_of_months_is_those_months(months):
    assert parse_months("、".join(map(str, months)) + "月") == tuple(sorted(months))


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("冬季", (1, 2, 12)),
        ("春秋两季", (3, 4, 5, 9, 10, 11)),
        ("夏天和1月", (1, 6, 7, 8)),
        ("寒暑假", (1, 2, 7, 8)),
        ("第三季度", (7, 8, 9)),
        ("Q1", (1, 2, 3)),
        ("下半年", (7, 8, 9, 10, 11, 12)),
        ("十一月至次年一月", (1, 11, 12)),
        ("全年", tuple(range(1, 13))),
        ("", ()),
        ("不限", ()),
    ],
)
def test_names_of_parts_of_the_year(text, months):
    assert parse_months(text) == months


@pytest.mark.parametrize("text", ["13月", "0月", "5", "第9季度", "以后再说", "每年", "6月、某时", "月" * 90])
def test_what_names_no_month_is_refused(text):
    with pytest.raises(CellError) as caught:
        parse_months(text)
    assert caught.value.code == "months_unreadable"
