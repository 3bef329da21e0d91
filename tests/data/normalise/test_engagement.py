import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import CellError
from data.normalise.engagement import parse_engagement
from data.records import Engagement


@given(st.lists(st.sampled_from(Engagement), unique=True, min_size=1))
def test_forms_by_their_own_names_are_read_back(forms):
    assert set(parse_engagement("、".join(forms))) == set(forms)


def test_usual_words_are_understood():
    assert parse_engagement("正式员工") == (Engagement.FULL_TIME,)
    assert parse_engagement("柔性引进（技术攻关）") == (Engagement.PROJECT,)
    assert parse_engagement("不限") == tuple(Engagement)
    assert parse_engagement("") == ()


@pytest.mark.parametrize("text", ["实习", "柔性引进", "全职" * 60])
def test_what_names_no_form_is_refused(text):
    with pytest.raises(CellError) as caught:
        parse_engagement(text)
    assert caught.value.code == "engagement_unreadable"


@settings(deadline=None)
@given(st.text())
def test_no_text_crashes_the_parser(text):
    try:
        parse_engagement(text)
    except CellError as error:
        assert "全职" in error.hint


@given(
    st.lists(st.sampled_from(list(Engagement)), min_size=1, max_size=6, unique=True),
    st.sampled_from(["、", "/", "，", " "]),
)
def test_any_forms_are_read_back_in_the_order_of_the_enumeration(forms, mark):
    assert parse_engagement(mark.join(forms)) == tuple(form for form in Engagement if form in forms)
