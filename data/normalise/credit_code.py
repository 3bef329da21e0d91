"""Credit codes (统一社会信用代码): 18 characters with a check character (GB 32100-2015)."""

from __future__ import annotations

from data.errors import CellError
from data.normalise.text import clean, is_nothing

__all__ = ["parse_credit_code"]

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {mark: i for i, mark in enumerate(_ALPHABET)}
_LENGTH = 18


def parse_credit_code(text: str) -> str | None:
    """Return the credit code in a cell, checked.

    Parameters
    ----------
    text
        The cell as received; blanks and dashes inside it do not matter.

    Returns
    -------
    str or None
        18 characters in capitals; nothing for an empty cell.

    Raises
    ------
    CellError
        ``credit_code_invalid``: another length, a character that no code has, or a wrong check character.

    Examples
    --------
    >>> parse_credit_code("91350100M000100Y43")
    '91350100M000100Y43'
    """
    plain = clean(text)
    if is_nothing(plain):
        return None
    code = plain.replace(" ", "").replace("-", "").upper()
    if len(code) == _LENGTH and set(code) <= _VALUES.keys() and code[-1] == _check_character(code):
        return code
    raise CellError(
        "credit_code_invalid", f"统一社会信用代码“{text[:40]}”不正确", hint="应为18位，请对照营业执照核对"
    )


def _check_character(code: str) -> str:
    total = sum(_VALUES[mark] * pow(3, i, 31) for i, mark in enumerate(code[:-1]))
    return _ALPHABET[-total % 31]
