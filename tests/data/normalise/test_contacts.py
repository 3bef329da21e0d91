import time

import pytest

from data.normalise.contacts import HIDDEN, mask_contacts


@pytest.mark.parametrize(
    "contact",
    [
        "13800001234",
        "138 0000 1234",
        "+86-13800001234",
        "0417-2831234",
        "someone@example.com",
        "微信：abc_12345",
        "210802199001011234",
        "21080219900101123X",
    ],
)
def test_a_contact_is_hidden(contact):
    assert mask_contacts(f"可联系{contact}，谢谢") == f"可联系{HIDDEN}，谢谢"


@pytest.mark.parametrize(
    "text", ["", "产量12000吨，2019年至2023年", "订单号20240315001234567890", "微信小程序开发"]
)
def test_other_numbers_and_words_stay(text):
    assert mask_contacts(text) == text


def test_a_very_long_text_takes_no_longer_than_its_length():
    text = "1." * 50_000
    began = time.process_time()
    assert mask_contacts(text) == text
    assert time.process_time() - began < 2
