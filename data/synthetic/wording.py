"""The text of an advertisement: title, duties and requirements in an employer's own layout."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.synthetic.content import Phrases, Role
from data.synthetic.draw import chance, pick, some
from data.synthetic.needs import Need

__all__ = ["LAYOUTS", "benefits_text", "duties_text", "requirement_lines", "reworded", "title_text"]

LAYOUTS = ("numbered", "dotted", "inline", "paragraph", "bracket", "brief")
"""Layouts of 岗位职责."""
_MARKED_SHARE = 0.08


def title_text(rng: np.random.Generator, need: Need, phrases: Phrases) -> str:
    """One of the role's titles, with the part of the employer or, in a few, a flourish."""
    place = min(int(rng.exponential(1.0)), len(need.role.titles) - 1)
    title = need.role.titles[place]
    if need.unit:
        return f"{title}（{need.unit}）"
    if chance(rng, _MARKED_SHARE):
        title += pick(rng, phrases.title_marks).format(
            short=need.house.employer.short, county=phrases.county_names[need.house.employer.district]
        )
    return title


def requirement_lines(rng: np.random.Generator, role: Role, phrases: Phrases) -> list[str]:
    """Two or three requirement sentences that fit the kind of work."""
    pool = [form for form in phrases.requirements[role.kind] if role.licences or "持证" not in form]
    forms = some(rng, pool, int(rng.integers(2, 4)))
    skills = some(rng, role.skills, 2 * len(forms))
    return [
        form.format(skill=first, skill2=second)
        for form, first, second in zip(forms, skills[::2], skills[1::2], strict=True)
    ]


def benefits_text(rng: np.random.Generator, need: Need) -> str:
    """Name what the employer promises besides pay; empty in some advertisements."""
    house = need.house
    extra = house.shop_benefits if need.role.on_the_floor else ()
    return "、".join((*house.benefits, *extra)) if chance(rng, 0.6) else ""


def reworded(rng: np.random.Generator, lines: Sequence[str], phrases: Phrases) -> list[str]:
    """Put the lines in another order, most of them with a word exchanged or a clause left out."""
    return [_other_words(rng, line, phrases) for line in some(rng, lines, len(lines))]


def duties_text(
    duties: Sequence[str],
    requirements: Sequence[str],
    *,
    layout: str,
    benefits: str = "",
    opening: str = "",
) -> str:
    """Lay out duties and requirements.

    Parameters
    ----------
    duties
        Sentences without a full stop.
    requirements
        Sentences without a full stop.
    layout
        One of ``LAYOUTS``.
    benefits
        What is promised besides pay; empty for nothing.
    opening
        A line before everything else; empty for none.

    Returns
    -------
    str
        The text, over several lines in most layouts.
    """
    writer = _INLINE.get(layout, _several_lines)
    body = writer(layout, duties, requirements, benefits)
    gap = "" if layout in _INLINE else "\n"
    return f"{opening}{gap}{body}" if opening else body


def _other_words(rng: np.random.Generator, line: str, phrases: Phrases) -> str:
    """One line with one exchanged word, or without its last clause."""
    for old, new in some(rng, phrases.rewordings, len(phrases.rewordings)):
        if old in line:
            return line.replace(old, new, 1)
    head, comma, _ = line.rpartition("，")
    return head if comma and chance(rng, 0.5) else line


def _several_lines(layout: str, duties: Sequence[str], requirements: Sequence[str], benefits: str) -> str:
    """Write headings and one sentence a line."""
    heads = {
        "numbered": ("岗位职责：", "任职要求：", "福利待遇："),
        "dotted": ("工作内容", "任职资格", "福利："),
        "bracket": ("【工作内容】", "【任职要求】", "【待遇】"),
    }[layout]
    mark = {"numbered": "{0}、{1}；", "dotted": "{0}. {1}", "bracket": "{0}）{1}。"}[layout]
    lines = [heads[0], *(mark.format(place, line) for place, line in enumerate(duties, start=1))]
    lines += [heads[1], *(mark.format(place, line) for place, line in enumerate(requirements, start=1))]
    if benefits:
        lines.append(f"{heads[2]}{benefits}")
    return "\n".join(lines)


def _inline(_: str, duties: Sequence[str], requirements: Sequence[str], benefits: str) -> str:
    """Everything in one numbered line."""
    listed = "；".join(f"{place}、{line}" for place, line in enumerate(duties, start=1))
    tail = f"待遇：{benefits}。" if benefits else ""
    return f"{listed}。要求：{'；'.join(requirements)}。{tail}"


def _paragraph(_: str, duties: Sequence[str], requirements: Sequence[str], benefits: str) -> str:
    """Write running sentences."""
    tail = f"公司提供{benefits}。" if benefits else ""
    return f"{'。'.join(duties)}。任职条件：{'，'.join(requirements)}。{tail}"


def _brief(_: str, duties: Sequence[str], requirements: Sequence[str], benefits: str) -> str:
    """Two duties and one wish."""
    tail = f"，有{benefits}" if benefits else ""
    return f"{'；'.join(duties[:2])}。{requirements[0]}{tail}。"


_INLINE = {"inline": _inline, "paragraph": _paragraph, "brief": _brief}
