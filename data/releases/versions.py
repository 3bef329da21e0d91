"""Version numbers: 2027.0-rc1 is a candidate, 2027.1 is published, 2027.1.1 carries an erratum."""

from __future__ import annotations

import re
from typing import NamedTuple

from data.errors import InputError

__all__ = ["Version", "checked_name", "parse_version"]

_MAX_NAME = 24
_FORM = re.compile(
    r"(?P<name>[^.@\s]+)\.(?:0-rc(?P<candidate>[1-9]\d*)|(?P<issue>[1-9]\d*)(?:\.(?P<erratum>[1-9]\d*))?)"
)


class Version(NamedTuple):
    """A version of an edition; the version of the method is another thing.

    Examples
    --------
    >>> str(Version("2027", issue=1)), str(Version("2027", issue=1).corrected)
    ('2027.1', '2027.1.1')
    >>> str(Version("2027", candidate=2))
    '2027.0-rc2'
    """

    name: str
    """版次, such as ``2027`` or ``2026Q4``."""
    candidate: int = 0
    """Number of the candidate; 0 when published."""
    issue: int = 0
    """Number of the publication; 0 for a candidate."""
    erratum: int = 0
    """Number of errata so far."""

    @property
    def corrected(self) -> Version:
        """The version after one more erratum."""
        return self._replace(erratum=self.erratum + 1)

    def __str__(self) -> str:
        if self.candidate:
            return f"{self.name}.0-rc{self.candidate}"
        return f"{self.name}.{self.issue}" + (f".{self.erratum}" if self.erratum else "")


def parse_version(text: str) -> Version:
    """Read a version number.

    Parameters
    ----------
    text
        Such as ``2027.0-rc1``, ``2027.1`` or ``2027.1.1``.

    Returns
    -------
    Version
        What it says.

    Raises
    ------
    InputError
        The text is no version number.

    Examples
    --------
    >>> parse_version("2026Q4.1.2")
    Version(name='2026Q4', candidate=0, issue=1, erratum=2)
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise InputError(
            "version_unknown", f"版本号“{text}”无法识别", hint="写作 2027.0-rc1、2027.1 或 2027.1.1"
        )
    numbers = {key: int(value or 0) for key, value in found.groupdict().items() if key != "name"}
    return Version(found["name"], **numbers)


def checked_name(name: str) -> str:
    """Return the name of an edition if a version number can be made of it.

    Raises
    ------
    InputError
        It is empty, longer than 24 characters, or holds a dot, an ``@`` or a space.
    """
    if not re.fullmatch(rf"[^.@\s]{{1,{_MAX_NAME}}}", name):
        raise InputError(
            "edition_name_unusable",
            f"版次名称“{name}”不能用",
            hint=f"用不含点、@ 和空格的名称，至多 {_MAX_NAME} 字，如 2027 或 2026Q4",
        )
    return name
