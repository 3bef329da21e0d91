"""Keys that sign tokens: made when needed, two accepted, kept from others."""

from __future__ import annotations

import pytest

from api.access.signing import SigningKeys
from data.errors import StoreError


@pytest.fixture
def keys(tmp_path):
    return SigningKeys(tmp_path / "keys")


def test_the_first_use_makes_a_key_that_only_its_owner_can_read(keys):
    assert keys.accepted() == []
    key = keys.current()
    assert len(key.secret) == 32
    assert keys.current() == key
    (file,) = keys.folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert key.secret.hex() not in repr(key)


def test_a_rotation_keeps_the_key_before_and_forgets_the_one_before_that(keys):
    made = [keys.rotate() for _ in range(3)]
    assert keys.accepted() == [made[2], made[1]]
    assert keys.current() == made[2]
    assert len(list(keys.folder.iterdir())) == 2


def test_another_process_sees_the_rotation(keys):
    keys.current()
    assert SigningKeys(keys.folder).rotate() == keys.current()


@pytest.mark.parametrize("content", [b"", b"zz", b"00", "密".encode()])
def test_a_damaged_key_is_refused_and_says_so(keys, content):
    kid = keys.current().kid
    (keys.folder / f"{kid}.key").write_bytes(content)
    with pytest.raises(StoreError, match="签名密钥") as caught:
        keys.current()
    assert caught.value.code == "token_key_damaged"


def test_other_files_in_the_folder_are_left_alone(keys):
    keys.current()
    (keys.folder / "notes.key").write_text("00")
    keys.rotate()
    keys.rotate()
    assert (keys.folder / "notes.key").exists()
    assert len(keys.accepted()) == 2
