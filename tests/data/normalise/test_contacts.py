import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.normalise.contacts import HIDDEN, PersonalKind, find_personal, mask_contacts, masked, masked_message

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _kinds(text):
    return [found.kind for found in find_personal(text)]


@pytest.mark.parametrize(
    "contact",
    [
        "13800001234",
        "138 0000 1234",
        "138-0000-1234",
        "138.0000.1234",
        "1 3 8 0 0 0 0 1 2 3 4",
        "１３８００００１２３４",
        "一三八零零零零一二三四",
        "13八零零零零1234",
        "+86-13800001234",
        "0417-2831234",
        "(0417)2831234",
        "0417-2831234转801",
        "010-62345678",
        "400-123-4567",
        "+7 912 345-67-89",
        "someone@example.com",
        "ｓｏｍｅｏｎｅ＠example.com",
        "微信：abc_12345",
        "微 信 abc_12345",
        "加V：abcdef",
        "wx12345678",
        "QQ 12345678",
        "qq群：123456789",
        "telegram: @ivan_petrov",
        "tg @ivan_petrov",
        "210802199001011235",
        "21080219900101118X",
        "210802 19900101 1235",
        "210802900101123",
        "4111 1111 1111 1111",
    ],
)
def test_a_contact_is_hidden(contact):
    assert mask_contacts(f"可联系{contact}，谢谢") == f"可联系{HIDDEN}，谢谢"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("电话2831234", f"电话{HIDDEN}"),
        ("tel13800001234", f"tel{HIDDEN}"),
        ("WhatsApp +7 912 345-67-89", f"WhatsApp {HIDDEN}"),
        ("护照号E12345678", f"护照号{HIDDEN}"),
        ("港澳通行证 C12345678", f"港澳通行证 {HIDDEN}"),
        ("身份证号：210802199001011234", f"身份证号：{HIDDEN}"),
        ("手机13800001234微信：abc_12345", f"手机{HIDDEN}{HIDDEN}"),
    ],
)
def test_the_word_before_a_number_stays(text, left):
    assert mask_contacts(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "",
        "产量12000吨，2019年至2023年",
        "订单号20240315001234567890",
        "订单 2024031500123456",
        "零件号210802199001011234",
        "零件号190802199001011236",
        "零件号210802199013011232",
        "零件号210802901301123",
        "型号AB13800001234",
        "9791.666666666666",
        "91350100M000100Y43",
        "微信小程序开发",
        "微信android开发",
        "微信H5页面",
        "QQ音乐",
        "wx.request",
        "WXG10-116 企业微信",
        "护照与签证办理",
        "普工+7500-9500",
        "2023-01-01 至 2023-12-31",
        "15 30 45 60 75 9",
        "一三五二四六",
    ],
)
def test_other_numbers_and_words_stay(text):
    assert mask_contacts(text) == text


def test_every_kind_is_told_apart():
    text = "210802199001011235 4111111111111111 13800001234 a@b.cn 微信：abc_12345 护照E12345678"
    assert _kinds(text) == [
        PersonalKind.ID_CARD,
        PersonalKind.BANK_CARD,
        PersonalKind.PHONE,
        PersonalKind.EMAIL,
        PersonalKind.ACCOUNT,
        PersonalKind.PASSPORT,
    ]


def test_the_credit_code_of_an_organisation_is_no_bank_card():
    # Both check characters fit: Luhn's and that of GB 32100.
    code = "911000000000000461"
    assert find_personal(code) == ()


_BIRTHDAYS = st.dates(min_value=dt.date(1930, 1, 1), max_value=dt.date(2020, 1, 1))


@given(
    region=st.sampled_from(["110101", "210802", "440305", "650102"]),
    born=_BIRTHDAYS,
    order=st.integers(0, 999),
    shift=st.integers(0, 10),
)
def test_an_identity_number_is_found_exactly_when_its_check_digit_is_right(region, born, order, shift):
    body = f"{region}{born:%Y%m%d}{order:03}"
    check = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True)) % 11
    number = body + "10X98765432"[(check + shift) % 11]
    found = PersonalKind.ID_CARD in _kinds(f"编号{number}。")
    assert found == (shift == 0)


def _luhn(digits):
    doubled = [int(digit) * (1 + i % 2) for i, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10


@given(body=st.from_regex("62[0-9]{13,16}", fullmatch=True), shift=st.integers(0, 9))
def test_a_bank_card_is_found_exactly_when_its_check_digit_is_right(body, shift):
    check = (10 - _luhn(body + "0")) % 10
    number = body + str((check + shift) % 10)
    kinds = _kinds(f"卡号{number}，")
    assert (PersonalKind.BANK_CARD in kinds) == (shift == 0)


@given(st.from_regex("1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", " ", "-", "."]))
def test_a_mobile_number_is_found_however_it_is_spaced(number, gap):
    spaced = gap.join([number[:3], number[3:7], number[7:]])
    assert mask_contacts(f"找我：{spaced}。") == f"找我：{HIDDEN}。"


@given(st.text() | st.text(alphabet="0123456789 -@.微信qQ一二三", max_size=40))
def test_any_text_can_be_masked_and_masking_again_changes_nothing_more(text):
    hidden = mask_contacts(text)
    spans = find_personal(text)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert (hidden == text) == (spans == ())


def test_any_shape_of_value_is_masked():
    value = {"a": ["13800001234", 3], "b": ("x", None), "c": {"d": "a@b.cn"}}
    assert masked(value) == {"a": [HIDDEN, 3], "b": ["x", None], "c": {"d": HIDDEN}}


@pytest.mark.parametrize(
    "piece", ["1.", "1 ", "一", "a@", "138", "微信", "+1 ", "(", "13800001234 ", "6222 "]
)
def test_a_very_long_text_is_read_to_its_end(piece):
    text = (piece * 100_000)[:100_000] + "，请电13900001234"
    assert mask_contacts(text).endswith(HIDDEN)


def test_a_message_that_cuts_a_number_short_gives_none_of_it_away():
    text = "请联系13800001234或12345678901234@example.com"
    assert masked_message("日期“请联系1380000”无法识别", text) == f"日期“请联系{HIDDEN}”无法识别"
    assert masked_message("日期“2024”无法识别", "2024") == "日期“2024”无法识别"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("联系人王强 电话", "联系人［已隐去］ 电话"),
        ("联系人：李小姐", "联系人：［已隐去］"),
        ("联系人张伟明先生", "联系人［已隐去］先生"),
        ("联系人力资源部", "联系人力资源部"),
        ("加薇 qiang888", "［已隐去］"),
    ],
)
def test_a_name_behind_the_word_for_a_contact_is_hidden(text, kept):
    assert mask_contacts(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("住营口市站前区东风小区3号楼2单元501", "住［已隐去］"),
        ("家住红海小区12-3-402，会焊接", "家住［已隐去］，会焊接"),
        ("家庭住址：渤海大街西12号 3单元501", "家庭住址：［已隐去］"),
        ("我住在幸福里7-2-301。", "我住在［已隐去］。"),
        ("工作地点：营口市站前区学院路12号3号楼", "工作地点：营口市站前区学院路12号3号楼"),
        ("包吃住，宿舍在3号楼2单元", "包吃住，宿舍在3号楼2单元"),
        ("住宅楼3号楼2单元维修", "住宅楼3号楼2单元维修"),
        ("家住站前区", "家住站前区"),
    ],
)
def test_where_somebody_lives_is_hidden_to_the_door_and_where_the_work_is_stays(text, kept):
    assert mask_contacts(text) == kept
