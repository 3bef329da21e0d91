import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.normalise.text import clean, clean_prose, is_garbled, is_nothing, simplified


def test_width_script_and_invisible_characters_do_not_make_a_difference():
    assert clean("　ＪＡＶＡ\u200b 工程師\ue98b\n（軟體）") == "JAVA 工程师 (软件)"


def test_mainland_words_are_not_rewritten_as_if_they_came_from_taiwan():
    assert simplified("整合营销与支援品质") == "整合营销与支援品质"
    assert simplified("程式設計") == "编程"


def test_prose_keeps_its_punctuation_and_lines():
    assert clean_prose("职责：\r\n\r\n 一、负责（ＡＢＣ）１２３。\t 二") == "职责：\n一、负责（ABC）123。 二"


@pytest.mark.parametrize("text", ["", "无", "--", " / ", "NULL", "nan", "。", "['']"])
def test_a_cell_that_states_nothing_is_recognised(text):
    assert is_nothing(clean(text))


@pytest.mark.parametrize("text", ["0", "无需经验", "C", "-1"])
def test_a_short_cell_can_still_state_something(text):
    assert not is_nothing(clean(text))


@pytest.mark.parametrize("text", ["锟斤拷锟斤拷", "é¡¹ç›®ç»ç†", "\ufffd\ufffd工\ufffd师"])
def test_text_of_the_wrong_encoding_is_noise(text):
    assert is_garbled(text)


@pytest.mark.parametrize("text", ["", "Café", "大数据\ufffd程师招聘启事", "会计"])
def test_text_with_at_most_a_slip_is_no_noise(text):
    assert not is_garbled(text)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)
    assert "\n\n" not in clean_prose(text)


def test_marks_held_apart_by_an_invisible_character_are_put_in_order():
    assert clean("´\x08\u0316") == clean(clean("´\x08\u0316"))
