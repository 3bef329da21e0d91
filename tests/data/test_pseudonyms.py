"""One identifier has one pseudonym, and without the key it tells nothing."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import StoreError
from data.pseudonyms import key_id, pseudonym, read_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13800001234", "138 0000 1234"),
        ("13800001234", "+86-138-0000-1234"),
        ("13800001234", "８６１３８００００１２３４"),
        ("21080019900101123x", "21080019900101123X"),
        ("Someone@Example.com", "someone@example.com "),
    ],
)
def test_spellings_of_one_identifier_have_one_pseudonym(one, other):
    assert pseudonym(one, b"k") == pseudonym(other, b"k")


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_different_phones_have_different_pseudonyms(one, other):
    assert (pseudonym(one, b"k") == pseudonym(other, b"k")) is (one == other)
    assert one not in pseudonym(one, b"k")
    assert len(pseudonym(one, b"k")) == 64


def test_another_key_makes_another_pseudonym():
    assert pseudonym("13800001234", b"a") != pseudonym("13800001234", b"b")
    assert key_id(b"a") != key_id(b"b")


def test_nothing_has_no_pseudonym():
    assert pseudonym(" \u200b", b"k") == ""


def test_the_key_is_made_once_for_its_owner_only(tmp_path):
    key = read_key(tmp_path / "var")
    assert len(key) == 32
    assert read_key(tmp_path / "var") == key
    (path,) = (tmp_path / "var").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(tmp_path / "other") != key


def test_many_who_ask_at_once_get_the_same_key(tmp_path):
    keys = []
    threads = [threading.Thread(target=lambda: keys.append(read_key(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["pseudonym.key"]


@pytest.mark.parametrize("content", [b"", b"00ff", b"not hexadecimal", b"\xff\xfe"])
def test_a_damaged_key_is_never_replaced(tmp_path, content):
    (tmp_path / "pseudonym.key").write_bytes(content)
    with pytest.raises(StoreError, match="不是化名密钥"):
        read_key(tmp_path)
    assert (tmp_path / "pseudonym.key").read_bytes() == content
