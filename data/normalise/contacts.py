"""Hide phone numbers, addresses of mail and chat, and identity numbers in free text about a person."""

from __future__ import annotations

import re

__all__ = ["HIDDEN", "mask_contacts"]

HIDDEN = "［已隐去］"
"""What stands in the place of a contact."""

_CONTACT = re.compile(
    r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
    r"|(?<![0-9A-Za-z])[1-9][0-9]{5}(?:18|19|20)[0-9]{2}[01][0-9][0-3][0-9][0-9]{3}[0-9Xx](?![0-9A-Za-z])"
    r"|(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])"
    r"|(?<![0-9])0[0-9]{2,3}[- ]?[2-9][0-9]{6,7}(?:-[0-9]{1,6})?(?![0-9])"
    r"|(?:微信号?|wechat|vx|qq号?)\s*[:：]?\s*[A-Za-z0-9][A-Za-z0-9_-]{4,19}",
    re.IGNORECASE,
)


def mask_contacts(text: str) -> str:
    """Return a text with the contacts in it hidden.

    Parameters
    ----------
    text
        Free text.

    Returns
    -------
    str
        The text with ``［已隐去］`` for each contact; names of people are not recognised; empty for empty
        input.

    Examples
    --------
    >>> mask_contacts("电话13800001234")
    '电话［已隐去］'
    """
    return _CONTACT.sub(HIDDEN, text)
