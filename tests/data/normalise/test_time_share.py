import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import CellError
from data.normalise.time_share import parse_time_share


@given(st.integers(1, 5))
def test_days_of_a_week_are_fifths(days):
    assert parse_time_share(f"每周{days}天") == parse_time_share(f"{days}天/周") == days / 5


@given(st.integers(1, 100))
def test_a_percentage_is_itself(percent):
    assert parse_time_share(f"约{percent}%") == percent / 100


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("每月5天", 0.2419),
        ("每年不超过60个工作日", 0.2419),
        ("每星期16小时", 0.4),
        ("每周三个半天", 0.3),
        ("三分之一", 0.3333),
        ("1/4", 0.25),
        ("三成", 0.3),
        ("半职", 0.5),
        ("每天半天", 0.5),
        ("full-time", 1.0),
        ("每周6天", 1.0),
    ],
)
def test_other_ways_to_say_it(text, share):
    assert parse_time_share(text) == share


def test_of_a_range_the_need_takes_the_lower_and_the_person_the_upper_end():
    assert parse_time_share("每周2-3天") == 0.4
    assert parse_time_share("每周2-3天", largest=True) == 0.6
    assert parse_time_share("20-30%", largest=True) == 0.3


@pytest.mark.parametrize("text", ["", "无", "弹性", "视项目情况而定"])
def test_what_states_no_share_is_left_empty(text):
    assert parse_time_share(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("兼职", "time_share_unreadable"),
        ("每周2天" * 40, "time_share_unreadable"),
        ("每年3个月", "time_share_in_months"),
        ("0%", "time_share_out_of_range"),
        ("120%", "time_share_out_of_range"),
        ("每周9天", "time_share_out_of_range"),
        ("每周3-2天", "time_share_out_of_range"),
        ("1/0", "time_share_out_of_range"),
        ("每周200小时", "time_share_out_of_range"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(text, code):
    with pytest.raises(CellError) as caught:
        parse_time_share(text)
    assert caught.value.code == code
    assert caught.value.hint


@settings(deadline=None)
@given(st.text(alphabet="每周月年天半0123.%至-个不少于工作时间", max_size=30))
def test_a_share_lies_between_nothing_and_all(text):
    try:
        low, high = parse_time_share(text), parse_time_share(text, largest=True)
    except CellError:
        return
    assert (low is None) == (high is None)
    if low is not None and high is not None:
        assert 0 < low <= high <= 1
