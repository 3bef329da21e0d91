"""What coding one text gives: a code, how it was found and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from data.codes import CodingKind, code_names
from data.reference import graduate_majors, industries, majors, occupations, skills

__all__ = ["Code", "CodeMethod", "Suggestion", "decided", "level_of", "looked_up", "nothing"]


class CodeMethod(StrEnum):
    """How a code was found."""

    DECISION = "decision"
    """A person decided what the text means; without a code, that it means nothing."""
    ALIAS = "alias"
    """The text stands in a table of titles, names or short forms."""
    EXACT = "exact"
    """The text is the name of a code, or a code."""
    TERM = "term"
    """A word in the text, or in the employer's name, names it."""
    RATIO = "ratio"
    """Spelt almost as a name."""
    EMBEDDING = "embedding"
    """Nearest by meaning and spelling, sure enough."""
    REVIEW = "review"
    """Not sure enough: a person decides."""
    NONE = "none"
    """Nothing was stated."""


class Suggestion(NamedTuple):
    """One possible code."""

    code: str
    name: str
    score: float
    """Larger is better; comparable within one list only."""


@dataclass(frozen=True)
class Code:
    """The code found for one text, or the suggestions for a person."""

    code: str | None
    """The code; empty for review, and where the text means nothing."""
    method: CodeMethod
    """How it was found."""
    score: float
    """How well the best suggestion fits, 0 to 1; 1 for decisions, aliases and exact names."""
    margin: float
    """Lead of the best suggestion over the next other one, 0 to 1; 1 for decisions, aliases, exact names."""
    suggestions: tuple[Suggestion, ...] = ()
    """Best first; empty where a table answered."""
    name: str = ""
    """Name of the code."""
    level: str = ""
    """Level of the code, such as 细类, 小类, 中类."""
    probability: float | None = None
    """Calibrated probability that the code is right; empty where a table or a person answered."""
    digital: bool = False
    """数字职业."""
    green: bool = False
    """绿色职业."""

    def as_dict(self) -> dict[str, Any]:
        """Return the record for JSON."""
        return {
            "code": self.code,
            "name": self.name,
            "level": self.level,
            "method": self.method.value,
            "score": self.score,
            "margin": self.margin,
            "probability": self.probability,
            "digital": self.digital,
            "green": self.green,
            "suggestions": [suggestion._asdict() for suggestion in self.suggestions],
        }


def looked_up(
    kind: CodingKind,
    code: str,
    method: CodeMethod,
    *,
    score: float = 1.0,
    margin: float = 1.0,
    probability: float | None = None,
    suggestions: tuple[Suggestion, ...] = (),
) -> Code:
    """Return the record of a code that was found.

    Parameters
    ----------
    kind
        Whose code it is.
    code
        A code of that kind.
    method
        How it was found.
    score
        How well it fits, 0 to 1.
    margin
        Lead over the next other code, 0 to 1.
    probability
        Calibrated probability that it is right, where one was estimated.
    suggestions
        All candidates, best first.

    Returns
    -------
    Code
        With name, level and marks filled in.
    """
    digital, green = _marks().get(code, (False, False)) if kind is CodingKind.OCCUPATION else (False, False)
    return Code(
        code=code,
        method=method,
        score=score,
        margin=margin,
        suggestions=suggestions,
        name=code_names(kind).get(code, ""),
        level=level_of(kind, code),
        probability=probability,
        digital=digital,
        green=green,
    )


def decided(kind: CodingKind, code: str | None) -> Code:
    """Return the record of a person's decision; without a code the text means nothing."""
    if code is None:
        return Code(None, CodeMethod.DECISION, 1.0, 1.0)
    return looked_up(kind, code, CodeMethod.DECISION)


def nothing() -> Code:
    """Return the record of a text that states nothing."""
    return Code(None, CodeMethod.NONE, 0.0, 0.0)


def level_of(kind: CodingKind, code: str) -> str:
    """Return the level of a code (细类, 门类, 普通本科 …; of a skill its kind); empty for an unknown code."""
    return _levels(kind).get(code, "")


@cache
def _levels(kind: CodingKind) -> Mapping[str, str]:
    if kind is CodingKind.MAJOR:
        table, graduate = majors(), graduate_majors()
        return (
            dict.fromkeys(table["class_code"], "专业类")
            | dict(zip(table["code"], table["level"], strict=True))
            | {f"G{code}": level for code, level in zip(graduate["code"], graduate["level"], strict=True)}
        )
    if kind is CodingKind.SKILL:
        return dict(zip(skills()["skill_id"], skills()["kind"], strict=True))
    table = occupations() if kind is CodingKind.OCCUPATION else industries()
    return dict(zip(table["code"], table["level"], strict=True))


@cache
def _marks() -> Mapping[str, tuple[bool, bool]]:
    table = occupations()
    marked = zip(table["code"], table["digital"] == "1", table["green"] == "1", strict=True)
    return {code: (bool(digital), bool(green)) for code, digital, green in marked}
