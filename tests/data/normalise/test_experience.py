import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import CellError
from data.normalise.experience import parse_experience


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("3-5年经验", 3, 5),
        ("3-5年-统招本科-Java", 3, 5),
        ("三至五年", 3, 5),
        ("5-3年", 3, 5),
        ("3年-5年", 3, 5),
        ("10年以上", 10, None),
        ("2年及以上", 2, None),
        ("1年", 1, None),
        ("3", 3, None),
        ("不少于3年", 3, None),
        ("一年以下", 0, 1),
        ("1年以内经验", 0, 1),
        ("不超过3年", 0, 3),
        ("一年半", 1.5, None),
        ("半年", 0.5, None),
        ("3个月", 0.25, None),
        ("0-1年", 0, 1),
    ],
)
def test_years_are_read(text, low, high):
    years = parse_experience(text)
    assert (years.low, years.high) == (low, high)


@pytest.mark.parametrize(
    "text", ["经验不限", "无需经验", "无经验", "应届生", "在校生/应届生", "经验不限-学历不限", "不限"]
)
def test_no_experience_needed_starts_at_zero_and_is_open(text):
    years = parse_experience(text)
    assert (years.low, years.high) == (0, None)


@pytest.mark.parametrize("text", ["", "无", "—"])
def test_an_empty_cell_states_nothing(text):
    assert parse_experience(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3天/周", "experience_unreadable"),
        ("本科", "experience_unreadable"),
        ("2024-03-05", "experience_unreadable"),
        ("2020年毕业", "experience_out_of_range"),
        ("不限" * 60, "experience_unreadable"),
    ],
)
def test_text_that_is_no_experience_is_refused(text, code):
    with pytest.raises(CellError) as caught:
        parse_experience(text)
    assert caught.value.code == code


@given(st.integers(0, 59), st.integers(1, 60))
def test_a_written_range_is_read_back(one, other):
    years = parse_experience(f"{one}-{other}年经验")
    assert (years.low, years.high) == (min(one, other), max(one, other))


@settings(deadline=None)
@given(st.text() | st.text(alphabet="0123456789.-年个月以上下内半一二不限经验", max_size=20))
def test_no_text_crashes_the_parser(text):
    try:
        years = parse_experience(text)
    except CellError:
        return
    assert years is None or years.high is None or years.low <= years.high


@given(low=st.integers(0, 30), more=st.integers(1, 20), dash=st.sampled_from(["-", "~", "至", "到", "－"]))
def test_a_range_of_years_is_read_back(low, more, dash):
    years = parse_experience(f"{low}{dash}{low + more}年经验")
    assert (years.low, years.high) == (low, low + more)


@given(
    st.integers(0, 60),
    st.sampled_from(["{}年以上", "{}年及以上经验", "至少{}年", "{}+", "{} years", "от {} лет"]),
)
def test_a_lower_end_is_read_back(low, form):
    years = parse_experience(form.format(low))
    assert (years.low, years.high) == (low, None)


@given(st.integers(1, 60))
def test_an_upper_end_is_read_back(high):
    years = parse_experience(f"{high}年以下")
    assert (years.low, years.high) == (0, high)
