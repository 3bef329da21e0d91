"""Nearness of the work: occupation, industry, years."""

from __future__ import annotations

from functools import cache

from data.reference import industries, industry_names, occupation_industries, occupation_names
from matching.features.feature import Description, Feature
from matching.pairs import Pair

__all__ = ["EXPERIENCE", "INDUSTRY", "OCCUPATION"]

_TREE = (0.0, 0.15, 0.4, 0.7, 1.0)
_NEAR_IN_MEANING = 0.6
"""Most that two different occupations count for by their names alone."""
_SECTION_SHARE = 0.5
"""What an industry of the same section counts for, beside one of the same division."""


def _shared_levels(left: str, right: str) -> int:
    shared = 0
    for one, other in zip(left.split("-"), right.split("-"), strict=False):
        if one != other:
            break
        shared += 1
    return shared


def _occupation(pair: Pair) -> float | None:
    left, right = pair.vacancy["occupation_code"], pair.profile["occupation_code"]
    if not left or not right:
        return None
    tree = _TREE[_shared_levels(left, right)]
    names, space = occupation_names(), pair.background.occupations
    cosine = None if left == right else space.cosine(names[left], names[right])
    if cosine is None:
        return tree
    nearness = min(max((cosine - space.floor) / (1 - space.floor), 0.0), 1.0)
    return max(tree, _NEAR_IN_MEANING * nearness)


def _describe_occupation(pair: Pair, value: float | None) -> Description:
    if value is None:
        return Description("职业尚未编码")
    left, right = pair.vacancy["occupation_code"], pair.profile["occupation_code"]
    names, shared = occupation_names(), _shared_levels(left, right)
    relation = ("不同大类", "同一大类", "同一中类", "同一小类", "同一职业")[shared]
    near = "，名称含义相近" if value > _TREE[shared] else ""
    return Description(f"{relation}{near}：{names[left]} / {names[right]}")


@cache
def _industries_of(occupation: str) -> dict[str, float]:
    """Return how usual each industry is for an occupation: its postings against those of the most usual."""
    table = occupation_industries()
    rows = table[table["occupation_code"] == occupation]
    counts = dict(zip(rows["industry_code"].astype(str), rows["postings"].astype(float), strict=True))
    top = max(counts.values(), default=1.0)
    return {code: count / top for code, count in counts.items()}


def _industry(pair: Pair) -> float | None:
    wanted, occupation = pair.vacancy.get("industry_code"), pair.profile["occupation_code"]
    return _usual(wanted, occupation) if wanted and occupation else None


@cache
def _usual(wanted: str, occupation: str) -> float | None:
    usual = _industries_of(occupation)
    if not usual:
        return None
    exact = [share for code, share in usual.items() if _division(code) == _division(wanted) != ""]
    section = _section(wanted)
    near = [share for code, share in usual.items() if section and _section(code) == section]
    return max([*exact, *(_SECTION_SHARE * share for share in near), 0.0])


@cache
def _sections() -> dict[str, str]:
    """Return the letter of the section of each code."""
    table = industries()
    return dict(zip(table["code"], table["section"], strict=True))


def _division(code: str) -> str:
    """Return the two digits of an industry; of a section alone nothing is known."""
    return code[:2] if code[:1].isdigit() else ""


def _section(code: str) -> str:
    return _sections().get(code, "")


def _describe_industry(pair: Pair, value: float | None) -> Description:
    if value is None:
        return Description("行业未编码，或该职业没有行业分布可比")
    code = pair.vacancy["industry_code"]
    name = industry_names().get(code, code)
    degree = "常见" if value >= _SECTION_SHARE else "较少见" if value > 0 else "未见"
    return Description(f"求职者的职业在本行业（{name}）的招聘中{degree}")


def _experience(pair: Pair) -> float | None:
    low, years = pair.vacancy["experience_low"], pair.profile["experience_years"]
    if low is None or years is None:
        return None
    return 1.0 if years >= low else max(0.0, 1 - (low - years) / max(low, 1.0))


def _describe_experience(pair: Pair, value: float | None) -> Description:
    if value is None:
        return Description("经验要求或从业年限未写明")
    low, years = pair.vacancy["experience_low"], pair.profile["experience_years"]
    gap = f"，相差{low - years:g}年" if years < low else ""
    asked = f"要求{low:g}年" if low else "不限年限"
    return Description(f"{asked}，从业{years:g}年{gap}")


OCCUPATION = Feature(
    "occupation", "职业", _occupation, _describe_occupation, for_vacancy=0.14, for_person=0.14
)
"""Distance in the tree of the 大典, or nearness of the names where that is more."""

INDUSTRY = Feature("industry", "行业", _industry, _describe_industry, for_vacancy=0.04, for_person=0.05)
"""How usual the employer's industry is for the person's occupation, by counts of real postings."""

EXPERIENCE = Feature(
    "experience", "工作经验", _experience, _describe_experience, for_vacancy=0.10, for_person=0.04
)
"""Share of the years asked for; more years than asked for neither add nor take away."""
