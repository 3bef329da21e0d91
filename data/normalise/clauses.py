"""Take the demands that may not be used out of texts and lists; the linter says what they are."""

from __future__ import annotations

from collections.abc import Iterable

from data.linter.scan import lint_terms, scan
from data.normalise.contacts import mask_contacts
from data.records import Finding

__all__ = ["split_excluded", "usable_terms"]


def split_excluded(text: str, field: str = "") -> tuple[str, tuple[Finding, ...]]:
    """Return a text without the clauses that may not be used, and the demands in them.

    Parameters
    ----------
    text
        A title, duties or a summary, as from :func:`data.normalise.text.clean_prose`, contacts hidden.
    field
        Name of the field, carried into the findings.

    Returns
    -------
    tuple of str and tuple of Finding
        The text that may be used, and the demands from left to right; a mention that shuts nobody out, such
        as 男女不限, goes without a finding; the same text and nothing for empty input.

    Examples
    --------
    >>> split_excluded("会计（限女性）")[0]
    '会计'
    """
    kept, findings = scan(text, field)
    return kept, findings


def usable_terms(terms: Iterable[str], field: str = "") -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Return which of some listed terms may be used, and the demands among the others.

    A term stands alone, so a bare 985 or 女 is a demand here; contacts are hidden.

    Parameters
    ----------
    terms
        Skills, majors or licences.
    field
        Name of the field, carried into the findings; positions count in the terms joined by 、.

    Returns
    -------
    tuple of two tuples
        Terms to use, in the given order, and the demands.

    Examples
    --------
    >>> usable_terms(["焊接", "985", "女性优先"])[0]
    ('焊接',)
    """
    return lint_terms([mask_contacts(term) for term in terms], field)
