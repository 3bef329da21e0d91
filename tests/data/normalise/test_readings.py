import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import CellError
from data.normalise.readings import Circumstances, ParserName, read_text, reading_in_words

GIVEN = Circumstances(today=dt.date(2026, 4, 1), region_codes=("210800",), header="薪酬（万元/年）")
MARKS = (
    "0123456789.-~至到以上下万千百k元/月年天日周小时半一二三五十两薪·x×+（）()、,，； "
    "级高中初技工师不限面议类专业相关底季度每%个春冬次来分之"
)


@pytest.mark.parametrize("name", list(ParserName))
@settings(deadline=None, max_examples=150)
@given(text=st.text(max_size=60) | st.text(alphabet=MARKS, max_size=30))
def test_any_text_is_read_or_refused_with_a_reason(name, text):
    reading = read_text(name, text, GIVEN)
    json.dumps(reading.value)
    assert reading_in_words(name, reading)
    if reading.error is not None:
        assert reading.value is None
        assert reading.error.code
        assert reading.error.hint


@settings(deadline=None, max_examples=400)
@given(text=st.text(alphabet=MARKS, max_size=24))
def test_what_is_read_lies_within_its_range(text):
    salary = read_text(ParserName.SALARY, text, GIVEN).value
    if salary is not None:
        ends = [end for end in (salary["low"], salary["high"]) if end is not None]
        assert ends == sorted(ends)
        assert all(1 <= end <= 1_000_000 for end in ends)
        assert 1 <= salary["months"] <= 36
    years = read_text(ParserName.EXPERIENCE, text, GIVEN).value
    assert years is None or 0 <= years["low"] <= (60 if years["high"] is None else years["high"]) <= 60
    heads = read_text(ParserName.HEADCOUNT, text, GIVEN).value
    assert heads is None or 1 <= heads <= 10_000
    share = read_text(ParserName.TIME_SHARE, text, GIVEN).value
    assert share is None or 0 < share <= 1
    months = read_text(ParserName.MONTHS, text, GIVEN).value or []
    assert months == sorted(set(months) & set(range(1, 13)))
    day = read_text(ParserName.DATE, text, GIVEN).value
    assert day is None or "1990" <= day[:4] <= "2036"


@pytest.mark.parametrize("name", list(ParserName))
@pytest.mark.parametrize(
    "piece", ["1", "1-", "一", "万", "1.", "、", " ", "3年", "不限", "机械类", "（", "招", "2026年"]
)
def test_a_very_long_text_is_read_or_refused_with_a_code(name, piece):
    reading = read_text(name, (piece * 100_000)[:100_000], GIVEN)
    assert (reading.error is None) or reading.error.code


def test_an_error_is_returned_and_not_raised():
    reading = read_text(ParserName.HEADCOUNT, "很多很多", GIVEN)
    assert isinstance(reading.error, CellError)
    assert reading_in_words(ParserName.HEADCOUNT, reading) == "[headcount_unreadable]"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (ParserName.SALARY, "8千以下", "不高于 8000 元/月（按月）"),
        (ParserName.SALARY, "8千以上", "不低于 8000 元/月（按月）"),
        (ParserName.SALARY, "面议", "面议"),
        (ParserName.SALARY, "税后1-1.3万·13薪", "10833–14083 元/月（按月，13 薪，税后）"),
        (ParserName.EDUCATION, "大专或高级工", "大专 或 高级工"),
        (ParserName.EDUCATION, "", "（留空）"),
        (ParserName.EXPERIENCE, "经验不限", "不限"),
        (ParserName.TIME_SHARE, "每周2天", "全职的 40%"),
        (ParserName.MONTHS, "11-次年1月", "1、11、12 月"),
        (ParserName.PLACE, "鲅鱼圈", "210804 鲅鱼圈区"),
        (ParserName.MAJORS, "材料类、过控", "材料（类 0804）、过程装备与控制工程"),
        (ParserName.VALIDITY, "半个月", "自发布日起 15 天"),
        (ParserName.VALIDITY, "长期", "长期"),
        (ParserName.VALIDITY, "2026年6月", "至 2026-06-30"),
    ],
)
def test_a_reading_is_told_in_words(name, text, words):
    given_cell = Circumstances(today=dt.date(2026, 4, 1))
    assert reading_in_words(name, read_text(name, text, given_cell)) == words
