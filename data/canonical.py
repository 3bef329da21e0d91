"""One way to hash content: the hashes of histories, ledgers, manifests and reports rest on it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

__all__ = ["json_sha256"]


def json_sha256(content: Any) -> str:
    """Return the SHA-256 of content as JSON with sorted keys, no blanks and no escapes.

    Parameters
    ----------
    content
        Plain values that JSON can hold.

    Returns
    -------
    str
        64 hexadecimal digits; the same whatever the order of keys.

    Examples
    --------
    >>> json_sha256({"a": 1, "b": "镁"}) == json_sha256({"b": "镁", "a": 1})
    True
    """
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
