"""What employers ask for, in words: schooling or an equal skill level, and what many of them name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from data.records import Education, SkillLevel

__all__ = ["commonest_education", "education_text", "named_by_several"]

MIN_NAMING_EMPLOYERS = 2


def education_text(education: str | None, skill_level: str | None) -> str | None:
    """Word a requirement for print, always open to an equal skill level.

    Parameters
    ----------
    education
        Value of :class:`data.records.Education`; None when nothing is stated.
    skill_level
        Value of :class:`data.records.SkillLevel`; None when nothing is stated.

    Returns
    -------
    str or None
        Such as 大专或高级工, 本科或同等技能等级, 高级工或同等学历, 不限; None when neither is stated.
    """
    schooling = Education(education) if education else None
    level = SkillLevel(skill_level) if skill_level else None
    if schooling is None or schooling is Education.ANY:
        return schooling.value if level is None and schooling else _skill_only(level)
    return f"{schooling.value}或{level.value if level else '同等技能等级'}"


def _skill_only(level: SkillLevel | None) -> str | None:
    return f"{level.value}或同等学历" if level else None


def commonest_education(values: Iterable[str | None]) -> str | None:
    """Find the schooling asked for most often by those who state one, the lower of equals; None for none."""
    counts = Counter(Education(value) for value in values if value)
    if not counts:
        return None
    commonest = min(counts, key=lambda schooling: (-counts[schooling], schooling.rank))
    return education_text(commonest.value, None)


def named_by_several(
    named: Iterable[tuple[str, ...]], employers: Iterable[str], *, k: int
) -> tuple[str, ...]:
    """List the terms that at least two employers name, those of most employers first.

    Parameters
    ----------
    named
        Terms of each vacancy.
    employers
        Employer of each vacancy.
    k
        Most terms to return.

    Returns
    -------
    tuple of str
        Equals in alphabetical order; empty when no term has two employers.
    """
    pairs = {(term, employer) for terms, employer in zip(named, employers, strict=True) for term in terms}
    counts = Counter(term for term, _ in pairs)
    shared = [(-count, term) for term, count in counts.items() if count >= MIN_NAMING_EMPLOYERS]
    return tuple(term for _, term in sorted(shared)[:k])
