"""Major: what the employer names, else what the official standards lead to."""

from __future__ import annotations

from functools import cache, lru_cache

from data.reference import occupation_names, read_reference
from matching.coding.major_occupations import official_occupations
from matching.features.feature import Description, Feature
from matching.pairs import Pair, Stated

__all__ = ["MAJOR"]

_SAME_CLASS, _OFFICIAL, _SAME_GROUP = 0.7, 0.8, 0.5


def _value(pair: Pair) -> float | None:
    judged = _judge(pair)
    return None if judged is None else judged[0]


def _judge(pair: Pair) -> tuple[float, Description] | None:
    held: tuple[str, ...] = pair.profile["majors"]
    return _judged(held, pair.vacancy["majors"], pair.vacancy["occupation_code"]) if held else None


@lru_cache(maxsize=16_384)
def _judged(
    held: tuple[str, ...], asked: tuple[str, ...], occupation: str | None
) -> tuple[float, Description] | None:
    led = _by_the_standards(held, occupation)
    if not asked:
        return led
    stated = _as_asked(asked, held)
    return max(stated, led, key=lambda judged: judged[0]) if led is not None else stated


def _as_asked(asked: tuple[str, ...], held: tuple[str, ...]) -> tuple[float, Description]:
    shared = [major for major in held if major in asked]
    if shared:
        return 1.0, Description(f"所学专业{shared[0]}符合要求", (Stated("profile.majors", shared[0], None),))
    classes = {_class_of(major) for major in asked} - {""}
    near = [major for major in held if _class_of(major) in classes]
    if near:
        return _SAME_CLASS, Description(
            f"所学专业{near[0]}与要求同属{_class_of(near[0])}", (Stated("profile.majors", near[0], None),)
        )
    return 0.0, Description(f"要求{'、'.join(asked[:3])}，所学为{'、'.join(held[:2])}")


def _by_the_standards(held: tuple[str, ...], occupation: str | None) -> tuple[float, Description] | None:
    """Judge by the official edges; None where they say nothing of the majors held."""
    edges = [(major, _edges()[major]) for major in held if major in _edges()]
    if not occupation or not edges:
        return None
    name = occupation_names().get(occupation, occupation)
    for score, length, relation in ((_OFFICIAL, None, "面向"), (_SAME_GROUP, 7, "面向同一小类的职业，近于")):
        for major, codes in edges:
            if any(code[:length] == occupation[:length] for code in codes):
                evidence = (Stated("profile.majors", major, None),)
                return score, Description(f"教学标准中{major}专业{relation}{name}", evidence)
    return 0.0, Description(f"教学标准中{edges[0][0]}专业不面向{name}")


def _describe(pair: Pair, _: float | None) -> Description:
    judged = _judge(pair)
    return Description("专业要求或所学专业未写明") if judged is None else judged[1]


@cache
def _edges() -> dict[str, tuple[str, ...]]:
    return official_occupations()


@cache
def _classes() -> dict[str, str]:
    table = read_reference("majors")
    known = {name: name for name in table["class_name"]}
    return known | dict(zip(table["name"], table["class_name"], strict=True))


def _class_of(major: str) -> str:
    """Return the class a major belongs to; a class named itself is its own; '' for what is unknown."""
    return _classes().get(major, "")


MAJOR = Feature("major", "专业", _value, _describe, for_vacancy=0.05, for_person=0.04, credential=True)
"""Declared majors, their classes, and the edges of the national teaching standards."""
