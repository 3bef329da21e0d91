"""The key of the pseudonyms where several machines serve: each has a file of its own with the same key."""

from __future__ import annotations

from typing import Final

from data.errors import StoreError
from data.pseudonyms import key_id, read_key
from data.settings import Settings

__all__ = ["common_key"]

_KIND: Final = "keys"
_NAME: Final = "pseudonym"


def common_key(settings: Settings) -> bytes:
    """Return the key, after a look whether it is that of the other machines.

    The key itself never leaves the machine; the object storage has what tells it from another.

    Raises
    ------
    StoreError
        ``key_differs``: with two keys one person would have two pseudonyms, and the erased would come back.
    """
    key = read_key(settings.var_dir)
    storage = settings.uploads.storage
    if storage is None:
        return key
    known = storage.read(_KIND, _NAME)
    if known is None:
        storage.write(_KIND, _NAME, {"key_id": key_id(key)})
    elif known.get("key_id") != key_id(key):
        raise StoreError(
            "key_differs",
            "本机的化名密钥与共用同一对象存储的其他机器不同",
            hint="把其他机器上的 pseudonym.key 复制到本机的 YINGCAI_VAR_DIR 后重新启动",
        )
    return key
