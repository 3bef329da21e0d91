import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import CellError
from data.normalise.salary import parse_salary
from data.records import PayPeriod


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("8千-1.2万/月", 8000, 12_000),
        ("4.5-6千", 4500, 6000),
        ("1-1.5万", 10_000, 15_000),
        ("5000-1万", 5000, 10_000),
        ("500-1千", 500, 1000),
        ("1万-2", 10_000, 20_000),
        ("4-6K/月x12", 4000, 6000),
        ("六千到八千元每月", 6000, 8000),
        ("三千五到五千", 3500, 5000),
        ("1万2千", 12_000, 12_000),
        ("8,000-10,000元", 8000, 10_000),
        ("￥8000", 8000, 8000),
        ("3500.0", 3500, 3500),
        ("10-8K", 8000, 10_000),
        ("6000－8000元/月", 6000, 8000),
        ("5000元/月-8000元/月", 5000, 8000),
    ],
)
def test_a_sum_for_a_month_is_taken_as_it_is(text, low, high):
    salary = parse_salary(text)
    assert (salary.low, salary.high, salary.period) == (low, high, PayPeriod.MONTH)


@pytest.mark.parametrize(
    ("text", "low", "high", "months"),
    # 15,000 x 14 / 12 = 17,500 and 25,000 x 14 / 12 = 29,166.67
    [("15-25K·14薪", 17_500, 29_167, 14), ("1-2万·18薪", 15_000, 30_000, 18), ("6K*12薪", 6000, 6000, 12)],
)
def test_more_than_twelve_salaries_are_spread_over_twelve_months(text, low, high, months):
    salary = parse_salary(text)
    assert (salary.low, salary.high, salary.months) == (low, high, months)


@pytest.mark.parametrize(
    ("text", "period", "low"),
    [
        ("年薪12-24万", PayPeriod.YEAR, 10_000),
        ("12-24万/年", PayPeriod.YEAR, 10_000),
        ("120000", PayPeriod.YEAR, 10_000),
        ("12-24万", PayPeriod.YEAR, 10_000),
        ("200元/天", PayPeriod.DAY, 4350),  # x 21.75
        ("日薪200-300", PayPeriod.DAY, 4350),
        ("20元/小时", PayPeriod.HOUR, 3480),  # x 21.75 x 8
        ("时薪20", PayPeriod.HOUR, 3480),
    ],
)
def test_other_periods_are_brought_to_a_month(text, period, low):
    salary = parse_salary(text)
    assert (salary.period, salary.low) == (period, low)


def test_a_number_of_salaries_shows_that_a_large_sum_is_monthly():
    assert parse_salary("8-12万·15薪").period is PayPeriod.MONTH


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("6千及以下", None, 6000),
        ("1.5千以下/月", None, 1500),
        ("年薪30W+", 25_000, None),
        ("8000起", 8000, None),
        ("不低于8000元", 8000, None),
        ("底薪3000+提成", 3000, None),
        ("8000元左右", 8000, 8000),
    ],
)
def test_an_open_end_stays_open(text, low, high):
    salary = parse_salary(text)
    assert (salary.low, salary.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("月薪8000元，另有安家费20万", 8000),
        ("6000-8000元+五险一金", 6000),
        ("6-8千/月（含餐补500）", 6000),
        ("试用期4000-5000，转正6000-8000", 6000),
        ("150元/天(8小时)", 3262),
        ("面议，8000-10000", 8000),
    ],
)
def test_the_clause_about_pay_is_the_one_that_counts(text, low):
    assert parse_salary(text).low == low


@pytest.mark.parametrize(
    "text", ["", "无", "-", "不限", "300万元安家费", "五险一金", "奖金丰厚", "提成20%+奖金"]
)
def test_a_cell_without_pay_states_nothing(text):
    assert parse_salary(text) is None


@pytest.mark.parametrize("text", ["面议", "薪资面议", "待遇可谈"])
def test_negotiable_pay_has_no_sum(text):
    salary = parse_salary(text)
    assert salary.negotiable
    assert salary.middle is None


@pytest.mark.parametrize(
    ("text", "header", "low", "high"),
    [
        ("15－25", "薪酬待遇（万元/年）", 12_500, 20_833),
        ("8", "薪酬待遇（万元/年）", 6667, 6667),
        ("150000", "薪酬待遇（万元/年）", 12_500, 12_500),
        ("25-30万元", "薪酬待遇（万元/年）", 20_833, 25_000),
        ("8-10", "月薪(K)", 8000, 10_000),
        ("5-8千", "薪酬（元/月）", 5000, 8000),
        ("200", "日薪（元）", 4350, 4350),
    ],
)
def test_unit_and_period_may_stand_in_the_header(text, header, low, high):
    salary = parse_salary(text, header=header)
    assert (salary.low, salary.high) == (low, high)


def test_after_tax_is_noted():
    assert parse_salary("税后1万元左右").after_tax
    assert not parse_salary("1万元").after_tax


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("待遇从优", "salary_unreadable"),
        ("9\ufffd-1.5万·13薪", "salary_unreadable"),
        ("8000元·99薪", "salary_unreadable"),
        ("8" * 201, "salary_unreadable"),
        ("15-25", "salary_unit_missing"),
        ("15", "salary_unit_missing"),
        ("-1.0", "salary_out_of_range"),
        ("0", "salary_out_of_range"),
        ("200万/月", "salary_out_of_range"),
        ("1000美元/月", "salary_currency"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(text, code):
    with pytest.raises(CellError) as caught:
        parse_salary(text)
    assert caught.value.code == code
    assert caught.value.hint


@settings(deadline=None, max_examples=500)
@given(
    st.text(
        alphabet="0123456789.-~到至万千百kKwW元/月年天小时薪·+xX以上下()（）面议底税后，、 一二三十两",
        max_size=24,
    )
)
def test_no_text_made_of_pay_words_crashes_the_parser(text):
    try:
        salary = parse_salary(text)
    except CellError:
        return
    ends = [] if salary is None else [end for end in (salary.low, salary.high) if end is not None]
    assert ends == sorted(ends)
    assert all(1 <= end <= 1_000_000 for end in ends)


@settings(deadline=None)
@given(st.text(), st.text(max_size=10))
def test_no_text_at_all_crashes_the_parser(text, header):
    try:
        parse_salary(text, header=header)
    except CellError as error:
        assert error.code.startswith("salary_")


@given(st.integers(min_value=10, max_value=990), st.integers(min_value=0, max_value=900), st.integers(12, 18))
def test_a_written_range_is_read_back(low, span, months):
    low, high = low * 100, (low + span) * 100
    for text in (
        f"{low}-{high}元/月",
        f"{low / 1000:g}-{high / 1000:g}千/月",
        f"{low / 1000:g}k-{high / 1000:g}k/月",
    ):
        salary = parse_salary(text)
        assert (salary.low, salary.high) == (low, high)
    spread = parse_salary(f"{low / 10_000:g}-{high / 10_000:g}万/月·{months}薪")
    assert (spread.low, spread.high) == (round(low * months / 12), round(high * months / 12))


_PER = {"元/月": 1, "元/年": 1 / 12, "元/天": 21.75, "元/小时": 21.75 * 8}


@given(
    low=st.integers(1200, 3000),
    more=st.integers(0, 2000),
    per=st.sampled_from(sorted(_PER)),
    dash=st.sampled_from(["-", "~", "—", "至", "－"]),
)
def test_a_range_in_yuan_is_read_back_from_any_notation(low, more, per, dash):
    salary = parse_salary(f"{low}元{dash}{low + more}{per}")
    assert salary.low == pytest.approx(low * _PER[per], abs=0.51)
    assert salary.high == pytest.approx((low + more) * _PER[per], abs=0.51)


@given(
    tenths=st.integers(10, 99),
    more=st.integers(0, 99),
    unit=st.sampled_from([("千", 1000), ("k", 1000), ("K", 1000), ("万", 10_000), ("w", 10_000)]),
    months=st.integers(12, 18),
)
def test_a_unit_counts_for_both_ends_and_salaries_are_spread_over_the_year(tenths, more, unit, months):
    low, high = tenths / 10, (tenths + more) / 10
    salary = parse_salary(f"{low}-{high}{unit[0]}·{months}薪")
    assert salary.low == pytest.approx(low * unit[1] * months / 12, abs=0.51)
    assert salary.high == pytest.approx(high * unit[1] * months / 12, abs=0.51)
    assert salary.months == months


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1万5", 15_000, 15_000),
        ("1万5-2万", 15_000, 20_000),
        ("8000～", 8000, None),
        ("<5000>", 5000, 5000),
        ("5000元/月+五险一金", 5000, 5000),
        ("底薪3000+提成", 3000, None),
        ("5000+奖金", 5000, None),
        ("协议年薪", None, None),
        ("按公司规定", None, None),
    ],
)
def test_odd_notations_are_read(text, low, high):
    salary = parse_salary(text)
    assert (salary.low, salary.high, salary.negotiable) == (low, high, low is None)


@pytest.mark.parametrize("text", ["3000-5000元/周", "80元/课时", "1000元/单", "5元/件", "周薪2000"])
def test_pay_by_week_or_by_piece_is_refused(text):
    with pytest.raises(CellError) as caught:
        parse_salary(text)
    assert caught.value.code == "salary_period_unknown"


def test_pay_during_probation_is_not_the_pay():
    salary = parse_salary("3000-5000元/月（试用期2500）")
    assert (salary.low, salary.high) == (3000, 5000)
    assert parse_salary("试用期4000，转正后5000").low == 5000
