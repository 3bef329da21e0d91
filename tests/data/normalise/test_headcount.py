import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import CellError
from data.normalise.headcount import MOST_PLACES, parse_headcount


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("招3人", 3),
        ("３人", 3),
        ("2.0", 2),
        ("三名", 3),
        ("二十", 20),
        ("10余人", 10),
        ("1,000", 1000),
        ("5人以上", 5),
        ("3-5人", 3),
        ("2人（博士1人）", 2),
        ("1万", 10_000),
        ("招聘2名", 2),
    ],
)
def test_a_number_of_places_is_read(text, count):
    assert parse_headcount(text) == count


@pytest.mark.parametrize("text", ["若干", "招若干人", "不限", "多名", "", "无"])
def test_an_unknown_number_is_never_taken_for_one(text):
    assert parse_headcount(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-3", "headcount_out_of_range"),
        ("0", "headcount_out_of_range"),
        ("1e9", "headcount_out_of_range"),
        ("1000000000", "headcount_out_of_range"),
        ("10001", "headcount_out_of_range"),
        ("1.5", "headcount_unreadable"),
        ("男1女2", "headcount_unreadable"),
        ("人", "headcount_unreadable"),
        ("3" * 61, "headcount_unreadable"),
    ],
)
def test_an_impossible_number_is_refused(text, code):
    with pytest.raises(CellError) as caught:
        parse_headcount(text)
    assert caught.value.code == code


@given(st.integers(1, MOST_PLACES), st.sampled_from(["{}", "招{}人", "{}名", "{}.0", " {} 人"]))
def test_a_written_number_is_read_back(count, form):
    assert parse_headcount(form.format(count)) == count


@settings(deadline=None)
@given(st.text() | st.text(alphabet="0123456789.-e万人名招若干一二三(),", max_size=16))
def test_no_text_crashes_the_parser(text):
    try:
        count = parse_headcount(text)
    except CellError:
        return
    assert count is None or 1 <= count <= MOST_PLACES


@given(
    st.integers(1, 10_000),
    st.sampled_from(
        ["{}", "招{}人", "{}名", "需求人数：{}", "约{}人", "{}人左右", "{}.0", "急招{}个", "{}+"]
    ),
)
def test_a_number_of_places_is_read_back(count, form):
    assert parse_headcount(form.format(count)) == count


@given(st.integers(1, 100), st.integers(1, 100))
def test_of_a_range_the_lower_end_counts(low, more):
    assert parse_headcount(f"{low}-{low + more}人") == low
